"""Where the open requests of a snapshot lie, by place and by address, kept current as requests come, move and close."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.geo.projection import NO_PLACE
from services.intake.address_keys import NO_ADDRESS, keys
from services.queue.packed import Words
from services.queue.snapshot import CLOSED, Int32s, Ints, Mask, Small, Snapshot

CROWD = 50
"""So many open requests at exactly one point tell that it stands for "somewhere": a default of whoever placed them."""
BAND = 14
"""The city is cut into bands of 2**14 world units, some 100 m from south to north, each sorted from west to east."""
_LEAST, _MOST, _SHARE = 256, 4096, 16
"""How many changes are looked through before all is sorted anew: a sixteenth of the open requests, within bounds."""


class Spots(NamedTuple):
    """Some open requests: their rows in the snapshot, services, places in world units, and address keys."""

    rows: Int32s
    service: Small
    x: Int32s
    y: Int32s
    keys: Ints

    def where(self, chosen: Mask | Ints | slice) -> Spots:
        """Those of a mask, of some indices or of a stretch."""
        return Spots(self.rows[chosen], self.service[chosen], self.x[chosen], self.y[chosen], self.keys[chosen])

    def joined(self, other: Spots) -> Spots:
        """These, then the others."""
        return _joined([self, other]) if len(other.rows) else self

    def squares(self, x: int, y: int) -> npt.NDArray[np.float64]:
        """How far each is from a point, squared, in world units."""
        return _squares(self.x, self.y, x, y)


class Circle(NamedTuple):
    """A point in world units, and how far around it."""

    x: int
    y: int
    reach: float

    def holds(self, x: Int32s, y: Int32s) -> Mask:
        """Which of these points lie in it."""
        inside: Mask = _squares(x, y, self.x, self.y) <= self.reach * self.reach
        return inside


def _squares(x: Int32s, y: Int32s, at_x: int, at_y: int) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.square(x - float(at_x)) + np.square(y - float(at_y))
    return found


class Standing:
    """The open requests of the snapshot last followed. For one thread at a time."""

    _snapshot: Snapshot
    _by_band: Spots
    _along: Ints
    """Where each of those lies along its band, ascending from band to band."""
    _by_address: Spots
    _stale: Mask
    """By row: whether it has changed since everything was sorted, and is to be looked for in `_late` only."""
    _late: Spots
    """What has changed or come since, and is open."""
    _noted: int
    _most: int

    def __init__(self, snapshot: Snapshot) -> None:
        self._sort(snapshot)

    def follow(self, snapshot: Snapshot) -> None:
        """Be current with this snapshot: what changed is noted aside, and everything is sorted anew now and then."""
        before, self._snapshot = self._snapshot, snapshot
        if snapshot is before:
            return
        changed = _changed(before, snapshot)
        more = len(snapshot) - len(before)
        if changed is None or self._noted + len(changed) + more > self._most:
            self._sort(snapshot)
            return
        self._noted += len(changed) + more
        self._stale[changed[changed < len(self._stale)]] = True
        fresh = np.concatenate([changed, np.arange(len(before), len(snapshot))])
        stays = self._late.where(~np.isin(self._late.rows, fresh))
        self._late = _joined([stays, _spots(snapshot, fresh[snapshot.status[fresh] != CLOSED])])

    def is_crowd(self, x: int, y: int) -> bool:
        """Whether this point was crowded when everything was last sorted."""
        return len(self.crowds) > 0 and bool(np.isin(_points(x, y), self.crowds))

    def within(self, circle: Circle, likely: Mask) -> Spots:
        """The open requests around a point, but for those without a place and at a crowd.

        Only those of services for which `likely` holds, by service of the snapshot.
        """
        x, y, reach = circle
        bands = np.arange(floor(y - reach) >> BAND, (floor(y + reach) >> BAND) + 1)
        ends = np.concatenate([_along(bands, floor(x - reach)), _along(bands, floor(x + reach) + 1)])
        spans = np.searchsorted(self._along, ends).reshape(2, -1).T.tolist()
        of = self._by_band
        near_x, near_y, service = (np.concatenate([c[a:b] for a, b in spans]) for c in (of.x, of.y, of.service))
        near = np.flatnonzero(circle.holds(near_x, near_y) & likely[service])
        known = of.where(np.concatenate([np.arange(a, b) for a, b in spans])[near])
        if not self._noted:
            return known
        late = self._late.where(circle.holds(self._late.x, self._late.y) & likely[self._late.service])
        return known.where(~self._stale[known.rows]).joined(late.where(self.has_place(late)))

    def at_address(self, key: int) -> Spots:
        """The open requests with this address; none for the key of no address."""
        if key == NO_ADDRESS:
            return self._late.where(slice(0, 0))
        first, last = np.searchsorted(self._by_address.keys, [key, key + 1]).tolist()
        known = self._by_address.where(slice(first, last))
        if not self._noted:
            return known
        return known.where(~self._stale[known.rows]).joined(self._late.where(self._late.keys == key))

    def has_place(self, spots: Spots) -> Mask:
        """Which of them lie at a place that tells something."""
        placed: Mask = spots.x != NO_PLACE
        return placed & ~np.isin(_points(spots.x, spots.y), self.crowds) if len(self.crowds) else placed

    def _sort(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        spots = _spots(snapshot, np.flatnonzero(snapshot.status != CLOSED))
        self._most = min(_MOST, max(_LEAST, len(spots.rows) // _SHARE))
        self._noted = 0
        self._stale = np.zeros(len(snapshot), np.bool_)
        self._late = spots.where(slice(0, 0))
        self.crowds = _crowds(spots)
        placed = spots.where(self.has_place(spots))
        along = _along(placed.y.astype(np.int64) >> BAND, placed.x)
        order = np.argsort(along, kind="stable")
        self._along, self._by_band = along[order], placed.where(order)
        self._by_address = spots.where(np.argsort(spots.keys, kind="stable"))


def _spots(snapshot: Snapshot, rows: Ints) -> Spots:
    used, back = np.unique(snapshot.address_idx[rows], return_inverse=True)
    made = keys(snapshot.address_words.some(used))[back]
    return Spots(rows.astype(np.int32), snapshot.service_idx[rows], snapshot.x[rows], snapshot.y[rows], made)


def _joined(parts: Sequence[Spots]) -> Spots:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _NONE
    rows, service, x, y, made = zip(*parts, strict=True)
    glue = np.concatenate
    return Spots(glue(rows), glue(service), glue(x), glue(y), glue(made))


_NO32 = np.empty(0, np.int32)
_NONE = Spots(_NO32, _NO32, _NO32, _NO32, np.empty(0, np.int64))


def _along(band: Ints, x: npt.ArrayLike) -> Ints:
    made: Ints = (band << 32) + np.asarray(x, np.int64)
    return made


def _points(x: npt.ArrayLike, y: npt.ArrayLike) -> Ints:
    made: Ints = (np.asarray(x, np.int64) << 32) | (np.asarray(y, np.int64) & 0xFFFFFFFF)
    return made


def _crowds(spots: Spots) -> Ints:
    """The points of at least CROWD open requests each, ascending."""
    points = np.sort(_points(spots.x, spots.y)[spots.x != NO_PLACE])
    if len(points) < CROWD:
        return points[:0]
    return np.unique(points[CROWD - 1 :][points[CROWD - 1 :] == points[: len(points) - CROWD + 1]])


def _changed(before: Snapshot, after: Snapshot) -> Ints | None:
    """Which rows opened, closed, moved, or have another service or address; None where all is numbered anew."""
    size = len(before)
    if not (
        _begins(after.ids, before.ids)
        and _extends(after.address_words, before.address_words)
        and list(after.services[: len(before.services)]) == list(before.services)
    ):
        return None
    mask = np.zeros(size, np.bool_)
    if not _shared(before.status, after.status):
        mask |= (before.status == CLOSED) != (after.status[:size] == CLOSED)
    for name in ("x", "y", "service_idx", "address_idx"):
        old, new = getattr(before, name), getattr(after, name)
        if not _shared(old, new):
            mask |= old != new[:size]
    return np.flatnonzero(mask)


def _begins(longer: npt.NDArray[Any], shorter: npt.NDArray[Any]) -> bool:
    if len(longer) < len(shorter):
        return False
    return _shared(shorter, longer) or bool(np.array_equal(longer[: len(shorter)], shorter))


def _extends(longer: Words, shorter: Words) -> bool:
    return longer is shorter or (_begins(longer.ends, shorter.ends) and _begins(longer.blob, shorter.blob))


def _shared(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Whether both begin at the same memory, and so with the same values: columns never change in place."""
    return one.dtype == other.dtype and one.__array_interface__["data"][0] == other.__array_interface__["data"][0]
