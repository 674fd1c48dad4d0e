"""No question or command of the desk walks a table that grows with the city: each finds its rows by an index."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from services.demo import many
from services.domain.exchange import UpstreamUpdate
from services.domain.status import Outcome, Status
from services.errors import Invalid, NotFound
from services.store import commands, outbox, queries, undo, upstreams
from services.store.acting import Acting
from services.store.callers import known
from services.store.calls import call_backs
from services.store.joining import CallerWords, join, log_enquiry
from services.store.merging import merge, operation_of, services_joined
from services.store.store import Store
from services.store.ties import merged
from tests.services.clock import NOON
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

STORES = ("file",)
SMALL = {
    "crew": "a city has some dozens",
    "service": "a city has some hundreds",
    "upstream_state": "one row an upstream",
    "upstreams": "one row an upstream, each found by a jump in the index",
    "counter": "one row a year",
    "routing": "one row each time that a supervisor changes the rules",
    "sla": "one row each time that a supervisor changes the targets",
}
"""Tables that do not grow with the city, and why."""
SHORT = {
    "call_back_due": "holds only who is still to be called",
    "outbox_unfinished": "holds only what has not left",
    "request_merged": "holds only what is merged, and is read once, for the first call of a desk",
}
"""Indexes over a small part of a growing table, which may be walked, and why."""
_SCAN = re.compile(r"SCAN (\S+)(?: VIRTUAL TABLE INDEX (\d+):| USING (?:COVERING )?INDEX (\S+))?")


@pytest.fixture
def acting(store: Store, act: Act) -> Acting:
    many.load(store, 300)
    return act()


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What the store is asked inside the block, with the values filled in."""
    heard: list[str] = []
    with store.read() as connection:
        driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_trace_callback(heard.append)
    try:
        yield heard
    finally:
        driver.set_trace_callback(None)


def _grows(line: str) -> bool:
    """Whether a line of a plan walks a table, or a whole index, that grows with the city.

    SQLite names a table by its alias, so that all is suspect but what is listed. Of a virtual table (a list that was
    given, the full text) only a walk without a condition is: index 0.
    """
    found = _SCAN.match(line)
    if not found or found[1] in SMALL or found[3] in SHORT:
        return False
    return found[2] is None or found[2] == "0"


@pytest.mark.parametrize(
    ("line", "grows"),
    [
        ("SCAN request", True),
        ("SCAN r", True),
        ("SCAN request USING COVERING INDEX sqlite_autoindex_request_1", True),
        ("SCAN outbox USING INDEX outbox_operation", True),
        ("SCAN outbox USING COVERING INDEX outbox_unfinished", False),
        ("SCAN search VIRTUAL TABLE INDEX 0:", True),
        ("SCAN search VIRTUAL TABLE INDEX 64:M5", False),
        ("SCAN json_each VIRTUAL TABLE INDEX 1:", False),
        ("SEARCH request USING INTEGER PRIMARY KEY (rowid=?)", False),
        ("SCAN crew USING INDEX sqlite_autoindex_crew_1", False),
    ],
)
def test_what_counts_as_a_walk(line: str, grows: bool) -> None:
    assert _grows(line) is grows


def walks(store: Store, heard: list[str]) -> list[str]:
    """The statements that walk a growing table from one end to the other, each with its plan."""
    found = []
    with store.read() as connection:
        for statement in dict.fromkeys(heard):
            if statement.split(maxsplit=1)[0].upper() in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}:
                plan = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()  # type: ignore[union-attr]
                lines = [line[3] for line in plan if _grows(line[3])]
                found += [f"{line}\n  {statement[:300]}" for line in lines]
    return found


def reads(acting: Acting) -> None:
    store = acting.store
    queries.detail(store, 7)
    queries.columns(store, [3, 4, 5])
    store.head()
    store.changes_since(0)
    queries.crews(store)
    queries.services(store)
    queries.upstream_states(store)
    outbox.counts(store)
    queries.search(store, "tree")
    services_joined(store)
    queries.detail(store, 7, acting=acting)
    call_backs(store)


def finds(acting: Acting) -> None:
    number = queries.detail(acting.store, 7).request.number
    assert queries.find(acting.store, number) == 7
    assert queries.find(acting.store, queries.detail(acting.store, 9).request.upstream_id) == 9
    for digits in ("999999", "0", "12"):
        with pytest.raises((Invalid, NotFound)):
            queries.find(acting.store, digits)


def does(acting: Acting) -> None:
    ids = [r.id for r in queries.columns(acting.store) if r.status == "new"]
    crew = queries.crews(acting.store)[0].id
    commands.assign(acting, ids, crew)
    commands.set_status(acting, ids, Status.IN_PROGRESS, message="On the way.")
    commands.send_message(acting, ids, "Soon.")
    commands.add_note(acting, ids, "Dog in the yard.")
    undo.undo(acting)
    undo.redo(acting)
    join(acting, ids[0], CallerWords("Cy", "617 555 9997"))
    commands.set_status(acting, [ids[0]], Status.CLOSED, Outcome.FIXED)
    undo.undo(acting)
    undo.redo(acting)
    logged(acting, service_code="tree-emergencies", upstream="city")


def syncs(acting: Acting) -> None:
    store = acting.store
    known = queries.detail(store, 7).request.upstream_id
    pull(store, shown(known, "IN_PROGRESS"), shown("new one"))
    upstreams.apply_updates(store, "city", [UpstreamUpdate("u1", known, "", "Still there.", NOON)])
    outbox.waiting(store, ["city"], store.clock() + timedelta(hours=1))
    outbox.sending(store)
    outbox.tokens(store, "city")
    outbox.listing(store)


def knows(acting: Acting) -> None:
    logged(acting, name="Ana Pereira", phone="617 555 9999", email="ana@example.org", service_code="tree-emergencies")
    assert len(known(acting.store, "6175559999")) == 1
    assert len(known(acting.store, email="ana@example.org")) == 1
    assert len(known(acting.store, name="ana pereira")) == 1


def joins(acting: Acting) -> None:
    open_ones = [r.id for r in queries.columns(acting.store) if r.status != "closed"][:4]
    who = CallerWords("Bo", "617 555 9998", "bo@example.org")
    join(acting, open_ones[0], who, "Here too.")
    log_enquiry(acting, open_ones[1], who)
    merge(acting, open_ones[1:3], open_ones[0])
    merge(acting, [open_ones[0]], open_ones[3])
    with acting.store.read() as connection:
        assert merged(connection, open_ones[3]) == sorted(open_ones[:3])
    queries.detail(acting.store, open_ones[0], acting=acting)
    assert operation_of(acting, open_ones[0]) == operation_of(acting, open_ones[3])
    for _ in range(4):
        undo.undo(acting)


@pytest.mark.parametrize("work", [reads, finds, does, syncs, knows, joins])
def test_no_statement_walks_what_grows(acting: Acting, work: Callable[[Acting], None]) -> None:
    with statements(acting.store) as heard:
        work(acting)
    seen = [s for s in heard if " ORDER BY r.id" not in s or "json_each" in s]  # the snapshot's own first reading
    assert len(seen) > 3
    assert walks(acting.store, seen) == []


def test_last_digits_find_the_one_and_refuse_the_many(acting: Acting) -> None:
    number = queries.detail(acting.store, 250).request.number
    same = [r.id for r in queries.columns(acting.store) if r.number.endswith(number[-3:])]
    if len(same) == 1:
        assert queries.find(acting.store, number[-3:]) == 250
    assert queries.find(acting.store, number) == 250
    with pytest.raises(Invalid, match="More than one"):
        queries.find(acting.store, "1")
    with pytest.raises(NotFound):
        queries.find(acting.store, "1234567")


def test_numbers_past_the_sixth_digit_are_found_by_their_end(store: Store) -> None:
    pull(store, shown("a"))
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE request SET number = '26-1000000'")
        connection.exec_driver_sql("UPDATE counter SET last = 1000000")
    assert queries.find(store, "000000") == 1
    assert queries.find(store, "00") == 1
