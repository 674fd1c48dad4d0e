"""What the desk and the command line read: one request with its history, the columns of the queue, the lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, literal, select

from services.domain.detail import Detail
from services.domain.outbox import OutboxKind, OutboxState
from services.domain.queue_row import QueueRow
from services.domain.status import Status
from services.domain.statusmap import Dialect
from services.domain.values import Attribute, Crew, Event, EventKind, Service
from services.errors import Invalid, NotFound
from services.sqlite import from_millis
from services.store import calls, dues, finding, telling
from services.store import search as searching
from services.store.acting import Acting
from services.store.changing import PAST, UNDONE
from services.store.dialect import is_server, streamed
from services.store.rows import (
    attribute_of,
    caller_of,
    crew_of,
    item_of,
    outbox_items,
    request_of,
    service_of,
)
from services.store.store import Store
from services.store.tables import (
    caller,
    crew,
    event,
    meta,
    operation,
    outbox,
    request,
    service,
    text_row,
    upstream_state,
)
from services.store.upstreams import SERVED
from services.store.writing import id_list


@dataclass(frozen=True, slots=True)
class UpstreamState:
    """How an upstream stands."""

    name: str
    dialect: Dialect | None
    notifies: bool
    pulled_at: datetime | None
    problem: str
    served: str = ""
    """What the worker of a team's server says of it (`services.sync.policies.told`); "": nothing."""


def detail(store: Store, request_id: int, *, acting: Acting | None = None) -> Detail:
    """One request with its history, callers and outbox. Raises NotFound.

    `acting` says whether numbers and addresses may be seen; without it they are.
    """
    with store.read() as connection:
        row = connection.execute(select(request).where(request.c.id == int(request_id))).one_or_none()
        if row is None:
            raise NotFound("That request is not in this store.")
        crews_by_id = {c.id: c for c in _crews(connection)}
        callers_here = select(caller).where(caller.c.request_id == row.id, ~caller.c.withdrawn)
        items = outbox_items().where(outbox.c.request_id == row.id)
        return Detail(
            request_of(row, crews_by_id.get(row.crew_id)),
            _events(connection, row.id, crews_by_id),
            tuple(
                caller_of(c, masked=acting is not None and not acting.sees_contacts)
                for c in connection.execute(callers_here.order_by(caller.c.id))
            ),
            tuple(item_of(item) for item in connection.execute(items)),
            _answers(connection, row),
            *_merged(connection, row),
            *(telling.audience(connection, acting.policy, row.id) if acting else (0, 0)),
            calls.to_call(connection, row.id),
            *dues.clock(connection, row),
        )


def _merged(connection: Connection, row: Row[Any]) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """The number of what it was merged into, "" for none; numbers of what was merged into it, and their callers."""
    callers = select(func.count()).where(caller.c.request_id == request.c.id, ~caller.c.withdrawn)
    others = select(request.c.number, callers.scalar_subquery().label("callers"))
    others = others.where(request.c.merged_into.is_not(None), request.c.merged_into == row.id)
    found = connection.execute(others.order_by(request.c.id)).all()
    tied = tuple(other.number for other in found), tuple(other.callers for other in found)
    if row.merged_into is None:
        return "", *tied
    into = select(request.c.number).where(request.c.id == row.merged_into)
    return connection.execute(into).scalar_one(), *tied


def _answers(connection: Connection, row: Row[Any]) -> tuple[tuple[str, str], ...]:
    """Question and answer in words, in the service's order; answers to questions nobody knows come last."""
    questions = {question.code: question for question in _definition(connection, row.upstream, row.service_code)}
    answers: dict[str, list[str]] = row.attributes
    codes = [code for code in questions if code in answers] + [code for code in answers if code not in questions]
    made: list[tuple[str, str]] = []
    for code in codes:
        question = questions.get(code)
        names = {value.key: value.name for value in question.values} if question else {}
        said = ", ".join(names.get(value, value) for value in answers[code])
        made.append(((question.description if question else "") or code, said))
    return tuple(made)


def _events(connection: Connection, request_id: int, crews_by_id: dict[int, Crew]) -> tuple[Event, ...]:
    question = (
        select(event, text_row.c.body, operation.c.state)
        .outerjoin(text_row, text_row.c.id == event.c.text_id)
        .outerjoin(operation, operation.c.id == event.c.operation)
        .where(event.c.request_id == request_id, event.c.kind != EventKind.TOUCHED)
        .order_by(event.c.id.desc())
    )
    return tuple(_event(row, crews_by_id) for row in connection.execute(question))


def _event(row: Row[Any], crews_by_id: dict[int, Crew]) -> Event:
    data = dict(row.data)
    for name in ("crew", "from_crew", "of_crew"):
        if data.get(name) in crews_by_id:
            data[f"{name}_name"] = crews_by_id[data[name]].name
    if row.state in (UNDONE, PAST) and row.kind not in (EventKind.UNDONE, EventKind.REDONE):
        data["undone"] = True
    return Event(row.id, row.request_id, row.at, row.actor, EventKind(row.kind), data, row.body or "", row.operation)


def find(store: Store, number: str) -> int:
    """The id of a request by its number, its upstream's id, or unique last digits. Raises NotFound, Invalid."""
    asked = number.strip()
    with store.read() as connection:
        ids = finding.exact(connection, asked)
        if not ids and asked.isascii() and asked.isdigit() and len(asked) <= 6:
            ids = finding.ending(connection, asked)
    if not ids:
        raise NotFound(f"There is no request “{asked}”.", "Give its number, the upstream's id, or the last digits.")
    if len(ids) > 1:
        raise Invalid(f"More than one request ends in “{asked}”.", "Give more digits.")
    return int(ids.pop())


_FIELDS = (
    " r.id, r.number, r.upstream, r.upstream_id, r.service_code, r.service, r.status, r.outcome, r.address,"
    " r.lat, r.lon, r.area, r.requested_at, r.updated_at, r.due_at, r.closed_at, r.crew_id, r.channel, r.version,"
    " r.differs, r.reopened, r.id IN (SELECT request_id FROM outbox"
    " WHERE state NOT IN ('sent', 'retracted') AND state IN (?, ?)),"
)
TOUCHES = (EventKind.ASSIGNED, EventKind.STATUS, EventKind.MESSAGE, EventKind.NOTE, EventKind.CLAIMED,
           EventKind.MERGED, EventKind.CALLED_BACK)  # fmt: skip
"""What is done with a request that is there already: the first of these that stands is its first touch."""
_CALLBACK = (
    "r.id IN (SELECT b.request_id FROM call_back AS b JOIN caller AS c ON c.id = b.caller_id"
    " WHERE b.state = 'due' AND NOT c.withdrawn AND c.phone <> '')"
)
_STANDING = f"e.kind NOT IN ('{EventKind.UNDONE}', '{EventKind.REDONE}')"
"""Undo and redo themselves are nobody's handling; nor is what stands undone."""
_HANDLER = f"CASE e.kind WHEN '{EventKind.CLAIMED}' THEN {{holder}} ELSE e.actor END"
"""Who acted; who was given it by claiming, and nobody after letting go."""
_TOUCH = ", ".join(f"'{kind}'" for kind in TOUCHES)
_STANDS = (
    " AND NOT EXISTS (SELECT 1 FROM operation AS o WHERE o.id = e.operation"  # noqa: S608 - constants
    f" AND o.state IN ('{UNDONE}', '{PAST}'))"
)
_CALL = f"e.kind = '{EventKind.LOGGED}' AND e.operation <> ''"
_TELLS = f"m.state = '{OutboxState.SENT}' AND m.kind <> '{OutboxKind.REPORT}'"
_FAILS = f"e.kind IN ('{EventKind.REFUSED}', '{EventKind.UNKNOWN}')"
_REOPENS = f"{{was}} = '{Status.CLOSED}' AND {{is}} <> '{Status.CLOSED}' AND {_STANDING}{_STANDS}"
_TIMES = "{joined}(CAST(%s AS text), ',')"
_TOLD, _HAPPENED = _TIMES % "m.sent_at", _TIMES % "e.at"
_ROW = (
    f"{_FIELDS} coalesce((SELECT {_HANDLER} FROM event AS e WHERE e.request_id = r.id AND e.operation <> ''"  # noqa: S608 - constants
    f" AND {_STANDING}{_STANDS} ORDER BY e.id DESC LIMIT 1), ''), {_CALLBACK}, r.claimed_by,"
    " (SELECT min(e.at) FROM event AS e WHERE e.request_id = r.id AND e.operation <> ''"
    f" AND e.kind IN ({_TOUCH}){_STANDS}),"
    f" (SELECT max({{seconds}}) FROM event AS e WHERE e.request_id = r.id AND {_CALL}),"
    f" (SELECT {_TOLD} FROM outbox AS m WHERE m.request_id = r.id AND {_TELLS}),"
    f" (SELECT {_HAPPENED} FROM event AS e WHERE e.request_id = r.id AND {_FAILS}),"
    f" (SELECT {_HAPPENED} FROM event AS e WHERE e.request_id = r.id AND {_REOPENS})"
)
_CHOSEN = f"SELECT{_ROW} FROM request AS r WHERE r.id IN {{ids}} ORDER BY r.id"
_CREWS = (
    "SELECT CAST(coalesce({lists}({list}(id, name, {json}(skills), capacity, active, {json}(areas), {json}(shifts),"
    " email, base_lat, base_lon, lat, lon, place_at)), '[]') AS text)"
    " FROM (SELECT * FROM crew ORDER BY name) AS c"
)
_NEWS = (
    "SELECT told.head, CASE WHEN row_number() OVER (ORDER BY r.id) = 1 THEN told.crews END,"  # noqa: S608 - constants
    f"{_ROW} FROM (SELECT ({{head}}) AS head, ({_CREWS}) AS crews) AS told"
    " LEFT JOIN request AS r ON r.id {told_since} ORDER BY r.id"
)
_HANDLED = (
    f" WHERE e.operation <> '' AND {_STANDING} AND e.operation NOT IN (SELECT id FROM operation"  # noqa: S608 - constants
    f" WHERE state IN ('{UNDONE}', '{PAST}'))"
)
_WITH_LAST = (
    f", first AS MATERIALIZED (SELECT e.request_id, min(e.at) AS at FROM event AS e{_HANDLED}"  # noqa: S608
    f" AND e.kind IN ({_TOUCH}) GROUP BY e.request_id), told AS MATERIALIZED"
    f" (SELECT m.request_id, {_TOLD} AS at FROM outbox AS m WHERE {_TELLS} GROUP BY m.request_id),"
    f" failed AS MATERIALIZED (SELECT e.request_id, {_HAPPENED} AS at FROM event AS e WHERE {_FAILS}"
    f" GROUP BY e.request_id), again AS MATERIALIZED (SELECT e.request_id, {_HAPPENED} AS at FROM event AS e"
    f" WHERE {_REOPENS} GROUP BY e.request_id),"
    f" calls AS MATERIALIZED (SELECT e.request_id, max({{seconds}}) AS seconds FROM event AS e"
    f" WHERE {_CALL} GROUP BY e.request_id)"
    f" SELECT{_FIELDS} coalesce(last.actor, ''), {_CALLBACK}, r.claimed_by, first.at,"
    " calls.seconds, told.at, failed.at, again.at"
    " FROM request AS r LEFT JOIN last ON last.request_id = r.id"
    " LEFT JOIN first ON first.request_id = r.id LEFT JOIN told ON told.request_id = r.id"
    " LEFT JOIN failed ON failed.request_id = r.id LEFT JOIN again ON again.request_id = r.id"
    " LEFT JOIN calls ON calls.request_id = r.id ORDER BY r.id"
)
_EVERY = (
    f"WITH last AS MATERIALIZED (SELECT e.request_id, {_HANDLER} AS actor, max(e.id)"  # noqa: S608
    f" FROM event AS e INDEXED BY event_operation{_HANDLED} GROUP BY e.request_id){_WITH_LAST}"
)
_EVERY_ON_SERVER = (
    f"WITH last AS MATERIALIZED (SELECT DISTINCT ON (e.request_id) e.request_id, {_HANDLER} AS actor FROM event AS e"  # noqa: S608
    f"{_HANDLED} ORDER BY e.request_id, e.id DESC){_WITH_LAST}"
)
_UNDELIVERED = (OutboxState.REFUSED.value, OutboxState.UNKNOWN.value)
_AT_ONCE = 1024


def columns(store: Store, ids: Sequence[int] | None = None) -> list[QueueRow]:
    """Every request (or those of `ids`) as plain rows for the snapshot, in order of id."""
    if ids is None:
        return list(every(store))
    return list(map(QueueRow._make, store.ask(_CHOSEN, (*_UNDELIVERED, id_list(ids)))))


def news(store: Store, head: int) -> tuple[int, tuple[Crew, ...], list[QueueRow]]:
    """The new head, every crew by name, and as of `columns` the requests whose history grew since `head`.

    One question, however much is new. On a server some may be among them that were told before; none is left out.
    """
    found = store.ask(_NEWS, (*_UNDELIVERED, head))
    new_head, crews_now, *_ = found[0]
    return new_head, _crews_said(crews_now), [QueueRow._make(row) for _, _, *row in found if row[0] is not None]


@lru_cache(maxsize=1)
def _crews_said(said: str) -> tuple[Crew, ...]:
    """The crews as a server or a file says them all in one text."""
    listed = msgspec.json.decode(said)
    return tuple(crew_of((*row, None if at is None else from_millis(at))) for *row, at in listed)


def every(store: Store) -> Iterator[QueueRow]:
    """Every request as `columns` gives them, read as they are taken: of a million only some are in memory at once."""
    with store.read() as connection:
        asked = _EVERY_ON_SERVER if is_server(connection) else _EVERY
        for some in streamed(connection, asked, _UNDELIVERED, _AT_ONCE):
            yield from map(QueueRow._make, some)


def how_many(store: Store) -> int:
    """How many requests there are."""
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(request)).scalar_one()


def crews(store: Store) -> list[Crew]:
    """Every crew by name, those no longer sent out included."""
    with store.read() as connection:
        return _crews(connection)


def _crews(connection: Connection) -> list[Crew]:
    return [crew_of(row) for row in connection.execute(select(crew).order_by(crew.c.name))]


def services(store: Store) -> list[Service]:
    """Every service an upstream lists now, by name."""
    with store.read() as connection:
        listed = select(service).where(service.c.listed).order_by(service.c.name, service.c.upstream, service.c.code)
        return [service_of(row) for row in connection.execute(listed)]


def definition(store: Store, upstream: str, code: str) -> tuple[Attribute, ...]:
    """The questions of one service, as last read; () where there are none."""
    with store.read() as connection:
        return _definition(connection, upstream, code)


def definitions(store: Store) -> list[tuple[str, str, tuple[Attribute, ...]]]:
    """The questions of every service that has any, by its upstream and code."""
    asked = select(service.c.upstream, service.c.code, service.c.attributes).where(service.c.listed)
    with store.read() as connection:
        rows = connection.execute(asked).all()
    return [(row.upstream, row.code, tuple(map(attribute_of, row.attributes))) for row in rows if row.attributes]


def _definition(connection: Connection, upstream: str, code: str) -> tuple[Attribute, ...]:
    one = (service.c.upstream == upstream) & (service.c.code == code)
    kept = connection.execute(select(service.c.attributes).where(one)).scalar() or []
    return tuple(attribute_of(question) for question in kept)


def upstream_states(store: Store) -> list[UpstreamState]:
    """Every upstream that was ever pulled, by name."""
    with store.read() as connection:
        served = meta.c.value.label("served")
        said = upstream_state.outerjoin(meta, meta.c.key == literal(SERVED).concat(upstream_state.c.name))
        question = select(upstream_state, served).select_from(said).order_by(upstream_state.c.name)
        rows = connection.execute(question).all()
    return [
        UpstreamState(
            row.name,
            Dialect(row.dialect) if row.dialect else None,
            row.notifies,
            row.pulled_at,
            row.problem,
            row.served or "",
        )
        for row in rows
    ]


def search(store: Store, words: str) -> list[int]:
    """Ids of the requests that hold every word (as a prefix, accents and case aside), in ascending order."""
    with store.read() as connection:
        return searching.matches(connection, words)
