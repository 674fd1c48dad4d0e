"""Counting the rows of a snapshot: by time, by name, and how long half and nine in ten of them took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from services.queue.masks import spoken
from services.queue.natural import natural
from services.queue.snapshot import NONE, Ints, Mask, Snapshot
from services.supervise.periods import Bucket

Rows = npt.NDArray[np.int64]
Numbers = npt.NDArray[Any]
_TABLE = 200_000
"""Up to so many slots a table of them is quicker than a search for each moment."""


def between(column: Ints, start: int, end: int, only: Mask | None) -> Rows:
    """The rows whose moment lies from `start` until before `end` (ms), of those of the mask."""
    inside = (column >= start) & (column < end) & (column != NONE)
    return np.flatnonzero(inside if only is None else inside & only)


def slots(moments: Ints, buckets: Sequence[Bucket]) -> Numbers:
    """In which of the buckets, which follow one another in time, each moment lies; those beyond are in none: len."""
    starts = np.array([b.start for b in buckets], np.int64)
    ends = np.array([b.end for b in buckets], np.int64)
    low, high = int(starts[0]), int(ends[-1])
    step = int(np.gcd.reduce(np.concatenate([starts, ends]) - low)) or 1
    if (high - low) // step > _TABLE:
        at = np.searchsorted(starts, moments, side="right") - 1
        return np.where((at >= 0) & (moments < ends[np.maximum(at, 0)]), at, len(buckets)).astype(np.int16)
    table = np.full((high - low) // step + 1, len(buckets), np.int16)
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        table[(start - low) // step : (end - low) // step] = i
    outside = (moments < low) | (moments >= high)
    at = (moments - low) // step
    if outside.any():
        at[outside] = len(table) - 1
    found: Numbers = table.take(at)
    return found


def counts(numbers: Numbers, size: int, chosen: Mask | None = None) -> list[int]:
    """How often each number below `size` is there."""
    kept = numbers if chosen is None else np.compress(chosen, numbers)
    made: list[int] = np.bincount(kept, minlength=size)[:size].tolist()
    return made


@dataclass(frozen=True)
class Names:
    """Names that are asked for alike are one: "Café" and "CAFE"."""

    labels: tuple[str, ...]
    """As they are written, in the order in which people count; "" for none."""
    of: Numbers
    """By the number in the snapshot's dictionary, its place in `labels`."""

    def words(self, key: str, i: int) -> str:
        """The query word for one of them: service:"Tree Emergencies"."""
        said = plain(self.labels[i])
        return f'{key}:"{said}"' if said else f"{key}:none"


def plain(name: str) -> str:
    """A name as it can stand in a query."""
    return " ".join(name.replace('"', " ").split())


def names(words: Sequence[str]) -> Names:
    """The distinct names among a dictionary's words."""
    known: dict[str, str] = {}
    for word in words:
        known.setdefault(spoken(word), word if spoken(word) else "")
    order = sorted(known, key=lambda key: (not key, natural(key)))
    place = {key: i for i, key in enumerate(order)}
    return Names(tuple(known[key] for key in order), np.array([place[spoken(w)] for w in words], np.int16))


@dataclass(frozen=True)
class AreaNames:
    """The areas one by one, where the snapshot's words join several: "Ward 6, South Boston"."""

    names: Names
    holds: Numbers
    """Which area is in which of the snapshot's words, shape (areas, words)."""

    def counts(self, numbers: Numbers, chosen: Mask | None = None) -> list[int]:
        """How many rows lie in each area, by the numbers of their words."""
        made: list[int] = (self.holds @ np.array(counts(numbers, self.holds.shape[1], chosen), np.int64)).tolist()
        return made


def area_names(words: Sequence[str]) -> AreaNames:
    """The areas among a dictionary's words."""
    split = [[part for part in plain(word).split(", ") if part] or [""] for word in words]
    made = names(sorted({part for parts in split for part in parts}))
    place = {spoken(label): i for i, label in enumerate(made.labels)}
    holds = np.zeros((len(made.labels), len(words)), np.int64)
    for i, parts in enumerate(split):
        for part in parts:
            holds[place[spoken(part)], i] = 1
    return AreaNames(made, holds)


def middle_and_most(lengths: Numbers) -> tuple[float, float]:
    """The median and the 90th percentile: of n in order the ones at (n − 1) / 2 and 0.9 (n − 1), rounded up."""
    last = len(lengths) - 1
    at = [-(-last // 2), -(-9 * last // 10)]
    parted = np.partition(lengths, at)
    return float(parted[at[0]]), float(parted[at[1]])


def each_middle_and_most(lengths: Numbers, slot: Numbers, size: int) -> list[tuple[float, float] | None]:
    """The same for each slot below `size`; None where nothing is in it."""
    order = np.argsort(slot, kind="stable")
    ends = np.cumsum(np.bincount(slot, minlength=size)[:size]).tolist()
    parted = np.split(lengths.take(order), ends)[:size]
    return [middle_and_most(part) if len(part) else None for part in parted]


def group_of(snapshot: Snapshot, column: str, rows: Rows, of: Numbers) -> Numbers:
    """The groups of some rows, by the numbers in one of the snapshot's columns."""
    found: Numbers = of.take(getattr(snapshot, column).take(rows))
    return found
