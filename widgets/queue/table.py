"""The queue's table: paints its own rows, moves by J, K and arrows, and shares its selection with map and detail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from services.queue.snapshot import Ints, Mask, Snapshot
from widgets import theme
from widgets.queue.arranged import ArrangedTable
from widgets.queue.columns import NAMES
from widgets.queue.drag import drag
from widgets.queue.model import Index
from widgets.queue.paint import RowState
from widgets.selection import Selection

Flag = QItemSelectionModel.SelectionFlag
Key = Qt.Key
_SELECT = Flag.ClearAndSelect | Flag.Rows
_MOST_RANGES = 1_000
_MOST_SPOKEN = 1_000
_ACROSS = 64
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class QueueTable(ArrangedTable):
    """Shows a QueueModel, and keeps `selection` and what is highlighted the same."""

    opened = Signal(int)
    """A request was opened (Enter, double click)."""

    _following = True
    """While true, what changes here is not the person's doing: until it is built, and while it follows."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._following = False
        self._picking = False
        self._holding = False
        self._changed: bool | None = None
        """What has changed while holding: nothing, what is looked at (False), or what is chosen too (True)."""
        self._chosen = np.zeros(0, np.bool_)
        self._place = -1
        self._start = 0
        """The request at which a choice of several rows began."""
        self._extending = False
        selection.changed.connect(self._follow)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows.id_at(index.row())))

    # -- rows -----------------------------------------------------------------------------------------------------

    def set_rows(self, snapshot: Snapshot, order: Ints, now_ms: int) -> None:
        """Show these rows; the selection stays as it is, and the current row stays where it is on the screen."""
        before = self.rows.row_of(self._selection.current)
        offset = self.rowViewportPosition(before) if before >= 0 else -1
        scroll = self.verticalScrollBar().value()
        self._following = True
        self.rows.set_rows(snapshot, order, now_ms)
        self._following = False
        after = self.rows.row_of(self._selection.current)
        if after >= 0 and 0 <= offset < self.viewport().height():
            scroll = after - offset // self.verticalHeader().defaultSectionSize()
        self.updateGeometries()
        self.verticalScrollBar().setValue(scroll)
        if after < 0 <= before:
            self._place = before
        self._follow(scroll=False)

    def set_now(self, now_ms: int) -> None:
        """Let the clocks of the rows in sight stand at `now_ms`."""
        if self.rows.set_now(now_ms) and self.isVisible():
            self.viewport().update()

    # -- the shared selection -------------------------------------------------------------------------------------

    def _follow(self, *, scroll: bool = True) -> None:
        """Highlight what the shared selection holds."""
        if self._following:
            return
        self._following = True
        self._picking = self._picking and len(self._selection.ids) > 1
        rows = self.rows.places_of(self._selection.rows_of(self.rows.snapshot))
        self._chosen = np.zeros(self.rows.rowCount(), np.bool_)
        self._chosen[rows] = True
        current = self.rows.row_of(self._selection.current)
        model = self.selectionModel()
        model.select(self._ranges(rows), _SELECT)
        model.setCurrentIndex(self._index(current) if current >= 0 else QModelIndex(), Flag.NoUpdate)
        if len(self._selection.ids) <= 1:
            self._start = self._selection.current
        if current >= 0:
            self._place = current
            if scroll:
                self.scrollTo(self._index(current))
        self._following = False
        self.viewport().update()

    @property
    def chosen(self) -> Mask:
        """Which rows of this list are chosen."""
        return self._chosen

    def _ranges(self, rows: npt.NDArray[np.intp]) -> QItemSelection:
        """Those ascending rows for Qt, as ranges; none where they are so scattered that Qt would take seconds."""
        made = QItemSelection()
        last = len(NAMES) - 1
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        if len(rows) and len(breaks) < _MOST_RANGES:
            for part in np.split(rows, breaks):
                made.select(self.rows.index(int(part[0]), 0), self.rows.index(int(part[-1]), last))
        return made

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Rows were chosen or let go; of very many Qt would make a list of all cells for a screen reader."""
        if sum(r.height() for r in (*selected.toList(), *deselected.toList())) <= _MOST_SPOKEN:
            super().selectionChanged(selected, deselected)
        self._tell(ids=True)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Another row is looked at."""
        super().currentChanged(current, previous)
        self._tell(ids=False)

    @contextmanager
    def _one_change(self) -> Iterator[None]:
        """What is chosen and what is looked at change together, and are said once, at the end."""
        outermost, self._holding = not self._holding, True
        yield
        if outermost:
            self._holding = False
            if self._changed is not None:
                self._tell(ids=self._changed)

    def _tell(self, *, ids: bool) -> None:
        """Tell the shared selection what is highlighted here."""
        if self._following:
            return
        if self._holding:
            self._changed = ids or bool(self._changed)
            return
        self._changed = None
        chosen = self._selection.ids
        if ids:
            ranges = sorted({(r.top(), r.bottom()) for r in self.selectionModel().selection().toList()})
            chosen = self.rows.ids_at(ranges)
            self._chosen = np.zeros(self.rows.rowCount(), np.bool_)
            for first, last in ranges:
                self._chosen[first : last + 1] = True
        self._following = True
        self._selection.set(chosen, self.rows.id_at(self.currentIndex().row()))
        self._following = False
        if (row := self.currentIndex().row()) >= 0:
            self._place = row
            if not self._extending:
                self._start = self.rows.id_at(row)
        self.viewport().update()

    # -- moving ---------------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Go `by` rows down (up when negative); rows picked with X stay picked."""
        at = self.currentIndex().row()
        if at < 0:
            at = self._place if by < 0 else self._place - 1
        self.go_to(at + by)

    def go_to(self, row: int) -> None:
        """Go to a table row; beyond the ends, to the end."""
        count = self.rows.rowCount()
        if count:
            row = max(0, min(row, count - 1))
            with self._one_change():
                self.selectionModel().setCurrentIndex(self._index(row), Flag.NoUpdate if self._picking else _SELECT)
            self.scrollTo(self._index(row))

    def toggle(self) -> None:
        """Pick the current row, or let it go; while rows are picked, moving does not choose."""
        current, ids = self.rows.id_at(self.currentIndex().row()), self._selection.ids
        if not current:
            return
        known = bool((ids == current).any())
        if self._picking and known:
            ids = ids[ids != current]
        elif not known:
            ids = np.append(ids, current)
        self._selection.set(ids, current)
        self._picking = len(ids) > 0
        self.viewport().update()

    def drop_picks(self) -> None:
        """Choose the current row alone."""
        self._picking = False
        self.go_to(self.currentIndex().row() if self.currentIndex().isValid() else self._place)

    def advance(self) -> None:
        """After an action: choose the row that follows the chosen ones, and keep the keyboard."""
        rows = np.flatnonzero(self._chosen)
        self._picking = False
        after = int(rows[-1]) + 1 if len(rows) else self._place
        if after >= self.rows.rowCount() and len(rows):
            after = int(rows[0]) - 1
        self.go_to(max(0, after))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of this part; every other key goes on to the commands."""
        bare = not event.modifiers() & _MODIFIERS
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match Key(event.key()):
            case Key.Key_J if bare and not shift:
                self.step(1)
            case Key.Key_K if bare and not shift:
                self.step(-1)
            case (Key.Key_Down | Key.Key_Up) as key if bare and not shift:
                self.step(1 if key == Key.Key_Down else -1)
            case Key.Key_Home if bare and not shift:
                self.go_to(0)
            case Key.Key_End if bare and not shift:
                self.go_to(self.rows.rowCount() - 1)
            case _ if bare and shift and (row := self._reached(Key(event.key()))) >= 0:
                self.extend(row)
            case (Key.Key_Left | Key.Key_Right) as key if bare and not shift:
                bar = self.horizontalScrollBar()
                bar.setValue(bar.value() + (theme.px(_ACROSS) if key == Key.Key_Right else -theme.px(_ACROSS)))
            case Key.Key_X if bare:
                self.toggle()
            case Key.Key_Escape if self._picking:
                self.drop_picks()
            case Key.Key_Return | Key.Key_Enter if bare:
                if current := self.rows.id_at(self.currentIndex().row()):
                    self.opened.emit(current)
            case _ if bare and event.text().isprintable() and event.text():
                event.ignore()
            case _:
                self._picking = self._picking and event.key() != Key.Key_A
                with self._one_change():
                    super().keyPressEvent(event)

    def _reached(self, key: Qt.Key) -> int:
        """The row that a moving key goes to from the current one; -1 for any other key."""
        at, last = self.currentIndex().row(), self.rows.rowCount() - 1
        page = max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize() - 1)
        rows = {
            Key.Key_Down: at + 1,
            Key.Key_Up: at - 1,
            Key.Key_PageDown: at + page,
            Key.Key_PageUp: at - page,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        return max(0, min(rows[key], last)) if key in rows and at >= 0 else -1

    def extend(self, row: int) -> None:
        """Choose all rows from where choosing began up to this one."""
        start = self.rows.row_of(self._start)
        first, last = sorted((row, start if start >= 0 else self.currentIndex().row()))
        self._picking, self._extending = False, True
        with self._one_change():
            here = QItemSelection(self.rows.index(max(0, first), 0), self.rows.index(last, len(NAMES) - 1))
            self.selectionModel().select(here, _SELECT)
            self.selectionModel().setCurrentIndex(self._index(row), Flag.NoUpdate)
        self._extending = False
        self.scrollTo(self._index(row))

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Take the chosen requests along; Qt would make a list of all their cells first."""
        del supportedActions
        drag(self, self._selection.ids)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes; Qt would make the first row current, but nobody has chosen it yet."""
        before, following = self.currentIndex().isValid(), self._following
        self._following = True
        super().focusInEvent(event)
        if not before:
            self.selectionModel().setCurrentIndex(QModelIndex(), Flag.NoUpdate)
        self._following = following
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses, and ends picking unless Ctrl is held; with Shift held it chooses up to there."""
        row = self.rowAt(event.position().toPoint().y())
        if event.modifiers() == Qt.KeyboardModifier.ShiftModifier and event.button() is Qt.MouseButton.LeftButton:
            if row >= 0:
                self.extend(row)
            return
        self._picking = self._picking and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        with self._one_change():
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on one of many chosen rows chooses it alone."""
        with self._one_change():
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight."""
        if self._painter is None or self._painter.density != self.devicePixelRatioF():
            self._lay_out()
        painting = self._painter
        if painting is None:
            return
        painter = QPainter(self.viewport())
        area, height, width = event.rect(), painting.height, self.viewport().width()
        painting.scrolled = self.horizontalHeader().offset()
        painter.translate(-painting.scrolled, 0)
        painting.begin(painter)
        scroll = self.verticalHeader().offset()
        first = (scroll + area.top()) // height
        last = min(self.rows.rowCount() - 1, (scroll + area.bottom()) // height)
        current, focused = self.currentIndex().row(), self.hasFocus()
        chosen = self._chosen[first : last + 1].tolist()
        marked = self._picking or len(self._selection.ids) != 1
        for row in range(first, last + 1):
            state = RowState(chosen[row - first], row == current, focused, marked)
            painting.paint(painter, row * height - scroll, width, self.rows.words(row), state)
        painter.end()
