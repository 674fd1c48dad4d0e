"""A request as far as the list has it, for while the server, which has the rest, is gone."""

from __future__ import annotations

from services.domain.detail import Detail
from services.domain.values import Place, ServiceRequest
from services.errors import NotFound
from services.queue.snapshot import CHANNELS, NONE, OUTCOMES, STATUSES, Snapshot
from services.sqlite import from_millis


def outlined(snapshot: Snapshot, request_id: int) -> Detail:
    """The request with nothing of what was said, who called, or its history. Raises NotFound."""
    row = snapshot.row_of(request_id)
    if row < 0:
        raise NotFound("This request is not in the list that is here.", "It can be seen when the server is back.")
    lat, lon = snapshot.point(row) or (None, None)
    service, crew, outcome = (
        int(column[row]) for column in (snapshot.service_idx, snapshot.crew_idx, snapshot.outcome)
    )
    due, closed = (int(column[row]) for column in (snapshot.due_ms, snapshot.closed_ms))
    request = ServiceRequest(
        id=request_id,
        number=snapshot.numbers[row],
        upstream=snapshot.upstreams[int(snapshot.upstream_idx[row])],
        upstream_id="",
        service_code=snapshot.service_codes[service],
        service=snapshot.services[service],
        status=STATUSES[int(snapshot.status[row])],
        outcome=OUTCOMES[outcome] if outcome >= 0 else None,
        place=Place(snapshot.addresses[row], lat, lon, snapshot.areas[int(snapshot.area_idx[row])]),
        description="",
        channel=CHANNELS[int(snapshot.channel[row])],
        requested_at=from_millis(int(snapshot.requested_ms[row])),
        updated_at=from_millis(int(snapshot.updated_ms[row])),
        due_at=None if due == NONE else from_millis(due),
        closed_at=None if closed == NONE else from_millis(closed),
        crew=snapshot.crews[crew] if crew >= 0 else None,
        version=0,
        claimed_by=snapshot.handlers[int(snapshot.claimed_idx[row])],
    )
    return Detail(request, is_outline=True)
