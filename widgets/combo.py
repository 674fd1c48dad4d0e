"""A box to choose one of a few words from, with the mark that says it opens."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from widgets import theme
from widgets.icons import paint_icon

SIDE, INSET = 12, 12


class Combo(QComboBox):
    """As any; its mark is drawn like the other icons."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The word, and the mark at its right."""
        super().paintEvent(event)
        painter, side = QPainter(self), theme.px(SIDE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.width() - side - theme.px(INSET), (self.height() - side) / 2, side, side)
        paint_icon(painter, box, "down", theme.colour(theme.current().muted))
        painter.end()
