"""Which requests have come since the list was last read, that others logged or an upstream sent."""

from __future__ import annotations

import numpy as np

from services.queue.snapshot import Ints, Snapshot

_UNORDERED = 1_000
"""Ids are given in the order of time, but for so many that were given to transactions still under way."""


def arrived(before: Snapshot, after: Snapshot, me: str) -> Ints:
    """The ids, ascending, of what is in `after` and not in `before`, without what `me` was the last to act on."""
    if not len(before) or not len(after):
        return np.empty(0, np.int64)
    since = int(before.ids[-1]) - _UNORDERED
    newer = np.arange(np.searchsorted(after.ids, since), len(after))
    known = before.ids[np.searchsorted(before.ids, since) :]
    fresh = newer[~np.isin(after.ids[newer], known, assume_unique=True)]
    own = after.handlers.index(me) if me in after.handlers else -1
    found: Ints = after.ids[fresh[after.handler_idx[fresh] != own]]
    return found
