"""A city's requests from before the desk, into the store: one transaction, one operation, one undo.

Undo closes what was imported as withdrawn instead of deleting it, for history is appended, never edited, and whoever
follows the store learns of a change by it. The same rows imported again take the place of what was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from services.domain import sla
from services.domain.status import Channel, Role
from services.domain.statusmap import State
from services.domain.values import Changes, EventKind, Place
from services.errors import Forbidden, Invalid
from services.store import bulk, search
from services.store.acting import Acting
from services.store.changing import PAST, UNDONE, Work, command, plural
from services.store.dialect import fetched
from services.store.store import Store
from services.store.tables import request
from services.store.writing import clean, next_id, numbers, update_requests

HERE = ""
"""The upstream of what is imported: it lives at this desk only."""


@dataclass(frozen=True, slots=True)
class Past:
    """A request as another system had it."""

    source_id: str
    """Its id there; what has been imported under it is not imported again."""
    opened_at: datetime
    state: State
    service_code: str
    service: str
    place: Place
    description: str = ""
    channel: Channel = Channel.UNKNOWN
    expected_at: datetime | None = None
    sla_hours: float | None = None
    closed_at: datetime | None = None


def known(store: Store, source_ids: Iterable[str]) -> set[str]:
    """Which of these were imported before, and not taken back since."""
    with store.read() as connection:
        return {source for source, here in _here(connection, source_ids).items() if not here.taken_back}


def add(acting: Acting, rows: Sequence[Past], name: str) -> Changes:
    """Import what is not here yet; `name` says from where. Raises Forbidden, or Invalid where nothing is new."""
    if Role.SUPERVISOR not in acting.actor.roles:
        raise Forbidden("Only a supervisor may import a backlog.", "Ask a supervisor.")
    once = {row.source_id: row for row in rows}
    with command(acting) as work:
        here = _here(work.connection, once)
        fresh = [row for source, row in once.items() if source not in here]
        again = [(row, here[source]) for source, row in once.items() if source in here and here[source].taken_back]
        if not fresh and not again:
            raise Invalid("There is nothing in it that is not here already.")
        _insert(work, fresh)
        _replace(work, again)
        work.sentence = f"{plural(len(fresh) + len(again))} imported from “{clean(name)}”"
    return work.changes()


class _Here(NamedTuple):
    """A request that was imported before."""

    id: int
    version: int
    erased: bool
    taken_back: bool


_HERE = (
    "SELECT r.upstream_id, r.id, r.version, r.erased, coalesce((SELECT o.state FROM event AS e JOIN operation AS o"
    " ON o.id = e.operation WHERE e.request_id = r.id AND e.kind = ? ORDER BY e.id DESC LIMIT 1), '')"
    " FROM request AS r WHERE r.upstream = ? AND r.upstream_id != ''"
    " AND r.upstream_id IN (SELECT value FROM {texts})"
)


def _here(connection: Connection, source_ids: Iterable[str]) -> dict[str, _Here]:
    """What is here, by the source's id."""
    asked = (EventKind.LOGGED.value, HERE, bulk.as_json(list(source_ids)))
    rows = fetched(connection, _HERE, asked)
    return {
        source: _Here(request_id, version, bool(erased), state in {UNDONE, PAST})
        for source, request_id, version, erased, state in rows
    }


def _columns(row: Past, version: int) -> dict[str, object]:
    status, outcome = row.state
    closed_at = None if status.is_open else row.closed_at or row.opened_at
    return {
        "service_code": row.service_code,
        "service": clean(row.service),
        "status": status.value,
        "outcome": outcome.value if outcome else None,
        "address": clean(row.place.address),
        "lat": row.place.lat,
        "lon": row.place.lon,
        "area": clean(row.place.area),
        "zipcode": clean(row.place.zipcode),
        "description": clean(row.description),
        "channel": row.channel.value,
        "requested_at": row.opened_at,
        "updated_at": closed_at or row.opened_at,
        "expected_at": row.expected_at,
        "due_at": sla.due_at(row.opened_at, row.expected_at, row.sla_hours),
        "closed_at": closed_at,
        "version": version,
    }


def _insert(work: Work, rows: Sequence[Past]) -> None:
    if not rows:
        return
    first = next_id(work.connection, request.c.id, len(rows))
    given = numbers(work.connection, work.now.year, len(rows))
    mark = work.acting.store.store_id[:8]
    made = [
        {
            "id": request_id,
            "number": number,
            "upstream": HERE,
            "upstream_id": row.source_id,
            "reference": f"{number}-{mark}",
            **_columns(row, 1),
        }
        for request_id, number, row in zip(range(first, first + len(rows)), given, rows, strict=True)
    ]
    bulk.insert_dicts(work.connection, request, made)
    for request_id, row in enumerate(rows, first):
        _log(work, request_id, row, 1)
    search.enter_from(work.connection, first, len(rows))


def _replace(work: Work, rows: Sequence[tuple[Past, _Here]]) -> None:
    """Make what was taken back what it is in the file now. A description that was erased stays so."""
    ids = [here.id for _, here in rows]
    fresh = {"crew_id": None, "person_at": None, "reopened": False}
    made = []
    for row, here in rows:
        kept = replace(row, description="") if here.erased else row
        made.append({"id": here.id, **_columns(kept, here.version + 1), **fresh})
        _log(work, here.id, row, here.version + 1)
    search.leave(work.connection, ids)
    update_requests(work.connection, made)
    search.enter(work.connection, ids)


def _log(work: Work, request_id: int, row: Past, version: int) -> None:
    """The same line as of any report that is logged here: Undo knows it."""
    status, outcome = row.state
    ended = {"to_outcome": outcome.value} if outcome else {}
    channel = row.channel.value
    work.pen.event(
        request_id,
        EventKind.LOGGED,
        {"to": status.value, **ended, "channel": channel, "imported": True, "version": version},
    )
    work.touched.append(request_id)
