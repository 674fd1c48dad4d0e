"""Where two streets meet, by the city's own list of crossings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.geo import street_names
from services.geo.address_files import Named
from services.geo.name_index import NameIndex

Floats = NDArray[np.float64]
_LEAST = 0.6


class Crossings:
    """The crossings of a city, found by their streets in either order."""

    def __init__(self, known: Sequence[Named]) -> None:
        listed = {(frozenset(_sides(place.name)), place.area): place for place in reversed(known)}
        self._known = list(listed.values())
        sides = [_sides(place.name) for place in self._known]
        numbers = {name: row for row, name in enumerate(sorted({name for pair in sides for name in pair}))}
        self._index = NameIndex(list(numbers))
        self._one = np.array([numbers[one] for one, _ in sides], np.int64)
        self._other = np.array([numbers[other] for _, other in sides], np.int64)

    def __len__(self) -> int:
        return len(self._known)

    def find(self, one: str, other: str, most: int) -> list[tuple[Named, float, float]]:
        """The likeliest crossings of two streets as typed, how well each fits, and how well the word that fits least.

        Both from 0 to 1. A crossing that is listed as "A & B" and as "B & A" comes once for each area.
        """
        if not len(self._one):
            return []
        first, _ = self._index.find(street_names.words(one), begun=False)
        second, _ = self._index.find(street_names.words(other))
        both = _both(first.fit[self._one], second.fit[self._other])
        turned = _both(first.fit[self._other], second.fit[self._one])
        worth = np.maximum(both, turned)
        rows = np.argsort(-worth, kind="stable")[:most]
        found = []
        for row in rows[worth[rows] >= _LEAST].tolist():
            a, b = (
                (self._one[row], self._other[row]) if both[row] >= turned[row] else (self._other[row], self._one[row])
            )
            found.append((self._known[row], float(worth[row]), float(min(first.least[a], second.least[b]))))
        return found


def _both(one: Floats, other: Floats) -> Floats:
    """Neither street alone makes a crossing likely."""
    return np.asarray(0.5 * np.minimum(one, other) + 0.25 * (one + other))


def _sides(name: str) -> tuple[str, str]:
    for mark in (" & ", " / ", " @ "):
        one, found, other = name.partition(mark)
        if found:
            return one.strip(), other.strip()
    return name, name
