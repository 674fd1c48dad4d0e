"""Who is calling: the people behind a number, an address or a name, with what they reported before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

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
    written: tuple[tuple[str, str, str], ...] = ()
    """Every name, number and address in these rows, as it was written down; () for who may not see them."""


def known(
    store: Store,
    phone: str = "",
    email: str = "",
    name: str = "",
    *,
    acting: Acting | None = None,
    country: str = "US",
    most: int = MOST,
    withdrawn: bool = False,
) -> list[Person]:
    """Who that is: by the number, without one by the address, without one by the words of a name. Newest first.

    `acting` says whether numbers and addresses may be seen, and how a number without + is meant; without it, all is
    seen and `country` says that. At most so many of the newest rows are looked at for each of number and address;
    of those that an undone command withdrew only with `withdrawn`.
    """
    number, address = phone_key(phone, acting.country if acting else country), email_key(email)
    with store.read() as connection:
        look = _Look(connection, most, withdrawn)
        keyed = look.having([number], [] if number else [address])
        rows = look.sharing(keyed if number or address else look.called(clean(name)))
    people = [_person(some) for some in _grouped(rows)]
    return people if acting is None or acting.sees_contacts else [masked(person) for person in people]


def apart(store: Store, person: Person) -> list[Person]:
    """Those who share a number or an address, each by the name they gave, the newest first; [person] where one does.

    Entries without a name are one of several only where there is more than one name beside them.
    """
    if person.written and len(_names(name for name, _, _ in person.written)) <= 1:
        return [person]
    with store.read() as connection:
        rows = _Look(connection, len(person.callers), withdrawn=True).rows(among(caller.c.id, person.callers))
    named: dict[str, list[Row[Any]]] = {}
    for row in rows.values():
        named.setdefault(" ".join(search.folded(row.name)), []).append(row)
    return [person] if len(_names(named)) <= 1 else [_person(some) for some in named.values()]


def _names(written: Iterable[str]) -> set[str]:
    """The names that are one however they are spelt."""
    return {" ".join(search.folded(name)) for name in written} - {""}


def called(people: Iterable[Person], name: str) -> list[Person]:
    """Those of that very name; without one, those whose name holds every word as the beginning of one of its own."""
    words, names = search.folded(name), [(search.folded(person.name), person) for person in people]
    same = [person for have, person in names if have == words and words]
    return same or [person for have, person in names if _holds(have, words)]


def masked(person: Person) -> Person:
    """The same for those who may not see how to reach them."""
    return replace(person, phone=masked_phone(person.phone), email=masked_email(person.email), written=())


@dataclass(frozen=True, slots=True)
class _Look:
    """One look for rows of callers: how many at most, and whether the withdrawn are among them."""

    connection: Connection
    most: int
    withdrawn: bool

    def rows(self, chosen: ColumnElement[bool]) -> dict[int, Row[Any]]:
        """Those rows by id, the newest of them."""
        question = select(*_COLUMNS).join(request, request.c.id == caller.c.request_id).where(chosen)
        question = question if self.withdrawn else question.where(~caller.c.withdrawn)
        found = self.connection.execute(question.order_by(caller.c.id.desc()).limit(self.most))
        return {row.id: row for row in found}

    def having(self, numbers: Iterable[str], addresses: Iterable[str]) -> dict[int, Row[Any]]:
        """Those with one of these keys."""
        found: dict[int, Row[Any]] = {}
        for indexed, column, keys in (
            (HAS_PHONE, caller.c.phone_key, numbers),
            (HAS_EMAIL, caller.c.email_key, addresses),
        ):
            wanted = sorted(filter(None, keys))
            found |= self.rows(indexed & among(column, wanted)) if wanted else {}
        return found

    def sharing(self, found: dict[int, Row[Any]]) -> list[Row[Any]]:
        """These and those that share a number or an address with one of them."""
        rows = list(found.values())
        return list((found | self.having({r.phone_key for r in rows}, {r.email_key for r in rows})).values())

    def called(self, name: str) -> dict[int, Row[Any]]:
        """Those whose name holds every word, each as the beginning of one of its own."""
        words = search.folded(name)
        if not words:
            return {}
        here = search.callers_called(self.connection, name, self.most)
        rows = self.rows(among(caller.c.request_id, here))
        if self.withdrawn:  # no index holds their words
            rows |= self.rows(caller.c.withdrawn & (caller.c.name != ""))
        return {row_id: row for row_id, row in rows.items() if _holds(search.folded(row.name), words)}


def _holds(have: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word.startswith(begun) for word in have) for begun in wanted)


def _grouped(rows: Iterable[Row[Any]]) -> list[list[Row[Any]]]:
    """Those together that share a number or an address, however many steps lie between; all with the newest first."""
    above: dict[object, object] = {}

    def top(of: object) -> object:
        while (higher := above.setdefault(of, of)) != of:
            above[of] = of = above[higher]
        return of

    groups: dict[object, list[Row[Any]]] = {}
    ordered = sorted(rows, key=lambda row: -row.id)
    for row in ordered:
        for key in (("phone", row.phone_key), ("email", row.email_key)):
            if key[1]:
                above[top(row.id)] = top(key)
    for row in ordered:
        groups.setdefault(top(row.id), []).append(row)
    return list(groups.values())


def _person(rows: Sequence[Row[Any]]) -> Person:
    """What the newest row says; where it says nothing, what an older one of the same name, or of none, does."""
    newest = rows[0]

    name = next((str(row.name) for row in rows if row.name), "")
    own = [row for row in rows if not row.name or row.name.casefold() == name.casefold()]

    def said(field: str, rows: Sequence[Row[Any]] = own) -> str:
        return next((value for row in rows if (value := str(getattr(row, field)))), "")

    requests: dict[int, Earlier] = {}
    for row in rows:
        requests.setdefault(row.request_id, _earlier(row))
    return Person(
        name,
        said("phone", rows),
        said("email"),
        said("language"),
        newest.reply,
        newest.consent,
        any(row.do_not_call for row in rows),
        tuple(sorted(requests.values(), key=lambda e: (e.requested_at, e.request_id), reverse=True)),
        tuple(row.id for row in rows),
        tuple(dict.fromkeys((row.name, row.phone, row.email) for row in rows)),
    )


def _earlier(row: Row[Any]) -> Earlier:
    what = row.number, row.service, row.address
    return Earlier(row.request_id, *what, *state_of(row), row.requested_at, row.closed_at)
