"""Merging closes the others as duplicates and ties them to the one that is kept; Undo takes them apart exactly."""

from __future__ import annotations

import tempfile
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.exchange import Receipt
from services.domain.policy import LOCAL, Policy
from services.domain.status import ALL_ROLES, Outcome, Role, Status
from services.domain.statusmap import changed
from services.domain.story import Story
from services.domain.values import Actor, Crew, EventKind
from services.errors import Conflict, Expected, Forbidden, Invalid, NotFound
from services.store import commands, merging, outbox, queries, ties
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.joining import CallerWords, join
from services.store.merging import merge, operation_of
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged, pull, shown


def standing(store: Store) -> dict[int, tuple[str, str | None, int | None, str]]:
    return {
        r.id: (r.status, r.outcome, r.crew_id, queries.detail(store, r.id).merged_into) for r in queries.columns(store)
    }


def numbers(store: Store) -> dict[int, str]:
    return {r.id: r.number for r in queries.columns(store)}


def below(store: Store, request_id: int) -> list[int]:
    with store.read() as connection:
        return ties.merged(connection, request_id)


def test_the_others_are_closed_and_tied(store: Store, act: Act, crew: int) -> None:
    pull(store, *(shown(i) for i in "abc"))
    commands.assign(act(), [2], crew)
    before = standing(store)
    done = merge(act(), [2, 3], 1)
    number = numbers(store)
    assert done.sentence == f"2 requests merged into {number[1]}"
    assert standing(store) == {
        1: before[1],
        2: ("closed", "duplicate", crew, number[1]),
        3: ("closed", "duplicate", None, number[1]),
    }
    assert queries.detail(store, 1).merged == (number[2], number[3])
    assert [e.kind for i in (1, 2, 3) for e in queries.detail(store, i).events[:1]] == [EventKind.MERGED] * 3
    assert [(i.request_id, i.status_word) for i in outbox.listing(store)[-2:]] == [(2, "DUPLICATE"), (3, "DUPLICATE")]
    lines = [Story(d, LOCAL).line(d.events[0]).words for d in (queries.detail(store, i) for i in (1, 2))]
    assert lines == [f"{number[2]}, {number[3]} merged into this one by ana", f"Merged into {number[1]} by ana"]
    undo(act(), operation_of(act(), 3))
    assert standing(store) == before
    assert [i.status_word for i in outbox.listing(store)] == ["ASSIGNED"], "the others were taken back"
    redo(act())
    assert below(store, 1) == [2, 3]


def test_callers_keep_their_own_request(store: Store, act: Act) -> None:
    logged(act(), name="Ana")
    logged(act(), name="Bo")
    merge(act(), [2], 1)
    assert [[c.name for c in queries.detail(store, i).callers] for i in (1, 2)] == [["Ana"], ["Bo"]]
    join(act(), 2, CallerWords("Cy"))
    assert len(queries.detail(store, 2).callers) == 2
    assert queries.detail(store, 1).merged_callers == (2,)
    undo(act())
    assert queries.detail(store, 1).merged_callers == (1,), "who was taken back does not count"


def test_what_is_refused(store: Store, act: Act) -> None:
    pull(store, *(shown(i) for i in "abcd"))
    merge(act(), [2], 1)
    before = standing(store)
    for ids, into, fault, said in (
        ([3], 2, Invalid, "is itself merged"),
        ([1], 2, Invalid, "is itself merged"),
        ([2], 3, Invalid, "merged already"),
        ([3, 1], 1, Invalid, "into itself"),
        ([3], 99, NotFound, "not in this store"),
        ([99], 1, NotFound, "not in this store"),
        ([], 1, Invalid, "No request"),
    ):
        with pytest.raises(fault, match=said):
            merge(act(), ids, into)
    with pytest.raises(Conflict):
        merge(act(), [3], 1, expected={3: 99})
    assert standing(store) == before
    commands.set_status(act(), [4], Status.CLOSED, Outcome.FIXED)
    with pytest.raises(Invalid, match="already closed"):
        merge(act(), [4], 1)
    with pytest.raises(Invalid, match="Undo the merge"):
        commands.set_status(act(), [2], Status.ACKNOWLEDGED)
    with pytest.raises(Invalid, match="not merged"):
        operation_of(act(), 3)


def test_a_duplicate_already_is_only_tied(store: Store, act: Act) -> None:
    pull(store, shown("a"), shown("b", "duplicate"))
    merge(act(), [2], 1)
    assert outbox.listing(store) == []
    undo(act())
    assert standing(store)[2] == ("closed", "duplicate", None, "")


def test_one_that_has_some_may_be_merged_itself(store: Store, act: Act) -> None:
    pull(store, *(shown(i) for i in "abc"))
    merge(act(), [3], 2)
    merge(act(), [2], 1)
    assert (below(store, 1), below(store, 2), below(store, 3)) == ([2, 3], [3], [])


@pytest.mark.parametrize("role", list(Role))
def test_who_may_merge(store: Store, act: Act, role: Role) -> None:
    pull(store, shown("a"), shown("b"))
    acting = act(roles=frozenset({role}))
    if role is Role.CALL_TAKER:
        with pytest.raises(Forbidden):
            merge(acting, [2], 1)
    else:
        assert merge(acting, [2], 1).ids == (1, 2)


def test_an_upstream_that_knows_only_closed_needs_a_message(store: Store, act: Act) -> None:
    pull(store, shown("a"), shown("b"), upstream="plain")
    with pytest.raises(Invalid, match="needs a message"):
        merge(act(), [2], 1)
    merge(act(), [2], 1, "Reported before; we are on it.")
    (item,) = outbox.listing(store)
    assert (item.request_id, item.status_word, item.message) == (2, "CLOSED", "Reported before; we are on it.")
    assert queries.search(store, "reported before") == [2]
    undo(act())
    assert outbox.listing(store) == []


def test_a_city_that_keeps_duplicates_to_itself_still_posts_a_message(store: Store, act: Act) -> None:
    silent = changed(POLICIES["city"].statuses, {"closed/duplicate": ""}, {})
    acting = act()
    keeping = Acting(store, acting.actor, {"city": Policy("city", silent, takes_updates=True)}, timedelta(0))
    pull(store, *(shown(i) for i in "abc"))
    merge(keeping, [2], 1)
    assert outbox.listing(store) == []
    merge(keeping, [3], 1, "Known.")
    assert [i.message for i in outbox.listing(store)] == ["Known."]


def test_many_are_counted_in_the_history(store: Store, act: Act) -> None:
    pull(store, *(shown(str(i)) for i in range(8)))
    merge(act(), range(2, 9), 1)
    assert queries.detail(store, 1).events[0].data["merged"] == "7 requests"


def test_what_changed_since_is_not_torn_apart(store: Store, act: Act) -> None:
    pull(store, *(shown(i) for i in "abc"))
    merge(act(), [2], 1)
    undo(act())
    merge(act("bo"), [1], 3)
    with pytest.raises(Conflict, match="is itself merged"):
        redo(act())
    undo(act("bo"))
    merge(act("bo"), [2], 3)
    with pytest.raises(Conflict):
        redo(act())
    with store.write() as connection:
        merging.tie(connection, [2], 1)
    with pytest.raises(Conflict, match="no longer merged"):
        undo(act("bo"))


def test_a_redo_finds_it_merged_meanwhile(store: Store, act: Act) -> None:
    pull(store, shown("a"), shown("b", "duplicate"), shown("c"))
    merge(act(), [2], 1)
    undo(act())
    merge(act("bo"), [2], 3)
    with pytest.raises(Conflict, match="merged meanwhile"):
        redo(act())


STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "merge", "undo", "redo", "assign"]), st.integers(1, 5), st.integers(1, 5)),
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_any_order_makes_a_forest_and_undo_goes_back_exactly(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/desk.db", clock=Clock())
        acting = Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
        save_crews(store, [Crew(0, "Forestry 2")])
        pull(store, *(shown(str(i)) for i in range(5)))
        pasts = [standing(store)]
        futures: list[dict[int, tuple[str, str | None, int | None, str]]] = []
        for what, one, other in steps:
            try:
                if what == "undo":
                    undo(acting)
                    futures.append(pasts.pop())
                elif what == "redo":
                    redo(acting)
                    pasts.append(futures.pop())
                else:
                    merge(acting, [one], other) if what == "merge" else commands.assign(acting, [one], 1)
                    pasts.append(standing(store))
                    futures.clear()
            except Expected:
                pass
            assert standing(store) == pasts[-1]
            tied = {i: into for i, (_, _, _, into) in pasts[-1].items() if into}
            by_number = {number: i for i, number in numbers(store).items()}
            for start in tied:
                seen, at = {start}, start
                while at in tied:
                    at = by_number[tied[at]]
                    assert at not in seen, "no circle"
                    seen.add(at)
                assert start in below(store, at)
            assert all(pasts[-1][i][:2] == ("closed", "duplicate") for i in tied)
        store.close()


def test_one_that_its_upstream_opens_again_is_merged_no_more(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    merge(act(), [2], 1)
    clock.now += timedelta(minutes=1)
    told = outbox.listing(store)[-1]
    assert outbox.claim(store, told.id, clock.now) is not None
    outbox.sent(store, told.id, Receipt(), clock.now)
    for word in ("closed", "open"):
        clock.now += timedelta(minutes=1)
        pull(store, shown("b", word, clock.now))
    again = queries.detail(store, 2)
    assert again.request.status.is_open
    assert again.merged_into == ""
    commands.set_status(act(), [2], Status.ACKNOWLEDGED)
    merge(act(), [2], 1)


def test_the_merge_to_undo_is_the_one_into_what_it_is_merged_into(store: Store, act: Act) -> None:
    pull(store, *(shown(i) for i in "abc"))
    done = merge(act(), [2], 1)
    undo(act())
    merge(act("bo"), [3], 2)
    redo(act())
    assert operation_of(act(), 2) == done.operation, "not the one by which another was merged into it"
    undo(act(), operation_of(act(), 2))
    assert standing(store)[2][3] == ""


def test_from_the_one_that_is_kept_the_last_is_taken_out_first(store: Store, act: Act) -> None:
    pull(store, *(shown(i) for i in "abc"))
    merge(act(), [3], 1)
    merge(act("bo"), [2], 1)
    undo(act(), operation_of(act(), 1))
    assert below(store, 1) == [3]
    undo(act(), operation_of(act(), 1))
    assert below(store, 1) == []
    with pytest.raises(Invalid, match="not merged"):
        operation_of(act(), 1)


def test_the_services_of_what_was_merged_are_told(store: Store, act: Act) -> None:
    pull(store, shown("a"), shown("b", service_code="lamp", service="Lamp out"), shown("c"))
    assert merging.services_joined(store) == []
    merge(act(), [2, 3], 1)
    pairs = [("Lamp out", "Tree Emergencies"), ("Tree Emergencies", "Tree Emergencies")]
    assert sorted(merging.services_joined(store)) == pairs
