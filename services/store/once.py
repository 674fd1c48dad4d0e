"""A command done once, though its connection was lost: what is not known is looked up before it is tried again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.domain.values import Changes
from services.errors import Expected, StoreBusy, StoreGone
from services.store.acting import Acting
from services.store.dialect import driven, is_server
from services.store.store import Store
from services.store.tables import OF_OPERATION, event, operation

PATIENCE = 10.0
"""Seconds in which a server that is gone is tried again."""
_FIRST_REST, _LONGEST_REST = 0.02, 0.5
_MARK = "SELECT pg_logical_emit_message(true, 'connect_console', '')"
"""Nothing but a place in the server's log that its standby has to reach before this transaction ends."""
_KINDS = frozenset({"request", "crew", "outbox", "caller"})
Command = Callable[[Acting], Changes]


def certainly(acting: Acting, command: Command, named: str = "", seconds: float = PATIENCE) -> Changes:
    """Carry out one command; where its answer is lost, find out whether it was done, and only else do it again.

    `named` is an operation of which it is not known whether it was done; without one it is a new one. Raises what
    the command raises, and after so many seconds the first StoreGone, which says most: it is known again once `done`
    can be asked.
    """
    once = replace(acting, operation=named or str(uuid.uuid4()))
    attempt = _again if named else _first
    until = time.monotonic() + seconds
    rest = _FIRST_REST
    first: StoreGone | None = None
    while True:
        try:
            return attempt(once, command)
        except StoreGone as gone:
            first = first or gone
            if time.monotonic() + rest > until:
                raise first from None
        attempt = _again
        time.sleep(rest)
        rest = min(2 * rest, _LONGEST_REST)


def done(store: Store, name: str) -> Changes | None:
    """What an operation that was done changed, as its history tells; None for one that was not. Raises StoreGone.

    The server may still be at work on it: who does it again meets its name, and learns it then. What is found has
    reached the standby, where commits wait for one: it can also be seen where the server was kept from waiting.
    """
    with store.read() if store.path else store.write() as connection:
        said = connection.execute(select(operation.c.sentence).where(operation.c.id == name)).scalar()
        if said is None:
            return None
        if is_server(connection):
            driven(connection, _MARK)
        ids = connection.execute(select(event.c.request_id).where(event.c.operation == name, OF_OPERATION)).scalars()
        return Changes(tuple(dict.fromkeys(ids)), _KINDS, name, said)


def _first(acting: Acting, command: Command) -> Changes:
    return command(acting)


def _again(acting: Acting, command: Command) -> Changes:
    """After a try of which nobody knows: it may have been saved before this look, or while the command was at it."""
    made = done(acting.store, acting.operation)
    if made is not None:
        return made
    try:
        return command(acting)
    except StoreGone:
        raise
    except (Expected, IntegrityError) as problem:
        made = done(acting.store, acting.operation)
        if made is not None:
            return made
        if isinstance(problem, StoreBusy):  # with what may be the first try: the server waits for its standby, say
            raise StoreGone("It is not known yet whether it was saved.", "It is tried again by itself.") from problem
        raise
