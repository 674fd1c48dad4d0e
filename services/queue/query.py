"""The query words of the filter bar and of `list`: read them, find the rows they mean, and put those in order.

    status:new,assigned  service:pothole  area:"Ward 3"  crew:"Tree 2"  claimed:ana  channel:phone  upstream:city
    outcome:fixed  due<1d  due>2h  age>3d  since:2026-11-20  since:26-Aug  since:3d  due:today  is:open  is:visible …
    opened:2026-11-20  closed:2026-11  opened:2026-11-20T13..2026-11-20T15  took<2d  touched>4h  is:kept  is:missed
    overdue:3x  risk>50%

Words that belong together are quoted; commas mean "or"; a leading − means "not"; anything else is searched as text, and
digits (three or more) are also looked for at the end of the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from services.queue.masks import by_row, facets, is_by_row, number_ends
from services.queue.order import Order, arranged, of_facets
from services.queue.snapshot import Ints, Mask, Snapshot
from services.queue.words import Moment, Query, parse

__all__ = ["Moment", "Order", "Query", "Search", "count", "found", "parse", "run"]

Search = Callable[[str], Ints | Mask]
"""Text → which requests hold all its words: their ids, or a mask over the snapshot's rows."""
_DIGITS = 3
"""So many digits are looked for at the end of numbers too; fewer are the beginning of a house number."""

_SPARSE = 3
"""Below every third row they are quicker held as a list than as a mask."""
_ALL = slice(None)


def run(snapshot: Snapshot, query: Query, moment: Moment, search: Search, order: Order | None = None) -> Ints:
    """The rows that the query means, in order (due first unless asked otherwise)."""
    return arranged(snapshot, found(snapshot, query, moment, search), order or Order())


def count(snapshot: Snapshot, query: Query, moment: Moment, search: Search) -> int:
    """How many rows the query means."""
    if not query.words and not any(map(is_by_row, query.terms)):
        return int(snapshot.facets.count[facets(snapshot, query.terms, moment)].sum())
    rows = found(snapshot, query, moment, search)
    if rows is None:
        return len(snapshot)
    return int(np.count_nonzero(rows)) if rows.dtype == np.bool_ else len(rows)


def found(snapshot: Snapshot, query: Query, moment: Moment, search: Search) -> Ints | Mask | None:
    """The rows that the query means, ascending or as a mask; None for every row."""
    query = query.at(moment)
    chosen = facets(snapshot, query.terms, moment)
    total = int(snapshot.facets.count[chosen].sum())
    made: Ints | Mask | None = None
    held = list(_texts(snapshot, query.words, search))
    if held:
        rows = np.flatnonzero(np.logical_and.reduce(held))
        made = rows[chosen.take(snapshot.facet[rows])]
    elif total < len(snapshot):
        made = of_facets(snapshot, chosen) if total * _SPARSE < len(snapshot) else chosen.take(snapshot.facet)
    for term in filter(is_by_row, query.terms):
        if made is None or made.dtype == np.bool_:
            mask = by_row(snapshot, term, moment, _ALL)
            made = mask if made is None else mask & made
        else:
            rows = made.astype(np.int64, copy=False)
            made = rows[by_row(snapshot, term, moment, rows)]
    return made


def _texts(snapshot: Snapshot, words: Sequence[str], search: Search) -> Iterator[Mask]:
    """A mask for the words together, and one for each that may be the end of a number."""
    endings = [w for w in words if len(w) >= _DIGITS and w.isascii() and w.isdigit()]
    plain = [w for w in words if w not in endings]
    if plain:
        yield _with(snapshot, search(" ".join(plain)))
    for ending in endings:
        yield _with(snapshot, search(ending)) | number_ends(snapshot, [ending], _ALL)


def _with(snapshot: Snapshot, found: Ints | Mask) -> Mask:
    if found.dtype == np.bool_:
        return found.astype(np.bool_, copy=False)
    mask = np.zeros(len(snapshot), dtype=np.bool_)
    mask[snapshot.rows_of(found.astype(np.int64, copy=False))] = True
    return mask
