"""Colleagues at the same request: this desk says what it looks at, and shows who else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from services.errors import Expected

if TYPE_CHECKING:
    from console.window import Window
    from services.store.presence import Present

BEAT_MS = 2_000
"""How often it is looked who else is there; what this desk looks at is told at once."""


class Meeting(QObject):
    """Owned by the window; does nothing at a desk that is alone with its store."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._told = (0, False)
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self._look)
        if self._desk.settings.is_team:
            self._desk.opened.connect(self._beat.start)
            self._desk.selection.changed.connect(self._look)

    def _look(self) -> None:
        here = (self._desk.selection.current, self._window.detail.is_written)
        news = here != self._told
        if not self._desk.actor.roles or self._desk.link.why or not (here[0] or news):
            return
        self._desk.ask(
            lambda side: side.meet(*here, news=news), lambda seen: self._show(here, seen), "meet", self._lost
        )

    def _show(self, here: tuple[int, bool], seen: tuple[Present, ...]) -> None:
        self._told = here
        if here[0] == self._desk.selection.current:
            self._window.detail.head.company.show_people([(one.name, one.writes) for one in seen])

    def _lost(self, problem: Expected) -> None:
        """A connection that is made anew has told nobody anything."""
        self._told = (0, False)
        if not self._desk.link.took(problem):
            self._window.show_problem(problem)
