"""A store that could not be opened leaves no connection: a desk tries once a second, and a server has few places."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from services.domain.rights import Group
from services.errors import StoreProblem
from services.store.store import Store
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.team.conftest import NAMES

PATIENCE = 20
OF_US = "FROM pg_stat_activity WHERE application_name = 'passing_by'"
NAME = NAMES[Group.AUDITOR]


@pytest.fixture
def admin(team: Postgres, server_url: str) -> Iterator[psycopg.Connection[Any]]:
    """What is done to the store by it is taken back."""
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        (version,) = connection.execute("SELECT version_num FROM desk.alembic_version").fetchall()
        kept = connection.execute("SELECT key, value FROM desk.meta").fetchall()
        yield connection
        connection.execute("UPDATE desk.alembic_version SET version_num = %s", version)
        connection.execute("DELETE FROM desk.meta")
        connection.cursor().executemany("INSERT INTO desk.meta (key, value) VALUES (%s, %s)", kept)
        connection.execute(f"GRANT SELECT ON desk.meta TO {TEMPLATE}_auditor")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("UPDATE desk.alembic_version SET version_num = '0001'", "older than this version"),
        (
            "INSERT INTO desk.meta (key, value) VALUES ('desk_from', '9999')"
            " ON CONFLICT (key) DO UPDATE SET value = '9999'",
            "too old for the team's database",
        ),
        (f"REVOKE SELECT ON desk.meta FROM {TEMPLATE}_auditor", "may not do that"),
    ],
    ids=["an older database", "an outgrown desk", "a right that is gone"],
)
def test_nothing_stays_open(team: Postgres, admin: psycopg.Connection[Any], fault: str, said: str) -> None:
    admin.execute(fault.encode())
    for _ in range(3):
        with pytest.raises(StoreProblem, match=said):
            Store.open(team.url(TEMPLATE, NAME))
    asked = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
    until = time.monotonic() + PATIENCE  # the server learns of a close a moment later
    while (left := admin.execute(asked, (NAME,)).fetchone()) != (0,) and time.monotonic() < until:
        team.ask("SELECT pg_sleep(0.02)")
    assert left == (0,)


def test_the_database_of_another_program_gets_none_either(postgres: Postgres) -> None:
    for _ in range(3):
        with pytest.raises(StoreProblem, match="holds no Connect Console store"):
            Store.open(f"{postgres.admin}?application_name=passing_by")
    until = time.monotonic() + PATIENCE
    while (left := postgres.ask(f"SELECT count(*) {OF_US}")) != [(0,)] and time.monotonic() < until:
        postgres.ask("SELECT pg_sleep(0.02)")
    assert left == [(0,)]
