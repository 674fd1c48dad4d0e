"""The queue's header: 24 px, muted titles, an arrow at the sorted column; a click asks for another order."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from widgets import theme
from widgets.queue.model import COLUMNS, NAMES
from widgets.queue.paint import EDGE, HEADER, PAD, paint_header


class QueueHeader(QHeaderView):
    """Paints the titles and turns clicks into an order; it never sorts by itself."""

    sort_requested = Signal(str, bool)
    """Column name, descending."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setFixedHeight(theme.px(HEADER))
        self.setAccessibleName("Sort the queue")
        self._column, self._descending = "due", False
        self.sectionClicked.connect(self._clicked)

    def show_order(self, column: str, descending: bool) -> None:
        """Draw the arrow at this column; a column that is not shown has none."""
        self._column, self._descending = column, descending
        self.viewport().update()

    def _clicked(self, section: int) -> None:
        name = NAMES[section]
        self.sort_requested.emit(name, not self._descending if name == self._column else False)

    def sizeHint(self) -> QSize:
        """The size of the design."""
        return QSize(0, theme.px(HEADER))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: D102
        p = theme.current()
        painter.fillRect(rect, theme.colour(p.surf))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour(p.hair))
        column = COLUMNS[section]
        inset = theme.px(EDGE + PAD) if section == 0 else 0
        box = QRectF(rect.adjusted(inset, 0, 0, -1))
        sorted_by = self._descending if column.name == self._column else None
        paint_header(painter, box, column.title, theme.font(theme.META), right=column.right, descending=sorted_by)
