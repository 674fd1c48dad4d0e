"""Does what was done while the server was gone: keeps it here, and once the server is back has it done, each once.

What need not be asked about is kept before it is tried, so that a desk that is killed meanwhile has it, too.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from services.domain.values import Changes
from services.errors import Conflict, Expected, StoreForbidden, StoreGone, StoreProblem, StoreRefused

if TYPE_CHECKING:
    from console.spool import Kept, Work
    from console.window import Window
    from widgets.call.draft import PhoneReportDraft

LATER, NOW = "when the server is back", "now"
AGAIN_MS = 5_000
"""So long after the server would not do it just now it is tried again."""
_ACTION = "wait"


class Waiting(QObject):
    """Owned by the window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._offered: dict[str, tuple[Kept, bool]] = {}
        """What was not done, and whether it was tried."""
        self._here: set[str] = set()
        """What was tried at once: it is kept while that is under way, but does not wait."""
        self._busy = self._again = False
        self._unreadable = 0
        self._count = 0
        self._desk.begun.connect(self._go_on)
        self._desk.opened.connect(self._go_on)
        self._desk.link.turned.connect(self._turned)
        window.bar.acted.connect(self._taken)
        window.bar.dismissed.connect(self._left)

    @property
    def count(self) -> int:
        """How much waits here."""
        return self._count

    def _now_wait(self, count: int) -> None:
        self._count = count
        self._window.status.set_kept(count)

    def do(
        self,
        work: Work,
        then: Callable[[Changes], None] = lambda _: None,
        otherwise: Callable[[Expected], None] = lambda _: None,
        *,
        operation: str = "",
        asks: bool = False,
        form: PhoneReportDraft | None = None,
    ) -> None:
        """Have it done now; where the server is gone it is kept, and done later under the same name.

        `asks`: whether it is to be kept is left to the person, because others may do the same meanwhile. `form`: what
        comes back if it is refused in the end.
        """
        from console.spool import Kept, attempt

        found, settings = self._desk.last_found, self._desk.settings
        head = found.snapshot.head if found else 0
        kept = Kept(operation or str(uuid.uuid4()), self._desk.now(), work, head, form)

        was_gone = self._desk.link.gone_since is not None

        def failed(problem: Expected) -> bool:
            if not isinstance(problem, StoreGone):
                otherwise(problem)
                wanted = self._wanted(work) if isinstance(problem, Conflict) else ""
                if wanted:
                    self._window.show_problem(Conflict(f"{problem.sentence} You wanted: {wanted}.", problem.remedy))
                return bool(wanted)
            self._desk.link.took(problem)
            self._here.discard(kept.id)
            if asks:
                otherwise(problem)
                self._offer(kept, was_tried=not was_gone)
            else:
                self._said_kept(kept, then)
            return True

        self._here.add(kept.id)
        ahead = partial(attempt, settings.home, kept) if settings.is_team and not asks else None
        self._desk.act(work.do, then, failed, operation=kept.id, around=ahead)

    def _wanted(self, work: Work) -> str:
        """What somebody decided who was overtaken, to stand beside what a colleague did; "" where it has no name."""
        from console.spool import Assignment, Turn

        if isinstance(work, Turn):
            return f"{work.status.label} ({work.outcome.label})" if work.outcome else work.status.label
        if not isinstance(work, Assignment):
            return ""
        crews = self._desk.last_state.crews if self._desk.last_state else ()
        return next((crew.name for crew in crews if crew.id == work.crew), "no crew")

    def _said_kept(self, kept: Kept, then: Callable[[Changes], None]) -> None:
        self._now_wait(self.count + 1)
        many = "" if self.count == 1 else f"; {self.count:,} wait here"
        self._window.toasts.say(f"{kept.work.what} is kept here and done {LATER}{many}")
        then(Changes())

    # what is asked about

    def _offer(self, kept: Kept, *, was_tried: bool) -> None:
        self._offered[kept.id] = kept, was_tried
        self._window.status.set_undecided(len(self._offered))
        self._say_offered(LATER)

    def _say_offered(self, when: str) -> None:
        """All of it by name, and one button for all."""
        offered = [kept.work.what for kept, _ in self._offered.values()]
        names = [_counted(name, count) for name, count in Counter(offered).items()]
        was_tried = any(tried for _, tried in self._offered.values())
        what = ", ".join([names[0], *(name[0].lower() + name[1:] for name in names[1:])])
        one = len(offered) == 1
        if was_tried:
            known = f"It is not known whether {what[0].lower()}{what[1:]} {'was' if one else 'were'} saved"
            said = f"{known}: the server could not be reached."
        else:
            said = f"{what} {'was' if one else 'were'} not saved, since the server could not be reached;"
            said += f" others may do {'it' if one else 'the same'} meanwhile."
        self._window.bar.say(said, "", (_ACTION, f"Do {'it' if one else f'all {len(offered):,}'} {when}"))

    def _left(self, action: str) -> None:
        """They closed the offer."""
        if action == _ACTION:
            self._none_offered()

    def _none_offered(self) -> None:
        self._offered.clear()
        self._window.status.set_undecided(0)

    def _taken(self, action: str) -> None:
        from console.spool import keep

        if action != _ACTION:
            return
        taken = [kept for kept, _ in self._offered.values()]
        self._none_offered()
        self._window.bar.clear()
        for kept in taken:
            self._window.acts.take_back_message(kept.work)
        home = self._desk.settings.home

        def write() -> None:
            for kept in taken:
                keep(home, kept)

        def done(_: None) -> None:
            for kept in taken:
                self._said_kept(kept, lambda _: None)
            if self._desk.link.gone_since is None:
                self._go_on()

        self._desk.tasks.run("drafts", write, done, self._window.show_problem, keep=True)

    # when it is back

    def _turned(self, since: datetime | None) -> None:
        if since is None:
            self._go_on()
            QTimer.singleShot(0, self, self._offer_again)  # after the bar has said that the server is back

    def _offer_again(self) -> None:
        if self._offered:
            self._say_offered(NOW)

    def _go_on(self) -> None:
        """Look at what waits; one after the other, in the order in which it was done."""
        if self._busy:
            self._again = True
        elif self._desk.settings.is_team:
            self._busy, self._again = True, False
            self._look(None)

    def _look(self, done: Kept | None) -> None:
        """Forget what was done, and look what is the next."""
        from console.spool import shelf, waiting

        home = self._desk.settings.home

        def look() -> tuple[list[Kept], int]:
            if done is not None:
                shelf(home).forget(done.id)
            return waiting(home)

        self._desk.tasks.run("drafts", look, self._next, self._stopped)

    def _next(self, seen: tuple[list[Kept], int]) -> None:
        left, unreadable = [kept for kept in seen[0] if kept.id not in self._here], seen[1]
        self._now_wait(len(left))
        if unreadable > self._unreadable:
            self._unreadable = unreadable
            where = self._desk.settings.home
            said = f"{unreadable:,} kept in “spool” of {where} cannot be read by this version."
            self._window.bar.say(said, "Leave the files there, and start the version that wrote them.")
        if not left:
            self._busy = False
            if self._again:
                self._go_on()
            return
        first = left[0]
        self._desk.certainly(first.do, first.id, partial(self._done, first), partial(self._not_done, first))

    def _done(self, kept: Kept, changes: Changes) -> None:
        said = f"{changes.sentence or kept.work.what}, kept here since {self._clock(kept)}"
        self._window.toasts.say(said, changes.operation)
        self._look(kept)

    def _not_done(self, kept: Kept, problem: Expected) -> None:
        """What the server cannot do just now says nothing about the work; a refusal does, and nothing of it is lost."""
        if isinstance(problem, StoreProblem) and not isinstance(problem, StoreForbidden):
            self._busy = False
            if not self._desk.link.took(problem):
                self._window.show_problem(problem)
            if not isinstance(problem, StoreGone | StoreRefused):  # of these the link says when they are over
                QTimer.singleShot(AGAIN_MS, self, self._go_on)
            return
        from console.spool import shelf

        home = self._desk.settings.home
        said = f"{kept.work.what}, kept here since {self._clock(kept)}, could not be done: {problem.sentence}"

        def aside(file: object) -> None:
            words = kept.work.said
            self._window.bar.say(f"{said} It said: “{words}”." if words else said, f"It is in {file}. {problem.remedy}")
            if kept.form is not None:
                self._window.intake.take_up(kept.form)
            self._look(None)

        self._desk.tasks.run("drafts", lambda: shelf(home).set_aside(kept.id), aside, self._stopped)

    def _stopped(self, problem: Expected) -> None:
        self._busy = False
        self._window.show_problem(problem)

    def _clock(self, kept: Kept) -> str:
        return f"{kept.at.astimezone(self._desk.settings.timezone):%H:%M}"


def _counted(name: str, count: int) -> str:
    """“An assignment” once, “2 assignments” twice."""
    article, _, noun = name.partition(" ")
    if count == 1:
        return name
    if article not in {"A", "An"}:
        return f"{name} ({count:,} times)"
    return f"{count:,} {noun}{'es' if noun.endswith('s') else 's'}"
