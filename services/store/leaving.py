"""Messages that leave once, alerts' and letters to crews alike: marked before they leave, and what became of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, literal_column, select, update

from services.store.store import Store

QUEUED, SENDING, SENT, REFUSED, RETRACTED = "queued", "sending", "sent", "refused", "retracted"
_BROKEN = "The program ended while it was being sent. It may have arrived, and is not sent again."
_WAITS: ColumnElement[str] = literal_column(f"'{QUEUED}'")
"""As the indexes have it."""


def take(store: Store, table: Table) -> Row[Any] | None:
    """What is to be sent next, marked as being sent before it leaves; None where nothing is due."""
    due = select(table).where(table.c.state == _WAITS, table.c.next_try_at <= store.clock())
    due = due.order_by(table.c.id).limit(1)
    with store.read() as connection:
        if connection.execute(due).first() is None:
            return None
    with store.write() as connection:
        row = connection.execute(due).first()
        if row is None or not _turn(connection, table, row.id, QUEUED, state=SENDING, attempts=row.attempts + 1):
            return None
        return connection.execute(select(table).where(table.c.id == row.id)).one()


def sent(store: Store, table: Table, message_id: int) -> None:
    """It has left."""
    with store.write() as connection:
        _turn(connection, table, message_id, SENDING, state=SENT, sent_at=store.clock(), problem="")


def not_sent(store: Store, table: Table, message_id: int, problem: str, again: timedelta | None) -> None:
    """It did not leave, and why; it is tried again after so long, None: never."""
    at, state = store.clock() + (again or timedelta()), REFUSED if again is None else QUEUED
    with store.write() as connection:
        _turn(connection, table, message_id, SENDING, state=state, problem=problem, next_try_at=at)


def broken_off(store: Store, table: Table) -> int:
    """What was being sent when the process before this one ended is not sent again, and says so. How many it was."""
    these = table.c.state == SENDING
    with store.read() as connection:
        if connection.execute(select(table.c.id).where(these).limit(1)).first() is None:
            return 0
    with store.write() as connection:
        return connection.execute(update(table).where(these).values(state=REFUSED, problem=_BROKEN)).rowcount


def _turn(connection: Connection, table: Table, message_id: int, before: str, **values: object) -> bool:
    changed = update(table).where(table.c.id == message_id, table.c.state == before)
    return bool(connection.execute(changed.values(values)).rowcount)
