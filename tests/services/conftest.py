"""A store with a clock that the test moves: in a file of its own, or on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from services.store.store import Store
from services.team import setup
from tests.services.clock import Clock
from tests.services.postgres import Postgres, running

TEMPLATE = "connect_template"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> Postgres:
    """The server, with an empty store to copy."""
    setup.init(postgres.url(TEMPLATE, "postgres"))
    return postgres


@pytest.fixture
def server_url(template: Postgres) -> str:
    """An empty store on the server, the same one for each test."""
    engine = create_engine(template.url(TEMPLATE, "postgres"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(_EMPTY)
    return template.url(TEMPLATE, "postgres")


_EMPTY = """
DO $$ BEGIN
    SET LOCAL search_path = desk;
    SET LOCAL session_replication_role = replica;
    TRUNCATE guard.chain, request, crew, service, upstream_state, seen_update, operation RESTART IDENTITY CASCADE;
    DELETE FROM meta WHERE key <> 'store_id';
    UPDATE meta SET value = gen_random_uuid();
    PERFORM setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), 1, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of the store runs on both kinds of store, where its module or itself does not name one."""
    named = [mark for mark in metafunc.definition.iter_markers("parametrize") if "store" in str(mark.args[0])]
    if "store" in metafunc.fixturenames and not named:
        both = metafunc.module.__name__.startswith("tests.services.store.")
        kinds = getattr(metafunc.module, "STORES", ("file", "server") if both else ("file",))
        metafunc.parametrize("store", kinds, indirect=True, ids=kinds if len(kinds) > 1 else [""])


@pytest.fixture
def store(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Store]:
    address = request.getfixturevalue("url" if request.param == "file" else "server_url")
    opened = Store.open(address, clock=clock)
    yield opened
    opened.close()
