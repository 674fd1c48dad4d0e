"""The query words of the filter bar and of `list`: read them, find the rows they mean, and put those in order.

    status:new,assigned  service:pothole  area:"Ward 3"  crew:"Tree 2"  channel:phone  upstream:city  outcome:fixed
    due<1d  due>2h  age>3d  since:2026-11-20  since:26-Aug  since:3d  due:today  is:open  is:overdue  is:unassigned …

Words that belong together are quoted; commas mean "or"; a leading − means "not"; anything else is searched as text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from services.queue.masks import MASKS
from services.queue.order import Order, sort
from services.queue.snapshot import Ints, Mask, Snapshot
from services.queue.words import Moment, Query, parse

__all__ = ["Moment", "Order", "Query", "Search", "parse", "run"]

Search = Callable[[str], Sequence[int]]
"""Text → ids of the requests that hold all its words."""


def run(snapshot: Snapshot, query: Query, moment: Moment, search: Search, order: Order | None = None) -> Ints:
    """The rows that the query means, in order (due first unless asked otherwise)."""
    mask = np.ones(len(snapshot), dtype=np.bool_)
    for term in query.terms:
        found = MASKS[term.key](snapshot, term, moment)
        mask &= ~found if term.negated else found
    if query.words:
        mask &= _with_ids(snapshot, search(" ".join(query.words)))
    rows = np.flatnonzero(mask)
    return sort(snapshot, rows, order or Order())


def _with_ids(snapshot: Snapshot, ids: Sequence[int]) -> Mask:
    mask = np.zeros(len(snapshot), dtype=np.bool_)
    mask[snapshot.rows_of(ids)] = True
    return mask
