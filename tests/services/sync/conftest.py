"""A real store with requests pulled from a city in memory, and a clock that moves only when told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.domain.outbox import OutboxItem, OutboxState
from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.store import Store
from services.sync.pace import Pace
from services.sync.policies import policies
from services.sync.pull import learn, pull
from services.sync.relay import Relay, RelayReport
from tests.services.clock import Clock
from tests.services.sync.city import City, config


@dataclass
class Desk:
    """A desk with one city: what a person does, and what the relay makes of it."""

    store: Store
    clock: Clock
    cities: dict[str, City]
    pace: Pace = field(default_factory=lambda: Pace(lambda: 0.0))
    hold: float = 0.0

    @property
    def city(self) -> City:
        return self.cities["city"]

    @property
    def acting(self) -> Acting:
        known = policies([c.config for c in self.cities.values()], queries.upstream_states(self.store))
        return Acting(self.store, Actor("ana", ALL_ROLES), known, timedelta(seconds=self.hold))

    def pull(self, name: str = "city") -> None:
        city = self.cities[name]
        learn(self.store, city)
        pull(self.store, city, self.acting.policies[name])

    def pulled(self, upstream_id: str = "1", name: str = "city") -> int:
        """A resident's report, already in the store."""
        self.cities[name].add(upstream_id)
        self.pull(name)
        return queries.find(self.store, upstream_id)

    def say(self, request_id: int, text: str = "A crew is on its way.") -> None:
        commands.send_message(self.acting, [request_id], text)

    def relay(self) -> RelayReport:
        return self.relayer().run()

    def relayer(self) -> Relay:
        return Relay(self.store, self.cities, self.acting.policies, self.pace)

    def items(self) -> list[OutboxItem]:
        return outbox.listing(self.store, unfinished_only=False)

    def states(self) -> list[OutboxState]:
        return [item.state for item in self.items()]

    def crash_in_sending(self) -> OutboxItem:
        """What a process leaves that was killed after its claim was committed."""
        due = outbox.waiting(self.store, list(self.cities), self.clock())
        claimed = outbox.claim(self.store, due[0].id, self.clock())
        assert claimed is not None
        return claimed


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store, clock, {"city": City(config(), clock)})
