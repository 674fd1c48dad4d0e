"""Merges marks that would be drawn over each other, until none touches another."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
GAP = 1.08
"""Two marks touch when they are nearer than the sum of their radii times this."""
SIZES = ((10, 11.0), (100, 14.0), (1_000, 17.0), (10_000, 22.0))
"""A cluster of fewer than n requests has this radius, in pixels."""
LARGEST = 26.0
POINT = 6.5
"""The radius in pixels that a mark of one claims."""
WIDE = 11.0
"""The radius that a mark of one with the overdue triangle claims."""
CELL = 2 * POINT * GAP / math.sqrt(2)
"""Two points in one cell of this side, in pixels, always touch."""
BLOCK = 4
"""Cells to the side of a block."""
DENSE = 4
"""Where a block holds more marks than this, they are one: a crowd is not worth the pixels between its marks."""


@dataclass(frozen=True)
class Merged:
    """The marks to draw: places in pixels, and for each mark that went in, the number of the one it is part of."""

    x: Floats
    y: Floats
    count: Ints
    member: Ints

    def __len__(self) -> int:
        return len(self.x)

    def total(self, numbers: Ints) -> Ints:
        """The sum, for each mark, of a number of each one that went in."""
        return np.bincount(self.member, numbers, len(self)).astype(np.int64)


def radii(count: Ints, wide: Mask | None = None) -> Floats:
    """The radius in pixels that each mark claims; a `wide` mark of one claims WIDE."""
    steps = np.array([r for _, r in SIZES] + [LARGEST])
    drawn = steps[np.searchsorted([below for below, _ in SIZES], count, side="right")]
    return np.where(count == 1, POINT if wide is None else np.where(wide, WIDE, POINT), drawn)


def radius(count: int) -> float:
    """The radius in pixels that a mark of so many claims."""
    return POINT if count == 1 else next((drawn for below, drawn in SIZES if count < below), LARGEST)


def merge(x: Floats, y: Floats, count: Ints, wide: Mask) -> Merged:
    """Merge marks at x, y in pixels (finite) of `count` points each: what crowds a block, then nearest pairs.

    `wide` says which marks claim more room when they stand alone.
    """
    return finished(merging(x, y, count, wide))


def merging(x: Floats, y: Floats, count: Ints, wide: Mask) -> Generator[None, None, Merged]:
    """The same in steps of some milliseconds."""
    member = _blocks(x, y)
    x, y, count, wide = _joined(member, x, y, count, wide)
    yield
    while len(into := _merge_once(x, y, radii(count, wide))):
        member = into[member]
        x, y, count, wide = _joined(into, x, y, count, wide)
        yield
    return Merged(x, y, count, member)


def finished(work: Generator[None, None, T]) -> T:
    """What work in steps comes to, all steps done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: T = end.value
            return made


def _joined(into: Ints, x: Floats, y: Floats, count: Ints, wide: Mask) -> tuple[Floats, Floats, Ints, Mask]:
    size = int(into.max()) + 1 if len(into) else 0
    total = np.bincount(into, count, size)
    broad = np.bincount(into, wide, size) > 0
    at_x, at_y = np.bincount(into, x * count, size) / total, np.bincount(into, y * count, size) / total
    return at_x, at_y, total.astype(np.int64), broad


def _blocks(x: Floats, y: Floats) -> Ints:
    """New mark numbers after making one of all marks of each crowded block."""
    if not len(x):
        return np.empty(0, np.int64)
    block = CELL * BLOCK
    _, number, size = np.unique(
        _keys(np.floor(x / block), np.floor(y / block)), return_inverse=True, return_counts=True
    )
    alone = size[number] <= DENSE
    key = np.where(alone, len(x) + np.arange(len(x)), number)
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def _keys(column: Floats, row: Floats) -> Ints:
    """One number for each cell, so that neighbours in a row follow each other."""
    width = 2**31
    keys: Ints = row.astype(np.int64) * width + column.astype(np.int64)
    return keys


def _touching(x: Floats, y: Floats, r: Floats, reach: float) -> tuple[Ints, Ints, Floats]:
    """All pairs of marks that touch, and how far apart they are, found among the neighbouring cells."""
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
        apart = (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2
        near = np.flatnonzero((apart < ((r[a] + r[b]) * GAP) ** 2) & (a != b))
        found.append((a[near], b[near], apart[near]))
    a, b, apart = (np.concatenate([pair[i] for pair in found]) for i in range(3))
    return a, b, apart


def _merge_once(x: Floats, y: Floats, r: Floats) -> Ints:
    """New mark numbers after merging each pair that are each other's nearest; empty when nothing touches."""
    if not len(x):
        return np.empty(0, np.int64)
    a, b, apart = _touching(x, y, r, 2 * float(r.max()) * GAP)
    if not len(a):
        return np.empty(0, np.int64)
    far = np.argsort(-apart, kind="stable")
    ends = np.stack([a[far], b[far]], axis=1)
    nearest = np.full(len(x), -1, np.int64)
    nearest[ends.ravel()] = ends[:, ::-1].ravel()
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
