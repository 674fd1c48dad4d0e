"""Members of a team on a real server: one of each group, with connections and stores of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from services.domain.rights import Group
from services.store.store import Store
from services.team import members
from tests.server import TEMPLATE
from tests.services.clock import Clock
from tests.services.postgres import Postgres

NAMES = {group: f"one_{group.value}" for group in Group}
OTHER = "another_call_taker"
"""A second call-taker."""


@pytest.fixture(scope="session")
def team(template: Postgres) -> Postgres:
    """The server, with one member of each group and a second call-taker."""
    admin = template.url(TEMPLATE, "postgres")
    for group, name in NAMES.items():
        members.add(admin, name, group)
    members.add(admin, OTHER, Group.CALL_TAKER)
    return template


@pytest.fixture
def as_member(team: Postgres, server_url: str, clock: Clock) -> Iterator[Callable[[str], Store]]:
    """Opens the store as somebody; the store is empty at first."""
    opened: dict[str, Store] = {}

    def opens(name: str) -> Store:
        if name not in opened:
            opened[name] = Store.open(team.url(TEMPLATE, name), clock=clock)
        return opened[name]

    yield opens
    for store in opened.values():
        store.close()


@pytest.fixture
def raw(team: Postgres, server_url: str) -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """Connects as somebody past everything of ours."""
    made: list[psycopg.Connection[Any]] = []

    def connects(name: str) -> psycopg.Connection[Any]:
        url = f"postgresql://{name}@127.0.0.1:{team.port}/{TEMPLATE}"
        made.append(psycopg.connect(url, options="-c search_path=desk -c timezone=UTC"))
        return made[-1]

    yield connects
    for connection in made:
        connection.close()
