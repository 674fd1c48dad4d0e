"""Which view shows some requests with nothing beneath the furniture, and where requests lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF

from services.geo.projection import UNIT
from services.queue.places import SIDE
from services.queue.words import Bounds
from widgets.map.camera import Camera
from widgets.map.shown import Shown

Metres = tuple[float, float, float, float]
"""West, south, east, north in web-mercator metres."""
LARGEST_MARK = 32
"""Pixels that the largest mark reaches from its place, with some air."""
NEAREST = 66
"""Level that fitting does not go beyond: about 1.3 m a pixel in Boston."""
ALL = 200_000
"""Of more requests than this the grid is looked at, not each."""


def all_bounds(shown: Shown, city: Bounds | None) -> Metres | None:
    """Where the requests on the map are; far-away ones do not count where others lie in the city."""
    grid = shown.grid
    if len(grid) > ALL:
        line, column = np.divmod(np.flatnonzero(grid.counts), SIDE)
        west, south, size = grid.frame.west, grid.frame.south, grid.frame.size
        low, high = (column.min(), line.min()), (column.max() + 1, line.max() + 1)
        return (
            (west + int(low[0]) * size) * UNIT, (south + int(low[1]) * size) * UNIT,
            (west + int(high[0]) * size) * UNIT, (south + int(high[1]) * size) * UNIT,
        )  # fmt: skip
    inside = grid.within(city) if city else grid.rows
    return bounds_of(shown, inside if len(inside) else grid.rows)


def bounds_of(shown: Shown, rows: NDArray[np.int64] | NDArray[np.int32]) -> Metres | None:
    """Where some rows with a place lie; None for no rows."""
    if not len(rows):
        return None
    x, y = (column.take(rows) * UNIT for column in (shown.snapshot.x, shown.snapshot.y))
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def fitted(camera: Camera, bounds: Metres, covers: Sequence[QRect], tools: int) -> Camera:
    """The nearest view of these bounds with no mark beneath what covers the map; where there is no room, with a rim.

    `tools` is the left edge of the column at the right, in pixels.
    """
    rim, room = LARGEST_MARK, QRect(0, 0, camera.width, camera.height)
    tops = sorted({rim, *(rim + r.bottom() for r in covers if r.right() < tools)})
    choices = [(rim, top, right, rim) for top in tops for right in (rim, rim + camera.width - tools)]
    for margins in choices:
        made = camera.fitted(bounds, margins, NEAREST)
        left, top = made.to_screen(bounds[0], bounds[3])
        right, bottom = made.to_screen(bounds[2], bounds[1])
        box = QRectF(left, top, right - left, bottom - top).toAlignedRect().adjusted(-rim, -rim, rim, rim)
        if not any(cover.intersects(box) for cover in covers) and room.contains(box.adjusted(4, 4, -4, -4)):
            return made
    return camera.fitted(bounds, choices[0], NEAREST)


def units(west: float, south: float, east: float, north: float) -> Bounds:
    """Bounds in whole world units, on the map."""
    edge = 2**31 - 1
    made = [min(max(round(v), -edge), edge) for v in (west, south, east, north)]
    return made[0], made[1], made[2], made[3]
