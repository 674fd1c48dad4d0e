"""Putting rows in order by a column, in the order that people expect ("Ward 9" before "Ward 10")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid
from services.queue.snapshot import NONE, Ints, Mask, Snapshot

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and which way round; what is equal there is put in order by `then`: (column, descending)."""

    column: str = "due"
    descending: bool = False
    then: tuple[tuple[str, bool], ...] = ()

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """Every column, the weightiest first, each with whether it descends."""
        return (self.column, self.descending), *self.then


def sort(snapshot: Snapshot, rows: Ints, order: Order) -> Ints:
    """Rows by columns; rows without a value come last either way, and equal ones by id."""
    keys: list[Floats | Mask] = []
    for column, descending in order.columns:
        key = _order_keys(snapshot, column)[rows]
        missing = np.isnan(key)
        keys += [missing, np.where(missing, 0, -key if descending else key)]
    return rows[np.lexsort(keys[::-1])]


def _order_keys(snapshot: Snapshot, column: str) -> Floats:
    match column:
        case "due":
            due = snapshot.due_ms.astype(np.float64)
            due[(snapshot.due_ms == NONE) | ~snapshot.is_open] = np.nan
            return due
        case "age":
            return -snapshot.requested_ms.astype(np.float64)
        case "updated":
            return snapshot.updated_ms.astype(np.float64)
        case "status":
            return snapshot.status.astype(np.float64)
        case "channel":
            return snapshot.channel.astype(np.float64)
        case "outcome":
            outcome = snapshot.outcome.astype(np.float64)
            outcome[snapshot.outcome < 0] = np.nan
            return outcome
        case "requested":
            return snapshot.requested_ms.astype(np.float64)
        case "closed":
            closed = snapshot.closed_ms.astype(np.float64)
            closed[snapshot.closed_ms == NONE] = np.nan
            return closed
        case "upstream":
            return _by_word(snapshot.upstreams)[snapshot.upstream_idx]
        case "service":
            return _by_word(snapshot.services)[snapshot.service_idx]
        case "area":
            return _by_word(snapshot.areas)[snapshot.area_idx]
        case "crew":
            ranks = _by_word([*(c.name for c in snapshot.crews), ""])
            ranks[-1] = np.nan
            return ranks[snapshot.crew_idx]
        case "address":
            return _by_word(list(snapshot.addresses))
        case "number":
            return _by_word(list(snapshot.numbers))
    raise Invalid(f"The queue cannot be sorted by “{column}”.")


_DIGITS = re.compile(r"(\d+)")


def natural(text: str) -> list[tuple[int, int | str]]:
    """A sorting key in which "Ward 9" comes before "Ward 10"."""
    parts = _DIGITS.split(fold(text))
    return [(0, int(p)) if p.isdecimal() else (1, p) for p in parts if p]


def _by_word(words: Sequence[str]) -> Floats:
    """The rank of each word in natural order; nan for empty ones."""
    ranks = np.full(len(words), np.nan)
    distinct = sorted({w for w in words if w}, key=natural)
    place = {w: i for i, w in enumerate(distinct)}
    for i, word in enumerate(words):
        if word:
            ranks[i] = place[word]
    return ranks


def fold(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
