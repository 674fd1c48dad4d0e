"""What every change to requests shares: reading them, refusing stale versions, and moving them to another state."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, insert, select, update

from services.domain.outbox import OutboxKind
from services.domain.policy import Policy
from services.domain.status import Outcome, Status
from services.domain.statusmap import Internal, Outgoing, State, Told
from services.domain.values import Changes, EventKind
from services.errors import Conflict, Expected, Invalid, NotFound
from services.store.acting import Acting
from services.store.rows import state_of
from services.store.tables import crew, event, operation, request
from services.store.writing import Data, Pen, among, update_requests

_NEEDED: tuple[Column[Any], ...] = (
    request.c.id,
    request.c.number,
    request.c.upstream,
    request.c.status,
    request.c.outcome,
    request.c.crew_id,
    request.c.closed_at,
    request.c.person_at,
    request.c.reopened,
    request.c.differs,
    request.c.version,
)
UNDONE, DONE, PAST = "undone", "done", "past"


@dataclass(slots=True)
class Work:
    """One command under way: its transaction, and what it collects."""

    acting: Acting
    connection: Connection
    pen: Pen
    changed: list[dict[str, Any]] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    sentence: str = ""
    touched: list[int] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment of the command."""
        return self.pen.at

    def post(self, row: Row[Any], word: str, *, text_id: int | None = None, reverse: bool = False) -> None:
        """Queue an update of a request for its upstream."""
        held = self.now + self.acting.hold
        self.pen.post(row.id, row.upstream, OutboxKind.UPDATE, held, word=word, text_id=text_id, reverse=reverse)
        self.kinds.add("outbox")

    def move(self, row: Row[Any], state: State, crew_id: int | None) -> None:
        """Set status, outcome and crew of a request."""
        self.changed.append(moved(row, state, crew_id, self.now))
        self.touched.append(row.id)

    def changes(self) -> Changes:
        """What is broadcast."""
        return Changes(tuple(self.touched), frozenset({"request", *self.kinds}), self.pen.operation, self.sentence)


@contextmanager
def command(acting: Acting) -> Iterator[Work]:
    """One transaction of a new operation: what the block collects is written when it ends well."""
    now = acting.store.clock()
    with acting.store.write() as connection:
        work = Work(acting, connection, Pen(connection, now, acting.actor.name, str(uuid.uuid4())))
        yield work
        finish(work)
        forgotten = (operation.c.actor == acting.actor.name) & (operation.c.state == UNDONE)
        connection.execute(update(operation).where(forgotten).values(state=PAST))
        connection.execute(
            insert(operation).values(
                id=work.pen.operation, actor=acting.actor.name, at=now, sentence=work.sentence, state=DONE
            )
        )


def finish(work: Work) -> None:
    """Write what was collected."""
    update_requests(work.connection, work.changed)
    work.pen.write()


def moved(row: Row[Any], state: State, crew_id: int | None, now: datetime) -> dict[str, Any]:
    """The new columns of a request that a person moves to `state` and gives to a crew."""
    was_open, is_open = Status(row.status).is_open, state[0].is_open
    closed_at = None if is_open else (row.closed_at if not was_open else now)
    return {
        "id": row.id,
        "status": state[0].value,
        "outcome": state[1].value if state[1] else None,
        "closed_at": closed_at,
        "reopened": is_open and (row.reopened or not was_open),
        "crew_id": crew_id,
        "updated_at": now,
        "person_at": now if state_of(row) != state else row.person_at,
        "version": row.version + 1,
        "differs": row.differs and state_of(row) == state,
    }


def load(connection: Connection, ids: Sequence[int], expected: Mapping[int, int] | None = None) -> list[Row[Any]]:
    """What a change needs of each, in the order given. Raises Invalid, NotFound, or Conflict for another version."""
    wanted = list(dict.fromkeys(int(i) for i in ids))
    if not wanted:
        raise Invalid("No request is chosen.", "Choose one or more in the queue.")
    found = {row.id: row for row in connection.execute(select(*_NEEDED).where(among(request.c.id, wanted))).all()}
    missing = [i for i in wanted if i not in found]
    if missing:
        raise NotFound("A request that was chosen is not in this store.", "Look at the queue again.")
    rows = [found[i] for i in wanted]
    for row in rows:
        seen = (expected or {}).get(row.id)
        if seen is not None and seen != row.version:
            raise Conflict(
                f"{row.number} was changed meanwhile: {since(connection, row, seen)}.", "Look again, then decide."
            )
    return rows


def since(connection: Connection, row: Row[Any], version: int) -> str:
    """What happened to a request after `version`, by whom and when: "Status is now In progress, set by ana 14:02"."""
    recent = select(event).where(event.c.request_id == row.id).order_by(event.c.id.desc()).limit(50)
    later = [e for e in connection.execute(recent) if int(e.data.get("version", 0)) > version]
    said: dict[str, str] = {}
    for e in later:
        for subject, words in _changed(connection, row, e):
            said.setdefault(subject, f"{words}, {_by(e)} {clock(e.at)}")
    return "; ".join(said.values()) or "another window changed it"


def _changed(connection: Connection, row: Row[Any], e: Row[Any]) -> Iterator[tuple[str, str]]:
    if "to" in e.data:
        yield "status", f"Status is now {state_words(state_of(row))}"
    if "crew" in e.data:
        yield "crew", f"Crew is now {crew_name(connection, row.crew_id) or 'nobody'}"
    if e.kind == EventKind.MESSAGE:
        yield "message", "A message was sent"
    if e.data.get("fields"):
        yield "fields", "The report's own text or place changed"


def _by(e: Row[Any]) -> str:
    return f"{'by the upstream' if e.kind == EventKind.UPSTREAM_CHANGED else 'set by'} {e.actor}"


def clock(moment: datetime) -> str:
    """A recent moment as this machine's clock shows it, "14:02"; with the date when it is not today."""
    local = moment.astimezone()
    today = local.date() == datetime.now().astimezone().date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"


def crew_name(connection: Connection, crew_id: int | None) -> str:
    """A crew's name; "" for none."""
    return connection.execute(select(crew.c.name).where(crew.c.id == crew_id)).scalar() or ""


def state_words(state: tuple[Status, Outcome | None]) -> str:
    """A state for people: "In progress", "Closed (Fixed)"."""
    return f"{state[0].label} ({state[1].label})" if state[1] else state[0].label


def state_data(row: Row[Any], state: State) -> Data:
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
def naming(row: Row[Any]) -> Iterator[None]:
    """Put the request's number before the sentence of whatever is refused inside."""
    try:
        yield
    except Expected as error:
        raise type(error)(f"{row.number}: {error.sentence}", error.remedy) from error


def told(policy: Policy, row: Row[Any], state: State, *, has_message: bool) -> Outgoing:
    """What the upstream is to be told of a new state. Raises Forbidden or Invalid where it may not be set."""
    if not row.upstream or not policy.takes_updates:
        return Internal("nothing can be posted to it.")
    outgoing = policy.statuses.check(*state, has_message=has_message)
    if isinstance(outgoing, Internal) and state[0].is_open and not Status(row.status).is_open:
        return Told(policy.statuses.open_word)
    return outgoing


def plural(count: int) -> str:
    """ "1 request", "3 requests"."""
    return f"{count} request{'' if count == 1 else 's'}"
