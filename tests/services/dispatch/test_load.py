"""How much a crew has on a day: its list, and what it has in hand; and what waits, the most urgent first."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.load import in_hand, jobs, waiting, waits
from services.domain.queue_row import QueueRow
from services.domain.status import Outcome, Status
from services.queue.snapshot import build
from tests.services.queue.rows import CREWS, queues

IDLE = {Outcome.DUPLICATE.value, Outcome.WITHDRAWN.value, Outcome.NOT_OURS.value}
FAR = 2**62


@given(queues(), st.data(), st.booleans())
def test_jobs_are_the_list_and_what_is_in_hand_each_once(
    rows: list[QueueRow], data: st.DataObject, today: bool
) -> None:
    lists = {}
    for crew in CREWS:
        own = [row.id for row in rows if row.crew_id == crew.id]
        lists[crew.id] = data.draw(st.lists(st.sampled_from(own), unique=True)) if own else []
    wanted = Counter[int]()
    for row in rows:
        listed = row.crew_id is not None and row.id in lists[row.crew_id] and row.outcome not in IDLE
        in_hand = today and row.crew_id is not None and row.status == Status.IN_PROGRESS
        if row.crew_id is not None and (listed or in_hand):
            wanted[row.crew_id] += 1
    assert jobs(build(rows, CREWS), lists, today=today) == [wanted[crew.id] for crew in CREWS]


@given(queues(), st.sampled_from(CREWS).map(lambda crew: crew.id), st.sets(st.integers(1, 50)))
def test_what_waits_is_open_and_on_no_list_in_hand_first_then_by_what_is_due(
    rows: list[QueueRow], crew_id: int, listed: set[int]
) -> None:
    own = [r for r in rows if r.crew_id == crew_id and r.status != Status.CLOSED and r.id not in listed]
    own.sort(key=lambda r: (r.status != Status.IN_PROGRESS, FAR if r.due_ms is None else r.due_ms, r.id))
    snapshot = build(rows, CREWS)
    assert snapshot.ids[waiting(snapshot, crew_id, sorted(listed))].tolist() == [r.id for r in own]


@given(queues(), st.data())
def test_a_count_for_every_crew_is_what_waits_for_each_but_for_what_is_in_hand(
    rows: list[QueueRow], data: st.DataObject
) -> None:
    ids = [row.id for row in rows]
    lists = {crew.id: data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else [] for crew in CREWS}
    snapshot = build(rows, CREWS)
    left = [waiting(snapshot, crew.id, lists[crew.id]) for crew in CREWS]
    assert waits(snapshot, lists) == [len(own) - in_hand(snapshot, own) for own in left]


def test_a_crew_that_nobody_knows_has_nothing_waiting() -> None:
    assert waiting(build([], CREWS), 77, []).tolist() == []
