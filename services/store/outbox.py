"""The outbox as the relay and the desk see it: what is due, what is on its way, what came back.

queued → sending (committed before the call) → sent, refused or unknown. Items of one request leave in order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select, update

from services.domain.exchange import OutgoingReport, OutgoingUpdate, Receipt
from services.domain.outbox import BLOCKING_STATES, OutboxItem, OutboxKind, OutboxState
from services.domain.policy import Policy
from services.domain.status import Outcome, Status
from services.domain.statusmap import State, Told, parse_state
from services.domain.values import Changes, EventKind, Place
from services.errors import Invalid, NotFound
from services.store import search
from services.store.acting import Acting
from services.store.changing import PAST, UNDONE, sign, state_data
from services.store.rows import item_of, outbox_items
from services.store.store import Store
from services.store.tables import HAS_UPSTREAM_ID, NO_UPSTREAM_ID, UNFINISHED, caller, event, operation, outbox, request
from services.store.writing import Pen, hold

_NOT_DONE = [s.value for s in OutboxState if s not in (OutboxState.SENT, OutboxState.RETRACTED)]
_EARLIER = outbox.alias("earlier")
_HOME = request.alias("home")
_BLOCKING = [s.value for s in BLOCKING_STATES]
_APART = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How much waits, was refused, and nobody knows of."""

    waiting: int
    refused: int
    unknown: int


def _next_in_line() -> tuple[ColumnElement[bool], ...]:
    earlier = exists().where(
        _EARLIER.c.request_id == outbox.c.request_id,
        _EARLIER.c.caller_id.is_not_distinct_from(outbox.c.caller_id),  # who hears from us waits for nobody else
        _EARLIER.c.seq < outbox.c.seq,
        _EARLIER.c.state.in_(_BLOCKING),
    )
    reachable = outbox.c.kind.in_([OutboxKind.REPORT, OutboxKind.NOTICE]) | exists().where(
        _HOME.c.id == outbox.c.request_id, _HOME.c.upstream_id != ""
    )
    return (UNFINISHED, outbox.c.state == OutboxState.QUEUED.value, reachable, ~earlier)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (*_next_in_line(), outbox.c.held_until <= now, outbox.c.next_try_at <= now)


def waiting(store: Store, upstreams: Collection[str], now: datetime) -> list[OutboxItem]:
    """What may leave now to these upstreams: due, not held, and the first unfinished of its request."""
    question = outbox_items().where(outbox.c.upstream.in_(list(upstreams)), *_due(now))
    with store.read() as connection:
        return [item_of(row) for row in connection.execute(question)]


def claim(store: Store, item_id: str, now: datetime, policy: Policy | None = None) -> OutboxItem | None:
    """Take one item for sending, committed before this returns; None when it may not leave (any more).

    While it is sending, `next_try_at` is the moment of this attempt. An update leaves in the word that `policy` has for
    the state it tells, whatever word was queued with it.
    """
    with store.write() as connection:
        taken = connection.execute(
            update(outbox)
            .where(outbox.c.id == item_id, *_due(now))
            .values(state=OutboxState.SENDING.value, attempts=outbox.c.attempts + 1, next_try_at=now)
        )
        if taken.rowcount and policy is not None:
            _reword(connection, item_id, policy)
        return _item(connection, item_id) if taken.rowcount else None


def _reword(connection: Connection, item_id: str, policy: Policy) -> None:
    row = connection.execute(select(outbox).where(outbox.c.id == item_id)).one()
    is_silent = policy.statuses.neutral_word and row.status_word == policy.statuses.neutral_word
    if row.kind == OutboxKind.UPDATE and row.told_state and not is_silent:  # others were queued by an older desk
        state = parse_state(row.told_state)
        word = policy.statuses.word(*state)
        if row.reverse:
            word = word_back(connection, policy, row.request_id, state, row.operation)
        _set(connection, item_id, {"status_word": word})


def word_back(connection: Connection, policy: Policy, request_id: int, state: State, undone: str) -> str:
    """The upstream's word for a state gone back to; without one, the word it had before the operation `undone`."""
    outgoing = policy.statuses.out(*state)
    if isinstance(outgoing, Told):
        return outgoing.word
    ours = (outbox.c.request_id == request_id) & (outbox.c.kind != OutboxKind.NOTICE)
    began = select(func.min(outbox.c.seq)).where(ours, outbox.c.operation == undone).scalar_subquery()
    said = outbox.c.status_word.not_in(["", policy.statuses.neutral_word])
    earlier = select(outbox.c.status_word).where(ours, said, outbox.c.seq < began, outbox.c.state == OutboxState.SENT)
    last = connection.execute(earlier.order_by(outbox.c.seq.desc()).limit(1)).scalar()
    return last or policy.statuses.word(*state)


def _item(connection: Connection, item_id: str) -> OutboxItem:
    row = connection.execute(outbox_items().where(outbox.c.id == item_id)).one_or_none()
    if row is None:
        raise NotFound(f"Nothing in the outbox is called “{item_id}”.", "List it: connect-console outbox.")
    return item_of(row)


def _taken(connection: Connection, item_id: str) -> OutboxItem:
    """The item, as it is once nobody else changes its request: that is held before anything else of it."""
    hold(connection, [_item(connection, item_id).request_id])
    return _item(connection, item_id)


def sent(store: Store, item_id: str, receipt: Receipt, now: datetime) -> Changes:
    """It has arrived. A report's id (or token) is kept with its request. Saying so twice changes nothing."""
    with store.write() as connection:
        item = _taken(connection, item_id)
        if item.state is OutboxState.SENT:
            return Changes()
        settle(connection, item, receipt, now)
        return Changes((item.request_id,), frozenset({"request", "outbox"}))


def settle(connection: Connection, item: OutboxItem, receipt: Receipt, now: datetime) -> None:
    """The same as `sent`, inside a transaction."""
    values = {"state": OutboxState.SENT.value, "receipt": receipt.id or receipt.token, "sent_at": now, "problem": ""}
    _set(connection, item.id, values)
    pen = Pen(connection, now, item.upstream)
    text_id = pen.text(item.request_id, receipt.notice)
    pen.event(item.request_id, EventKind.POSTED, {"outbox": item.id, "what": item.kind.value}, text_id)
    if text_id is not None:
        search.leave(connection, [item.request_id])
        pen.write()
        search.enter(connection, [item.request_id])
    pen.write()
    if item.kind is OutboxKind.REPORT and receipt.id:
        adopt(connection, item.request_id, receipt.id, now)
    elif item.kind is OutboxKind.REPORT:
        connection.execute(update(request).where(request.c.id == item.request_id).values(token=receipt.token))


def adopt(connection: Connection, request_id: int, upstream_id: str, now: datetime) -> None:
    """Give a report of ours the upstream's id; a copy pulled meanwhile is closed as its duplicate."""
    hold(connection, [request_id])
    own = connection.execute(select(request).where(request.c.id == request_id)).one()
    same = (request.c.upstream == own.upstream) & HAS_UPSTREAM_ID & (request.c.upstream_id == upstream_id)
    twin = connection.execute(select(request).where(same, request.c.id != request_id)).one_or_none()
    touched = [request_id] if twin is None else [request_id, twin.id]
    search.leave(connection, touched)
    if twin is not None:
        _close_twin(connection, twin, now)
    connection.execute(update(request).where(request.c.id == request_id).values(upstream_id=upstream_id, token=""))
    search.enter(connection, touched)


def named(connection: Connection, request_id: int, upstream_id: str, now: datetime) -> None:
    """`adopt` what is learnt long after the report had left: its history says so."""
    adopt(connection, request_id, upstream_id, now)
    upstream = connection.execute(select(request.c.upstream).where(request.c.id == request_id)).scalar_one()
    pen = Pen(connection, now, upstream)
    pen.event(request_id, EventKind.UPSTREAM_CHANGED, {"named": True})
    pen.write()


def _close_twin(connection: Connection, twin: Row[Any], now: datetime) -> None:
    closed = {"status": Status.CLOSED.value, "outcome": Outcome.DUPLICATE.value, "closed_at": now, "reopened": False}
    gone = {"upstream": "", "upstream_id": "", "differs": False, "version": twin.version + 1, "updated_at": now}
    connection.execute(update(request).where(request.c.id == twin.id).values(**closed, **gone))
    pen = Pen(connection, now, twin.upstream)
    pen.event(twin.id, EventKind.UPSTREAM_CHANGED, state_data(twin, (Status.CLOSED, Outcome.DUPLICATE)))
    pen.write()


def refused(store: Store, item_id: str, problem: str, now: datetime) -> Changes:
    """The upstream said no; a person decides."""
    return _ended(store, item_id, OutboxState.REFUSED, EventKind.REFUSED, problem, now)


def unknown(store: Store, item_id: str, problem: str, now: datetime) -> Changes:
    """It may or may not have arrived and cannot be read back; a person decides."""
    return _ended(store, item_id, OutboxState.UNKNOWN, EventKind.UNKNOWN, problem, now)


def _ended(store: Store, item_id: str, state: OutboxState, kind: EventKind, problem: str, now: datetime) -> Changes:
    with store.write() as connection:
        item = _taken(connection, item_id)
        _set(connection, item_id, {"state": state.value, "problem": problem})
        _say(connection, item, kind, now, item.upstream)
        return Changes((item.request_id,), frozenset({"request", "outbox"}))


def _say(connection: Connection, item: OutboxItem, kind: EventKind, now: datetime, actor: str) -> None:
    pen = Pen(connection, now, actor)
    pen.event(item.request_id, kind, {"outbox": item.id, "what": item.kind.value})
    pen.write()


def _set(connection: Connection, item_id: str, values: dict[str, Any]) -> None:
    connection.execute(update(outbox).where(outbox.c.id == item_id).values(values))


def later(store: Store, item_id: str, problem: str, next_try_at: datetime, *, nobody_told: bool = False) -> Changes:
    """It surely did not arrive: queued again for `next_try_at`.

    `nobody_told`: it has not left at all, so what a person undid while it was on its way is taken back after all.
    """
    with store.write() as connection:
        item = _taken(connection, item_id)
        if nobody_told and _undone(connection, item):
            _take_back(connection, item)
            return Changes((item.request_id,), frozenset({"request", "outbox"}))
        _set(connection, item_id, {"state": OutboxState.QUEUED.value, "problem": problem, "next_try_at": next_try_at})
        return Changes((item.request_id,), frozenset({"outbox"}))


def _undone(connection: Connection, item: OutboxItem) -> bool:
    """True for what an operation asked for that was undone since; False for what tells of an undoing."""
    state = select(operation.c.state).join(outbox, outbox.c.operation == operation.c.id)
    forward = state.where(outbox.c.id == item.id, ~outbox.c.reverse)
    return connection.execute(forward).scalar() in (UNDONE, PAST)


def _take_back(connection: Connection, item: OutboxItem) -> None:
    """Neither the item nor the answer to it, which waits behind it, leaves."""
    answer = (outbox.c.operation == item.operation) & (outbox.c.request_id == item.request_id) & outbox.c.reverse
    waits = answer & (outbox.c.state == OutboxState.QUEUED.value)
    values = {"state": OutboxState.RETRACTED.value, "problem": ""}
    connection.execute(update(outbox).where((outbox.c.id == item.id) | waits).values(values))
    if item.kind is OutboxKind.REPORT:
        keep_here(connection, item.request_id)


def spare(store: Store, item_id: str) -> Changes:
    """A notice whose caller is not to be written to any more: it does not leave."""
    with store.write() as connection:
        item = _item(connection, item_id)
        _set(connection, item_id, {"state": OutboxState.RETRACTED.value, "problem": ""})
        return Changes((item.request_id,), frozenset({"outbox"}))


def sending(store: Store) -> list[OutboxItem]:
    """What was on its way when nobody noted how it ended: to be read back before anything else."""
    with store.read() as connection:
        return [
            item_of(row)
            for row in connection.execute(outbox_items().where(UNFINISHED, outbox.c.state == OutboxState.SENDING))
        ]


def retry(acting: Acting, item_id: str) -> Changes:
    """Queue again what was refused or is unknown. Raises NotFound, Invalid."""
    now = acting.store.clock()
    values = {"state": OutboxState.QUEUED.value, "next_try_at": now, "held_until": now, "problem": ""}
    return _decide(acting, item_id, values, EventKind.REQUEUED, "queued again")


def give_up(acting: Acting, item_id: str) -> Changes:
    """Leave untold what was refused or is unknown, so that what waits behind it can go on. Raises NotFound, Invalid."""
    values: dict[str, Any] = {"state": OutboxState.RETRACTED.value, "problem": ""}
    return _decide(acting, item_id, values, EventKind.GIVEN_UP, "left untold")


def _decide(acting: Acting, item_id: str, values: dict[str, Any], kind: EventKind, words: str) -> Changes:
    with acting.store.write() as connection:
        item = _taken(connection, item_id)
        if item.state not in (OutboxState.REFUSED, OutboxState.UNKNOWN):
            raise Invalid(f"{item.number}: it is {item.state.value}; there is nothing to decide.", "Look again.")
        if kind is EventKind.REQUEUED and _overtaken(acting, connection, item):
            raise Invalid(
                f"{item.number}: the upstream was told something newer since; this would set it back.",
                "Leave it untold; if residents need its text, send that as a new message.",
            )
        _set(connection, item_id, values)
        if kind is EventKind.GIVEN_UP and item.kind is OutboxKind.REPORT:
            keep_here(connection, item.request_id)
        _say(connection, item, kind, acting.store.clock(), acting.actor.name)
        sentence = f"{item.number}: {words}"
        sign(connection, acting, acting.operation, sentence)
    return Changes((item.request_id,), frozenset({"request", "outbox"}), sentence=sentence)


def _overtaken(acting: Acting, connection: Connection, item: OutboxItem) -> bool:
    """True when the upstream was told another state since, which this item's older one would replace."""
    silent = {"", acting.policy(item.upstream).statuses.neutral_word}
    if item.status_word in silent or item.kind is OutboxKind.NOTICE:
        return False
    this = select(outbox.c.seq).where(outbox.c.id == item.id).scalar_subquery()
    newer = (outbox.c.request_id == item.request_id) & (outbox.c.seq > this) & (outbox.c.state == OutboxState.SENT)
    newer &= outbox.c.kind != OutboxKind.NOTICE
    other = outbox.c.status_word.not_in([*silent, item.status_word])
    return connection.execute(select(outbox.c.seq).where(newer, other).limit(1)).first() is not None


def keep_here(connection: Connection, request_id: int) -> None:
    """The upstream never gets this report: it lives at the desk only, and nothing waits for it there."""
    hold(connection, [request_id])
    behind = (outbox.c.request_id == request_id) & (outbox.c.state == OutboxState.QUEUED.value)
    behind &= outbox.c.kind != OutboxKind.NOTICE
    connection.execute(update(outbox).where(behind).values(state=OutboxState.RETRACTED.value))
    connection.execute(update(request).where(request.c.id == request_id).values(upstream=""))


def listing(store: Store, unfinished_only: bool = True) -> list[OutboxItem]:
    """Everything in the outbox, oldest first; by default without what was sent or taken back."""
    question = outbox_items()
    if unfinished_only:
        question = question.where(UNFINISHED, outbox.c.state.in_(_NOT_DONE))
    with store.read() as connection:
        return [item_of(row) for row in connection.execute(question)]


def counts(store: Store) -> OutboxCounts:
    """How many wait (held and on their way included), were refused, and are unknown."""
    tally = select(outbox.c.state, func.count()).where(UNFINISHED).group_by(outbox.c.state)
    with store.read() as connection:
        found = {row[0]: row[1] for row in connection.execute(tally)}
    return OutboxCounts(
        found.get(OutboxState.QUEUED, 0) + found.get(OutboxState.SENDING, 0),
        found.get(OutboxState.REFUSED, 0),
        found.get(OutboxState.UNKNOWN, 0),
    )


def payload(store: Store, item: OutboxItem) -> OutgoingUpdate | OutgoingReport:
    """What leaves. An update is stamped with the time of sending, always later than the one before it."""
    with store.read() as connection:
        row = connection.execute(select(request).where(request.c.id == item.request_id)).one()
        if item.kind is OutboxKind.REPORT:
            return _report(connection, row)
        before = (outbox.c.request_id == item.request_id) & (outbox.c.id != item.id)
        before &= outbox.c.kind != OutboxKind.NOTICE
        last = connection.execute(
            select(outbox.c.sent_at).where(before, outbox.c.sent_at.is_not(None)).order_by(outbox.c.sent_at.desc())
        ).scalar()
    now = store.clock()
    return OutgoingUpdate(
        update_id=item.id,
        upstream_id=row.upstream_id,
        status_word=item.status_word,
        message=item.message,
        updated_at=now if last is None else max(now, last + _APART),
        service_code=row.service_code,
    )


def moments(store: Store, item: OutboxItem) -> list[datetime]:
    """When others than this item told its upstream something of its request, or it told us something."""
    here = outbox.c.request_id == item.request_id, outbox.c.id != item.id, outbox.c.state == OutboxState.SENT.value
    answer = event.c.request_id == item.request_id, event.c.kind == EventKind.RESIDENT_UPDATE
    with store.read() as connection:
        asked = (
            select(outbox.c.sent_at).where(*here, outbox.c.sent_at.is_not(None)),
            select(event.c.at).where(*answer),
            select(request.c.upstream_updated_at).where(request.c.id == item.request_id),
        )
        return [moment for one in asked for moment in connection.execute(one).scalars() if moment]


def _report(connection: Connection, row: Row[Any]) -> OutgoingReport:
    own = select(caller).where(caller.c.request_id == row.id, ~caller.c.joined).order_by(caller.c.id)
    who = connection.execute(own.limit(1)).first()
    return OutgoingReport(
        reference=row.reference,
        service_code=row.service_code,
        description=row.description,
        place=Place(row.address, row.lat, row.lon, row.area, row.zipcode),
        name=who.name if who else "",
        phone=who.phone if who else "",
        email=who.email if who else "",
        language=who.language if who else "",
        attributes={code: tuple(values) for code, values in row.attributes.items()},
    )


def tokens(store: Store, upstream: str) -> list[tuple[int, str]]:
    """Requests of ours for which an upstream has given only a token so far: (request id, token)."""
    ours = (request.c.upstream == upstream) & NO_UPSTREAM_ID
    unresolved = select(request.c.id, request.c.token).where(ours, request.c.token != "")
    with store.read() as connection:
        return [(row.id, row.token) for row in connection.execute(unresolved.order_by(request.c.id))]


def resolved(store: Store, request_id: int, upstream_id: str, now: datetime) -> Changes:
    """The upstream has given the id behind a token."""
    with store.write() as connection:
        named(connection, request_id, upstream_id, now)
    return Changes((request_id,), frozenset({"request", "outbox"}))
