"""Painted plain text that wraps at words, in lines of 20 px: measured and drawn by the same rule."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QTextLayout, QTextOption

from widgets import theme

LINE = 20


def wrapped_height(text: str, room: float) -> int:
    """Pixels that `text` needs in a column `room` px wide, in the body font."""
    return _count(text, round(room), theme.px(theme.BODY)) * LINE


def draw_wrapped(painter: QPainter, left: float, top: float, room: float, text: str) -> None:
    """Draw `text` in the painter's pen, from its top left corner."""
    layout = _layout(text, room)
    for i in range(layout.lineCount()):
        line = layout.lineAt(i)
        line.setPosition(QPointF(0, i * LINE + (LINE - line.height()) / 2))
    layout.draw(painter, QPointF(left, top))


@lru_cache(maxsize=4096)
def _count(text: str, room: int, pixels: int) -> int:
    """Lines of `text`; `pixels` is only there to tell one font size from another."""
    return _layout(text, room).lineCount()


def _layout(text: str, room: float) -> QTextLayout:
    layout = QTextLayout("\u2028".join(text.splitlines()) or " ", theme.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(40.0, room))
    layout.endLayout()
    return layout
