"""The calls that were not logged when the desk was last closed, or when it died, are brought back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console import drafts

if TYPE_CHECKING:
    from console.drafts import Draft
    from console.intake import Intake
    from services.errors import Expected


class Restoring(QObject):
    """Reads the drafts of the home once. Owned by the intake."""

    done = Signal()
    """They are back, or cannot be brought back now."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self.is_done = False
        self._intake, self._window, self._desk = intake, intake.window, intake.desk

    def begin(self) -> None:
        """Read what is on the disk."""
        home = self._desk.settings.home

        def work() -> tuple[list[Draft], set[str]]:
            from console.spool import waiting

            found = drafts.kept(home)
            return found, {kept.id for kept in waiting(home)[0]} if found else set()

        self._desk.tasks.run("drafts", work, self._ask_which_were_filed, self._failed)

    def _ask_which_were_filed(self, read: tuple[list[Draft], set[str]]) -> None:
        """A desk that died between logging a call and deleting its draft leaves one that is not to be logged again.

        Nor is one that waits for the server; while that is gone all others are shown: each can be logged once only.
        """
        found, waiting = read
        if found:
            names = [draft.id for draft in found]
            show = partial(self._show, found, waiting)
            self._desk.ask(lambda side: side.filed(names), show, otherwise=partial(self._not_asked, show))
        else:
            self._end()

    def _not_asked(self, show: Callable[[object], None], problem: Expected) -> None:
        if self._desk.link.took(problem):
            show({})
        else:
            self._failed(problem)

    def _show(self, found: list[Draft], waiting: set[str], filed: object) -> None:
        done = waiting | set(filed if isinstance(filed, dict) else ())
        left = [draft for draft in found if draft.id not in done]
        behind = self._intake.current is not None
        for draft in found:
            if draft in left:
                self._intake.add(draft, behind=behind)
            else:
                self._intake.delete(draft.id)
        if left:
            calls = "call is" if len(left) == 1 else "calls are"
            self._window.toasts.say(f"{len(left):,} {calls} kept from before; Ctrl+N shows them")
        self._end()

    def _failed(self, problem: Expected) -> None:
        self._window.show_problem(problem)
        self._end()

    def _end(self) -> None:
        self.is_done = True
        self.done.emit()
