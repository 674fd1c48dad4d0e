"""What a call shows on the map: a pin where the caller means, and the requests that may be the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from services.domain.status import Status
from services.geo.projection import forward
from widgets import theme
from widgets.map.camera import Camera

AROUND = 100.0
"""Metres of the circle around the pin."""
RING = 12.0
_WIDE, _HIGH = 22.0, 31.0
_APART = 26.0
"""Pixels between a ring and the pin, where both would lie on each other."""
Point = tuple[float, float]


class Marked(NamedTuple):
    """One request that may be the same: its rank from 1, its status, latitude and longitude in degrees."""

    rank: int
    status: Status
    lat: float
    lon: float


class Calling:
    """The pin and the rings. Nothing is drawn without a pin."""

    def __init__(self) -> None:
        self._pin: Point | None = None
        self._rings: list[tuple[Marked, Point]] = []

    @property
    def pin(self) -> Point | None:
        """Where the pin stands, in world metres."""
        return self._pin

    def show(self, place: Point | None, marked: Sequence[Marked] = ()) -> None:
        """Show this place (latitude, longitude in degrees), or none, and these requests."""
        self._pin = _world(*place) if place is not None else None
        self._rings = [(one, _world(one.lat, one.lon)) for one in marked]

    def draw(self, painter: QPainter, camera: Camera) -> None:
        """Draw circle, leaders, rings and pin over a view."""
        if self._pin is None:
            return
        p, at = theme.current(), _seen(camera, self._pin)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = AROUND / camera.ground
        accent = theme.colour(p.accent)
        painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(theme.faded(p.accent, 0.07))
        painter.drawEllipse(at, radius, radius)
        places = [(one, *_beside(at, _seen(camera, world), i)) for i, (one, world) in enumerate(self._rings)]
        painter.setPen(QPen(theme.colour(p.text), 1.5))
        for _, place, moved in places:
            if moved:
                painter.drawLine(at, place)
        for one, place, _ in places[::-1]:
            _ring(painter, one, place)
        _pin(painter, at)
        painter.restore()


def _ring(painter: QPainter, one: Marked, at: QPointF) -> None:
    p = theme.current()
    painter.setPen(QPen(theme.colour(p.status(one.status)), 2.5))
    painter.setBrush(theme.colour(p.surf))
    painter.drawEllipse(at, RING - 1.25, RING - 1.25)
    painter.setPen(theme.colour(p.text))
    painter.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
    box = QRectF(at.x() - RING, at.y() - RING, 2 * RING, 2 * RING)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(one.rank))


def _pin(painter: QPainter, at: QPointF) -> None:
    """A drop whose point is the place."""
    p = theme.current()
    top, half = at.y() - _HIGH, _WIDE / 2
    shape = QPainterPath(at)
    shape.cubicTo(at.x() - 4, at.y() - 9, at.x() - half, top + 19, at.x() - half, top + half)
    shape.arcTo(QRectF(at.x() - half, top, _WIDE, _WIDE), 180, -180)
    shape.cubicTo(at.x() + half, top + 19, at.x() + 4, at.y() - 9, at.x(), at.y())
    painter.setPen(QPen(theme.colour(p.surf), 1.5))
    painter.setBrush(theme.colour(p.accent))
    painter.drawPath(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(p.surf))
    painter.drawEllipse(QPointF(at.x(), top + half), 4, 4)


def _beside(pin: QPointF, at: QPointF, i: int) -> tuple[QPointF, bool]:
    """Where a ring goes: at its place, or beside the pin that would cover it, by turns at the left and the right."""
    away = at - pin
    if abs(away.x()) > _APART or not -_HIGH - RING < away.y() < RING:
        return at, False
    side = -1 if i % 2 == 0 else 1
    return QPointF(pin.x() + side * (_APART + RING), pin.y() - _HIGH - 2 * RING * (i // 2)), True


def _world(lat: float, lon: float) -> Point:
    x, y = forward([lat], [lon])
    return float(x[0]), float(y[0])


def _seen(camera: Camera, world: Point) -> QPointF:
    return QPointF(*camera.to_screen(*world))
