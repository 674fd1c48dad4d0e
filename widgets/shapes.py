"""The status shapes and the overdue triangle: a status is a shape too, so that it can be told in grey."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

from services.domain.status import Status
from widgets.theme import Palette, colour

SIZE = 12
"""Side of the box that a shape is drawn for, in rows and in the legend (pixels)."""
TRIANGLE = 10
"""Side of the overdue triangle before "late" (pixels)."""

Draw = Callable[[QPainter, QRectF, QColor], None]


def paint_status(painter: QPainter, rect: QRectF, status: Status, palette: Palette) -> None:
    """Draw the shape of `status` into `rect` (scaled; drawn for 12 px)."""
    paint_shape(painter, rect, status, colour(palette.status(status)))


def paint_shape(painter: QPainter, rect: QRectF, status: Status, ink: QColor) -> None:
    """Draw the shape of `status` into `rect` in any colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(ink))
    _SHAPES[status](painter, QRectF(rect), ink)
    painter.restore()


@lru_cache(maxsize=256)
def status_pixmap(status: Status, ink: str, side: int, density: float) -> QPixmap:
    """A status shape drawn once for painting in many rows; `side` in pixels, `density` of the screen."""
    return _picture(side, density, lambda painter, box: paint_shape(painter, box, status, colour(ink)))


@lru_cache(maxsize=32)
def overdue_pixmap(ink: str, side: int, density: float) -> QPixmap:
    """The overdue triangle drawn once for painting in many rows."""
    return _picture(side, density, lambda painter, box: _paint_triangle(painter, box, colour(ink)))


def _picture(side: int, density: float, draw: Callable[[QPainter, QRectF], None]) -> QPixmap:
    made = QPixmap(QSize(side, side) * density)
    made.setDevicePixelRatio(density)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw(painter, QRectF(0, 0, side, side))
    painter.end()
    return made


def paint_overdue(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Draw the orange upward triangle that stands before "late"."""
    _paint_triangle(painter, rect, colour(palette.overdue))


def _paint_triangle(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, rect.width() / 10, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(ink)
    painter.drawPolygon(_points(rect, (0.5, 0.1), (0.96, 0.9), (0.04, 0.9)))
    painter.restore()


def _points(rect: QRectF, *shares: tuple[float, float]) -> QPolygonF:
    left, top, w, h = rect.x(), rect.y(), rect.width(), rect.height()
    return QPolygonF([QPointF(left + x * w, top + y * h) for x, y in shares])


def _part(rect: QRectF, x: float, y: float, w: float, h: float) -> QRectF:
    return QRectF(
        rect.x() + x * rect.width(), rect.y() + y * rect.height(), w * rect.width(), h * rect.height()
    )  # fmt: skip


def _disc(painter: QPainter, rect: QRectF, _ink: QColor) -> None:
    painter.drawEllipse(_part(rect, 0.04, 0.04, 0.92, 0.92))


def _half_disc(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    ring = _part(rect, 0.1, 0.1, 0.8, 0.8)
    painter.drawPie(_part(rect, 0.04, 0.04, 0.92, 0.92), 90 * 16, 180 * 16)
    _outline(painter, rect, ink)
    painter.drawEllipse(ring)


def _diamond(painter: QPainter, rect: QRectF, _ink: QColor) -> None:
    painter.drawPolygon(_points(rect, (0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)))


def _right_triangle(painter: QPainter, rect: QRectF, _ink: QColor) -> None:
    painter.drawPolygon(_points(rect, (0.1, 0.04), (0.98, 0.5), (0.1, 0.96)))


def _square_in_square(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    painter.drawRect(_part(rect, 0.32, 0.32, 0.36, 0.36))
    _outline(painter, rect, ink)
    painter.drawRect(_part(rect, 0.11, 0.11, 0.78, 0.78))


def _two_bars(painter: QPainter, rect: QRectF, _ink: QColor) -> None:
    painter.drawRect(_part(rect, 0.14, 0.08, 0.26, 0.84))
    painter.drawRect(_part(rect, 0.6, 0.08, 0.26, 0.84))


def _check_in_ring(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    _outline(painter, rect, ink)
    painter.drawEllipse(_part(rect, 0.08, 0.08, 0.84, 0.84))
    painter.drawPolyline(_points(rect, (0.3, 0.52), (0.45, 0.67), (0.71, 0.36)))


def _outline(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(ink, rect.width() / 8)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)


_SHAPES: dict[Status, Draw] = {
    Status.NEW: _disc,
    Status.ACKNOWLEDGED: _half_disc,
    Status.ASSIGNED: _diamond,
    Status.IN_PROGRESS: _right_triangle,
    Status.SCHEDULED: _square_in_square,
    Status.ON_HOLD: _two_bars,
    Status.CLOSED: _check_in_ring,
}
