"""A database that the version before made gets its shelves: nothing of it is lost, and it waits for old desks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.domain.rights import Group
from services.domain.status import ALL_ROLES, Status
from services.domain.values import Actor
from services.errors import StoreProblem
from services.store import commands, queries, schema, shelves
from services.store.acting import Acting
from services.store.claiming import claim
from services.store.store import Store
from services.team import chain, members, setup
from services.team.guards import owner
from services.team.migrate import Migrated, migrate
from tests.services.postgres import Postgres
from tests.services.store.parts import POLICIES, assert_index_is_whole, logged, pull, shown

NAME = "before"
OLD = Path(__file__).parent / "old" / "v0005.sql"
"""As pg_dump wrote it: reports of 2021, 2022 and 2024, some of them closed then, some merged."""
_GRANTED = (
    f"GRANT USAGE ON SCHEMA desk, guard, masked TO {NAME}_supervisor",
    f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA desk, guard TO {NAME}_supervisor",
    f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA desk, guard TO {NAME}_supervisor",
)
"""A dump holds no grants; the step gives them anew."""
_DESK = (
    "UPDATE request SET status = 'acknowledged', version = version + 1 WHERE id IN"
    " (SELECT id FROM request WHERE id = %s ORDER BY id FOR NO KEY UPDATE) RETURNING version"
)
"""What a desk of revision 0005 asks."""
_SAY = "INSERT INTO desk.event (request_id, at, actor, kind) VALUES (%s, 1, 'w', 'note')"
_SAYS = (
    "SELECT id, number, upstream, upstream_id, status, outcome, closed_at, merged_into, crew_id, version, description"
    " FROM desk.request ORDER BY id"
)


@pytest.fixture
def admin(postgres: Postgres) -> Iterator[str]:
    url = postgres.url(NAME, "postgres")
    setup.prepare(url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute(f"SET ROLE {owner(NAME)}")
        raw.execute(OLD.read_text(encoding="utf-8").encode())
        for statement in _GRANTED:
            raw.execute(statement.encode())
    members.add(url, "old_hand", Group.SUPERVISOR)
    yield url
    postgres.ask(f"DROP DATABASE {NAME} WITH (FORCE)")
    for role in (*(f"{NAME}_{group}" for group in Group), f"{NAME}_owner", "old_hand"):
        postgres.ask(f"DROP ROLE {role}")


def rows(url: str, asked: str = _SAYS) -> list[tuple[Any, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as raw:
        return raw.execute(asked.encode()).fetchall()


def test_everything_is_there_and_lies_where_it_belongs(admin: str, postgres: Postgres) -> None:
    before = rows(admin)
    assert migrate(admin) == Migrated("0005", schema.HEAD)
    assert rows(admin) == before
    lies = dict(rows(admin, "SELECT id, shelf FROM desk.request"))
    closed = {row[0]: row[6] for row in before}
    assert {lies[i] for i, at in closed.items() if at is None} == {0}
    assert sorted({lies[i] for i, at in closed.items() if at is not None}) == [2021, 2022, 2024]
    assert rows(admin, "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated") == []
    assert chain.verify(admin).faults == []
    with closing(Store.open(postgres.url(NAME, "old_hand"))) as store:
        assert_index_is_whole(store)
        for row in before:
            assert queries.find(store, row[1]) == row[0]
            assert queries.detail(store, row[0]).events
        assert {queries.find(store, row[3]) for row in before if row[3]} == {row[0] for row in before if row[3]}


def test_an_old_row_that_would_be_refused_today_keeps_nothing_from_being_brought_up_to_date(
    admin: str, postgres: Postgres
) -> None:
    (open_one,) = next(row[:1] for row in rows(admin) if row[4] != "closed")
    with psycopg.connect(admin.replace("+psycopg", "")) as raw:
        raw.execute("UPDATE desk.request SET lat = 999, lon = 1 WHERE id = %s", (open_one,))
    assert migrate(admin) == Migrated("0005", schema.HEAD)
    with closing(Store.open(postgres.url(NAME, "old_hand"))) as store:
        assert store.actor is not None
        with pytest.raises(StoreProblem, match="no desk could read"):
            claim(Acting(store, store.actor, POLICIES, timedelta()), [int(open_one)])


def test_it_is_the_shape_that_one_made_today_has(admin: str, postgres: Postgres) -> None:
    """Tables, columns, constraints, indexes and triggers, whatever the order of the columns."""
    asked = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default FROM"
        " information_schema.columns WHERE table_schema IN ('desk', 'guard', 'masked')",
        "constraints": "SELECT conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '')"
        " FROM pg_constraint WHERE connamespace IN ('desk'::regnamespace, 'guard'::regnamespace)",
        "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname IN ('desk', 'guard')",
        "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal",
        "functions": "SELECT proname, pg_get_function_arguments(oid), md5(prosrc) FROM pg_proc"
        " WHERE pronamespace IN ('desk'::regnamespace, 'guard'::regnamespace)",
        "views": "SELECT viewname, definition FROM pg_views WHERE schemaname IN ('desk', 'masked')",
    }
    migrate(admin)
    new = postgres.url("today", "postgres")
    setup.init(new)
    try:
        for year in (2021, 2022, 2024):
            with psycopg.connect(new.replace("+psycopg", "")) as raw:
                raw.execute("SET search_path = desk")
                raw.execute(
                    "INSERT INTO request (id, number, status, outcome, channel, requested_at, updated_at, closed_at)"
                    " VALUES (%s, %s, 'closed', 'fixed', 'app', 0, 0, 1000 * extract(epoch FROM make_date(%s, 5, 3)))",
                    (year, str(year), year),
                )
                raw.execute("SELECT guard.shelf_made()")
                raw.execute("SELECT guard.shelve(1)")
        for what, question in asked.items():
            assert set(rows(admin, question)) == set(rows(new, question)), what
    finally:
        postgres.ask("DROP DATABASE today WITH (FORCE)")


@pytest.mark.parametrize("before", ["0004", "0005"])
def test_it_waits_for_a_desk_that_would_not_say_what_it_tells(admin: str, postgres: Postgres, before: str) -> None:
    if before == "0004":
        with psycopg.connect(admin.replace("+psycopg", "")) as raw:
            raw.execute("DROP TRIGGER request_guard ON desk.request")  # as it then was, it knew no claims
            raw.execute("ALTER TABLE desk.request DROP COLUMN claimed_by")
            raw.execute("UPDATE desk.alembic_version SET version_num = '0004'")
            raw.execute("UPDATE desk.meta SET value = '0004' WHERE key = 'desk_from'")
    where = postgres.url(NAME, "old_hand").replace("+psycopg", "")
    with psycopg.connect(where, application_name=f"connect-console {before}", options="-c search_path=desk") as desk:
        (open_one,) = desk.execute("SELECT max(id) FROM request WHERE status = 'new'").fetchone() or (0,)
        desk.commit()
        assert migrate(admin) == Migrated(before, before, ("old_hand",))
        assert desk.execute(_DESK, (open_one,)).fetchone() == (2,), "it works on"
        desk.rollback()
    assert migrate(admin) == Migrated(before, schema.HEAD)
    with closing(Store.open(postgres.url(NAME, "old_hand"))) as store:
        assert store.actor is not None
        claim(Acting(store, store.actor, POLICIES, timedelta()), [int(open_one)])
        assert queries.detail(store, int(open_one)).request.claimed_by == "old_hand"
    assert rows(admin, "SELECT to_regclass('desk.search_plain') IS NULL, to_regclass('guard.pepper') IS NULL") == [
        (False, True)
    ]


def test_what_was_looked_up_of_a_caller_is_looked_up_no_more(admin: str) -> None:
    """And what they asked for themselves stays, while desks of before are at work."""
    migrate(admin)
    with psycopg.connect(admin.replace("+psycopg", ""), options="-c search_path=desk") as raw:
        raw.execute("ALTER TABLE caller ADD COLUMN silenced boolean NOT NULL DEFAULT false")
        raw.execute(
            "INSERT INTO caller (id, request_id, do_not_call, silenced)"
            " SELECT 900 + n, (SELECT min(id) FROM request), true, n = 1 FROM generate_series(1, 2) AS n"
        )
        raw.execute("DROP INDEX event_failed, event_reopened")  # as it then was
        raw.execute("UPDATE alembic_version SET version_num = '0013'")
    with psycopg.connect(admin.replace("+psycopg", ""), application_name="connect-console 0009"):
        assert migrate(admin) == Migrated("0013", schema.HEAD)
    asked = "SELECT id, do_not_call FROM {}.caller WHERE id > 900 ORDER BY id"
    assert rows(admin, asked.format("desk")) == rows(admin, asked.format("masked")) == [(901, False), (902, True)]
    assert rows(admin, "SELECT attname FROM pg_attribute WHERE attname = 'silenced'") == []


def test_indexes_are_made_while_everybody_writes(admin: str) -> None:
    """One that is missing and one that was broken off; a colleague wrote before, and another writes meanwhile."""
    migrate(admin)
    where = admin.replace("+psycopg", "")
    ((first,), (second,)) = rows(admin, "SELECT id FROM desk.request ORDER BY id LIMIT 2")
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(where) as slow,
        psycopg.connect(where, autocommit=True) as quick,
    ):
        quick.execute("DROP INDEX desk.event_reopened")
        quick.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'desk.event_failed'::regclass")
        slow.execute(_SAY, (first,))
        made = pool.submit(migrate, admin)
        while not quick.execute("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'virtualxid'").fetchall():
            assert not wait([made], 0.01).done
        quick.execute("SET lock_timeout = '10s'")
        quick.execute(_SAY, (second,))
        slow.commit()
        assert made.result(60) == Migrated(schema.HEAD, schema.HEAD)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid::regclass::text IN ('desk.{0}', '{0}')"
    assert rows(admin, valid.format("event_failed")) == rows(admin, valid.format("event_reopened")) == [(True,)]


def test_work_goes_on_where_it_was(admin: str, postgres: Postgres) -> None:
    """Numbers count on, what is pulled is known, what was closed is opened again."""
    numbers = {row[1] for row in rows(admin)}
    (closed,) = next(row[:1] for row in rows(admin) if row[5] == "fixed" and row[3])
    (known,) = next(row[3:4] for row in rows(admin) if row[0] == closed)
    migrate(admin)
    with closing(Store.open(admin)) as store:
        assert store.actor is not None
        acting = Acting(store, Actor(store.actor.name, ALL_ROLES), POLICIES, timedelta(0))
        (new,) = logged(acting).ids
        assert queries.detail(store, new).request.number not in numbers
        assert pull(store, shown(known)).new == 0
        commands.set_status(acting, [closed], Status.IN_PROGRESS)
        assert shelves.keep(store) == 1
    lies = dict(rows(admin, "SELECT id, shelf FROM desk.request"))
    assert (lies[closed], lies[new]) == (0, 0)
