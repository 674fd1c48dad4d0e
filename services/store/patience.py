"""How long each upstream asked to be left alone, kept so that the next process keeps to it too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from services.domain.outbox import OutboxState
from services.sqlite import from_millis, to_millis
from services.store.dialect import upsert
from services.store.store import Store
from services.store.tables import meta, outbox

_KEY = "asked to wait: "


def note_asked(store: Store, upstream: str, until: datetime) -> None:
    """The upstream asked (by Retry-After) to be left alone until then. Raises StoreProblem."""
    with store.write() as connection:
        row = upsert(connection, meta).values(key=f"{_KEY}{upstream}", value=str(to_millis(until)))
        connection.execute(row.on_conflict_do_update(index_elements=[meta.c.key], set_={"value": row.excluded.value}))


def asked_until(store: Store) -> dict[str, datetime]:
    """By upstream: until when it asked to be left alone; what is over may be among them."""
    with store.read() as connection:
        rows = connection.execute(select(meta.c.key, meta.c.value).where(meta.c.key.startswith(_KEY))).all()
    return {row.key.removeprefix(_KEY): from_millis(int(row.value)) for row in rows}


def hurry(store: Store, upstream: str, now: datetime) -> None:
    """A person asks for a look at once: what waits for a further try at this upstream is due now."""
    waits = (outbox.c.upstream == upstream, outbox.c.state == OutboxState.QUEUED, outbox.c.next_try_at > now)
    with store.read() as connection:
        if connection.execute(select(outbox.c.seq).where(*waits).limit(1)).first() is None:
            return
    with store.write() as connection:
        connection.execute(update(outbox).where(*waits).values(next_try_at=now))
