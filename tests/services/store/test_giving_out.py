"""What is accepted of a proposal: all in one, taken back in one, and nothing where somebody was quicker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.shifts import Shifts
from services.domain.status import Outcome, Role, Status
from services.domain.values import Crew, EventKind
from services.errors import Conflict, Expected, Forbidden, Invalid, NotFound
from services.store import commands, queries
from services.store.crews import save_crews
from services.store.days import plan, planned, stops
from services.store.giving_out import give_out
from services.store.store import Store
from services.store.undo import undo
from tests.services.store.conftest import Act
from tests.services.store.parts import pull, shown

FIRST, SECOND, RETIRED = 1, 2, 3


@pytest.fixture(autouse=True)
def requests(store: Store, crew: int) -> None:
    pull(store, *(shown(f"u{i}") for i in range(4)))


def crews(store: Store) -> list[int | None]:
    return [row.crew_id for row in queries.every(store)]


def test_it_is_one_operation_with_a_line_for_each_and_one_undo(store: Store, act: Act) -> None:
    before = list(queries.every(store))
    done = give_out(act(), {3: SECOND, 1: FIRST, 2: SECOND}, store.head())
    assert done.sentence == "3 requests assigned to 2 crews"
    assert sorted(done.ids) == [1, 2, 3]
    assert crews(store) == [FIRST, SECOND, SECOND, None]
    for request_id in (1, 2, 3):
        detail = queries.detail(store, request_id)
        assert detail.request.status is Status.ASSIGNED
        ours = {e.kind for e in detail.events if e.operation == done.operation}
        assert ours == {EventKind.ASSIGNED, EventKind.PLANNED}
    undo(act())
    assert crews(store) == [None] * 4
    assert [row.status for row in queries.every(store)] == [row.status for row in before]
    with pytest.raises(Invalid, match="nothing to undo"):
        undo(act())


def test_it_is_the_same_as_assigning_one_after_another(store: Store, act: Act) -> None:
    give_out(act(), {1: FIRST})
    commands.assign(act(), [2], FIRST)
    one, other = (queries.detail(store, i) for i in (1, 2))
    kept = [(e.kind, e.data) for e in one.events if e.kind != EventKind.PLANNED]
    assert kept == [(e.kind, e.data) for e in other.events]
    assert (one.request.status, one.request.crew) == (other.request.status, other.request.crew)


def test_what_is_given_stands_last_on_the_list_of_the_next_day_on_which_the_crew_works(store: Store, act: Act) -> None:
    today = store.clock().date()
    off = today + timedelta(days=1)
    save_crews(store, [replace(c, shifts=Shifts((), ((today, None), (off, None)))) for c in _named(store, SECOND)])
    plan(act(), FIRST, today, [4], [])
    give_out(act(), {3: FIRST, 1: FIRST, 2: SECOND})
    assert stops(store, today) == {FIRST: (4, 3, 1)}
    assert stops(store, off + timedelta(days=1)) == {SECOND: (2,)}
    assert planned(store, off) == {SECOND: (2,)}
    assert planned(store, today) == {FIRST: (4, 3, 1), SECOND: (2,)}
    undo(act())
    assert planned(store, today) == {FIRST: (4,)}


def _named(store: Store, crew_id: int) -> list[Crew]:
    return [c for c in queries.crews(store) if c.id == crew_id]


def test_who_was_quicker_stops_all_of_it_and_is_named(store: Store, act: Act) -> None:
    head = store.head()
    commands.assign(act("ben"), [2], SECOND)
    with pytest.raises(Conflict, match=r"ben"):
        give_out(act("ana"), {1: FIRST, 2: FIRST}, head)
    with pytest.raises(Conflict, match="has a crew by now"):
        give_out(act("ben"), {1: FIRST, 2: FIRST}, head)
    assert crews(store) == [None, SECOND, None, None]


def test_a_note_of_a_colleague_stops_nothing(store: Store, act: Act) -> None:
    head = store.head()
    commands.add_note(act("ben"), [1], "gate code at the door")
    give_out(act("ana"), {1: FIRST}, head)
    assert crews(store)[0] == FIRST


def test_what_cannot_be_is_refused_whole(store: Store, act: Act) -> None:
    commands.set_status(act(), [4], Status.CLOSED, Outcome.FIXED)
    for wrong, kind in (
        ({1: FIRST, 2: RETIRED}, NotFound),
        ({1: FIRST, 2: 99}, NotFound),
        ({1: FIRST, 99: FIRST}, NotFound),
        ({1: FIRST, 4: FIRST}, Expected),
        ({}, Invalid),
    ):
        with pytest.raises(kind):
            give_out(act(), wrong)
    with pytest.raises(Forbidden):
        give_out(act(roles=frozenset({Role.CALL_TAKER})), {1: FIRST})
    assert crews(store) == [None] * 4
