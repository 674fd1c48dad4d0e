"""Keeps painted squares of a layer, paints missing ones bit by bit, and covers the wait with the last one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from services.geo.projection import TILE
from widgets.map.camera import Camera
from widgets.map.ground import Square

ROOM = 160
"""Squares kept; at 256 KB each (four times that on dense screens)."""
Paint = Callable[[QPainter, Square], None]


class Squares:
    """A cache of painted squares. `paint` draws one with its north-west corner at 0/0, on nothing if `clear`."""

    def __init__(self, paint: Paint, *, clear: bool = False, room: int = ROOM) -> None:
        self._paint = paint
        self._clear, self._room = clear, room
        self._least = 0
        """How many squares the view wants: on a wide screen more than are kept otherwise."""
        self._kept: OrderedDict[Square, QPixmap] = OrderedDict()
        self._old: set[Square] = set()
        self._ghost: tuple[QPixmap, Camera] | None = None
        self.painted = 0
        """Squares painted so far: panning over what is cached must not raise it."""

    def clear(self) -> None:
        """Forget every picture: the ground itself has changed."""
        self._kept.clear()
        self._old.clear()
        self._ghost = None

    def renew(self) -> None:
        """Paint every square anew; until then the old pictures stand."""
        self._old.update(self._kept)

    def drop(self, touches: Callable[[Square], bool]) -> None:
        """Forget the squares for which `touches` is true."""
        for square in [s for s in self._kept if touches(s)]:
            del self._kept[square]

    def needed(self, camera: Camera, margin: int = 0) -> list[Square]:
        """The squares in view, `margin` pixels around it included."""
        left, top = camera.left - margin, camera.top - margin
        columns = range(left // TILE, (left + camera.width + 2 * margin - 1) // TILE + 1)
        rows = range(top // TILE, (top + camera.height + 2 * margin - 1) // TILE + 1)
        return [Square(camera.level, column, row) for row in rows for column in columns]

    def missing(self, camera: Camera, margin: int = 0) -> list[Square]:
        """The squares still to be painted, nearest to the centre first."""
        needed = self.needed(camera, margin)
        self._least = len(needed)
        found = [s for s in needed if s not in self._kept or s in self._old]
        cx, cy = camera.left + camera.width / 2, camera.top + camera.height / 2
        return sorted(found, key=lambda s: abs((s.column + 0.5) * TILE - cx) + abs((s.row + 0.5) * TILE - cy))

    def covers(self, camera: Camera) -> bool:
        """Whether a view's squares are all there."""
        return all(square in self._kept for square in self.needed(camera))

    def make(self, square: Square, density: float) -> None:
        """Paint one square and keep it."""
        wide = ceil(TILE * density)
        picture = QPixmap(wide, wide)
        picture.setDevicePixelRatio(density)
        if self._clear:
            picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setClipRect(QRectF(0, 0, wide / density, wide / density))  # its last pixels whole, or a line is seen
        self._paint(painter, square)
        painter.end()
        self.painted += 1
        self._old.discard(square)
        self._kept[square] = picture
        while len(self._kept) > max(self._room, self._least):
            self._old.discard(self._kept.popitem(last=False)[0])

    def leave(self, camera: Camera, density: float) -> None:
        """Keep the picture of a view that is about to change its level, to show until the new squares are there."""
        picture = QPixmap(round(camera.width * density), round(camera.height * density))
        picture.setDevicePixelRatio(density)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.draw(painter, camera)
        painter.end()
        self._ghost = (picture, camera)

    def draw(self, painter: QPainter, camera: Camera) -> bool:
        """Draw a view from what is kept; true when nothing was missing."""
        needed = self.needed(camera)
        whole = all(square in self._kept for square in needed)
        if not whole and self._ghost is not None:
            self._draw_ghost(painter, camera)
            needed = [] if self._clear else needed
        left, top, scale = camera.left, camera.top, painter.deviceTransform().m11()
        for square in needed:
            picture = self._kept.get(square)
            if picture is None:
                continue
            self._kept.move_to_end(square)
            x, y = square.column * TILE - left, square.row * TILE - top
            if scale.is_integer():
                painter.drawPixmap(x, y, picture)
            else:
                wide = TILE * picture.devicePixelRatio()
                painter.drawPixmap(_whole(x, y, scale), picture, QRectF(0, 0, wide, wide))
        if whole:
            self._ghost = None
        return whole

    def _draw_ghost(self, painter: QPainter, camera: Camera) -> None:
        if self._ghost is None:
            return
        picture, then = self._ghost
        left, top = camera.to_screen(*then.to_world(0, 0))
        right, bottom = camera.to_screen(*then.to_world(then.width, then.height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(left, top, right - left, bottom - top), picture, QRectF(picture.rect()))


def _whole(x: int, y: int, scale: float) -> QRectF:
    """Where a square lies, its edges on whole pixels of the screen: between two that are not a line would be seen."""
    left, top, right, bottom = (round(at * scale) / scale for at in (x, y, x + TILE, y + TILE))
    return QRectF(left, top, right - left, bottom - top)
