"""Members of a team on a real server: one of each group, with connections and stores of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from services.domain.rights import Group
from services.domain.status import ALL_ROLES
from services.domain.values import Actor, Crew
from services.store import queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from services.team import members
from tests.server import TEMPLATE
from tests.services.clock import Clock
from tests.services.postgres import Postgres
from tests.services.store.parts import POLICIES

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


@dataclass(frozen=True)
class Crowd:
    """Everybody at work on one store, each logged in as themselves."""

    opens: Callable[[str], Store]

    def acting(self, group: Group, name: str = "", *, forged: bool = False) -> Acting:
        """A member at the desk, in the roles that the server knows; `forged`: our own checks let them do anything."""
        store = self.opens(name or NAMES[group])
        assert store.actor is not None
        actor = Actor(store.actor.name, ALL_ROLES) if forged else store.actor
        return Acting(store, actor, POLICIES, timedelta(seconds=10))

    @property
    def worker(self) -> Store:
        """The worker's store."""
        return self.opens(NAMES[Group.WORKER])


@pytest.fixture
def crowd(as_member: Callable[[str], Store]) -> Crowd:
    return Crowd(as_member)


@pytest.fixture
def crew(crowd: Crowd) -> int:
    save_crews(crowd.opens(NAMES[Group.SUPERVISOR]), [Crew(0, "Forestry 2"), Crew(0, "Streets 1")])
    return queries.crews(crowd.worker)[0].id
