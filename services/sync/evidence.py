"""What is stamped on an update before it leaves, and how it is found again when its answer was lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.outbox import OutboxItem
from services.errors import NotFound, Refused, Unreadable
from services.store import outbox
from services.store.store import Store
from services.upstream.base import OutgoingReport, OutgoingUpdate, ReadBack, Receipt, Upstream

_TICK = timedelta(seconds=1)
_BELIEVED = timedelta(days=1)
"""A date further ahead than this comes from a wrong clock, and nothing is stamped after it."""


def stamped(store: Store, item: OutboxItem) -> tuple[datetime, OutgoingUpdate | OutgoingReport]:
    """What is to be sent, dated with the moment of sending and after all that the upstream has seen of the request.

    FixMyStreet answers 200 to an update older than the one before, mails it, and keeps the old state; and it mails
    nobody about an update that is dated more than 7 days ago, however new it is.
    """
    now = store.clock()
    payload = outbox.payload(store, item)
    if isinstance(payload, OutgoingReport):
        return now, payload
    stamp = max([now, *(past + _TICK for past in outbox.moments(store, item) if past < now + _BELIEVED)])
    return stamp, replace(payload, updated_at=stamp)


def read_back(upstream: Upstream, payload: OutgoingUpdate | OutgoingReport, item: OutboxItem) -> Receipt | ReadBack:
    """Whether it arrived: its receipt, ABSENT or CANNOT_TELL. Raises Offline when the upstream cannot be asked now."""
    try:
        if isinstance(payload, OutgoingUpdate):
            found = upstream.find_update(payload)
            return Receipt(id=payload.update_id) if found is ReadBack.THERE else found
        return upstream.find_report(payload, item.created_at) or ReadBack.ABSENT
    except (Refused, Unreadable, NotFound):
        return ReadBack.CANNOT_TELL
