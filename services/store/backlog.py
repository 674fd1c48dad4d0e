"""A city's requests from before the desk, into the store: one transaction, one operation, one undo.

Undo closes what was imported as withdrawn instead of deleting it, for history is appended, never edited, and whoever
follows the store learns of a change by it. The same rows imported again take the place of what was taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from services.contact import email_key, phone_key
from services.domain.sla import Sla
from services.domain.status import Channel, Role
from services.domain.statusmap import State
from services.domain.values import Changes, EventKind, Place
from services.errors import Forbidden, Invalid
from services.store import bulk, search, slas
from services.store.acting import Acting
from services.store.calling import CallerWords
from services.store.changing import PAST, UNDONE, Work, command, plural
from services.store.dialect import fetched
from services.store.store import Store
from services.store.tables import HAS_EMAIL, HAS_PHONE, caller, request
from services.store.writing import clean, hold, next_id, numbers, update_requests

NOBODY = CallerWords()
_TOGETHER = 5_000
"""Rows that are written before it is told how far it has come."""
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
    caller: CallerWords = NOBODY


Told = Callable[[int, int], None]
"""Hears how many rows have been written, of how many; what it raises ends the import, and nothing was written."""


def source_id(source: str, written: str) -> str:
    """The id under which a row is kept: as the file has it, after the name of its source where one is given."""
    return f"{source.strip()}:{written}" if source.strip() else written


def known(store: Store, source_ids: Iterable[str]) -> set[str]:
    """Which of these were imported before, and not taken back since."""
    with store.read() as connection:
        return {source for source, here in _here(connection, source_ids).items() if not here.taken_back}


def add(acting: Acting, rows: Sequence[Past], name: str, told: Told = lambda *_: None) -> Changes:
    """Import what is not here yet; `name` says from where.

    Raises Forbidden, Invalid where nothing is new, and what `told` raises.
    """
    if Role.SUPERVISOR not in acting.actor.roles:
        raise Forbidden("Only a supervisor may import a backlog.", "Ask a supervisor.")
    once = {row.source_id: row for row in rows}
    with command(acting) as work:
        here = _here(work.connection, once)
        fresh = [row for source, row in once.items() if source not in here]
        again = [(row, here[source]) for source, row in once.items() if source in here and here[source].taken_back]
        if not fresh and not again:
            raise Invalid("There is nothing in it that is not here already.")
        writing = _Writing(work, clean(name))
        count = len(fresh) + len(again)
        for begun in range(0, len(fresh), _TOGETHER):
            told(begun, count)
            writing.insert(fresh[begun : begun + _TOGETHER])
        told(len(fresh), count)
        writing.replace(again)
        told(count, count)
        work.sentence = f"{plural(count)} imported from “{clean(name)}”"
    return work.changes()


class _Here(NamedTuple):
    """A request that was imported before."""

    id: int
    version: int
    erased: bool
    names_nobody: bool
    """Something was erased from it: whoever called does not come back."""
    taken_back: bool


_HERE = (
    "SELECT r.upstream_id, r.id, r.version, r.erased,"
    " EXISTS (SELECT 1 FROM event AS g WHERE g.request_id = r.id AND g.kind = ?),"
    " coalesce((SELECT o.state FROM event AS e JOIN operation AS o"
    " ON o.id = e.operation WHERE e.request_id = r.id AND e.kind = ? ORDER BY e.id DESC LIMIT 1), '')"
    " FROM request AS r WHERE r.upstream = ? AND r.upstream_id != ''"
    " AND r.upstream_id IN (SELECT value FROM {texts})"
)


def _here(connection: Connection, source_ids: Iterable[str]) -> dict[str, _Here]:
    """What is here, by the source's id."""
    asked = (EventKind.ERASED.value, EventKind.LOGGED.value, HERE, bulk.as_json(list(source_ids)))
    rows = fetched(connection, _HERE, asked)
    return {
        source: _Here(request_id, version, bool(erased), bool(names_nobody), state in {UNDONE, PAST})
        for source, request_id, version, erased, names_nobody, state in rows
    }


def _columns(promised: Sla, row: Past, version: int) -> dict[str, object]:
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
        "due_at": promised.due((HERE, row.service_code), row.sla_hours, row.opened_at, row.expected_at),
        "closed_at": closed_at,
        "version": version,
    }


class _Writing:
    """Writes the rows of one import."""

    def __init__(self, work: Work, name: str) -> None:
        self._work, self._name = work, name
        self._silent = _not_to_be_called(work.connection)

    def insert(self, rows: Sequence[Past]) -> None:
        """Rows that are not here yet."""
        work = self._work
        first = next_id(work.connection, request.c.id, len(rows))
        given = numbers(work.connection, work.now.year, len(rows))
        mark = work.acting.store.store_id[:8]
        promised = slas.current(work.connection)
        made = [
            {
                "id": request_id,
                "number": number,
                "upstream": HERE,
                "upstream_id": row.source_id,
                "reference": f"{number}-{mark}",
                **_columns(promised, row, 1),
            }
            for request_id, number, row in zip(range(first, first + len(rows)), given, rows, strict=True)
        ]
        bulk.insert_dicts(work.connection, request, made)
        added = self._callers(list(enumerate(rows, first)))
        for request_id, row in enumerate(rows, first):
            self._log(request_id, row, 1, added.get(request_id))
        search.enter_from(work.connection, first, len(rows))

    def replace(self, rows: Sequence[tuple[Past, _Here]]) -> None:
        """Make what was taken back what it is in the file now. What was erased stays so."""
        connection = self._work.connection
        ids = [here.id for _, here in rows]
        hold(connection, ids)
        search.leave(connection, ids)
        fresh = {"crew_id": None, "claimed_by": "", "person_at": None, "reopened": False}
        kept = [(replace(row, description="") if here.erased else row, here) for row, here in rows]
        promised = slas.current(connection)
        made = [{"id": here.id, **_columns(promised, row, here.version + 1), **fresh} for row, here in kept]
        update_requests(connection, made)
        added = self._callers([(here.id, row) for row, here in kept if not here.names_nobody])
        for row, here in kept:
            self._log(here.id, row, here.version + 1, added.get(here.id))
        search.enter(connection, ids)

    def _callers(self, rows: Sequence[tuple[int, Past]]) -> dict[int, int]:
        """Keep who reported these; gives the caller of each request that has one."""
        named = [(request_id, row.caller) for request_id, row in rows if not row.caller.is_nobody]
        first = next_id(self._work.connection, caller.c.id, len(named))
        made = [self._caller(i, request_id, who) for i, (request_id, who) in enumerate(named, first)]
        bulk.insert_dicts(self._work.connection, caller, made)
        if made:
            self._work.kinds.add("caller")
        return {request_id: i for i, (request_id, _) in enumerate(named, first)}

    def _caller(self, row_id: int, request_id: int, who: CallerWords) -> dict[str, object]:
        phone, email = clean(who.phone), clean(who.email)
        keys = phone_key(phone, self._work.acting.country), email_key(email)
        return {
            "id": row_id,
            "request_id": request_id,
            "name": clean(who.name),
            "phone": phone,
            "email": email,
            "language": clean(who.language),
            "phone_key": keys[0],
            "email_key": keys[1],
            "reply": who.reply,
            "consent": who.consent,
            "do_not_call": who.do_not_call or not self._silent.isdisjoint(filter(None, keys)),
        }

    def _log(self, request_id: int, row: Past, version: int, added: int | None) -> None:
        """The same line as of any report that is logged here: Undo knows it."""
        status, outcome = row.state
        ended = {"to_outcome": outcome.value} if outcome else {}
        who = {"added": added} if added is not None else {}
        channel = row.channel.value
        self._work.pen.event(
            request_id,
            EventKind.LOGGED,
            {"to": status.value, **ended, **who, "channel": channel, "imported": self._name, "version": version},
        )
        self._work.touched.append(request_id)


def _not_to_be_called(connection: Connection) -> set[str]:
    """Numbers and addresses that were once left with the wish never to be called."""
    asked = select(caller.c.phone_key, caller.c.email_key).where(caller.c.do_not_call, ~caller.c.withdrawn)
    rows = connection.execute(asked.where(HAS_PHONE | HAS_EMAIL))
    return {key for row in rows for key in row if key}
