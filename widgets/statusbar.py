"""The status bar: how the upstream is, what waits to be posted, what was refused, and the city's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from widgets import theme
from widgets.icons import icon
from widgets.plain import Elided, ElidedButton, PlainLabel, tip
from widgets.shapes import paint_overdue

HEIGHT, GAP, RIM, LEAST = 28, 16, 8, 160
"""Pixels: its height, between two sentences, what each has around its words, as a button has, and what the upstream's
sentence always has of its length."""


@dataclass(frozen=True, slots=True)
class UpstreamLine:
    """How one upstream is doing."""

    name: str
    pulled_at: datetime | None
    problem: str = ""
    """A sentence; "" while all is well."""
    patience_s: float | None = None
    """Who pulls is elsewhere, and is not at work when it has not for so many seconds; None: it is this desk."""

    def misses(self, now: datetime) -> bool:
        """Whether a pull that should have been was not."""
        if self.patience_s is None or self.pulled_at is None:
            return False
        return (now - self.pulled_at).total_seconds() > self.patience_s

    def at(self, now: datetime) -> UpstreamLine:
        """The same as it stands at a moment (aware)."""
        return replace(self, problem="nobody pulls it") if not self.problem and self.misses(now) else self


class _Dot(QWidget):
    """A green dot while all is well, an orange triangle else."""

    def __init__(self) -> None:
        super().__init__()
        self.good = True
        self.setFixedSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.good:
            paint_overdue(painter, QRectF(self.rect()), p)
            return
        painter.setPen(theme.colour(p.ok))
        painter.setBrush(theme.colour(p.ok))
        painter.drawEllipse(QRectF(1, 1, 8, 8))


class StatusBar(QWidget):
    """Sentences in a line; what needs a person can be pressed."""

    upstream_wanted = Signal()
    outbox_wanted = Signal()
    mails_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.px(HEIGHT))
        self._told: tuple[UpstreamLine, ...] = ()
        self._lines: tuple[UpstreamLine, ...] = ()
        self.alone = "No upstream: this desk works alone"
        self._dot = _Dot()
        self.upstream = ElidedButton(theme.px(LEAST))
        self.upstream.setObjectName("line")
        self.upstream.clicked.connect(self.upstream_wanted)
        self.pulled, self.waiting = Elided(), Elided(muted=False)
        self.refused = _button("Not delivered")
        self.refused.clicked.connect(self.outbox_wanted)
        self.saved = Elided("everything saved")
        self._busy, self._kept, self._undecided, self._away = False, 0, 0, ""
        self.away, self.off = Elided(muted=False), Elided(muted=False)
        self.away.hide()
        self.off.hide()
        self.mails = _button("Residents' mails")
        self.mails.setText("Residents' mails")
        self.mails.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.mails.clicked.connect(self.mails_wanted)
        self.mails.hide()
        self.demo = Elided(muted=False)
        self.clock = PlainLabel(pixels=theme.META, muted=True)
        self.who = Elided(muted=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 1, theme.px(16) - RIM, 0)
        row.setSpacing(theme.px(GAP) - 2 * RIM)
        first = QHBoxLayout()
        first.setSpacing(2)
        first.addWidget(self._dot)
        first.addWidget(self.upstream)
        first.addWidget(self.away)
        row.addLayout(first, 1000)
        for label in (self.away, self.pulled, self.waiting, self.saved, self.demo, self.off, self.clock, self.who):
            label.setContentsMargins(RIM, 0, RIM, 0)
        for part in (self.pulled, self.waiting, self.refused, self.saved):
            row.addWidget(part)
        row.addStretch(1)
        for last in (self.mails, self.demo, self.off, self.clock, self.who):
            row.addWidget(last)
        self.set_outbox(0, 0, 0)
        self._recolour()

    def set_upstreams(self, lines: Sequence[UpstreamLine], now: datetime) -> None:
        """Say how the upstreams are; `now` is aware."""
        self._told = tuple(lines)
        self._show_lines(now)

    def _show_lines(self, now: datetime) -> None:
        self._lines = lines = tuple(line.at(now) for line in self._told)
        bad = [line for line in lines if line.problem]
        self.upstream.setText(_upstream_words(lines, bad) if lines else self.alone)
        self.upstream.setToolTip(tip("\n".join(f"{x.name}: {x.problem or 'ok'}" for x in lines)))
        self.upstream.setAccessibleName(self.upstream.text())
        self.upstream.fit()
        self._say_pulled(now)
        self._arrange()

    def set_now(self, now: datetime, clock: str) -> None:
        """Let the clocks stand at `now` (aware); `clock` is the city's date and time in words."""
        self.clock.setText(clock)
        if self._lines != tuple(line.at(now) for line in self._told):
            self._show_lines(now)
        self._say_pulled(now)

    def _say_pulled(self, now: datetime) -> None:
        moments = [x.pulled_at for x in self._lines if x.pulled_at is not None]
        if moments:
            self.pulled.setText(f"pulled {ago(now - min(moments))}")
        else:
            self.pulled.setText("not pulled yet" if self._lines else "")
        self.pulled.setVisible(bool(self.pulled.text()) and not self._away)

    def set_outbox(self, waiting: int, refused: int, unknown: int) -> None:
        """Say what waits to be posted, and what a person has to decide."""
        self.waiting.setText(f"{waiting:,} waiting to post" if waiting else "nothing waits to post")
        self.waiting.set_muted(not waiting)
        parts = [f"{refused:,} refused" if refused else "", f"{unknown:,} in doubt" if unknown else ""]
        words = ", ".join(p for p in parts if p)
        self.refused.setText(words)
        self.refused.setVisible(bool(words))
        self.refused.setAccessibleName(f"{words}: show them")

    def set_saving(self, busy: bool) -> None:
        """Say that something is being saved, or that all is: at the server, or here until that is back."""
        self._busy = busy
        parts = [f"{self._kept:,} kept here for the server" if self._kept else ""]
        parts += [f"{self._undecided:,} not saved" if self._undecided else ""]
        waits = ", ".join(filter(None, parts))
        self.saved.setText("saving…" if busy else waits or "everything saved")
        self.saved.set_muted(not waits)

    def set_kept(self, count: int) -> None:
        """Say how much is kept at this desk until the server is back."""
        self._kept = count
        self.set_saving(self._busy)

    def set_undecided(self, count: int) -> None:
        """Say how much was not saved, of which the person has still to say what becomes of it."""
        self._undecided = count
        self.set_saving(self._busy)

    def set_away(self, words: str) -> None:
        """Say in the place of the upstream that the server is gone, and since when; "": it is there."""
        self._away = words
        self.away.setText(words)
        self._arrange()

    def _arrange(self) -> None:
        here = not self._away
        self.away.setVisible(not here)
        self.upstream.setVisible(here)
        self.pulled.setVisible(here and bool(self.pulled.text()))
        self.waiting.setVisible(here)
        self._dot.good = here and not any(line.problem for line in self._lines)
        self._dot.setVisible(not here or bool(self._lines))
        self._dot.update()

    def set_clock_off(self, words: str) -> None:
        """Say that this machine's clock is wrong; "": it is right."""
        self.off.setText(words)
        self.off.setVisible(bool(words))

    def set_demo(self, words: str) -> None:
        """Say that this is the demo city and which day it plays; "" on a real desk."""
        self.demo.setText(words)
        self.demo.setVisible(bool(words))

    def set_mails(self, *, here: bool) -> None:
        """Offer the folder of residents' mails, where it is on this machine."""
        self.mails.setVisible(here)

    def set_who(self, words: str) -> None:
        """Say who sits here."""
        self.who.setText(words)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if not hasattr(self, "who"):
            return
        if event.type() is QEvent.Type.PaletteChange:
            self._recolour()
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.upstream.fit()

    def _recolour(self) -> None:
        self.refused.setIcon(icon("right", theme.current().muted))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        QPainter(self).fillRect(0, 0, self.width(), 1, theme.colour(theme.current().hair))


def ago(span: timedelta) -> str:
    """A span of time in words: "just now", "12 s ago", "3 m ago", "5 h ago", "2 d ago"."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return "just now"
    for unit, length in (("d", 2 * 86_400), ("h", 2 * 3600), ("m", 120)):
        if seconds >= length:
            return f"{seconds // {'d': 86_400, 'h': 3600, 'm': 60}[unit]} {unit} ago"
    return f"{seconds} s ago"


def _upstream_words(lines: Sequence[UpstreamLine], bad: Sequence[UpstreamLine]) -> str:
    if bad:
        return f"{bad[0].name}: {bad[0].problem}" if len(bad) == 1 else f"{len(bad)} upstreams have a problem"
    return "Upstream ok" if len(lines) == 1 else f"{len(lines)} upstreams ok"


def _button(name: str) -> QToolButton:
    made = QToolButton()
    made.setObjectName("line")
    made.setAccessibleName(name)
    made.setIconSize(QSize(12, 12))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    return made
