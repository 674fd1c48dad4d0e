"""Two at work on the same requests at once, in every order that there is: none waits for one that waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.domain.exchange import Receipt, UpstreamUpdate
from services.domain.outbox import OutboxState
from services.domain.sla import Sla, Target, Term, Unit
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.urgency import UrgencyAnswer
from services.domain.values import Actor, EventKind, Service
from services.errors import Conflict, Invalid
from services.store import commands, ingest, outbox, queries
from services.store.acting import Acting
from services.store.calls import call_backs, called_back
from services.store.joining import CallerWords, log_enquiry
from services.store.merging import merge
from services.store.promising import promise
from services.store.retention import retention
from services.store.store import Store
from services.store.undo import undo
from tests.services.clock import Clock
from tests.services.domain.test_urgency import DANGER
from tests.services.store.parts import POLICIES, logged, pull, shown

STORES = ("server",)
_HOLD = "SELECT id FROM request WHERE id = %s FOR NO KEY UPDATE"
_SAY = "INSERT INTO event (request_id, at, actor, kind, data, operation) VALUES (%s, 0, 'w', 'note', '{}', '')"
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
"""Who waits for a row."""
LONG = 30


@dataclass(frozen=True)
class Room:
    """A colleague past all our code, who holds rows one after the other; and a desk in a thread of its own."""

    raw: psycopg.Connection[Any]
    store: Store
    pool: ThreadPoolExecutor

    def at(self, name: str = "bo") -> Acting:
        return Acting(self.store, Actor(name, ALL_ROLES), POLICIES, timedelta(0))

    def begun(self, work: Callable[[], object], beside: int = 0) -> Future[object]:
        """The work, once it waits for the colleague, or is done; `beside` others wait already."""
        asked: Future[object] = self.pool.submit(work)
        while not asked.done() and self.waiting() <= beside:
            wait([asked], 0.01)
        return asked

    def waiting(self) -> int:
        return int(self.raw.execute(_WAITS).fetchone()[0])  # type: ignore[index]


@pytest.fixture
def room(store: Store, server_url: str) -> Iterator[Room]:
    plain = server_url.replace("+psycopg", "")
    with (
        psycopg.connect(plain, options="-c search_path=desk -c deadlock_timeout=50ms") as raw,
        closing(Store.open(server_url, clock=Clock())) as desk,
        ThreadPoolExecutor(2) as pool,
    ):
        yield Room(raw, desk, pool)


@pytest.fixture
def two(store: Store) -> list[int]:
    """Two that the city knows."""
    pull(store, shown("a"), shown("b"))
    return [1, 2]


_BOTH: dict[str, Callable[[Room], object]] = {
    "merge": lambda room: merge(room.at(), [2], 1),
    "a message to the callers of what is merged": lambda room: commands.send_message(room.at(), [3], "We come."),
    "a status with a message": lambda room: commands.set_status(
        room.at(), [3], Status.CLOSED, Outcome.FIXED, "It is done."
    ),
    "a question that makes it urgent": lambda room: log_enquiry(
        room.at(), 3, CallerWords("Cy", "617 555 0177", urgency=[UrgencyAnswer(DANGER, True)])
    ),
}


@pytest.mark.parametrize("what", _BOTH)
def test_who_needs_two_holds_the_lower_first(room: Room, store: Store, two: list[int], what: str) -> None:
    """The colleague, as a command on both: the lower, then the higher."""
    (third,) = logged(room.at(), upstream="city").ids
    lower, higher = (1, 2) if what == "merge" else (1, third)
    if what.startswith(("a message", "a status")):
        merge(room.at(), [1], third)
    elif what != "merge":
        merge(room.at(), [third], 1)
    room.raw.execute(_HOLD, (lower,))
    asked = room.begun(lambda: _BOTH[what](room))
    assert not asked.done()
    room.raw.execute(_HOLD, (higher,))
    room.raw.commit()
    asked.result(LONG)


def _queued(store: Store, room: Room) -> str:
    """A report of request 3 that is on its way."""
    now = store.clock() + timedelta(minutes=1)
    (item,) = (i for i in outbox.listing(store) if i.request_id == 3)
    assert outbox.claim(store, item.id, now, POLICIES["city"])
    return item.id


def _at() -> datetime:
    return datetime(2026, 7, 4, tzinfo=UTC)


_WRITERS: dict[str, Callable[[Room, str], object]] = {
    "sent": lambda room, item: outbox.sent(room.store, item, Receipt("c"), _at()),
    "refused": lambda room, item: outbox.refused(room.store, item, "No.", _at()),
    "unknown": lambda room, item: outbox.unknown(room.store, item, "Lost.", _at()),
    "later": lambda room, item: outbox.later(room.store, item, "Away.", _at(), nobody_told=True),
    "what the city shows": lambda room, item: pull(room.store, shown("c", description=_reference(room))),
    "comments": lambda room, item: ingest.apply_updates(
        room.store, "city", [UpstreamUpdate("1", "b", "", "B", _at()), UpstreamUpdate("2", "a", "", "A", _at())]
    ),
    "targets": lambda room, item: ingest.apply_services(room.store, "city", [Service("tree", "Tree", "", sla_hours=9)]),
    "retention": lambda room, item: retention(room.at(), _at() + timedelta(days=9999), dry_run=False),
}


def _reference(room: Room) -> str:
    return f"As {room.raw.execute('SELECT reference FROM request WHERE id = 3').fetchone()[0]} says"  # type: ignore[index]


@pytest.mark.parametrize("what", _WRITERS)
def test_whoever_writes_history_holds_the_request_first(room: Room, store: Store, two: list[int], what: str) -> None:
    """Else somebody who holds it waits for the chain of its history, and is waited for."""
    held = 1 if what in {"comments", "retention"} else 3
    logged(room.at(), upstream="city", name="Cy", phone="617 555 0177")
    commands.set_status(room.at(), [1], Status.CLOSED, Outcome.FIXED)
    item = _queued(store, room)
    room.raw.execute(_HOLD, (held,))
    asked = room.begun(lambda: _WRITERS[what](room, item))
    room.raw.execute(_SAY, (held,))
    room.raw.commit()
    asked.result(LONG)


@pytest.mark.parametrize("what", ["message", "note", "status"])
def test_what_two_undo_at_once_is_undone_once(room: Room, server_url: str, two: list[int], what: str) -> None:
    told = {
        "message": lambda: commands.send_message(room.at(), [1], "We come."),
        "note": lambda: commands.add_note(room.at(), [1], "Dog."),
        "status": lambda: commands.set_status(room.at(), [1], Status.IN_PROGRESS),
    }[what]()
    with closing(Store.open(server_url, clock=Clock())) as another:
        supervisor = Acting(another, Actor("sue", ALL_ROLES), POLICIES, timedelta(0))
        room.raw.execute(_HOLD, (1,))
        first = room.begun(lambda: undo(room.at(), told.operation))
        second = room.begun(lambda: undo(supervisor, told.operation), beside=1)
        room.raw.commit()
        ends = [asked.exception(LONG) for asked in (first, second)]
    assert [type(end) for end in ends if end is not None] in ([Invalid], [Conflict])
    lines = [e.kind for e in queries.detail(room.store, 1).events]
    assert lines.count(EventKind.UNDONE) == 1


def test_what_leaves_while_it_is_taken_back_has_not_stayed(room: Room, store: Store, two: list[int]) -> None:
    """The worker has claimed it, and not yet said so, when the person undoes; the next undo tells the upstream."""
    told = commands.set_status(room.at(), [1], Status.IN_PROGRESS)
    (item,) = outbox.listing(store)
    room.raw.execute("UPDATE outbox SET state = 'sending' WHERE id = %s", (item.id,))
    asked = room.begun(lambda: undo(room.at(), told.operation))
    assert not asked.done()
    room.raw.commit()
    with pytest.raises(Conflict, match="is just leaving"):
        asked.result(LONG)
    assert queries.detail(store, 1).request.status is Status.IN_PROGRESS
    undo(room.at(), told.operation)
    assert [i.state for i in outbox.listing(store)] == [OutboxState.SENDING, OutboxState.QUEUED]


@pytest.mark.parametrize("order", ["the targets wait", "the colleague waits"])
def test_new_targets_and_a_clock_that_stops_or_goes_on_meanwhile(room: Room, server_url: str, order: str) -> None:
    """A request that goes on hold is not due by the new targets, and one that is taken off hold is."""
    ingest.apply_services(room.store, "", [Service("tree", "Tree", "", sla_hours=48.0)])
    for _ in range(2):
        logged(room.at())
    commands.set_status(room.at(), [2], Status.ON_HOLD)
    soon = replace(Sla(), targets={("", "tree"): Target(None, Term(5, Unit.HOURS))})
    with closing(Store.open(server_url, clock=Clock())) as another:
        colleague = Acting(another, Actor("sue", ALL_ROLES), POLICIES, timedelta(0))

        def turned() -> None:
            commands.set_status(colleague, [1], Status.ON_HOLD)
            commands.set_status(colleague, [2], Status.IN_PROGRESS)

        works = [lambda: promise(room.at(), soon), turned]
        room.raw.execute(_HOLD, (1,))
        first, second = works if order == "the colleague waits" else reversed(works)
        ends = [room.begun(first), room.begun(second, beside=1)]
        room.raw.commit()
        for end in ends:
            end.result(LONG)
    held, going = (queries.detail(room.store, i).request for i in (1, 2))
    assert held.due_at is None
    assert going.due_at is not None
    assert going.due_at - going.requested_at < timedelta(hours=6)


def test_two_who_decide_on_one_row_decide_once(room: Room, server_url: str, store: Store, two: list[int]) -> None:
    commands.set_status(room.at(), [1], Status.IN_PROGRESS)
    (item,) = outbox.listing(store)
    outbox.claim(store, item.id, store.clock() + timedelta(minutes=1), POLICIES["city"])
    outbox.refused(store, item.id, "No.", store.clock())
    with closing(Store.open(server_url, clock=Clock())) as another:
        other = Acting(another, Actor("sue", ALL_ROLES), POLICIES, timedelta(0))
        room.raw.execute(_HOLD, (1,))
        first = room.begun(lambda: outbox.retry(room.at(), item.id))
        second = room.begun(lambda: outbox.give_up(other, item.id), beside=1)
        room.raw.commit()
        ends = [asked.exception(LONG) for asked in (first, second)]
    assert [type(end) for end in ends if end is not None] == [Invalid]


def test_two_who_called_the_same_person_have_called_once(room: Room, server_url: str) -> None:
    logged(room.at(), name="Cy", phone="617 555 0177", reply="phone")
    commands.set_status(room.at(), [1], Status.CLOSED, Outcome.FIXED)
    (call,) = call_backs(room.store)
    with closing(Store.open(server_url, clock=Clock())) as another:
        other = Acting(another, Actor("sue", ALL_ROLES), POLICIES, timedelta(0))
        room.raw.execute("SELECT id FROM call_back FOR UPDATE")
        first = room.begun(lambda: called_back(room.at(), call.caller.id))
        second = room.begun(lambda: called_back(other, call.caller.id), beside=1)
        room.raw.commit()
        ends = [asked.exception(LONG) for asked in (first, second)]
    assert [type(end) for end in ends if end is not None] == [Invalid]
    assert [e.kind for e in queries.detail(room.store, 1).events].count(EventKind.CALLED_BACK) == 1
