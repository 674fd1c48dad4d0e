"""Which crews could take a request, best first, each with its reason in words."""

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
    """True when it takes this service and has room for another job."""


def candidates(crews: Sequence[Crew], jobs: Mapping[int, int], service: str) -> tuple[Candidate, ...]:
    """Every active crew: those that take the service first, then those with room; `jobs` in progress by crew id."""
    made = [_candidate(c, jobs.get(c.id, 0), service) for c in crews if c.active]
    rank = {c.crew.id: (not _takes(c.crew, service), not c.fits) for c in made}
    made.sort(key=lambda c: (*rank[c.crew.id], jobs.get(c.crew.id, 0) / c.crew.capacity, c.crew.name))
    return tuple(made)


def _takes(crew: Crew, service: str) -> bool:
    return any(re.search(rf"\b{re.escape(skill)}", service, re.IGNORECASE) for skill in crew.skills)


def _candidate(crew: Crew, jobs: int, service: str) -> Candidate:
    takes = _takes(crew, service) or not crew.skills
    work = f"takes {service}" if _takes(crew, service) else "takes anything" if not crew.skills else "other work"
    full = jobs >= crew.capacity
    room = f"{jobs} of {crew.capacity} in progress" + (", full" if full else "")
    return Candidate(crew, f"{work} · {room}", takes and not full)
