"""The plans that a server really used for what a desk and a worker do, told by its own auto_explain."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from services.domain.exchange import UpstreamUpdate
from services.domain.status import Outcome, Status
from services.domain.values import Service
from services.store import commands, erase, once, outbox, queries, shelves, undo, upstreams
from services.store.acting import Acting
from services.store.callers import known
from services.store.dialect import driver
from services.store.joining import CallerWords, join, log_enquiry
from services.store.merging import merge
from services.store.store import Store
from tests.services.clock import NOON
from tests.services.store.parts import logged, pull, shown

_GROWING = re.compile("event|caller|text|outbox|operation|search|chain|call_back|request(_live|_identity|_[0-9]{4})?")
"""Tables that become larger with every request."""
_IN_VAIN = 5_000
"""Rows that were read and did not fit: an index can be walked from end to end, too."""
_EXPLAINED = """
LOAD 'auto_explain';
SET client_min_messages = 'notice';
SET auto_explain.log_level = 'notice';
SET auto_explain.log_format = 'json';
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_analyze = on;
SET auto_explain.log_min_duration = 0;
"""
Work = Callable[[Acting, list[int]], None]


@contextmanager
def plans(store: Store) -> Iterator[list[dict[str, Any]]]:
    """Every statement that the server carries out in the block, with its plan."""
    heard: list[dict[str, Any]] = []

    def hear(said: psycopg.errors.Diagnostic) -> None:
        text = said.message_primary or ""
        if "plan:" in text:
            heard.append(json.loads(text.partition("plan:")[2]))

    with store.read() as connection:
        own = driver(connection)
    try:
        own.execute(_EXPLAINED)
        own.commit()
    except psycopg.errors.UndefinedFile:
        own.rollback()
        pytest.skip("NOT RUN: plans are told by auto_explain, which the packaged PostgreSQL lacks; install PostgreSQL.")
    own.add_notice_handler(hear)
    yield heard
    own.remove_notice_handler(hear)


def walked(plan: dict[str, Any]) -> set[str]:
    """The growing tables that a plan reads from one end to the other."""
    name = plan.get("Relation Name", "")
    in_vain = plan.get("Rows Removed by Filter", 0) * plan.get("Actual Loops", 1) > _IN_VAIN
    is_walk = plan["Node Type"] == "Seq Scan" and not plan.get("One-Time Filter")
    is_walk = (is_walk or in_vain) and _GROWING.fullmatch(name) is not None
    return ({name} if is_walk else set()).union(*(walked(part) for part in plan.get("Plans", ())))


def reads(acting: Acting, ids: list[int]) -> None:
    store = acting.store
    head = store.head()
    commands.add_note(acting, ids[:1], "Since.")
    assert store.changes_since(head)[1] == (ids[0],)
    queries.columns(store, ids)
    queries.detail(store, ids[0])
    queries.crews(store)
    queries.services(store)
    queries.upstream_states(store)
    outbox.counts(store)
    queries.search(store, "needle maple street")
    row = queries.detail(store, ids[1]).request
    assert queries.find(store, row.number) == ids[1]
    assert queries.find(store, row.upstream_id) == ids[1]
    assert once.done(store, "nothing") is None


def does(acting: Acting, ids: list[int]) -> None:
    crew = queries.crews(acting.store)[0].id
    commands.set_status(acting, ids, Status.ACKNOWLEDGED)
    commands.assign(acting, ids, crew)
    commands.set_status(acting, ids, Status.IN_PROGRESS, message="On the way.")
    commands.send_message(acting, ids, "Soon.")
    commands.add_note(acting, ids, "Dog in the yard.")
    undo.undo(acting)
    undo.redo(acting)
    commands.set_status(acting, [ids[0]], Status.CLOSED, Outcome.FIXED)
    undo.undo(acting)
    logged(acting, service_code="tree-emergencies", upstream="city", name="Bo", phone="617 555 0000")


def joins(acting: Acting, ids: list[int]) -> None:
    who = CallerWords("Bo", "617 555 9998", "bo@example.org")
    join(acting, ids[5], who, "Here too.")
    log_enquiry(acting, ids[6], who)
    merge(acting, ids[5:7], ids[7])
    undo.undo(acting)
    assert known(acting.store, "6175559998")
    assert known(acting.store, email="bo@example.org")
    known(acting.store, name="bo")


def syncs(acting: Acting, ids: list[int]) -> None:
    store = acting.store
    shown_as = queries.detail(store, ids[8]).request.upstream_id
    pull(store, shown(shown_as, "IN_PROGRESS"), shown("new one"))
    upstreams.apply_updates(store, "city", [UpstreamUpdate("u1", shown_as, "", "Still there.", NOON)])
    commands.send_message(acting, ids[9:11], "To be sent.")
    now = store.clock() + timedelta(hours=1)
    for item in outbox.waiting(store, ["city"], now)[:3]:
        assert outbox.claim(store, item.id, now)
    outbox.sending(store)
    outbox.tokens(store, "city")
    outbox.listing(store)
    for hours in (8.0, 9.0):
        rare = Service("rare", "Rare", "city", sla_hours=hours)
        upstreams.apply_services(store, "city", [*queries.services(store), rare])


def keeps(acting: Acting, ids: list[int]) -> None:
    """What lies on a shelf is found, noted on, opened again and brought back; and the keeper's own work."""
    store = acting.store
    with store.read() as connection:
        year = connection.exec_driver_sql("SELECT max(relname) FROM pg_class WHERE relname ~ '^request_20..$'")
        old = connection.exec_driver_sql(f"SELECT min(id) FROM {year.scalar_one()}").scalar_one()
    row = queries.detail(store, old).request
    assert [queries.find(store, asked) for asked in (row.number, row.upstream_id)] == [old, old]
    assert queries.columns(store, [old, *ids])
    commands.add_note(acting, [old], "It is there again.")
    commands.set_status(acting, [old], Status.IN_PROGRESS)
    assert shelves.keep(store) == 1
    erase.erase_description(acting, old)


WORKS = {work.__name__: work for work in (reads, does, joins, syncs, keeps)}


def chosen(store: Store) -> list[int]:
    """Requests to work on."""
    with store.read() as connection:
        asked = "SELECT id FROM request_live WHERE status = 'new' AND upstream_id <> '' ORDER BY id DESC LIMIT 12"
        return sorted(connection.exec_driver_sql(asked).scalars())
