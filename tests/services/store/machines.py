"""What machines of steps begin with: a store of their own in a file, a clock that is told, and whoever acts."""

from __future__ import annotations

import tempfile
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine

from services.domain.status import ALL_ROLES
from services.domain.values import Actor, Crew
from services.store import queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from tests.services.clock import Clock
from tests.services.store.parts import POLICIES

HOLD = timedelta(seconds=10)
FEW_STEPS = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class OnAStore(RuleBasedStateMachine):
    """A machine of steps on a real store in a file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.store = Store.open(f"sqlite:///{self.folder.name}/desk.db", clock=self.clock)
        self.acting = Acting(self.store, Actor("ana", ALL_ROLES), POLICIES, HOLD)

    def crews(self, *names: str) -> list[int]:
        """Crews of these names; their ids."""
        save_crews(self.store, [Crew(0, name, email=f"{name.casefold()}@example.org") for name in names])
        ids = {crew.name: crew.id for crew in queries.crews(self.store)}
        return [ids[name] for name in names]

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.store.close()
        self.folder.cleanup()
