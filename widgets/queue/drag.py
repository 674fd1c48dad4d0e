"""Dragging requests out of the queue, onto a crew: their ids, and a picture that says how many."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QDrag, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from services.queue.snapshot import Ints
from widgets import theme
from widgets.queue.model import mime_of

HEIGHT, INSET = 28, 12


def drag(source: QWidget, ids: Ints) -> None:
    """Let the person drag these requests from a widget, until they are dropped."""
    if len(ids):
        made = QDrag(source)
        made.setMimeData(mime_of(ids))
        made.setPixmap(picture(len(ids), source.devicePixelRatioF()))
        made.setHotSpot(QPoint(0, 0))
        made.exec(Qt.DropAction.CopyAction)


def picture(count: int, density: float) -> QPixmap:
    """What hangs on the mouse: "1 request", "3 requests"."""
    words = "1 request" if count == 1 else f"{count:,} requests"
    font, p = theme.font(weight=theme.SEMIBOLD), theme.current()
    size = QSize(QFontMetrics(font).horizontalAdvance(words) + 2 * theme.px(INSET), theme.px(HEIGHT))
    made = QPixmap(size * density)
    made.setDevicePixelRatio(density)
    made.fill(theme.colour(p.toast))
    painter = QPainter(made)
    painter.setFont(font)
    painter.setPen(theme.colour(p.toast_text))
    painter.drawText(QRect(QPoint(0, 0), size), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made
