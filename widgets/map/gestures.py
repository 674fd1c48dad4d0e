"""What the mouse does on the map: click, double click, drag the ground, draw a rectangle or a lasso."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QPolygonF

from widgets import theme

SLACK = 5
"""Pixels that the mouse may move within a click."""
STEP = 3
"""Pixels between two corners of a lasso."""


class Gestures(QObject):
    """Turns presses, moves and releases into what they mean."""

    clicked = Signal(QPoint, object)
    """Where, and with which modifiers."""
    enclosed = Signal(QPolygonF, object)
    """What was drawn around, and the modifiers."""
    dragged = Signal(QPoint)
    """The ground is to move by so much."""
    hovered = Signal(QPoint)
    drawn = Signal()
    """The rectangle or lasso has grown, or is gone."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lasso = False
        """Whether dragging draws a lasso."""
        self.shape = QPolygonF()
        self._pressed: QPoint | None = None
        self._start = QPoint()
        self._kind = ""
        """What is under way: "" for a click so far, ground, box or lasso."""

    @property
    def moving(self) -> bool:
        """Whether the ground is being dragged."""
        return self._kind == "ground"

    def press(self, event: QMouseEvent) -> None:
        """Begin a click, a drag or a shape."""
        self._pressed = self._start = event.position().toPoint()
        self._kind, self.shape = "", QPolygonF()

    def move(self, event: QMouseEvent) -> None:
        """Move the ground, let the shape grow, or tell where the mouse is."""
        at = event.position().toPoint()
        if self._pressed is None:
            self.hovered.emit(at)
            return
        if not self._kind:
            if (at - self._pressed).manhattanLength() < SLACK:
                return
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._kind = "lasso" if self.lasso else "box" if shifted else "ground"
            self.shape = QPolygonF([QPointF(self._start)])
        if self._kind == "ground":
            self.dragged.emit(at - self._pressed)
            self._pressed = at
            return
        if self._kind == "box":
            self.shape = QPolygonF(QRectF(QPointF(self._start), QPointF(at)).normalized())
        elif (self.shape.last() - QPointF(at)).manhattanLength() >= STEP:
            self.shape.append(QPointF(at))
        self.drawn.emit()

    def release(self, event: QMouseEvent) -> None:
        """End what was under way; without a move it was a click."""
        if self._pressed is None:
            return
        at, kind, shape = self._pressed, self._kind, self.shape
        self.cancel()
        if kind in ("box", "lasso"):
            self.enclosed.emit(shape, event.modifiers())
        elif not kind:
            self.clicked.emit(at, event.modifiers())

    def cancel(self) -> None:
        """Forget what was under way."""
        self._pressed, self._kind, self.shape = None, "", QPolygonF()
        self.drawn.emit()

    def draw(self, painter: QPainter) -> None:
        """Draw the shape as far as it has come."""
        if self._kind not in ("box", "lasso"):
            return
        accent = theme.colour(theme.current().accent)
        ground = theme.colour(theme.current().accent).toRgb()
        ground.setAlphaF(0.1)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(ground)
        painter.drawPolygon(self.shape)
