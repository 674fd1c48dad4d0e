"""A line with what is offered for it below: typed words find it, arrows and Enter (or a click) take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from services.domain.status import Status
from widgets import theme
from widgets.detail import parts
from widgets.detail.parts import Button
from widgets.detail.people import draw_elided
from widgets.plain import tip
from widgets.shapes import paint_status

TITLE, KEY = 172, 64
ROW = 28


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be taken."""

    title: str
    note: str = ""
    """Why it is offered."""
    value: object = None
    """What is told when it is taken."""
    status: Status | None = None
    """Of a request: its shape stands before the title."""
    key: str = ""
    """What stands at the right, where it is not the key that takes it."""
    chosen: bool = False
    """It has been taken, and stands."""
    asks: bool = False
    """Taking it asks for other offers, and answers nothing yet."""


class OfferRow(Button):
    """One offer: title, why, and which key takes it."""

    def __init__(self) -> None:
        super().__init__("")
        self.offer = Offer("")
        self._marked = False
        self._titles = TITLE
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, ROW)

    def show_offer(self, offer: Offer | None, *, marked: bool, titles: int = TITLE) -> None:
        """Show an offer, or nothing; `titles`: pixels that the title has before the note."""
        self.offer, self._marked, self._titles = offer or Offer(""), marked, titles
        self.setVisible(offer is not None)
        said = [self.offer.status.label if self.offer.status else "", self.offer.title, self.offer.note, self.offer.key]
        self.setAccessibleName(", ".join(filter(None, said)))
        self.setToolTip(tip("\n".join(filter(None, (self.offer.title, self.offer.note)))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint shape, title, reason and key."""
        p, offer = theme.current(), self.offer
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self._marked or offer.chosen
        self.ground(painter, theme.colour(p.selection) if on else None, 4)
        left = 8.0
        if offer.status is not None:
            paint_status(painter, QRectF(left, 8, 12, 12), offer.status, p)
            left += 20
        weight = theme.SEMIBOLD if on else theme.NORMAL
        small = theme.font(theme.META)
        key = offer.key or ("Enter" if self._marked else "")
        right = self.width() - (KEY if key else 0) - 8
        wide = self._titles if offer.note else right - left - 8
        draw_elided(painter, QRectF(left, 0, wide, ROW), offer.title, theme.font(theme.BODY, weight), p.text)
        draw_elided(painter, QRectF(left + wide + 8, 0, right - left - wide - 16, ROW), offer.note, small, p.muted)
        painter.setFont(small)
        painter.setPen(theme.colour(p.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(right, 0, KEY, ROW), flags, key)
        painter.end()


class OfferLine(QLineEdit):
    """A line whose arrows move in the list below it, and whose Enter takes what is marked there."""

    moved = Signal(int)
    taken = Signal()
    entered = Signal()
    """The keyboard has come, or gone."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard goes."""
        super().focusOutEvent(event)
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Enter are the list's; every other key goes on."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in steps:
            self.moved.emit(steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and plain:
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class OfferField(QWidget):
    """The line with its offers. Whoever owns it shows them as the words change."""

    typed = Signal(str)
    """The person has changed the words."""
    taken = Signal(object)
    """The value of the offer that was taken."""
    asked = Signal(object)
    """The value of an offer that asks for others."""

    def __init__(self, name: str, most: int, *, beside: QWidget | None = None) -> None:
        """At `most` so many offers below; `beside` stands at the right of the line."""
        super().__init__()
        self._folds = False
        self.line = OfferLine()
        self.line.setAccessibleName(name)
        self._offers: tuple[Offer, ...] = ()
        self._mark = 0
        self._awaited = self._wanted = False
        """The words are others than those that the offers are for; and Enter was pressed meanwhile."""
        column = parts.column(self)
        line = parts.row(8)
        line.addWidget(self.line, 1)
        if beside is not None:
            line.addWidget(beside)
        column.addLayout(line)
        self.rows = [OfferRow() for _ in range(most)]
        self._list = QWidget()
        below = parts.column(self._list)
        below.setContentsMargins(0, 4, 0, 0)
        for i, row in enumerate(self.rows):
            row.clicked.connect(partial(self._take, i))
            below.addWidget(row)
        column.addWidget(self._list)
        self.line.textEdited.connect(self._typed)
        self.line.moved.connect(self._move)
        self.line.taken.connect(self._enter)
        self.line.entered.connect(self._show)
        self.setFocusProxy(self.line)
        self.show_offers(())

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered now."""
        return self._offers

    def text(self) -> str:
        """What stands in the line."""
        return self.line.text()

    def setText(self, text: str) -> None:
        """Put words into the line; nobody has typed them."""
        self.line.setText(text)

    def put(self, text: str) -> None:
        """Put words into the line as if they had been typed: what fits is looked up."""
        self.setText(text)
        self._typed(text)

    def show_offers(self, offers: Sequence[Offer], *, mark: int = 0) -> None:
        """Offer these; Enter takes the marked one, none with −1."""
        self._offers = tuple(offers)[: len(self.rows)]
        self._mark = mark
        wanted, self._awaited, self._wanted = self._wanted, False, False
        self._show()
        if wanted:
            self._take(self._mark)

    def wait(self, words: str) -> None:
        """Say that it is still being looked up; Enter takes what is then found."""
        wanted, self._wanted = self._wanted, False
        self.remark(words)
        self._awaited, self._wanted = True, wanted

    def remark(self, words: str) -> None:
        """Say something where offers would stand; it cannot be taken."""
        self.show_offers([Offer(words)], mark=-1)

    def _typed(self, words: str) -> None:
        self._awaited, self._wanted = True, False
        self.typed.emit(words)
        if self._awaited:
            self._show()

    def _enter(self) -> None:
        """Take what is marked; what is still being looked up is taken when it is there."""
        if self._awaited:
            self._wanted = True
        else:
            self._take(self._mark)

    def fold(self, on: bool) -> None:
        """Whether the list is only to be seen while the keyboard is in the line."""
        if on is not self._folds:
            self._folds = on
            self._show()

    def _is_open(self) -> bool:
        """Whether the list is to be seen."""
        return self.line.hasFocus() or not self._folds

    def _show(self) -> None:
        here, seen = self.line.hasFocus() and not self._awaited, self._offers if self._is_open() else ()
        bold = QFontMetrics(theme.font(theme.BODY, theme.SEMIBOLD))  # a title that is marked needs no more room
        titles = min(TITLE, max((bold.horizontalAdvance(offer.title) for offer in seen), default=TITLE) + 8)
        for i, row in enumerate(self.rows):
            row.show_offer(seen[i] if i < len(seen) else None, marked=here and i == self._mark, titles=titles)
        self._list.setVisible(bool(seen))
        self.line.setAccessibleDescription(self.rows[max(0, self._mark)].accessibleName())

    def _move(self, step: int) -> None:
        if self._offers:
            self._mark = (
                (self._mark + step) % len(self._offers) if self._mark >= 0 else min(0, step) % len(self._offers)
            )
            self._show()

    def _take(self, position: int) -> None:
        if 0 <= position < len(self._offers) and self._offers[position].value is not None:
            offer = self._offers[position]
            (self.asked if offer.asks else self.taken).emit(offer.value)
