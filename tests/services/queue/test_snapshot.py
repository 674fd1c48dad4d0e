"""The snapshot kept current by changes is the one that would be built anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue.snapshot import CHANNELS, DIFFERS, NONE, OUTCOMES, REOPENED, STATUSES, UNDELIVERED, Snapshot, build
from services.queue.snapshot import apply as apply_rows
from tests.services.queue.rows import CREWS, NOW, queue_rows, queues


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
        "channel": CHANNELS[snapshot.channel[i]].value,
        "flags": int(snapshot.flags[i]),
        "times": [int(c[i]) for c in (snapshot.requested_ms, snapshot.updated_ms, snapshot.due_ms, snapshot.closed_ms)],
        "place": (at := snapshot.point(i)) and tuple(round(degrees, 6) for degrees in at),
    }


def expected(row: QueueRow) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "address": row.address,
        "status": row.status,
        "outcome": row.outcome,
        "service": row.service,
        "code": row.service_code,
        "crew": row.crew_id,
        "area": row.area,
        "upstream": row.upstream,
        "handler": row.handler,
        "channel": row.channel,
        "flags": DIFFERS * row.differs + REOPENED * row.reopened + UNDELIVERED * row.undelivered,
        "times": [
            row.requested_ms,
            row.updated_ms,
            NONE if row.due_ms is None else row.due_ms,
            NONE if row.closed_ms is None else row.closed_ms,
        ],
        "place": None if row.lat is None else (row.lat, row.lon),
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


@given(queues(), st.data())
def test_changes_applied_equal_a_snapshot_built_anew(rows: list[QueueRow], data: st.DataObject) -> None:
    snapshot = build(rows, CREWS)
    truth = {r.id: r for r in rows}
    for _ in range(3):
        ids = data.draw(st.lists(st.integers(1, 60), unique=True, max_size=5))
        changed = [data.draw(queue_rows(i)) for i in ids]
        truth.update({r.id: r for r in changed})
        snapshot = apply_rows(snapshot, changed, CREWS, snapshot.head + 1)
        got = {int(snapshot.ids[i]): row_at(snapshot, i) for i in range(len(snapshot))}
        assert got == {i: expected(r) for i, r in truth.items()}
        assert all(snapshot.ids[snapshot.row_of(i)] == i for i in truth)


@given(queues())
def test_a_crew_list_that_changes_order_keeps_every_crew(rows: list[QueueRow]) -> None:
    snapshot = apply_rows(build(rows, CREWS), [], CREWS[::-1], 1)
    assert [row_at(snapshot, i) for i in range(len(snapshot))] == [expected(r) for r in by_id(rows)]


@given(queues())
def test_masks(rows: list[QueueRow]) -> None:
    snapshot = build(rows, CREWS)
    assert snapshot.is_open.tolist() == [r.status != "closed" for r in by_id(rows)]
    assert snapshot.has_place.tolist() == [r.lat is not None for r in by_id(rows)]
    late = [r.status != "closed" and r.due_ms is not None and r.due_ms < NOW for r in by_id(rows)]
    assert snapshot.overdue(NOW).tolist() == late
