"""What tells who usually goes: the answers on past forms, read in a lane of their own once they are of use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from console.window import Window
    from services.dispatch.history import Answers
    from services.domain.detail import Detail

READ = 200_000
"""So many of the newest requests are looked at."""
FRESH_S = 600.0
"""So long what was read is enough."""


def answers(store_url: str, ended: Callable[[], bool]) -> Answers:
    """What was answered on forms. May take seconds. Raises StoreProblem, and Expected once `ended` says so."""
    from services.store import descriptions
    from services.store.store import Store

    with closing(Store.open(store_url)) as store:
        return descriptions.answers(store, READ, ended)


class Usual(QObject):
    """Learns who usually goes when a request without a crew is shown, and reads the answers when it has some."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._read_at = -FRESH_S
        self._desk.detail.connect(self._look)

    def _look(self, detail: Detail | None) -> None:
        if detail is None:
            return
        self._learn(detail)
        if not detail.attributes or monotonic() - self._read_at < FRESH_S:
            return
        self._read_at = monotonic()
        url, tasks = self._desk.settings.store_url, self._desk.tasks
        tasks.run("learning", lambda: answers(url, lambda: tasks.closing), self._take, self._window.show_problem)

    def _take(self, made: Answers) -> None:
        self._desk.pasts.answers = made
        if self._desk.current is not None:
            self._learn(self._desk.current)

    def _learn(self, detail: Detail) -> None:
        """In a lane of its own, unless it is known; what was known before is shown meanwhile."""
        from services.dispatch.history import History, learn

        found, pasts, service = self._desk.last_found, self._desk.pasts, detail.request.service
        if found is None or detail.request.crew is not None or pasts.is_new(found.snapshot, service):
            return
        snapshot, known = found.snapshot, pasts.answers

        def take(history: History) -> None:
            pasts.keep(snapshot, known, service, history)
            self._suggest()

        work = partial(learn, snapshot, [service], known)
        self._desk.tasks.run("ranking", work, take, self._window.show_problem, key="past")

    def _suggest(self) -> None:
        from console import showing

        if self._desk.current is not None and len(self._desk.selection.ids) == 1:
            showing.crews(self._window, self._desk.current)
