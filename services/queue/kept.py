"""Orders that are kept: the rows sorted once by their keys, and put right when a few of them change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.queue.distinct import distinct
from services.queue.packed import MISSING

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Rows = Ints | slice
Take = Callable[[Rows], Ints]
"""The sorting keys of some rows; MISSING where there is no value."""
Columns = tuple[tuple[str, bool], ...]
"""Columns by name, the weightiest first, each with whether it descends."""
SOURCES = {
    "due": ("due_ms", "status"),
    "risk": ("risk", "status"),
    "age": ("requested_ms",),
    "requested": ("requested_ms",),
    "updated": ("updated_ms",),
    "closed": ("closed_ms",),
    "status": ("status",),
    "outcome": ("outcome",),
    "channel": ("channel",),
    "facet": ("facet",),
    "service": ("service_idx",),
    "area": ("area_idx",),
    "crew": ("crew_idx",),
    "upstream": ("upstream_idx",),
    "handler": ("handler_idx",),
    "claimed": ("claimed_idx",),
    "address": ("address_idx",),
    "number": ("number_codes",),
}
"""By column of an order: the columns of the snapshot that its keys are made from."""
_ALL = slice(None)
_PIECES = 2000


@dataclass(frozen=True, eq=False)
class Kept:
    """All rows of a snapshot in an order: sorted by keys, what has none last, then by row."""

    rows: Int32s
    valued: int
    """How many of the rows have a value in the first column."""
    stale: Ints
    """Rows whose keys have changed since."""

    @cached_property
    def rank(self) -> Int32s:
        """The place of each row in the order."""
        rank = np.empty(len(self.rows), np.int32)
        rank[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return rank

    def is_current(self, size: int) -> bool:
        """True when it holds all rows of a snapshot of that size, each in its place."""
        return len(self.rows) == size and not len(self.stale)

    def after(self, rows: Ints) -> Kept:
        """The same, when these rows have changed."""
        return Kept(self.rows, self.valued, distinct(np.concatenate([self.stale, rows]))) if len(rows) else self


@dataclass(frozen=True)
class Key:
    """One column of an order."""

    take: Take
    descending: bool

    def __call__(self, rows: Rows) -> Ints:
        """The keys of these rows, the least first in the order."""
        keys = self.take(rows)
        return np.where(keys == MISSING, MISSING, -keys) if self.descending else keys


def kept(keys: Sequence[Key], size: int) -> Kept:
    """All rows put in order."""
    first = keys[0](_ALL)
    valued = size - int(np.count_nonzero(first == MISSING))
    combined = first
    for key in keys[1:]:
        more = _dense(key(_ALL))
        combined = _dense(combined) * (int(more.max(initial=0)) + 1) + more
    return Kept(argsort(combined, reverse=keys[-1].descending), valued, np.empty(0, np.int64))


def _dense(keys: Ints) -> Ints:
    order = argsort(keys)
    sorted_keys = keys[order]
    dense = np.zeros(len(keys), np.int64)
    dense[order[1:]] = np.cumsum(sorted_keys[1:] != sorted_keys[:-1])
    return dense


def argsort(keys: Ints, *, reverse: bool = False) -> Int32s:
    """Rows by key; of equal keys the first row first, or the last with `reverse`."""
    if reverse:
        return (len(keys) - 1 - argsort(keys[::-1])).astype(np.int32)
    missing = keys == MISSING
    last = np.flatnonzero(missing)
    if len(last):
        valued = np.flatnonzero(~missing)
        return np.concatenate([valued[_sorted(keys[valued])], last]).astype(np.int32)
    return _sorted(keys).astype(np.int32)


def _sorted(keys: Ints) -> Ints:
    """Stable argsort: key and row in one number where they fit, which sorts several times as fast."""
    size = len(keys)
    if np.all(keys[1:] >= keys[:-1]):
        return np.arange(size)
    bits = (size - 1).bit_length()
    half = 1 << (62 - bits)
    low, high = int(keys.min()), int(keys.max())
    if high - low < 2 * half:
        packed = ((keys - low) << bits) | np.arange(size)
        packed.sort()
        packed &= (1 << bits) - 1
        return packed
    centre = int(np.median(keys[:: max(1, size // 1000)]))
    early, late = keys < centre - half, keys >= centre + half
    middle = np.flatnonzero(~early & ~late)
    if len(middle) < size // 2:
        return np.argsort(keys, kind="stable")
    before, behind = np.flatnonzero(early), np.flatnonzero(late)
    return np.concatenate(
        [
            before[np.argsort(keys[before], kind="stable")],
            middle[_sorted(keys[middle])],
            behind[np.argsort(keys[behind], kind="stable")],
        ]
    )


def in_order(rows: Ints, keys: Sequence[Key]) -> Ints:
    """A few rows (ascending) put in order."""
    if len(keys) == 1:
        return rows[argsort(keys[0](rows), reverse=keys[0].descending)]
    turned = -1 if keys[-1].descending else 1
    return rows[np.lexsort([turned * rows, *(key(rows) for key in keys[::-1])])]


def current(old: Kept, keys: Sequence[Key], size: int) -> Kept:
    """The order put right: stale rows taken out of it, and these and the new ones put where they belong."""
    if old.is_current(size):
        return old
    moved = np.concatenate([old.stale, np.arange(len(old.rows), size)])
    if len(moved) > size // 8:
        return kept(keys, size)
    rest = old.rows
    if len(old.stale):
        gone = np.zeros(len(rest), dtype=np.bool_)
        gone[old.stale] = True
        rest = np.delete(rest, np.flatnonzero(gone.take(rest)))
    turned = -1 if keys[-1].descending else 1
    moved = in_order(moved, keys)
    theirs = [*(key(moved) for key in keys), turned * moved]
    rows = _put(rest, _places(rest, keys, theirs, turned), moved.astype(np.int32))
    valued = int(_places(rows, keys[:1], [np.array([MISSING])], 1)[0])
    return Kept(rows, valued, np.empty(0, np.int64))


def _put(rows: Int32s, places: Ints, moved: Int32s) -> Int32s:
    """The rows with each of the moved ones before its place; few are put in piece by piece, which is quicker."""
    if len(moved) > _PIECES:
        return np.insert(rows, places, moved)
    pieces, last = [], 0
    for i, place in enumerate(places.tolist()):
        pieces += [rows[last:place], moved[i : i + 1]]
        last = place
    return np.concatenate([*pieces, rows[last:]])


def _places(rows: Int32s, keys: Sequence[Key], wanted: Sequence[Ints], turned: int) -> Ints:
    """Where in `rows` each of the wanted keys belongs: before the first that is not less."""
    low = np.zeros(len(wanted[0]), np.int64)
    high = np.full(len(wanted[0]), len(rows), np.int64)
    while np.any(low < high):
        middle = (low + high) // 2
        at = rows[np.minimum(middle, len(rows) - 1)].astype(np.int64)
        less = np.zeros(len(low), dtype=np.bool_)
        equal = np.ones(len(low), dtype=np.bool_)
        ours = [*(key(at) for key in keys), turned * at]
        for have, want in zip(ours, wanted, strict=False):
            less |= equal & (have < want)
            equal &= have == want
        less &= low < high
        low = np.where(less, middle + 1, low)
        high = np.where(less | (low >= high), high, middle)
    return low
