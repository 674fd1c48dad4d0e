"""Which crews could take a request or several, best first, each with its reasons and what it lacks in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache

from services.dispatch.history import Recent
from services.dispatch.travel import distance
from services.domain.values import Crew, LatLon


@dataclass(frozen=True, slots=True)
class Asked:
    """What crews are sought for: one request, or what several have in common."""

    services: Sequence[str]
    """Each named once."""
    areas: Collection[str] = ()
    """From the finest to the widest, joined by ", ", of each; "" where it is not known."""
    place: LatLon | None = None
    """Of one request."""
    shares: Mapping[int, float] = field(default_factory=dict)
    """By crew id, which share of such requests it took."""
    recent: Recent | None = None
    """Who took the last of such requests; None for several."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A crew, why it fits, and what it lacks."""

    crew: Crew
    reasons: tuple[str, ...]
    shortfalls: tuple[str, ...]
    takes: bool
    """True when its skills name every one of the services."""
    covers: bool
    """True when it works in every one of the areas."""
    full: bool

    @property
    def fits(self) -> bool:
        """True when it can do all of it and has room for another job."""
        return self.takes and self.covers and not self.full

    @property
    def reason(self) -> str:
        """All of it in one line: what it lacks first."""
        return " · ".join((*self.shortfalls, *self.reasons))


def candidates(
    crews: Sequence[Crew], jobs: Mapping[int, int], asked: Asked, now: datetime, zone: tzinfo
) -> tuple[Candidate, ...]:
    """Every active crew, those first that take most of the services, work there, have room, and are there now.

    Among equals: who took such requests before, then the least busy, then the nearest. `jobs` are those of today.
    """
    made = [_candidate(crew, jobs.get(crew.id, 0), asked, now, zone) for crew in crews if crew.active]
    return tuple(sorted(made, key=lambda one: _rank(one, jobs.get(one.crew.id, 0), asked, now, zone)))


def _rank(
    one: Candidate, jobs: int, asked: Asked, now: datetime, zone: tzinfo
) -> tuple[int, bool, bool, bool, float, float, float, str]:
    crew = one.crew
    off = crew.shifts.shift_at(now, zone) is None
    share = round(asked.shares.get(crew.id, 0.0), 1)
    way = metres(crew, asked.place)
    few = -len(taken(crew, asked.services))
    return few, not one.covers, not one.fits, off, -share, jobs / crew.capacity, way or 0.0, crew.name


def taken(crew: Crew, services: Sequence[str]) -> list[str]:
    """Those of the services that its skills name."""
    return [service for service in services if _named(crew.skills, service)]


def takes(crew: Crew, service: str) -> bool:
    """Whether it takes the service: its skills name it, or it takes anything."""
    return not crew.skills or _named(crew.skills, service)


@lru_cache(maxsize=10_000)
def _named(skills: tuple[str, ...], service: str) -> bool:
    return any(re.search(rf"\b{re.escape(skill)}", service, re.IGNORECASE) for skill in skills)


def covers(crew: Crew, area: str) -> bool:
    """Whether it works there; an area that is not known keeps nobody away."""
    if not crew.areas or not area:
        return True
    own = {name.casefold() for name in crew.areas}
    return any(part.casefold() in own for part in area.split(", "))


def metres(crew: Crew, place: LatLon | None) -> float | None:
    """How far it is from where the crew sets out, in a straight line; None where one of the two is not known."""
    return None if place is None or crew.start is None else distance(crew.start, place)


def way(crew: Crew, place: LatLon | None) -> str:
    """The same in words: "1.2 km from its base"; "" where it is not known."""
    far = metres(crew, place)
    return "" if far is None else f"{far / 1000:.1f} km from {'where it is' if crew.place else 'its base'}"


def _candidate(crew: Crew, jobs: int, asked: Asked, now: datetime, zone: tzinfo) -> Candidate:
    able = taken(crew, asked.services)
    does = len(able) == len(asked.services) or not crew.skills
    outside = sorted({area.split(", ")[-1] for area in asked.areas if not covers(crew, area)})
    full = jobs >= crew.capacity
    shift = crew.shifts.said(now, zone)
    away = bool(shift) and crew.shifts.shift_at(now, zone) is None
    load = ("full: " if full else "") + f"{jobs} of {crew.capacity} jobs today"
    work = _work(able, asked.services) if crew.skills else "takes anything"
    lacks = (("" if does else work), _outside(outside), load if full else "", shift if away else "")
    has = (
        *(work if does else "", "" if full else load, _took(crew, asked.recent)),
        *("" if away else shift, way(crew, asked.place)),
    )
    return Candidate(crew, tuple(filter(None, has)), tuple(filter(None, lacks)), does, not outside, full)


def _work(able: Sequence[str], services: Sequence[str]) -> str:
    """What holds for all that is asked for, not for one of several."""
    if not able:
        return "takes other work"
    if len(services) == 1:
        return f"takes {services[0]}"
    if len(able) == len(services):
        return f"takes all {len(services):,} kinds of work"
    return f"takes {len(able):,} of the {len(services):,} kinds of work"


def _outside(areas: Sequence[str]) -> str:
    if not areas:
        return ""
    return f"does not work in {areas[0]}" if len(areas) == 1 else f"does not work in {len(areas):,} of the areas"


def _took(crew: Crew, recent: Recent | None) -> str:
    if recent is None or not recent.taken.get(crew.id):
        return ""
    return f"took {recent.taken[crew.id]} of the last {recent.of} {recent.where}"
