"""A real store in a file, a clock that moves only when told, and upstreams of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.domain.policy import Policy
from services.domain.status import ALL_ROLES, Role
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Actor
from services.store.acting import Acting
from services.store.store import Store

NOON = datetime(2026, 8, 29, 12, tzinfo=UTC)


class Clock:
    """A clock that moves a millisecond with each look, and further when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


POLICIES = {
    "city": Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=True, notifies=True),
    "plain": Policy("plain", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=True),
    "fms": Policy("fms", STATUS_MAPS[Dialect.FIXMYSTREET], takes_updates=True),
    "silent": Policy("silent", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=False),
}

Act = Callable[..., Acting]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store.open(url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def act(store: Store) -> Act:
    def acting(name: str = "ana", roles: frozenset[Role] = ALL_ROLES, hold: float = 10.0) -> Acting:
        return Acting(store, Actor(name, roles), POLICIES, timedelta(seconds=hold))

    return acting
