"""On a server with a hundred thousand requests no statement of a desk or a worker reads a whole table that grows.

The plans are those that the server really used, told by its own auto_explain: triggers and functions included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from services.demo import many
from services.domain.exchange import UpstreamUpdate
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor
from services.store import commands, once, outbox, queries, undo, upstreams
from services.store.acting import Acting
from services.store.callers import known
from services.store.dialect import driver
from services.store.joining import CallerWords, join, log_enquiry
from services.store.merging import merge
from services.store.store import Store
from services.team import setup
from tests.services.clock import NOON
from tests.services.postgres import Postgres
from tests.services.store.parts import POLICIES, logged, pull, shown

REQUESTS = 100_000
GROWING = {"request", "event", "caller", "text", "outbox", "operation", "search", "chain", "call_back"}
_EXPLAINED = """
LOAD 'auto_explain';
SET client_min_messages = 'notice';
SET auto_explain.log_level = 'notice';
SET auto_explain.log_format = 'json';
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_min_duration = 0;
"""
_QUICK = """
ALTER TABLE desk.event ALTER link SET DEFAULT 0, ALTER digest SET DEFAULT '';
DROP INDEX desk.search_words;
ALTER ROLE postgres IN DATABASE planned SET session_replication_role = replica
"""
"""A load without triggers takes a part of the time."""
_HISTORY = """
SET session_replication_role = replica;
CREATE INDEX search_words ON desk.search USING gin (words);
INSERT INTO desk.text (id, request_id, body) SELECT id, id, 'a note' FROM desk.request;
SELECT setval('desk.text_numbers', max(id)) FROM desk.text;
INSERT INTO desk.outbox (id, request_id, upstream, kind, state, created_at, held_until, next_try_at, sent_at)
    SELECT 'o' || id, id, 'city', 'update', 'sent', 0, 0, 0, 0 FROM desk.request;
INSERT INTO desk.call_back (request_id, caller_id, state, told_state, created_at)
    SELECT request_id, id, 'done', '', 0 FROM desk.caller;
INSERT INTO desk.operation (id, actor, at, sentence, state) SELECT 'p' || id, 'bo', 0, '', 'past' FROM desk.request;
INSERT INTO guard.chain (request_id, salt, links, head) SELECT id, '', 0, '' FROM desk.request
"""
"""What a year of work leaves; a small table may be read as a whole."""
_AS_EVER = "ALTER ROLE postgres IN DATABASE planned RESET session_replication_role"
Work = Callable[[Acting, list[int]], None]


@pytest.fixture(scope="module")
def city(postgres: Postgres) -> str:
    """The address of a city's store."""
    url = postgres.url("planned", "postgres")
    setup.init(url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute(_QUICK)
        with closing(Store.open(url)) as store:
            many.load(store, REQUESTS)
        raw.execute(_HISTORY)
        raw.execute(_AS_EVER)
        raw.execute("ANALYZE")
    return url


@pytest.fixture
def acting(city: str) -> Iterator[Acting]:
    with closing(Store.open(city)) as store:
        yield Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(0))


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
    mine = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" and not plan.get("One-Time Filter") else set()
    return (mine & GROWING).union(*(walked(part) for part in plan.get("Plans", ())))


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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("work", [reads, does, joins, syncs])
def test_nothing_reads_a_table_that_grows_from_end_to_end(acting: Acting, work: Work) -> None:
    with acting.store.read() as connection:
        asked = "SELECT id FROM request WHERE status = 'new' AND merged_into IS NULL AND upstream_id <> '' LIMIT 12"
        ids = sorted(connection.exec_driver_sql(asked).scalars())
    with plans(acting.store) as heard:
        work(acting, ids)
    assert len(heard) > 10
    walks = {p["Query Text"].strip()[:300]: found for p in heard if (found := walked(p["Plan"]))}
    assert walks == {}


def test_a_walk_is_seen(acting: Acting) -> None:
    with plans(acting.store) as heard, acting.store.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM text WHERE body = 'dog'").all()
    assert [walked(p["Plan"]) for p in heard] == [{"text"}]
