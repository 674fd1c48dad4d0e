"""The field that finds a service while one types, with the services that fit below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from services.domain.values import Service
from services.intake.naming import Suggestion, find
from widgets import theme
from widgets.call.offers import OfferLine
from widgets.detail import parts
from widgets.detail.parts import Button
from widgets.detail.people import draw_elided

ROWS = 5
Suggest = Callable[[Sequence[Service], str, int], list[Suggestion]]
"""Services, what was typed, and how many are wanted: those that fit, best first."""


class HitRow(Button):
    """One service that fits: name, why, and whether it is chosen."""

    def __init__(self) -> None:
        super().__init__("")
        self.hit: Suggestion | None = None
        self._marked = self._chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, 28)

    def show_hit(self, hit: Suggestion | None, *, marked: bool, chosen: bool) -> None:
        """Show a service, or nothing."""
        self.hit, self._marked, self._chosen = hit, marked, chosen
        self.setVisible(hit is not None)
        if hit is not None:
            self.setAccessibleName(f"{hit.service.name}{', chosen' if chosen else ''}. {hit.reason}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, reason and key."""
        if self.hit is None:
            return
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self._marked or self._chosen
        self.ground(painter, theme.colour(p.selection) if on else None, 4)
        weight = theme.SEMIBOLD if on else theme.NORMAL
        small = theme.font(theme.META)
        key = "chosen" if self._chosen else "Enter" if self._marked else ""
        right = self.width() - 60
        draw_elided(painter, QRectF(8, 0, 172, 28), self.hit.service.name, theme.font(theme.BODY, weight), p.text)
        draw_elided(painter, QRectF(188, 0, right - 196, 28), self.hit.reason, small, p.muted)
        painter.setFont(small)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(right, 0, 52, 28), flags, key)
        painter.end()


class ServiceField(QWidget):
    """Type words, move with the arrows, take with Enter or a click; what is chosen stays until another is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chosen: Service | None = None
        self.wanted = ("", "")
        """Upstream and code of what was chosen, also while the services are not known yet."""
        self._services: tuple[Service, ...] = ()
        self._suggest: Suggest = find
        self._hits: list[Suggestion] = []
        self._mark = 0
        self.line = OfferLine()
        self.line.setAccessibleName("What it is about: type words to find the service")
        self.line.textEdited.connect(self._typed)
        self.line.moved.connect(self._move)
        self.line.taken.connect(self._take)
        column = parts.column(self)
        column.addWidget(self.line)
        column.addSpacing(4)
        self.rows = [HitRow() for _ in range(ROWS)]
        for i, made in enumerate(self.rows):
            made.clicked.connect(partial(self._clicked, i))
            column.addWidget(made)
        self.setFocusProxy(self.line)

    def set_services(self, services: Sequence[Service]) -> None:
        """The services that can be chosen; a choice that is still among them is kept."""
        self._services = tuple(services)
        self.line.setPlaceholderText(
            "Words: hole road" if services else "No services yet; they come with the first pull"
        )
        if any(self.wanted):
            self.choose(*self.wanted)
        self._find()

    def set_suggest(self, suggest: Suggest) -> None:
        """Who says what fits from now on; by the services' names until then."""
        self._suggest = suggest
        self._find()

    def choose(self, upstream: str, code: str) -> None:
        """Choose by upstream and code; nothing is chosen when there is no such service."""
        self.chosen = next((s for s in self._services if (s.upstream, s.code) == (upstream, code)), None)
        self.wanted = (upstream, code) if self.chosen or not self._services else ("", "")
        self.line.setText(self.chosen.name if self.chosen else "")
        self._find()
        self.changed.emit()

    def _typed(self) -> None:
        self.chosen, self.wanted = None, ("", "")
        self._find()
        self.changed.emit()

    def _find(self) -> None:
        if self.chosen is not None:
            self._hits = [Suggestion(self.chosen, self.chosen.group)]
        else:
            self._hits = self._suggest(self._services, self.line.text(), ROWS)
        self._mark = 0
        self._show()

    def _show(self) -> None:
        for i, made in enumerate(self.rows):
            hit = self._hits[i] if i < len(self._hits) else None
            chosen = hit is not None and hit.service is self.chosen
            made.show_hit(hit, marked=i == self._mark and bool(self.line.text()), chosen=chosen)
        said = self.rows[self._mark].accessibleName() if self._hits else "No service fits these words"
        self.line.setAccessibleDescription(said)

    def _move(self, step: int) -> None:
        if self._hits:
            self._mark = (self._mark + step) % len(self._hits)
            self._show()

    def _take(self) -> None:
        if self._hits:
            self._clicked(self._mark)

    def _clicked(self, position: int) -> None:
        hit = self._hits[position]
        self.choose(hit.service.upstream, hit.service.code)
