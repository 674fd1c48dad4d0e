"""The queue's header: titles with the sort keys' arrows and ranks; clicks sort, drags move and widen, a menu hides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from widgets import theme
from widgets.icons import paint_icon
from widgets.queue.columns import (
    COLUMNS,
    EDGE,
    LEAST,
    NAMES,
    PAD,
    RIGHT,
    Arrangement,
    Column,
    SortKeys,
    pressed,
)

HEADER = 24
_ARROW = 12


class QueueHeader(QHeaderView):
    """Paints the titles and says what the person does with them; it never sorts or hides by itself."""

    sort_requested = Signal(object)
    """The sort keys wanted."""
    arranged = Signal(object)
    """The arrangement wanted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setFixedHeight(theme.px(HEADER))
        self.setAccessibleName("Sort the queue")
        self.keys: SortKeys = (("due", False),)
        self._arrangement, self._widths = Arrangement(), dict[str, int]()
        self._further = self._laying = False
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._resized)
        self.sectionMoved.connect(self._moved)
        self.sectionHandleDoubleClicked.connect(self._usual_width)

    def show_order(self, keys: SortKeys) -> None:
        """Draw the arrows at these columns; a column that is not shown has none."""
        self.keys = keys
        self.viewport().update()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        before, self._laying = self._laying, True
        try:
            yield
        finally:
            self._laying = before

    def lay_out(self, arrangement: Arrangement, widths: dict[str, int]) -> None:
        """Show these columns at these widths (pixels), left to right in their order."""
        self._arrangement, self._widths = arrangement, widths
        with self._quietly():
            for at, name in enumerate(widths):
                section = NAMES.index(name)
                if self.visualIndex(section) != at:
                    self.moveSection(self.visualIndex(section), at)
            for section, name in enumerate(NAMES):
                self.setSectionHidden(section, name not in widths)
                if name in widths:
                    self.resizeSection(section, widths[name] + self._inset(section))

    def _inset(self, section: int) -> int:
        """What the leftmost column has before its words (pixels)."""
        return theme.px(EDGE + PAD) if next(iter(self._widths), "") == NAMES[section] else 0

    def _clicked(self, section: int) -> None:
        column = COLUMNS[section]
        if column.sortable:
            self.sort_requested.emit(pressed(self.keys, column.name, further=self._further))

    def _resized(self, section: int, _before: int, now: int) -> None:
        name = NAMES[section]
        if not self._laying and name in self._widths:
            others = [(n, _design(w)) for n, w in self._widths.items()]
            self.arranged.emit(self._arrangement.resized(name, _design(now - self._inset(section)), others))

    def _usual_width(self, section: int) -> None:
        others = [(n, _design(w)) for n, w in self._widths.items()]
        self.arranged.emit(self._arrangement.resized(NAMES[section], COLUMNS[section].width, others))

    def _moved(self, _section: int, _before: int, _now: int) -> None:
        if self._laying:
            return
        order = sorted(self._widths, key=lambda name: self.visualIndex(NAMES.index(name)))
        shown = iter(order)
        names = tuple(next(shown) if n in self._widths else n for n in self._arrangement.names)
        self.arranged.emit(Arrangement(names, self._arrangement.widths, self._arrangement.two_lines))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click with Shift held adds a further sort key."""
        self._further = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Which columns there are, shown or not."""
        menu = self.menu(self.logicalIndexAt(event.pos()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self, section: int = -1) -> QMenu:
        """Everything that can be done with the columns; the first entries are about the one that was clicked."""
        menu, wanted = QMenu(self), self._arrangement
        if section >= 0 and COLUMNS[section].sortable:
            name, called = NAMES[section], COLUMNS[section].called
            for further, words in ((False, f"Sort by {called.lower()}"), (True, f"Then sort by {called.lower()}")):
                action = menu.addAction(words)
                action.triggered.connect(
                    lambda _=False, f=further, n=name: self.sort_requested.emit(pressed(self.keys, n, further=f))
                )
            menu.addSeparator()
        for column in COLUMNS:
            action = menu.addAction(column.called)
            action.setCheckable(True)
            action.setChecked(column.name in wanted.names)
            action.setEnabled(wanted.names != (column.name,))
            action.triggered.connect(lambda _=False, n=column.name: self.arranged.emit(wanted.toggled(n)))
        menu.addSeparator()
        two = menu.addAction("Two lines a request")
        two.setCheckable(True)
        two.setChecked(wanted.two_lines)
        two.triggered.connect(lambda on: self.arranged.emit(Arrangement(wanted.names, wanted.widths, on)))
        usual = menu.addAction("Usual columns and widths")
        usual.triggered.connect(lambda: self.arranged.emit(Arrangement(two_lines=wanted.two_lines)))
        return menu

    def sizeHint(self) -> QSize:
        """The size of the design."""
        return QSize(0, theme.px(HEADER))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: D102
        p = theme.current()
        painter.fillRect(rect, theme.colour(p.surf))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour(p.hair))
        box = QRectF(rect.adjusted(self._inset(section), 0, 0, -1))
        self._title(painter, box, COLUMNS[section])

    def _title(self, painter: QPainter, box: QRectF, column: Column) -> None:
        """Paint a title, with an arrow where the rows are sorted by it, and the rank where by several."""
        at = next((i for i, key in enumerate(self.keys) if key[0] == column.name), -1)
        font, muted = theme.font(theme.META), theme.colour(theme.current().muted)
        metrics = QFontMetrics(font)
        rank = str(at + 1) if at >= 0 and len(self.keys) > 1 else ""
        arrow = (_ARROW + 2 if column.title else _ARROW) if at >= 0 else 0
        room = round(box.width()) - theme.px(RIGHT)
        tail = arrow + metrics.horizontalAdvance(rank)
        title = metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, max(0, room - tail))
        words = metrics.horizontalAdvance(title)
        left = box.left() + (room - words - tail if column.right else 0)
        painter.setFont(font)
        painter.setPen(muted)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, box.top(), words + 4, box.height()), middle, title)
        if arrow:
            place = QRectF(left + words + arrow - _ARROW, box.center().y() - _ARROW / 2, _ARROW, _ARROW)
            paint_icon(painter, place, "sorted-down" if self.keys[at][1] else "sorted-up", muted)
            painter.drawText(QRectF(place.right(), box.top(), 16, box.height()), middle, rank)


def _design(pixels: int) -> int:
    """A length on the screen in pixels of the design."""
    return max(LEAST, round(pixels * 1000 / theme.px(1000)))
