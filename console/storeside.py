"""The desk's half that runs in the store's thread: reads, queries and commands; imported after the first paint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from console import opening
from console.callside import CallSide, Joined
from console.indexing import Indexing
from console.settings import Settings
from services.domain.detail import Detail
from services.domain.policy import Policy
from services.domain.queue_row import QueueRow
from services.domain.values import Actor, Attribute, Changes, Crew, Service
from services.errors import Expected
from services.files import sweep
from services.intake.duplicates import Candidate, Sought
from services.queue import file as snapshots
from services.queue.places import Grid, Places
from services.queue.query import Moment, Order, Query, run
from services.queue.snapshot import Ints, Mask, Snapshot, apply, build
from services.queue.views import TEAM_VIEWS, VIEWS, counts, crew_loads
from services.queue.words import Bounds
from services.store import calling, claiming, merging, once, outbox, presence, queries, wording
from services.store.acting import Acting
from services.store.callers import Person
from services.store.outbox import OutboxCounts
from services.store.presence import Present
from services.store.queries import UpstreamState
from services.sync.policies import policies

SNAPSHOT = ".queue"
"""What is put behind the store's name where its snapshot is kept."""
TOLD_EACH = 10_000
"""After so many requests it is told how far reading has come."""
RESTED = 600.0
"""Seconds: what nobody has written to for so long is no longer being written."""
COUNTED_MS = 2_000
"""So long the rail's counts stand while nothing changes but the clock."""
_EVERYTHING = Query()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What a query found: rows of the snapshot in order, and what stands beside them."""

    snapshot: Snapshot
    rows: Ints
    grid: Grid
    """What the map draws: the rows with a place, wherever the map looks."""
    counts: dict[str, int]
    loads: list[int]
    problem: Expected | None
    """Why what is typed makes no sense: then these are the rows of the last query that did."""


@dataclass(frozen=True)
class State:
    """Where the store and its upstreams stand, for the status bar and the commands."""

    crews: tuple[Crew, ...]
    services: tuple[Service, ...]
    policies: dict[str, Policy]
    upstreams: tuple[UpstreamState, ...]
    outbox: OutboxCounts
    team: tuple[str, ...]
    """Who may sit at the desks of a shared store; () where this one is alone with it."""


class StoreSide:
    """Everything the window asks of the store. Made, used and closed in the store's thread only."""

    def __init__(
        self, settings: Settings, words: Indexing | None = None, told: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        """`told`: while all requests are read, how many of how many are; what it raises ends that."""
        self.settings = settings
        self._told = told
        self._store = opening.open_store(settings, has_ear=True)
        self.actor: Actor = self._store.actor or settings.actor
        self._version = -1
        self.path = self._store.path
        self._places: Places | None = None
        self._counted: tuple[Snapshot, int, tuple[dict[str, int], list[int]]] | None = None
        beside = self.path or settings.home / "team"
        self._file: Path | None = beside.with_name(f"{beside.name}{SNAPSHOT}")
        self._saved: tuple[int, Sequence[Crew]] | None = None
        self.words = words or Indexing(settings.store_url)
        self._calls = CallSide()

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def state(self) -> State:
        """The crews, services, policies and what waits to be posted."""
        states = tuple(queries.upstream_states(self._store))
        return State(
            tuple(queries.crews(self._store)),
            tuple(queries.services(self._store)),
            policies(self.settings.upstreams, states),
            states,
            outbox.counts(self._store),
            claiming.team(self._store),
        )

    def session(self) -> int:
        """What a server calls this desk; for any thread."""
        return self._store.session

    def changed(self) -> bool:
        """True when anybody has written a file since this was last asked, or the connection to a server was lost."""
        version = self._store.data_version()
        changed, self._version = version != self._version, version
        return changed

    def snapshot(self, before: Snapshot | None) -> Snapshot:
        """The queue as it stands: `before` with what changed since, or all of it. Raises what `told` raises."""
        if before is None:
            before = self._left()
        if before is None:
            with self._store.read():
                return build(self._every(), queries.crews(self._store), self._store.head())
        head, crews, rows = queries.news(self._store, before.head)
        if not rows and crews == tuple(before.crews):
            return before
        self.words.changed()
        return apply(before, rows, crews, head)

    def _every(self) -> Iterator[QueueRow]:
        """Every request; on the way, where they are many, it is told how many of them have been read."""
        total = queries.how_many(self._store)
        is_many = total > TOLD_EACH
        if is_many:
            self._told(0, total)
        for number, row in enumerate(queries.every(self._store), 1):
            yield row
            if is_many and number % TOLD_EACH == 0:
                self._told(number, total)

    def _left(self) -> Snapshot | None:
        """The snapshot that was saved of this very store and of no other history; None where there is none."""
        if self._file is None:
            return None
        sweep(self._file, rested=RESTED)
        told = snapshots.owner(self._file)
        if told is None or told[0] != self._history(told[1]):
            return None
        left = snapshots.load(self._file, told[0])
        self._saved = _state_of(left) if left else None
        return left

    def save(self, snapshot: Snapshot) -> None:
        """Leave this snapshot beside the store for the next start, where it is not there already."""
        if self._file is None or _state_of(snapshot) == self._saved:
            return
        if snapshots.save(snapshot, self._file, self._history(snapshot.head)):
            self._saved = _state_of(snapshot)
        else:
            log.info("the snapshot cannot be kept at %s", self._file)

    def _history(self, head: int) -> str:
        """This store, with a digest of its history's event at `head`: another once an older copy was put back."""
        return f"{self._store.store_id} {wording.mark(self._store, head)}"

    def find(
        self,
        snapshot: Snapshot,
        query: Query,
        order: Order,
        seen: Bounds | None = None,
        city: Bounds | None = None,
        instead: Query = _EVERYTHING,
    ) -> Found:
        """The rows that a query means, and the counts of every view; `seen` and `city` are the map's bounds.

        A query with a problem means nothing: its place takes `instead`, and the answer holds the problem.
        """
        moment = self.moment(seen, city)
        asked = query.at(moment)
        query = instead.at(moment) if asked.problems else asked
        search = partial(self.search, snapshot)
        rows = run(snapshot, query, moment, search, order)
        drawn = query.anywhere()
        grid = self._sorted(snapshot).filter(rows if drawn is query else run(snapshot, drawn, moment, search))
        problem = asked.problems[0] if asked.problems else None
        return Found(snapshot, rows, grid, *self._counts(snapshot, moment), problem)

    def _counts(self, snapshot: Snapshot, moment: Moment) -> tuple[dict[str, int], list[int]]:
        """What the rail says: counted anew for another snapshot, and as time goes on."""
        if self._counted is None or self._counted[0] is not snapshot or moment.ms - self._counted[1] > COUNTED_MS:
            counted = counts(snapshot, VIEWS + TEAM_VIEWS, moment, partial(self.search, snapshot))
            self._counted = snapshot, moment.ms, (counted, crew_loads(snapshot))
        return self._counted[2]

    def moment(self, seen: Bounds | None = None, city: Bounds | None = None) -> Moment:
        """Here and now, for the query words."""
        return Moment(datetime.now(UTC), self.settings.timezone, self.actor.name, seen, city)

    def _sorted(self, snapshot: Snapshot) -> Places:
        if self._places is None or not self._places.fits(snapshot.x, snapshot.y):
            self._places = Places(snapshot.x, snapshot.y)
        return self._places

    def search(self, snapshot: Snapshot, words: str) -> Ints | Mask:
        """Which requests hold all the words: ids, or a mask over the snapshot's rows."""
        return self.words.search(self._store, snapshot, words)

    def detail(self, request_id: int) -> Detail:
        """One request with everything around it. Raises NotFound."""
        return queries.detail(self._store, request_id, acting=self.acting())

    def questions(self, upstream: str, code: str) -> tuple[Attribute, ...]:
        """What a service asks whoever reports."""
        return queries.definition(self._store, upstream, code)

    def filed(self, operations: list[str]) -> dict[str, int]:
        """Which of these filings of calls were done."""
        return calling.filings(self._store, operations)

    def people(self, phone: str) -> list[Person]:
        """Who calls from this number, with what they asked for before."""
        return self._calls.people(self.acting(), phone)

    def duplicates(self, snapshot: Snapshot, sought: Sought) -> list[Candidate]:
        """The open requests that a caller may mean, the likeliest first."""
        return self._calls.duplicates(self._store, snapshot, sought)

    def acting(self) -> Acting:
        """The store, as whoever sits here has it."""
        return opening.acting(self._store, self.settings)

    def joined(self) -> Joined:
        """The services of what was merged here, in pairs."""
        return merging.services_joined(self._store)

    def prepare_calls(self, snapshot: Snapshot, joined: Joined) -> None:
        """Have the open requests in order before the first call asks about them; for any thread."""
        self._calls.prepare(snapshot, joined)

    def meet(self, request_id: int, writes: bool, *, news: bool) -> tuple[Present, ...]:
        """Who else looks at a request; `news`: this desk looks at another than was told, or writes now or no more."""
        if news:
            presence.tell(self._store, request_id, writes=writes)
        return presence.others(self._store, request_id) if request_id else ()

    def act(self, command: Callable[[Acting], Changes], operation: str = "") -> Changes:
        """Carry out a command as whoever sits here, under this name. Raises Expected."""
        return command(replace(self.acting(), operation=operation))

    def certainly(self, command: Callable[[Acting], Changes], operation: str) -> Changes:
        """The same where it may have been done under this name before: it is done once. Raises Expected."""
        return once.certainly(self.acting(), command, operation, seconds=0)

    def request_id(self, number: str) -> int:
        """The id behind a number that a person knows. Raises NotFound."""
        return queries.find(self._store, number)


def _state_of(snapshot: Snapshot) -> tuple[int, Sequence[Crew]]:
    """What tells one state of the store from another; a snapshot itself would keep the memory of its columns."""
    return snapshot.head, tuple(snapshot.crews)
