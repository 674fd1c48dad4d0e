"""Requests of the queue as a table to save: the one source of rows of every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
import numpy.typing as npt

from services.domain.status import Channel
from services.queue.snapshot import CHANNELS, NONE, OUTCOMES, STATUSES, Ints, Snapshot, risks
from services.reports.fields import FIELDS, LATITUDE, LONGITUDE, Field, Line, Table, Value
from services.reports.text import clean

Indices = npt.NDArray[np.int8] | npt.NDArray[np.int16] | npt.NDArray[np.int32]
CHUNK = 1_000
"""Rows made in one go, some ten milliseconds of work."""


@dataclass(frozen=True, slots=True)
class Further:
    """What the queue does not hold of a request, and is read as it is saved."""

    fields: tuple[Field, ...]
    read: Callable[[Sequence[int]], Sequence[Sequence[str]]]
    """Ids → their texts, a text for each field."""


def table(
    snapshot: Snapshot, rows: Ints, names: Sequence[str], now_ms: int, zone: tzinfo, further: Sequence[Further] = ()
) -> Table:
    """These rows of the snapshot, in this order, with the fields of these names (`FIELDS`), and what is further."""
    fields = (*(FIELDS[name] for name in names), *(field for one in further for field in one.fields))
    return Table("Service requests", fields, _parts(snapshot, rows, names, now_ms, further), len(rows), zone)


def _parts(
    snapshot: Snapshot, rows: Ints, names: Sequence[str], now_ms: int, further: Sequence[Further]
) -> Iterator[Sequence[Line]]:
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        columns = [_column(snapshot, part, name, now_ms) for name in names]
        ids = snapshot.ids[part].tolist() if further else []
        for one in further:
            columns.extend([clean(text) for text in texts] for texts in zip(*one.read(ids), strict=True))
        yield list(zip(*columns, strict=True))


def _column(snapshot: Snapshot, rows: Ints, name: str, now_ms: int) -> Sequence[Value]:
    indexed = _dictionary(snapshot, name)
    if indexed is not None:
        words, index = [clean(w) for w in indexed[0]], indexed[1]
        return [words[i] for i in index[rows].tolist()]
    match name:
        case "number":
            return [clean(snapshot.numbers[row]) for row in rows.tolist()]
        case "address":
            return [clean(snapshot.where(row)) for row in rows.tolist()]
        case "risk":
            return [percent / 100 if percent >= 0 else None for percent in risks(snapshot, rows, now_ms).tolist()]
        case "age":
            return [now_ms - ms for ms in snapshot.requested_ms[rows].tolist()]
        case LATITUDE.name | LONGITUDE.name:
            points = map(snapshot.point, rows.tolist())
            return [p if p is None else round(p[name == LONGITUDE.name], 7) for p in points]
    stamps: Ints = getattr(snapshot, f"{name}_ms")
    return [None if ms == NONE else ms for ms in stamps[rows].tolist()]


def _dictionary(snapshot: Snapshot, name: str) -> tuple[Sequence[str], Indices] | None:
    """A column's words and which of them each row has; the last word stands for none (−1)."""
    made: dict[str, Callable[[], tuple[Sequence[str], Indices]]] = {
        "status": lambda: ([s.label for s in STATUSES], snapshot.status),
        "outcome": lambda: ([*(o.label for o in OUTCOMES), ""], snapshot.outcome),
        "channel": lambda: (["" if c is Channel.UNKNOWN else c.label for c in CHANNELS], snapshot.channel),
        "service": lambda: (snapshot.services, snapshot.service_idx),
        "area": lambda: (snapshot.areas, snapshot.area_idx),
        "crew": lambda: ([*(c.name for c in snapshot.crews), ""], snapshot.crew_idx),
        "upstream": lambda: (snapshot.upstreams, snapshot.upstream_idx),
        "handler": lambda: (snapshot.handlers, snapshot.handler_idx),
        "claimed": lambda: (snapshot.handlers, snapshot.claimed_idx),
    }
    return made[name]() if name in made else None
