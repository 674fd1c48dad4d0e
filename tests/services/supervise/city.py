"""The demo city's queue at its noon, from the shipped rows: all of them, those closed long before as well."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.demo import source
from services.demo.start import assignments, crews, statuses
from services.domain.queue_row import QueueRow
from services.domain.status import Status
from services.domain.values import Crew
from services.queue.query import Moment
from services.queue.snapshot import Snapshot, build

ZONE = ZoneInfo("America/New_York")
HOUR = 3_600_000
MOMENT = Moment(source.NOON, ZONE, "ana")
CREWS = tuple(Crew(i, c.name, c.skills, c.capacity) for i, c in enumerate(crews(), 1))


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """The snapshot; the areas are the streets' ZIP codes, so that no shape need be read."""
    rows = [row for row in source.rows() if row.opened <= source.NOON]
    states, whose, ids = statuses(rows), assignments(), {crew.name: crew.id for crew in CREWS}
    return build((_row(i, row, states, ids.get(whose.get(row.id, ""))) for i, row in enumerate(rows, 1)), CREWS)


def _row(i: int, row: source.CityRow, states: dict[str, Status], crew: int | None) -> QueueRow:
    status = states.get(row.id, Status.CLOSED)
    requested = _ms(row.opened) or 0
    return QueueRow(
        i, row.id, "city", row.id, row.type, row.type, status.value, None if status.is_open else row.outcome,
        row.address, row.lat, row.lon, f"Zip {row.zipcode}" if row.zipcode else "", requested, requested,
        _ms(row.target), None if status.is_open else _ms(row.closed), crew, row.channel.value, 1,
        False, False, False, "", touched_ms=requested + HOUR * (i % 60) if i % 5 else None,
        told_at=f"{requested + HOUR * (i % 50)},{requested + HOUR * (i % 900)}" if i % 3 else None,
        failed_at=str(requested + HOUR * (i % 40)) if i % 20 == 0 else None,
        reopened_at=f"{requested + HOUR * (i % 70)},{requested + HOUR * (i % 30)}" if i % 15 == 0 else None,
    )  # fmt: skip


def _ms(at: datetime | None) -> int | None:
    return int(at.timestamp() * 1000) if at else None
