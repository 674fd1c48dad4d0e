"""A request as far as the list has it: in all that it tells, the same as the store says."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from console.outline import outlined
from console.storeside import StoreSide
from services.domain.queue_row import QueueRow
from services.domain.status import Outcome, Status
from services.errors import NotFound
from services.queue.snapshot import build
from services.store import claiming, commands
from tests.console import town
from tests.services.queue.rows import CREWS, queues

SAME = (
    "id", "number", "upstream", "service_code", "service", "status", "outcome", "channel", "requested_at", "updated_at",
    "due_at", "closed_at", "crew", "claimed_by",
)  # fmt: skip


def test_it_is_what_the_store_says_but_for_what_only_that_has(folder: Path) -> None:
    with closing(StoreSide(town.build(folder))) as side:
        ids = side.snapshot(None).ids.tolist()
        side.act(lambda acting: commands.assign(acting, ids[:2], 1))
        side.act(lambda acting: claiming.claim(acting, ids[1:3]))
        side.act(lambda acting: commands.set_status(acting, [ids[3]], Status.CLOSED, Outcome.FIXED, "Done"))
        snapshot = side.snapshot(None)
        for request_id in ids:
            made = outlined(snapshot, request_id)
            told = side.detail(request_id).request
            place = replace(told.place, lat=None, lon=None, zipcode="")
            assert replace(made.request.place, lat=None, lon=None) == place
            assert made.request.place.lat == pytest.approx(told.place.lat, abs=1e-6)
            for name in SAME:
                assert getattr(made.request, name) == getattr(told, name), name
            assert made.is_outline
            assert [*made.events, *made.callers, *made.outbox] == []


@given(queues())
def test_any_row_makes_one(rows: list[QueueRow]) -> None:
    snapshot = build(rows, CREWS)
    for row in rows:
        request = outlined(snapshot, row.id).request
        assert (request.number, request.service, request.place.address) == (row.number, row.service, row.address)
        assert (request.closed_at is None) == (row.closed_ms is None)
        assert (request.due_at is None) == (row.due_ms is None)
        assert request.claimed_by == row.claimed_by
        assert (request.crew.id if request.crew else None) == row.crew_id
        assert request.place.area == row.area
    with pytest.raises(NotFound, match="not in the list"):
        outlined(snapshot, 99)
