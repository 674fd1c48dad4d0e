"""Requests as small dots by status, painted with numpy; of very many, the most urgent one of each small cell."""

from __future__ import annotations

import math
from functools import lru_cache
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from services.geo.projection import TILE
from services.queue.places import EDGE, SIDE, Grid, Units
from widgets import theme
from widgets.map.shown import BY_RANK, LATE, Region, Shown

Codes = NDArray[np.uint8]
"""0 for nothing, else 1 + the rank of the most urgent request there, plus PICKED when it is chosen."""
PICKED = 16
RIM, CHOSEN = 32, 64
"""Codes of the rim around dots, and around chosen ones."""
HALO = 1.0
"""Pixels of the rim around a dot."""
RIMMED = 5.0
"""Dots of at least so many pixels across have a rim; around smaller ones it would hide more than they show."""
ROUND = 0.3
"""Square pixels taken off a disc's radius squared, so that its corners are round."""
FINE = 16
"""Small cells to the side of a cell of the grid."""
FEW = 100_000
"""Up to so many requests are painted one by one at every level."""
CHUNK = 50_000


def codes_of(shown: Shown, rows: Units) -> Codes:
    """The code of each row."""
    return shown.ranks(rows) + np.uint8(1) + shown.is_chosen(rows).astype(np.uint8) * np.uint8(PICKED)


class Pyramid:
    """The highest code in each small cell of the city, at halving resolutions; built in slices."""

    def __init__(self, shown: Shown) -> None:
        self._shown, self._news, self._next = shown, -1, 0
        self._steps: list[Codes] = []

    def step(self, scale: float) -> int:
        """The resolution whose cells are no larger than a pixel of so many world units; −1 where each row is needed."""
        grid = self._shown.grid
        if len(grid) <= FEW:
            return -1
        return min(math.floor(math.log2(scale * FINE / grid.frame.size)), 8)

    def build(self, step: int, until: float) -> bool:
        """Go on building up to a resolution until that time; true while there is more to do."""
        if self._news != self._shown.news:
            self._news, self._next = self._shown.news, 0
            self._steps = [np.zeros((SIDE * FINE, SIDE * FINE), np.uint8)]
        while self._next < len(self._shown.grid):
            self._add(self._shown.grid, slice(self._next, self._next + CHUNK))
            self._next += CHUNK
            if perf_counter() > until:
                return True
        if len(self._steps) <= step:
            last = self._steps[-1]
            tall = np.maximum(last[::2], last[1::2])
            self._steps.append(np.maximum(tall[:, ::2], tall[:, 1::2]))
        return len(self._steps) <= step

    def _add(self, grid: Grid, part: slice) -> None:
        rows, frame = grid.rows[part], grid.frame
        x = (grid.x.take(rows).astype(np.int64) - frame.west) * FINE // frame.size
        y = (grid.y.take(rows).astype(np.int64) - frame.south) * FINE // frame.size
        low, high = FINE, (SIDE - 1) * FINE
        inner = np.flatnonzero((x >= low) & (x < high) & (y >= low) & (y < high))
        codes = codes_of(self._shown, rows.take(inner))
        order = np.argsort(codes, kind="stable")
        at, codes = (y * (SIDE * FINE) + x).take(inner).take(order), codes.take(order)
        ground = self._steps[0].reshape(-1)
        ground[at] = np.maximum(ground.take(at), codes)

    def lay(self, ground: Codes, step: int, region: Region, dense: float, pad: int) -> Units:
        """Put the codes of a region on a square of pixels; the rows that are not in the pyramid are left to do."""
        grid, cells = self._shown.grid, self._steps[step]
        frame, size = grid.frame, grid.frame.size * 2**step / FINE
        unit = region.scale / dense
        west, south, east, north = region.grown(math.ceil(pad / dense)).box
        across = np.arange(*_range(west - frame.west, east - frame.west, size, len(cells)))
        upward = np.arange(*_range(south - frame.south, north - frame.south, size, len(cells)))
        columns = np.floor((frame.west + (across + 0.5) * size) / unit - region.left * dense).astype(np.int64) + pad
        lines = np.floor(-(frame.south + (upward + 0.5) * size) / unit - region.top * dense).astype(np.int64) + pad
        across, columns = _within(across, columns, len(ground))
        upward, lines = _within(upward, lines, len(ground))
        if len(across) and len(upward):
            block = cells[upward[0] : upward[-1] + 1, across[0] : across[-1] + 1]
            first_line = np.flatnonzero(np.diff(lines, prepend=-1))
            first_column = np.flatnonzero(np.diff(columns, prepend=-1))
            block = np.maximum.reduceat(np.maximum.reduceat(block, first_line, axis=0), first_column, axis=1)
            ground[np.ix_(lines[first_line], columns[first_column])] = block
        edge = grid.touched((west, south, east, north))
        return grid.rows_in(np.compress(EDGE.take(edge), edge))


def _range(low: float, high: float, size: float, many: int) -> tuple[int, int]:
    return max(0, math.floor(low / size)), min(many, math.floor(high / size) + 1)


def _within(cells: NDArray[np.int64], at: NDArray[np.int64], side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    inside = (at >= 0) & (at < side)
    return cells[inside], at[inside]


def paint(shown: Shown, region: Region, size: float, dense: float, pyramid: tuple[Pyramid, int] | None) -> QImage:
    """A square of dots `size` pixels across: what is more urgent over what is less; a rim around large ones."""
    across = max(1, round(size * dense))
    rim = 2 * max(1, round(HALO * dense))
    pad = (across + rim) // 2 + 2
    side = round(TILE * dense) + 2 * pad
    ground = np.zeros((side, side), np.uint8)
    if pyramid is None:
        rows = shown.grid.near(region.grown(math.ceil(pad / dense)).box)
    else:
        rows = pyramid[0].lay(ground, pyramid[1], region, dense, pad)
    _lay_rows(ground, shown, rows, region, dense, pad)
    dots = spread(ground, across)
    codes = dots
    if size >= RIMMED:
        codes = np.where(dots > 0, dots, spread((ground > 0).view(np.uint8), across + rim) * np.uint8(RIM))
    if shown.chosen is not None:
        picked = spread(np.where(ground >= PICKED, np.uint8(CHOSEN), np.uint8(0)), across + rim)
        codes = np.where(dots > 0, dots, np.maximum(codes, picked))
    inner = slice(pad, side - pad)
    pixels = np.ascontiguousarray(_inks(theme.current()).take(codes[inner, inner]))
    wide = len(pixels)
    return QImage(pixels.data, wide, wide, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _lay_rows(ground: Codes, shown: Shown, rows: Units, region: Region, dense: float, pad: int) -> None:
    side = len(ground)
    x, y = shown.pixels(rows, region.scale)
    column = np.floor((x - region.left) * dense).astype(np.int64) + pad
    line = np.floor((y - region.top) * dense).astype(np.int64) + pad
    seen = np.flatnonzero((column >= 0) & (column < side) & (line >= 0) & (line < side))
    codes = codes_of(shown, rows.take(seen))
    order = np.argsort(codes, kind="stable")
    at, codes = (line * side + column).take(seen).take(order), codes.take(order)
    flat = ground.reshape(-1)
    flat[at] = np.maximum(flat.take(at), codes)


def spread(codes: Codes, across: int) -> Codes:
    """Each code as a disc of so many pixels across; where discs overlap, the highest code."""
    if across <= 1:
        return codes
    made = np.zeros_like(codes)
    first, last = -((across - 1) // 2), across // 2
    middle = (first + last) / 2
    for dy in range(first, last + 1):
        room = (across / 2) ** 2 - ROUND - (dy - middle) ** 2
        steps = [dx for dx in range(first, last + 1) if (dx - middle) ** 2 <= room]
        line = _across(codes, steps[0], steps[-1])
        to, source = slice(max(0, dy), codes.shape[0] + min(0, dy)), slice(max(0, -dy), codes.shape[0] + min(0, -dy))
        np.maximum(made[to], line[source], out=made[to])
    return made


def _across(codes: Codes, first: int, last: int) -> Codes:
    made = codes.copy()
    for dx in range(1, last + 1):
        np.maximum(made[:, dx:], codes[:, :-dx], out=made[:, dx:])
    for dx in range(1, 1 - first):
        np.maximum(made[:, :-dx], codes[:, dx:], out=made[:, :-dx])
    return made


@lru_cache(maxsize=4)
def _inks(palette: theme.Palette) -> NDArray[np.uint32]:
    """The colour of each code; 0 is nothing."""
    inks = np.zeros(256, np.uint32)
    for rank, status in enumerate(BY_RANK):
        inks[1 + rank] = theme.colour(palette.status(status)).rgba()
        inks[1 + rank + LATE] = theme.colour(palette.overdue).rgba()
    inks[PICKED : 2 * PICKED] = inks[:PICKED]
    inks[RIM] = theme.colour(palette.surf).rgba()
    inks[CHOSEN] = theme.colour(palette.accent).rgba()
    return inks
