"""One more caller of a request that another reported, and questions about one: kept on it, instead of a duplicate."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from services.contact import email_key, phone_key
from services.domain.values import Changes, EventKind
from services.domain.workflow import Action, check_action
from services.errors import Invalid
from services.store import needing, search
from services.store.acting import Acting
from services.store.calling import CallerWords, add_caller, filed, lift, withdraw
from services.store.changing import Work, command, load
from services.store.rows import Standing
from services.store.tables import caller
from services.store.ties import kept_of
from services.store.writing import Data, clean, hold

__all__ = ["AlreadyCaller", "CallerWords", "join", "join_or_ask", "log_enquiry"]
_ASKED = "none"
"""Who only asks how it stands is told that on the spot, and nothing later."""


class AlreadyCaller(Invalid):
    """Somebody with this number or address is a caller of the request."""


def join_or_ask(acting: Acting, request_id: int, who: CallerWords, said: str = "", operation: str = "") -> Changes:
    """One more caller of a request; of who is one already, a question about it. Raises as `join` does otherwise."""
    try:
        return join(acting, request_id, who, said, operation)
    except AlreadyCaller:
        return log_enquiry(acting, request_id, who, said, operation)


def join(acting: Acting, request_id: int, who: CallerWords, said: str = "", operation: str = "") -> Changes:
    """One more caller of a request, open or closed, with what they said. Raises Forbidden, Invalid, NotFound.

    `operation` names it, where it may be tried again after its answer was lost: it is done once.
    """
    check_action(Action.LOG, acting.actor.roles)
    if made := filed(acting.store, operation):
        return made
    with command(acting, operation) as work:
        row = _held(work, request_id, who)
        if _already(work, row.id, who, caller.c.reply != _ASKED) is not None:
            raise AlreadyCaller(
                f"{row.number}: this number or address is a caller of it already.", "Log it as a question about it."
            )
        _keep(work, row.id, EventKind.JOINED, who, said)
        work.sentence = f"{row.number}: one more caller"
    return work.changes()


def log_enquiry(acting: Acting, request_id: int, who: CallerWords, said: str = "", operation: str = "") -> Changes:
    """Somebody asked how a request stands; `operation` as for `join`. Raises Forbidden, Invalid, NotFound.

    Who is no caller of it becomes one to whom nothing is told, so that they are known when they call again.
    """
    check_action(Action.LOG, acting.actor.roles)
    if made := filed(acting.store, operation):
        return made
    with command(acting, operation) as work:
        row = _held(work, request_id, who)
        _keep(work, row.id, EventKind.ENQUIRED, who, said)
        work.sentence = f"{row.number}: question logged"
    return work.changes()


def _held(work: Work, request_id: int, who: CallerWords) -> Standing:
    """The request as it stands; where what they say makes one urgent, held with the one that stands for it."""
    if who.urgency:
        hold(work.connection, [request_id, kept_of(work.connection, request_id)])
    return load(work.connection, [request_id])[0]


def _keep(work: Work, request_id: int, kind: EventKind, who: CallerWords, said: str) -> None:
    search.leave(work.connection, [request_id])
    asks = kind is EventKind.ENQUIRED
    known = _already(work, request_id, who) if asks else None
    asked = None if asks else _already(work, request_id, who, caller.c.joined & (caller.c.reply == _ASKED))
    added, lifted = None, lift(work, who)
    if asked is not None:
        withdraw(work, asked, back=True)
    if known is None and not (asks and who.is_nobody):
        kept = CallerWords(who.name, who.phone, who.email, who.language, _ASKED) if asks else who
        added = add_caller(work, request_id, kept, joined=True)
    text_id = work.pen.text(request_id, clean(said))
    data: Data = {"caller": added if known is None else known, "added": added, **needing.said(who.urgency), **lifted}
    work.pen.event(request_id, kind, data if asked is None else data | {"replaced": asked}, text_id)
    work.pen.write()
    if data.get("needed_hours") is not None:
        needing.reckon(work, [request_id])
    search.enter(work.connection, [request_id])
    work.touched.append(request_id)


def _already(work: Work, request_id: int, who: CallerWords, *such: ColumnElement[bool]) -> int | None:
    """The caller's row of this request, by number or address; the first of `such`."""
    number, address = phone_key(clean(who.phone), work.acting.country), email_key(clean(who.email))
    same = ((caller.c.phone_key == number) & (caller.c.phone_key != "")) | (
        (caller.c.email_key == address) & (caller.c.email_key != "")
    )
    here = select(caller.c.id).where(caller.c.request_id == request_id, ~caller.c.withdrawn, same, *such)
    return work.connection.execute(here.order_by(caller.c.id).limit(1)).scalar()
