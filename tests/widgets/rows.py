"""Rows for the queue's tests: few, each with something of its own."""

from __future__ import annotations

import numpy as np

from services.domain.queue_row import QueueRow
from services.domain.status import Status
from services.domain.values import Crew
from services.queue.snapshot import Ints, Snapshot, build

HOUR = 3_600_000
NOW = 1_314_633_600_000
"""29 August 2011, noon in Boston (ms since 1970, UTC)."""
CREWS = (Crew(1, "Tree 1", capacity=8), Crew(2, "Tree 2", capacity=8), Crew(3, "Lights 1", capacity=6))
OPEN = tuple(s.value for s in Status if s.is_open)


def row(number: int, /, **changed: object) -> QueueRow:
    """A request with id `number`; further fields as given."""
    made = QueueRow(
        id=number,
        number=f"10100{number:07}",
        upstream="city",
        upstream_id=str(number),
        service_code="TREE",
        service="Tree Emergencies",
        status=OPEN[number % len(OPEN)],
        outcome=None,
        address=f"{number} E Fifth St",
        lat=42.33,
        lon=-71.04,
        area="Ward 6, South Boston",
        requested_ms=NOW - number * HOUR,
        updated_ms=NOW - number * HOUR,
        due_ms=NOW + (number - 3) * HOUR,
        closed_ms=None,
        crew_id=number % 4 or None,
        channel="phone",
        version=1,
        differs=False,
        reopened=False,
        undelivered=False,
        handler="",
    )
    return made._replace(**changed)  # type: ignore[arg-type]


def snapshot(count: int) -> Snapshot:
    """`count` requests with ids 1 to `count`."""
    return build([row(n) for n in range(1, count + 1)], CREWS)


def every_row(made: Snapshot) -> Ints:
    """All rows in their own order."""
    return np.arange(len(made), dtype=np.int64)
