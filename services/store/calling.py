"""Who calls, as a call-taker writes it down, and how it is kept with a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, select, update

from services.contact import email_key, phone_key
from services.domain.urgency import UrgencyAnswer
from services.domain.values import REPLIES, Changes, EventKind
from services.errors import Invalid
from services.store.changing import Work
from services.store.store import Store
from services.store.tables import HAS_EMAIL, HAS_PHONE, OF_OPERATION, caller, event
from services.store.writing import Data, among, clean, next_id


@dataclass(frozen=True, slots=True)
class CallerWords:
    """A caller as written down; whatever is not known is ""."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    reply: str = ""
    """How they want to hear of it: one of `services.domain.values.REPLIES`."""
    consent: bool = True
    do_not_call: bool = False
    urgency: Sequence[UrgencyAnswer] = ()
    """What they said of how urgent it is."""
    lifts: bool = False
    """Whether they take back an earlier wish never to be called; counts only without `do_not_call`."""

    @property
    def is_nobody(self) -> bool:
        """True when neither a name nor a way to reach them was left."""
        return not any(map(clean, (self.name, self.phone, self.email)))


def add_caller(work: Work, request_id: int, who: CallerWords, *, joined: bool = False) -> int:
    """Keep a caller of a request; gives the row's id. Raises Invalid for a way to reply that nobody knows."""
    if who.reply not in REPLIES:
        raise Invalid(f"“{who.reply}” is no way to reply.", f"One of: {', '.join(filter(None, REPLIES))}.")
    phone, email = clean(who.phone), clean(who.email)
    number, address = phone_key(phone, work.acting.country), email_key(email)
    row_id = next_id(work.connection, caller.c.id)
    made = insert(caller).values(
        id=row_id,
        request_id=request_id,
        name=clean(who.name),
        phone=phone,
        email=email,
        language=clean(who.language),
        phone_key=number,
        email_key=address,
        reply=who.reply,
        consent=who.consent,
        do_not_call=who.do_not_call or _asked_not_to_be_called(work, number, address),
        joined=joined,
    )
    work.kinds.add("caller")
    work.connection.execute(made)
    return row_id


def lift(work: Work, who: CallerWords) -> Data:
    """Take back the wish never to be called of whoever has this number or address, for the history; {} for nobody."""
    number, address = phone_key(clean(who.phone), work.acting.country), email_key(clean(who.email))
    if not who.lifts or who.do_not_call:
        return {}
    asked = select(caller.c.id).where(_same(number, address), caller.c.do_not_call)
    ids = list(work.connection.execute(asked).scalars())
    silence(work, ids, on=False)
    return {"lifted": ",".join(map(str, ids))} if ids else {}


def silence(work: Work, ids: Sequence[int], *, on: bool) -> None:
    """Note of these callers that they asked never to be called, or that they took it back."""
    work.connection.execute(update(caller).where(among(caller.c.id, ids)).values(do_not_call=on))
    work.kinds.add("caller")


def _same(number: str, address: str) -> ColumnElement[bool]:
    return (HAS_PHONE & (caller.c.phone_key == number)) | (HAS_EMAIL & (caller.c.email_key == address))


def withdraw(work: Work, caller_id: int | None, *, back: bool) -> None:
    """A caller who was added no longer counts (`back`), or counts again; the index is told by who calls this."""
    if caller_id is not None:
        work.connection.execute(update(caller).where(caller.c.id == caller_id).values(withdrawn=back))
        work.kinds.add("caller")


def _asked_not_to_be_called(work: Work, number: str, address: str) -> bool:
    """Whether this number or address was once left with the wish never to be called."""
    asked = select(caller.c.id).where(_same(number, address), caller.c.do_not_call, ~caller.c.withdrawn).limit(1)
    return work.connection.execute(asked).first() is not None


def filings(store: Store, operations: Sequence[str]) -> dict[str, int]:
    """Which of these calls were logged, joined or asked about, each with its request."""
    kinds = (EventKind.LOGGED, EventKind.JOINED, EventKind.ENQUIRED)
    done = select(event.c.operation, event.c.request_id).where(
        among(event.c.operation, list(operations)), OF_OPERATION, event.c.kind.in_([kind.value for kind in kinds])
    )
    with store.read() as connection:
        return {row.operation: row.request_id for row in connection.execute(done)}


def filed(store: Store, operation: str) -> Changes | None:
    """What there is to show of a call that was filed before under this name; None for one that was not."""
    made = filings(store, [operation]) if operation else {}
    if not made:
        return None
    return Changes((made[operation],), frozenset({"request"}), sentence="This call was logged already")
