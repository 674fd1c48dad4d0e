"""A real store in a file, and whoever acts on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.domain.status import ALL_ROLES, Role
from services.domain.values import Actor, Crew
from services.store import queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from tests.services.store.parts import POLICIES

Act = Callable[..., Acting]


@pytest.fixture
def act(store: Store) -> Act:
    def acting(name: str = "ana", roles: frozenset[Role] = ALL_ROLES, hold: float = 10.0) -> Acting:
        return Acting(store, Actor(name, roles), POLICIES, timedelta(seconds=hold))

    return acting


@pytest.fixture
def crew(store: Store) -> int:
    save_crews(store, [Crew(0, "Forestry 2"), Crew(0, "Streets 1"), Crew(0, "Retired", active=False)])
    return next(c.id for c in queries.crews(store) if c.name == "Forestry 2")
