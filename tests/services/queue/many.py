"""Very many plausible queue rows, made quickly and the same every time, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.domain.values import Crew

NOW = 1_790_000_000_000
DAY = 86_400_000
CREWS = tuple(Crew(i, f"{kind} {i}") for i, kind in enumerate(("Tree", "Streets", "Lights", "Parks") * 10, start=1))
SERVICES = tuple((f"{i:02}", f"{what} {where}") for i, (what, where) in enumerate(
    (what, where)
    for what in ("Pothole", "Tree", "Graffiti", "Light", "Sidewalk", "Litter", "Noise", "Sign", "Water", "Snow")
    for where in ("Repair", "Removal", "Request", "Complaint")
))  # fmt: skip
AREAS = tuple(
    f"Ward {i}, {name}" for i, name in enumerate(("South End", "Dorchester", "Roxbury", "Fenway") * 6, start=1)
)
STREETS = tuple(f"{name} {kind}" for name in ("Main", "Beacon", "E Fifth", "Oak", "Álamo", "Tremont", "Elm", "River")
                for kind in ("St", "Ave", "Road", "Square"))  # fmt: skip
_STATUSES = (Status.NEW, Status.ASSIGNED, Status.IN_PROGRESS, Status.CLOSED)
_CHUNK = 10_000


def many(count: int, *, seed: int = 311, first: int = 1, open_share: float = 0.1) -> Iterator[QueueRow]:
    """`count` rows with ids from `first` on; about one in seven shares a place, one in fifty has none."""
    rng = np.random.default_rng(seed)
    while count > 0:
        size = min(count, _CHUNK)
        yield from _chunk(rng, first, size, open_share)
        first, count = first + size, count - size


def _chunk(rng: np.random.Generator, first: int, size: int, open_share: float) -> Iterator[QueueRow]:
    def pick(high: int) -> list[int]:
        picked: list[int] = (high * rng.random(size) ** 1.6).astype(int).tolist()
        return picked

    shut = (rng.random(size) >= open_share).tolist()
    requested = NOW - (rng.random(size) * 365 * DAY).astype(np.int64)
    updated = (requested + (rng.random(size) * 20 * DAY).astype(np.int64)).tolist()
    due = (requested + (rng.random(size) * 30 - 1) * DAY).astype(np.int64).tolist()
    lat = np.round(42.32 + rng.normal(0, 0.03, size), 6).tolist()
    lon = np.round(-71.08 + rng.normal(0, 0.03, size), 6).tolist()
    house, street, rare = pick(3000), pick(len(STREETS)), rng.random((5, size))
    columns = zip(
        pick(len(SERVICES)), pick(3), pick(len(AREAS)), pick(len(CREWS)), pick(len(Channel)), pick(len(Outcome)),
        requested.tolist(), shut, strict=True,
    )  # fmt: skip
    for i, (service, status, area, crew, channel, outcome, at, closed) in enumerate(columns):
        code, name = SERVICES[service]
        placed = rare[0, i] > 0.02
        hall = rare[1, i] < 0.14
        yield QueueRow(
            first + i,
            f"26-{first + i:06d}",
            "city" if rare[2, i] > 0.03 else "",
            str(first + i),
            code,
            name,
            "closed" if closed else _STATUSES[status].value,
            tuple(Outcome)[outcome].value if closed else None,
            f"{house[i] + 1} {STREETS[street[i]]}, {AREAS[area][8:]}" if placed else "",
            (42.36 if hall else lat[i]) if placed else None,
            (-71.06 if hall else lon[i]) if placed else None,
            AREAS[area],
            at,
            updated[i],
            due[i] if rare[3, i] > 0.2 else None,
            updated[i] if closed else None,
            CREWS[(service + crew % 2) % len(CREWS)].id if (closed and crew < 4) or (status and not closed) else None,
            tuple(Channel)[channel].value,
            1,
            bool(rare[4, i] < 0.01),
            bool(rare[4, i] > 0.99),
            bool(0.5 < rare[4, i] < 0.501),
            "ana" if rare[3, i] > 0.98 else "",
        )
