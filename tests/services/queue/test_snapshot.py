"""The snapshot kept current by changes is the one that would be built anew."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Status
from services.domain.values import Crew
from services.queue.snapshot import (
    CALLBACK,
    CHANNELS,
    COLUMNS,
    DIFFERS,
    NONE,
    OUTCOMES,
    REOPENED,
    STATUSES,
    UNDELIVERED,
    Snapshot,
    build,
)
from services.queue.snapshot import apply as apply_rows
from tests.services.queue.many import CREWS as MANY_CREWS
from tests.services.queue.many import many
from tests.services.queue.meanings import times
from tests.services.queue.rows import CREWS, NOW, queue_rows, queues, usable


def row_at(snapshot: Snapshot, i: int) -> dict[str, object]:
    """Everything the snapshot says of a row, with words in place of numbers."""
    crew = int(snapshot.crew_idx[i])
    outcome = int(snapshot.outcome[i])
    return {
        "id": int(snapshot.ids[i]),
        "number": snapshot.numbers[i],
        "address": snapshot.addresses[i],
        "status": STATUSES[snapshot.status[i]].value,
        "outcome": None if outcome < 0 else OUTCOMES[outcome].value,
        "service": snapshot.services[snapshot.service_idx[i]],
        "code": snapshot.service_codes[snapshot.service_idx[i]],
        "crew": None if crew < 0 else snapshot.crews[crew].id,
        "area": snapshot.areas[snapshot.area_idx[i]],
        "upstream": snapshot.upstreams[snapshot.upstream_idx[i]],
        "handler": snapshot.handlers[snapshot.handler_idx[i]],
        "claimed": snapshot.handlers[snapshot.claimed_idx[i]],
        "channel": CHANNELS[snapshot.channel[i]].value,
        "flags": int(snapshot.flags[i]),
        "times": [int(c[i]) for c in (snapshot.requested_ms, snapshot.updated_ms, snapshot.due_ms, snapshot.closed_ms)],
        "happened": [made.at[made.rows == i].tolist() for made in snapshot.happened.values()],
        "place": (at := snapshot.point(i)) and tuple(round(degrees, 6) for degrees in at),
    }


def expected(row: QueueRow) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "address": row.address,
        "status": row.status if row.status in set(Status) else "new",
        "outcome": row.outcome,
        "service": row.service,
        "code": row.service_code,
        "crew": row.crew_id,
        "area": row.area,
        "upstream": row.upstream,
        "handler": row.handler,
        "claimed": row.claimed_by,
        "channel": row.channel if row.channel in set(Channel) else "unknown",
        "flags": DIFFERS * row.differs
        + REOPENED * row.reopened
        + UNDELIVERED * row.undelivered
        + CALLBACK * row.callback,
        "times": [
            row.requested_ms,
            row.updated_ms,
            NONE if row.due_ms is None else row.due_ms,
            NONE if row.closed_ms is None else row.closed_ms,
        ],
        "happened": [sorted(times(said)) for said in (row.told_at, row.failed_at, row.reopened_at)],
        "place": (row.lat, row.lon) if usable(row) else None,
    }


def by_id(rows: list[QueueRow]) -> list[QueueRow]:
    return sorted(rows, key=lambda r: r.id)


@given(queues())
def test_every_row_is_held_as_it_is(rows: list[QueueRow]) -> None:
    snapshot = build(rows, CREWS, head=7)
    assert [row_at(snapshot, i) for i in range(len(snapshot))] == [expected(r) for r in by_id(rows)]
    assert snapshot.head == 7
    assert [snapshot.row_of(r.id) for r in rows] == [by_id(rows).index(r) for r in rows]
    assert snapshot.row_of(999) == -1


def check(snapshot: Snapshot, rows: Iterable[QueueRow]) -> None:
    """The snapshot is what these rows make, field by field, and its facets are what its columns are."""
    assert [row_at(snapshot, i) for i in range(len(snapshot))] == [expected(r) for r in by_id(list(rows))]
    assert list(snapshot.numbers) == [snapshot.numbers[i] for i in range(len(snapshot))]
    assert list(snapshot.addresses) == [snapshot.addresses[i] for i in range(len(snapshot))]
    facets = snapshot.facets
    for name, column in facets.columns.items():
        assert np.array_equal(column[snapshot.facet], getattr(snapshot, name)), name
    assert np.array_equal(facets.count, np.bincount(snapshot.facet, minlength=len(facets)))
    assert facets.is_open.tolist() == [STATUSES[s] is not Status.CLOSED for s in facets.status]


@given(queues(), st.data())
def test_changes_applied_equal_a_snapshot_built_anew(rows: list[QueueRow], data: st.DataObject) -> None:
    snapshot = build(rows, CREWS)
    truth = {r.id: r for r in rows}
    for head in range(1, 4):
        changed = data.draw(changes(truth))
        truth.update({r.id: r for r in changed})
        snapshot = apply_rows(snapshot, changed, CREWS, head)
        check(snapshot, truth.values())
        assert snapshot.head == head
        assert all(snapshot.ids[snapshot.row_of(i)] == i for i in truth)


@st.composite
def changes(draw: st.DrawFn, truth: dict[int, QueueRow]) -> list[QueueRow]:
    """Some of the rows changed, and new ones; mostly behind the others, as a store numbers them."""
    behind = max(truth, default=0) + 1
    new = range(behind, behind + draw(st.integers(0, 4)))
    odd = draw(st.lists(st.integers(1, 60), unique=True, max_size=draw(st.sampled_from([0, 0, 3]))))
    old = draw(st.lists(st.sampled_from(sorted(truth)), unique=True, max_size=5)) if truth else []
    return [draw(queue_rows(i)) for i in dict.fromkeys([*new, *odd, *old])]


@given(queues(), st.data())
def test_two_futures_of_one_snapshot_do_not_meet(rows: list[QueueRow], data: st.DataObject) -> None:
    truth = {r.id: r for r in rows}
    first = data.draw(changes(truth))
    base, known = apply_rows(build(rows, CREWS), first, CREWS, 1), {**truth, **{r.id: r for r in first}}
    futures = []
    for _ in range(3):
        changed = data.draw(changes(known))
        futures.append((apply_rows(base, changed, CREWS, 2), {**known, **{r.id: r for r in changed}}))
    for snapshot, expected_rows in [(base, known), *futures]:
        check(snapshot, expected_rows.values())


def test_what_does_not_change_is_shared_and_new_rows_go_behind_it() -> None:
    rows = list(many(3000))
    base = apply_rows(build(rows[:1000], MANY_CREWS), rows[1000:2000], MANY_CREWS, 1)
    changed = apply_rows(base, [rows[5]._replace(updated_ms=7), *rows[2000:2100]], MANY_CREWS, 2)
    for name in COLUMNS:
        assert np.shares_memory(getattr(base, name), getattr(changed, name)) is (name != "updated_ms"), name
    again = apply_rows(base, rows[2000:2100], MANY_CREWS, 2)
    assert not np.shares_memory(base.ids, again.ids)
    check(changed, [*rows[:5], rows[5]._replace(updated_ms=7), *rows[6:2100]])
    check(again, rows[:2100])


def test_what_happened_is_shared_until_it_happens_again() -> None:
    rows = [r._replace(told_at=f"{i},7", failed_at="3" if i % 9 == 0 else None) for i, r in enumerate(many(500))]
    base = build(rows[:400], MANY_CREWS)
    later = apply_rows(base, [*(r._replace(updated_ms=7) for r in rows[5:50]), rows[451]._replace(told_at=None)],
                       MANY_CREWS, 1)  # fmt: skip
    assert all(later.happened[key] is base.happened[key] for key in base.happened)
    told = rows[20]._replace(told_at="5,20,9")
    again = apply_rows(base, [told], MANY_CREWS, 1)
    assert [again.happened[key] is made for key, made in base.happened.items()] == [False, True, True]
    check(again, [*rows[:20], told, *rows[21:400]])
    check(base, rows[:400])


@given(queues())
def test_a_crew_list_that_changes_keeps_every_crew(rows: list[QueueRow]) -> None:
    base = build(rows, CREWS)
    for crews in (CREWS[::-1], (*CREWS, Crew(12, "New")), tuple(Crew(c.id, c.name + "!") for c in CREWS)):
        snapshot = apply_rows(base, [], crews, 1)
        check(snapshot, rows)
        assert tuple(snapshot.crews) == crews


def test_more_words_than_two_bytes_can_number() -> None:
    rows = [row._replace(area=f"Area {i}") for i, row in enumerate(many(40_000))]
    snapshot = apply_rows(build(rows[:30_000], MANY_CREWS), rows[30_000:], MANY_CREWS, 1)
    assert [snapshot.areas[int(i)] for i in snapshot.area_idx[-3:]] == ["Area 39997", "Area 39998", "Area 39999"]
    assert snapshot.area_idx.dtype == np.int32


@given(queues())
def test_masks(rows: list[QueueRow]) -> None:
    snapshot = build(rows, CREWS)
    assert snapshot.is_open.tolist() == [r.status != "closed" for r in by_id(rows)]
    assert snapshot.has_place.tolist() == [usable(r) for r in by_id(rows)]
    late = [r.status != "closed" and r.due_ms is not None and r.due_ms < NOW for r in by_id(rows)]
    assert snapshot.overdue(NOW).tolist() == late


@given(st.sets(st.integers(1, 60_000) | st.integers(1, 4_000), min_size=1, max_size=60), st.booleans())
def test_the_rows_of_many_are_those_of_each(held: set[int], gaps: bool) -> None:
    ids = sorted(held) if gaps else list(range(3, 3 + len(held)))
    row = next(many(1))
    snapshot = build([row._replace(id=n) for n in ids], MANY_CREWS)
    wanted = np.random.default_rng(len(held)).permutation(np.arange(-5, 4_100))
    place = {n: i for i, n in enumerate(ids)}
    assert snapshot.rows_of(wanted).tolist() == [place[n] for n in wanted.tolist() if n in place]
    assert snapshot.rows_of(wanted[:50]).tolist() == [place[n] for n in wanted[:50].tolist() if n in place]
    assert build([], ()).rows_of(wanted).tolist() == []
