"""How many messages went to residents, and how many could not be brought to them, in some time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select

from services.domain.outbox import OutboxKind, OutboxState
from services.store.store import Store
from services.store.tables import outbox

_FAILED = (OutboxState.REFUSED.value, OutboxState.UNKNOWN.value)


def messages(store: Store, since: datetime, until: datetime) -> tuple[int, int]:
    """How many left in that time, through an upstream or as e-mails of ours, and how many written in it failed.

    A new status without words is no message. `until` itself is left out.
    """
    with_words = or_(outbox.c.kind == OutboxKind.NOTICE.value, outbox.c.text_id.is_not(None))
    is_message = (outbox.c.kind != OutboxKind.REPORT.value) & with_words
    sent = (outbox.c.state == OutboxState.SENT.value) & (outbox.c.sent_at >= since) & (outbox.c.sent_at < until)
    failed = outbox.c.state.in_(_FAILED) & (outbox.c.created_at >= since) & (outbox.c.created_at < until)
    counted = select(func.count().filter(sent), func.count().filter(failed)).select_from(outbox).where(is_message)
    with store.read() as connection:
        row = connection.execute(counted).one()
    return row[0], row[1]
