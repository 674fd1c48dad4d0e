"""The demo city's targets are the city's own: every line names one of its services, and fits its real due times."""

from __future__ import annotations

from datetime import UTC, date
from importlib.resources import as_file, files

import pytest

from services.demo import source
from services.demo.promises import promised
from services.domain.sla import Sla, Term, Unit, within
from services.domain.values import Service
from services.gateway import catalogue
from services.intake.sheet import read

_LISTED = catalogue.parse((files("resources") / "boston" / "services.json").read_bytes())
SERVICES = [Service(s.service_code, s.service_name, "city") for s in _LISTED]


@pytest.fixture(scope="module")
def city() -> Sla:
    return promised(SERVICES, 2026)


def test_potholes_have_two_working_days_and_lights_ten(city: Sla) -> None:
    terms = {code: target.resolve for (_, code), target in city.targets.items()}
    assert terms["request-for-pothole-repair"] == Term(2, Unit.WORKING_DAYS)
    assert terms["street-light-outages"] == Term(10, Unit.WORKING_DAYS)
    assert len(terms) > 70
    assert city.named[date(2011, 9, 5)] == "Labor Day"
    assert {day.year for day in city.named} == {2011, 2012, 2026, 2027}


def test_most_real_due_times_are_to_the_day_what_the_clock_says(city: Sla) -> None:
    names = {service.name: service.code for service in SERVICES}
    same = every = 0
    for row in source.rows():
        target = city.targets.get(("city", names[row.type]))
        if row.target is None or target is None or target.resolve is None:
            continue
        due = within(city.calendar, row.opened.astimezone(UTC), target.resolve)
        every += 1
        same += due is not None and city.calendar.wall(due).date() == city.calendar.wall(row.target).date()
    assert every > 4_000
    assert same / every > 0.8


def test_the_list_holds_a_term_in_every_line() -> None:
    with as_file(files("resources") / "boston" / "targets.csv") as file:
        sheet = read(file)
    assert sheet.header == ("service", "resolve within", "unit")
    assert not sheet.broken
    assert len(set(sheet.column("service"))) == len(sheet.lines) > 90
