"""Where the requests of a snapshot lie: its rows sorted by the cells of a grid over the city, and filters of them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.geo import polygon
from services.geo.projection import NO_PLACE
from services.queue.distinct import distinct
from services.queue.snapshot import Ints, Mask

Units = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]
"""West, south, east, north in world units."""
SIDE = 256
"""Cells in a row, and rows of cells."""
SAMPLE = 1 << 16
TAIL = 0.002
"""The share of requests on each side that may lie beyond the grid; they are kept in its outermost cells."""
CROWD = 100
"""So many requests at one place are shown as one mark, however near one looks."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The grid's south-west corner and the side of a cell, in world units. What lies beyond is in the edge cells."""

    west: int
    south: int
    size: int

    def columns(self, x: npt.ArrayLike) -> Ints:
        """The column of each x."""
        return _cells(x, self.west, self.size)

    def rows(self, y: npt.ArrayLike) -> Ints:
        """The row of each y, counted from the south."""
        return _cells(y, self.south, self.size)

    def corners(self, box: Box) -> tuple[int, int, int, int]:
        """The columns and rows that a box begins and ends in, like the box: one by one this is quicker than arrays."""
        west, south, east, north = box
        return (
            _cell(west, self.west, self.size), _cell(south, self.south, self.size),
            _cell(east, self.west, self.size), _cell(north, self.south, self.size),
        )  # fmt: skip


def _cell(at: float, first: int, size: int) -> int:
    return int((min(max(float(at), first), first + SIDE * size - 1) - first) // size)


def _cells(at: npt.ArrayLike, first: int, size: int) -> Ints:
    near = np.clip(at, first, first + SIDE * size - 1)
    found: Ints = ((near - first) // size).astype(np.int64)
    return found


@dataclass(frozen=True, eq=False)
class Grid:
    """Rows of a snapshot that have a place, by cell: those of cell c are rows[start[c]:start[c + 1]], ascending."""

    frame: Frame
    x: Units
    y: Units
    """The snapshot's columns, by row."""
    rows: Units
    start: Ints
    crowds: Ints
    """Places where many rows of the snapshot lie, shape (n, 2): x, y."""

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def counts(self) -> Ints:
        """How many rows each cell holds."""
        return np.diff(self.start)

    @cached_property
    def _sum_x(self) -> Ints:
        return self._sums(self.x)

    @cached_property
    def _sum_y(self) -> Ints:
        return self._sums(self.y)

    def _sums(self, column: Units) -> Ints:
        places = np.concatenate([column.take(self.rows), np.zeros(1, np.int32)])
        found: Ints = np.add.reduceat(places, self.start[:-1], dtype=np.int64)
        return found

    def mean_x(self, cells: Ints) -> Floats:
        """The middle of the places in each of some cells that are not empty: how far east."""
        found: Floats = self._sum_x.take(cells) / self.counts.take(cells)
        return found

    def mean_y(self, cells: Ints) -> Floats:
        """How far north."""
        found: Floats = self._sum_y.take(cells) / self.counts.take(cells)
        return found

    def cells(self, rows: Units) -> Ints:
        """The cell of each of some rows."""
        return self.frame.rows(self.y.take(rows)) * SIDE + self.frame.columns(self.x.take(rows))

    def touched(self, box: Box) -> Ints:
        """The cells that touch a box and are not empty."""
        first, low, last, high = self.frame.corners(box)
        cells = (np.arange(low, high + 1)[:, None] * SIDE + np.arange(first, last + 1)).ravel()
        return np.compress(self.counts.take(cells) > 0, cells)

    def rows_in(self, cells: Ints) -> Units:
        """The rows of some cells, one cell after the other."""
        sizes = self.counts.take(cells)
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        found: Units = self.rows.take(np.arange(total) + np.repeat(self.start.take(cells) - (ends - sizes), sizes))
        return found

    def count(self, box: Box) -> int:
        """How many rows lie within a box: only those in cells at its edge are looked at."""
        size, (west, south, east, north) = self.frame.size, box
        cells = self.touched(box)
        left, low = self.frame.west + cells % SIDE * size, self.frame.south + cells // SIDE * size
        whole = (left >= west) & (left + size <= east) & (low >= south) & (low + size <= north) & ~EDGE.take(cells)
        rows = self.rows_in(cells[~whole])
        x, y = self.x.take(rows), self.y.take(rows)
        inside = int(np.count_nonzero((x >= west) & (x <= east) & (y >= south) & (y <= north)))
        return int(self.counts.take(cells[whole]).sum()) + inside

    def near(self, box: Box) -> Units:
        """The rows in all cells that touch a box, to be read only: those within it, and some around."""
        parts = [self.rows[a:b] for a, b in self._spans(box)]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else self.rows[:0]

    def within(self, box: Box) -> Units:
        """The rows within a box, its edges included."""
        rows = self.near(box)
        x, y = self.x.take(rows), self.y.take(rows)
        west, south, east, north = box
        return np.compress((x >= west) & (x <= east) & (y >= south) & (y <= north), rows)

    def round_about(self, x: float, y: float, reach: float) -> tuple[Units, Floats]:
        """The rows no farther than so many world units from a point, and the square of how far each is."""
        rows = self.near((x - reach, y - reach, x + reach, y + reach))
        apart = self.x.take(rows) - x
        apart *= apart
        north = self.y.take(rows) - y
        north *= north
        apart += north
        inside = apart <= reach * reach
        return rows.compress(inside), apart.compress(inside)

    def at(self, x: int, y: int) -> Units:
        """The rows at exactly this place."""
        return self.within((x, y, x, y))

    def holds(self, row: int) -> bool:
        """Whether a row of the snapshot is one of these: it is looked up in its cell."""
        x, y = int(self.x[row]), int(self.y[row])
        column, line, _, _ = self.frame.corners((x, y, x, y))
        cell = self.rows[self.start[line * SIDE + column] : self.start[line * SIDE + column + 1]]
        at = int(cell.searchsorted(row))
        return at < len(cell) and int(cell[at]) == row

    def crowds_in(self, box: Box) -> list[tuple[int, int]]:
        """The places within a box where many rows of the snapshot lie, from west to east."""
        west, south, east, north = box
        every = self._crowds
        near = every[bisect_left(every, (west, -math.inf)) : bisect_right(every, (east, math.inf))]
        return [(x, y) for x, y in near if south <= y <= north]

    @cached_property
    def _crowds(self) -> list[tuple[int, int]]:
        return [(x, y) for x, y in self.crowds.tolist()]

    def about(self, box: Box) -> int:
        """How many rows lie in the cells that touch a box."""
        return sum(b - a for a, b in self._spans(box))

    def _spans(self, box: Box) -> list[tuple[int, int]]:
        """The stretches of `rows` that hold the cells of a box."""
        west, south, east, north = box
        if not len(self.rows) or west > east or south > north:
            return []
        first, low, last, high = self.frame.corners(box)
        if last - first == SIDE - 1:
            return [(int(self.start[low * SIDE]), int(self.start[(high + 1) * SIDE]))]
        begins = self.start[low * SIDE + first : high * SIDE + first + 1 : SIDE].tolist()
        ends = self.start[low * SIDE + last + 1 : high * SIDE + last + 2 : SIDE].tolist()
        return [(a, b) for a, b in zip(begins, ends, strict=True) if b > a]

    def enclosed(self, ring: npt.ArrayLike) -> Units:
        """The rows within a ring drawn by hand, shape (n, 2) in world units, by the odd-even rule.

        Cells that no edge touches are taken or left whole; only the points in the others are looked at.
        """
        sides = polygon.edges([ring])
        if not len(sides) or not len(self.rows):
            return self.rows[:0]
        cut, whole = _crossed(self.frame, sides)
        taken = np.compress(np.repeat(whole.ravel(), self.counts), self.rows)
        lows, highs = np.minimum(sides[:, 1], sides[:, 3]), np.maximum(sides[:, 1], sides[:, 3])
        first, last = self.frame.rows(lows), self.frame.rows(highs)
        parts = [taken]
        for line in np.flatnonzero(cut.any(axis=1)).tolist():
            rows = np.concatenate([self._cells(line, cells) for cells in _runs(cut[line])])
            if len(rows):
                reach = sides[(first <= line) & (last >= line)]
                parts.append(np.compress(polygon.inside(self.x.take(rows), self.y.take(rows), reach), rows))
        return np.concatenate(parts)

    def _cells(self, line: int, cells: tuple[int, int]) -> Units:
        return self.rows[self.start[line * SIDE + cells[0]] : self.start[line * SIDE + cells[1]]]

    def tally(self, flags: Mask) -> Ints:
        """How many rows of each cell are flagged; `flags` by row of the snapshot."""
        total = np.concatenate([[0], np.cumsum(flags.take(self.rows), dtype=np.int64)])
        return np.diff(total.take(self.start))


_border = np.ones((SIDE, SIDE), bool)
_border[1:-1, 1:-1] = False
EDGE: Mask = _border.ravel()
"""The cells that also hold what lies beyond the grid."""


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """The stretches of a mask that are true: first, and one after the last."""
    change = np.flatnonzero(np.diff(np.concatenate([[0], mask.view(np.int8), [0]])))
    return list(zip(change[::2].tolist(), change[1::2].tolist(), strict=True))


def _crossed(frame: Frame, sides: Floats) -> tuple[Mask, Mask]:
    """For each cell, by row and column: whether an edge may pass through it; else whether it lies within the ring."""
    first = frame.rows(np.minimum(sides[:, 1], sides[:, 3]))
    spans = frame.rows(np.maximum(sides[:, 1], sides[:, 3])) - first + 1
    edge = np.repeat(np.arange(len(sides)), spans)
    line = np.arange(len(edge)) - np.repeat(np.cumsum(spans) - spans, spans) + first[edge]
    x0, y0, x1, y1 = sides[edge].T
    slope = (x1 - x0) / (y1 - y0)
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    south = frame.south + line * frame.size
    ends = [x0 + (np.clip(at, low, high) - y0) * slope for at in (south, south + frame.size)]
    marks = np.zeros((SIDE, SIDE + 1), np.int64)
    np.add.at(marks, (line, frame.columns(np.minimum(*ends) - 1)), 1)
    np.add.at(marks, (line, frame.columns(np.maximum(*ends) + 1) + 1), -1)
    cut = np.cumsum(marks[:, :SIDE], axis=1) > 0
    cut[:, [0, -1]] = True
    cut[[0, -1]] = True
    middle = south + frame.size / 2
    crosses = (y0 <= middle) != (y1 <= middle)
    column = frame.columns(x0 + (middle - y0) * slope)[crosses]
    passed = np.zeros((SIDE, SIDE), np.int64)
    np.add.at(passed, (line[crosses], column), 1)
    return cut, ~cut & (np.cumsum(passed, axis=1) % 2 == 1)


class Places:
    """The places of one snapshot, sorted once; good for every snapshot that shares its x and y columns."""

    def __init__(self, x: Units, y: Units) -> None:
        self.x, self.y = x, y
        placed = x != NO_PLACE
        rows = np.flatnonzero(placed).astype(np.int32)
        self.frame = _frame(x.take(rows), y.take(rows))
        self._cell = (self.frame.rows(y) * SIDE + self.frame.columns(x)).astype(np.uint16)
        cells = self._cell.take(rows)
        self._placed = placed
        self._rows = rows.take(np.argsort(cells, kind="stable"))
        self._start = _starts(cells)
        self._crowds = _crowds(x.take(rows), y.take(rows))
        self._all = Grid(self.frame, x, y, self._rows, self._start, self._crowds)

    def fits(self, x: Units, y: Units) -> bool:
        """Whether these are the columns that were sorted."""
        return x is self.x and y is self.y

    def all(self) -> Grid:
        """Every row with a place."""
        return self._all

    def filter(self, rows: Ints) -> Grid:
        """Those of `rows` (each at most once, in any order) that have a place."""
        if len(rows) == len(self.x):
            return self.all()
        if len(rows) * 16 < len(self.x):
            few = np.sort(np.compress(self._placed.take(rows), rows).astype(np.int32))
            cells = self._cell.take(few)
            kept, start = few.take(np.argsort(cells, kind="stable")), _starts(cells)
        else:
            mask = np.zeros(len(self.x), bool)
            mask[rows] = True
            keep = mask.take(self._rows)
            kept = np.compress(keep, self._rows)
            start = np.searchsorted(np.flatnonzero(keep), self._start).astype(np.int64)
        return Grid(self.frame, self.x, self.y, kept, start, self._crowds)


def _starts(cells: npt.NDArray[np.uint16]) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(cells, minlength=SIDE * SIDE))]).astype(np.int64)


def _frame(x: Units, y: Units) -> Frame:
    """A grid over nearly all of the points: a few far away do not stretch it."""
    if not len(x):
        return Frame(0, 0, 1)
    step = max(1, len(x) // SAMPLE)
    low, high = np.quantile(np.stack([x[::step], y[::step]], axis=1), [TAIL, 1 - TAIL], axis=0, method="nearest")
    spread = (high - low).astype(np.float64)
    middle = (low + spread / 2).astype(np.int64)
    size = max(1, round(float(spread.max()) * 1.04 / SIDE))
    west, south = (middle - size * SIDE // 2).tolist()
    edge = 2**31 - 1 - size * SIDE
    return Frame(min(max(west, -edge), edge), min(max(south, -edge), edge), size)


def _crowds(x: Units, y: Units) -> Ints:
    """The places of at least CROWD points each."""
    keys = np.sort((x.astype(np.int64) << 32) | (y.astype(np.int64) & 0xFFFFFFFF))
    if len(keys) < CROWD:
        return np.empty((0, 2), np.int64)
    last, first = keys[CROWD - 1 :], keys[: len(keys) - CROWD + 1]
    many = distinct(np.compress(last == first, last))
    return np.stack([many >> 32, (many << 32) >> 32], axis=1)
