"""Counts the requests of each area, and those of them that are overdue, in slices between paints."""

from __future__ import annotations

from math import inf
from time import perf_counter

import numpy as np

from services.geo.outlines import Outlines
from services.queue.snapshot import Ints
from widgets.map.shown import Shown

CHUNK = 50_000


class Tally:
    """The counts of one state of what is shown: as the query word area: finds them."""

    def __init__(self, shown: Shown, outlines: Outlines | None) -> None:
        self._shown, self._snapshot, self._rows = shown, shown.snapshot, shown.rows
        self._news, self._next = shown.news, 0
        many = len(self._snapshot.areas)
        self._every, self._late = np.zeros(many, np.int64), np.zeros(many, np.int64)
        self.every: Ints = np.zeros(len(outlines.areas) if outlines else 0, np.int64)
        """How many requests each of the outlines has, once all are counted."""
        self.late: Ints = self.every
        """How many of those are overdue."""
        self.elsewhere = 0
        """How many of the requests lie in none of the areas."""
        names = [area.name for area in outlines.areas] if outlines else []
        parts = [set(words.split(", ")) for words in self._snapshot.areas]
        self._holds = np.array([[name in part for part in parts] for name in names], np.int64).reshape(-1, many)

    def of(self, shown: Shown) -> bool:
        """Whether what was counted is what is shown now."""
        return self._news == shown.news

    def go_on(self, until: float = inf) -> bool:
        """Count on until that time (see perf_counter); true while there is more to count."""
        while self._next < len(self._rows):
            rows = self._rows[self._next : self._next + CHUNK].astype(np.int32)
            area = self._snapshot.area_idx.take(rows)
            self._every += np.bincount(area, minlength=len(self._every))
            self._late += np.bincount(np.compress(self._shown.late(rows), area), minlength=len(self._late))
            self._next += CHUNK
            if perf_counter() > until and self._next < len(self._rows):
                return True
        self.every, self.late = self._holds @ self._every, self._holds @ self._late
        self.elsewhere = int(self._every[self._holds.sum(axis=0) == 0].sum())
        return False
