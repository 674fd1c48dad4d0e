"""The whole queue as numpy columns, row-aligned; these never change in place, so that any thread may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from services.domain.queue_row import QueueRow
from services.domain.values import Crew
from services.geo.projection import NO_PLACE, UNIT, inverse
from services.queue import facets as faceting
from services.queue import moments
from services.queue.encoding import (
    CALLBACK,
    CHANNELS,
    CLOSED,
    DIFFERS,
    NONE,
    OUTCOMES,
    REOPENED,
    STATUSES,
    UNDELIVERED,
    Dictionary,
    Encoder,
    fitted,
)
from services.queue.facets import Facets
from services.queue.kept import SOURCES, Columns, Kept
from services.queue.moments import Happened
from services.queue.packed import Coded, Codes, Column, Words, extended, mark, values, words
from services.queue.rooms import Room, changed, grown

__all__ = [
    "CALLBACK", "CHANNELS", "CLOSED", "DIFFERS", "NONE", "NO_PLACE", "OUTCOMES", "REOPENED", "STATUSES", "UNDELIVERED",
    "Bytes", "Int32s", "Ints", "Mask", "Small", "Snapshot", "apply", "build", "risks", "unknown", "with_risks",
]  # fmt: skip

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Small = npt.NDArray[np.signedinteger[Any]]
Bytes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[Any]

COLUMNS = (
    "ids", "status", "outcome", "channel", "flags", "service_idx", "crew_idx", "area_idx", "upstream_idx",
    "handler_idx", "claimed_idx", "requested_ms", "updated_ms", "due_ms", "closed_ms", "touched_s",
    "call_s", "x", "y", "number_codes", "address_idx",
)  # fmt: skip
"""The columns that a row fills."""
_ROWS = (*COLUMNS, "facet", "risk")
"""The columns that have a value for every row."""
_FITTED = ("service_idx", "crew_idx", "area_idx", "upstream_idx", "handler_idx", "claimed_idx")
_CHUNK = 4096
_MANY, _SPREAD = 1_000, 8
"""From so many ids on, and up to so many ids for each row, a table of all ids is quicker than a search for each."""


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
    """Sum of DIFFERS, REOPENED, UNDELIVERED, CALLBACK."""
    service_idx: Small
    crew_idx: Small
    """Index into crews, −1 where there is none."""
    area_idx: Small
    upstream_idx: Small
    handler_idx: Small
    claimed_idx: Small
    """Index into handlers: who looks after it."""
    requested_ms: Ints
    updated_ms: Ints
    due_ms: Ints
    closed_ms: Ints
    touched_s: Int32s
    """Whole seconds from its coming in until a member of staff first did something with it; −1 where nobody has."""
    call_s: Small
    """How many seconds the call took in which it was taken down here, at most 32,767; −1 for what was no call."""
    x: Int32s
    y: Int32s
    number_codes: Codes
    address_idx: Int32s
    address_words: Words
    facet: Int32s
    """Index into facets: status, service, crew and all that few requests do not share, in one number."""
    risk: Bytes
    """The chance to miss its due time in percent, as it was last reckoned; −1 where none is known."""
    facets: Facets
    happened: Happened
    """When residents were told of it, when that failed, and when it was opened again: as often as it came to that."""
    services: Sequence[str]
    service_codes: Sequence[str]
    """Aligned with `services`."""
    crews: Sequence[Crew]
    areas: Sequence[str]
    upstreams: Sequence[str]
    handlers: Sequence[str]
    head: int = 0
    """The store's change position that this snapshot stands at."""
    rooms: Mapping[str, Room] = field(default_factory=dict)
    """Where the columns can grow."""
    kept: dict[Columns, Kept] = field(default_factory=dict)
    """Orders that were asked for, kept current. For the one thread that asks, applies and saves: queries change it."""

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
        """The rows of those requests that are here, in the order asked for; of many by a table of all ids."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.empty(0, np.int64)
        if len(wanted) >= _MANY and int(self.ids[-1]) - int(self.ids[0]) < _SPREAD * len(self):
            return _looked_up(self.ids, wanted)
        at = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        found: Ints = at[self.ids[at] == wanted]
        return found

    def point(self, row: int) -> tuple[float, float] | None:
        """Latitude and longitude in degrees (WGS 84, to a centimetre); None where no usable place is known."""
        x, y = int(self.x[row]), int(self.y[row])
        return None if x == NO_PLACE else inverse(x * UNIT, y * UNIT)

    def where(self, row: int) -> str:
        """The address, or the point when nobody gave one; an app often sends the point only."""
        if address := self.addresses[row]:
            return address
        point = self.point(row)
        return "" if point is None else f"{point[0]:.5f}, {point[1]:.5f}"

    @cached_property
    def number_mark(self) -> int | None:
        """The byte that parts the numbers in two ("26-000123"); 0 for nothing, None where they have several shapes."""
        parting = mark(self.number_codes)
        return parting if values(self.number_codes, parting) is not None else None

    @cached_property
    def is_open(self) -> Mask:
        """Mask of the requests that are not closed."""
        return np.not_equal(self.status, CLOSED)

    @cached_property
    def has_place(self) -> Mask:
        """Mask of the requests with a usable place."""
        return np.not_equal(self.x, NO_PLACE)

    def overdue(self, now_ms: int) -> Mask:
        """Mask of the open requests whose due time has passed."""
        late: Mask = (self.due_ms != NONE) & (self.due_ms < now_ms)
        return late & self.is_open


def _looked_up(ids: Ints, wanted: Ints) -> Ints:
    """Where in the ascending ids those wanted stand that are there, in the order asked for."""
    low, high = int(ids[0]), int(ids[-1])
    inside = wanted[(wanted >= low) & (wanted <= high)] - low
    if high - low + 1 == len(ids):
        return inside
    table = np.full(high - low + 1, -1, np.int32)
    table[ids - low] = np.arange(len(ids), dtype=np.int32)
    rows = table[inside]
    return rows[rows >= 0].astype(np.int64)


def build(rows: Iterable[QueueRow], crews: Sequence[Crew], head: int = 0) -> Snapshot:
    """A snapshot of these rows; they are taken in turn, so that they need not all be there at once."""
    encoder, source = Encoder(crews), iter(rows)
    parts, happened = [encoder.columns(())], [moments.happened(())]
    while chunk := list(islice(source, _CHUNK)):
        parts.append(encoder.columns(chunk))
        happened.append(moments.happened(chunk))
    whole = moments.joined(happened, [len(part["ids"]) for part in parts])
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        columns[name] = np.concatenate([part.pop(name) for part in parts])
    if np.any(np.diff(columns["ids"]) < 0):
        order = np.argsort(columns["ids"])
        columns = {name: column[order] for name, column in columns.items()}
        whole = moments.sorted_by(whole, order)
    columns |= {name: fitted(columns[name]) for name in _FITTED}
    facet, facets = faceting.facets(_with_place(columns))
    return Snapshot(
        **columns,
        address_words=words(encoder.addresses),
        facet=facet,
        risk=unknown(len(facet)),
        facets=facets,
        happened=whole,
        **_words(encoder, crews),
        head=head,
    )


def _with_place(columns: Mapping[str, Values]) -> dict[str, Values]:
    return {**columns, "has_place": columns["x"] != NO_PLACE}


def _words(encoder: Encoder, crews: Sequence[Crew]) -> dict[str, Any]:
    return {
        "services": [name for name, _ in encoder.services],
        "service_codes": [code for _, code in encoder.services],
        "crews": list(crews),
        "areas": list(encoder.areas),
        "upstreams": list(encoder.upstreams),
        "handlers": list(encoder.handlers),
    }


def apply(base: Snapshot, rows: Sequence[QueueRow], crews: Sequence[Crew], head: int) -> Snapshot:
    """`base` with those rows put in place of the same requests' old ones, or added.

    Equal to a snapshot built anew from the store, but for the order of dictionary words. Shares with `base` what is the
    same; what is new goes into the room behind the columns.
    """
    if list(crews) != list(base.crews):
        base = _recrewed(base, crews)
    encoder = _encoder_of(base, crews)
    ordered = sorted(rows, key=lambda r: r.id)
    fresh = encoder.columns(ordered)
    fresh |= {name: fitted(fresh[name]) for name in _FITTED}
    place = np.searchsorted(base.ids, fresh["ids"])
    is_old = np.zeros(len(place), dtype=np.bool_)
    inside = np.flatnonzero(place < len(base))
    is_old[inside] = base.ids[place[inside]] == fresh["ids"][inside]
    at, old, new = place[is_old], np.flatnonzero(is_old), np.flatnonzero(~is_old)
    made_words = _add_addresses(base, fresh, list(encoder.addresses), at, old)
    fresh["risk"] = unknown(len(place))
    fresh["risk"][old] = base.risk[at]
    fresh["facet"], made_facets = faceting.changed(base.facets, _with_place(fresh), base.facet[at])
    columns, rooms, touched = _merged(base, fresh, at, old, new)
    where = place.copy()
    where[new] = len(base) + np.arange(len(new))
    made = Snapshot(
        **columns,
        address_words=made_words,
        facets=made_facets,
        happened=moments.changed(base.happened, moments.happened(ordered), where),
        **_words(encoder, crews),
        head=head,
        rooms=rooms,
        kept=_kept_after(base, touched),
    )
    if (
        base.__dict__.get("number_mark") is not None
        and values(fresh["number_codes"], base.number_mark or 0) is not None
    ):
        made.__dict__["number_mark"] = base.number_mark
    return made if np.all(place[new] == len(base)) else _sorted_by_id(made)


def unknown(size: int) -> Bytes:
    """The risks of so many rows while there is no forecast."""
    return np.full(size, -1, np.int8)


def with_risks(base: Snapshot, ids: Ints, percent: Bytes) -> Snapshot:
    """`base` with these risks of these requests (ascending ids), and none of any other."""
    risk = unknown(len(base))
    at = np.minimum(np.searchsorted(base.ids, ids), max(0, len(base) - 1))
    known = base.ids[at] == ids if len(base) else np.zeros(len(ids), np.bool_)
    risk[at[known]] = percent[known]
    differs = np.flatnonzero(risk != base.risk)
    if not len(differs):
        return base
    rooms = {name: room for name, room in base.rooms.items() if name != "risk"}
    made = replace(base, risk=risk, rooms=rooms, kept=_kept_after(base, {"risk": differs}))
    if "number_mark" in base.__dict__:
        made.__dict__["number_mark"] = base.number_mark
    return made


def risks(snapshot: Snapshot, rows: Ints | slice, now_ms: int) -> Bytes:
    """The risks of these rows in percent; −1 where none is known, and of what has no due time still to come."""
    ahead = (snapshot.due_ms[rows] >= now_ms) & (snapshot.status[rows] != CLOSED)
    return np.where(ahead, snapshot.risk[rows], np.int8(-1))


def _encoder_of(base: Snapshot, crews: Sequence[Crew]) -> Encoder:
    encoder = Encoder(crews)
    encoder.services = Dictionary(zip(base.services, base.service_codes, strict=True))
    encoder.areas = Dictionary(base.areas)
    encoder.upstreams = Dictionary(base.upstreams)
    encoder.handlers = Dictionary(base.handlers)
    return encoder


def _add_addresses(base: Snapshot, fresh: dict[str, Values], texts: list[str], at: Ints, old: Ints) -> Words:
    """The words with what is new among the fresh rows' addresses; an address that stays keeps its number."""
    local = fresh["address_idx"]
    said = base.addresses
    same = [said[row] == texts[local[i]] for row, i in zip(at.tolist(), old.tolist(), strict=True)]
    stays = old[np.array(same, dtype=np.bool_)]
    moved = np.ones(len(local), dtype=np.bool_)
    moved[stays] = False
    used, numbers = np.unique(local[moved], return_inverse=True)
    local[moved] = len(base.address_words) + numbers
    local[stays] = base.address_idx[at[np.array(same, dtype=np.bool_)]]
    return extended(base.address_words, [texts[i] for i in used.tolist()])


def _merged(
    base: Snapshot, fresh: Mapping[str, Values], at: Ints, old: Ints, new: Ints
) -> tuple[dict[str, Any], dict[str, Room], dict[str, Ints]]:
    """The columns with the fresh rows in them, where these can grow, and which old rows changed, by column."""
    columns: dict[str, Any] = {}
    rooms = dict(base.rooms)
    touched: dict[str, Ints] = {}
    for name in _ROWS:
        column: Values = getattr(base, name)
        differs = np.flatnonzero(column[at] != fresh[name][old])
        if len(differs):
            touched[name] = at[differs]
            column, rooms[name] = changed(column, at[differs], fresh[name][old[differs]])
        if len(new):
            column, rooms[name] = grown(column, rooms.get(name), fresh[name][new])
        columns[name] = column
    return columns, rooms, touched


def _kept_after(base: Snapshot, touched: Mapping[str, Ints]) -> dict[Columns, Kept]:
    none = np.empty(0, np.int64)
    made = {}
    for order, kept in base.kept.items():
        stale = [touched.get(name, none) for column, _ in order for name in SOURCES[column]]
        made[order] = kept.after(np.concatenate(stale))
    return made


def _recrewed(base: Snapshot, crews: Sequence[Crew]) -> Snapshot:
    """`base` with its crews counted by the list as it is now."""
    place = {c.id: i for i, c in enumerate(crews)}
    table = fitted(np.array([place.get(c.id, -1) for c in base.crews] + [-1], dtype=np.int64))
    same = np.array_equal(table[:-1], np.arange(len(base.crews)))
    kept = {order: k for order, k in base.kept.items() if all(column != "crew" for column, _ in order)}
    if same:
        return replace(base, crews=list(crews), kept=kept)
    return replace(
        base,
        crews=list(crews),
        crew_idx=table[base.crew_idx],
        facets=replace(base.facets, crew_idx=table[base.facets.crew_idx]),
        rooms={name: room for name, room in base.rooms.items() if name != "crew_idx"},
        kept=kept,
    )


def _sorted_by_id(made: Snapshot) -> Snapshot:
    """The same in ascending order of id, for the rare new request that is not the last."""
    order = np.argsort(made.ids)
    columns = {name: getattr(made, name)[order] for name in _ROWS}
    return replace(made, **columns, happened=moments.sorted_by(made.happened, order), rooms={}, kept={})
