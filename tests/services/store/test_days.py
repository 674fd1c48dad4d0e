"""A crew's day: a list in an order, kept, shared, taken back, and clear about what is done or given to others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.policy import LOCAL
from services.domain.status import Outcome, Role, Status
from services.domain.story import Story
from services.domain.values import Changes, EventKind
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.store import commands, queries
from services.store.crews import edit_crews
from services.store.days import MOST, _places, plan, stops
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.store.conftest import Act
from tests.services.store.parts import pull, shown

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture(autouse=True)
def five(store: Store, crew: int) -> None:
    """Five requests; nobody has them."""
    pull(store, *(shown(f"u{i}") for i in range(5)))


def listed(store: Store, crew: int, day: date = MONDAY) -> list[int]:
    return list(stops(store, day).get(crew, ()))


def planned(act: Act, crew: int, ids: Sequence[int], day: date = MONDAY, seen: Sequence[int] | None = None) -> Changes:
    acting = act()
    return plan(acting, crew, day, ids, listed(acting.store, crew, day) if seen is None else seen)


def lines(store: Store, request_id: int) -> list[str]:
    detail = queries.detail(store, request_id)
    return [Story(detail, LOCAL).line(event).words for event in detail.events]


def test_requests_are_put_on_a_list_and_assigned_in_one_command_and_one_undo(store: Store, act: Act, crew: int) -> None:
    commands.assign(act(), [2], crew)
    done = planned(act, crew, [3, 1, 2])
    assert done.sentence == "3 requests put on Forestry 2's list for Mon 23 Nov"
    assert set(done.ids) == {1, 2, 3}
    assert listed(store, crew) == [3, 1, 2]
    assert {row.crew_id for row in queries.columns(store, [1, 2, 3])} == {crew}
    assert lines(store, 3)[0] == "Put on Forestry 2's list for 2026-11-23 by ana"
    undo(act())
    assert listed(store, crew) == []
    assert [row.crew_id for row in queries.columns(store, [1, 2, 3])] == [None, crew, None]
    redo(act())
    assert listed(store, crew) == [3, 1, 2]
    assert {row.crew_id for row in queries.columns(store, [1, 2, 3])} == {crew}


def test_a_list_takes_no_more_than_anybody_does_in_a_day(store: Store, act: Act, crew: int) -> None:
    with pytest.raises(Invalid, match="takes 200 jobs at most"):
        planned(act, crew, range(1, MOST + 2))
    assert listed(store, crew) == []


def test_an_order_is_changed_and_only_what_moves_is_written_down(store: Store, act: Act, crew: int) -> None:
    planned(act, crew, [1, 2, 3, 4])
    head = store.head()
    assert planned(act, crew, [4, 1, 2, 3]).sentence == "Forestry 2's list for Mon 23 Nov put in another order"
    assert [row.id for row in queries.news(store, head)[2]] == [4]
    assert listed(store, crew) == [4, 1, 2, 3]
    assert lines(store, 4)[0] == "Moved on Forestry 2's list by ana"
    undo(act())
    assert listed(store, crew) == [1, 2, 3, 4]


def test_a_request_leaves_a_list_and_may_stand_on_another_days(store: Store, act: Act, crew: int) -> None:
    planned(act, crew, [1, 2, 3])
    assert planned(act, crew, [1, 3]).sentence == "1 request taken off Forestry 2's list for Mon 23 Nov"
    assert lines(store, 2)[0] == "Taken off Forestry 2's list for 2026-11-23 by ana"
    planned(act, crew, [3, 2], TUESDAY)
    assert (listed(store, crew), listed(store, crew, TUESDAY)) == ([1], [3, 2])
    undo(act())
    assert (listed(store, crew), listed(store, crew, TUESDAY)) == ([1, 3], [])


def test_what_is_done_stays_on_its_list_and_what_another_crew_has_does_not(store: Store, act: Act, crew: int) -> None:
    other = next(c.id for c in queries.crews(store) if c.name == "Streets 1")
    planned(act, crew, [1, 2, 3])
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED, "Done")
    commands.assign(act(), [2], other)
    assert listed(store, crew) == [1, 3]
    assert listed(store, other) == []
    undo(act())
    assert listed(store, crew) == [1, 2, 3]
    planned(act, crew, [3, 2, 1])
    assert listed(store, crew) == [3, 2, 1]


def test_whoever_decided_on_another_list_is_told(store: Store, act: Act, crew: int) -> None:
    planned(act, crew, [1])
    with pytest.raises(Conflict, match="list was changed meanwhile"):
        planned(act, crew, [2], seen=[])
    assert listed(store, crew) == [1]


def test_an_undo_that_comes_too_late_says_so_and_leaves_all(store: Store, act: Act, crew: int) -> None:
    planned(act, crew, [1, 2])
    plan(act("ben"), crew, MONDAY, [2, 1], [1, 2])
    with pytest.raises(Conflict, match="list was changed meanwhile, so it cannot be undone"):
        undo(act())
    assert listed(store, crew) == [2, 1]


def test_what_cannot_be_planned_is_said(store: Store, act: Act, crew: int) -> None:
    commands.set_status(act(), [5], Status.CLOSED, Outcome.NOT_OURS, "No")
    retired = next(c.id for c in queries.crews(store) if c.name == "Retired")
    with pytest.raises(Invalid, match="It is closed"):
        planned(act, crew, [1, 5])
    with pytest.raises(NotFound, match="no such crew"):
        planned(act, retired, [1])
    with pytest.raises(NotFound, match="not in this store"):
        planned(act, crew, [99])
    with pytest.raises(Forbidden):
        plan(act(roles=frozenset({Role.CALL_TAKER})), crew, MONDAY, [1], [])
    planned(act, crew, [1])
    with pytest.raises(Invalid, match="so already"):
        planned(act, crew, [1])
    assert listed(store, crew) == [1]


def test_the_name_in_history_is_the_crews_name_now(store: Store, act: Act, crew: int) -> None:
    planned(act, crew, [1])
    found = next(c for c in queries.crews(store) if c.id == crew)
    edit_crews(act(), [type(found)(crew, "Trees")])
    assert lines(store, 1)[0].startswith("Put on Trees's list")
    events = [e.kind for e in queries.detail(store, 1).events]
    assert events[:2] == [EventKind.PLANNED, EventKind.ASSIGNED]


@given(st.permutations(range(8)), st.integers(0, 8), st.lists(st.floats(-5, 5), min_size=8, max_size=8))
def test_positions_ascend_and_whatever_can_keep_its_own_does(order: list[int], known: int, at: list[float]) -> None:
    before = dict(zip(range(known), sorted(at), strict=False))
    places = _places(before, order)
    assert all(places[a] < places[b] for a, b in pairwise(order))
    if [i for i in order if i in before] == sorted(before) and all(b - a > 0.1 for a, b in pairwise(before.values())):
        assert all(places[i] == before[i] for i in before)


def test_a_place_between_two_is_found_again_and_again(store: Store, act: Act, crew: int) -> None:
    planned(act, crew, [1, 2, 3])
    for _ in range(40):
        first, second, third = listed(store, crew)
        planned(act, crew, [first, third, second])
        assert listed(store, crew) == [first, third, second]
