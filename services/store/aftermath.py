"""What an upstream shows after it said yes, where that is not what it was asked for: a line in the history."""

from __future__ import annotations

from datetime import datetime

from services.domain.outbox import OutboxItem
from services.domain.values import Changes, EventKind
from services.store import search
from services.store.store import Store
from services.store.writing import Pen


def not_taken(store: Store, item: OutboxItem, sentence: str, now: datetime) -> Changes:
    """Say in the timeline that an update was sent but did not take. Raises StoreProblem."""
    with store.write() as connection:
        pen = Pen(connection, now, item.upstream)
        text_id = pen.text(item.request_id, sentence)
        pen.event(
            item.request_id, EventKind.POSTED, {"outbox": item.id, "what": item.kind.value, "taken": False}, text_id
        )
        search.leave(connection, [item.request_id])
        pen.write()
        search.enter(connection, [item.request_id])
    return Changes((item.request_id,), frozenset({"request"}))
