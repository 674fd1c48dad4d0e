"""What requests have in common: each combination of status, service, crew and so on once, and how many rows have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from services.queue.encoding import CLOSED

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Small = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[Any]]

FACETS = (
    "status", "outcome", "channel", "flags", "service_idx", "crew_idx", "area_idx", "upstream_idx", "handler_idx",
    "claimed_idx", "has_place",
)  # fmt: skip
_ODD = np.array([pow(0x9E3779B97F4A7C15, power, 2**64) for power in range(1, len(FACETS) + 1)], np.uint64)


@dataclass(frozen=True, eq=False)
class Facets:
    """The combinations. Value i of every column belongs to combination i; the columns are those of a snapshot."""

    status: Small
    outcome: Small
    channel: Small
    flags: Small
    service_idx: Small
    crew_idx: Small
    area_idx: Small
    upstream_idx: Small
    handler_idx: Small
    claimed_idx: Small
    has_place: Mask
    count: Ints
    """How many rows have the combination."""

    def __len__(self) -> int:
        return len(self.count)

    @cached_property
    def is_open(self) -> Mask:
        """Which combinations are of open requests."""
        return np.not_equal(self.status, CLOSED)

    @cached_property
    def starts(self) -> Ints:
        """Where the rows of each combination begin, when rows stand in the order of their combinations."""
        return np.cumsum(self.count) - self.count

    @property
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """The columns by name, without the counts."""
        return {name: getattr(self, name) for name in FACETS}

    @cached_property
    def _hashes(self) -> tuple[npt.NDArray[np.uint64], Ints]:
        hashes = _hash(self.columns)
        order = np.argsort(hashes)
        return hashes[order], order

    def find(self, rows: Columns) -> Int32s:
        """The combination of each of these rows; −1 where it is a new one."""
        known, order = self._hashes
        if not len(known):
            return np.full(len(rows["status"]), -1, np.int32)
        at = order[np.minimum(np.searchsorted(known, _hash(rows)), len(known) - 1)]
        same = np.ones(len(at), dtype=np.bool_)
        for name, column in self.columns.items():
            same &= column[at] == rows[name]
        return np.where(same, at, -1).astype(np.int32)


def _hash(columns: Columns) -> npt.NDArray[np.uint64]:
    made = np.zeros(len(columns["status"]), np.uint64)
    for name, odd in zip(FACETS, _ODD, strict=True):
        made += columns[name].astype(np.uint64) * odd
    return made


def facets(rows: Columns) -> tuple[Int32s, Facets]:
    """The combination of each row, and all of them."""
    found, made = _distinct(rows)
    return found, Facets(**made, count=np.bincount(found, minlength=len(made["status"])))


def _distinct(rows: Columns) -> tuple[Int32s, dict[str, npt.NDArray[Any]]]:
    """The number of each row's combination, and these; two with one hash stand for themselves, row by row."""
    _, first, back = np.unique(_hash(rows), return_index=True, return_inverse=True)
    found = back.astype(np.int32)
    odd = np.zeros(len(found), dtype=np.bool_)
    for name in FACETS:
        odd |= rows[name][first][found] != rows[name]
    alone = np.flatnonzero(odd)
    found[alone] = len(first) + np.arange(len(alone))
    chosen = np.concatenate([first, alone])
    return found, {name: rows[name][chosen] for name in FACETS}


def changed(base: Facets, rows: Columns, before: Int32s) -> tuple[Int32s, Facets]:
    """The combinations of changed and new rows, and all of them; `before` are those that the changed rows had."""
    found = base.find(rows)
    new = np.flatnonzero(found < 0)
    numbers, fresh = _distinct({name: rows[name][new] for name in FACETS})
    found[new] = len(base) + numbers
    columns = base.columns
    if len(new):
        columns = {name: np.concatenate([column, fresh[name]]) for name, column in columns.items()}
    size = len(columns["status"])
    count = np.bincount(found, minlength=size) - np.bincount(before, minlength=size)
    count[: len(base)] += base.count
    made = Facets(**columns, count=count)
    if not len(new) and "_hashes" in base.__dict__:
        made.__dict__["_hashes"] = base._hashes
    return found, made
