"""What a way of showing requests on the map has to do, and what it finds under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from services.geo.projection import UNIT
from services.queue.places import Box, Units
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
    overdue: Callable[[], int]
    """How many of them are overdue; not asked for while the mouse merely passes."""
    rows: Callable[[], Units]
    """All its rows; not asked for either."""
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
        key = (len(rows), int(rows[0]), int(rows[-1]))
        return Hit(key, len(rows), lambda: int(self.shown.late(rows).sum()), lambda: rows)

    def about(self, camera: Camera, px: float, py: float, reach: float) -> tuple[Units, Floats]:
        """The rows within so many pixels of a pixel, and the square of how far each is from it, in world units."""
        x, y = camera.to_world(px, py)
        return self.shown.grid.round_about(x / UNIT, y / UNIT, reach * camera.scale / UNIT)


def around(camera: Camera, px: float, py: float, reach: float) -> Box:
    """What lies so many pixels about a pixel of the view, in world units."""
    x, y = camera.to_world(px, py)
    side = reach * camera.scale
    return (x - side) / UNIT, (y - side) / UNIT, (x + side) / UNIT, (y + side) / UNIT
