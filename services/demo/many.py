"""Fills a desk's store, and the gateway's beside it, with as many requests as a city has in a year."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import islice

from sqlalchemy import Connection, insert

from services import sqlite
from services.contact import email_key, phone_key
from services.demo import made
from services.demo.made import Made
from services.demo.start import crews
from services.domain.values import EventKind, Service
from services.gateway import catalogue
from services.gateway.tables import REQUESTS, GatewayStore
from services.gateway.updates import state_of, word_of
from services.store import bulk, changing, queries, search, upstreams
from services.store.crews import save_crews
from services.store.store import Store
from services.store.tables import caller, event, operation, request
from services.store.writing import next_id, numbers

Locate = Callable[[Sequence[tuple[float, float]]], list[str]]
Progress = Callable[[int], None]

UPSTREAM = "city"
CHUNK = 10_000
_ACTORS = tuple(f"demo {number}" for number in range(1, 7))
_REQUEST = (  # noqa: SIM905 - a list of names reads better
    "id number upstream upstream_id service_code service status outcome address lat lon area zipcode description"
    " channel requested_at updated_at expected_at due_at closed_at person_at crew_id version upstream_status"
    " upstream_updated_at reach"
).split()
_EVENT = ["request_id", "at", "actor", "kind", "data", "operation"]
_CALLER = ["id", "request_id", "name", "phone", "email", "language", "phone_key", "email_key"]
_GATEWAY = (  # noqa: SIM905 - a list of names reads better
    "id token service_code service_name status outcome status_notes description requested_at updated_at"
    " expected_at address address_id zipcode lat lon media_url channel language first_name last_name email phone"
    " attributes"
).split()


def load(
    store: Store,
    n: int,
    *,
    seed: int = 1,
    upstream: str = UPSTREAM,
    gateway: GatewayStore | None = None,
    locate: Locate | None = None,
    progress: Progress = lambda done: None,
) -> None:
    """Add `n` made requests of the year before now to a desk's store, with history, callers and crews.

    All of it in one transaction; with `gateway` the same requests to that gateway, some thousand at a time before it.
    `progress` hears how many are made. Raises StoreProblem.
    """

    def step(some: Sequence[Made], done: int) -> None:
        if gateway is not None:
            fill(gateway, some)
        progress(done)

    _enter(store, n, lambda first, now: made.make(n, now, first=first, seed=seed), step, upstream, locate)


def load_past(store: Store, past: Sequence[Made], locate: Locate | None) -> None:
    """Put what was closed before into a desk's store, in one transaction. Raises StoreProblem."""
    _enter(store, len(past), lambda first, now: iter(past), lambda some, done: None, UPSTREAM, locate)


def _enter(
    store: Store,
    n: int,
    make: Callable[[int, datetime], Iterator[Made]],
    step: Callable[[Sequence[Made], int], None],
    upstream: str,
    locate: Locate | None,
) -> None:
    """Enter `n` requests, made for their first id and the time; `step` hears of some thousand and how many are done."""
    _prepare(store, upstream)
    now = store.clock()
    crew_ids = {crew.name: crew.id for crew in queries.crews(store)}
    tables = (request, event, caller)
    with store.write() as connection, bulk.much_memory(connection):
        first = next_id(connection, request.c.id, n)
        with bulk.without_indexes(connection, *tables):
            desk = _Desk(connection, upstream, crew_ids, first)
            many = make(first, now)
            while some := list(islice(many, CHUNK)):
                desk.add(some, _areas(some, locate))
                step(some, desk.next_id - first)
            desk.finish(now)
        search.enter_from(connection, first, desk.next_id - first)


def _prepare(store: Store, upstream: str) -> None:
    """The crews and the services of the made requests, where the store has none yet."""
    if not queries.crews(store):
        save_crews(store, crews())
    if not queries.services(store):
        listed = catalogue.parse((files("resources") / "boston" / "services.json").read_bytes())
        known = [
            Service(s.service_code, s.service_name, upstream, group=s.group, sla_hours=s.sla_hours) for s in listed
        ]
        upstreams.apply_services(store, upstream, known)


def _areas(some: Sequence[Made], locate: Locate | None) -> list[str]:
    if locate is None:
        return [""] * len(some)
    places = [(m.row.lat, m.row.lon) for m in some if m.row.lat is not None and m.row.lon is not None]
    names = iter(locate(places))
    return ["" if m.row.lat is None else next(names) for m in some]


class _Desk:
    """What goes into the desk's store, collected and written some thousand at a time."""

    def __init__(self, connection: Connection, upstream: str, crew_ids: dict[str, int], first: int) -> None:
        self.connection = connection
        self.upstream = upstream
        self.crew_ids = crew_ids
        self.next_id = first
        self._operations: Counter[tuple[str, str]] = Counter()

    def add(self, some: Sequence[Made], areas: Sequence[str]) -> None:
        """Requests, with the names of their areas."""
        given = self._numbers(some)
        ids = range(self.next_id, self.next_id + len(some))
        self.next_id = ids.stop
        rows = [self._row(*each) for each in zip(ids, given, some, areas, strict=True)]
        bulk.insert_rows(self.connection, request, _REQUEST, rows)
        bulk.insert_rows(self.connection, event, _EVENT, self._events(ids, some))
        callers = list(_callers(ids, some))
        first = next_id(self.connection, caller.c.id, len(callers))
        bulk.insert_rows(self.connection, caller, _CALLER, ((n, *row) for n, row in enumerate(callers, first)))

    def _numbers(self, some: Sequence[Made]) -> list[str]:
        years = Counter(sqlite.from_millis(m.requested).year for m in some)
        return [number for year in sorted(years) for number in numbers(self.connection, year, years[year])]

    def _row(self, request_id: int, number: str, m: Made, area: str) -> tuple[object, ...]:
        row, sent = m.row, m.crew != ""
        reach = json.dumps([["email", m.who.language]]) if m.who.email else "[]"
        words = word_of(state_of(m.status, m.outcome))
        return (
            *(request_id, number, self.upstream, row.id, m.code, row.type, m.status.value, m.outcome, row.address),
            *(row.lat, row.lon, area, row.zipcode, m.description, row.channel.value, m.requested, m.updated),
            *(m.expected, m.due, m.closed, m.sent if sent else None, self.crew_ids[m.crew] if sent else None),
            *(2 if sent else 1, words, m.updated, reach),
        )

    def _events(self, ids: range, some: Sequence[Made]) -> Iterator[tuple[object, ...]]:
        for request_id, m in zip(ids, some, strict=True):
            pulled = json.dumps({"status": m.status.value, "version": 1})
            yield (request_id, m.requested, self.upstream, EventKind.PULLED.value, pulled, "")
            if m.crew:
                actor = _ACTORS[int(m.row.chance("actor") * len(_ACTORS))]
                day = m.sent // 86_400_000
                key = str(uuid.UUID(int=day * 1000 + self.crew_ids[m.crew] * 10 + _ACTORS.index(actor)))
                self._operations[key, actor] += 1
                data = {"from_crew": None, "crew": self.crew_ids[m.crew], "version": 2}
                yield (request_id, m.sent, actor, EventKind.ASSIGNED.value, json.dumps(data), key)

    def finish(self, now: datetime) -> None:
        """Note what the crews' assignments were done by."""
        rows = [
            {"id": key, "actor": actor, "at": now, "sentence": f"{count} assigned (made up)", "state": changing.DONE}
            for (key, actor), count in self._operations.items()
        ]
        if rows:
            self.connection.execute(insert(operation), rows)


@cache
def _phone_key(phone: str) -> str:
    return phone_key(phone, "US")


def _callers(ids: range, some: Sequence[Made]) -> Iterator[tuple[object, ...]]:
    for request_id, m in zip(ids, some, strict=True):
        if phone := made.phone(m):
            name = f"{m.who.first_name} {m.who.last_name}"
            email = m.who.email
            yield (request_id, name, phone, email, m.who.language, _phone_key(phone), email_key(email))


def fill(gateway: GatewayStore, some: Sequence[Made]) -> None:
    """Put the same into the gateway. Raises StoreProblem."""
    with sqlite.writing(gateway.engine) as connection:
        bulk.insert_rows(connection, REQUESTS, _GATEWAY, (_gateway_row(m) for m in some))


def _gateway_row(m: Made) -> tuple[object, ...]:
    row, who = m.row, m.who
    return (
        *(row.id, f"{int(row.id):032x}", m.code, row.type, m.status.value, m.outcome, "", m.description, m.requested),
        *(m.updated, m.expected, row.address, "", row.zipcode, row.lat, row.lon, "", row.channel.value, who.language),
        *(who.first_name, who.last_name, who.email, made.phone(m), "{}"),
    )
