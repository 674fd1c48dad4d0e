"""Who called and who is sent: the callers with how they are reached, and the crew or those suggested, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from services.domain.detail import Detail, ToCall
from services.domain.policy import Policy
from services.domain.story import CHANNELS, LANGUAGES
from services.domain.values import Caller, Crew, Reach
from widgets import theme
from widgets.detail import parts, words
from widgets.detail.parts import BLEED, Button
from widgets.icons import paint_icon

MOST_CALLERS = 50


@dataclass(frozen=True, slots=True)
class CrewChoice:
    """A crew that could be sent, and why it could."""

    crew: Crew
    reason: str


class CallerRow(QWidget):
    """One caller: name, phone or e-mail, language."""

    def __init__(self, name: str, contact: str, way: str, icon: str) -> None:
        super().__init__()
        self._name, self._contact, self._way, self._icon = name, contact, way, icon
        self.setFixedHeight(24)
        self.setAccessibleName(", ".join(w for w in (name, contact, way) if w))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon, name, contact and way in their columns."""
        p = theme.current()
        painter = QPainter(self)
        paint_icon(painter, QRectF(0, 4, 16, 16), self._icon, p.muted)
        small = theme.font(theme.META)
        way = QFontMetricsF(small).horizontalAdvance(self._way)
        contact = QFontMetricsF(small).horizontalAdvance(self._contact) + 1
        name = QFontMetricsF(theme.font()).horizontalAdvance(self._name)
        middle = 24 + (self.width() - 24) * 0.375
        middle = min(middle, max(24 + name + 16, self.width() - way - 13 - contact))
        draw_elided(painter, QRectF(24, 0, middle - 32, 24), self._name, theme.font(), p.text)
        draw_elided(painter, QRectF(middle, 0, self.width() - way - middle - 12, 24), self._contact, small, p.muted)
        draw_elided(painter, QRectF(self.width() - way - 1, 0, way + 1, 24), self._way, small, p.muted)
        painter.end()


def draw_elided(painter: QPainter, rect: QRectF, text: str, font: QFont, ink: str) -> None:
    """Draw one line of `text`, cut with … where the room ends."""
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    line = " ".join(text.split())
    shown = QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, rect.width())
    flags = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextSingleLine.value
    painter.drawText(rect, flags, shown)


class CallBack(QWidget):
    """Under a caller who is to be called back: what they said, what they are to hear, and the command's button."""

    wanted = Signal()

    def __init__(self, tell: str, said: str) -> None:
        super().__init__()
        self.words = parts.meta("\n".join(filter(None, (tell, f"They said: {said}" if said else ""))))
        self.words.setWordWrap(True)
        self.button = QPushButton("Called back…")
        self.button.setProperty("compact", True)
        self.button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 0, 4)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)


class Callers(QWidget):
    """The callers of a request and whether they are told."""

    called_back = Signal()
    """Somebody says that a caller was called back."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None
        self._column = parts.column(self, inset=parts.INSET)
        self.head = parts.head("")
        self._column.addWidget(self.head)
        self._column.addSpacing(4)
        self.rows: list[CallerRow] = []
        self.calls: list[CallBack] = []
        self.more = parts.meta()
        self._column.addWidget(self.more)

    def show_detail(self, detail: Detail, policy: Policy) -> None:
        """Show the callers, or the ways by which the upstream says that its reporter can be reached."""
        request = detail.request
        count, waiting = len(detail.callers), len(detail.to_call)
        self.head.setText(words.callers_head(count, policy, request, waiting=waiting, callers=detail.callers))
        rows = [_caller_row(c) for c in detail.callers[:MOST_CALLERS]] or [
            _reach_row(r) for r in (request.reach or ())[:MOST_CALLERS]
        ]
        waits = {call.caller_id: call for call in detail.to_call}
        shown = enumerate(detail.callers[:MOST_CALLERS])
        calls = {i: _call_words(detail, waits[caller.id]) for i, caller in shown if caller.id in waits}
        if (rows, calls) != self._shown:
            self._shown = (rows, calls)
            self._build(rows, calls)
        rest = len(detail.callers) - MOST_CALLERS
        self.more.setText(f"and {rest} more")
        self.more.setVisible(rest > 0)

    def _build(self, rows: list[tuple[str, str, str, str]], calls: dict[int, tuple[str, str]]) -> None:
        for old in (*self.rows, *self.calls):
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows, self.calls = [CallerRow(*row) for row in rows], []
        for i, made in enumerate(self.rows):
            self._insert(made)
            if i in calls:
                self.calls.append(CallBack(*calls[i]))
                self.calls[-1].wanted.connect(self.called_back)
                self._insert(self.calls[-1])

    def _insert(self, made: QWidget) -> None:
        """Put it below what is there, above the count of those who are not shown."""
        self._column.insertWidget(self._column.indexOf(self.more), made)
        made.show()


def _call_words(detail: Detail, call: ToCall) -> tuple[str, str]:
    """What a caller is to hear, and what they said when they joined or asked."""
    said = next((e.text for e in detail.events if e.text and e.data.get("caller") == call.caller_id), "")
    if call.silent:
        return "To be called back, but has since asked never to be called.", said
    return f"To be called back. Tell them: {call.message or 'where it stands.'}", said


def _caller_row(caller: Caller) -> tuple[str, str, str, str]:
    icon = "mail" if caller.email else "phone" if caller.phone else "person"
    return caller.name or "No name given", caller.phone or caller.email, words.caller_way(caller), icon


def _reach_row(reach: Reach) -> tuple[str, str, str, str]:
    icon = {"email": "mail", "sms": "app", "push": "app"}.get(reach.channel, "person")
    way = CHANNELS.get(reach.channel, reach.channel)
    return (
        "Reporter",
        "address kept by the upstream",
        ", ".join(w for w in (way, LANGUAGES.get(reach.language, reach.language)) if w),
        icon,
    )


class CrewRow(Button):
    """One crew with its reason; the first stands on the selection ground."""

    stepped = Signal(int)

    def __init__(self, crew_id: int, name: str, reason: str, key: str, *, first: bool) -> None:
        super().__init__(f"{name}. {reason}" if reason else name)
        self.crew_id, self._name, self._reason, self._key, self._first = crew_id, name, reason, key, first
        self.setFixedHeight(44 if reason else 32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the crew; arrows go to the next."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon, name, reason and key."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, theme.colour(p.selection) if self._first else None, 4)
        middle = self.height() / 2
        paint_icon(painter, QRectF(BLEED, middle - 8, 16, 16), "truck", p.text if self._first else p.muted)
        small = theme.font(theme.META)
        key = QFontMetricsF(small).horizontalAdvance(self._key) + 1
        right = self.width() - BLEED - key
        name = theme.font(theme.BODY, theme.SEMIBOLD if self._first else theme.NORMAL)
        top = 4 if self._reason else middle - 10
        ink = p.text if self.isEnabled() else p.muted
        draw_elided(painter, QRectF(BLEED + 28, top, right - BLEED - 40, 20), self._name, name, ink)
        draw_elided(painter, QRectF(BLEED + 28, 24, right - BLEED - 40, 16), self._reason, small, p.muted)
        draw_elided(painter, QRectF(right, 0, key, self.height()), self._key, small, p.muted)
        painter.end()


class Crews(QWidget):
    """The crew of a request, or those that could be sent, each with its reason."""

    assign_wanted = Signal(int)
    """The crew's id; 0 asks for a chooser."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None
        self._refusal = ""
        self._column = parts.column(self, inset=parts.INSET - BLEED)
        self.head = parts.head("")
        self.head.setContentsMargins(BLEED, 0, 0, 0)
        self._column.addWidget(self.head)
        self._column.addSpacing(4)
        self.rows: list[CrewRow] = []
        self.foot = parts.meta()
        self.foot.setContentsMargins(BLEED + 28, 4, 0, 0)
        self.foot.setWordWrap(True)
        self._column.addWidget(self.foot)

    def show_crews(self, crew: Crew | None, choices: Sequence[CrewChoice], note: str, refusal: str) -> None:
        """Show the crew, or the choices in order. `note`: who falls short; `refusal`: why nobody may be sent."""
        key = (crew, tuple(choices), bool(refusal))
        if key != self._shown:
            self._shown = key
            self._build(crew, choices, enabled=not refusal)
        self.head.setText("Crew" if crew or not choices else "Crew suggested")
        words_below = refusal or note
        self.foot.setText(words_below)
        self.foot.setVisible(bool(words_below))

    def _build(self, crew: Crew | None, choices: Sequence[CrewChoice], *, enabled: bool) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        if crew is not None:
            made = [CrewRow(0, crew.name, "Assigned. Choose another crew, or none", "A", first=True)]
        elif choices:
            keys = ["A, Enter", "A, ↓"] + [""] * len(choices)
            made = [CrewRow(c.crew.id, c.crew.name, c.reason, keys[i], first=i == 0) for i, c in enumerate(choices)]
        else:
            made = [CrewRow(0, "No crew yet", "Choose one", "A", first=False)]
        self.rows = made
        for i, row in enumerate(made):
            row.setEnabled(enabled)
            row.clicked.connect(partial(self._wanted, row.crew_id))
            row.stepped.connect(partial(self._step, i))
            self._column.insertWidget(2 + i, row)
            row.show()

    def _wanted(self, crew_id: int) -> None:
        self.assign_wanted.emit(crew_id)

    def _step(self, start: int, step: int) -> None:
        to = self.rows[max(0, min(len(self.rows) - 1, start + step))]
        to.setFocus(Qt.FocusReason.TabFocusReason)
