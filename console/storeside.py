"""The desk's half that runs in the store's thread: reads, queries and commands; imported after the first paint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from console import FRONT_FILE, opening
from console.asof import AsOf
from console.callside import CallSide, Joined
from console.indexing import Indexing
from console.left import Left
from console.outline import outlined
from console.settings import Settings
from services.clocks import utcnow
from services.dispatch import load
from services.domain.alerts import Alert
from services.domain.detail import Detail
from services.domain.policy import Policy
from services.domain.queue_row import QueueRow
from services.domain.values import Actor, Attribute, Changes, Crew, Service
from services.errors import Expected, StoreGone, StoreProblem, StoreRefused
from services.intake.duplicates import Candidate, Sought
from services.queue.list_words import ListWords
from services.queue.places import Grid, Places
from services.queue.query import Moment, Order, Query, run
from services.queue.snapshot import Ints, Mask, Snapshot, apply, build
from services.queue.views import TEAM_VIEWS, VIEWS, counts
from services.queue.words import Bounds
from services.store import (
    alerts,
    calling,
    claiming,
    crew_letters,
    days,
    merging,
    once,
    outbox,
    presence,
    promising,
    queries,
)
from services.store.acting import Acting
from services.store.callers import Person
from services.store.crew_letters import CrewLetter
from services.store.engine import login, user
from services.store.outbox import OutboxCounts
from services.store.presence import Present
from services.store.queries import UpstreamState
from services.store.store import Store
from services.sync.policies import policies

if TYPE_CHECKING:
    from services.supervise.risks import Risks

TOLD_EACH = 10_000
"""After so many requests it is told how far reading has come."""
COUNTED_MS = 2_000
"""So long the rail's counts stand while nothing changes but the clock."""
_EVERYTHING = Query()


@dataclass(frozen=True)
class Found:
    """What a query found: rows of the snapshot in order, and what stands beside them."""

    snapshot: Snapshot
    rows: Ints
    grid: Grid
    """What the map draws: the rows with a place, wherever the map looks."""
    counts: dict[str, int]
    loads: list[int]
    """Jobs of each crew of the snapshot today: its list, and what it has in hand beside it."""
    listed_only: bool
    """Whether words were looked for in nothing but the list, since the server is gone."""
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
    as_of: datetime | None = None
    """When that and the list were so, where the server cannot be asked and it was left by an earlier desk."""
    minutes_ahead: int = 0
    """How far this machine's clock is ahead of the server's."""


class StoreSide:
    """Everything the window asks of the store. Made, used and closed in the store's thread only."""

    def __init__(
        self, settings: Settings, words: Indexing | None = None, told: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        """`told`: while all requests are read, how many of how many are; what it raises ends that."""
        self.settings = settings
        self._told = told
        self._open: Store | None = None if settings.is_team else opening.open_store(settings)
        self._why: StoreProblem = StoreGone("The server cannot be reached.", "It is tried again by itself.")
        self.clock: Callable[[], datetime] = utcnow
        """What time it is, by the server's clock once it has answered; for any thread."""
        named = user(settings.store_url) if settings.is_team else ""
        self.actor: Actor = replace(settings.actor, name=named or settings.actor.name)
        self._version = -1
        self.path = self._open.path if self._open else None
        self._places: Places | None = None
        self._counted: tuple[Snapshot, int, tuple[dict[str, int], list[int]]] | None = None
        self._lists: dict[int, tuple[int, ...]] = {}
        """Each crew's list of today, as it was read with the list of requests."""
        self.left = Left(self.path or settings.home / "team", login(settings.store_url) if settings.is_team else "")
        self._known: AsOf | None = None
        """What stands beside the list: as it is, or while the server is gone, as it was last."""
        self._given: Snapshot | None = None
        """The newest list that was read."""
        self._unsure = False
        """The server was gone, and may have been put back to an older copy meanwhile."""
        self.words = words or Indexing(settings.store_url)
        self._listed = ListWords()
        self._calls = CallSide()
        self.risks: Risks | None = None
        """What will breach, as it was last foreseen; the list holds it from then on."""

    @property
    def is_open(self) -> bool:
        """False while the server of a team is gone: then the list is as it was, and all else raises StoreGone."""
        return self._open is not None

    @property
    def _store(self) -> Store:
        if self._open is None:
            raise self._why
        return self._open

    def take(self, store: Store) -> None:
        """The server has answered: work with this store from now on."""
        self.close()
        self._open, self._version, self._unsure = store, -1, True
        self.clock, self.actor = store.clock, store.actor or self.settings.actor

    def let_go(self, why: StoreProblem) -> None:
        """The server is gone: ask it nothing until it is back, and whoever does hears why; the list is kept."""
        self._why = why
        self.close()
        if self._given is not None:
            self.save(self._given)

    def forget(self, why: StoreRefused) -> None:
        """Whoever sits here is not let in: nothing is known of the list any more, here or on the disk."""
        self._why, self._given, self._known = why, None, None
        self.close()
        self.left.forget()
        with suppress(OSError):
            (self.settings.home / FRONT_FILE).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the store."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def now(self, before: Snapshot | None) -> tuple[Snapshot, State]:
        """The list, and what stands beside it: as they are, or while the server is gone, as they were last known."""
        if self.is_open:
            made = self.snapshot(before)
            if (lists := self.stops(self._today())) != self._lists:
                self._lists, self._counted = lists, None
            return made, self.state()
        if isinstance(self._why, StoreRefused):
            before = build((), ())
        elif before is None:
            before, self._known = self.left.known()
            self.actor = self._known.actor if self._known else self.actor
        shown = before or build((), self._known.crews if self._known else ())
        return shown, self._told_last(self._known, shown)

    def _told_last(self, known: AsOf | None, shown: Snapshot) -> State:
        if known is None:
            return State((), (), policies(self.settings.upstreams, ()), (), outbox.OutboxCounts(0, 0, 0), ())
        rules, at = policies(self.settings.upstreams, known.upstreams), known.at if len(shown) else None
        return State(known.crews, known.services, rules, known.upstreams, known.outbox, known.team, at)

    def state(self) -> State:
        """The crews, services, policies and what waits to be posted."""
        store = self._store
        store.look_at_clock()
        states = tuple(queries.upstream_states(store))
        made = State(
            tuple(queries.crews(store)),
            tuple(promising.offered(store)),
            policies(self.settings.upstreams, states),
            states,
            outbox.counts(store),
            claiming.team(store),
            minutes_ahead=round(store.clock_ahead / timedelta(minutes=1)),
        )
        if self.settings.is_team:
            self._note(store, made)
        return made

    def _note(self, store: Store, made: State) -> None:
        """Know it, too, when the server is gone."""
        before = self._known
        asked = before.questions if before and before.services == made.services else queries.definitions(store)
        self._known = AsOf(
            login(self.settings.store_url), store.store_id, store.clock(), self.actor,
            made.crews, made.services, asked, made.upstreams, made.outbox, made.team,
        )  # fmt: skip

    def session(self) -> int:
        """What a server calls this desk, 0 while it is gone; for any thread."""
        store = self._open
        return store.session if store is not None else 0

    def changed(self) -> bool:
        """True when anybody has written a file since this was last asked, or the connection to a server was lost."""
        version = self._store.data_version()
        changed, self._version = version != self._version, version
        return changed

    def snapshot(self, before: Snapshot | None) -> Snapshot:
        """The queue as it stands: `before` with what changed since, or all of it. Raises what `told` raises."""
        store = self._store
        if before is None:
            before = self.left.take_up(store)
        elif self._unsure and not self.left.is_of(store, before):
            before = None
        self._unsure = False
        made = self._followed(store, before)
        made = self._given = self.risks.of(made) if self.risks else made
        self.left.mark(store, made)
        return made

    def _followed(self, store: Store, before: Snapshot | None) -> Snapshot:
        if before is None:
            with store.read():
                return build(self._every(), queries.crews(store), store.head())
        head, crews, rows = queries.news(store, before.head)
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

    def save(self, snapshot: Snapshot) -> None:
        """Leave this list, and what is known beside it, for the next start."""
        self.left.save(snapshot, self._known)

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
        short = bool(query.words) and not self.is_open
        return Found(snapshot, rows, grid, *self._counts(snapshot, moment), short, problem)

    def _counts(self, snapshot: Snapshot, moment: Moment) -> tuple[dict[str, int], list[int]]:
        """What the rail says: counted anew for another snapshot, and as time goes on."""
        if self._counted is None or self._counted[0] is not snapshot or moment.ms - self._counted[1] > COUNTED_MS:
            counted = counts(snapshot, VIEWS + TEAM_VIEWS, moment, partial(self.search, snapshot))
            self._counted = snapshot, moment.ms, (counted, load.jobs(snapshot, self._lists, today=True))
        return self._counted[2]

    def moment(self, seen: Bounds | None = None, city: Bounds | None = None) -> Moment:
        """Here and now, for the query words."""
        unforeseen = self.risks.why if self.risks else ""
        return Moment(self.clock(), self.settings.timezone, self.actor.name, seen, city, unforeseen)

    def _sorted(self, snapshot: Snapshot) -> Places:
        if self._places is None or not self._places.fits(snapshot.x, snapshot.y):
            self._places = Places(snapshot.x, snapshot.y)
        return self._places

    def search(self, snapshot: Snapshot, words: str) -> Ints | Mask:
        """Which requests hold all the words: ids, or a mask over the snapshot's rows."""
        if not self.is_open:
            return self._listed.search(snapshot, words)
        return self.words.search(self._store, snapshot, words)

    def detail(self, request_id: int, snapshot: Snapshot | None = None) -> Detail:
        """One request with everything around it; while the server is gone what this list has. Raises NotFound."""
        if not self.is_open and snapshot is not None:
            return outlined(snapshot, request_id)
        return queries.detail(self._store, request_id, acting=self.acting())

    def questions(self, upstream: str, code: str) -> tuple[Attribute, ...]:
        """What a service asks whoever reports."""
        if not self.is_open and self._known is not None:
            return self._known.asked(upstream, code)
        return queries.definition(self._store, upstream, code)

    def stops(self, day: date) -> dict[int, tuple[int, ...]]:
        """Each crew's list for a day, by the crew's id."""
        return days.stops(self._store, day)

    def planned(self, since: date) -> dict[int, tuple[int, ...]]:
        """What stands on each crew's lists of that day and later ones, by the crew's id."""
        return days.planned(self._store, since)

    def next_lists(self) -> dict[int, tuple[int, ...]]:
        """Each crew's list of the day on which it works next, by the crew's id."""
        now, zone = self.clock(), self.settings.timezone
        next_days = {crew.id: crew.shifts.next_day(now, zone) for crew in queries.crews(self._store)}
        lists = {day: self.stops(day) for day in set(next_days.values())}
        return {crew_id: lists[day].get(crew_id, ()) for crew_id, day in next_days.items()}

    def _today(self) -> date:
        return self.clock().astimezone(self.settings.timezone).date()

    def letters(self, day: date) -> dict[int, CrewLetter]:
        """The last letter to each crew about a day, by the crew's id."""
        return crew_letters.of_day(self._store, day)

    def filed(self, operations: list[str]) -> dict[str, int]:
        """Which of these filings of calls were done."""
        return calling.filings(self._store, operations)

    def people(self, phone: str) -> list[Person]:
        """Who calls from this number, with what they asked for before."""
        return self._calls.people(self.acting(), phone)

    def duplicates(self, snapshot: Snapshot, sought: Sought) -> list[Candidate]:
        """The open requests that a caller may mean, the likeliest first."""
        return self._calls.duplicates(self._open, snapshot, sought)

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

    def alerts(self) -> tuple[list[Alert], dict[int, list[str]]]:
        """The alerts that last, newest first, and by the id of one what could not be sent of it, and why."""
        if not self.is_open:
            return [], {}
        unsent: dict[int, list[str]] = {}
        for alert, way, why in alerts.unsent(self._store):
            unsent.setdefault(alert.id, []).append(f"{way.label} not sent: {why}")
        return alerts.lasting(self._store), unsent

    def act(self, command: Callable[[Acting], Changes], operation: str = "") -> Changes:
        """Carry out a command as whoever sits here, under this name. Raises Expected."""
        return command(replace(self.acting(), operation=operation))

    def certainly(self, command: Callable[[Acting], Changes], operation: str) -> Changes:
        """The same where it may have been done under this name before: it is done once. Raises Expected."""
        return once.certainly(self.acting(), command, operation, seconds=0)

    def request_id(self, number: str) -> int:
        """The id behind a number that a person knows. Raises NotFound."""
        return queries.find(self._store, number)
