"""Which crews could take a request or several, best first, each with its reason in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.domain.values import Crew


@dataclass(frozen=True, slots=True)
class Candidate:
    """A crew, why it fits, and whether it has room."""

    crew: Crew
    reason: str
    fits: bool
    """True when it takes every one of these services and has room for another job."""


def candidates(crews: Sequence[Crew], jobs: Mapping[int, int], services: Sequence[str]) -> tuple[Candidate, ...]:
    """Every active crew: those that take most of the services (each named once) first, then those with room.

    `jobs` are those in progress by crew id.
    """
    made = [_candidate(c, jobs.get(c.id, 0), services) for c in crews if c.active]
    rank = {c.crew.id: (-len(_taken(c.crew, services)), not c.fits) for c in made}
    made.sort(key=lambda c: (*rank[c.crew.id], jobs.get(c.crew.id, 0) / c.crew.capacity, c.crew.name))
    return tuple(made)


def _taken(crew: Crew, services: Sequence[str]) -> list[str]:
    """Those of the services that its skills name."""
    skills = [re.compile(rf"\b{re.escape(skill)}", re.IGNORECASE) for skill in crew.skills]
    return [service for service in services if any(skill.search(service) for skill in skills)]


def _candidate(crew: Crew, jobs: int, services: Sequence[str]) -> Candidate:
    taken = _taken(crew, services)
    takes = len(taken) == len(services) or not crew.skills
    work = _work(taken, services) if crew.skills else "takes anything"
    full = jobs >= crew.capacity
    room = f"{jobs} of {crew.capacity} in progress" + (", full" if full else "")
    return Candidate(crew, f"{work} · {room}", takes and not full)


def _work(taken: Sequence[str], services: Sequence[str]) -> str:
    """What holds for all that is asked for, not for one of several."""
    if not taken:
        return "other work"
    if len(services) == 1:
        return f"takes {services[0]}"
    if len(taken) == len(services):
        return f"takes all {len(services):,} kinds of work"
    return f"takes {len(taken):,} of the {len(services):,} kinds of work"
