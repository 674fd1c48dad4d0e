"""The rule to beat: open requests of the same type within 50 m from the last 12 weeks, as Signalen shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from math import cos, hypot, radians

from tests.evaluate.intakes import Call

METRES, AGE, MOST = 50.0, timedelta(weeks=12), 5
DEFAULT_POINT = (42.3594, -71.0587)
"""City Hall, where Boston puts what it cannot place."""
_DEGREE = 111_195.0
_CELL = 0.001
"""Degrees, more than METRES in both directions up to 60° of latitude."""


def plain_rules(calls: Sequence[Call]) -> dict[str, list[list[tuple[int, float]]]]:
    """What the rule offers at each call, in its four forms; every offer has the score 1."""
    nearest, newest = _found(calls)
    made = {}
    for place, left_out in (("", True), (", default point too", False)):
        for order, found in (("nearest", nearest), ("newest", newest)):
            offers = [
                [] if left_out and (calls[i].lat, calls[i].lon) == DEFAULT_POINT else [(j, 1.0) for j in some[:MOST]]
                for i, some in enumerate(found)
            ]
            made[f"plain rule, {order} first{place}"] = offers
    return made


def _found(calls: Sequence[Call]) -> tuple[list[list[int]], list[list[int]]]:
    """All that the rule allows at each call: the nearest first, and the newest first."""
    cells: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    nearest, newest = [], []
    for i, call in enumerate(calls):
        row, column = int(call.lat / _CELL), int(call.lon / _CELL)
        found = []
        for around in ((row + a, column + b) for a in (-1, 0, 1) for b in (-1, 0, 1)):
            found += [
                (m, j) for j in cells.get((call.service, *around), ()) if (m := _match(call, calls[j])) is not None
            ]
        newest.append([j for _, j in sorted(found, key=lambda pair: -pair[1])])
        nearest.append([j for _, j in sorted(found, key=lambda pair: (pair[0], -pair[1]))])
        cells[call.service, row, column].append(i)
    return nearest, newest


def _match(call: Call, other: Call) -> float | None:
    """How many metres away the other is; None where the rule leaves it out."""
    if (other.closed is not None and other.closed <= call.opened) or call.opened - other.opened > AGE:
        return None
    metres = hypot(call.lat - other.lat, (call.lon - other.lon) * cos(radians(call.lat))) * _DEGREE
    return metres if metres <= METRES else None
