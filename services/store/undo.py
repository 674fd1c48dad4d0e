"""Undo and redo: the inverse command, itself in the history; what already left is answered by a second update.

An operation's outbox rows are either forward or reverse. Undo takes back forward rows that have not left, and queues a
reverse one where a forward one has; redo does the same the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select, update

from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import Outcome, Role, Status
from services.domain.statusmap import State, written
from services.domain.values import Changes, EventKind
from services.domain.workflow import Action, check_action
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.store import claiming, days, merging, needing, search, telling
from services.store.acting import Acting
from services.store.calling import silence, withdraw
from services.store.calls import turn_called
from services.store.changing import DONE, UNDONE, Alike, Work, finish, load, sign, since, state_data
from services.store.outbox import keep_here, word_back
from services.store.rows import Standing, state_of
from services.store.tables import OF_OPERATION, event, operation, outbox, request
from services.store.writing import Data, Pen, among

_UNDOABLE = (
    *(EventKind.ASSIGNED, EventKind.STATUS, EventKind.MESSAGE, EventKind.NOTE, EventKind.LOGGED),
    *(EventKind.JOINED, EventKind.ENQUIRED, EventKind.MERGED, EventKind.CALLED_BACK),
    *(EventKind.CLAIMED, EventKind.PLANNED),
)
_LEFT = (OutboxState.SENDING, OutboxState.SENT, OutboxState.UNKNOWN)
_NOT_LEFT = (OutboxState.QUEUED, OutboxState.REFUSED)
_WITHDRAWN: State = (Status.CLOSED, Outcome.WITHDRAWN)


@dataclass(slots=True)
class _Turn:
    """One undo or redo under way."""

    work: Work
    operation: Row[Any]
    back: bool
    """True for undo, False for redo."""
    waiting: list[str] = field(default_factory=list)
    """Outbox rows that have not left and are taken back."""
    message_left: bool = False
    told_again: bool = False


def undo(acting: Acting, operation: str | None = None) -> Changes:
    """Take back an operation, by default the actor's last. Raises Invalid, NotFound, Forbidden, Conflict."""
    return _turn(acting, operation, back=True)


def redo(acting: Acting) -> Changes:
    """Do again what the actor took back last. Raises Invalid, Conflict."""
    return _turn(acting, None, back=False)


def _turn(acting: Acting, asked: str | None, *, back: bool) -> Changes:
    check_action(Action.UNDO, acting.actor.roles)
    with acting.store.write() as connection:
        chosen = _choose(connection, acting, asked, back=back)
        pen = Pen(connection, acting.store.clock(), acting.actor.name, chosen.id)
        turn = _Turn(Work(acting, connection, pen), chosen, back)
        done = select(event).where(
            event.c.operation == chosen.id, OF_OPERATION, event.c.kind.in_([k.value for k in _UNDOABLE])
        )
        events = connection.execute(done.order_by(event.c.id)).all()
        rows = {row.id: row for row in load(connection, [e.request_id for e in events])}
        _note(connection, chosen.id, back=back)
        posted = _posted(connection, chosen.id)
        reworded = [e.request_id for e in events if e.data.get("added")]
        search.leave(connection, reworded)
        for e in events:
            _turn_one(turn, rows[e.request_id], e, posted.get(e.request_id, []))
        _retract(connection, turn.waiting)
        if back:
            turn.message_left |= telling.take_back(connection, chosen.id)
        finish(turn.work)
        if not back:
            telling.tell_again(turn.work, chosen.id, rows)
        search.enter(connection, reworded)
        needing.reckon(turn.work, [e.request_id for e in events if e.data.get("needed_hours") is not None])
        pen.write()
        turn.work.sentence = _sentence(turn)
        sign(connection, acting, acting.operation, turn.work.sentence)
    turn.work.kinds |= {"outbox", "crew"}
    changes = turn.work.changes()
    if back:
        return Changes(changes.ids, changes.kinds, sentence=changes.sentence, undone=chosen.id)
    return Changes(changes.ids, changes.kinds, chosen.id, changes.sentence)


def _choose(connection: Connection, acting: Acting, asked: str | None, *, back: bool) -> Row[Any]:
    word = "undo" if back else "redo"
    if asked is None:
        own = select(operation).where(
            operation.c.actor == acting.actor.name, operation.c.state == (DONE if back else UNDONE)
        )
        row = connection.execute(own.order_by(operation.c.seq.desc() if back else operation.c.seq).limit(1)).first()
        if row is None:
            raise Invalid(f"There is nothing to {word}.")
        return row
    row = connection.execute(select(operation).where(operation.c.id == asked)).one_or_none()
    if row is None:
        raise NotFound("That operation is not in this store.")
    if row.actor != acting.actor.name and Role.SUPERVISOR not in acting.actor.roles:
        raise Forbidden(f"Only {row.actor} or a supervisor may undo this.")
    if row.state != DONE:
        raise Invalid("That was undone already.")
    return row


def _note(connection: Connection, operation_id: str, *, back: bool) -> None:
    """That it is undone, or done again, once its requests are held: who waited for them meanwhile finds it so."""
    was, state = (DONE, UNDONE) if back else (UNDONE, DONE)
    turned = update(operation).where(operation.c.id == operation_id, operation.c.state == was).values(state=state)
    if not connection.execute(turned).rowcount:
        raise Invalid(f"That was {'undone' if back else 'done again'} already.")


def _posted(connection: Connection, operation_id: str) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    mine = select(outbox).where(outbox.c.operation == operation_id, outbox.c.kind != OutboxKind.NOTICE)
    for row in connection.execute(mine.order_by(outbox.c.seq)):
        found.setdefault(row.request_id, []).append(row)
    return found


def _turn_one(turn: _Turn, row: Standing, e: Row[Any], posted: list[Row[Any]]) -> None:
    kind = EventKind.UNDONE if turn.back else EventKind.REDONE
    if e.kind == EventKind.PLANNED:
        days.turn(turn.work, row, e.data, kind, back=turn.back)
        return
    before, after = _states(e)
    here, there = (after, before) if turn.back else (before, after)
    crew_here, crew_there = _ends(turn, e, "crew")
    holder_here, holder_there = _ends(turn, e, "holder")
    if (
        (here is not None and state_of(row) != here)
        or ("crew" in e.data and row.crew_id != crew_here)
        or ("holder" in e.data and row.claimed_by != holder_here)
    ):
        why = since(turn.work.connection, row, int(e.data["version"]), turn.work.acting.zone)
        raise Conflict(f"{row.number}: {why}, so it cannot be {kind.value}.", "Set it by hand to what it should be.")
    state = there or state_of(row)
    data: Data = state_data(row, state) if there is not None else {"version": row.version + 1}
    if "crew" in e.data:
        data |= {"from_crew": row.crew_id, "crew": crew_there}
    if "holder" in e.data:
        data |= {"from_holder": row.claimed_by, "holder": holder_there}
        claiming.hold(turn.work, [row.id], holder_there)
    turn.work.pen.event(row.id, kind, {**data, "of": e.kind})
    if "added" in e.data:
        withdraw(turn.work, e.data["added"], back=turn.back)
    if "replaced" in e.data:
        withdraw(turn.work, e.data["replaced"], back=not turn.back)
    if lifted := str(e.data.get("lifted", "")):
        silence(turn.work, [int(i) for i in lifted.split(",")], on=turn.back)
    if "called" in e.data:
        turn_called(turn.work, e.data["called"], e.at, back=turn.back)
    if "into" in e.data:
        merging.turn(turn.work, row, e.data, back=turn.back)
    turn.work.move(Alike(row, [row.id]), state, crew_there if "crew" in e.data else row.crew_id)
    _answer(turn, row, there, posted, state)


def _states(e: Row[Any]) -> tuple[State | None, State | None]:
    """The states before and after an event; (None, None) where it changed none."""
    if "to" not in e.data:
        return None, None
    before = _WITHDRAWN if e.kind == EventKind.LOGGED else _state(e.data["from"], e.data["from_outcome"])
    return before, _state(e.data["to"], e.data.get("to_outcome"))


def _state(status: str, outcome: str | None) -> State:
    return Status(status), Outcome(outcome) if outcome else None


def _ends(turn: _Turn, e: Row[Any], what: str) -> tuple[Any, Any]:
    """What the event left (undo) or found (redo), and what comes in its place; None where it changed no such thing."""
    before, after = e.data.get(f"from_{what}"), e.data.get(what)
    return (after, before) if turn.back else (before, after)


def _answer(turn: _Turn, row: Standing, there: State | None, posted: list[Row[Any]], state: State) -> None:
    """Take back what has not left; answer what has. `state` is where it stands when this is done."""
    stay = [item for item in posted if item.state in _LEFT]
    turn.waiting += [item.id for item in posted if item.state in _NOT_LEFT and item.reverse is not turn.back]
    turn.message_left |= turn.back and any(item.text_id is not None for item in stay)
    last = stay[-1] if stay else None
    if turn.back:
        if last is not None and not last.reverse and there is not None:
            _post_reverse(turn, row, there)
        elif last is None and posted and posted[0].kind == OutboxKind.REPORT:
            keep_here(turn.work.connection, row.id)
    elif posted and (last is None or last.reverse):
        _post_forward(turn, row, posted, state)


def _retract(connection: Connection, ids: list[str]) -> None:
    if ids:
        values = {"state": OutboxState.RETRACTED.value, "problem": ""}
        these, leaves = among(outbox.c.id, ids), outbox.c.state.in_([state.value for state in _LEFT])
        connection.execute(update(outbox).where(these, ~leaves).values(values))
        if connection.execute(select(outbox.c.id).where(these, leaves).limit(1)).first() is not None:
            raise Conflict("Something of it is just leaving.", "Undo it again: its upstream is then told so too.")


def _post_reverse(turn: _Turn, row: Standing, there: State) -> None:
    policy = turn.work.acting.policy(row.upstream)
    if policy.takes_updates:
        word = word_back(turn.work.connection, policy, row.id, there, turn.operation.id)
        turn.work.post(Alike(row, [row.id]), there, word, reverse=True)
        turn.told_again = True


def _post_forward(turn: _Turn, row: Standing, posted: list[Row[Any]], state: State) -> None:
    first = posted[0]
    left = any(item.state in _LEFT and not item.reverse for item in posted)
    if left and not first.status_word:
        return
    held = turn.work.now + turn.work.acting.hold
    kind = OutboxKind.UPDATE if left else OutboxKind(first.kind)
    statuses = turn.work.acting.policy(first.upstream).statuses
    said: dict[str, Any] = {"text_id": None if left else first.text_id}
    if kind is OutboxKind.UPDATE:
        is_silent = first.status_word == statuses.neutral_word
        said |= {"word": first.status_word if is_silent else statuses.word(*state), "told_state": written(state)}
    turn.work.pen.post([row.id], first.upstream, kind, held, **said)
    if kind is OutboxKind.REPORT:
        home = update(request).where(request.c.id == row.id).values(upstream=first.upstream)
        turn.work.connection.execute(home)


def _sentence(turn: _Turn) -> str:
    said = f"{'Undone' if turn.back else 'Done again'}: {turn.operation.sentence}."
    if turn.message_left:
        return f"{said} The message had already left."
    return f"{said} The upstream is told so too." if turn.told_again else said
