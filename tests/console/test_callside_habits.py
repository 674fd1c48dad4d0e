"""What a call's possible duplicates rest on: which services were merged at this desk, and what is open now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.callside import CallSide
from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.intake.duplicates import Sought
from services.queue.snapshot import Snapshot, build
from services.store import queries
from services.store.acting import Acting
from services.store.merging import merge
from services.store.store import Store
from tests.services.clock import NOON, Clock
from tests.services.store.parts import POLICIES, pull, shown


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/desk.db", clock=Clock())
    yield made
    made.close()


def snapshot_of(store: Store) -> Snapshot:
    return build(queries.columns(store), queries.crews(store), store.head())


def test_what_was_merged_tells_which_services_mean_the_same(store: Store) -> None:
    pull(store, shown("a"), shown("b", service_code="lamp", service="Lamp out"), shown("c"))
    merge(Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(0)), [2], 1)
    side = CallSide()
    place = shown("d").place
    sought = Sought(place.lat, place.lon, "tree", "Tree Emergencies", "city", "", place.address, NOON)
    found = side.duplicates(store, snapshot_of(store), sought)
    assert [c.request_id for c in found] == [1, 3], "what is merged is closed"
    assert side._nearby is not None
    assert side._nearby._kinds.habits.together == {
        ("Lamp out", "Tree Emergencies"): 1,
        ("Tree Emergencies", "Lamp out"): 1,
    }
    pull(store, shown("e"))
    again = side.duplicates(store, snapshot_of(store), replace(sought, at=NOON + timedelta(hours=1)))
    assert sorted(c.request_id for c in again) == [1, 3, 4], "what came since is found too"
