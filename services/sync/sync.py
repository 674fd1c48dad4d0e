"""The syncer: pulls and relays, once or in a loop, and only one process at a time for each store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from services.clocks import utcnow
from services.errors import StoreGone, StoreProblem
from services.store import outbox, shelves
from services.sync.notices import Notifier
from services.sync.pace import Pace
from services.sync.pull import Locate
from services.sync.relay import RelayReport
from services.sync.session import Connect, PullOutcome, Session, opened
from services.sync.turns import Turns, turns_of
from services.upstream.base import UpstreamConfig
from services.upstream.connect import connect as connect_upstream

Beside = Callable[[Callable[[], None]], AbstractContextManager[None]]
HEARTBEAT = 0.5
"""Seconds: how soon the loop sees that it is to stop, or that another process has written to the store."""
PATIENCE = 60.0
"""Seconds that a single run waits for the turn of another process to end."""
_STORE_REST = timedelta(seconds=5)
_GONE_REST = timedelta(seconds=1)
"""A connection that was lost can mostly be made again at once."""
_AT_A_TIME = 50
"""Items the loop sends before it looks whether a pull is due, so that a long outbox does not keep news away."""
_TURN_REST = timedelta(seconds=HEARTBEAT)
_SHELF_REST = timedelta(hours=1)
"""So long it rests once every closed request lies on its shelf; before, for a heartbeat between two handfuls."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class SyncReport:
    """What one sync did. `waiting` is what is left in the outbox afterwards, held items included."""

    pulled: int = 0
    new: int = 0
    changed: int = 0
    unreadable: int = 0
    posted: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The eight figures by name, as `sync --once --json` prints them."""
        names = ("pulled", "new", "changed", "unreadable", "posted", "refused", "unknown", "waiting")
        return {name: getattr(self, name) for name in names}

    def add_relay(self, report: RelayReport) -> None:
        """Count what a pass of the relay did."""
        self.posted += report.posted
        self.refused += report.refused
        self.unknown += report.unknown
        self.problems += report.problems

    def add_pull(self, name: str, outcome: PullOutcome) -> None:
        """Count what a pull brought."""
        self.pulled += outcome.report.pulled
        self.new += outcome.report.new
        self.changed += outcome.report.changed
        self.unreadable += outcome.report.unreadable
        if outcome.problem:
            self.problems.append(f"“{name}”: {outcome.problem}")


class Syncer:
    """Keeps one store in step with its upstreams. `run` belongs in a thread of its own and opens the store itself."""

    def __init__(
        self,
        store_url: str,
        configs: Sequence[UpstreamConfig],
        locate: Locate | None = None,
        clock: Callable[[], datetime] = utcnow,
        *,
        connect: Connect = connect_upstream,
        notifier: Notifier | None = None,
        beside: Beside = lambda _: nullcontext(),
    ) -> None:
        """`notifier` writes to callers; without one, what is to be told to them waits.

        `beside` is entered while a loop leads: what one process of a store does for all; it may tell of a change.
        """
        self._configs = tuple(configs)
        self._clock = clock
        self._pace = Pace()
        self._wake = threading.Event()
        self._beside = beside
        self._open = partial(opened, store_url, self._configs, connect, self._pace, locate, clock, notifier=notifier)

    def once(self) -> SyncReport:
        """Send what is due, pull every upstream once, and return. Raises StoreProblem.

        What waits for a further try is tried now; what an upstream asked for by Retry-After is kept.
        """
        report = SyncReport()
        with closing(self._open(threading.Event())) as session, turns_of(session.store).turn(PATIENCE) as ours:
            if not ours:
                raise StoreProblem("Another window or worker is syncing this store.", "Try again in a minute.")
            session.begin()
            session.hurry()
            report.add_relay(session.relay())
            for config in self._configs:
                self._pull_once(session, config.name, report)
            report.waiting = outbox.counts(session.store).waiting
        return report

    def _pull_once(self, session: Session, name: str, report: SyncReport) -> None:
        now = self._clock()
        asked = self._pace.asked_until(name, now)
        if asked > now:
            report.problems.append(f"“{name}” asked to be left alone until {asked.astimezone():%H:%M:%S}.")
        else:
            report.add_pull(name, session.pull(name))

    def wake(self) -> None:
        """Look at everything at once, and let a running loop that is to stop see it now. From any thread."""
        self._wake.set()

    def run(
        self, stop: threading.Event, on_change: Callable[[], None], on_turn: Callable[[bool], None] = lambda _: None
    ) -> None:
        """Pull and relay until `stop` is set; `on_change` is called in this thread after anything may have changed.

        While another process leads, this one waits to take over; `on_turn` is told which it is, whenever that changes.
        A fault of the disk is waited out, not raised.
        """
        turn: bool | None = None

        def told(leading: bool) -> None:
            nonlocal turn
            if turn is not leading:
                turn = leading
                on_turn(leading)

        while not stop.is_set():
            try:
                with closing(self._open(stop)) as session:
                    self._take_over(session, on_change, told)
            except StoreProblem as problem:
                _log.warning("sync rests: %s", problem)
                rest = _GONE_REST if isinstance(problem, StoreGone) else _STORE_REST
                self._rest_until(stop, self._clock() + rest)

    def _take_over(self, session: Session, on_change: Callable[[], None], told: Callable[[bool], None]) -> None:
        turns = turns_of(session.store)
        while not session.stop.is_set():
            with turns.lead() as leading:
                told(leading)
                if leading:
                    with self._beside(on_change):
                        _Loop(session, turns, self._wake, on_change).run()
                    return
            self._wake.clear()
            self._wake.wait(HEARTBEAT)

    def _rest_until(self, stop: threading.Event, moment: datetime) -> None:
        while not stop.is_set() and self._clock() < moment:
            stop.wait(HEARTBEAT)


class _Loop:
    """The leader's loop: it wakes for the next pull, the end of a hold, a write of another process, or a wish."""

    def __init__(self, session: Session, turns: Turns, wake: threading.Event, on_change: Callable[[], None]) -> None:
        self._session = session
        self._turns = turns
        self._wake = wake
        self._on_change = on_change
        self._next_pull = dict.fromkeys(session.configs, session.store.clock())
        self._next_shelving = session.store.clock()

    def run(self) -> None:
        self._session.begin()
        while not self._session.stop.is_set():
            version = self._session.store.data_version()
            with self._turns.turn() as ours:
                if ours:
                    self._look()
            self._rest(version, self._deadline() if ours else self._session.store.clock() + _TURN_REST)

    def _look(self) -> None:
        self._relay()
        for name, due in self._next_pull.items():
            if self._session.stop.is_set():
                return
            now = self._session.store.clock()
            self._next_pull[name] = max(due, self._session.pace.asked_until(name, now)) if due <= now else due
            if self._next_pull[name] <= now:
                outcome = self._session.pull(name, between=self._between)
                self._next_pull[name] = outcome.next_at
                self._on_change()
        if self._next_shelving <= self._session.store.clock():
            self._next_shelving = self._session.store.clock() + self._shelve()

    def _shelve(self) -> timedelta:
        """Put some of what is closed on its shelf, which nobody sees; how long to rest then."""
        try:
            return _TURN_REST if shelves.keep(self._session.store) else _SHELF_REST
        except StoreGone:
            raise
        except StoreProblem as problem:
            _log.warning("closed requests stay where they are: %s", problem)
            return _SHELF_REST

    def _between(self) -> None:
        """After each transaction: a long first pull keeps neither the outbox nor the desk waiting."""
        self._on_change()
        self._relay()

    def _relay(self) -> None:
        if self._session.relay(_AT_A_TIME).calls:
            self._on_change()

    def _deadline(self) -> datetime | None:
        moments = [*self._next_pull.values(), self._session.next_relay(), self._next_shelving]
        return min((moment for moment in moments if moment), default=None)

    def _rest(self, version: int, deadline: datetime | None) -> None:
        session = self._session
        while not session.stop.is_set() and session.store.data_version() == version:
            left = HEARTBEAT
            if deadline:
                left = min(left, (deadline - session.store.clock()).total_seconds())
            if left <= 0:
                return
            if self._wake.wait(left):
                self._wake.clear()
                session.hurry()
                self._next_pull = dict.fromkeys(self._next_pull, session.store.clock())
                return
