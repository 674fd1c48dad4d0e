"""The history of all requests together, the newest first: who did what, read some at a time however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from services.domain.audit import Told
from services.domain.status import Role
from services.domain.values import EventKind
from services.errors import Forbidden
from services.store.acting import Acting
from services.store.changing import PAST, UNDONE
from services.store.tables import event, operation, request, text_row

PAGE = 200
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines of history; what is empty is not asked for."""

    person: str = ""
    """How the name of who acted begins, in whatever case."""
    kind: EventKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this."""
    request_id: int = 0


def check_rights(acting: Acting) -> None:
    """Raise Forbidden for who neither supervises nor only reads (a team's auditor has no role at the desk)."""
    if acting.actor.roles and Role.SUPERVISOR not in acting.actor.roles:
        raise Forbidden("Only a supervisor or an auditor may read what everybody did.", "Ask a supervisor.")


def page(acting: Acting, sought: Sought, before: int = 0, most: int = PAGE) -> tuple[Told, ...]:
    """The newest lines before the one with that id (0: of all), at most so many. Raises Forbidden."""
    check_rights(acting)
    older = [event.c.id < before] if before else []
    chosen = select(event).where(*_wanted(sought), *older).order_by(event.c.id.desc()).limit(most).subquery("e")
    question = (
        select(chosen, request.c.number, text_row.c.body, text_row.c.erased_at, operation.c.state)
        .join(request, request.c.id == chosen.c.request_id)
        .outerjoin(text_row, text_row.c.id == chosen.c.text_id)
        .outerjoin(operation, operation.c.id == chosen.c.operation)
        .order_by(chosen.c.id.desc())
    )
    with acting.store.read() as connection:
        return tuple(map(_told, connection.execute(question)))


def every(acting: Acting, sought: Sought) -> Iterator[tuple[Told, ...]]:
    """All of them, some at a time; what is added meanwhile is left out. Raises Forbidden."""
    before = 0
    while some := page(acting, sought, before, _AT_ONCE):
        yield some
        before = some[-1].id


def count(acting: Acting, sought: Sought) -> int:
    """How many there are. Raises Forbidden."""
    check_rights(acting)
    with acting.store.read() as connection:
        return connection.execute(select(func.count()).select_from(event).where(*_wanted(sought))).scalar_one()


def _wanted(sought: Sought) -> list[ColumnElement[bool]]:
    made = [event.c.kind == sought.kind.value if sought.kind else event.c.kind != EventKind.TOUCHED.value]
    if sought.person:
        made.append(func.lower(event.c.actor).startswith(sought.person.lower(), autoescape=True))
    if sought.since is not None:
        made.append(event.c.at >= sought.since)
    if sought.until is not None:
        made.append(event.c.at < sought.until)
    if sought.request_id:
        made.append(event.c.request_id == sought.request_id)
    return made


def _told(row: Row[Any]) -> Told:
    kind = EventKind(row.kind)
    undone = row.state in (UNDONE, PAST) and kind not in (EventKind.UNDONE, EventKind.REDONE)
    erased = row.erased_at is not None
    return Told(row.id, row.at, row.actor, kind, dict(row.data), row.body or "", erased, undone, row.number)
