"""One opaque picture of more than the view: while the ground is dragged, every frame is cut out of it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.map.camera import Camera

MARGIN = 64
"""Pixels of map around the view that are in the picture: no more than what every layer makes ahead; even."""
Compose = Callable[[QPainter, Camera], None]


class Still:
    """The map as a camera saw it, good for cameras nearby. `stamp` is whatever the picture depends on besides."""

    def __init__(self, compose: Compose) -> None:
        self._compose = compose
        self._picture = QPixmap()
        """It is drawn over again and again: on a large screen new memory takes longer than drawing."""
        self._made: tuple[object, Camera] | None = None

    def drop(self) -> None:
        """Something in the picture has become another."""
        self._made = None

    def end(self) -> None:
        """Nothing is dragged any more."""
        self._made, self._picture = None, QPixmap()

    def make(self, camera: Camera, density: float, stamp: object) -> None:
        """Draw what a camera sees, and around it."""
        wide, high = camera.width + 2 * MARGIN, camera.height + 2 * MARGIN
        size = QSize(math.ceil(wide * density), math.ceil(high * density))
        if (self._picture.size(), self._picture.devicePixelRatio()) != (size, density):
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(density)
            self._picture.fill(Qt.GlobalColor.black)
        painter = QPainter(self._picture)
        self._compose(painter, camera.resized(wide, high))
        painter.end()
        self._made = (stamp, camera)

    def holds(self, camera: Camera, stamp: object) -> bool:
        """Whether the picture is what this camera sees."""
        if self._made is None or self._made[0] != stamp:
            return False
        then = self._made[1]
        same = (then.level, then.width, then.height) == (camera.level, camera.width, camera.height)
        return same and max(abs(then.left - camera.left), abs(then.top - camera.top)) < MARGIN

    def draw(self, painter: QPainter, camera: Camera, stamp: object) -> bool:
        """Draw the part that a camera sees, moved by whole pixels of the screen; false where there is none."""
        if self._made is None or not self.holds(camera, stamp):
            return False
        then, density = self._made[1], self._picture.devicePixelRatio()
        left, top = then.left - camera.left - MARGIN, then.top - camera.top - MARGIN
        painter.drawPixmap(QPointF(round(left * density) / density, round(top * density) / density), self._picture)
        return True
