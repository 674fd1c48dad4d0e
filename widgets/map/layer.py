"""What a way of showing requests on the map has to do, and what it finds under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from services.geo.projection import UNIT
from services.queue.places import Units
from widgets.map.camera import Camera
from widgets.map.shown import Shown

Floats = NDArray[np.float64]


class Mode(StrEnum):
    """How requests are shown."""

    CLUSTERS = "clusters"
    POINTS = "points"
    HEAT = "heat"
    AREAS = "areas"


@dataclass(frozen=True, eq=False)
class Hit:
    """What lies under the mouse."""

    key: object
    """The same while the mouse is over the same mark."""
    count: int
    late: int
    rows: Callable[[], Units]
    """All its rows; not asked for while the mouse merely passes."""
    area: str = ""
    """The name of an area, when areas are shown."""


class Layer:
    """One way of showing requests. Made once; told of news; works in slices between paints."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.made = 0
        """Rises whenever `discs` has become another: names are placed anew then."""

    def renew(self) -> None:
        """What is shown has changed: the old picture stands until the new one is there."""

    def restyle(self) -> None:
        """The colours have changed."""

    def leave(self, camera: Camera, density: float) -> None:
        """The view is about to change its level."""

    def work(self, camera: Camera, density: float) -> bool:
        """Make a part of what is missing, in some milliseconds; true when something was missing."""
        return False

    def draw(self, painter: QPainter, camera: Camera, density: float) -> None:
        """Draw what has been made."""

    def at(self, camera: Camera, px: float, py: float) -> Hit | None:
        """What lies under a pixel of the view."""
        return None

    def discs(self, camera: Camera) -> Floats:
        """What names keep clear of: rows of x, y, radius in view pixels."""
        return np.empty((0, 3))

    def hit(self, rows: Units) -> Hit | None:
        """Some rows as what lies under the mouse."""
        if not len(rows):
            return None
        return Hit((len(rows), int(rows[0]), int(rows[-1])), len(rows), int(self.shown.late(rows).sum()), lambda: rows)

    def about(self, camera: Camera, px: float, py: float, reach: float) -> tuple[Units, Floats]:
        """The rows within so many pixels of a pixel, and how far each is from it, in pixels."""
        x, y = (v / UNIT for v in camera.to_world(px, py))
        unit = camera.scale / UNIT
        side = reach * unit
        rows = self.shown.grid.within((x - side, y - side, x + side, y + side))
        apart = np.hypot(self.shown.snapshot.x.take(rows) - x, self.shown.snapshot.y.take(rows) - y) / unit
        near = np.flatnonzero(apart <= reach)
        return rows.take(near), apart.take(near)
