"""Those who want to hear of it and cannot be written to: the list of calls back, and the address of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select, text, true, update

from services.domain.detail import ToCall
from services.domain.outbox import OutboxItem, OutboxState
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
from services.store.tables import call_back, caller, outbox, request, text_row
from services.store.telling import DONE, DUE
from services.store.ties import kept_of
from services.store.writing import Data, among, hold


class Result(StrEnum):
    """What came of a call back."""

    REACHED = "reached"
    MISSED = "missed"
    """Nobody answered: they stay on the list."""
    DROPPED = "dropped"
    """Nobody called: they asked never to be called."""


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


_SENTENCES = {
    Result.REACHED: "caller called back",
    Result.MISSED: "caller not reached, still to be called",
    Result.DROPPED: "caller taken off the list of calls",
}


def addressee(store: Store, item: OutboxItem) -> Addressee | None:
    """Whom a notice is for, as things stand now; None for who is not to be written to any more."""
    question = select(caller, request.c.number, request.c.service, request.c.address)
    question = question.join(request, request.c.id == caller.c.request_id).where(caller.c.id == item.caller_id)
    with store.read() as connection:
        row = connection.execute(question.add_columns(_not_to_be_called().label("never"))).one()
        is_told = _is_told(connection, item, row.email_key)
    found = caller_of(row)
    if row.withdrawn or row.never or is_told or not found.email or way(found) is Way.NONE:
        return None
    return Addressee(found, row.number, row.service, row.address)


def _is_told(connection: Connection, item: OutboxItem, address: str) -> bool:
    """Whether the same was written to this address by the same operation, of this or of a request merged with it.

    Who may not see addresses cannot tell that two callers have the same.
    """
    same = (caller.c.email_key == address) & (outbox.c.operation == item.operation) & (outbox.c.operation != "")
    same &= (outbox.c.status_word == item.status_word) & (outbox.c.id != item.id)
    same &= outbox.c.state == OutboxState.SENT.value
    asked = select(outbox.c.request_id).join(caller, caller.c.id == outbox.c.caller_id).where(same)
    others = set(connection.execute(asked).scalars())
    return bool(others) and kept_of(connection, item.request_id) in {kept_of(connection, i) for i in others}


def call_backs(store: Store, *, acting: Acting | None = None) -> list[CallBack]:
    """Everybody who is to be called, each with the newest of what they are to hear; the longest waiting first.

    `acting` says whether numbers may be seen; without it they are.
    """
    hidden = acting is not None and not acting.sees_contacts
    found: dict[int, CallBack] = {}
    with store.read() as connection:
        rows = [row for row in _due(connection, true()) if not row.silent]
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


def to_call(connection: Connection, request_id: int) -> tuple[ToCall, ...]:
    """Who of a request is to be called, each with the newest of what they are to hear; the longest waiting first."""
    found: dict[int, ToCall] = {}
    for row in _due(connection, caller.c.request_id == request_id):
        since = found[row.caller_id].since if row.caller_id in found else row.created_at
        found[row.caller_id] = ToCall(row.caller_id, row.body or "", since, bool(row.silent))
    return tuple(found.values())


def _due(connection: Connection, those: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """The calls that wait; `silent` where the number was since left with the wish never to be called."""
    question = (
        select(call_back, request.c.number, request.c.service, text_row.c.body, _not_to_be_called().label("silent"))
        .join(caller, caller.c.id == call_back.c.caller_id)
        .join(request, request.c.id == call_back.c.request_id)
        .outerjoin(text_row, text_row.c.id == call_back.c.text_id)
        .where(IS_DUE, ~caller.c.withdrawn, caller.c.phone != "", ~caller.c.do_not_call, those)
    )
    # Ordered here: an ORDER BY id leads SQLite through every call back there ever was.
    return sorted(connection.execute(question), key=lambda row: row.id)


def called_back(acting: Acting, caller_id: int, result: Result = Result.REACHED) -> Changes:
    """Somebody has called this person: they are off the list, unless nobody answered.

    Raises Forbidden, NotFound, and Invalid for who is not on the list, or must not be called.
    """
    check_action(Action.MESSAGE, acting.actor.roles)
    with command(acting) as work:
        asked = select(caller.c.request_id, request.c.number).join(request, request.c.id == caller.c.request_id)
        row = work.connection.execute(asked.where(caller.c.id == int(caller_id))).one_or_none()
        if row is None:
            raise NotFound("There is no such caller.")
        hold(work.connection, [row.request_id])
        mine = {call.caller_id: call for call in to_call(work.connection, row.request_id)}.get(int(caller_id))
        if mine is None:
            raise Invalid("This caller is not to be called back.", "Look at the list again.")
        if mine.silent and result is Result.MISSED:
            raise Invalid("This caller asked never to be called.", "Take them off the list.")
        said: Data = {"result": result.value}
        if result is not Result.MISSED:
            turn_called(work, int(caller_id), work.now, back=False)
            said |= {"called": int(caller_id)}
        work.pen.event(row.request_id, EventKind.CALLED_BACK, said)
        work.touched.append(row.request_id)
        work.sentence = f"{row.number}: {_SENTENCES[result]}"
    return work.changes()


def turn_called(work: Work, caller_id: int, at: datetime, *, back: bool) -> int:
    """Take a caller off the list as of a moment, or (`back`) put back whom that had taken off; how many calls."""
    mine = call_back.c.caller_id == caller_id
    if back:
        those = update(call_back).where(mine, call_back.c.state == DONE, call_back.c.done_at == at)
        return work.connection.execute(those.values(state=DUE, done_at=None)).rowcount
    return work.connection.execute(update(call_back).where(mine, IS_DUE).values(state=DONE, done_at=at)).rowcount
