"""Random queue rows for the tests of the queue."""

from __future__ import annotations

from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.domain.values import Crew

CREWS = (Crew(3, "Tree 1"), Crew(5, "Tree 10"), Crew(9, "Streets 2"))
AREAS = ("", "Ward 1, South End", "Ward 10, South Boston", "Ward 3, Dorchester")
SERVICES = (("01", "Pothole"), ("02", "Tree Emergencies"), ("03", "Café Sign"))
NUMBERS = ("26-{:06d}", "26-{:06d}", "26-{:06d}", "26-1{:06d}", "{:012d}", "Ä-{}")
DAY = 86_400_000
NOW = 1_790_000_000_000
LAST = 253_402_300_799_000
FIRST = -62_135_596_800_000

PLACES = ((42.3, -71.05), (42.36, -71.06), (0.0, 0.0), (89.0, 10.0), (12.0, 181.0), (-33.9, 151.2), (None, None))

_times = st.integers(NOW - 5 * DAY, NOW + 5 * DAY) | st.sampled_from([FIRST, LAST, NOW])
_moments = st.none() | st.lists(_times, min_size=1, max_size=4).map(lambda times: ",".join(map(str, times)))


@st.composite
def queue_rows(draw: st.DrawFn, request_id: int) -> QueueRow:
    """A row with this id; now and then with a word, a place or a moment that nobody expects."""
    status = draw(st.sampled_from(Status))
    code, service = draw(st.sampled_from(SERVICES))
    lat, lon = draw(st.sampled_from(PLACES))
    closed = status is Status.CLOSED
    word = draw(st.sampled_from([status.value] * 5 + ([] if closed else ["reticulating"])))
    return QueueRow(
        id=request_id,
        number=draw(st.sampled_from(NUMBERS)).format(request_id),
        upstream=draw(st.sampled_from(["", "city"])),
        upstream_id=str(request_id),
        service_code=code,
        service=service,
        status=word,
        outcome=draw(st.sampled_from(Outcome)).value if closed else None,
        address=draw(st.sampled_from(["", "9 Main St", "10 Main St", "9 main st", "Álamo Way", "Alamo Way 7"])),
        lat=lat,
        lon=lon,
        area=draw(st.sampled_from(AREAS)),
        requested_ms=draw(_times),
        updated_ms=draw(_times),
        due_ms=draw(st.none() | _times),
        closed_ms=draw(_times) if closed else None,
        crew_id=draw(st.sampled_from([None, 3, 5, 9])),
        channel=draw(st.sampled_from([*(c.value for c in Channel), "pigeon"])),
        version=1,
        differs=draw(st.booleans()),
        reopened=draw(st.booleans()),
        undelivered=draw(st.booleans()),
        handler=draw(st.sampled_from(["", "ana", "ben"])),
        callback=draw(st.booleans()),
        claimed_by=draw(st.sampled_from(["", "", "ana", "ben", "Ana Lima"])),
        touched_ms=draw(st.none() | _times),
        call_s=draw(st.none() | st.integers(0, 40_000)),
        told_at=draw(_moments),
        failed_at=draw(_moments),
        reopened_at=draw(_moments),
    )


def usable(row: QueueRow) -> bool:
    """Whether the row lies anywhere on the map."""
    if row.lat is None or row.lon is None or row.lat == row.lon == 0:
        return False
    return abs(row.lat) <= 85.05 and abs(row.lon) <= 180


@st.composite
def queues(draw: st.DrawFn, max_size: int = 12) -> list[QueueRow]:
    ids = draw(st.lists(st.integers(1, 50), unique=True, max_size=max_size))
    return [draw(queue_rows(i)) for i in ids]
