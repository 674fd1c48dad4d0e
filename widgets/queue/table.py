"""The queue's table: paints its own rows, moves by J, K and arrows, and shares its selection with map and detail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
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
_MOST_RANGES = 64
"""Of more ranges than these Qt compares each with each, for longer than a person should wait."""
_MOST_SPOKEN = 1_000
_ACROSS = 64
_CTRL = Qt.KeyboardModifier.ControlModifier
_MODIFIERS = _CTRL | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class QueueTable(ArrangedTable):
    """Shows a QueueModel, and keeps `selection` and what is highlighted the same."""

    opened = Signal(int)
    """A request was opened (Enter, double click)."""

    _following = True
    """While true, what changes here is not the person's doing: until it is built, and while it follows."""
    _holding = False
    """While true, what changes here is told at the end."""
    _whole = True
    """Whether Qt's ranges are all that is chosen: neither hidden by the filter nor too scattered for them."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._following = False
        self._picking = False
        self._changed: bool | None = None
        """What has changed while holding: nothing, what is looked at (False), or what is chosen too (True)."""
        self._pressed_here = False
        """The mouse button went down on what this table did without Qt."""
        self._pressed = -1
        """The chosen row on which the mouse button went down: it may be dragged, or chosen alone."""
        self._chosen = np.zeros(0, np.bool_)
        self._place = -1
        self._start = 0
        """The request at which a choice of several rows began."""
        self._extending = False
        selection.changed.connect(self._follow)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows.id_at(index.row())))

    # -- rows -----------------------------------------------------------------------------------------------------

    def set_rows(self, snapshot: Snapshot, order: Ints, now_ms: int) -> None:
        """Show these rows; the selection stays, and so does the place of what is read (current row or first)."""
        before, scroll = self.rows.row_of(self._selection.current), self.verticalScrollBar().value()
        is_seen = before >= 0 and 0 <= self.rowViewportPosition(before) < self.viewport().height()
        held = before if is_seen else scroll
        held_id = self.rows.id_at(held) if is_seen or 0 < scroll < self.rows.rowCount() else -1
        with self._led():
            self.rows.set_rows(snapshot, order, now_ms)
        after = self.rows.row_of(held_id)
        self.updateGeometries()
        self.verticalScrollBar().setValue(scroll + after - held if after >= 0 else scroll)
        if self.rows.row_of(self._selection.current) < 0 <= before:
            self._place = before
        self._follow(scroll=False)

    def set_now(self, now_ms: int) -> None:
        """Let the clocks of the rows in sight stand at `now_ms`."""
        if self.rows.set_now(now_ms) and self.isVisible():
            self.viewport().update()

    # -- the shared selection -------------------------------------------------------------------------------------

    @contextmanager
    def _led(self) -> Iterator[None]:
        """What changes here meanwhile is not the person's doing."""
        before, self._following = self._following, True
        try:
            yield
        finally:
            self._following = before

    def _follow(self, *, scroll: bool = True) -> None:
        """Highlight what the shared selection holds."""
        if self._following:
            return
        count = len(self._selection.ids)
        self._picking = self._picking and count > 1
        rows = self.rows.places_of(self._selection.rows_of(self.rows.snapshot))
        self._chosen = np.zeros(self.rows.rowCount(), np.bool_)
        self._chosen[rows] = True
        current = self.rows.row_of(self._selection.current)
        ranges = self._ranges(rows)
        self._whole = ranges is not None and len(rows) == count
        with self._led():
            self.selectionModel().select(ranges or QItemSelection(), _SELECT)
            self.selectionModel().setCurrentIndex(self._index(current), Flag.NoUpdate)
            if count <= 1:
                self._start = self._selection.current
            if current >= 0:
                self._place = current
                if scroll:
                    self.scrollTo(self._index(current))
        self.viewport().update()

    @property
    def chosen(self) -> Mask:
        """Which rows of this list are chosen."""
        return self._chosen

    def _ranges(self, rows: npt.NDArray[np.intp]) -> QItemSelection | None:
        """Those ascending rows for Qt, as ranges; None where they are so scattered that Qt would take seconds."""
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        if len(breaks) >= _MOST_RANGES:
            return None
        made = QItemSelection()
        for part in np.split(rows, breaks) if len(rows) else ():
            first, last = self.rows.index(int(part[0]), 0), self.rows.index(int(part[-1]), len(NAMES) - 1)
            made.append(QItemSelectionRange(first, last))
        return made

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Rows were chosen or let go; of very many Qt would make a list of all cells for a screen reader."""
        if sum(r.height() for r in (*selected.toList(), *deselected.toList())) <= _MOST_SPOKEN:
            super().selectionChanged(selected, deselected)
        if self._whole or self._holding:
            self._tell(ids=True)
        elif not self._following:
            ids, gone, come = self._selection.ids, *(self.rows.ids_at(_rows_in(s)) for s in (deselected, selected))
            self._selection.set(np.append(ids[~np.isin(ids, [*gone, *come])], come), self._selection.current)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Another row is looked at."""
        super().currentChanged(current, previous)
        self._tell(ids=False)

    @contextmanager
    def _one_change(self, *, anew: bool = False) -> Iterator[None]:
        """What is chosen and what is looked at change together, and are said once, at the end.

        `anew`: nothing else stays chosen, even if for Qt nothing changes.
        """
        outermost, self._holding = not self._holding, True
        changed = None
        self._changed = anew or self._changed
        try:
            yield
        finally:
            if outermost:
                self._holding, changed, self._changed = False, self._changed, None
        if changed is not None:
            self._tell(ids=changed)

    def _tell(self, *, ids: bool) -> None:
        """Tell the shared selection what is highlighted here: Qt's ranges are then all that is chosen."""
        if self._following:
            return
        if self._holding:
            self._changed = ids or bool(self._changed)
            return
        chosen = self._selection.ids
        if ids:
            ranges = _rows_in(self.selectionModel().selection())
            chosen = self.rows.ids_at(ranges)
            self._chosen = np.zeros(self.rows.rowCount(), np.bool_)
            for first, last in ranges:
                self._chosen[first : last + 1] = True
            self._whole = True
        with self._led():
            self._selection.set(chosen, self.rows.id_at(self.currentIndex().row()))
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
            with self._one_change(anew=not self._picking):
                self.selectionModel().setCurrentIndex(self._index(row), Flag.NoUpdate if self._picking else _SELECT)
            self.scrollTo(self._index(row))

    def toggle(self) -> None:
        """Pick the current row, or let it go; while rows are picked, moving does not choose."""
        row = self.currentIndex().row()
        if row < 0:
            return
        if self._picking or not self._chosen[row]:
            self._flip(row)
        self._picking = len(self._selection.ids) > 0
        self.viewport().update()

    def _flip(self, row: int) -> None:
        """Choose this row too, or let it go, and look at it; all others stay as they are, in the list or not."""
        request, ids = self.rows.id_at(row), self._selection.ids
        self._selection.set(ids[ids != request] if self._chosen[row] else np.append(ids, request), request)
        self._start = request

    def _add(self, row: int) -> None:
        """Choose also all rows from where choosing began up to this one."""
        first, last = self._reach(row)
        more = first + np.flatnonzero(~self._chosen[first : last + 1])
        ids = self.rows.snapshot.ids[self.rows.order[more]]
        self._selection.set(np.append(self._selection.ids, ids), self.rows.id_at(row))

    def _reach(self, row: int) -> tuple[int, int]:
        """The first and last row of what lies between where choosing began and this row."""
        start = self.rows.row_of(self._start)
        first, last = sorted((row, start if start >= 0 else self.currentIndex().row()))
        return max(0, first), last

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
            case (Key.Key_PageDown | Key.Key_PageUp) as key if bare and not shift:
                self.step(self._page if key == Key.Key_PageDown else -self._page)
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
            case Key.Key_Space if event.modifiers() & _CTRL:
                if (at := self.currentIndex().row()) >= 0:
                    self._flip(at)
            case Key.Key_Escape if self._picking:
                self.drop_picks()
            case Key.Key_Return | Key.Key_Enter if bare:
                if current := self.rows.id_at(self.currentIndex().row()):
                    self.opened.emit(current)
            case _ if bare and event.text().isprintable() and event.text():
                event.ignore()
            case _:
                everything = event.matches(QKeySequence.StandardKey.SelectAll)
                self._picking = self._picking and not everything
                with self._one_change(anew=everything):
                    super().keyPressEvent(event)

    @property
    def _page(self) -> int:
        """So many rows a page key goes on: all in sight but one."""
        return max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize() - 1)

    def _reached(self, key: Qt.Key) -> int:
        """The row that a moving key goes to from the current one; -1 for any other key."""
        at, last = self.currentIndex().row(), self.rows.rowCount() - 1
        rows = {
            Key.Key_Down: at + 1,
            Key.Key_Up: at - 1,
            Key.Key_PageDown: at + self._page,
            Key.Key_PageUp: at - self._page,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        return max(0, min(rows[key], last)) if key in rows and at >= 0 else -1

    def extend(self, row: int) -> None:
        """Choose all rows from where choosing began up to this one."""
        first, last = self._reach(row)
        self._picking, self._extending = False, True
        try:
            with self._one_change(anew=True):
                here = QItemSelection(self.rows.index(first, 0), self.rows.index(last, len(NAMES) - 1))
                self.selectionModel().select(here, _SELECT)
                self.selectionModel().setCurrentIndex(self._index(row), Flag.NoUpdate)
        finally:
            self._extending = False
        self.scrollTo(self._index(row))

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Take the chosen requests along; Qt would make a list of all their cells first."""
        del supportedActions
        drag(self, self._selection.ids)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes; Qt would make the first row current, but nobody has chosen it yet."""
        before = self.currentIndex().isValid()
        with self._led():
            super().focusInEvent(event)
            if not before:
                self.selectionModel().setCurrentIndex(QModelIndex(), Flag.NoUpdate)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses, and ends picking; with Ctrl held one row more or less, with Shift held all up to there."""
        row = self.rowAt(event.position().toPoint().y())
        ctrl, shift = (bool(event.modifiers() & m) for m in (_CTRL, Qt.KeyboardModifier.ShiftModifier))
        self._pressed_here = event.button() is Qt.MouseButton.LeftButton and (ctrl or shift)
        if self._pressed_here:
            if row >= 0:
                (self._add if ctrl and shift else self._flip if ctrl else self.extend)(row)
            return
        self._picking = self._picking and ctrl
        self._pressed = row if row >= 0 and self._chosen[row] else -1
        if self._pressed >= 0 and not self._whole:
            with self._led():  # Qt keeps the others only where it knows that this one is chosen
                self.selectionModel().select(self._index(row), Flag.Select | Flag.Rows)
        with self._one_change(anew=self._pressed < 0 and not ctrl and not shift):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is chosen, but for a press that Qt does not know of."""
        if not self._pressed_here:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on one of many chosen rows chooses it alone."""
        if self._pressed_here:
            self._pressed_here = False
            return
        row, self._pressed = self._pressed, -1
        here = row >= 0 and row == self.rowAt(event.position().toPoint().y())
        with self._one_change(anew=here and event.button() is Qt.MouseButton.LeftButton and not event.modifiers()):
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


def _rows_in(selection: QItemSelection) -> list[tuple[int, int]]:
    """The rows of Qt's ranges, ascending: first and last."""
    return sorted({(r.top(), r.bottom()) for r in selection.toList()})
