"""Who took such requests here before: each crew's share of a service in an area, learnt from the desk's own history.

Counted are the requests that have a crew, by service and by area from the widest to the finest. What is known of a
finer area leans on the wider one, and that on the service in the whole city, as if that had been `LEAN` requests more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.queue.snapshot import Mask, Snapshot

LEAN = 1.0
"""How many requests the wider area counts for in a finer one."""
LAST = 50
"""A reason counts so many of those before."""


@dataclass(frozen=True, slots=True)
class History:
    """By service and area, how many requests each crew (by id) took; "" is the whole city."""

    taken: Mapping[tuple[str, str], Mapping[int, int]] = field(default_factory=dict)

    def shares(self, service: str, area: str) -> dict[int, float]:
        """Each crew's share (0 to 1) of such requests, by its id; {} where nobody took any of this service."""
        shares: dict[int, float] = {}
        for here in areas(area):
            counts = self.taken.get((service, here))
            if counts:
                lean = LEAN if shares else 0.0
                total = sum(counts.values()) + lean
                shares = {
                    crew: (counts.get(crew, 0) + lean * shares.get(crew, 0.0)) / total for crew in {*shares, *counts}
                }
        return shares

    def ranked(self, service: str, area: str) -> list[int]:
        """The crews that took such requests, the likeliest first; of like ones the older crew."""
        shares = self.shares(service, area)
        return sorted(shares, key=lambda crew: (-shares[crew], crew))


def areas(area: str) -> Iterator[str]:
    """Where it is, from the whole city ("") to the finest: "Ward 6, South Boston" lies in "South Boston"."""
    yield ""
    parts = area.split(", ") if area else []
    for wide in range(1, len(parts) + 1):
        yield ", ".join(parts[-wide:])


def learn(snapshot: Snapshot, services: Sequence[str] | None = None) -> History:
    """Count who has or had the requests of this list, of all services or of some; what nobody has teaches nothing."""
    facets = snapshot.facets
    known = np.flatnonzero(_of(snapshot, services)[facets.service_idx] & (facets.crew_idx >= 0) & (facets.count > 0))
    taken: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    shape = len(snapshot.services), len(snapshot.areas), len(snapshot.crews)
    columns = (facets.service_idx, facets.area_idx, facets.crew_idx)
    cells, at = np.unique(np.ravel_multi_index([c[known] for c in columns], shape), return_inverse=True)
    counts = np.bincount(at, facets.count[known], len(cells)).astype(np.int64)
    parts = (*np.unravel_index(cells, shape), counts)
    for service, area, crew, count in zip(*(part.tolist() for part in parts), strict=True):
        for here in areas(snapshot.areas[area]):
            taken[snapshot.services[service], here][snapshot.crews[crew].id] += count
    return History(dict(taken))


def _of(snapshot: Snapshot, services: Sequence[str] | None) -> Mask:
    """By number of a service, whether it is one of these."""
    return np.array([services is None or name in services for name in snapshot.services], np.bool_)


@dataclass(frozen=True, slots=True)
class Recent:
    """Of the last requests of a service in an area that a crew took, how many each crew took, by id."""

    of: int
    where: str
    """The area, "" for the whole city."""
    taken: Mapping[int, int]


def recent(snapshot: Snapshot, service: str, area: str) -> Recent:
    """The last `LAST` such requests, in the finest area that had so many; else in the whole city."""
    rows = np.flatnonzero(_of(snapshot, [service])[snapshot.service_idx] & (snapshot.crew_idx >= 0))
    where = ""
    for here in reversed([a for a in areas(area) if a]):
        inside = np.array([name == here or name.endswith(f", {here}") for name in snapshot.areas], np.bool_)
        found = rows[inside[snapshot.area_idx[rows]]]
        if len(found) >= LAST:
            rows, where = found, here
            break
    last = snapshot.crew_idx[rows[-LAST:]].tolist()
    return Recent(len(last), where, Counter(snapshot.crews[crew].id for crew in last))
