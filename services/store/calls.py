"""Those who want to hear of it and cannot be written to: the list of calls back, and the address of a notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, text, update

from services.domain.outbox import OutboxItem
from services.domain.statusmap import State, parse_state
from services.domain.telling import Way, way
from services.domain.values import Caller, Changes, EventKind
from services.domain.workflow import Action, check_action
from services.errors import Invalid, NotFound
from services.store.acting import Acting
from services.store.changing import Work, command
from services.store.rows import caller_of
from services.store.store import Store
from services.store.tables import DUE as IS_DUE
from services.store.tables import call_back, caller, request, text_row
from services.store.telling import DONE, DUE
from services.store.writing import among


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a notice is for, and which request it is about."""

    caller: Caller
    number: str
    service: str
    address: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """Somebody who is to be called: who, about which request, and what they are to hear."""

    caller: Caller
    request_id: int
    number: str
    service: str
    state: State
    message: str
    since: datetime


def addressee(store: Store, item: OutboxItem) -> Addressee | None:
    """Whom a notice is for, as things stand now; None for who is not to be written to any more."""
    question = select(caller, request.c.number, request.c.service, request.c.address)
    question = question.join(request, request.c.id == caller.c.request_id).where(caller.c.id == item.caller_id)
    with store.read() as connection:
        row = connection.execute(question.add_columns(_not_to_be_called().label("never"))).one()
    found = caller_of(row)
    if row.withdrawn or row.never or not found.email or way(found) is Way.NONE:
        return None
    return Addressee(found, row.number, row.service, row.address)


def call_backs(store: Store, *, acting: Acting | None = None) -> list[CallBack]:
    """Everybody who is to be called, each with the newest of what they are to hear; the longest waiting first.

    `acting` says whether numbers may be seen; without it they are.
    """
    question = (
        select(call_back, request.c.number, request.c.service, text_row.c.body)
        .join(caller, caller.c.id == call_back.c.caller_id)
        .join(request, request.c.id == call_back.c.request_id)
        .outerjoin(text_row, text_row.c.id == call_back.c.text_id)
        .where(IS_DUE, ~caller.c.withdrawn, caller.c.phone != "", ~_not_to_be_called())
        .order_by(call_back.c.id)
    )
    hidden = acting is not None and not acting.sees_contacts
    found: dict[int, CallBack] = {}
    with store.read() as connection:
        rows = connection.execute(question).all()
        those = connection.execute(select(caller).where(among(caller.c.id, {row.caller_id for row in rows})))
        people = {row.id: caller_of(row, masked=hidden) for row in those}
    for row in rows:
        since = found[row.caller_id].since if row.caller_id in found else row.created_at
        what = row.request_id, row.number, row.service, parse_state(row.told_state), row.body or "", since
        found[row.caller_id] = CallBack(people[row.caller_id], *what)
    return list(found.values())


def _not_to_be_called() -> ColumnElement[bool]:
    """Whether a caller's number or address was left, on whatever request, with the wish never to be called."""
    other = caller.alias()
    same = or_(
        other.c.id == caller.c.id,
        and_(other.c.phone_key != text("''"), other.c.phone_key == caller.c.phone_key),
        and_(other.c.email_key != text("''"), other.c.email_key == caller.c.email_key),
    )
    return exists().where(same, other.c.do_not_call, ~other.c.withdrawn)


def called_back(acting: Acting, caller_id: int) -> Changes:
    """Somebody has called this person: they are off the list. Raises Forbidden, NotFound, Invalid."""
    check_action(Action.MESSAGE, acting.actor.roles)
    with command(acting) as work:
        asked = select(caller.c.request_id, request.c.number).join(request, request.c.id == caller.c.request_id)
        row = work.connection.execute(asked.where(caller.c.id == int(caller_id))).one_or_none()
        if row is None:
            raise NotFound("There is no such caller.")
        if not turn_called(work, int(caller_id), work.now, back=False):
            raise Invalid("This caller is not to be called back.", "Look at the list again.")
        work.pen.event(row.request_id, EventKind.CALLED_BACK, {"called": int(caller_id)})
        work.touched.append(row.request_id)
        work.sentence = f"{row.number}: caller called back"
    return work.changes()


def turn_called(work: Work, caller_id: int, at: datetime, *, back: bool) -> int:
    """Take a caller off the list as of a moment, or (`back`) put back whom that had taken off; how many calls."""
    mine = call_back.c.caller_id == caller_id
    if back:
        those = update(call_back).where(mine, call_back.c.state == DONE, call_back.c.done_at == at)
        return work.connection.execute(those.values(state=DUE, done_at=None)).rowcount
    return work.connection.execute(update(call_back).where(mine, IS_DUE).values(state=DONE, done_at=at)).rowcount
