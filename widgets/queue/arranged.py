"""The queue's table as it lies on the screen: its columns, their widths, the height of its rows; it chooses nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from widgets import theme
from widgets.queue.columns import USUAL, Arrangement, SortKeys, column_widths
from widgets.queue.header import QueueHeader
from widgets.queue.model import Index, QueueModel
from widgets.queue.paint import ROW, TWO_LINES, RowPainter, high_contrast

_VISIBLE = QAbstractItemView.ScrollHint.EnsureVisible


class ArrangedTable(QTableView):
    """A table over a QueueModel with the columns that a person wants."""

    sort_requested = Signal(object)
    """The sort keys wanted."""
    arranged = Signal()
    """The person wants other columns, other widths or another height of the rows; they are shown already."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QueueModel(self)
        self.arrangement = Arrangement()
        self._painter: RowPainter | None = None
        self.setModel(self.rows)
        self._set_up()
        self.header = QueueHeader(self)
        self.setHorizontalHeader(self.header)
        self.header.sort_requested.connect(self.sort_requested)
        self.header.arranged.connect(self._arranged)

    def _set_up(self) -> None:
        self.setAccessibleName("Queue")
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())
        side = self.verticalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(side.ResizeMode.Fixed)
        side.setMinimumSectionSize(1)
        side.setDefaultSectionSize(theme.px(ROW))

    def arrange(self, wanted: Arrangement) -> None:
        """Show these columns, at these widths, in rows of one line or two."""
        if wanted == self.arrangement:
            return
        self.arrangement = wanted
        usual = not wanted.widths and set(wanted.names) == set(USUAL)
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOff if usual else policy.ScrollBarAsNeeded)
        first = self.rowAt(0)
        self.verticalHeader().setDefaultSectionSize(theme.px(TWO_LINES if wanted.two_lines else ROW))
        self._lay_out()
        self.updateGeometries()
        self.verticalScrollBar().setValue(first)
        self.viewport().update()
        self.arranged.emit()

    def _arranged(self, wanted: object) -> None:
        if isinstance(wanted, Arrangement):
            self.arrange(wanted)
            self._lay_out()

    def show_order(self, keys: SortKeys) -> None:
        """Say in the header by what the rows are ordered."""
        self.rows.keys = keys
        self.header.show_order(keys)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns in sight, from left to right."""
        return tuple(column_widths(self.viewport().width(), self.arrangement))

    def _index(self, row: int) -> QModelIndex:
        """The first cell in sight of a row."""
        return self.rows.index(row, self.header.logicalIndex(0))

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = _VISIBLE) -> None:
        """Scroll up or down until the row is in sight; never sideways."""
        across = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(across)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the parts in their places."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._painter = None

    def _lay_out(self) -> None:
        widths, density = column_widths(self.viewport().width(), self.arrangement), self.devicePixelRatioF()
        wanted = (widths, density, self.arrangement.two_lines)
        now = self._painter
        if now is None or (now.widths, now.density, now.two_lines) != wanted or list(now.widths) != list(widths):
            two, contrast = self.arrangement.two_lines, high_contrast()
            self._painter = RowPainter(widths, density, two_lines=two, contrast=contrast)
        self.header.lay_out(self.arrangement, widths)
