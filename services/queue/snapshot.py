"""The whole queue as numpy columns, row-aligned; never changed in place, so that any thread may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.domain.values import Crew

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NONE = -(2**63)
"""The moment that is none, in the time columns."""
STATUSES = tuple(Status)
OUTCOMES = tuple(Outcome)
CHANNELS = tuple(Channel)
DIFFERS, REOPENED, UNDELIVERED = 1, 2, 4
_STATUS = {s.value: i for i, s in enumerate(STATUSES)}
_OUTCOME = {o.value: i for i, o in enumerate(OUTCOMES)}
_CHANNEL = {c.value: i for i, c in enumerate(CHANNELS)}


@dataclass(frozen=True)
class Snapshot:
    """The queue at one moment. Row i of every column is the same request; times are ms since 1970 UTC or NONE."""

    ids: Ints
    status: Bytes
    """Index into STATUSES."""
    outcome: Bytes
    """Index into OUTCOMES, −1 where there is none."""
    service_idx: Ints
    crew_idx: Ints
    """Index into crews, −1 where there is none."""
    area_idx: Ints
    upstream_idx: Ints
    handler_idx: Ints
    channel: Bytes
    """Index into CHANNELS."""
    flags: Bytes
    """Sum of DIFFERS, REOPENED, UNDELIVERED."""
    requested_ms: Ints
    updated_ms: Ints
    due_ms: Ints
    closed_ms: Ints
    lat: Floats
    lon: Floats
    """Degrees, WGS 84; nan where no usable place is known."""
    numbers: Sequence[str]
    addresses: Sequence[str]
    services: Sequence[str]
    service_codes: Sequence[str]
    """Aligned with `services`."""
    crews: Sequence[Crew]
    areas: Sequence[str]
    upstreams: Sequence[str]
    handlers: Sequence[str]
    head: int = 0
    """The store's change position that this snapshot stands at."""

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _sorted_ids(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.ids, kind="stable")
        return self.ids[order], order

    def row_of(self, request_id: int) -> int:
        """The row of a request, or −1."""
        rows = self.rows_of([request_id])
        return int(rows[0]) if len(rows) else -1

    def rows_of(self, ids: Sequence[int] | Ints) -> Ints:
        """The rows of those requests that are here, in the order asked for."""
        wanted = np.asarray(ids, dtype=np.int64)
        known, order = self._sorted_ids
        if not len(known):
            return np.empty(0, np.int64)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        found: Ints = order[at[known[at] == wanted]]
        return found

    @cached_property
    def is_open(self) -> Mask:
        """Mask of the requests that are not closed."""
        return np.not_equal(self.status, _STATUS["closed"])

    @cached_property
    def has_place(self) -> Mask:
        """Mask of the requests with a usable place."""
        return np.isfinite(self.lat + self.lon)

    def overdue(self, now_ms: int) -> Mask:
        """Mask of the open requests whose due time has passed."""
        late: Mask = (self.due_ms != NONE) & (self.due_ms < now_ms)
        return late & self.is_open


class _Dictionary:
    """Gives each distinct value a small number."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self.numbers = {v: i for i, v in enumerate(values)}

    def __call__(self, value: str) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    @property
    def values(self) -> list[str]:
        return list(self.numbers)


_SEPARATOR = "\x1f"


def build(rows: Sequence[QueueRow], crews: Sequence[Crew], head: int = 0) -> Snapshot:
    """A snapshot of these rows, in their order."""
    return _assemble(_encode(rows, crews, _Dictionaries()), head)


@dataclass
class _Dictionaries:
    services: _Dictionary = field(default_factory=_Dictionary)
    areas: _Dictionary = field(default_factory=_Dictionary)
    upstreams: _Dictionary = field(default_factory=_Dictionary)
    handlers: _Dictionary = field(default_factory=_Dictionary)


@dataclass
class _Encoded:
    columns: dict[str, npt.NDArray[np.generic]]
    numbers: list[str]
    addresses: list[str]
    crews: Sequence[Crew]
    words: _Dictionaries


def _encode(rows: Sequence[QueueRow], crews: Sequence[Crew], words: _Dictionaries) -> _Encoded:
    crew_at = {c.id: i for i, c in enumerate(crews)}

    def ints(values: Iterable[int]) -> Ints:
        return np.fromiter(values, np.int64, len(rows))

    def small(values: Iterable[int]) -> Bytes:
        return np.fromiter(values, np.int8, len(rows))

    def floats(values: Iterable[float | None]) -> Floats:
        return np.fromiter((np.nan if v is None else v for v in values), np.float64, len(rows))

    unknown = _CHANNEL["unknown"]
    columns: dict[str, npt.NDArray[np.generic]] = {
        "ids": ints(r.id for r in rows),
        "status": small(_STATUS[r.status] for r in rows),
        "outcome": small(_OUTCOME.get(r.outcome or "", -1) for r in rows),
        "service_idx": ints(words.services(r.service + _SEPARATOR + r.service_code) for r in rows),
        "crew_idx": ints(crew_at.get(r.crew_id or 0, -1) for r in rows),
        "area_idx": ints(words.areas(r.area) for r in rows),
        "upstream_idx": ints(words.upstreams(r.upstream) for r in rows),
        "handler_idx": ints(words.handlers(r.handler) for r in rows),
        "channel": small(_CHANNEL.get(r.channel, unknown) for r in rows),
        "flags": small(
            DIFFERS * bool(r.differs) + REOPENED * bool(r.reopened) + UNDELIVERED * bool(r.undelivered) for r in rows
        ),
        "requested_ms": ints(r.requested_ms for r in rows),
        "updated_ms": ints(r.updated_ms for r in rows),
        "due_ms": ints(NONE if r.due_ms is None else r.due_ms for r in rows),
        "closed_ms": ints(NONE if r.closed_ms is None else r.closed_ms for r in rows),
        "lat": floats(r.lat for r in rows),
        "lon": floats(r.lon for r in rows),
    }
    return _Encoded(columns, [r.number for r in rows], [r.address for r in rows], crews, words)


def _assemble(encoded: _Encoded, head: int) -> Snapshot:
    pairs = [v.split(_SEPARATOR, 1) for v in encoded.words.services.values]
    columns: Mapping[str, object] = encoded.columns
    return Snapshot(
        **columns,  # type: ignore[arg-type]
        numbers=encoded.numbers,
        addresses=encoded.addresses,
        services=[p[0] for p in pairs],
        service_codes=[p[1] for p in pairs],
        crews=list(encoded.crews),
        areas=encoded.words.areas.values,
        upstreams=encoded.words.upstreams.values,
        handlers=encoded.words.handlers.values,
        head=head,
    )


def apply(base: Snapshot, rows: Sequence[QueueRow], crews: Sequence[Crew], head: int) -> Snapshot:
    """`base` with those rows put in place of the same requests' old ones, or added at the end.

    Equal to a snapshot built anew from the store, but for the order of rows and dictionary words.
    """
    words = _Dictionaries(
        _Dictionary(f"{n}{_SEPARATOR}{c}" for n, c in zip(base.services, base.service_codes, strict=True)),
        _Dictionary(base.areas),
        _Dictionary(base.upstreams),
        _Dictionary(base.handlers),
    )
    encoded = _encode(rows, crews, words)
    known = [base.row_of(r.id) for r in rows]
    old = [i for i, row in enumerate(known) if row >= 0]
    new = [i for i, row in enumerate(known) if row < 0]
    at = [known[i] for i in old]
    merged: dict[str, npt.NDArray[np.generic]] = {}
    for name, fresh in encoded.columns.items():
        column: npt.NDArray[np.generic] = getattr(base, name)
        if name == "crew_idx":
            column = _renumber(base, crews)
        column = np.concatenate([column, fresh[new]])
        column[at] = fresh[old]
        merged[name] = column
    return _assemble(
        _Encoded(
            merged,
            _merge(base.numbers, encoded.numbers, at, old, new),
            _merge(base.addresses, encoded.addresses, at, old, new),
            crews,
            words,
        ),
        head,
    )


def _renumber(base: Snapshot, crews: Sequence[Crew]) -> Ints:
    """The crew column of `base`, counted by the list of crews as it is now."""
    place = {c.id: i for i, c in enumerate(crews)}
    table = np.array([place.get(c.id, -1) for c in base.crews] + [-1], dtype=np.int64)
    return table[base.crew_idx]


def _merge(base: Sequence[str], fresh: Sequence[str], at: list[int], old: list[int], new: list[int]) -> list[str]:
    merged = [*base, *(fresh[i] for i in new)]
    for row, i in zip(at, old, strict=True):
        merged[row] = fresh[i]
    return merged
