"""In which order a crew drives to its jobs: nearest insertion, then 2-opt, over straight-line distance.

The way begins where the crew sets out, where that is known, and ends at the last job. Jobs without a place come last,
as they were given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from services.domain.values import LatLon

EARTH = 6_371_000.0
"""Metres."""
_GAIN = 1e-6
"""Metres; less is no gain."""


def distance(a: LatLon, b: LatLon) -> float:
    """Metres in a straight line over the ground, good for the extent of a city."""
    mean = math.radians((a[0] + b[0]) / 2)
    return EARTH * math.hypot(math.radians(b[0] - a[0]), math.radians(b[1] - a[1]) * math.cos(mean))


def length(places: Sequence[LatLon | None], start: LatLon | None = None) -> float:
    """Metres from the start over the places in this order; those that are not known are passed over."""
    way = [place for place in (start, *places) if place is not None]
    return sum(distance(a, b) for a, b in pairwise(way))


def suggest(places: Sequence[LatLon | None], start: LatLon | None = None) -> list[int]:
    """An order of these places, as numbers of the order given; never longer than that."""
    placed = [i for i, place in enumerate(places) if place is not None]
    points = [place for place in places if place is not None]
    between = _distances(points, start)
    given = list(range(len(points)))
    ways = [_two_opt(way, between) for way in (_inserted(between), given)]
    best = min(ways, key=lambda way: _length(way, between))
    return [*(placed[i] for i in best), *(i for i, place in enumerate(places) if place is None)]


def _distances(points: Sequence[LatLon], start: LatLon | None) -> list[list[float]]:
    """From each point, and in the last row from the start, to each point; from an unknown start everything is near."""
    rows = [[distance(a, b) for b in points] for a in points]
    return [*rows, [distance(start, b) if start is not None else 0.0 for b in points]]


def _length(way: Sequence[int], between: Sequence[Sequence[float]]) -> float:
    return sum(between[a][b] for a, b in zip([-1, *way], way, strict=False))


def _inserted(between: Sequence[Sequence[float]]) -> list[int]:
    """Take in the point nearest to the way so far, each time, where that makes it longer by the least."""
    left = set(range(len(between) - 1))
    way: list[int] = []
    while left:
        known = [*way, -1] if way else [-1]
        point = min(left, key=lambda p: (min(between[k][p] for k in known), p))
        left.remove(point)
        way.insert(_cheapest(way, point, between), point)
    return way


def _cheapest(way: Sequence[int], point: int, between: Sequence[Sequence[float]]) -> int:
    def longer(at: int) -> float:
        before = way[at - 1] if at else -1
        if at == len(way):
            return between[before][point]
        return between[before][point] + between[point][way[at]] - between[before][way[at]]

    return min(range(len(way) + 1), key=longer)


def _two_opt(way: Sequence[int], between: Sequence[Sequence[float]]) -> list[int]:
    """Turn round a part of the way for as long as any makes it shorter."""
    best, shorter = list(way), True
    while shorter:
        shorter = False
        for first in range(len(best)):
            for last in range(first + 1, len(best)):
                if gain(best, first, last, between) > _GAIN:
                    best[first : last + 1] = best[first : last + 1][::-1]
                    shorter = True
    return best


def gain(way: Sequence[int], first: int, last: int, between: Sequence[Sequence[float]]) -> float:
    """Metres saved by going from the first to the last of a part the other way round."""
    before = way[first - 1] if first else -1
    saved = between[before][way[first]] - between[before][way[last]]
    if last + 1 < len(way):
        after = way[last + 1]
        saved += between[way[last]][after] - between[way[first]][after]
    return saved
