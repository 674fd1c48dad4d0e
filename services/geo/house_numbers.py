"""The house numbers of a street: where one lies, and where it should lie when the file does not have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.geo.typed_place import HouseNumber

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EXACT, WITHIN, BETWEEN, NEXT, BEYOND = 1.0, 0.99, 0.93, 0.9, 0.8
"""What a street is worth that has the number, has it with another letter or within a span, has lower and higher ones,
ends shortly before it, or long before."""
_LONGEST = 60
"""A longer span of numbers ("10-95") is no house."""
_NEXT = 20
"""A number so far from the last that is known may well be there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a number lies: `row` is the address that it is or is nearest to, `note` says why where it is no such."""

    row: int
    lat: float
    lon: float
    worth: float
    note: str = ""


class HouseNumbers:
    """Numbers of many streets, one behind the other and rising within each; shape (n,) each."""

    def __init__(self, numbers: Sequence[HouseNumber | None], lat: Floats, lon: Floats) -> None:
        self._numbers = numbers
        self._low = np.array([n.low if n else -1 for n in numbers], np.int64)
        self._high = np.array([n.high if n else -1 for n in numbers], np.int64)
        self._lat, self._lon = lat, lon

    def find(self, wanted: HouseNumber, first: int, last: int) -> Spot:
        """Where a number lies on the street of the rows first to last (excluded)."""
        low, high = self._low[first:last], self._high[first:last]
        same = np.flatnonzero(low == wanted.low) + first
        if len(same):
            row = min(same.tolist(), key=lambda row: _apart(self._numbers[row], wanted))
            return self._at(row, EXACT if self._numbers[row] == wanted else WITHIN)
        holds = (low < wanted.low) & (wanted.low <= high) & (low % 2 == wanted.low % 2) & (high - low <= _LONGEST)
        within = np.flatnonzero(holds) + first
        if len(within):
            row = int(within[np.argmin((self._high - self._low)[within])])
            return self._at(row, WITHIN, f"within {self._numbers[row]} of the address file")
        side = np.flatnonzero((low >= 0) & (low % 2 == wanted.low % 2)) + first
        every = np.flatnonzero(low >= 0) + first
        for rows in (side, every):
            below, above = rows[self._low[rows] < wanted.low], rows[self._low[rows] > wanted.low]
            if len(below) and len(above):
                return self._between(int(below[-1]), int(above[0]), wanted.low)
        return self._beyond(side if len(side) else every, wanted.low, first)

    def _at(self, row: int, worth: float, note: str = "") -> Spot:
        return Spot(row, float(self._lat[row]), float(self._lon[row]), worth, note)

    def _between(self, below: int, above: int, wanted: int) -> Spot:
        before, after = int(self._high[below]), int(self._low[above])
        share = min(max((wanted - before) / max(after - before, 1), 0.0), 1.0)
        lat, lon = (float(side[below] + share * (side[above] - side[below])) for side in (self._lat, self._lon))
        note = f"between {self._numbers[below]} and {self._numbers[above]}; not in the address file"
        return Spot(below if share < 0.5 else above, lat, lon, BETWEEN, note)

    def _beyond(self, rows: Ints, wanted: int, first: int) -> Spot:
        if not len(rows):
            return self._at(first, BEYOND, "somewhere on this street; the address file has no numbers of it")
        row = int(rows[np.argmin(np.abs(self._low[rows] - wanted))])
        end = "last" if wanted > self._low[row] else "first"
        worth = NEXT if abs(wanted - int(self._low[row])) <= _NEXT else BEYOND
        return self._at(row, worth, f"not in the address file; shown at its {end} number there, {self._numbers[row]}")


def _apart(number: HouseNumber | None, wanted: HouseNumber) -> tuple[bool, bool, int]:
    """The same letter and span first, then none, then any."""
    if number is None:
        return True, True, 0
    return number.more != wanted.more, bool(number.more), abs(number.high - wanted.high)
