"""Putting rows in order by columns, in the order that people expect ("Ward 9" before "Ward 10")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.queue.kept import Columns, Int32s, Ints, Kept, Key, current, in_order, kept
from services.queue.keys import few, key
from services.queue.snapshot import Mask, Snapshot

KEPT = 12
"""So many orders are kept; those not asked for longest go first."""
_FEW = 16
"""Fewer than every 16th row are quicker sorted by themselves than an order of all is made or put right."""
_DENSE = 3
"""Of more than every third row it is quicker to walk through the whole order than to sort them by their places."""


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and which way round; what is equal there is put in order by `then`: (column, descending).

    Rows without a value in a column come last either way; equal ones are by id, the way round of the last column.
    """

    column: str = "due"
    descending: bool = False
    then: Columns = ()

    @property
    def columns(self) -> Columns:
        """Every column, the weightiest first, each with whether it descends."""
        return (self.column, self.descending), *self.then


def arranged(snapshot: Snapshot, found: Ints | Mask | None, order: Order) -> Ints:
    """Those rows in order; None means every row. Raises Invalid for a column that there is none of."""
    columns = order.columns
    turned = columns == ((order.column, True),)
    asked = ((order.column, False),) if turned else columns
    is_list = found is not None and found.dtype != np.bool_
    if found is not None and is_list and len(found) * _FEW < len(snapshot) and not _is_at_hand(snapshot, asked):
        return in_order(found.astype(np.int64, copy=False), [Key(few(snapshot, c), down) for c, down in columns])
    made = kept_order(snapshot, asked)
    if found is None:
        rows, cut = made.rows.astype(np.int64), made.valued
    elif not is_list or len(found) * _DENSE > len(snapshot):
        places = np.flatnonzero(_mask(snapshot, found).take(made.rows))
        rows, cut = made.rows.take(places).astype(np.int64), int(np.searchsorted(places, made.valued))
    else:
        ranks = np.sort(_rank(snapshot, made).take(found))
        rows, cut = made.rows.take(ranks).astype(np.int64), int(np.searchsorted(ranks, made.valued))
    if turned:
        rows = np.concatenate([rows[:cut][::-1], rows[cut:][::-1]])
    return rows


def of_facets(snapshot: Snapshot, chosen: Mask) -> Ints:
    """The rows with one of the chosen combinations, ascending."""
    made = kept_order(snapshot, (("facet", False),))
    numbers = np.flatnonzero(chosen)
    sizes = snapshot.facets.count[numbers]
    starts = snapshot.facets.starts[numbers] - (np.cumsum(sizes) - sizes)
    at = np.repeat(starts, sizes)
    at += np.arange(len(at))
    rows = made.rows.take(at)
    rows.sort()
    return rows.astype(np.int64)


def _is_at_hand(snapshot: Snapshot, columns: Columns) -> bool:
    made = snapshot.kept.get(columns)
    return made is not None and made.is_current(len(snapshot)) and "rank" in made.__dict__


def _rank(snapshot: Snapshot, made: Kept) -> Int32s:
    """The places of the rows; those of one order only are held."""
    if "rank" not in made.__dict__:
        for other in list(snapshot.kept.values()):
            other.__dict__.pop("rank", None)
    return made.rank


def _mask(snapshot: Snapshot, found: Ints | Mask) -> Mask:
    if found.dtype == np.bool_:
        return found.astype(np.bool_, copy=False)
    mask = np.zeros(len(snapshot), dtype=np.bool_)
    mask[found] = True
    return mask


def kept_order(snapshot: Snapshot, columns: Columns) -> Kept:
    """The order of all rows by these columns: kept with the snapshot, and put right when it has fallen behind."""
    keys = [Key(key(snapshot, column), descending) for column, descending in columns]
    old = snapshot.kept.pop(columns, None)
    made = kept(keys, len(snapshot)) if old is None else current(old, keys, len(snapshot))
    snapshot.kept[columns] = made
    while len(snapshot.kept) > KEPT:
        snapshot.kept.pop(next(iter(snapshot.kept)))
    return made
