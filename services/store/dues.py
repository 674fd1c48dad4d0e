"""When requests are due, by what the city has promised: reckoned anew when their clock stops, goes on, or is set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from services.domain.calendar import PAUSABLE
from services.domain.sla import NEVER, Sla, Stood, stood
from services.domain.status import Status
from services.domain.values import EventKind
from services.store import slas
from services.store.tables import OPEN, event, request, service
from services.store.writing import Pen, among, update_requests

_OF_SERVICE = and_(service.c.upstream == request.c.upstream, service.c.code == request.c.service_code)
_CAME_TO = func.coalesce(event.c.data["to"].as_string(), event.c.data["status"].as_string())
"""The status that a line of history tells."""


def requests() -> Select[Any]:
    """What has to be known of requests to say when they are due."""
    moments = request.c.requested_at, request.c.expected_at, request.c.needed_at, request.c.due_at
    known = request.c.id, request.c.upstream, request.c.service_code, request.c.status, request.c.version
    return select(*known, *moments, service.c.sla_hours).outerjoin(service, _OF_SERVICE)


def due(sla: Sla, row: Row[Any], needed_at: datetime | None, when_stood: Stood = NEVER) -> datetime | None:
    """When a request of `requests` is due."""
    of_service = row.upstream, row.service_code
    return sla.due(of_service, row.sla_hours, row.requested_at, row.expected_at, needed_at, when_stood)


def reckon(connection: Connection, pen: Pen, ids: Iterable[int]) -> None:
    """Set when these requests are due, as their history is by now; who follows it hears of those that change."""
    sla = slas.current(connection)
    rows = connection.execute(requests().where(among(request.c.id, ids))).all()
    set_due(connection, pen, differing(connection, sla, rows))


def differing(connection: Connection, sla: Sla, rows: Sequence[Row[Any]]) -> list[tuple[Row[Any], datetime | None]]:
    """Of requests those that are due at another time than their row says, and when."""
    when = standing(connection, sla, among(event.c.request_id, [row.id for row in rows]))
    found = ((row, due(sla, row, row.needed_at, when.get(row.id, NEVER))) for row in rows)
    return [(row, at) for row, at in found if at != row.due_at]


def set_due(connection: Connection, pen: Pen, changed: Iterable[tuple[Row[Any], datetime | None]]) -> None:
    """Write the due times; `pen` is to be written by who calls this."""
    values = [{"id": row.id, "due_at": at} for row, at in changed]
    update_requests(connection, values)
    pen.events([int(str(value["id"])) for value in values], EventKind.TOUCHED, {})


def stop(connection: Connection, at: datetime) -> None:
    """When a store learns that clocks stand: what is open and was ever put on hold is due anew."""
    sla, rows = slas.current(connection), open_requests(connection)
    when = standing(connection, sla, among(event.c.request_id, [row.id for row in rows]))
    pen = Pen(connection, at, "")
    set_due(connection, pen, differing(connection, sla, [row for row in rows if row.id in when]))
    pen.write()


def standing(connection: Connection, sla: Sla, these: ColumnElement[bool]) -> dict[int, Stood]:
    """When the clocks of requests stood, of those that ever came to a status that stops them."""
    if not sla.calendar.pausing:
        return {}
    ever = select(event.c.request_id).where(these, _CAME_TO.in_([status.value for status in PAUSABLE])).distinct()
    lines = select(event.c.request_id, event.c.at, _CAME_TO.label("status")).order_by(event.c.id)
    lines = lines.where(event.c.request_id.in_(ever), _CAME_TO.is_not(None))
    stories: dict[int, list[tuple[datetime, Status]]] = {}
    for line in connection.execute(lines):
        stories.setdefault(line.request_id, []).append((line.at, Status(line.status)))
    return {request_id: stood(story, sla.calendar.pausing) for request_id, story in stories.items()}


def open_ids(connection: Connection) -> list[int]:
    """The ids of all that are open."""
    return list(connection.execute(select(request.c.id).where(OPEN)).scalars())


def open_requests(connection: Connection) -> list[Row[Any]]:
    """Every request that is open, by id."""
    return list(connection.execute(requests().where(OPEN).order_by(request.c.id)).all())


def clock(connection: Connection, row: Row[Any]) -> tuple[datetime | None, datetime | None]:
    """Of a whole row of `request`: by when somebody is to have looked at it, and since when its clock stands.

    None for what is not promised or is done already, and while the clock runs.
    """
    status = Status(row.status)
    if not status.is_open:
        return None, None
    sla = slas.current(connection)
    respond_by = sla.respond_by(row.upstream, row.service_code, row.requested_at) if status is Status.NEW else None
    if status not in sla.calendar.pausing:
        return respond_by, None
    when = standing(connection, sla, event.c.request_id == row.id)
    return respond_by, when.get(row.id, NEVER).since
