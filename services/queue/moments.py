"""What can happen to a request more than once, such as that a resident is told: each time of every request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from services.domain.queue_row import QueueRow

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Values = npt.NDArray[Any]
FIELDS = {"told": "told_at", "undelivered": "failed_at", "reopened": "reopened_at"}
"""By the query word that asks for it: where a queue row has it."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Entry i says that it happened to the request in row `rows[i]` at `at[i]`; by row, and of a row by time."""

    rows: Int32s
    at: Ints
    """Ms since 1970 UTC."""

    def __len__(self) -> int:
        return len(self.at)


Happened = Mapping[str, Moments]
"""By the keys of FIELDS."""
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_NEVER = Moments(np.empty(0, np.int32), np.empty(0, np.int64))


def happened(rows: Sequence[QueueRow]) -> Happened:
    """What these rows hold; a row's number is its place among them."""
    return {key: _read([getattr(row, field) for row in rows]) for key, field in FIELDS.items()}


def _read(said: Sequence[str | None]) -> Moments:
    times = [(row, sorted(map(int, text.split(",")))) for row, text in enumerate(said) if text]
    if not times:
        return _NEVER
    rows = np.repeat([row for row, _ in times], [len(at) for _, at in times])
    return Moments(rows.astype(np.int32), np.array([ms for _, at in times for ms in at], np.int64))


def joined(parts: Sequence[Happened], sizes: Sequence[int]) -> Happened:
    """Those of one or more stretches of rows, each of so many, one after the other."""
    starts = np.cumsum([0, *sizes[:-1]], dtype=np.int32)
    made = {}
    for key in FIELDS:
        rows = [part[key].rows + start for part, start in zip(parts, starts, strict=True)]
        made[key] = Moments(np.concatenate(rows), np.concatenate([part[key].at for part in parts]))
    return made


def sorted_by(base: Happened, order: Ints) -> Happened:
    """The same where what was row `order[i]` is row i."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return {key: _moved(made, place) for key, made in base.items()}


def _moved(made: Moments, place: Ints) -> Moments:
    """The same where row i has become row `place[i]`."""
    rows = place[made.rows].astype(np.int32)
    order = np.argsort(rows, kind="stable")
    return Moments(rows[order], made.at[order])


def changed(base: Happened, fresh: Happened, place: Ints) -> Happened:
    """`base` with what fresh rows hold in place of what these held before; fresh row i is row `place[i]`."""
    return {key: _changed(made, _moved(fresh[key], place), np.sort(place)) for key, made in base.items()}


def _changed(base: Moments, new: Moments, rows: Ints) -> Moments:
    first, end, start, stop = (
        np.searchsorted(made.rows, rows.astype(np.int32), side) for made in (base, new) for side in _SIDES
    )
    many = end - first
    old = np.repeat(end - np.cumsum(many), many) + np.arange(int(many.sum()))
    if np.array_equal(base.rows[old], new.rows) and np.array_equal(base.at[old], new.at):
        return base
    some = np.flatnonzero((end > first) | (stop > start))
    cuts = list(zip(*(edge[some].tolist() for edge in (first, end, start, stop)), strict=True))
    return Moments(_spliced(base.rows, new.rows, cuts), _spliced(base.at, new.at, cuts))


def _spliced(old: Values, new: Values, cuts: Sequence[tuple[int, int, int, int]]) -> Values:
    """The old numbers, where in place of old[a:b] stands new[c:d] for each cut (a, b, c, d)."""
    parts: list[Values] = []
    at = 0
    for first, end, start, stop in cuts:
        parts += old[at:first], new[start:stop]
        at = end
    return np.concatenate([*parts, old[at:]])
