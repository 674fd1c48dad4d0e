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
from services.geo.projection import NO_PLACE, UNIT, inverse, units
from services.queue.packed import Coded, Codes, Column, Words, codes, words

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Small = npt.NDArray[np.int16] | npt.NDArray[np.int32]
Bytes = npt.NDArray[np.int8]
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


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The queue at one moment. Row i of every column is the same request, in ascending order of id.

    Times are ms since 1970 UTC or NONE; x and y are world units (`services.geo.projection`), or NO_PLACE in both.
    """

    ids: Ints
    status: Bytes
    """Index into STATUSES."""
    outcome: Bytes
    """Index into OUTCOMES, −1 where there is none."""
    channel: Bytes
    """Index into CHANNELS."""
    flags: Bytes
    """Sum of DIFFERS, REOPENED, UNDELIVERED."""
    service_idx: Small
    crew_idx: Small
    """Index into crews, −1 where there is none."""
    area_idx: Small
    upstream_idx: Small
    handler_idx: Small
    requested_ms: Ints
    updated_ms: Ints
    due_ms: Ints
    closed_ms: Ints
    x: Int32s
    y: Int32s
    number_codes: Codes
    address_idx: Int32s
    address_words: Words
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

    @property
    def numbers(self) -> Column:
        """The number that people read out, by row."""
        return Column(self.number_codes)

    @property
    def addresses(self) -> Coded:
        """The address, by row; "" where there is none."""
        return Coded(self.address_words, self.address_idx)

    def row_of(self, request_id: int) -> int:
        """The row of a request, or −1."""
        rows = self.rows_of([request_id])
        return int(rows[0]) if len(rows) else -1

    def rows_of(self, ids: Sequence[int] | Ints) -> Ints:
        """The rows of those requests that are here, in the order asked for."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.empty(0, np.int64)
        at = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        found: Ints = at[self.ids[at] == wanted]
        return found

    def point(self, row: int) -> tuple[float, float] | None:
        """Latitude and longitude in degrees (WGS 84, to a centimetre); None where no usable place is known."""
        x, y = int(self.x[row]), int(self.y[row])
        return None if x == NO_PLACE else inverse(x * UNIT, y * UNIT)

    @cached_property
    def is_open(self) -> Mask:
        """Mask of the requests that are not closed."""
        return np.not_equal(self.status, _STATUS["closed"])

    @cached_property
    def has_place(self) -> Mask:
        """Mask of the requests with a usable place."""
        return np.not_equal(self.x, NO_PLACE)

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


def build(rows: Iterable[QueueRow], crews: Sequence[Crew], head: int = 0) -> Snapshot:
    """A snapshot of these rows."""
    ordered = sorted(rows, key=lambda r: r.id)
    return _assemble(_encode(ordered, crews, _Dictionaries()), head)


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

    unknown = _CHANNEL["unknown"]
    x, y = units([np.nan if r.lat is None else r.lat for r in rows], [np.nan if r.lon is None else r.lon for r in rows])
    columns: dict[str, npt.NDArray[np.generic]] = {
        "ids": ints(r.id for r in rows),
        "status": small(_STATUS.get(r.status, 0) for r in rows),
        "outcome": small(_OUTCOME.get(r.outcome or "", -1) for r in rows),
        "channel": small(_CHANNEL.get(r.channel, unknown) for r in rows),
        "flags": small(
            DIFFERS * bool(r.differs) + REOPENED * bool(r.reopened) + UNDELIVERED * bool(r.undelivered) for r in rows
        ),
        "service_idx": _fit(ints(words.services(r.service + _SEPARATOR + r.service_code) for r in rows)),
        "crew_idx": _fit(ints(crew_at.get(r.crew_id or 0, -1) for r in rows)),
        "area_idx": _fit(ints(words.areas(r.area) for r in rows)),
        "upstream_idx": _fit(ints(words.upstreams(r.upstream) for r in rows)),
        "handler_idx": _fit(ints(words.handlers(r.handler) for r in rows)),
        "requested_ms": ints(r.requested_ms for r in rows),
        "updated_ms": ints(r.updated_ms for r in rows),
        "due_ms": ints(NONE if r.due_ms is None else r.due_ms for r in rows),
        "closed_ms": ints(NONE if r.closed_ms is None else r.closed_ms for r in rows),
        "x": x,
        "y": y,
    }
    return _Encoded(columns, [r.number for r in rows], [r.address for r in rows], crews, words)


def _fit(numbers: Ints) -> Small:
    """The same numbers in as few bytes as hold them."""
    if len(numbers) and int(numbers.max()) >= 2**15:
        return numbers.astype(np.int32)
    return numbers.astype(np.int16)


def _assemble(encoded: _Encoded, head: int) -> Snapshot:
    pairs = [v.split(_SEPARATOR, 1) for v in encoded.words.services.values]
    columns: Mapping[str, object] = encoded.columns
    addresses = _Dictionary()
    idx = np.fromiter(map(addresses, encoded.addresses), np.int32, len(encoded.addresses))
    return Snapshot(
        **columns,  # type: ignore[arg-type]
        number_codes=codes(encoded.numbers),
        address_idx=idx,
        address_words=words(addresses.values),
        services=[p[0] for p in pairs],
        service_codes=[p[1] for p in pairs],
        crews=list(encoded.crews),
        areas=encoded.words.areas.values,
        upstreams=encoded.words.upstreams.values,
        handlers=encoded.words.handlers.values,
        head=head,
    )


def apply(base: Snapshot, rows: Sequence[QueueRow], crews: Sequence[Crew], head: int) -> Snapshot:
    """`base` with those rows put in place of the same requests' old ones, or added.

    Equal to a snapshot built anew from the store, but for the order of dictionary words.
    """
    dictionaries = _Dictionaries(
        _Dictionary(f"{n}{_SEPARATOR}{c}" for n, c in zip(base.services, base.service_codes, strict=True)),
        _Dictionary(base.areas),
        _Dictionary(base.upstreams),
        _Dictionary(base.handlers),
    )
    fresh = _encode(rows, crews, dictionaries)
    kept = np.flatnonzero(~np.isin(base.ids, fresh.columns["ids"]))
    order = np.argsort(np.concatenate([base.ids[kept], fresh.columns["ids"]]))
    merged: dict[str, npt.NDArray[np.generic]] = {}
    for name, column in fresh.columns.items():
        old: npt.NDArray[np.generic] = _renumber(base, crews) if name == "crew_idx" else getattr(base, name)
        merged[name] = np.concatenate([old[kept], column])[order]
    numbers = [*(base.numbers[i] for i in kept.tolist()), *fresh.numbers]
    addresses = [*(base.addresses[i] for i in kept.tolist()), *fresh.addresses]
    ordered = _Encoded(merged, [numbers[i] for i in order], [addresses[i] for i in order], crews, dictionaries)
    return _assemble(ordered, head)


def _renumber(base: Snapshot, crews: Sequence[Crew]) -> Small:
    """The crew column of `base`, counted by the list of crews as it is now."""
    place = {c.id: i for i, c in enumerate(crews)}
    table = np.array([place.get(c.id, -1) for c in base.crews] + [-1], dtype=np.int64)
    return _fit(table[base.crew_idx])
