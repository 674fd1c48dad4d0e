"""Merges marks that would be drawn over each other, by a numpy cell grid, until none touches another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GAP = 1.08
"""Two marks touch when they are nearer than the sum of their radii times this."""
SIZES = ((10, 11.0), (100, 14.0), (1_000, 17.0), (10_000, 22.0))
"""A cluster of fewer than n requests has this radius, in pixels."""
LARGEST = 26.0
WIDE = 11.0
"""The radius that a point with the overdue triangle claims."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far marks keep from each other, in pixels: radius that a point claims, and a cluster beyond its own."""

    point: float
    extra: float


POINTS = Spread(6.5, 0.0)
"""Merge only what would be drawn over each other."""
CLUSTERS = Spread(22.0, 14.0)
"""Merge what lies near each other, for seeing where the work is."""


@dataclass(frozen=True)
class Clusters:
    """The marks to draw. Every point of the input is in exactly one."""

    x: Floats
    y: Floats
    count: Ints
    member: Ints
    """Number of the mark that each input point belongs to."""
    order: Ints
    """Input points sorted by mark: those of mark i are order[first[i]:first[i + 1]]."""
    first: Ints

    def __len__(self) -> int:
        return len(self.x)

    def members(self, mark: int) -> Ints:
        """The input points of one mark."""
        return self.order[self.first[mark] : self.first[mark + 1]]

    def share(self, flags: NDArray[np.bool_]) -> Ints:
        """How many of each mark's points are flagged."""
        return np.bincount(self.member[flags], minlength=len(self)).astype(np.int64)


def radius(count: int) -> float:
    """The radius in pixels of the disc drawn for a cluster of that many."""
    return next((r for below, r in SIZES if count < below), LARGEST)


def radii(count: Ints, spread: Spread, wide: NDArray[np.bool_] | None = None) -> Floats:
    """The radius in pixels that each mark claims; a `wide` mark of one claims WIDE."""
    steps = np.array([r for _, r in SIZES] + [LARGEST])
    drawn = steps[np.searchsorted([below for below, _ in SIZES], count, side="right")]
    single = spread.point if wide is None else np.where(wide, max(WIDE, spread.point), spread.point)
    return np.where(count == 1, single, drawn + spread.extra)


def cluster(x: Floats, y: Floats, spread: Spread = POINTS, wide: NDArray[np.bool_] | None = None) -> Clusters:
    """Marks for points at x, y in pixels (finite): what shares a small cell, then nearest pairs until none touch.

    `wide` says which points claim more room when they stand alone.
    """
    if not len(x):
        empty = np.empty(0, np.int64)
        return Clusters(np.empty(0), np.empty(0), empty, empty, empty, np.zeros(1, np.int64))
    cell = 2 * spread.point * GAP / math.sqrt(2)
    _, member = np.unique(_keys(np.floor(x / cell), np.floor(y / cell)), return_inverse=True)
    count = np.bincount(member).astype(np.int64)
    cx, cy = np.bincount(member, x) / count, np.bincount(member, y) / count
    broad = np.bincount(member, wide) > 0 if wide is not None else np.zeros(len(count), bool)
    while len(into := _merge_once(cx, cy, radii(count, spread, broad), spread)):
        member = into[member]
        size = int(into.max()) + 1
        total = np.bincount(into, count, size)
        broad = np.bincount(into, broad, size) > 0
        cx, cy = np.bincount(into, cx * count, size) / total, np.bincount(into, cy * count, size) / total
        count = total.astype(np.int64)
    order = np.argsort(member, kind="stable").astype(np.int64)
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Clusters(cx, cy, count, member.astype(np.int64), order, first)


def _keys(column: Floats, row: Floats) -> Ints:
    """One number for each cell, so that neighbours in a row follow each other."""
    width = 2**31
    keys: Ints = row.astype(np.int64) * width + column.astype(np.int64)
    return keys


def _touching(x: Floats, y: Floats, r: Floats, reach: float) -> tuple[Ints, Ints, Floats]:
    """All pairs of marks that touch, and how deep, found among the neighbouring cells."""
    column, row = np.floor(x / reach), np.floor(y / reach)
    keys = _keys(column, row)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    found = []
    for down, low, high in ((0, 0, 1), (1, -1, 1)):
        start = np.searchsorted(ordered, _keys(column + low, row + down), side="left")
        stop = np.searchsorted(ordered, _keys(column + high, row + down), side="right")
        sizes = stop - start
        a = np.repeat(np.arange(len(x)), sizes)
        ends = np.cumsum(sizes)
        b = order[np.arange(int(sizes.sum())) + np.repeat(start - (ends - sizes), sizes)]
        keep = a != b
        found.append((a[keep], b[keep]))
    a = np.concatenate([pair[0] for pair in found])
    b = np.concatenate([pair[1] for pair in found])
    apart = np.hypot(x[a] - x[b], y[a] - y[b])
    near = apart < (r[a] + r[b]) * GAP
    return a[near], b[near], apart[near]


def _merge_once(x: Floats, y: Floats, r: Floats, spread: Spread) -> Ints:
    """New mark numbers after merging each pair that are each other's nearest; empty when nothing touches."""
    a, b, apart = _touching(x, y, r, 2 * max(float(r.max()), spread.point) * GAP)
    if not len(a):
        return np.empty(0, np.int64)
    both_a, both_b = np.concatenate([a, b]), np.concatenate([b, a])
    rank = np.lexsort((np.minimum(both_a, both_b), np.maximum(both_a, both_b), np.tile(apart, 2), both_a))
    first = np.unique(both_a[rank], return_index=True)[1]
    nearest = np.full(len(x), -1, np.int64)
    nearest[both_a[rank][first]] = both_b[rank][first]
    has = np.flatnonzero(nearest >= 0)
    mutual = has[nearest[nearest[has]] == has]
    target = np.arange(len(x))
    target[mutual] = np.minimum(mutual, nearest[mutual])
    return np.unique(target, return_inverse=True)[1].astype(np.int64)


def free_spot(x: float, y: float, r: float, others: Floats) -> tuple[float, float]:
    """The nearest place around (x, y) where a mark of radius r touches none of `others` (rows of x, y, radius)."""
    for step in range(1, 12):
        away = step * r
        for turn in range(16):
            angle = -math.pi / 4 + turn * math.pi / 8
            px, py = x + away * math.cos(angle), y + away * math.sin(angle)
            if not len(others) or bool(np.all(np.hypot(others[:, 0] - px, others[:, 1] - py) >= others[:, 2] + r)):
                return px, py
    return x + 2 * r, y
