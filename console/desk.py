"""What the window shows and does, without the window: snapshot, query, selection, commands; all off the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from console.background import Background
from console.link import Link
from console.pasts import Pasts
from console.settings import Settings
from console.tasks import Tasks
from services.domain.detail import Detail
from services.domain.policy import LOCAL, Policy
from services.domain.values import Actor, Changes
from services.errors import Expected, StoreRefused
from widgets.selection import Selection

if TYPE_CHECKING:
    from console.callside import Joined
    from console.storeside import Found, State, StoreSide
    from services.queue.query import Order
    from services.queue.snapshot import Snapshot
    from services.queue.words import Bounds
    from services.store.acting import Acting

T = TypeVar("T")
KEEP_MS = 300_000
"""How often the snapshot is saved while the desk is open, so that a start after a crash is a quick one too."""
SOON_MS = 30_000
"""So long after a team's list is there it is saved for the first time: a server may be gone at any start."""
PATIENCE_MS = 1_000
"""So long a server is waited for before the list is shown as it was left."""
PREPARE_MS = 2_000
"""So long after there is something to see the open requests are put in order for the first call."""
TICK_MS = 20_000
"""How often the due clocks are looked at again."""


class Desk(QObject):
    """The desk's state. Views listen to its signals and ask for nothing else."""

    begun = Signal()
    """There is something to work with: the store is open, or its server does not answer and the list is as it was."""
    opened = Signal()
    """The store is open; said again whenever its server is back."""
    shut = Signal()
    """The server does not let us in: what was here is gone."""
    found = Signal(object)
    """A Found: new rows, counts and loads."""
    renewed = Signal()
    """What was found was read anew, not only looked at otherwise."""
    detail = Signal(object)
    """A Detail, or None when nothing is selected."""
    state = Signal(object)
    """A State."""
    acted = Signal(object)
    """The Changes of a command that was carried out."""
    problem = Signal(object)
    """An Expected that the person has to read."""
    saving = Signal(bool)
    """True while a command is being saved."""
    reading = Signal(int, int)
    """Before there is anything to show: how many requests have been read, of how many."""
    ticked = Signal()

    def __init__(self, settings: Settings, tasks: Tasks, *, sync: bool = True) -> None:
        super().__init__()
        self.settings = settings
        self.selection = Selection(self)
        self.query = self.shown = "status:open"
        """What is typed, and the query whose rows are shown: while what is typed makes no sense, the last that did."""
        self.order: Order | None = None
        self._seen: Bounds | None = None
        self._city: Bounds | None = None
        self.current: Detail | None = None
        self.is_current = False
        """False from a command of one's own until the detail that holds it is shown: then its version says nothing."""
        self._acting = 0
        self._wanted_again = self._renewing = False
        """A refresh was asked for while one was under way; what is under way reads the store anew."""
        self.last_state: State | None = None
        self.tasks = tasks
        self.last_found: Found | None = None
        self.pasts = Pasts()
        self._side: StoreSide | None = None
        self._snapshot: Snapshot | None = None
        self._stop = threading.Event()
        self.has_begun = False
        self.background = Background(settings, tasks, sync=sync, parent=self)
        self.background.synced.connect(self.refresh)
        self.background.problem.connect(self.problem)
        self.link = Link(tasks, settings, self)
        self.link.news.connect(self.refresh)
        self.link.reached.connect(self._opened)
        self.link.turned.connect(self._turned)
        self.link.refused.connect(self._forget)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._keep = QTimer(self, interval=KEEP_MS)
        self._keep.timeout.connect(self._save)
        self.selection.changed.connect(self._load_detail)

    def open(self) -> None:
        """Open the store in its thread, show what is in it, then begin to pull and relay.

        A server is looked for in a lane of its own; where it does not answer, the list is shown as it was left.
        """

        def work() -> StoreSide:
            from console.storeside import StoreSide

            return StoreSide(self.settings, self.background.words, self._go_on)

        self.tasks.run("store", work, self._made, self._failed)

    def _made(self, side: StoreSide) -> None:
        self._side = side
        if self.settings.is_team:
            self.link.find(side)
            QTimer.singleShot(PATIENCE_MS, self, self._begin)
        else:
            self._opened()

    def _failed(self, problem: Expected) -> None:
        """Say what is wrong; that a server is gone is said by the link."""
        if not self.link.took(problem):
            self.problem.emit(problem)

    @property
    def actor(self) -> Actor:
        """Who acts: as the server knows them, else as the settings say."""
        return self._side.actor if self._side else self.settings.actor

    def now(self) -> datetime:
        """What time it is, by the server's clock where there is one (aware, UTC)."""
        return self._side.clock() if self._side else datetime.now(UTC)

    def _go_on(self, read: int, total: int) -> None:
        if self._stop.is_set():
            raise Expected("The desk closes.")
        self.reading.emit(read, total)

    def _opened(self) -> None:
        self.opened.emit()
        if self.has_begun:
            self.refresh()
        self._begin()

    def _begin(self) -> None:
        """Show what there is, once."""
        side = self._side
        if self.has_begun or side is None:
            return
        self.has_begun = True
        self.begun.emit()
        self.refresh()
        self.link.start(side, self.problem)
        self._tick.start()
        self._keep.start()
        self.background.sync()

    def _turned(self, since: datetime | None) -> None:
        if since is not None and self.has_begun:
            self._wish()
        self._begin()

    def _forget(self, problem: StoreRefused) -> None:
        """Whoever sits here may not see the list any more."""
        self._snapshot = self.last_state = None
        self.selection.clear()
        self.shut.emit()
        self._begin()
        self._read()
        self.problem.emit(problem)

    def close(self) -> None:
        """Stop pulling, finish what is being written, and let go of the store."""
        self.link.stop()
        self._tick.stop()
        self._keep.stop()
        self._stop.set()
        self.background.end()
        self._save()
        self.tasks.close(self._side.close if self._side else None)
        self.link.close()

    def _save(self) -> None:
        """Leave the snapshot for the next start."""
        side, snapshot = self._side, self._snapshot
        if side is not None and snapshot is not None:
            self.tasks.run("store", lambda: side.save(snapshot), lambda _: None, self._failed, keep=True)

    def wake(self) -> None:
        """Pull and post now."""
        self.background.wake()
        if self._side is not None:
            self.background.sync()

    def refresh(self) -> None:
        """Take in what has changed, and show it: now, or once more when what is being read has been shown.

        So what is read is shown however fast changes come.
        """
        if self.tasks.under_way("refresh"):
            self._wanted_again = True
        else:
            self._read()

    def _wish(self) -> None:
        """Show what the person asks for now; what changed meanwhile is read with it only where it was about to be."""
        self._read(anew=self._renewing)

    def _read(self, *, anew: bool = True) -> None:
        """Read what the person asks for, `anew` from the store; what was being read before is not shown any more."""
        side, order, query, seen, city = self._side, self.order, self.query, self._seen, self._city
        shown = self.shown
        if side is None or not self.has_begun:
            return
        self._wanted_again, self._renewing = False, anew

        def work() -> tuple[Found, State | None]:
            from services.queue.query import Order, parse

            state = None
            if anew or self._snapshot is None or self.last_state is None:
                self._snapshot, state = side.now(self._snapshot)
            return side.find(self._snapshot, parse(query), order or Order(), seen, city, parse(shown)), state

        self.tasks.run("store", work, self._show, self._not_read, key="refresh")
        if anew:
            self._load_detail(key="")

    def _not_read(self, problem: Expected) -> None:
        if isinstance(problem, StoreRefused):
            self.link.shut_out(problem)
        else:
            self._failed(problem)
        self._read_again()

    def _read_again(self) -> None:
        self._renewing = False
        if self._wanted_again:
            self._read()

    def _show(self, result: tuple[Found, State | None]) -> None:
        found, state = result
        is_first, self.last_found = self.last_found is None, found
        if found.problem is None:
            self.shown = self.query
        if state is not None and state != self.last_state:
            self.last_state = state
            self.state.emit(state)
        self.found.emit(found)
        if state is not None:
            self.renewed.emit()
        if is_first:
            self.background.index()
            QTimer.singleShot(PREPARE_MS, self, self._prepare_calls)
            if self.settings.is_team:
                QTimer.singleShot(SOON_MS, self, self._save)
        self._read_again()

    def _prepare_calls(self) -> None:
        side, found = self._side, self.last_found
        if side is not None and found is not None:
            snapshot, failed = found.snapshot, self._failed

            def prepare(joined: Joined) -> None:
                self.tasks.run("learning", lambda: side.prepare_calls(snapshot, joined), lambda _: None, failed)

            self.tasks.run("store", side.joined, prepare, failed)

    def _on_tick(self) -> None:
        self.background.sync()
        if self.last_found is not None:
            self.background.index()
        self.refresh()
        self.ticked.emit()

    def set_query(self, text: str) -> None:
        """Show what this query means; only the person changes it."""
        if text != self.query:
            self.query = text
            self._wish()

    def set_bounds(self, seen: Bounds, city: Bounds | None) -> None:
        """Take what the map shows, and the city's extent, in world units; a query that asks for it is answered anew."""
        words = f"{self.query} {self.shown}"
        asked = ("visible" in words and seen != self._seen) or ("outside" in words and city != self._city)
        self._seen, self._city = seen, city
        if asked:
            self._wish()

    def set_order(self, column: str, descending: bool, then: tuple[tuple[str, bool], ...] = ()) -> None:
        """Show the queue in this order."""
        from services.queue.query import Order

        self.order = Order(column, descending, then)
        self._wish()

    def policy(self, upstream: str) -> Policy:
        """What one upstream allows."""
        return self.last_state.policies.get(upstream, LOCAL) if self.last_state else LOCAL

    def _load_detail(self, key: str = "detail") -> None:
        """Read what is selected; of several with that key only the newest is shown."""
        side, current = self._side, self.selection.current
        if not current or side is None:
            self._show_detail(None)
            return
        self.tasks.run("store", lambda: side.detail(current, self._snapshot), self._show_detail, self._failed, key=key)

    def _show_detail(self, detail: Detail | None) -> None:
        is_known = self.current is not None and self.current.request.id == self.selection.current
        if detail is not None and (detail.request.id != self.selection.current or (detail.is_outline and is_known)):
            return
        self.current = detail
        self.is_current = not (self._acting or (detail is not None and detail.is_outline))
        self.detail.emit(detail)

    def act(
        self,
        command: Callable[[Acting], Changes],
        then: Callable[[Changes], None] | None = None,
        otherwise: Callable[[Expected], object] | None = None,
        operation: str = "",
        around: Callable[[Callable[[], Changes]], Changes] | None = None,
    ) -> None:
        """Carry out a command in the store's thread; then show what changed and say so, or say why not.

        `otherwise` may say so itself, and then returns True. `operation` names the command. `around` is called there in
        its place, with what carries it out.
        """
        side = self._side
        if side is None:
            unopened: Expected = Expected("The store is not open yet, so this was not done.", "Try again in a moment.")
            if otherwise:
                otherwise(unopened)
            self.problem.emit(unopened)
            return

        def done(changes: Changes) -> None:
            self._acting -= 1
            self.saving.emit(bool(self._acting))
            if then:
                then(changes)
            self.acted.emit(changes)
            self.refresh()

        def failed(problem: Expected) -> None:
            self._acting -= 1
            self.saving.emit(bool(self._acting))
            if not (otherwise and otherwise(problem)):
                self.problem.emit(self.link.said(problem, was_open=was_open))
            self.refresh()

        was_open = side.is_open
        self._acting += 1
        self.is_current = False
        self.saving.emit(True)
        doing = partial(side.act, command, operation)
        self.tasks.run("store", partial(around, doing) if around else doing, done, failed, keep=True)

    def certainly(
        self,
        command: Callable[[Acting], Changes],
        operation: str,
        then: Callable[[Changes], None],
        otherwise: Callable[[Expected], None],
    ) -> None:
        """Carry out a command of which it is not known whether it was done already under this name: once."""
        side = self._side

        def done(changes: Changes) -> None:
            then(changes)
            self.refresh()

        if side is not None:
            self.tasks.run("store", lambda: side.certainly(command, operation), done, otherwise, keep=True)

    def ask(
        self,
        work: Callable[[StoreSide], T],
        then: Callable[[T], None],
        key: str = "",
        otherwise: Callable[[Expected], None] | None = None,
    ) -> None:
        """Ask the store something; of a key only the newest counts. `otherwise` hears why not, instead of the bar."""
        side = self._side
        if side is not None:
            self.tasks.run("store", lambda: work(side), then, otherwise or self._failed, key=key)
