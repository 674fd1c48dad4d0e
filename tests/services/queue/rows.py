"""Random queue rows for the tests of the queue."""

from __future__ import annotations

from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.domain.values import Crew

CREWS = (Crew(3, "Tree 1"), Crew(5, "Tree 10"), Crew(9, "Streets 2"))
AREAS = ("", "Ward 1, South End", "Ward 10, South Boston", "Ward 3, Dorchester")
SERVICES = (("01", "Pothole"), ("02", "Tree Emergencies"), ("03", "Café Sign"))
DAY = 86_400_000
NOW = 1_790_000_000_000
LAST = 253_402_300_799_000
FIRST = -62_135_596_800_000

_times = st.integers(NOW - 5 * DAY, NOW + 5 * DAY) | st.sampled_from([FIRST, LAST, NOW])


@st.composite
def queue_rows(draw: st.DrawFn, request_id: int) -> QueueRow:
    status = draw(st.sampled_from(Status))
    code, service = draw(st.sampled_from(SERVICES))
    placed = draw(st.booleans())
    closed = status is Status.CLOSED
    return QueueRow(
        id=request_id,
        number=f"26-{request_id:06d}",
        upstream=draw(st.sampled_from(["", "city"])),
        upstream_id=str(request_id),
        service_code=code,
        service=service,
        status=status.value,
        outcome=draw(st.sampled_from(Outcome)).value if closed else None,
        address=draw(st.sampled_from(["", "9 Main St", "10 Main St", "Álamo Way"])),
        lat=42.3 if placed else None,
        lon=-71.05 if placed else None,
        area=draw(st.sampled_from(AREAS)),
        requested_ms=draw(_times),
        updated_ms=draw(_times),
        due_ms=draw(st.none() | _times),
        closed_ms=draw(_times) if closed else None,
        crew_id=draw(st.sampled_from([None, 3, 5, 9])),
        channel=draw(st.sampled_from(Channel)).value,
        version=1,
        differs=draw(st.booleans()),
        reopened=draw(st.booleans()),
        undelivered=draw(st.booleans()),
        handler=draw(st.sampled_from(["", "ana", "ben"])),
    )


@st.composite
def queues(draw: st.DrawFn, max_size: int = 12) -> list[QueueRow]:
    ids = draw(st.lists(st.integers(1, 50), unique=True, max_size=max_size))
    return [draw(queue_rows(i)) for i in ids]
