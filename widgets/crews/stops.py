"""The jobs of a crew's day in the order in which they are done; dragged, or moved by keys, into another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from services.domain.status import Status
from services.domain.values import LatLon
from widgets import shapes, theme
from widgets.detail.people import draw_elided
from widgets.lines import Index, Lines, paint_chosen
from widgets.plain import tip
from widgets.queue.drag import drag
from widgets.queue.model import MIME, ids_in

ROW, INSET, DISC = 44, 16, 20


@dataclass(frozen=True, slots=True)
class StopLine:
    """One job of a day."""

    request_id: int
    number: str
    service: str
    address: str
    area: str
    status: Status
    state: str
    """The status as a word; of what is closed, how it ended."""
    due: str
    late: bool
    place: LatLon | None

    @property
    def is_done(self) -> bool:
        """Whether nobody need go there any more."""
        return not self.status.is_open

    @property
    def right(self) -> str:
        """What stands at its right: how it ended, or the time left."""
        return self.state if self.is_done else self.due


class _Model(Lines[StopLine]):
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Jobs are chosen and dragged."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The service, the line as a sentence, or its tooltip."""
        line, number = self.lines[index.row()], index.row() + 1
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.service
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (f"{number}. {line.service}", line.address, line.state, line.due)))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(f"#{line.number} {line.service}\n{line.address}\n{line.area}\n{line.state} {line.due}")
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, view: Stops) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of the design."""
        return QSize(0, theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Its number, what and where, and the time left."""
        p, line = theme.current(), self._view.rows.lines[index.row()]
        box: QRect = option.rect
        painter.save()
        if QStyle.StateFlag.State_Selected in option.state:
            paint_chosen(painter, box)
        inset, small = theme.px(INSET), theme.font(theme.META)
        left = box.left() + inset
        disc = QRectF(left, box.top() + (box.height() - DISC) / 2, DISC, DISC)
        paint_number(painter, disc, index.row() + 1, done=line.is_done)
        painter.setFont(theme.font(theme.META, theme.SEMIBOLD if line.late and not line.is_done else theme.NORMAL))
        used = painter.fontMetrics().horizontalAdvance(line.right)
        right = box.right() - inset
        painter.setPen(theme.colour(p.text if line.late and not line.is_done else p.muted))
        painter.drawText(
            QRectF(right - used, box.top(), used + 1, box.height()), Qt.AlignmentFlag.AlignVCenter, line.right
        )
        mark = QRectF(right - used - theme.px(18), box.top() + (box.height() - 12) / 2, 12, 12)
        if line.late and not line.is_done:
            shapes.paint_overdue(painter, mark, p)
        else:
            shapes.paint_status(painter, mark, line.status, p)
        left += DISC + theme.px(12)
        room = mark.left() - theme.px(8) - left
        ink = p.muted if line.is_done else p.text
        top = box.top() + theme.px(4)
        draw_elided(painter, QRectF(left, top, room, theme.px(20)), line.service, theme.font(), ink)
        where = " · ".join(filter(None, (line.address or "no address", line.area, "" if line.place else "no place")))
        draw_elided(painter, QRectF(left, top + theme.px(20), room, theme.px(16)), where, small, p.muted)
        painter.restore()


def paint_number(painter: QPainter, box: QRectF, number: int, *, done: bool, chosen: bool = False) -> None:
    """A job's number in a ring; a muted one when it is done, a full one when it is chosen."""
    p = theme.current()
    ring = p.muted if done else p.accent
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(ring), 2))
    painter.setBrush(theme.colour(ring if chosen else p.surf))
    painter.drawEllipse(box.adjusted(1, 1, -1, -1))
    painter.setFont(theme.font(theme.META, theme.SEMIBOLD))
    painter.setPen(theme.colour(p.on_accent if chosen else p.muted if done else p.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


class Stops(QListView):
    """The list. What is dropped on it, from here or from the queue, stands where it was dropped."""

    ordered = Signal(object)
    """The ids of all jobs in the order the person wants."""
    opened = Signal(int)
    """A request to look at."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = _Model(self)
        self._gap = -1
        """The row before which what is held would be put."""
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setAccessibleName("Jobs of the day, in order")
        self.activated.connect(lambda index: self.opened.emit(self.rows.lines[index.row()].request_id))

    @property
    def ids(self) -> list[int]:
        """The requests, in order."""
        return [line.request_id for line in self.rows.lines]

    @property
    def chosen(self) -> list[int]:
        """Those that are selected, in order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.lines[row].request_id for row in rows]

    def show_lines(self, lines: Sequence[StopLine]) -> None:
        """These jobs; what was selected stays so, wherever it stands now, and nobody is told that it was selected."""
        if [line.request_id for line in lines] == self.ids:
            self.rows.show(lines, same=True)
            return
        chosen, current = set(self.chosen), self.currentIndex().row()
        now = self.rows.lines[current].request_id if 0 <= current < len(self.rows.lines) else 0
        self.rows.show(lines)
        selected = self.selectionModel()
        was_blocked = selected.blockSignals(True)
        for row, line in enumerate(lines):
            if line.request_id in chosen:
                selected.select(self.rows.index(row), selected.SelectionFlag.Select)
            if line.request_id == now:
                selected.setCurrentIndex(self.rows.index(row), selected.SelectionFlag.NoUpdate)
        selected.blockSignals(was_blocked)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self.viewport().update()

    def shift(self, by: int) -> None:
        """Move what is selected up (−1) or down (1) as one block, as far as there is room."""
        ids, chosen = self.ids, self.chosen
        if not chosen:
            return
        rest = [i for i in ids if i not in chosen]
        at = ids.index(chosen[0]) + by
        at = min(max(at, 0), len(rest))
        self._want([*rest[:at], *chosen, *rest[at:]])

    def put(self, given: Sequence[int], before: int) -> None:
        """Put requests before a row, wherever they stand now."""
        ids = self.ids
        held = set(given)
        at = len([i for i in ids[:before] if i not in held])
        rest = [i for i in ids if i not in held]
        standing = [i for i in ids if i in held]
        here = set(standing)
        fresh = [i for i in given if i not in here]
        self._want([*rest[:at], *standing, *fresh, *rest[at:]])

    def _want(self, ids: list[int]) -> None:
        if ids != self.ids:
            self.ordered.emit(ids)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter looks at the request."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.rows.lines[self.currentIndex().row()].request_id)
        elif event.key() == Qt.Key.Key_Left:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag what is selected: within the list, or onto a crew."""
        drag(self, np.array(self.chosen, np.int64))

    def _row_at(self, y: float) -> int:
        """The row before which something held at this height would be put."""
        return min(max(round((y + self.verticalOffset()) / theme.px(ROW)), 0), len(self.rows.lines))

    def _hold(self, row: int) -> None:
        self._gap = row
        self.viewport().update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take requests, nothing else."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say where they would stand."""
        self._hold(self._row_at(event.position().y()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nowhere."""
        self._hold(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Requests were dropped here."""
        row = self._row_at(event.position().y())
        self._hold(-1)
        event.acceptProposedAction()
        self.put(ids_in(event.mimeData()).tolist(), row)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The jobs, and a line where what is held would stand."""
        super().paintEvent(event)
        if self._gap >= 0:
            painter = QPainter(self.viewport())
            y = self._gap * theme.px(ROW) - self.verticalOffset()
            painter.fillRect(0, max(0, y - 1), self.viewport().width(), 2, theme.colour(theme.current().accent))
            painter.end()
