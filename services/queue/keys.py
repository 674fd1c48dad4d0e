"""What each column of the queue is sorted by: a whole number for every row."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from services.errors import Bug, Invalid
from services.queue.kept import Ints, Rows, Take
from services.queue.packed import MISSING, Codes, mark, values, words, words_of
from services.queue.snapshot import CLOSED, NONE, Snapshot

_SOME = 4096
"""Of more rows than these all the queue's addresses are put in order, once, instead of theirs each time."""


def _due(snapshot: Snapshot, rows: Rows) -> Ints:
    due = snapshot.due_ms[rows]
    return np.where((due == NONE) | (snapshot.status[rows] == CLOSED), MISSING, due)


def _risk(snapshot: Snapshot, rows: Rows) -> Ints:
    risk = snapshot.risk[rows].astype(np.int64)
    return np.where((risk < 0) | (snapshot.status[rows] == CLOSED), MISSING, risk)


def _age(snapshot: Snapshot, rows: Rows) -> Ints:
    return -snapshot.requested_ms[rows]


def _time(snapshot: Snapshot, rows: Rows, name: str) -> Ints:
    times: Ints = getattr(snapshot, name)[rows]
    return np.where(times == NONE, MISSING, times)


def _small(snapshot: Snapshot, rows: Rows, name: str) -> Ints:
    numbers = getattr(snapshot, name)[rows].astype(np.int64)
    return np.where(numbers < 0, MISSING, numbers)


def _word(snapshot: Snapshot, rows: Rows, name: str, ranks: Ints) -> Ints:
    numbers: Ints = getattr(snapshot, name)[rows]
    return ranks[numbers]


def _worded(name: str, texts: Callable[[Snapshot], list[str]]) -> Callable[[Snapshot], Take]:
    """The key of a column of numbers, by the words they stand for; −1 is no word."""

    def key(snapshot: Snapshot) -> Take:
        ranks = _ranks((*texts(snapshot), ""))
        return partial(_word, snapshot, name=name, ranks=ranks)

    return key


@lru_cache(maxsize=16)
def _ranks(texts: tuple[str, ...]) -> Ints:
    return words(texts).ranks


def _number(snapshot: Snapshot) -> Take:
    column, parting = snapshot.number_codes, snapshot.number_mark
    if parting is None:
        ranks = words_of(column).ranks
        return lambda rows: ranks[rows]
    return partial(_plain_number, column, parting)


def _plain_number(column: Codes, parting: int, rows: Rows) -> Ints:
    made = values(column[rows], parting)
    if made is None:
        raise Bug("The numbers of the queue do not have the shape that was seen in them.")
    return made


def _address(snapshot: Snapshot) -> Take:
    return partial(_word, snapshot, name="address_idx", ranks=snapshot.address_words.ranks)


_KEYS: dict[str, Callable[[Snapshot], Take]] = {
    "due": lambda s: partial(_due, s),
    "risk": lambda s: partial(_risk, s),
    "age": lambda s: partial(_age, s),
    "requested": lambda s: partial(_time, s, name="requested_ms"),
    "updated": lambda s: partial(_time, s, name="updated_ms"),
    "closed": lambda s: partial(_time, s, name="closed_ms"),
    "status": lambda s: partial(_small, s, name="status"),
    "outcome": lambda s: partial(_small, s, name="outcome"),
    "channel": lambda s: partial(_small, s, name="channel"),
    "facet": lambda s: partial(_small, s, name="facet"),
    "service": _worded("service_idx", lambda s: list(s.services)),
    "area": _worded("area_idx", lambda s: list(s.areas)),
    "crew": _worded("crew_idx", lambda s: [c.name for c in s.crews]),
    "upstream": _worded("upstream_idx", lambda s: list(s.upstreams)),
    "handler": _worded("handler_idx", lambda s: list(s.handlers)),
    "claimed": _worded("claimed_idx", lambda s: list(s.handlers)),
    "address": _address,
    "number": _number,
}


def key(snapshot: Snapshot, column: str) -> Take:
    """The sorting keys of a column. Raises Invalid for a column that there is none of."""
    if column not in _KEYS:
        raise Invalid(f"The queue cannot be sorted by “{column}”.")
    return _KEYS[column](snapshot)


def few(snapshot: Snapshot, column: str) -> Take:
    """The same for a few rows: keys that put these in order, not to be compared with those of others."""
    if column == "number":
        return partial(_few_numbers, snapshot.number_codes)
    if column == "address" and "ranks" not in snapshot.address_words.__dict__:
        return partial(_few_addresses, snapshot)
    return key(snapshot, column)


def _few_numbers(column: Codes, rows: Rows) -> Ints:
    chosen = column[rows]
    made = values(chosen, mark(chosen))
    return words_of(chosen).ranks if made is None else made


def _few_addresses(snapshot: Snapshot, rows: Rows) -> Ints:
    if not isinstance(rows, slice) and len(rows) > _SOME:
        return _address(snapshot)(rows)
    used, back = np.unique(snapshot.address_idx[rows], return_inverse=True)
    return snapshot.address_words.some(used).ranks[back]
