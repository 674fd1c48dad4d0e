"""One person's data: found, given to them as text, and erased, so that the requests stay without the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from services.domain.outbox import OPEN_STATES, OutboxKind, OutboxState
from services.domain.status import Role
from services.domain.values import EventKind
from services.errors import Forbidden, Invalid
from services.store import queries, search
from services.store.acting import Acting
from services.store.callers import Person, known
from services.store.contacts import check_rights
from services.store.erase import EMPTY, erasing, reworded
from services.store.tables import HAS_EMAIL, HAS_PHONE, call_back, caller, event, outbox, request, text_row
from services.store.telling import DUE, RETRACTED
from services.store.writing import Pen, among, hold

_ALL = 1_000_000
_SPOKEN: tuple[Any, ...] = (event.c.at, event.c.data, event.c.text_id, text_row.c.body)
_DESCRIBED: tuple[Any, ...] = (
    *(request.c.id, request.c.upstream, request.c.description, request.c.upstream_notes, request.c.attributes),
)
_SHORTEST = 7
"""Digits of a number that are looked for in texts."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and where copies are that are not ours to erase."""

    callers: int
    texts: int
    descriptions: int
    requests: tuple[int, ...]
    upstreams: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What happened, in words, with what is left to do."""
        said = f"Erased: {self.callers} caller entries, {self.texts} texts, {self.descriptions} descriptions."
        elsewhere = f" Copies at {', '.join(f'“{name}”' for name in self.upstreams)} have to be erased there."
        return f"{said}{elsewhere if self.upstreams else ''} Backups made before still hold them."


def find(acting: Acting, phone: str = "", email: str = "", name: str = "") -> list[Person]:
    """Everybody of that number, address or name, with all their rows, the withdrawn too. Raises Forbidden, Invalid."""
    check_rights(acting)
    if not any(part.strip() for part in (phone, email, name)):
        raise Invalid("Nobody is named.", "Give a telephone number, an e-mail address or a name.")
    return known(acting.store, phone, email, name, acting=acting, most=_ALL, withdrawn=True)


def export(acting: Acting, person: Person) -> dict[str, object]:
    """All that is kept about a person, in words and ready for JSON. Raises Forbidden."""
    check_rights(acting)
    _check_supervisor(acting)
    with acting.store.read() as connection:
        mine = _callers(connection, person.callers)
        return {
            "name": person.name,
            "phone": person.phone,
            "email": person.email,
            "language": person.language,
            "entries": [_entry(acting, row) for row in mine],
        }


def _entry(acting: Acting, row: Row[Any]) -> dict[str, object]:
    """One row of a caller, with the request it belongs to."""
    detail = queries.detail(acting.store, row.request_id)
    one, own = detail.request, not row.joined
    with acting.store.read() as connection:
        lines = spoken(connection, [row])
    return {
        "written_down": {name: getattr(row, name) for name in ("name", "phone", "email", "language", "reply")},
        "consent": row.consent,
        "do_not_call": row.do_not_call,
        "withdrawn": row.withdrawn,
        "request": one.number,
        "service": one.service,
        "address": one.place.address,
        "reported_at": one.requested_at.isoformat(),
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
        "status": one.status.label,
        "outcome": one.outcome.label if one.outcome else None,
        "reported_it": own,
        "description": one.description if own else None,
        "answers": dict(detail.attributes) if own else {},
        "said": [{"at": r.at.isoformat(), "text": r.body} for r in lines if r.body],
        "told_by_us": [
            {"at": item.sent_at.isoformat() if item.sent_at else None, "state": item.status_word, "text": item.message}
            for item in detail.outbox
            if item.kind is OutboxKind.NOTICE and item.caller_id == row.id
        ],
    }


def erase(acting: Acting, person: Person) -> Erased:
    """Empty all that is about a person; the requests and their history stay. Raises Forbidden, Invalid.

    Emptied are their entries, what they said, the descriptions they gave, and every text of their requests that holds
    their name, or their number or address where nobody else has the same.
    """
    with erasing(acting) as connection:
        mine = _callers(connection, person.callers)
        ids = tuple(sorted({row.request_id for row in mine}))
        hold(connection, ids)
        own = sorted({row.request_id for row in mine if not row.joined})
        naming = _Naming(mine, _sharing(connection, mine))
        texts = _texts(connection, mine, ids, naming)
        requests = _described(connection, naming, ids, own)
        _check_nothing_leaves(connection, texts, [row.id for row in requests])
        with reworded(connection, ids):
            empty(connection, [row.id for row in mine])
            body = {"body": "", "erased_at": acting.store.clock()}
            connection.execute(update(text_row).where(among(text_row.c.id, texts)).values(body))
            words = {"description": "", "attributes": {}, "upstream_notes": "", "erased": True}
            emptied = update(request).where(among(request.c.id, [row.id for row in requests]))
            connection.execute(emptied.values(**words, version=request.c.version + 1))
        pen = Pen(connection, acting.store.clock(), acting.actor.name)
        pen.events(ids, EventKind.ERASED, {"what": "person"})
        pen.write()
        upstreams = tuple(sorted({row.upstream for row in requests} - {""}))
    return Erased(len(mine), len(texts), len(requests), ids, upstreams)


def _check_supervisor(acting: Acting) -> None:
    if Role.SUPERVISOR not in acting.actor.roles:
        raise Forbidden("Only a supervisor may give out a person’s data.", "Ask a supervisor.")


def _callers(connection: Connection, ids: Iterable[int]) -> list[Row[Any]]:
    return list(connection.execute(select(caller).where(among(caller.c.id, ids)).order_by(caller.c.id)))


def spoken(connection: Connection, mine: Sequence[Row[Any]]) -> list[Row[Any]]:
    """What these rows of callers said: the lines of history, with their texts."""
    kinds = event.c.kind.in_([EventKind.JOINED.value, EventKind.ENQUIRED.value])
    question = select(*_SPOKEN).join(text_row, text_row.c.id == event.c.text_id).order_by(event.c.id)
    ids = {row.id for row in mine}
    lines = connection.execute(question.where(among(event.c.request_id, {row.request_id for row in mine}), kinds))
    return [line for line in lines if line.data.get("caller") in ids]


def _sharing(connection: Connection, mine: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The rows of others that have the same number or address."""
    same = (HAS_PHONE & among(caller.c.phone_key, {row.phone_key for row in mine})) | (
        HAS_EMAIL & among(caller.c.email_key, {row.email_key for row in mine})
    )
    ids = {row.id for row in mine}
    return [row for row in connection.execute(select(caller).where(same)) if row.id not in ids]


def _texts(connection: Connection, mine: list[Row[Any]], ids: Iterable[int], naming: _Naming) -> set[int]:
    """Texts they said, and those of their requests that name them."""
    held = select(text_row.c.id, text_row.c.body).where(among(text_row.c.request_id, ids), text_row.c.body != "")
    found = {row.id for row in connection.execute(held) if naming.holds(row.body)}
    return found | {row.text_id for row in spoken(connection, mine) if row.body}


def _described(connection: Connection, naming: _Naming, ids: Iterable[int], own: list[int]) -> list[Row[Any]]:
    """Requests whose description they gave, or that is about them."""
    question = select(*_DESCRIBED)
    rows = connection.execute(question.where(among(request.c.id, ids)).order_by(request.c.id)).all()
    texts = {row.id: f"{row.description} {row.upstream_notes} {row.attributes}" for row in rows}
    return [row for row in rows if row.id in own or naming.holds(texts[row.id])]


class _Naming:
    """Knows whether a text names one of these callers: by name, number or address, unless others have it too."""

    def __init__(self, callers: Iterable[Row[Any]], others: Iterable[Row[Any]]) -> None:
        self._names: set[str] = set()
        self._numbers: set[str] = set()
        self._addresses: set[str] = set()
        shared = {key for row in others for key in (row.phone_key, row.email_key)}
        for row in callers:
            self._names.add(" ".join(search.folded(row.name)))
            self._addresses |= {row.email_key} - shared
            digits = "" if row.phone_key in shared else row.phone_key.removeprefix("+")
            self._numbers |= {digits[-10:]} if len(digits) >= _SHORTEST else set()
        for some in (self._names, self._numbers, self._addresses):
            some.discard("")

    def holds(self, text: str) -> bool:
        """True for a text that names one of them."""
        words = f" {' '.join(search.folded(text))} "
        digits = "".join(c for c in text if c.isdecimal())
        return (
            any(f" {name} " in words for name in self._names)
            or any(number in digits for number in self._numbers)
            or any(address in text.lower() for address in self._addresses)
        )


def _check_nothing_leaves(connection: Connection, texts: Iterable[int], reports: Iterable[int]) -> None:
    is_open = outbox.c.state.in_([state.value for state in OPEN_STATES]) & (outbox.c.kind != OutboxKind.NOTICE)
    report = among(outbox.c.request_id, reports) & (outbox.c.kind == OutboxKind.REPORT)
    leaving = select(request.c.number).join(outbox, outbox.c.request_id == request.c.id)
    number = connection.execute(leaving.where(is_open, report | among(outbox.c.text_id, texts)).limit(1)).scalar()
    if number is not None:
        raise Invalid(f"{number}: something that names this person is about to leave.", "Wait, or undo it first.")


def empty(connection: Connection, ids: Iterable[int]) -> None:
    """Empty these rows; nobody writes to them or calls them any more."""
    wanted = list(ids)
    waits = outbox.c.state.in_([OutboxState.QUEUED.value, OutboxState.REFUSED.value])
    requests = select(caller.c.request_id).where(among(caller.c.id, wanted))
    theirs = outbox.c.request_id.in_(requests) & among(outbox.c.caller_id, wanted)
    retracted = {"state": OutboxState.RETRACTED.value, "problem": ""}
    connection.execute(update(outbox).where(theirs, waits).values(retracted))
    calls = among(call_back.c.caller_id, wanted) & (call_back.c.state == DUE)
    connection.execute(update(call_back).where(calls).values(state=RETRACTED))
    connection.execute(update(caller).where(among(caller.c.id, wanted)).values(EMPTY))
