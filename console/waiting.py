"""Does what was done while the server was gone: keeps it here, and once the server is back has it done, each once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from services.domain.values import Changes
from services.errors import Expected, StoreGone

if TYPE_CHECKING:
    from console.spool import Kept, Work
    from console.window import Window

LATER = "when the server is back"
_ACTION = "wait:"


class Waiting(QObject):
    """Owned by the window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._offered: dict[str, Work] = {}
        self._busy = False
        self.count = 0
        self._desk.opened.connect(self._go_on)
        self._desk.link.turned.connect(self._turned)
        window.bar.acted.connect(self._taken)

    def do(
        self,
        work: Work,
        then: Callable[[Changes], None],
        otherwise: Callable[[Expected], None] = lambda _: None,
        *,
        operation: str = "",
        asks: bool = False,
    ) -> None:
        """Have it done now; where the server is gone it is kept, and done later under the same name.

        `asks`: whether it is to be kept is left to the person, because others may do the same meanwhile.
        """
        named = operation or str(uuid.uuid4())

        def failed(problem: Expected) -> bool:
            if not isinstance(problem, StoreGone):
                otherwise(problem)
                return False
            self._desk.link.took(problem)
            if asks:
                self._offered[f"{_ACTION}{named}"] = work
                otherwise(problem)
                said = f"{work.what} was not saved: the server cannot be reached."
                self._window.bar.say(said, "", (f"{_ACTION}{named}", f"Do it {LATER}"))
            else:
                self._keep(named, work, then, otherwise)
            return True

        self._desk.act(work.do, then, failed, operation=named)

    def _taken(self, action: str) -> None:
        work = self._offered.pop(action, None)
        if work is not None:
            self._window.bar.clear()
            self._keep(action.removeprefix(_ACTION), work, lambda _: None, self._window.show_problem)

    def _keep(
        self, named: str, work: Work, then: Callable[[Changes], None], otherwise: Callable[[Expected], None]
    ) -> None:
        from console.spool import Kept, shelf

        home, kept = self._desk.settings.home, Kept(named, datetime.now(UTC), work)

        def write() -> None:
            try:
                shelf(home).keep(kept)
            except OSError as fault:
                raise Expected(
                    f"{work.what} could not be kept here: {fault.strerror or type(fault).__name__}.",
                    "Make room on the disk, then do it again.",
                ) from fault

        def done(_: None) -> None:
            self.count += 1
            many = "" if self.count == 1 else f"; {self.count:,} wait here"
            self._window.toasts.say(f"{work.what} is kept here and done {LATER}{many}")
            then(Changes())

        self._desk.tasks.run("drafts", write, done, otherwise, keep=True)

    # when it is back

    def _turned(self, since: datetime | None) -> None:
        if since is None:
            self._go_on()

    def _go_on(self) -> None:
        """Look at what waits; one after the other, in the order in which it was done."""
        from console.spool import waiting

        if not self._busy and self._desk.settings.is_team:
            self._busy = True
            home = self._desk.settings.home
            self._desk.tasks.run("drafts", lambda: waiting(home), self._next, self._stopped)

    def _next(self, left: list[Kept]) -> None:
        self.count = len(left)
        if not left:
            self._busy = False
            return
        first, *rest = left
        self._desk.certainly(
            first.work.do,
            first.id,
            lambda changes: self._done(first, rest, changes),
            lambda problem: self._refused(first, rest, problem),
        )

    def _done(self, kept: Kept, rest: list[Kept], changes: Changes) -> None:
        self._window.toasts.say(f"{changes.sentence or kept.work.what}, kept here since {self._clock(kept)}")
        self._forget(kept, rest)

    def _refused(self, kept: Kept, rest: list[Kept], problem: Expected) -> None:
        if self._desk.link.took(problem):
            self._busy = False
            return
        said = f"{kept.work.what}, kept here since {self._clock(kept)}, could not be done: {problem.sentence}"
        words = getattr(kept.work, "text", "") or getattr(kept.work, "message", "")
        self._window.bar.say(f"{said} It said: “{words}”" if words else said, problem.remedy)
        self._forget(kept, rest)

    def _forget(self, kept: Kept, rest: list[Kept]) -> None:
        from console.spool import shelf

        home = self._desk.settings.home
        self._desk.tasks.run("drafts", lambda: shelf(home).forget(kept.id), lambda _: self._next(rest), self._stopped)

    def _stopped(self, problem: Expected) -> None:
        self._busy = False
        self._window.show_problem(problem)

    def _clock(self, kept: Kept) -> str:
        return f"{kept.at.astimezone(self._desk.settings.timezone):%H:%M}"
