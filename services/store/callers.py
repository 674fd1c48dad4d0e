"""Who is calling: the people behind a number, an address or a name, with what they reported before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, select

from services.contact import email_key, masked_email, masked_phone, phone_key
from services.domain.status import Outcome, Status
from services.store import search
from services.store.acting import Acting
from services.store.rows import state_of
from services.store.store import Store
from services.store.tables import HAS_EMAIL, HAS_PHONE, caller, request
from services.store.writing import among, clean

MOST = 200
"""Rows of callers that are looked at, the newest first."""
_COLUMNS = (
    *(caller, request.c.number, request.c.service, request.c.address, request.c.status, request.c.outcome),
    *(request.c.requested_at, request.c.closed_at),
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A request that somebody reported, joined or asked about before."""

    request_id: int
    number: str
    service: str
    address: str
    status: Status
    outcome: Outcome | None
    requested_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as last written down, with their requests: the newest first."""

    name: str
    phone: str
    email: str
    language: str
    reply: str
    consent: bool
    do_not_call: bool
    requests: tuple[Earlier, ...] = ()
    callers: tuple[int, ...] = ()
    """Ids of the rows that are this person, the newest first."""


def known(
    store: Store,
    phone: str = "",
    email: str = "",
    name: str = "",
    *,
    acting: Acting | None = None,
    country: str = "US",
    most: int = MOST,
) -> list[Person]:
    """Who that is: by the number, without one by the address, without one by the words of a name. Newest first.

    `acting` says whether numbers and addresses may be seen, and how a number without + is meant; without it, all is
    seen and `country` says that. At most so many of the newest rows are looked at for each of number and address.
    """
    number, address = phone_key(phone, acting.country if acting else country), email_key(email)
    with store.read() as connection:
        if number or address:
            rows = _of_keys(connection, number, "" if number else address, most)
        else:
            rows = _called(connection, clean(name), most)
    people = [_person(some) for some in _grouped(rows)]
    return people if acting is None or acting.sees_contacts else [masked(person) for person in people]


def masked(person: Person) -> Person:
    """The same for those who may not see how to reach them."""
    return replace(person, phone=masked_phone(person.phone), email=masked_email(person.email))


def _of_keys(connection: Connection, number: str, address: str, most: int) -> list[Row[Any]]:
    """Rows of the number or the address, and those that share the other way to be reached."""
    found = {row.id: row for row in _having(connection, HAS_PHONE, caller.c.phone_key, [number], most)}
    found |= {row.id: row for row in _having(connection, HAS_EMAIL, caller.c.email_key, [address], most)}
    addresses = {row.email_key for row in found.values()} - {address}
    numbers = {row.phone_key for row in found.values()} - {number}
    found |= {row.id: row for row in _having(connection, HAS_EMAIL, caller.c.email_key, addresses, most)}
    found |= {row.id: row for row in _having(connection, HAS_PHONE, caller.c.phone_key, numbers, most)}
    return sorted(found.values(), key=lambda row: -row.id)


def _having(
    connection: Connection,
    indexed: ColumnElement[bool],
    column: Column[str],
    keys: Iterable[str],
    most: int,
) -> Sequence[Row[Any]]:
    wanted = sorted(filter(None, keys))
    return _rows(connection, indexed & among(column, wanted), most) if wanted else ()


def _rows(connection: Connection, chosen: ColumnElement[bool], most: int) -> Sequence[Row[Any]]:
    question = select(*_COLUMNS).join(request, request.c.id == caller.c.request_id)
    question = question.where(chosen, ~caller.c.withdrawn).order_by(caller.c.id.desc()).limit(most)
    return connection.execute(question).all()


def _called(connection: Connection, name: str, most: int) -> list[Row[Any]]:
    """Rows whose name holds every word, each as the beginning of one of its own."""
    words = search.folded(name)
    if not words:
        return []
    rows = _rows(connection, among(caller.c.request_id, search.callers_called(connection, name, most)), most)
    return [row for row in rows if _holds(search.folded(row.name), words)]


def _holds(have: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word.startswith(begun) for word in have) for begun in wanted)


def _grouped(rows: Sequence[Row[Any]]) -> list[list[Row[Any]]]:
    """Those together that share a number or an address, however many steps lie between, in the order of the first."""
    group: dict[int, list[Row[Any]]] = {}
    by_key: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in rows:
        mine = [row]
        keys = [("phone", row.phone_key), ("email", row.email_key)]
        for other in {id(by_key[key]): by_key[key] for key in keys if key[1] and key in by_key}.values():
            mine += other
        for one in mine:
            group[one.id] = mine
            by_key |= {key: mine for key in (("phone", one.phone_key), ("email", one.email_key)) if key[1]}
    found = {id(some): some for some in group.values()}
    return sorted((sorted(some, key=lambda row: -row.id) for some in found.values()), key=lambda some: -some[0].id)


def _person(rows: Sequence[Row[Any]]) -> Person:
    """What the newest row says; where it says nothing, what an older one of the same name, or of none, does."""
    newest = rows[0]

    name = next((str(row.name) for row in rows if row.name), "")
    own = [row for row in rows if not row.name or row.name.casefold() == name.casefold()]

    def said(field: str) -> str:
        return next((value for row in own if (value := str(getattr(row, field)))), "")

    requests: dict[int, Earlier] = {}
    for row in rows:
        requests.setdefault(row.request_id, _earlier(row))
    return Person(
        name,
        said("phone"),
        said("email"),
        said("language"),
        newest.reply,
        newest.consent,
        any(row.do_not_call for row in rows),
        tuple(sorted(requests.values(), key=lambda e: (e.requested_at, e.request_id), reverse=True)),
        tuple(row.id for row in rows),
    )


def _earlier(row: Row[Any]) -> Earlier:
    what = row.number, row.service, row.address
    return Earlier(row.request_id, *what, *state_of(row), row.requested_at, row.closed_at)
