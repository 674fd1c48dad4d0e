"""What a crew has to do on a day, out of its list and of the requests that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from services.domain.status import Outcome, Status
from services.queue.snapshot import NONE, OUTCOMES, STATUSES, Ints, Snapshot

_IN_HAND = STATUSES.index(Status.IN_PROGRESS)
_CLOSED = STATUSES.index(Status.CLOSED)
_NO_JOB = [OUTCOMES.index(o) for o in (Outcome.DUPLICATE, Outcome.WITHDRAWN, Outcome.NOT_OURS)]
"""Closed so, nobody had to go there."""


def jobs(snapshot: Snapshot, lists: Mapping[int, Sequence[int]], *, today: bool) -> list[int]:
    """Jobs of each crew of the snapshot on a day, given its `lists` by the crew's id.

    What is on its list counts, done or not, unless nobody had to go; `today` also what it has in hand beside the list.
    """
    hand = np.flatnonzero((snapshot.status == _IN_HAND) & (snapshot.crew_idx >= 0)) if today else np.empty(0, np.int64)
    counts = np.bincount(snapshot.crew_idx[hand], minlength=len(snapshot.crews))
    for n, crew in enumerate(snapshot.crews):
        rows = snapshot.rows_of(list(lists.get(crew.id, ())))
        work = rows[~np.isin(snapshot.outcome[rows], _NO_JOB)]
        counts[n] += len(work) - (in_hand(snapshot, work) if today else 0)
    return [int(count) for count in counts]


def waits(snapshot: Snapshot, lists: Mapping[int, Sequence[int]]) -> list[int]:
    """How many open requests of each crew of the snapshot are neither in hand nor on one of its `lists`."""
    facets = snapshot.facets
    idle = (facets.crew_idx >= 0) & ~np.isin(facets.status, [_IN_HAND, _CLOSED])
    counts = np.bincount(facets.crew_idx[idle], facets.count[idle], len(snapshot.crews)).astype(np.int64)
    for n, crew in enumerate(snapshot.crews):
        rows = snapshot.rows_of(list(lists.get(crew.id, ())))
        counts[n] -= ((snapshot.crew_idx[rows] == n) & ~np.isin(snapshot.status[rows], [_IN_HAND, _CLOSED])).sum()
    return [int(count) for count in counts]


def in_hand(snapshot: Snapshot, rows: Ints) -> int:
    """How many of these rows are in progress."""
    return int((snapshot.status[rows] == _IN_HAND).sum())


def waiting(snapshot: Snapshot, crew_id: int, listed: Sequence[int]) -> Ints:
    """Rows of the open requests of a crew that stand on no list of `listed`: in hand first, then by what is due."""
    crew = next((n for n, c in enumerate(snapshot.crews) if c.id == crew_id), None)
    if crew is None:
        return np.empty(0, np.int64)
    rows = np.flatnonzero((snapshot.crew_idx == crew) & (snapshot.status != _CLOSED))
    rows = rows[~np.isin(snapshot.ids[rows], np.array(listed, np.int64))]
    due = np.where(snapshot.due_ms[rows] != NONE, snapshot.due_ms[rows], np.iinfo(np.int64).max)
    return rows[np.lexsort((snapshot.ids[rows], due, snapshot.status[rows] != _IN_HAND))]
