"""What painted lists share: a model of lines, and the ground of the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter

from widgets import theme

Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")
_NONE = QModelIndex()


class Lines(QAbstractListModel, Generic[T]):
    """Lines of a list, in order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[T] = []

    def show(self, lines: Sequence[T], *, same: bool = False) -> None:
        """Other lines; `same`: each is still about the same, so that nothing moves."""
        if not same:
            self.beginResetModel()
        self.lines = list(lines)
        if not same:
            self.endResetModel()
        elif lines:
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))

    def rowCount(self, parent: Index = _NONE) -> int:
        """How many lines there are."""
        return 0 if parent.isValid() else len(self.lines)


def paint_chosen(painter: QPainter, box: QRect) -> None:
    """The ground and the edge of a line that is chosen."""
    p = theme.current()
    painter.fillRect(box, theme.colour(p.selection))
    painter.fillRect(box.left(), box.top(), 3, box.height(), theme.colour(p.accent))
