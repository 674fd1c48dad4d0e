"""Callers are kept as long as the city says, and longer where they still have something to hear."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.domain.status import Outcome, Role, Status
from services.domain.values import EventKind
from services.errors import Forbidden
from services.store import commands, outbox, queries
from services.store.callers import known
from services.store.joining import CallerWords, join
from services.store.merging import merge
from services.store.retention import retention
from services.store.store import Store
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import history, logged

NOT_TOLD = {"reply": "none"}


@pytest.fixture
def later(store: Store, act: Act, clock: Clock) -> datetime:
    """1 closed long ago, 2 a year later, 3 open, 4 merged into the open one, 5 merged into the first."""
    for name in ("Ana", "Bo", "Cy", "Di", "Eve"):
        logged(act(), name=name, phone="617 555 0142", **NOT_TOLD)
    join(act(), 1, CallerWords("Flo", reply="none"), "Wolframite")
    merge(act(), [4], 3)
    merge(act(), [5], 1)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    clock.forward(days=365)
    commands.set_status(act(), [2], Status.CLOSED, Outcome.FIXED)
    return clock.forward(days=30)


def names(store: Store) -> list[list[str]]:
    return [[c.name for c in queries.detail(store, i).callers] for i in range(1, 6)]


def test_a_dry_run_says_how_many_by_year_and_changes_nothing(store: Store, act: Act, later: datetime) -> None:
    head, before = history(store), names(store)
    assert retention(act(roles=frozenset({Role.CALL_TAKER})), later, dry_run=True) == {2026: 3, 2027: 1}
    assert (history(store), names(store)) == (head, before)


def test_those_of_long_ago_are_erased(store: Store, act: Act, later: datetime) -> None:
    closed = queries.detail(store, 2).request.closed_at
    assert closed is not None
    assert retention(act(), closed, dry_run=False) == {2026: 3}
    assert names(store) == [["", ""], ["Bo"], ["Cy"], ["Di"], [""]]
    assert [e.kind for e in queries.detail(store, 1).events[:1]] == [EventKind.ERASED]
    assert "Wolframite" not in str(queries.detail(store, 1).events)
    assert queries.search(store, "wolframite") == queries.search(store, "flo") == []
    assert len(known(store, "617 555 0142")[0].requests) == 3
    assert retention(act(), closed, dry_run=False) == {}
    assert retention(act(), later, dry_run=False) == {2027: 1}


def test_who_has_something_to_hear_is_kept(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), name="Ana", phone="617 555 0142")
    logged(act(), name="Bo", email="bo@example.org")
    commands.set_status(act(), [1, 2], Status.CLOSED, Outcome.FIXED)
    later = clock.forward(days=900)
    assert retention(act(), later, dry_run=True) == {}
    outbox.spare(store, outbox.listing(store)[0].id)
    assert retention(act(), later, dry_run=True) == {2026: 1}


def test_only_a_supervisor(store: Store, act: Act, later: datetime) -> None:
    with pytest.raises(Forbidden):
        retention(act(roles=frozenset({Role.DISPATCHER})), later, dry_run=False)
