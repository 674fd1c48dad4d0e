"""A painted list to pick one line from: title, note and key, with the reason where a line cannot be picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from services.domain.status import Status
from services.queue.natural import fold
from widgets import shapes, theme
from widgets.icons import NAMES, paint_icon
from widgets.lines import Index, Lines, paint_chosen
from widgets.plain import tip

PAD, ONE_LINE, TWO_LINES, SHOWN = 12, 28, 44, 10
_STATUSES = {s.value: s for s in Status}


@dataclass(frozen=True, slots=True)
class Choice:
    """One line to pick. A `note` makes it two lines high; a `reason` says why it cannot be picked."""

    key: str
    title: str
    note: str = ""
    keys: str = ""
    """A keyboard hint, shown at the right."""
    enabled: bool = True
    reason: str = ""
    icon: str = ""
    """A status word for its shape, or an icon's name."""
    only_typed: bool = False
    """Shown only once something has been typed that fits it."""

    @property
    def below(self) -> str:
        """The second line: the reason where it cannot be picked, else the note."""
        return self.reason if not self.enabled and self.reason else self.note


def fitting(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that hold every typed word; those whose title begins with the words come first."""
    wanted = fold(typed).split()
    if not wanted:
        return [c for c in choices if not c.only_typed]
    ranked = ((_rank(fold(c.title), fold(f"{c.title} {c.note}"), wanted), c) for c in choices)
    return [c for rank, c in sorted((r for r in ranked if r[0] < _NO_FIT), key=lambda r: (r[0], not r[1].enabled))]


_NO_FIT = 5


def _rank(title: str, everything: str, wanted: Sequence[str]) -> int:
    """How well the words fit: 0 title begins with them, 1 and 2 words of the title, or anywhere, begin with them,
    3 and 4 letters within them. "tree" is a crew that takes Tree Emergencies before it is a part of "Streets 1"."""
    if title.startswith(" ".join(wanted)):
        return 0
    for rank, words in ((1, title.split()), (2, everything.split())):
        if all(any(w.startswith(x) for w in words) for x in wanted):
            return rank
    if all(x in title for x in wanted):
        return 3
    return 4 if all(x in everything for x in wanted) else _NO_FIT


class _Model(Lines[Choice]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The word of a cell, the row as a sentence, or its tooltip."""
        choice = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return choice.title
            case Qt.ItemDataRole.AccessibleTextRole:
                state = "" if choice.enabled else "not possible"
                return ", ".join(p for p in (choice.title, state, choice.below, choice.keys) if p)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(choice.below)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged, and nothing is edited in place."""
        enabled = Qt.ItemFlag.ItemIsEnabled if self.lines[index.row()].enabled else Qt.ItemFlag.NoItemFlags
        return enabled | Qt.ItemFlag.ItemIsSelectable


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of the design."""
        choice = _choice(index)
        return QSize(0, theme.px(TWO_LINES if choice.below else ONE_LINE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one entry."""
        p, choice = theme.current(), _choice(index)
        box: QRect = option.rect
        painter.save()
        if QStyle.StateFlag.State_Selected in option.state:
            paint_chosen(painter, box)
        left = box.left() + theme.px(PAD)
        if choice.icon:
            _mark(painter, choice, left, box)
            left += theme.px(24)
        right = box.right() - theme.px(PAD) - _keys(painter, choice, box)
        top = box.top() + (theme.px(4) if choice.below else 0)
        height = theme.px(20) if choice.below else box.height()
        painter.setPen(theme.colour(p.text if choice.enabled else p.muted))
        _line(painter, QRect(left, top, right - left, height), choice.title, theme.BODY)
        painter.setPen(theme.colour(p.muted))
        _line(painter, QRect(left, top + height, right - left, theme.px(16)), choice.below, theme.META)
        painter.restore()


def _choice(index: Index) -> Choice:
    model = index.model()
    if not isinstance(model, _Model):
        raise TypeError("a pick list paints its own model only")
    return model.lines[index.row()]


def _mark(painter: QPainter, choice: Choice, left: int, box: QRect) -> None:
    p, middle = theme.current(), box.center().y() + 1
    if choice.icon in _STATUSES:
        status = _STATUSES[choice.icon]
        ink = theme.colour(p.status(status) if choice.enabled else p.muted)
        shapes.paint_shape(painter, QRectF(left + 2, middle - 6, 12, 12), status, ink)
    elif choice.icon in NAMES:
        paint_icon(painter, QRectF(left, middle - 8, 16, 16), choice.icon, p.muted)


def _keys(painter: QPainter, choice: Choice, box: QRect) -> int:
    """Paint the key hint; the room it takes."""
    if not choice.keys:
        return 0
    painter.setFont(theme.font(theme.META))
    painter.setPen(theme.colour(theme.current().muted))
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box.adjusted(0, 0, -theme.px(PAD), 0), flags, choice.keys)
    return painter.fontMetrics().horizontalAdvance(choice.keys) + theme.px(12)


def _line(painter: QPainter, box: QRect, text: str, pixels: int) -> None:
    font = theme.font(pixels)
    painter.setFont(font)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class PickList(QListView):
    """Choices with one of them highlighted; the keyboard may stay in a field beside it."""

    chosen = Signal(str)
    """The key of an enabled choice that was clicked, or taken by `take`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Choices")
        self.clicked.connect(self._take_row)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Show these; the first that can be picked is highlighted."""
        self._model.show(choices)
        first = next((i for i, c in enumerate(choices) if c.enabled), -1)
        self._highlight(first)

    @property
    def choices(self) -> list[Choice]:
        """What is shown."""
        return self._model.lines

    @property
    def highlighted(self) -> Choice | None:
        """The choice that Enter would take."""
        row = self.currentIndex().row()
        return self.choices[row] if row >= 0 else None

    def step(self, by: int) -> None:
        """Highlight the next choice (−1: the one before); round at the ends."""
        count = len(self.choices)
        if count:
            self._highlight((self.currentIndex().row() + by) % count)

    def _highlight(self, row: int) -> None:
        index = self._model.index(row, 0) if row >= 0 else QModelIndex()
        self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.ClearAndSelect)
        if row >= 0:
            self.scrollTo(index)

    def take(self) -> bool:
        """Pick the highlighted choice; False when there is none or it cannot be picked."""
        choice = self.highlighted
        if choice is None or not choice.enabled:
            return False
        self.chosen.emit(choice.key)
        return True

    def _take_row(self, index: QModelIndex) -> None:
        self._highlight(index.row())
        self.take()

    def height_wanted(self) -> int:
        """The height that shows all choices, up to about ten (pixels)."""
        rows = [theme.px(TWO_LINES if c.below else ONE_LINE) for c in self.choices]
        return min(sum(rows), theme.px(SHOWN * TWO_LINES))
