"""Stores of older versions are brought up to date with what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.config import Config

from services import sqlite
from services.store import queries, search
from services.store.callers import known
from services.store.store import Store

HOUR = 3_600_000


def made(path: Path, shape: str, rows: Sequence[str]) -> None:
    """A store as that version left it."""
    engine = sqlite.engine(path)
    with sqlite.writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", "services.store:migrations")
        config.attributes["connection"] = connection
        upgrade(config, shape)
        for statement in ("INSERT INTO meta VALUES ('store_id', 'theirs')", *rows):
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_store_of_the_first_shape_is_brought_up_to_date_with_what_it_holds(url: str, tmp_path: Path) -> None:
    rows = (
        "INSERT INTO counter VALUES (2026, 417)",
        "INSERT INTO request (id, number, upstream, upstream_id, status, description, requested_at, updated_at)"
        " VALUES (1, '26-000417', 'city', '101000987654', 'new', 'Fallen elm', 0, 0)",
        "INSERT INTO search (rowid, number, place, description, callers, notes)"
        " SELECT id, number, place, description, callers, notes FROM request_words",
    )
    made(tmp_path / "desk.db", "0001", rows)
    store = Store.open(url)
    try:
        assert store.store_id == "theirs"
        for words, found in (("elm", [1]), ("26-000417", [1]), ("7654", [1]), ("987654", [1]), ("417", [])):
            assert queries.search(store, words) == found, words
        assert queries.find(store, "417") == 1
        with store.write() as connection:
            search.leave(connection, [1])
            search.enter(connection, [1])
            connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    finally:
        store.close()


@pytest.mark.parametrize("shape", ["0001", "0002"])
def test_callers_of_an_older_store_are_known_by_number_and_address(url: str, tmp_path: Path, shape: str) -> None:
    rows = (
        "INSERT INTO request (id, number, status, channel, requested_at, updated_at)"
        " VALUES (1, '26-000417', 'new', 'phone', 0, 0)",
        "INSERT INTO caller (id, request_id, name, phone, email) VALUES"
        " (1, 1, 'Ana', '+1 617-555-0142', 'Ana@Example.org'), (2, 1, 'Bo', '617 555 0199', ''),"
        " (3, 1, '', '', '')",
        "INSERT INTO outbox (id, request_id, upstream, kind, state, created_at, held_until, next_try_at)"
        " VALUES ('x', 1, 'city', 'update', 'queued', 0, 0, 0)",
        "INSERT INTO search (rowid, number, place, description, callers, notes)"
        " SELECT id, number, place, description, callers, notes FROM request_words",
    )
    made(tmp_path / "desk.db", shape, rows)
    store = Store.open(url)
    try:
        assert [known(store, typed)[0].name for typed in ("617.555.0142", "16175550199")] == ["Ana", "Bo"]
        assert known(store, email="ana@example.org")[0].requests[0].number == "26-000417"
        callers = queries.detail(store, 1).callers
        assert [(c.reply, c.consent, c.do_not_call, c.joined) for c in callers] == [("", True, False, False)] * 3
        assert queries.search(store, "bo 0199") == [1]
        with store.write() as connection:
            connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
    finally:
        store.close()


def test_what_was_on_hold_before_clocks_stood_is_due_as_if_they_had(url: str, tmp_path: Path) -> None:
    when = {"on_hold": HOUR, "in_progress": 2 * HOUR}
    came = ((1, "on_hold"), (2, "on_hold"), (2, "in_progress"))
    story = ", ".join(f"({i}, {when[to]}, 'status', json_object('to', '{to}'))" for i, to in came)
    reports = ((1, "on_hold"), (2, "in_progress"), (3, "new"), (4, "on_hold"))
    promised = {4: str(5 * HOUR)}
    requests = ", ".join(
        f"({i}, '26-{i}', 'city', 'u{i}', 'tree', '{status}', 0, 0, {promised.get(i, 'NULL')}, {8 * HOUR})"
        for i, status in reports
    )
    columns = "id, number, upstream, upstream_id, service_code, status, requested_at, updated_at, expected_at, due_at"
    rows = (
        "INSERT INTO service (upstream, code, name, sla_hours) VALUES ('city', 'tree', 'Tree', 8)",
        f"INSERT INTO request ({columns}) VALUES {requests}",
        f"INSERT INTO event (request_id, at, kind, data) VALUES {story}",
    )
    made(tmp_path / "desk.db", "0006", rows)
    store = Store.open(url)
    try:
        assert [row.due_ms for row in queries.columns(store)] == [None, 9 * HOUR, 8 * HOUR, 8 * HOUR]
        assert [row.id for row in queries.news(store, len(came))[2]] == [1, 2], "a list that was left hears of it"
    finally:
        store.close()
