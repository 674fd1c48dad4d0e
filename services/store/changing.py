"""What every change to requests shares: reading them, refusing stale versions, and moving them to another state."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, select

from services.domain.calendar import PAUSABLE
from services.domain.outbox import OutboxKind
from services.domain.policy import Policy
from services.domain.status import Outcome, Status
from services.domain.statusmap import Internal, Outgoing, State, Told, written
from services.domain.values import Changes, EventKind
from services.errors import Conflict, Expected, Invalid, NotFound
from services.sqlite import to_millis
from services.store import bulk, dialect, dues
from services.store.acting import Acting
from services.store.dialect import Question, answered, at_last, fetched, held
from services.store.rows import Standing, state_of
from services.store.tables import crew, event
from services.store.writing import Data, Pen, among, id_list

_STANDING = "SELECT id, number, upstream, status, outcome, crew_id, version, merged_into, claimed_by FROM "
_KEPT = "UPDATE request SET crew_id = ?, updated_at = ?, version = version + 1"
_MOVED = (
    f"{_KEPT}, status = ?, outcome = ?, person_at = ?, differs = false,"
    " closed_at = CASE WHEN ? THEN NULL ELSE coalesce(closed_at, ?) END,"
    f" reopened = ? AND (reopened OR status = '{Status.CLOSED.value}')"
)
_FORGET = "UPDATE operation SET state = ? WHERE actor = ? AND state = ?"
_DONE = "INSERT INTO operation (id, actor, at, sentence, state) VALUES (?, ?, ?, ?, ?)"
_THESE = " WHERE id IN {ids}"
_LOOKED_AT = 50
"""Lines of history in which it is looked who changed what."""
EVERYTHING = frozenset({"status", "crew", "message", "fields"})
"""What a change can be about."""
TOLD = EVERYTHING - {"crew"}
"""What matters to whoever tells a resident something: where it stands, what they were told, what they wrote."""
UNDONE, DONE, PAST = "undone", "done", "past"


@dataclass(frozen=True, slots=True)
class Alike:
    """Requests that a command treats alike, as they stand: what holds for `row`, the first, holds for all."""

    row: Standing
    ids: list[int]


@dataclass(slots=True)
class Work:
    """One command under way: its transaction, and what it collects."""

    acting: Acting
    connection: Connection
    pen: Pen
    moves: dict[tuple[State, int | None, bool], list[int]] = field(default_factory=dict)
    """By the new state, the crew, and whether that state is another: which requests."""
    kinds: set[str] = field(default_factory=set)
    sentence: str = ""
    touched: list[int] = field(default_factory=list)
    clocked: list[int] = field(default_factory=list)
    """Requests whose clock may stop or go on."""

    @property
    def now(self) -> datetime:
        """The moment of the command."""
        return self.pen.at

    @property
    def is_short(self) -> bool:
        """Whether what is to be written goes in one breath."""
        return self.pen.longest <= bulk.FEW and not self.clocked

    def post(self, some: Alike, state: State, word: str, *, text_id: int | None = None, reverse: bool = False) -> None:
        """Queue an update of requests for their upstream: their state, in its word."""
        held = self.now + self.acting.hold
        said: dict[str, Any] = {"word": word, "told_state": written(state), "text_id": text_id, "reverse": reverse}
        self.pen.post(some.ids, some.row.upstream, OutboxKind.UPDATE, held, **said)
        self.kinds.add("outbox")

    def move(self, some: Alike, state: State, crew_id: int | None) -> None:
        """Set status, outcome and crew of requests."""
        self.moves.setdefault((state, crew_id, state != state_of(some.row)), []).extend(some.ids)
        self.touched.extend(some.ids)
        before = Status(some.row.status)
        if state[0] is not before and {state[0], before}.intersection(PAUSABLE):
            self.clocked.extend(some.ids)

    def changes(self) -> Changes:
        """What is broadcast."""
        return Changes(tuple(self.touched), frozenset({"request", *self.kinds}), self.pen.operation, self.sentence)


@contextmanager
def command(acting: Acting, operation: str = "") -> Iterator[Work]:
    """One transaction of a new operation: what the block collects is written when it ends well.

    `operation` names it, so that it can be told afterwards whether it was done; a name can be used once.
    """
    now = acting.store.clock()
    named = operation or acting.operation or str(uuid.uuid4())
    with acting.store.write() as connection:
        work = Work(acting, connection, Pen(connection, now, acting.actor.name, named))
        yield work
        with at_last(connection) if work.is_short else nullcontext():
            finish(work)
            dialect.written(connection, _FORGET, (PAST, acting.actor.name, UNDONE))
            sign(connection, acting, named, work.sentence, DONE)


def sign(connection: Connection, acting: Acting, operation: str, sentence: str, state: str = PAST) -> None:
    """Note that an operation was done; PAST for what cannot be undone, and nothing where it has no name."""
    if operation:
        now = to_millis(acting.store.clock())
        dialect.written(connection, _DONE, (operation, acting.actor.name, now, sentence, state))


def finish(work: Work) -> None:
    """Write what was collected."""
    now = to_millis(work.now)
    for (state, crew_id, is_other), ids in work.moves.items():
        statement = _KEPT
        values: list[object] = [crew_id, now]
        if is_other:
            status, outcome = state
            statement = _MOVED
            values += [status.value, outcome.value if outcome else None, now, status.is_open, now, status.is_open]
        dialect.written(work.connection, statement + _THESE, (*values, id_list(ids)))
    work.pen.write()
    if work.clocked:
        dues.reckon(work.connection, work.pen, work.clocked)
        work.pen.write()


def load(
    connection: Connection,
    ids: Sequence[int],
    expected: Mapping[int, int] | None = None,
    about: frozenset[str] = EVERYTHING,
    zone: tzinfo | None = None,
) -> list[Standing]:
    """What a change needs of each, in the order given; in a write they stay so until it ends.

    Raises Invalid, NotFound, and Conflict where something that the change is `about` was changed since the version
    that was seen, by the clock of `zone`. What else was changed meanwhile stays beside it.
    """
    return stood(connection, ids, answered(connection, standing(connection, ids))[0], expected, about, zone)


def standing(connection: Connection, ids: Sequence[int]) -> Question:
    """What `load` asks: some commands ask it together with something else. Raises Invalid."""
    if not ids:
        raise Invalid("No request is chosen.", "Choose one or more in the queue.")
    return _STANDING + held(connection), (id_list(ids),)


def stood(
    connection: Connection,
    ids: Sequence[int],
    rows_found: Iterable[tuple[Any, ...]],
    expected: Mapping[int, int] | None = None,
    about: frozenset[str] = EVERYTHING,
    zone: tzinfo | None = None,
) -> list[Standing]:
    """What `load` makes of the answer. Raises what it raises."""
    wanted = list(dict.fromkeys(int(i) for i in ids))
    found = {row[0]: Standing._make(row) for row in rows_found}
    if len(found) < len(wanted):
        raise NotFound("A request that was chosen is not in this store.", "Look at the queue again.")
    rows = [found[i] for i in wanted]
    for row in rows if expected else ():
        seen = (expected or {}).get(row.id)
        if seen is not None and seen != row.version:
            said = _since(connection, row, seen, zone)
            if not said or about & said.keys():
                raise Conflict(f"{row.number} was changed meanwhile: {_in_words(said)}.", "Look again, then decide.")
    return rows


def unchanged_since(acting: Acting, ids: Sequence[int], head: int, about: frozenset[str]) -> dict[int, int]:
    """The versions of these requests, where nobody else changed what it is `about` since `head`; raises Conflict."""
    asked = "SELECT id FROM event WHERE {since} AND request_id IN {ids} AND actor <> ? ORDER BY id"
    with acting.store.read() as connection:
        rows = {row.id: row for row in load(connection, ids)}
        newer = [i for (i,) in fetched(connection, asked, (head, id_list(ids), acting.actor.name))]
        said: dict[str, str] = {}
        for e in connection.execute(select(event).where(among(event.c.id, newer)).order_by(event.c.id.desc())):
            row = rows[e.request_id]
            for subject, words in _changed(connection, row, e):
                said.setdefault(subject, f"{row.number}: {words}, {_by(e)} {clock(e.at, acting.zone)}")
        if about & said.keys():
            raise Conflict(f"It was changed meanwhile: {_in_words(said)}.", "Look again, then decide.")
        return {row.id: row.version for row in rows.values()}


def alike(rows: Iterable[Standing]) -> list[Alike]:
    """Those together that differ by no more than id and number, in the order of the first of each."""
    groups: dict[tuple[object, ...], Alike] = {}
    for row in rows:
        some = groups.get(row[2:])
        if some is None:
            groups[row[2:]] = Alike(row, [row.id])
        else:
            some.ids.append(row.id)
    return list(groups.values())


def since(connection: Connection, row: Standing, version: int, zone: tzinfo | None) -> str:
    """What happened to a request after `version`, by whom and when: "Status is now In progress, set by ana 14:02"."""
    return _in_words(_since(connection, row, version, zone))


def _since(connection: Connection, row: Standing, version: int, zone: tzinfo | None) -> dict[str, str]:
    """The same by what was changed ("status", "crew", "message", "claim", "fields"); {} where that is not known."""
    recent = select(event).where(event.c.request_id == row.id).order_by(event.c.id.desc()).limit(_LOOKED_AT)
    lines = connection.execute(recent).all()
    later = [e for e in lines if int(e.data.get("version", 0)) > version]
    if len(later) == _LOOKED_AT:
        return {}
    said: dict[str, str] = {}
    for e in later:
        for subject, words in _changed(connection, row, e):
            said.setdefault(subject, f"{words}, {_by(e)} {clock(e.at, zone)}")
    return said


def _in_words(said: Mapping[str, str]) -> str:
    return "; ".join(said.values()) or "another window changed it"


def _changed(connection: Connection, row: Standing, e: Row[Any]) -> Iterator[tuple[str, str]]:
    if "to" in e.data:
        yield "status", f"Status is now {state_words(state_of(row))}"
    if "crew" in e.data:
        yield "crew", f"Crew is now {crew_name(connection, row.crew_id) or 'nobody'}"
    if e.kind == EventKind.MESSAGE:
        yield "message", "A message was sent"
    if "holder" in e.data:
        yield "claim", f"{row.claimed_by or 'Nobody'} has it now"
    if e.data.get("fields"):
        yield "fields", "The report's own text or place changed"


def _by(e: Row[Any]) -> str:
    return f"{'by the upstream' if e.kind == EventKind.UPSTREAM_CHANGED else 'set by'} {e.actor}"


def clock(moment: datetime, zone: tzinfo | None) -> str:
    """A recent moment by the clock of a zone, else this machine's, "14:02"; with the date when it is not today."""
    local = moment.astimezone(zone)
    today = local.date() == datetime.now(UTC).astimezone(zone).date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"


def crew_name(connection: Connection, crew_id: int | None) -> str:
    """A crew's name; "" for none."""
    return connection.execute(select(crew.c.name).where(crew.c.id == crew_id)).scalar() or ""


def state_words(state: tuple[Status, Outcome | None]) -> str:
    """A state for people: "In progress", "Closed (Fixed)"."""
    return f"{state[0].label} ({state[1].label})" if state[1] else state[0].label


def state_data(row: Row[Any] | Standing, state: State) -> Data:
    """How history keeps a change of state."""
    old = state_of(row)
    return {
        "from": old[0].value,
        "from_outcome": old[1].value if old[1] else None,
        "to": state[0].value,
        "to_outcome": state[1].value if state[1] else None,
        "version": row.version + 1,
    }


@contextmanager
def naming(row: Standing) -> Iterator[None]:
    """Put the request's number before the sentence of whatever is refused inside."""
    try:
        yield
    except Expected as error:
        raise type(error)(f"{row.number}: {error.sentence}", error.remedy) from error


def told(policy: Policy, row: Standing, state: State, *, has_message: bool) -> Outgoing:
    """What the upstream is to be told of a new state. Raises Forbidden or Invalid where it may not be set."""
    if not row.upstream or not policy.takes_updates:
        return Internal("nothing can be posted to it.")
    outgoing = policy.statuses.check(*state, has_message=has_message)
    if isinstance(outgoing, Internal) and state[0].is_open and not Status(row.status).is_open:
        return Told(policy.statuses.open_word)
    return outgoing


def plural(count: int) -> str:
    """ "1 request", "3 requests", "58,137 requests"."""
    return f"{count:,} request{'' if count == 1 else 's'}"
