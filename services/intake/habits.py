"""What a city's past tells about duplicates: which services are reported twice, and which two mean the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.domain.status import Outcome
from services.queue.snapshot import OUTCOMES, Snapshot

_DUPLICATE = OUTCOMES.index(Outcome.DUPLICATE)
ENOUGH = 50
"""From so many duplicates on a city's past tells which services are reported twice."""
PRIOR = 1.0
"""So many duplicates are thought to be there, as often as everywhere, before any are counted."""


@dataclass(frozen=True)
class Habits:
    """Counted in the past, by the services' names; empty for a city without a past."""

    often: Mapping[str, float] = field(default_factory=dict)
    """Logarithm of how many times as often as others a service is reported twice."""
    together: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How often requests of two different services turned out to be the same, in both orders."""


def learn(snapshot: Snapshot, joined: Iterable[tuple[str, str]] = ()) -> Habits:
    """The habits of a city. `joined`: the services of a duplicate and of its original, for each pair that is known."""
    facets = snapshot.facets
    size = len(snapshot.services)
    total = np.bincount(facets.service_idx, facets.count, size)
    twice = np.bincount(facets.service_idx, np.where(facets.outcome == _DUPLICATE, facets.count, 0), size)
    return Habits(often(snapshot.services, total.tolist(), twice.tolist()), together(joined))


def often(services: Sequence[str], total: Sequence[float], twice: Sequence[float]) -> dict[str, float]:
    """By service: requests in all, and duplicates among them. A name that stands there several times is one service.

    Nothing is known before ENOUGH requests were closed as duplicates.
    """
    requests, duplicates = Counter[str](), Counter[str]()
    for name, a, b in zip(services, total, twice, strict=True):
        requests[name] += a  # type: ignore[assignment]
        duplicates[name] += b  # type: ignore[assignment]
    if duplicates.total() < ENOUGH:
        return {}
    usual = duplicates.total() / requests.total()
    return {name: float(np.log((duplicates[name] + PRIOR) / (requests[name] * usual + PRIOR))) for name in requests}


def together(joined: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How often two different services were one and the same thing, whichever was the duplicate."""
    made = Counter[tuple[str, str]]()
    for one, other in joined:
        if one != other:
            made.update([(one, other), (other, one)])
    return dict(made)
