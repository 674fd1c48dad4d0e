"""Routing rules: to which crew a request goes by itself when it arrives, by its service, its area, day and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from services.domain.shifts import Hours, Shifts
from services.errors import Invalid


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; what is left empty matches anything."""

    name: str
    crew_id: int
    services: tuple[str, ...] = ()
    """Names of services, in any case."""
    areas: tuple[str, ...] = ()
    """Names of areas, of whatever size, in any case."""
    week: tuple[Hours | None, ...] = ()
    """Hours by day of the week; () is always."""
    active: bool = True

    def takes(self, service: str, area: str) -> bool:
        """Whether it is for such requests, at whatever time."""
        parts = {part.casefold() for part in area.split(", ")}
        return (not self.services or service.casefold() in _folded(self.services)) and (
            not self.areas or bool(parts & _folded(self.areas))
        )

    def holds(self, at: datetime, zone: tzinfo) -> bool:
        """Whether its hours hold at an aware moment, by the city's clock."""
        return not self.week or Shifts(self.week).shift_at(at, zone) is not None


def _folded(names: Sequence[str]) -> set[str]:
    return {name.casefold() for name in names}


def first(rules: Sequence[Rule], service: str, area: str, at: datetime, zone: tzinfo) -> Rule | None:
    """The first rule, among those that are on, that takes a request which came at that moment."""
    return next((r for r in rules if r.active and r.takes(service, area) and r.holds(at, zone)), None)


def checked(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The same, trimmed. Raises Invalid."""
    made = [
        replace(r, name=" ".join(r.name.split()), services=_trimmed(r.services), areas=_trimmed(r.areas)) for r in rules
    ]
    seen: set[str] = set()
    for rule in made:
        if not rule.name or not rule.name.isprintable():
            raise Invalid("A rule needs a name on one line.", "Write one, such as “Trees, north”.")
        if rule.name.casefold() in seen:
            raise Invalid(f"There are two rules “{rule.name}”.", "Give one of them another name.")
        if rule.week and not any(rule.week):
            raise Invalid(f"“{rule.name}” holds at no time.", "Give it hours, or switch it off.")
        seen.add(rule.name.casefold())
    return tuple(made)


def _trimmed(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))
