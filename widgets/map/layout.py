"""Where the marks of a region stand: which requests are drawn together, and how the selected one stands apart."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.geo import clusters
from services.geo.clusters import CELL
from services.geo.projection import UNIT
from services.queue.places import EDGE, SIDE, Box, Units
from services.queue.snapshot import Ints, Mask
from widgets.map.camera import Camera, metres_a_pixel
from widgets.map.ink import DOT
from widgets.map.shown import Region, Shown

Floats = NDArray[np.float64]
RING = 16.0
"""Radius in pixels that the selected request claims, its ring and halo included."""
EACH = 60_000
"""Up to so many requests around the view are looked at one by one; of more, whole cells of the grid."""
SPARSE = 4
"""Grid cells with up to so many are looked at one by one all the same."""
NEAR = 4.0
"""Pixels beside a mark at which the mouse is still on it."""


@dataclass(frozen=True)
class Lattice:
    """The small cells of a region: two points in one of them are always drawn together."""

    level: int
    column: int
    row: int
    wide: int
    high: int

    @property
    def scale(self) -> float:
        """World units a pixel."""
        return metres_a_pixel(self.level) / UNIT

    @property
    def box(self) -> Box:
        """The lattice in world units."""
        return self.around(0, 0, self.wide - 1, self.high - 1)

    def around(self, left: int, top: int, right: int, below: int) -> Box:
        """Some of its cells in world units."""
        unit = CELL * self.scale
        west, north = (self.column + left) * unit, -(self.row + top) * unit
        return west, north - (below - top + 1) * unit, west + (right - left + 1) * unit, north

    def keys(self, x: Floats, y: Floats) -> Ints:
        """The cell of each place in map pixels; −1 beyond the lattice."""
        column = np.floor(x / CELL).astype(np.int64) - self.column
        row = np.floor(y / CELL).astype(np.int64) - self.row
        inside = (column >= 0) & (column < self.wide) & (row >= 0) & (row < self.high)
        return np.where(inside, row * self.wide + column, -1)


@dataclass(frozen=True, eq=False)
class Layout:
    """The marks of a region: places in map pixels, how many each holds, how many of those are overdue."""

    region: Region
    lattice: Lattice
    x: Floats
    y: Floats
    home_x: Floats
    home_y: Floats
    """Where a mark that has made way for the selection would stand."""
    count: Ints
    late: Ints
    row: Ints
    """For a mark of one: its row; −1 for a cluster."""
    chosen: Mask
    cells: Ints
    """The mark of each cell of the lattice; −1 for none."""
    large: Ints
    """The mark of each cell of the grid that was taken whole; −1 for the others."""

    @cached_property
    def radius(self) -> Floats:
        """How much room each mark claims, in pixels."""
        return clusters.radii(self.count)

    @cached_property
    def moved(self) -> Mask:
        """The single requests that have made way for the selection, so far that a line leads to their place."""
        far: Mask = np.hypot(self.x - self.home_x, self.y - self.home_y) > DOT
        alone: Mask = far & (self.count == 1)
        return alone

    def seen(self, camera: Camera, margin: int = 32) -> Ints:
        """The marks within a view."""
        x, y = self.x - camera.left, self.y - camera.top
        within = (x > -margin) & (y > -margin) & (x < camera.width + margin) & (y < camera.height + margin)
        return np.flatnonzero(within & (self.count > 0))

    def near(self, camera: Camera, px: float, py: float) -> int:
        """The mark drawn at a pixel of the view; −1 where there is none."""
        if not len(self.x):
            return -1
        apart = np.hypot(self.x - (camera.left + px), self.y - (camera.top + py)) - self.radius
        best = int(np.argmin(np.where(self.count > 0, apart, np.inf)))
        return best if apart[best] <= NEAR and self.count[best] else -1

    def marks_of(self, shown: Shown, rows: Units) -> Ints:
        """The mark that each row is part of; −1 for what lies beyond the region."""
        key = self.lattice.keys(*shown.pixels(rows, self.lattice.scale))
        small = np.where(key >= 0, self.cells.take(np.maximum(key, 0)), -1)
        large = self.large.take(shown.grid.cells(rows))
        return np.where(large >= 0, large, small)

    def members(self, shown: Shown, mark: int) -> Units:
        """The rows that a mark stands for, but for the selected one, which stands by itself."""
        grid = shown.grid
        found = [grid.rows[grid.start[c] : grid.start[c + 1]] for c in np.flatnonzero(self.large == mark).tolist()]
        small = np.flatnonzero(self.cells == mark)
        if len(small):
            row, column = np.divmod(small, self.lattice.wide)
            box = self.lattice.around(int(column.min()), int(row.min()), int(column.max()), int(row.max()))
            rows = grid.near(box)
            rows = np.compress(self.marks_of(shown, rows) == mark, rows)
            whole = self.large.take(grid.cells(rows)) >= 0
            found.append(np.compress(~whole, rows))
        every = np.concatenate(found) if found else grid.rows[:0]
        return np.compress(every != shown.current, every)


def _lattice(region: Region) -> Lattice:
    column, row = int(np.floor(region.left / CELL)), int(np.floor(region.top / CELL))
    right, below = np.floor((region.left + region.width) / CELL), np.floor((region.top + region.height) / CELL)
    return Lattice(region.level, column, row, int(right) - column + 1, int(below) - row + 1)


def lay_out(shown: Shown, region: Region) -> Layout:
    """The marks of a region, none touching another. What is costly follows the region's pixels, not the requests."""
    return clusters.finished(laying_out(shown, region))


def laying_out(shown: Shown, region: Region) -> Generator[None, None, Layout]:
    """The same in steps of some milliseconds."""
    lattice = _lattice(region)
    whole, rows = parts(shown, lattice.box)
    yield
    x, y = shown.pixels(rows, lattice.scale)
    key = lattice.keys(x, y)
    inside = np.flatnonzero(key >= 0)
    rows, key, x, y = rows.take(inside), key.take(inside), x.take(inside), y.take(inside)
    yield
    size = lattice.wide * lattice.high
    count = np.bincount(key, minlength=size)
    used = np.flatnonzero(count)
    number = count.take(used)
    last = np.zeros(size, np.int64)
    last[key] = rows
    mean_x, mean_y = (np.bincount(key, at, size).take(used) / number for at in (x, y))
    yield
    late, chosen = (np.bincount(key, flags(rows), size).take(used) for flags in (shown.late, shown.is_chosen))
    yield
    cell_x = (shown.grid.mean_x(whole) if len(whole) else np.empty(0)) / lattice.scale
    yield
    cell_y = (shown.grid.mean_y(whole) if len(whole) else np.empty(0)) / lattice.scale
    yield
    all_count = np.concatenate([number, shown.grid.counts.take(whole)])
    late = np.concatenate([late, shown.late_by_cell.take(whole)]).astype(np.int64)
    chosen = np.concatenate([chosen, shown.chosen_by_cell.take(whole)])
    yield
    made = yield from clusters.merging(
        np.concatenate([mean_x, cell_x]), np.concatenate([mean_y, -cell_y]), all_count, (late > 0) & (all_count == 1)
    )
    row = np.full(len(made), -1, np.int64)
    row[made.member[: len(used)]] = last.take(used)
    cells, large = np.full(size, -1, np.int64), np.full(SIDE * SIDE, -1, np.int64)
    cells[used], large[whole] = made.member[: len(used)], made.member[len(used) :]
    return Layout(
        region, lattice, made.x, made.y, made.x, made.y, made.count, made.total(late),
        np.where(made.count == 1, row, -1), made.total(chosen) > 0, cells, large,
    )  # fmt: skip


def parts(shown: Shown, box: Box) -> tuple[Ints, Units]:
    """What lies in a box: the grid's cells to take whole, and the rows to look at one by one."""
    grid = shown.grid
    if grid.about(box) <= EACH:
        return np.empty(0, np.int64), grid.near(box)
    cells = grid.touched(box)
    counts = grid.counts.take(cells)
    large = (counts > SPARSE) & ~EDGE.take(cells)
    return cells[large], grid.rows_in(cells[~large])


def parted(shown: Shown, layout: Layout) -> Layout:
    """The layout with the selected row taken out of its mark, and the marks under its ring moved out of the way."""
    current = shown.current
    if not shown.has(current):
        return layout
    rows = np.array([current], np.int32)
    mark = int(layout.marks_of(shown, rows)[0])
    if mark >= 0:
        count, late, row = layout.count.copy(), layout.late.copy(), layout.row.copy()
        count[mark] -= 1
        late[mark] -= int(shown.late(rows)[0])
        row[mark] = -1
        layout = replace(layout, count=count, late=late, row=row)
        if count[mark] == 1:
            other = layout.members(shown, mark)
            row[mark] = other[0]
            x, y = shown.pixels(other, layout.lattice.scale)
            layout = replace(layout, x=layout.x.copy(), y=layout.y.copy())
            layout.x[mark], layout.y[mark] = x[0], y[0]
            layout = replace(layout, home_x=layout.x, home_y=layout.y)
    x, y = shown.pixels(rows, layout.lattice.scale)
    return _make_way(layout, float(x[0]), float(y[0]))


def _make_way(layout: Layout, at_x: float, at_y: float) -> Layout:
    """Move the marks that the selection's ring would cover to the nearest free place."""
    x, y, radius = layout.x.copy(), layout.y.copy(), layout.radius
    drawn = layout.count > 0
    covered = np.flatnonzero((np.hypot(x - at_x, y - at_y) < radius + RING) & drawn)
    for i in covered.tolist():
        near = (np.hypot(x - at_x, y - at_y) < 400) & drawn
        near[i] = False
        others = np.vstack([np.stack([x[near], y[near], radius[near]], axis=1), [[at_x, at_y, RING]]])
        x[i], y[i] = clusters.free_spot(float(x[i]), float(y[i]), float(radius[i]), others)
    return replace(layout, x=x, y=y)
