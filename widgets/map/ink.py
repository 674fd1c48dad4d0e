"""Draws the marks: status shapes with their halo, clusters with counts and the overdue arc, the selection ring."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from services.domain.status import Status
from widgets import shapes, theme

HALO = 3.0
SHAPE = float(shapes.SIZE)
BOX = 40
"""Side of the picture of one point."""
DOT = 3.0
"""Radius of the dot at the end of a leader line."""
ROOM = 4_000
"""Pictures of clusters kept: a street level view of a million requests shows about a thousand different ones."""
ARC_STEPS = 24
"""Overdue shares are drawn in so many steps."""


class Ink:
    """Pictures of marks, drawn once each for a palette and density."""

    def __init__(self) -> None:
        self._points: dict[tuple[Status, bool, bool, float], QPixmap] = {}
        self._clusters: dict[tuple[str, float, int, bool, float], QPixmap] = {}

    def clear(self) -> None:
        """Forget the pictures: the palette has changed."""
        self._points.clear()
        self._clusters.clear()

    def draw_current(self, painter: QPainter, status: Status, centre: QPointF, *, late: bool) -> None:
        """Draw the selected request over everything: ring, halo and shape."""
        palette = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour(palette.surf))
        painter.setPen(QPen(theme.colour(palette.surf), 6))
        painter.drawEllipse(centre, 13, 13)
        painter.setPen(QPen(theme.colour(palette.accent), 2.5))
        painter.drawEllipse(centre, 13, 13)
        box = QRectF(centre.x() - SHAPE / 2, centre.y() - SHAPE / 2, SHAPE, SHAPE)
        shapes.paint_status(painter, box, status, palette)
        if late:
            _paint_late(painter, centre.x() + 11, centre.y() - 11)

    def point(self, status: Status, late: bool, chosen: bool, density: float) -> QPixmap:
        """One request: the shape of its status, the triangle when overdue, a thin ring when chosen among others."""
        key = (status, late, chosen, density)
        if key not in self._points:
            self._points[key] = _render_point(*key)
        return self._points[key]

    def cluster(self, count: int, late: int, radius: float, chosen: bool, density: float) -> QPixmap:
        """Several requests: their number, and the share of overdue ones as an arc from 12 o'clock."""
        share = min(ARC_STEPS - 1, max(1, round(ARC_STEPS * late / count))) if 0 < late < count else 0
        key = (f"{count:,}", radius, ARC_STEPS if late == count else share, chosen, density)
        if key not in self._clusters:
            if len(self._clusters) > ROOM:
                self._clusters.clear()
            self._clusters[key] = _render_cluster(*key)
        return self._clusters[key]


def paint_leader(painter: QPainter, mark: QPointF, place: QPointF) -> None:
    """The line from a mark that has made way to the dot at its true place."""
    palette = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(palette.muted), 1.5))
    painter.drawLine(mark, place)
    painter.setPen(QPen(theme.colour(palette.surf), 1))
    painter.setBrush(theme.colour(palette.muted))
    painter.drawEllipse(place, DOT, DOT)


def _canvas(side: int, density: float) -> QPixmap:
    picture = QPixmap(round(side * density), round(side * density))
    picture.setDevicePixelRatio(density)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _render_point(status: Status, late: bool, chosen: bool, density: float) -> QPixmap:
    palette = theme.current()
    picture = _canvas(BOX, density)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = BOX / 2
    box = QRectF(middle - SHAPE / 2, middle - SHAPE / 2, SHAPE, SHAPE)
    if chosen:
        painter.setBrush(theme.colour(palette.surf))
        painter.setPen(QPen(theme.colour(palette.accent), 2))
        painter.drawEllipse(QPointF(middle, middle), 10, 10)
    else:
        _paint_halo(painter, box, status, theme.colour(palette.surf), density)
    shapes.paint_status(painter, box, status, palette)
    if late:
        _paint_late(painter, middle + 8, middle - 8)
    painter.end()
    return picture


def _paint_halo(painter: QPainter, box: QRectF, status: Status, ink: QColor, density: float) -> None:
    """The same shape grown by the halo on all sides: drawn around a circle, so that it keeps its form."""
    grown = _canvas(BOX, density)
    stamp = QPainter(grown)
    for dx, dy in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7)):
        shapes.paint_shape(stamp, box.translated(dx * HALO * 0.7, dy * HALO * 0.7), status, ink)
    stamp.setPen(Qt.PenStyle.NoPen)
    stamp.setBrush(ink)
    stamp.drawEllipse(box.center(), 5, 5)
    stamp.end()
    painter.drawPixmap(0, 0, grown)


def _paint_late(painter: QPainter, x: float, y: float) -> None:
    palette = theme.current()
    half = shapes.TRIANGLE / 2
    box = QRectF(x - half, y - half, 2 * half, 2 * half)
    painter.setPen(QPen(theme.colour(palette.surf), 4, j=Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(
        [
            QPointF(x, y - half + 1),
            QPointF(x + half, y + half - 1),
            QPointF(x - half, y + half - 1),
            QPointF(x, y - half + 1),
        ]
    )
    shapes.paint_overdue(painter, box, palette)


def _render_cluster(text: str, radius: float, late: int, chosen: bool, density: float) -> QPixmap:
    palette = theme.current()
    side = 2 * round(radius + 4)
    picture = _canvas(side, density)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    painter.setBrush(theme.colour(palette.surf))
    edge = QPen(theme.colour(palette.accent), 2.5) if chosen else QPen(theme.colour(palette.muted), 1.5)
    painter.setPen(edge)
    painter.drawEllipse(middle, radius, radius)
    if late:
        arc = QPen(theme.colour(palette.overdue), 3)
        arc.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(arc)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.drawArc(box, 90 * 16, -round(360 * 16 * late / ARC_STEPS))
    painter.setPen(theme.colour(palette.text))
    painter.setFont(theme.font(theme.META, theme.SEMIBOLD))
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture
