"""Many writers at once on a real server: whoever follows the history misses nothing, in whatever order it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from select import select

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine
from sqlalchemy import select as sql_select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from services.domain.status import ALL_ROLES, Status
from services.domain.values import Actor
from services.errors import StoreGone
from services.queue.snapshot import Snapshot, apply, build
from services.store import commands, queries
from services.store.acting import Acting
from services.store.dialect import driver
from services.store.server import safe
from services.store.store import Store
from services.store.tables import request
from services.store.writing import among
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged
from tests.services.store.test_followed import columns

STORES = ("server",)
WRITERS = 3
EACH = 2
"""Requests that a writer has to itself, so that none waits for another."""
_SAY = "INSERT INTO event (request_id, at, actor, kind, data, operation) VALUES (%s, 0, 'w', 'status', '{}', '')"
_SET = "UPDATE request SET status = %s, version = version + 1 WHERE id = %s"
_OPEN = [status for status in Status if status.is_open]
Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "commit", "rollback", "read"]), st.integers(0, 2), st.integers(0, 1)),
    max_size=40,
)


@contextmanager
def writers(url: str) -> Iterator[list[Connection]]:
    """Connections of their own, as of so many desks."""
    engine = create_engine(safe(make_url(url)), poolclass=NullPool)
    with ExitStack() as stack:
        yield [stack.enter_context(engine.connect()) for _ in range(WRITERS)]


def followed(store: Store, before: Snapshot) -> tuple[Snapshot, set[int]]:
    """The snapshot brought up to date as a desk does it, and what it was told of."""
    head, crews, rows = queries.news(store, before.head)
    return apply(before, rows, crews, head), {row.id for row in rows}


def whole(store: Store) -> Snapshot:
    """A snapshot made of all there is."""
    with store.read():
        return build(queries.every(store), tuple(queries.crews(store)), store.head())


def schedule(store: Store, connections: list[Connection], ids: list[int], steps: list[Step]) -> None:
    """Take the steps one after the other; each read has to tell of everything that was saved since the read before."""
    snapshot = whole(store)
    unsaved: dict[int, set[int]] = {w: set() for w in range(WRITERS)}
    saved: set[int] = set()
    for number, (what, writer, which) in enumerate(steps):
        connection = connections[writer]
        if what == "write":
            request_id = ids[writer * EACH + which]
            status = _OPEN[number % len(_OPEN)]
            connection.exec_driver_sql(_SET, (status.value, request_id))
            connection.exec_driver_sql(_SAY, (request_id,))
            unsaved[writer].add(request_id)
        elif what == "read":
            snapshot, told = followed(store, snapshot)
            assert saved <= told
            assert columns(snapshot) == columns(whole(store))
            saved.clear()
        else:
            (connection.commit if what == "commit" else connection.rollback)()
            saved |= unsaved[writer] if what == "commit" else set()
            unsaved[writer].clear()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """The same store, from another desk."""
    with closing(Store.open(url, clock=Clock())) as other:
        yield other


def at(store: Store) -> Acting:
    """Somebody at another desk."""
    return Acting(store, Actor("bo", ALL_ROLES), POLICIES, timedelta(seconds=10))


@pytest.fixture
def ids(store: Store, act: Act) -> list[int]:
    return [logged(act()).ids[0] for _ in range(WRITERS * EACH)]


def test_whatever_the_order_of_commits_nothing_is_missed(store: Store, server_url: str, ids: list[int]) -> None:
    with writers(server_url) as connections:

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(STEPS)
        def run(steps: list[Step]) -> None:
            try:
                ends = [("commit", w, 0) for w in range(WRITERS)]
                schedule(store, connections, ids, [*steps, ("read", 0, 0), *ends, ("read", 0, 0)])
            finally:
                for connection in connections:
                    connection.rollback()

        run()


def test_the_one_that_began_first_and_is_saved_last_is_told(store: Store, server_url: str, ids: list[int]) -> None:
    """Following by the highest number seen would miss it."""
    with writers(server_url) as (slow, quick, _):
        slow.exec_driver_sql(_SAY, (ids[0],))
        quick.exec_driver_sql(_SAY, (ids[2],))
        quick.commit()
        head, told = store.changes_since(store.head())
        slow.commit()
        assert ids[0] not in told
        assert ids[0] in store.changes_since(head)[1]
        assert store.changes_since(store.head())[1] == ()


def test_a_server_that_falls_may_give_numbers_again_and_nothing_is_missed(
    store: Store, server_url: str, ids: list[int]
) -> None:
    with writers(server_url) as (one, *_):
        seen = one.exec_driver_sql("SELECT max(tx) FROM event").scalar_one()
        for _ in range(5):  # transactions that save nothing: a server that falls forgets that their numbers were given
            one.exec_driver_sql(_SAY, (ids[0],))
            one.rollback()
        given_away = one.exec_driver_sql("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)").scalar_one()
        assert seen < store.head() <= seen + 1 < given_away


def terminate(server_url: str, store: Store) -> None:
    """End the store's own connection at the server."""
    with store.read() as connection:
        pid = driver(connection).info.backend_pid
    with writers(server_url) as (other, *_):
        other.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def test_a_lost_connection_is_said_once_and_comes_back_by_itself(
    store: Store, server_url: str, act: Act, ids: list[int]
) -> None:
    snapshot = whole(store)
    terminate(server_url, store)
    with opened(server_url) as other:
        commands.add_note(at(other), [ids[1]], "Meanwhile.")
    with pytest.raises(StoreGone, match="cannot be reached"):
        store.head()
    snapshot, told = followed(store, snapshot)
    assert told == {ids[1]}
    assert columns(snapshot) == columns(whole(store))


@pytest.mark.parametrize("lost_in", ["read", "write", "rows", "stream", "version"])
def test_wherever_it_is_lost_the_next_use_works(
    store: Store, server_url: str, act: Act, ids: list[int], lost_in: str
) -> None:
    ways: dict[str, Callable[[], object]] = {
        "read": lambda: queries.crews(store),
        "rows": lambda: queries.columns(store, ids),
        "stream": lambda: list(queries.every(store)),
    }

    def lose() -> None:
        if lost_in in ways:
            with store.read():
                terminate(server_url, store)
                ways[lost_in]()
        terminate(server_url, store)
        if lost_in == "version":
            store.data_version()
        commands.add_note(act(), ids, "Lost.")

    with pytest.raises(StoreGone):
        lose()
    assert len(queries.columns(store, ids)) == len(ids)
    commands.add_note(act(), ids[:1], "Kept.")
    assert [e.text for e in queries.detail(store, ids[0]).events if e.text] == ["Kept."]


def told(store: Store, before: int) -> int:
    """The version once the server has told of something, which it does a moment after the other's answer."""
    with store.read() as connection:
        socket = driver(connection).fileno()
    while (version := store.data_version()) == before:
        assert select([socket], [], [], 10)[0], "nothing is heard"
    return version


def test_the_version_tells_of_others_alone_and_of_a_new_connection(
    store: Store, server_url: str, act: Act, ids: list[int]
) -> None:
    before = store.data_version()
    commands.add_note(act(), ids[:1], "My own.")
    assert store.data_version() == before
    with opened(server_url) as other:
        commands.add_note(at(other), ids[:1], "Another's.")
        after = told(store, before)
        assert after > before
        assert store.data_version() == after
        terminate(server_url, store)
        with pytest.raises(StoreGone):
            store.data_version()
        assert (anew := store.data_version()) > after, "what was said while nobody listened is unknown"
        commands.add_note(at(other), ids[:1], "And again.")
        assert told(store, anew) > anew, "it listens again"


def test_a_list_of_nothing_holds_nobody(store: Store, ids: list[int]) -> None:
    with store.read() as connection:
        for column in (request.c.number, request.c.id):
            assert connection.execute(sql_select(column).where(among(column, []))).all() == []
        assert len(connection.execute(sql_select(request.c.id).where(among(request.c.id, ids))).all()) == len(ids)


def test_what_comes_with_an_answer_to_something_else_is_not_forgotten(
    store: Store, server_url: str, act: Act, ids: list[int]
) -> None:
    before = store.data_version()
    with opened(server_url) as other, store.read() as connection:
        connection.exec_driver_sql("SELECT 1")
        commands.add_note(at(other), ids[:1], "While this one reads, which it is told of with the answer to COMMIT.")
    assert store.data_version() > before
