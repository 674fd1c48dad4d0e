"""A real PostgreSQL with a team's store, as fixtures for every test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from services.team import setup
from tests.services.disks import NoDisk
from tests.services.postgres import Postgres, cramped, running

TEMPLATE = "connect_template"


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
    url = template.url(TEMPLATE, "postgres")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(_EMPTY)
    return url


@contextmanager
def cramped_team(where: str) -> Iterator[Postgres]:
    """A server with a team's store, "desks", whose "data" or "wal" is on a small disk of its own; else not run."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(cramped(where, 128))
        except NoDisk as why:
            pytest.skip(f"NOT RUN: a full disk needs root or user namespaces, to mount one ({why}).")
        setup.init(server.url("desks", "postgres"))
        if where == "wal":  # as a standby does that was taken away and is still waited for: nothing is used again
            server.ask("SELECT pg_create_physical_replication_slot('taken_away', true)")
        yield server


_EMPTY = """
DO $$ BEGIN
    SET LOCAL search_path = desk;
    SET LOCAL session_replication_role = replica;
    TRUNCATE guard.chain, guard.move, guard.hand RESTART IDENTITY;
    TRUNCATE request, request_identity, crew, service, sla, routing, upstream_state, seen_update, operation, alert_rule
        RESTART IDENTITY CASCADE;
    DELETE FROM meta WHERE key NOT IN ('store_id', 'desk_from');
    UPDATE meta SET value = gen_random_uuid() WHERE key = 'store_id';
    PERFORM setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), 1, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
