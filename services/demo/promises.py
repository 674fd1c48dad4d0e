"""What the demo city promises: the targets that its real due times show, its hours, and its state's holidays."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files

from services.demo.source import NOON
from services.domain.calendar import Calendar
from services.domain.sla import Sla
from services.domain.values import Service
from services.intake.daysoff import public_holidays
from services.intake.sheet import read
from services.intake.targets import read_targets

ZONE, HOURS = "America/New_York", (8 * 60 + 30, 17 * 60)


def promised(services: Sequence[Service], year: int) -> Sla:
    """The targets of these services, with the days off of the city's own year and of that in which it is shown."""
    with as_file(files("resources") / "boston" / "targets.csv") as file:
        found = read_targets(read(file), services)
    named = public_holidays("US-MA", {NOON.year, NOON.year + 1, year, year + 1})
    return Sla(Calendar(ZONE, (*((HOURS,) * 5), None, None), frozenset(named)), found.targets, named)
