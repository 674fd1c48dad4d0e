"""What will breach: the chance that an open request misses its due time, from how the city closed those before it.

Of each service, and of each service in each area, it is counted how many of those still open in each twelfth of their
allowed time were closed in it (the actuarial survival table). The chance to miss the due time is the share that is left
over of the twelfths still to come. Where few are known the area leans on the service, and the service on the share of
it that was late before. Only the last 90 days count, so that load and season are those of now; what is open is counted
for as long as it has been, and what was open before the history begins only from there on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.queue.snapshot import CLOSED, NONE, Ints, Mask, Snapshot

Floats = npt.NDArray[np.float64]
DAY = 86_400_000
PARTS = 12
"""The allowed time is looked at in so many parts."""
WINDOW = 90 * DAY
SHORTEST = 14 * DAY
"""So long (ms) closings must have been recorded before a number is shown."""
FEWEST = 10
"""So many of a service must have come to an end in the window before a number is shown."""
LAST = 40
"""A reason counts so many of those before."""
_NO_KINDS = np.empty(0, np.int64)
_SHARE, _SERVICE, _AREA = 5.0, 3.0, 20.0
"""How many requests what stands above counts for: the city's share, the service's share, the service in an area.
Chosen on July to September 2011 alone (tests/evaluate/breaches.py)."""


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due within some hours: how many requests, and how many of these are expected to be late."""

    hours: int
    due: int
    breaches: float | None
    """None where the history is too short."""
    unknown: int
    """Of those due, how many are of a service too few of which have ended: they are not in `breaches`."""

    @property
    def query(self) -> str:
        """The words that find exactly these requests."""
        return f"due<{self.hours}h -is:overdue"


@dataclass(frozen=True, slots=True)
class Reason:
    """Of the last requests like one that were still open as far into their allowed time, how many were late."""

    late: int
    of: int
    here: bool
    """Whether they were in its own area; else anywhere in the city."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """The chances of one moment, for a snapshot's rows."""

    snapshot: Snapshot
    now_ms: int
    since_ms: int
    """The first closing on record; NONE where there is none."""
    kinds: Ints
    """Ascending: which services in which areas the history holds (`_kinds`)."""
    left: Floats
    """By service, then by kind, and by part: of those open at its beginning, the share that is open at its end."""
    ended: Ints
    """By service: how many came to an end, by being closed or by their due time, in the window."""

    @property
    def too_short(self) -> bool:
        """Whether closings are known for so short a time that no number is to be shown."""
        return self.since_ms == NONE or self.now_ms - self.since_ms < SHORTEST

    @cached_property
    def ahead(self) -> Ints:
        """The rows that are open and have a due time still to come."""
        snapshot = self.snapshot
        return np.flatnonzero(snapshot.is_open & (snapshot.due_ms != NONE) & (snapshot.due_ms >= self.now_ms))

    @cached_property
    def chances(self) -> Floats:
        """The chance of each of `ahead`; NaN where nothing can be said."""
        return self.of(self.ahead)

    def of(self, rows: Ints) -> Floats:
        """The chance (0 to 1) that each of these rows, open now, misses its due time; NaN where nothing can be said."""
        snapshot = self.snapshot
        if self.too_short:
            return np.full(len(rows), np.nan)
        part = PARTS * np.clip(_fraction(snapshot, rows, self.now_ms), 0.0, 1.0)
        whole = np.minimum(part.astype(np.int64), PARTS)
        rest = np.ones((self.left.shape[0], PARTS + 1))
        rest[:, :PARTS] = np.cumprod(self.left[:, ::-1], axis=1)[:, ::-1]
        cell = self._cells(rows)
        gone = self.left[cell, np.minimum(whole, PARTS - 1)] ** (part - whole)
        made = rest[cell, whole] / gone
        known = (self.ended[snapshot.service_idx[rows]] >= FEWEST) & (_span(snapshot, rows) > 0)
        return np.where(known & (snapshot.due_ms[rows] != NONE), made, np.nan)

    def _cells(self, rows: Ints) -> Ints:
        """Where in `left` each row's kind stands; its service, where the history holds none of the kind."""
        services, kinds = self.snapshot.service_idx[rows].astype(np.int64), _kinds(self.snapshot, rows)
        if not len(self.kinds):
            return services
        at = np.minimum(np.searchsorted(self.kinds, kinds), len(self.kinds) - 1)
        return np.where(self.kinds[at] == kinds, len(self.snapshot.services) + at, services)

    def within(self, hours: int, only: Mask | None = None) -> Due:
        """What falls due in the next hours, and how much of it is expected to be late; `only` of these rows."""
        soon = self.snapshot.due_ms[self.ahead] < self.now_ms + hours * 3_600_000
        if only is not None:
            soon &= only[self.ahead]
        chances = self.chances[soon]
        unknown = int(np.isnan(chances).sum())
        breaches = None if self.too_short else float(np.nansum(chances))
        return Due(hours, int(np.count_nonzero(soon)), breaches, unknown)

    def reason(self, row: int) -> Reason | None:
        """What the chance of a row rests on, in numbers that can be counted; None where there is nothing to count."""
        snapshot = self.snapshot
        after = float(_fraction(snapshot, np.array([row]), self.now_ms)[0])
        same = np.flatnonzero(snapshot.service_idx == snapshot.service_idx[row])
        same = same[_decided(snapshot, same, self.since_ms, self.now_ms)]
        reached = _ended_fraction(snapshot, same, self.now_ms) >= after
        same = same[reached]
        here = same[snapshot.area_idx[same] == snapshot.area_idx[row]]
        is_here = len(here) >= FEWEST and bool(snapshot.areas[snapshot.area_idx[row]])
        those = here if is_here else same
        if not len(those) or self.too_short:
            return None
        those = those[np.argsort(snapshot.due_ms[those], kind="stable")][-LAST:]
        late = int(np.count_nonzero(_ended_fraction(snapshot, those, self.now_ms) > 1.0))
        return Reason(late, len(those), is_here)


def forecast(snapshot: Snapshot, now_ms: int) -> Forecast:
    """Learn from what was known at `now_ms` (ms since 1970), and nothing later: a closing after it is not seen."""
    ended = _closed_by(snapshot, now_ms)
    since = int(snapshot.closed_ms[ended].min()) if ended.any() else NONE
    n, rows = len(snapshot.services), _history(snapshot, now_ms)
    if since == NONE or not len(rows):
        return Forecast(snapshot, now_ms, since, _NO_KINDS, np.ones((n, PARTS)), np.zeros(n, np.int64))
    service = snapshot.service_idx[rows].astype(np.int64)
    kinds, kind = np.unique(_kinds(snapshot, rows), return_inverse=True)
    prior = _shares(snapshot, since, now_ms)[:, None] ** (1 / PARTS)
    closings, open_ = _table(snapshot, rows, service, n, since, now_ms)
    of_service = 1 - (closings + _SERVICE * (1 - prior)) / (open_ + _SERVICE)
    closings, open_ = _table(snapshot, rows, kind, len(kinds), since, now_ms)
    above = of_service[kinds // max(1, len(snapshot.areas))]
    of_area = 1 - (closings + _AREA * (1 - above)) / (open_ + _AREA)
    over = _closed_by(snapshot, now_ms)[rows] | _decided(snapshot, rows, since, now_ms)
    counted = np.bincount(service[over], minlength=n)
    return Forecast(snapshot, now_ms, since, kinds, np.concatenate((of_service, of_area)), counted)


def _history(snapshot: Snapshot, now_ms: int) -> Ints:
    """The rows of the window whose allowed time and end, or that they have none yet, are known."""
    asked = snapshot.requested_ms
    known = (asked < now_ms) & (asked > now_ms - WINDOW) & (snapshot.due_ms != NONE) & (snapshot.due_ms > asked)
    return np.flatnonzero(known & ~_unsure(snapshot))


def _unsure(snapshot: Snapshot) -> Mask:
    """Closed, but it is not known when."""
    unsure: Mask = (snapshot.status == CLOSED) & (snapshot.closed_ms == NONE)
    return unsure


def _closed_by(snapshot: Snapshot, now_ms: int) -> Mask:
    closed: Mask = (snapshot.closed_ms != NONE) & (snapshot.closed_ms <= now_ms) & (snapshot.requested_ms < now_ms)
    return closed


def _kinds(snapshot: Snapshot, rows: Ints) -> Ints:
    """Of each row its service and area in one number."""
    return snapshot.service_idx[rows].astype(np.int64) * max(1, len(snapshot.areas)) + snapshot.area_idx[rows]


def _span(snapshot: Snapshot, rows: Ints) -> Ints:
    """The allowed time, in ms."""
    return snapshot.due_ms[rows] - snapshot.requested_ms[rows]


def _fraction(snapshot: Snapshot, rows: Ints, at: int | Ints) -> Floats:
    """How much of the allowed time was over at a moment: 0 at the filing, 1 at the due time."""
    return (at - snapshot.requested_ms[rows]) / np.maximum(_span(snapshot, rows), 1)


def _ended_fraction(snapshot: Snapshot, rows: Ints, now_ms: int) -> Floats:
    """How much of the allowed time it took to the closing, or to now while there was none."""
    closed = snapshot.closed_ms[rows]
    return _fraction(snapshot, rows, np.where((closed == NONE) | (closed > now_ms), now_ms, closed))


def _decided(snapshot: Snapshot, rows: Ints, since: int, now_ms: int) -> Mask:
    """Which of the rows, seen since they were filed, have reached their due time: whether they kept it is known."""
    asked, due = snapshot.requested_ms[rows], snapshot.due_ms[rows]
    decided: Mask = (asked >= since) & (due != NONE) & (due > asked) & (due <= now_ms) & ~_unsure(snapshot)[rows]
    return decided


def _shares(snapshot: Snapshot, since: int, now_ms: int) -> Floats:
    """By service the share of requests that missed their due time, over all the history."""
    rows = np.flatnonzero(_decided(snapshot, np.arange(len(snapshot)), since, now_ms))
    late = _ended_fraction(snapshot, rows, now_ms) > 1.0
    service, n = snapshot.service_idx[rows], len(snapshot.services)
    city = (np.count_nonzero(late) + 2.0) / (len(rows) + 10.0)
    shares: Floats = (np.bincount(service[late], minlength=n) + _SHARE * city) / (
        np.bincount(service, minlength=n) + _SHARE
    )
    return shares


def _table(snapshot: Snapshot, rows: Ints, kind: Ints, kinds: int, since: int, now_ms: int) -> tuple[Floats, Floats]:
    """By kind and part of the allowed time: how many were closed in it, and how many were open (half of those that
    came into sight or went out of it there)."""
    leaves = np.clip(PARTS * _ended_fraction(snapshot, rows, now_ms), 0, PARTS).astype(np.int64)
    begins = np.clip(PARTS * _fraction(snapshot, rows, np.maximum(snapshot.requested_ms[rows], since)), 0, PARTS)
    enters = np.minimum(begins.astype(np.int64), leaves)
    late_in, closed = begins > 0, _closed_by(snapshot, now_ms)[rows]

    def tally(part: Ints, of: Mask | slice) -> Floats:
        cells = kind[of] * (PARTS + 1) + part[of]
        return np.bincount(cells, minlength=kinds * (PARTS + 1)).reshape(kinds, PARTS + 1).astype(np.float64)

    came, came_late, went, ended = (
        tally(enters, slice(None)), tally(enters, late_in), tally(leaves, slice(None)), tally(leaves, closed)
    )  # fmt: skip
    open_ = np.cumsum(came, axis=1) - np.cumsum(went, axis=1) + went
    open_ -= (went - ended) / 2 + came_late / 2
    return ended[:, :PARTS], np.maximum(open_, ended)[:, :PARTS]
