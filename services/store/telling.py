"""Telling callers what became of their request, beside what its upstream is told: e-mails of ours, and calls back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from services.domain.outbox import OutboxKind, OutboxState
from services.domain.policy import LOCAL, Policy
from services.domain.status import Outcome, Status
from services.domain.statusmap import State, parse_state, written
from services.domain.telling import Way, heard_by
from services.domain.values import EventKind
from services.store.changing import Alike, Work, load
from services.store.dialect import is_server
from services.store.rows import caller_of, reach_of, state_of
from services.store.store import Store
from services.store.tables import call_back, caller, outbox, request, text_row
from services.store.writing import Pen, among, hold

PolicyOf = Callable[[str], Policy]
Heard = dict[tuple[int, Way, str], list[tuple[str, str]]]
"""By request, way and address or number: states and texts that were said."""
DUE, DONE, RETRACTED = "due", "done", "retracted"
"""The states of a call back."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said of one request: where it stands now, and a text or none."""

    request_id: int
    state: State
    text_id: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Hearer:
    """A caller whom we tell ourselves."""

    caller_id: int
    request_id: int
    """Their own request, which may be merged into the one that is spoken of."""
    way: Way
    key: str
    """The address, or the number, as it is compared."""


def hearers(
    connection: Connection, policy_of: PolicyOf, ids: Iterable[int], *, with_message: bool
) -> dict[int, list[Hearer]]:
    """By request of `ids`: whom we tell ourselves, those of requests merged into it too, each address once."""
    above = _above(connection, ids)
    found: dict[int, list[Hearer]] = {}
    seen: dict[int, set[tuple[str, str]]] = {}
    plans = [
        (above[row.request_id], row, _way(row, policy_of, above, with_message)) for row in _callers(connection, above)
    ]
    for root, row, way in plans:
        if way is Way.UPSTREAM:
            seen.setdefault(root, set()).update(_keys(row))
    for root, row, way in plans:
        known, key = seen.setdefault(root, set()), _key(row, way)
        if way in (Way.MAIL, Way.CALL) and key not in known:
            known.add(key)
            found.setdefault(root, []).append(Hearer(row.id, row.request_id, *key))
    return found


def hold_with_merged(connection: Connection, ids: Iterable[int]) -> None:
    """In a write on a server: nobody else changes these requests, or those merged into them, until it ends.

    They are held in the order of their ids, as every command holds what it changes: so no two wait for each other.
    """
    if is_server(connection):
        hold(connection, _above(connection, ids))


def _above(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """By request: the one of `ids` that it is, or is merged into, over however many steps."""
    above = {int(i): int(i) for i in ids}
    level = list(above)
    while level:
        tied = request.c.merged_into.is_not(None), among(request.c.merged_into, level)
        below = connection.execute(select(request.c.id, request.c.merged_into).where(*tied).order_by(request.c.id))
        fresh = {row.id: above[row.merged_into] for row in below if row.id not in above}
        above |= fresh
        level = list(fresh)
    return above


def _callers(connection: Connection, above: Mapping[int, int]) -> Sequence[Row[Any]]:
    """Those who count, in the order of their requests, a request's own before those merged into it."""
    question = select(caller, request.c.upstream, request.c.reach).join(request, request.c.id == caller.c.request_id)
    rows = connection.execute(question.where(among(caller.c.request_id, above), ~caller.c.withdrawn)).all()
    return sorted(rows, key=lambda row: (row.request_id != above[row.request_id], row.request_id, row.id))


def _way(row: Row[Any], policy_of: PolicyOf, above: Mapping[int, int], with_message: bool) -> Way:
    posted = with_message or above[row.request_id] == row.request_id
    return heard_by(caller_of(row), policy_of(row.upstream), reach_of(row.reach), posted=posted)


def _keys(row: Row[Any]) -> list[tuple[str, str]]:
    return [key for key in ((Way.MAIL, row.email_key), (Way.CALL, row.phone_key)) if key[1]]


def _key(row: Row[Any], way: Way) -> tuple[Way, str]:
    """What makes two of them the same: the address, or the number."""
    return (way, row.email_key if way is Way.MAIL else row.phone_key)


def audience(connection: Connection, policy_of: PolicyOf, request_id: int) -> tuple[int, int]:
    """How many callers a message would reach by an e-mail of ours, and how many it would have called back."""
    ways = [h.way for h in hearers(connection, policy_of, [request_id], with_message=True).get(request_id, ())]
    return ways.count(Way.MAIL), ways.count(Way.CALL)


def told_by(store: Store, operation: str) -> tuple[int, int]:
    """How many callers an operation has us write to, and how many it has called back."""
    mails = select(func.count()).where(outbox.c.operation == operation, outbox.c.kind == OutboxKind.NOTICE)
    calls = select(func.count()).where(call_back.c.operation == operation)
    with store.read() as connection:
        return connection.execute(mails).scalar_one(), connection.execute(calls).scalar_one()


def reaches(work: Work, ids: Iterable[int]) -> set[int]:
    """Those of the requests of which a message reaches somebody though their own upstream is told nothing."""
    wanted = list(ids)
    found = set(hearers(work.connection, work.acting.policy, wanted, with_message=True))
    above = _above(work.connection, wanted)
    merged = [i for i, root in above.items() if i != root]
    for row in load(work.connection, merged) if merged else ():
        if row.upstream and work.acting.policy(row.upstream).takes_updates:
            found.add(above[row.id])
    return found


def say(work: Work, sayings: Sequence[Saying]) -> None:
    """Have everybody told whom the upstreams of these requests do not tell; written with what the command writes."""
    texts = {s.request_id: s.text_id for s in sayings}
    by_id = {s.request_id: s for s in sayings}
    if any(s.message for s in sayings):
        above = _above(work.connection, [s.request_id for s in sayings if s.message])
        merged = [i for i, root in above.items() if i != root]
        for row in load(work.connection, merged) if merged else ():
            text_id = work.pen.text(row.id, by_id[above[row.id]].message)
            texts[row.id] = text_id
            some = Alike(row, [row.id])
            policy = work.acting.policy(row.upstream)
            if row.upstream and policy.takes_updates:
                work.post(some, state_of(row), policy.statuses.message_word(*state_of(row)), text_id=text_id)
            work.pen.event(row.id, EventKind.MESSAGE, {"version": row.version + 1}, text_id)
            work.move(some, state_of(row), row.crew_id)
    held = work.now + work.acting.hold
    if tell(work.connection, work.pen, work.acting.policy, sayings, held, texts):
        work.kinds.add("outbox")


def tell(
    connection: Connection,
    pen: Pen,
    policy_of: PolicyOf,
    sayings: Sequence[Saying],
    held_until: datetime,
    texts: Mapping[int, int | None],
) -> bool:
    """Queue an e-mail or a call back for each whom we tell ourselves; True when there is any. `texts` by request.

    Who was last told of this very outcome, or is about to be, is not told again, unless there is more to say.
    """
    told = False
    for with_message in (True, False):
        some = {s.request_id: s for s in sayings if bool(s.message) is with_message}
        found = hearers(connection, policy_of, some, with_message=with_message)
        heard = _heard(connection, {h.request_id for those in found.values() for h in those})
        for root, those in found.items():
            word = written(some[root].state)
            for hearer in those:
                if _again(heard, hearer.request_id, hearer.way, hearer.key, word, some[root].message):
                    continue
                text_id = texts.get(hearer.request_id, texts.get(root))
                told = True
                if hearer.way is Way.MAIL:
                    pen.notice(hearer.request_id, hearer.caller_id, held_until, word=word, text_id=text_id)
                else:
                    pen.call_back(hearer.request_id, hearer.caller_id, word, text_id)
    return told


def _heard(connection: Connection, ids: Iterable[int]) -> Heard:
    """What was last said of these requests to each address and number, or waits to be, and all that was refused."""
    wanted = list(ids)
    mail = (outbox.c.request_id, caller.c.email_key, outbox.c.status_word, text_row.c.body, outbox.c.state)
    mails = (
        select(*mail)
        .join(caller, caller.c.id == outbox.c.caller_id)
        .outerjoin(text_row, text_row.c.id == outbox.c.text_id)
        .where(outbox.c.kind == OutboxKind.NOTICE, outbox.c.state != OutboxState.RETRACTED.value)
        .where(among(outbox.c.request_id, wanted))
        .order_by(outbox.c.state == OutboxState.REFUSED.value, outbox.c.seq)
    )
    call = (call_back.c.request_id, caller.c.phone_key, call_back.c.told_state, text_row.c.body, call_back.c.state)
    called = (
        select(*call)
        .join(caller, caller.c.id == call_back.c.caller_id)
        .outerjoin(text_row, text_row.c.id == call_back.c.text_id)
        .where(call_back.c.state != RETRACTED, among(call_back.c.request_id, wanted))
        .order_by(call_back.c.id)
    )
    found: Heard = {}
    for way, question in ((Way.MAIL, mails), (Way.CALL, called)):
        for request_id, key, word, body, state in connection.execute(question):
            said, mine = (word, body or ""), found.setdefault((request_id, way, key), [])
            mine[:] = [*mine, said] if state == OutboxState.REFUSED.value else [said]
    return found


def _again(heard: Heard, request_id: int, way: Way, key: str, word: str, message: str) -> bool:
    """Whether this outcome was the last that was said to somebody, and in these words if there are any."""
    if parse_state(word)[0].is_open:
        return False
    return any(last == word and message in ("", body) for last, body in heard.get((request_id, way, key), ()))


def closed_upstream(
    connection: Connection, pen: Pen, policy: Policy, closed: Mapping[int, tuple[str, str | None]]
) -> None:
    """An upstream has closed these: callers whom it does not know are told by us. `closed`: how they stand, by id."""
    if closed:
        sayings = [Saying(i, (Status(s), Outcome(o) if o else None)) for i, (s, o) in closed.items()]
        tell(connection, pen, lambda name: policy if name == policy.upstream else LOCAL, sayings, pen.at, {})


def take_back(connection: Connection, operation: str) -> bool:
    """Undo: what has not left of an operation's notices and calls is not told; True when something has left."""
    mine = (outbox.c.operation == operation) & (outbox.c.kind == OutboxKind.NOTICE)
    waits = outbox.c.state.in_([OutboxState.QUEUED.value, OutboxState.REFUSED.value])
    connection.execute(update(outbox).where(mine, waits).values(state=OutboxState.RETRACTED.value, problem=""))
    calls = call_back.c.operation == operation
    connection.execute(update(call_back).where(calls, call_back.c.state == DUE).values(state=RETRACTED))
    left = select(outbox.c.seq).where(mine, outbox.c.state != OutboxState.RETRACTED.value).limit(1)
    called = select(call_back.c.id).where(calls, call_back.c.state == DONE).limit(1)
    return connection.execute(left).first() is not None or connection.execute(called).first() is not None


def tell_again(work: Work, operation: str, ids: Iterable[int]) -> None:
    """Redo: what was taken back before it left is queued anew, but for who has heard the same meanwhile.

    `ids`: the operation's requests, as they stand by now, which is what is told.
    """
    mine = (
        select(outbox, caller.c.email_key, text_row.c.body)
        .join(caller, caller.c.id == outbox.c.caller_id)
        .outerjoin(text_row, text_row.c.id == outbox.c.text_id)
        .where(outbox.c.operation == operation, outbox.c.kind == OutboxKind.NOTICE)
    )
    newest = {row.caller_id: row for row in work.connection.execute(mine.order_by(outbox.c.seq))}
    calls = (
        select(call_back, caller.c.phone_key, text_row.c.body)
        .join(caller, caller.c.id == call_back.c.caller_id)
        .outerjoin(text_row, text_row.c.id == call_back.c.text_id)
        .where(call_back.c.operation == operation, call_back.c.state == RETRACTED)
    )
    due = work.connection.execute(calls).all()
    heard = _heard(work.connection, {row.request_id for row in [*newest.values(), *due]})
    held = work.now + work.acting.hold
    states = _states(work.connection, ids)
    for row in newest.values():
        word = states.get(row.request_id)
        if word is None or row.state != OutboxState.RETRACTED:  # taken out of the one that was spoken of, or told
            continue
        if not _again(heard, row.request_id, Way.MAIL, row.email_key, word, row.body or ""):
            work.pen.notice(row.request_id, row.caller_id, held, word=word, text_id=row.text_id)
    again = [
        row.id
        for row in due
        if row.request_id in states
        and not _again(heard, row.request_id, Way.CALL, row.phone_key, row.told_state, row.body or "")
    ]
    work.connection.execute(update(call_back).where(among(call_back.c.id, again)).values(state=DUE))


def _states(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """How these requests stand, and by the same word those that are merged into them."""
    above = _above(connection, ids)
    columns: tuple[Any, ...] = (request.c.id, request.c.status, request.c.outcome)
    rows = connection.execute(select(*columns).where(among(request.c.id, above)))
    words = {row.id: written(state_of(row)) for row in rows}
    return {i: words[root] for i, root in above.items()}
