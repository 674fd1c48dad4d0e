"""A small map of a crew's day: the ground, the way from where the crew sets out, and the jobs by their number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from services.domain.values import LatLon
from services.geo.basemap import Basemap
from services.geo.projection import TILE, forward
from widgets import theme
from widgets.crews.stops import DISC, paint_number
from widgets.map.camera import Camera
from widgets.map.ground import Ground, Layers, Square

MARGINS, NEAREST = (28, 24, 28, 24), 62
YARD = 10.0


class Mark(NamedTuple):
    """One job on the map."""

    number: int
    place: LatLon
    done: bool


class RouteMap(QWidget):
    """Shows and changes nothing; a click is no command here."""

    def __init__(self) -> None:
        super().__init__()
        self._ground: Ground | None = None
        self._marks: tuple[Mark, ...] = ()
        self._start: LatLon | None = None
        self.chosen: frozenset[int] = frozenset()
        """The numbers of the jobs that are chosen; they lie on top."""
        self._kept: tuple[object, QPixmap] | None = None
        self.setMinimumHeight(theme.px(160))
        self.setAccessibleName("Map of the day")

    def set_base(self, base: Basemap) -> None:
        """The ground to draw."""
        self._ground, self._kept = Ground(base), None
        self.update()

    def show_way(self, start: LatLon | None, marks: Sequence[Mark]) -> None:
        """Where the crew sets out, and its jobs in order."""
        self._start, self._marks = start, tuple(marks)
        count = f"{len(marks):,} job{'' if len(marks) == 1 else 's'} with a place"
        self.setAccessibleDescription(f"{count}{', from the crew’s base' if start else ''}")
        self.update()

    def show_chosen(self, numbers: Iterable[int]) -> None:
        """Mark the jobs of these numbers."""
        self.chosen = frozenset(numbers)
        self.update()

    def _camera(self) -> Camera:
        places = [*([self._start] if self._start else []), *(mark.place for mark in self._marks)]
        camera = Camera(width=max(1, self.width()), height=max(1, self.height()))
        if not places:
            box = self._ground.base.extent() if self._ground else None
            return camera.fitted(box, MARGINS, NEAREST) if box else camera
        x, y = forward([p[0] for p in places], [p[1] for p in places])
        return camera.fitted((float(x.min()), float(y.min()), float(x.max()), float(y.max())), MARGINS, NEAREST)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the way, and the jobs; the first lies on top."""
        p, camera = theme.current(), self._camera()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture(camera))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = [self._seen(camera, mark.place) for mark in self._marks]
        start = self._seen(camera, self._start) if self._start else None
        way = QPolygonF([*([start] if start else []), *seen])
        for ink, width in ((p.surf, 5.0), (p.accent, 2.0)):
            painter.setPen(QPen(theme.colour(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(way)
        if start:
            painter.setPen(QPen(theme.colour(p.surf), 2))
            painter.setBrush(theme.colour(p.text))
            painter.drawRect(QRectF(start.x() - YARD / 2, start.y() - YARD / 2, YARD, YARD))
        marks = reversed(list(zip(self._marks, seen, strict=True)))
        for mark, at in sorted(marks, key=lambda one: one[0].number in self.chosen):
            box = QRectF(at.x() - DISC / 2, at.y() - DISC / 2, DISC, DISC)
            paint_number(painter, box, mark.number, done=mark.done, chosen=mark.number in self.chosen)
        painter.end()

    def _seen(self, camera: Camera, place: LatLon) -> QPointF:
        x, y = forward([place[0]], [place[1]])
        return QPointF(*camera.to_screen(float(x[0]), float(y[0])))

    def _picture(self, camera: Camera) -> QPixmap:
        """The ground, painted once for each view."""
        density, palette = self.devicePixelRatioF(), theme.current()
        key = (camera, density, palette, self._ground)
        if self._kept is None or self._kept[0] != key:
            made = QPixmap(self.size() * density)
            made.setDevicePixelRatio(density)
            made.fill(theme.colour(palette.outside))
            if self._ground is not None:
                painter = QPainter(made)
                for square in _squares(camera):
                    painter.save()
                    painter.translate(square.column * TILE - camera.left, square.row * TILE - camera.top)
                    painter.setClipRect(0, 0, TILE, TILE)
                    self._ground.paint(painter, square, palette, Layers())
                    painter.restore()
                painter.end()
            self._kept = (key, made)
        return self._kept[1]


def _squares(camera: Camera) -> list[Square]:
    columns = range(math.floor(camera.left / TILE), math.floor((camera.left + camera.width) / TILE) + 1)
    rows = range(math.floor(camera.top / TILE), math.floor((camera.top + camera.height) / TILE) + 1)
    return [Square(camera.level, column, row) for row in rows for column in columns]
