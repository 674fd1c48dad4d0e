"""Closed requests lie on shelves by year: what moves and what does not, and nobody at a desk notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors

from services.domain.rights import Group
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor
from services.errors import StoreProblem
from services.store import commands, queries, shelves
from services.store.acting import Acting
from services.store.merging import merge
from services.store.store import Store
from services.store.undo import undo
from services.team import limits
from tests.services.store.parts import POLICIES, assert_index_is_whole, logged, pull, shown
from tests.services.team.conftest import NAMES, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
_NEW = "INSERT INTO request (id, number, status, channel, requested_at, updated_at)"
_LIES = "SELECT id, shelf FROM desk.request ORDER BY id"
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = %s"
_ALIKE = (
    "SELECT count(*) FROM desk.request AS r FULL JOIN desk.request_identity AS i USING (id)"
    " WHERE (r.number, r.upstream, r.upstream_id) IS DISTINCT FROM (i.number, i.upstream, i.upstream_id)"
)
_SAYS = "SELECT to_jsonb(r) - 'shelf' FROM request AS r ORDER BY id"
OLD = datetime(2019, 6, 1, 12, tzinfo=UTC)


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def close(raw: Raw, ids: tuple[int, ...], at: datetime = OLD) -> None:
    """As if they had been closed then."""
    owner = raw("postgres")
    owner.execute(
        "UPDATE request SET status = 'closed', outcome = 'fixed', closed_at = %s WHERE id = ANY (%s)",
        (millis(at), list(ids)),
    )
    owner.commit()


def keep(store: Store) -> int:
    """Until all lie right; how many moved."""
    moved = 0
    while some := shelves.keep(store):
        moved += some
    return moved


def lying(raw: Raw) -> dict[int, int]:
    """By request: its shelf."""
    connection = raw("postgres")
    found = dict(connection.execute(_LIES).fetchall())
    assert connection.execute(_ALIKE).fetchone() == (0,)
    connection.rollback()
    return found


@pytest.fixture
def worker(crowd: Crowd) -> Store:
    return crowd.worker


@pytest.fixture
def acting(crowd: Crowd) -> Acting:
    return crowd.acting(Group.SUPERVISOR)


def test_only_what_was_closed_long_ago_and_in_an_earlier_year_is_put_away(
    acting: Acting, worker: Store, raw: Raw
) -> None:
    now = datetime.now(UTC)
    this_year = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    moments = {
        OLD: 2019,
        datetime(2019, 1, 1, tzinfo=UTC): 2019,
        datetime(2018, 12, 31, 23, 59, 59, tzinfo=UTC): 2018,
        datetime(1994, 3, 3, tzinfo=UTC): 2000,
        datetime(1, 1, 1, tzinfo=UTC): 2000,
        now: 0,
        this_year: 0,
        now - timedelta(days=89): 0,
        now + timedelta(days=4000): 0,
    }
    wanted = {}
    for at, shelf in moments.items():
        (one,) = logged(acting).ids
        close(raw, (one,), at)
        wanted[one] = shelf
    (still,) = logged(acting).ids
    assert keep(worker) == sum(1 for shelf in wanted.values() if shelf)
    assert lying(raw) == {**wanted, still: 0}
    assert keep(worker) == 0


def test_more_than_a_handful_moves_a_handful_at_a_time(
    acting: Acting, worker: Store, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = tuple(logged(acting).ids[0] for _ in range(5))
    close(raw, ids)
    monkeypatch.setattr(shelves, "AT_ONCE", 2)
    assert [shelves.keep(worker) for _ in range(4)] == [2, 2, 1, 0]


def test_nothing_that_is_read_is_another_afterwards(acting: Acting, worker: Store, raw: Raw) -> None:
    pull(worker, shown("up 1"), shown("up 2"))
    made = logged(acting, name="Bo", phone="617 555 0000", upstream="city").ids
    commands.add_note(acting, made, "Dog in the yard.")
    merge(acting, [2], 1)
    close(raw, (1, 2, *made))

    def told() -> tuple[object, ...]:
        number = queries.detail(worker, made[0]).request.number
        found = [queries.find(worker, asked) for asked in ("up 1", "up 2", number, number[-3:])]
        words = [queries.search(worker, asked) for asked in ("dog", "bo", "main street", number)]
        return [queries.detail(worker, i) for i in (1, 2, *made)], queries.columns(worker), found, words

    before, head = told(), worker.head()
    assert keep(worker) == 3
    assert set(lying(raw).values()) == {2019}
    assert told() == before
    assert worker.changes_since(head)[1] == (), "nobody is told of what nobody sees"
    assert_index_is_whole(worker)


def test_a_command_on_what_was_put_away_finds_it_and_it_comes_back(acting: Acting, worker: Store, raw: Raw) -> None:
    ids = logged(acting).ids
    commands.set_status(acting, ids, Status.CLOSED, Outcome.FIXED)
    close(raw, ids)
    keep(worker)
    commands.add_note(acting, ids, "It is still there.")
    assert lying(raw) == {ids[0]: 2019}
    undo(acting)
    commands.set_status(acting, ids, Status.IN_PROGRESS)
    assert lying(raw) == {ids[0]: 2019}, "it stays until the keeper comes"
    assert queries.detail(worker, ids[0]).request.status is Status.IN_PROGRESS
    assert keep(worker) == 1
    assert lying(raw) == {ids[0]: 0}


def test_what_was_reopened_and_closed_again_between_two_rounds_goes_where_it_belongs(
    acting: Acting, worker: Store, raw: Raw
) -> None:
    ids = logged(acting).ids
    close(raw, ids)
    keep(worker)
    close(raw, ids, OLD.replace(year=2021))
    assert keep(worker) == 2, "back to work, and from there to its year"
    assert lying(raw) == {ids[0]: 2021}
    close(raw, ids, datetime.now(UTC))
    assert keep(worker) == 1
    assert lying(raw) == {ids[0]: 0}


def test_a_number_an_id_and_an_upstreams_id_are_given_once_on_all_shelves(
    acting: Acting, worker: Store, raw: Raw
) -> None:
    pull(worker, shown("up 1"))
    close(raw, (1,))
    keep(worker)
    admin = raw("postgres")
    (number,) = admin.execute("SELECT number FROM request").fetchone() or ("",)
    insert = "INSERT INTO request (id, number, upstream, upstream_id, status, channel, requested_at, updated_at)"
    for row in ((1, "new", "", ""), (7, number, "", ""), (7, "new", "city", "up 1")):
        with pytest.raises(errors.UniqueViolation):
            admin.execute(f"{insert} VALUES (%s, %s, %s, %s, 'new', 'phone', 0, 0)", row)
        admin.rollback()
    admin.execute(f"{insert} VALUES (7, 'new', 'other', 'up 1', 'new', 'phone', 0, 0)")
    for change in ("number = 'new'", "upstream = 'other'"):
        with pytest.raises(errors.UniqueViolation), admin.transaction():
            admin.execute(f"UPDATE request SET {change} WHERE id = 1")
    admin.commit()
    assert pull(worker, shown("up 1")).new == 0, "an upstream's is found where it lies"
    assert lying(raw) == {1: 2019, 7: 0}


def test_two_at_once_cannot_be_given_one_id(acting: Acting, raw: Raw, crowd: Crowd) -> None:
    ids = logged(acting).ids
    insert = f"{_NEW} VALUES (%s, 'again', 'new', 'phone', 0, 0)"
    first = raw("postgres")
    first.execute("UPDATE request SET shelf = 2000 WHERE false")
    with pytest.raises(errors.UniqueViolation, match=f"request {ids[0]} already"):
        first.execute(insert, ids)
    first.rollback()


def test_what_belongs_to_a_request_belongs_to_one_that_there_is(acting: Acting, worker: Store, raw: Raw) -> None:
    ids = logged(acting, name="Bo").ids
    close(raw, ids)
    keep(worker)
    admin = raw("postgres")
    referring = admin.execute(
        "SELECT conrelid::regclass::text, a.attname FROM pg_constraint JOIN pg_attribute AS a ON a.attrelid = conrelid"
        " AND a.attnum = conkey[1] WHERE confrelid = 'request_identity'::regclass AND convalidated AND conparentid = 0"
    ).fetchall()
    assert {table for table, _ in referring} == {
        *("caller", "text", "event", "outbox", "call_back", "search", "request", "stop")
    }
    admin.execute("INSERT INTO text (id, request_id, body) VALUES (100, %s, '')", ids)
    with pytest.raises(errors.ForeignKeyViolation):
        admin.execute("INSERT INTO text (id, request_id, body) VALUES (101, 999, '')")
    admin.rollback()
    with pytest.raises(errors.ForeignKeyViolation):
        admin.execute("UPDATE request SET merged_into = 999")
    admin.rollback()


@pytest.mark.parametrize("group", list(Group))
def test_nobody_says_on_which_shelf_a_request_lies_and_only_the_worker_has_them_kept(
    acting: Acting, crowd: Crowd, raw: Raw, group: Group
) -> None:
    ids = logged(acting).ids
    close(raw, ids)
    member = raw(NAMES[group])
    insert = "INSERT INTO request (id, number, status, requested_at, updated_at, shelf) VALUES (9, 'n', 'new', 0, 0, 1)"
    asked = ["UPDATE request SET shelf = 2019", insert, "SELECT salt FROM guard.chain", "TABLE request_live"]
    asked += ["SELECT guard.shelve(1)", "SELECT guard.shelf_made()"] if group is not Group.WORKER else []
    for statement in asked:
        with pytest.raises(errors.InsufficientPrivilege):
            member.execute(statement)
        member.rollback()
    assert shelves.keep(crowd.opens(NAMES[group])) == (1 if group is Group.WORKER else 0)


def test_an_old_row_that_would_be_refused_today_stays_and_is_a_sentence_to_the_worker(
    acting: Acting, worker: Store, raw: Raw
) -> None:
    ids = logged(acting).ids
    close(raw, ids)
    owner = raw("postgres")
    drop, add = (statement for statement in limits.constraints() if " desk.request " in statement)
    for statement in (drop, "UPDATE request SET lat = 999, lon = 1", add):
        owner.execute(statement.encode())
    owner.commit()
    with pytest.raises(StoreProblem, match="no desk could read"):
        shelves.keep(worker)
    assert lying(raw) == {ids[0]: 0}


def test_a_file_has_no_shelves(tmp_path: Any) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/desk.db")
    acting = Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(0))
    logged(acting)
    assert shelves.keep(store) == 0
    store.close()


MOMENTS = st.one_of(
    st.none(), st.datetimes(datetime(2016, 1, 1), datetime(2022, 12, 31)), st.just(datetime(2100, 1, 1))
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=8))
def test_wherever_rows_lay_they_come_to_lie_by_when_they_were_closed(
    worker: Store, raw: Raw, moments: list[tuple[datetime | None, datetime | None]]
) -> None:
    """Closed, kept, opened or closed at another time, kept: and nothing else of a row is changed by it."""
    admin = raw("postgres")
    (first,) = admin.execute("SELECT reserve('request', %s)", (len(moments),)).fetchone() or (0,)
    insert = f"{_NEW} VALUES (%s, %s, 'new', 'phone', 0, 0)"
    for request_id in range(first, first + len(moments)):
        admin.execute(insert, (request_id, f"n{request_id}"))
    for turn in range(2):
        for request_id, pair in enumerate(moments, first):
            at = pair[turn]
            admin.execute(
                "UPDATE request SET closed_at = %s, version = version + 1 WHERE id = %s",
                (at and millis(at.replace(tzinfo=UTC)), request_id),
            )
        admin.commit()
        before = admin.execute(_SAYS).fetchall()
        admin.commit()
        keep(worker)
        assert admin.execute(_SAYS).fetchall() == before
        admin.commit()
        lies = lying(raw)
        for request_id, pair in enumerate(moments, first):
            at = pair[turn]
            assert lies[request_id] == (at.year if at is not None and at.year < 2100 else 0)
