"""The query words of the filter bar and of `list`: read them, find the rows they mean, and put those in order.

    status:new,assigned  service:pothole  area:"Ward 3"  crew:"Tree 2"  channel:phone  upstream:city  outcome:fixed
    due<1d  due>2h  age>3d  since:2026-11-20  since:26-Aug  since:3d  due:today  is:open  is:overdue  is:visible …

Words that belong together are quoted; commas mean "or"; a leading − means "not"; anything else is searched as text, and
digits (three or more) are also looked for at the end of the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from services.queue.masks import MASKS, number_ends
from services.queue.order import Order, sort
from services.queue.snapshot import Ints, Mask, Snapshot
from services.queue.words import Moment, Query, parse

__all__ = ["Moment", "Order", "Query", "Search", "parse", "run"]

Search = Callable[[str], Ints | Mask]
"""Text → which requests hold all its words: their ids, or a mask over the snapshot's rows."""
_DIGITS = 3
"""So many digits are looked for at the end of numbers too; fewer are the beginning of a house number."""


def run(snapshot: Snapshot, query: Query, moment: Moment, search: Search, order: Order | None = None) -> Ints:
    """The rows that the query means, in order (due first unless asked otherwise)."""
    mask = np.ones(len(snapshot), dtype=np.bool_)
    for term in query.at(moment).terms:
        found = MASKS[term.key](snapshot, term, moment)
        mask &= ~found if term.negated else found
    for found in _texts(snapshot, query.words, search):
        mask &= found
    rows = np.flatnonzero(mask)
    return sort(snapshot, rows, order or Order())


def _texts(snapshot: Snapshot, words: Sequence[str], search: Search) -> Iterator[Mask]:
    """A mask for the words together, and one for each that may be the end of a number."""
    endings = [w for w in words if len(w) >= _DIGITS and w.isascii() and w.isdigit()]
    plain = [w for w in words if w not in endings]
    if plain:
        yield _with(snapshot, search(" ".join(plain)))
    for ending in endings:
        yield _with(snapshot, search(ending)) | number_ends(snapshot, [ending])


def _with(snapshot: Snapshot, found: Ints | Mask) -> Mask:
    if found.dtype == np.bool_:
        return found.astype(np.bool_, copy=False)
    mask = np.zeros(len(snapshot), dtype=np.bool_)
    mask[snapshot.rows_of(found.astype(np.int64, copy=False))] = True
    return mask
