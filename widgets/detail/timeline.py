"""The history of a request, newest first: one painted list however long it is, with older pages on demand."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from services.domain.detail import Detail
from services.domain.policy import LOCAL, Policy
from services.domain.story import Line, Mark, Story
from widgets import theme
from widgets.detail import parts, words
from widgets.detail.wrap import LINE, draw_wrapped, wrapped_height
from widgets.icons import paint_icon
from widgets.shapes import paint_status

PAGE = 40
PAD = 4
ICON, WORDS = parts.INSET + 92, parts.INSET + 116
MOST_CHARACTERS = 4000
_Index = QModelIndex | QPersistentModelIndex


class Lines(QAbstractListModel):
    """The shown page of the history."""

    def __init__(self) -> None:
        super().__init__()
        self._detail: Detail | None = None
        self._policy = LOCAL
        self._limit = PAGE
        self._now: datetime | None = None
        self._zone: tzinfo | None = None
        self.lines: list[Line] = []

    def show_detail(self, detail: Detail, policy: Policy, now: datetime, zone: tzinfo | None) -> None:
        """Show this history, newest first; another request starts on its first page."""
        if self._detail is None or self._detail.request.id != detail.request.id:
            self._limit = PAGE
        self.beginResetModel()
        self._detail, self._policy, self._now, self._zone = detail, policy, now, zone
        self.lines = self._read(0)
        self.endResetModel()

    def _read(self, start: int) -> list[Line]:
        if self._detail is None:
            return []
        story = Story(self._detail, self._policy)
        return [story.line(event) for event in self._detail.events[start : self._limit]]

    def show_older(self) -> None:
        """Show some more."""
        start = len(self.lines)
        self._limit = start + 5 * PAGE
        more = self._read(start)
        self.beginInsertRows(QModelIndex(), start, start + len(more) - 1)
        self.lines += more
        self.endInsertRows()

    @property
    def hidden(self) -> int:
        """How many older ones are not shown yet."""
        return len(self._detail.events) - len(self.lines) if self._detail else 0

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """The lines of the shown page."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words, for screen readers and copying; the delegate paints from `lines`."""
        if not index.isValid() or self._now is None:
            return None
        made = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return made.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            staff = "Staff only. " if made.staff else ""
            text = f" {made.text}" if made.text else ""
            return f"{words.full_stamp(made.at, self._zone)}. {staff}{made.words}.{text}"
        return None

    def time(self, row: int) -> str:
        """The moment of a line, as the list shows it."""
        return words.stamp(self.lines[row].at, self._now, self._zone) if self._now else ""


def line_height(line: Line, width: int) -> int:
    """Pixels that a line needs at this width of the list."""
    room = max(60, width - WORDS - parts.INSET)
    height = wrapped_height(line.words, room)
    if line.text:
        height += wrapped_height(line.text[:MOST_CHARACTERS], room)
    return PAD + height


class _Painter(QStyledItemDelegate):
    """Paints one line: time, mark, words, and the text below them."""

    def __init__(self, model: Lines, view: QListView) -> None:
        super().__init__(view)
        self._model, self._view = model, view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        width = self._view.width()
        return QSize(width, line_height(self._model.lines[index.row()], width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        p = theme.current()
        line = self._model.lines[index.row()]
        rect = QRectF(option.rect)
        painter.save()
        if line.staff:
            painter.fillRect(rect, theme.colour(p.staff))
        ink = p.staff_ink if line.staff else p.text
        top = rect.top() + PAD / 2
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(p.staff_ink if line.staff else p.muted))
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(parts.INSET, top, 88, LINE), centre, self._model.time(index.row()))
        mark = QRectF(ICON, top + 2, 16, 16)
        if line.mark is Mark.STATUS and line.status is not None:
            paint_status(painter, mark.adjusted(2, 2, -2, -2), line.status, p)
        elif line.mark is not Mark.STATUS:
            paint_icon(painter, mark, line.mark.value, ink if line.staff else p.muted)
        painter.setFont(theme.font())
        painter.setPen(theme.colour(ink))
        room = rect.width() - WORDS - parts.INSET
        head = wrapped_height(line.words, room)
        draw_wrapped(painter, WORDS, top, room, line.words)
        if line.text:
            if not line.staff:
                painter.setPen(theme.colour(p.muted))
            draw_wrapped(painter, WORDS, top + head, room, line.text[:MOST_CHARACTERS])
        if self._view.hasFocus() and self._view.currentIndex().row() == index.row():
            painter.fillRect(QRectF(0, rect.top(), 3, rect.height()), theme.colour(p.accent))
        painter.restore()


class _List(QListView):
    """The list at its full height: the pane scrolls, not the list."""

    def __init__(self, model: Lines) -> None:
        super().__init__()
        self._lines = model
        self.setModel(model)
        self.setItemDelegate(_Painter(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline, newest first")
        self.setTabKeyNavigation(False)
        self.viewport().setAutoFillBackground(False)

    def fit(self) -> None:
        """Take the height of all lines at this width."""
        self.setFixedHeight(sum(line_height(line, self.width()) for line in self._lines.lines))
        self.doItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy) and index.isValid():
            line = self._lines.lines[index.row()]
            QApplication.clipboard().setText("\n".join(part for part in (line.words, line.text) if part))
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}:
            super().keyPressEvent(event)
        else:
            event.ignore()


class Timeline(QWidget):
    """The head, the list and the button for older entries."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Lines()
        self.list = _List(self.model)
        self.older = QPushButton()
        self.older.setProperty("compact", True)
        self.older.clicked.connect(self._show_older)
        column = parts.column(self)
        self.head = parts.head("Timeline")
        self.head.setContentsMargins(parts.INSET, 0, 0, 0)
        column.addWidget(self.head)
        column.addSpacing(4)
        column.addWidget(self.list)
        column.addSpacing(8)
        foot = parts.row()
        foot.setContentsMargins(WORDS, 0, parts.INSET, 0)
        foot.addWidget(self.older)
        foot.addStretch(1)
        column.addLayout(foot)

    def show_detail(self, detail: Detail, policy: Policy, now: datetime, zone: tzinfo | None) -> None:
        """Show the history of a request, newest first."""
        self.model.show_detail(detail, policy, now, zone)
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.list.fit()

    def _show_older(self) -> None:
        self.model.show_older()
        self._refresh()

    def _refresh(self) -> None:
        self.list.fit()
        self.older.setText(f"Show older ({self.model.hidden})")
        self.older.setVisible(self.model.hidden > 0)
