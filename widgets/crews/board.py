"""The crew board: every crew with its jobs of the day against what it can do; requests are dropped on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from services.domain.values import Crew
from widgets import theme
from widgets.detail.people import draw_elided
from widgets.empty import EmptyState
from widgets.lines import Index, Lines, paint_chosen
from widgets.plain import Elided, PlainLabel, tip
from widgets.queue.model import MIME, ids_in
from widgets.rail import FULL_SHARE, full_said, paint_bar

ROW, INSET, BAR = 56, 16, 4


@dataclass(frozen=True, slots=True)
class CrewLine:
    """One crew on the board."""

    crew: Crew
    jobs: int
    """Of the day that is shown."""
    shift: str
    """When it works, in words."""
    fit: str = ""
    """How far it takes what is selected, in words."""
    on_shift: bool = True
    waits: int = 0
    """Its open requests that are neither in hand nor on a list of today or later."""

    @property
    def load(self) -> str:
        """How many jobs of how many it can do; in words that it is full."""
        return full_said(self.jobs, self.crew.capacity)

    @property
    def waiting(self) -> str:
        """How many more it has, in words."""
        return f"{self.waits:,} more wait{'s' if self.waits == 1 else ''}" if self.waits else ""

    @property
    def about(self) -> str:
        """What it is good for, when and where."""
        areas = ", ".join(self.crew.areas[:3]) + (f" +{len(self.crew.areas) - 3}" if len(self.crew.areas) > 3 else "")
        skills = "" if self.crew.skills else "no skills: takes anything"
        return " · ".join(filter(None, (self.fit, self.shift, areas or "anywhere", skills)))


class _Model(Lines[CrewLine]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The crew's name, the line as a sentence, or its tooltip."""
        line = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.crew.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (line.crew.name, f"{line.load} jobs today", line.waiting, line.about)))
            case Qt.ItemDataRole.ToolTipRole:
                takes = ", ".join(line.crew.skills) or "anything"
                where = ", ".join(line.crew.areas) or "anywhere"
                return tip(f"{line.crew.name}: {line.load} jobs today\n{line.shift}\nWorks {where}\nTakes {takes}")
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, view: CrewList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of the design."""
        return QSize(0, theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Name and load, what it is good for, and the bar."""
        p, line = theme.current(), self._view.rows.lines[index.row()]
        box: QRect = option.rect
        painter.save()
        if QStyle.StateFlag.State_Selected in option.state or index.row() == self._view.over:
            paint_chosen(painter, box)
        inset = theme.px(INSET)
        left, width, top = box.left() + inset, box.width() - 2 * inset, box.top() + theme.px(6)
        heavy = line.jobs >= line.crew.capacity * FULL_SHARE
        small = theme.font(theme.META)
        painter.setFont(small)
        load = painter.fontMetrics().horizontalAdvance(said := f"{line.load} jobs today")
        painter.setPen(theme.colour(p.text if heavy else p.muted))
        painter.drawText(QRectF(left, top, width, theme.px(20)), _RIGHT, said)
        ink = p.text if line.on_shift else p.muted
        name = QRectF(left, top, width - load - theme.px(8), theme.px(20))
        draw_elided(painter, name, line.crew.name, theme.font(weight=theme.SEMIBOLD), ink)
        below = QRectF(left, top + theme.px(20), width, theme.px(16))
        painter.setFont(small)
        painter.setPen(theme.colour(p.muted))
        painter.drawText(below, _RIGHT, line.waiting)
        used = painter.fontMetrics().horizontalAdvance(line.waiting)
        draw_elided(painter, below.adjusted(0, 0, -used - theme.px(8), 0), line.about, small, p.muted)
        paint_bar(painter, QRectF(left, top + theme.px(40), width, BAR), line.jobs / line.crew.capacity)
        painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CrewList(QListView):
    """The crews; requests dropped on one are given to it, Enter opens its day."""

    dropped = Signal(int, object)
    """Crew id, request ids."""
    opened = Signal(int)
    """Crew id."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = _Model(self)
        self.over = -1
        """The row over which requests are held."""
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setAcceptDrops(True)
        self.setAccessibleName("Crews")
        self.doubleClicked.connect(lambda _: self._open())

    def show_lines(self, lines: Sequence[CrewLine]) -> None:
        """These crews."""
        self.rows.show(lines, same=[line.crew.id for line in lines] == [line.crew.id for line in self.rows.lines])
        if lines and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(0))

    def _open(self) -> None:
        if self.currentIndex().isValid():
            self.opened.emit(self.rows.lines[self.currentIndex().row()].crew.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the crew's day."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right}:
            self._open()
        else:
            super().keyPressEvent(event)

    def _hold(self, row: int) -> None:
        self.over = row
        self.viewport().update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take requests, nothing else."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say which crew would get them."""
        row = self.indexAt(event.position().toPoint()).row()
        self._hold(row)
        event.setAccepted(row >= 0 and event.mimeData().hasFormat(MIME))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """No crew would."""
        self._hold(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Requests were dropped on a crew."""
        index = self.indexAt(event.position().toPoint())
        self._hold(-1)
        if index.isValid():
            self.dropped.emit(self.rows.lines[index.row()].crew.id, ids_in(event.mimeData()))
            event.acceptProposedAction()


class Board(QWidget):
    """The head with how all stands, and the list."""

    edit_wanted = Signal()
    pending_wanted = Signal()
    """Show the requests that no crew has."""

    def __init__(self) -> None:
        super().__init__()
        self.about = Elided()
        self.edit = QPushButton("Edit…")
        self.pending = QPushButton()
        self.list = CrewList()
        self.empty = EmptyState()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        self.edit.setAccessibleName("Edit the crews")
        for button in (self.edit, self.pending):
            button.setProperty("compact", True)
        self.pending.hide()  # until it is known how many
        self.edit.clicked.connect(self.edit_wanted)
        self.pending.clicked.connect(self.pending_wanted)
        self.empty.acted.connect(lambda _: self.edit_wanted.emit())
        top = QHBoxLayout()
        top.setContentsMargins(theme.px(INSET), theme.px(12), theme.px(INSET), 0)
        top.addWidget(PlainLabel("Crews", pixels=theme.BIG, weight=theme.SEMIBOLD))
        top.addStretch(1)
        top.addWidget(self.pending)
        top.addWidget(self.edit)
        said = QHBoxLayout()
        said.setContentsMargins(theme.px(INSET), 0, theme.px(INSET), theme.px(8))
        said.addWidget(self.about)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(top)
        column.addLayout(said)
        column.addWidget(self.stack, 1)
        self.setFocusProxy(self.list)

    def show_lines(self, lines: Sequence[CrewLine], pending: int) -> None:
        """These crews, and how many open requests no crew has."""
        had_keyboard = self.empty.hasFocus()
        self.list.show_lines(lines)
        self.stack.setCurrentWidget(self.list if lines else self.empty)
        if had_keyboard and lines:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if not lines:
            self.empty.say(
                "There are no crews yet.",
                "Requests are given to crews, which have skills, areas and hours.",
                "Make one here, or import a file: connect-console crews import FILE.",
                ("edit", "Edit the crews…"),
            )
        self.about.setText(summary(lines))
        self.pending.show()
        self.pending.setText(f"{pending:,} without a crew")
        self.pending.setEnabled(pending > 0)

    def show_absent(self) -> None:
        """The lists cannot be read now; the keyboard stays here."""
        had_keyboard = self.list.hasFocus()
        self.stack.setCurrentWidget(self.empty)
        if had_keyboard:
            self.empty.setFocus(Qt.FocusReason.OtherFocusReason)
        self.empty.say(
            "The crews' lists are not here",
            "They are at the server, which cannot be asked now; they are shown as soon as it can.",
            "Requests can be assigned meanwhile: press A in the list.",
        )


def summary(lines: Sequence[CrewLine]) -> str:
    """How all crews stand, in one line; that all are full is said."""
    if not lines:
        return ""
    full = sum(line.jobs >= line.crew.capacity for line in lines)
    on = sum(line.on_shift for line in lines)
    if full == len(lines):
        return f"All {full:,} crews are full today: give more jobs a day, or another day."
    parts = (f"{on:,} of {len(lines):,} on shift", f"{full:,} full" if full else "")
    return " · ".join(filter(None, (*parts, "drop requests on a crew, or press A in the list")))
