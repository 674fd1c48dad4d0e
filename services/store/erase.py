"""Erasing what is personal: the rows are emptied, the history stays and says that it happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select, update

from services.domain.outbox import OPEN_STATES
from services.domain.status import Role
from services.domain.values import Changes, EventKind
from services.errors import Forbidden, Invalid, NotFound
from services.store import search
from services.store.acting import Acting
from services.store.changing import sign
from services.store.tables import caller, event, outbox, request, text_row
from services.store.wording import forget_index
from services.store.writing import Data, Pen, hold

_ERASED = "Erased. The history says so."
EMPTY = {"name": "", "phone": "", "email": "", "language": "", "phone_key": "", "email_key": ""}
"""What a caller's row says when it names nobody any more."""


def erase_caller(acting: Acting, caller_id: int) -> Changes:
    """Empty a caller's name, telephone and e-mail. Raises Forbidden, NotFound."""
    with erasing(acting) as connection:
        found = connection.execute(select(caller.c.request_id).where(caller.c.id == int(caller_id))).scalar()
        if found is None:
            raise NotFound("There is no such caller.")
        with reworded(connection, [found]):
            connection.execute(update(caller).where(caller.c.id == int(caller_id)).values(EMPTY))
        return _said(acting, connection, found, {"what": "caller"})


def erase_text(acting: Acting, event_id: int) -> Changes:
    """Empty the free text that a line of history refers to. Raises Forbidden, NotFound, Invalid."""
    with erasing(acting) as connection:
        row = connection.execute(select(event).where(event.c.id == int(event_id))).one_or_none()
        if row is None or row.text_id is None:
            raise NotFound("That line of history has no text.")
        leaving = select(outbox.c.seq).where(outbox.c.text_id == row.text_id, outbox.c.state.in_(list(OPEN_STATES)))
        if connection.execute(leaving).first():
            raise Invalid("This message is about to leave.", "Undo it first, then erase it.")
        with reworded(connection, [row.request_id]):
            emptied = {"body": "", "erased_at": acting.store.clock()}
            connection.execute(update(text_row).where(text_row.c.id == row.text_id).values(emptied))
        return _said(acting, connection, row.request_id, {"what": "text", "of": row.id})


def erase_description(acting: Acting, request_id: int) -> Changes:
    """Empty a report's description and answers; a later pull does not bring them back. Raises Forbidden, NotFound."""
    with erasing(acting) as connection:
        one = request.c.id == int(request_id)
        hold(connection, [request_id])
        if connection.execute(select(request.c.id).where(one)).scalar() is None:
            raise NotFound("That request is not in this store.")
        with reworded(connection, [int(request_id)]):
            emptied = {"description": "", "attributes": {}, "upstream_notes": "", "erased": True}
            connection.execute(update(request).where(one).values(**emptied, version=request.c.version + 1))
        version = connection.execute(select(request.c.version).where(one)).scalar_one()
        return _said(acting, connection, int(request_id), {"what": "description", "version": version})


@contextmanager
def erasing(acting: Acting) -> Iterator[Connection]:
    """A transaction after which what was taken out is no longer in any file of the store. Raises Forbidden."""
    if Role.SUPERVISOR not in acting.actor.roles:
        raise Forbidden("Only a supervisor may erase.", "Ask a supervisor.")
    with acting.store.write() as connection:
        yield connection
        search.forget(connection)
        sign(connection, acting, acting.operation, _ERASED)
    acting.store.empty_log()
    if acting.store.path is not None:
        forget_index(acting.store.path)


@contextmanager
def reworded(connection: Connection, ids: Collection[int]) -> Iterator[None]:
    """Tell the index that the words of these requests change in the block."""
    search.leave(connection, ids)
    yield
    search.enter(connection, ids)


def _said(acting: Acting, connection: Connection, request_id: int, data: Data) -> Changes:
    pen = Pen(connection, acting.store.clock(), acting.actor.name)
    pen.event(request_id, EventKind.ERASED, data)
    pen.write()
    return Changes((request_id,), frozenset({"request", "caller"}), sentence=_ERASED)
