"""Who calls, as a call-taker writes it down, and how it is kept with a request."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, update

from services.contact import email_key, phone_key
from services.domain.values import REPLIES
from services.errors import Invalid
from services.store.changing import Work
from services.store.tables import caller
from services.store.writing import clean, next_id


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

    @property
    def is_nobody(self) -> bool:
        """True when neither a name nor a way to reach them was left."""
        return not any(map(clean, (self.name, self.phone, self.email)))


def add_caller(work: Work, request_id: int, who: CallerWords, *, joined: bool = False) -> int:
    """Keep a caller of a request; gives the row's id. Raises Invalid for a way to reply that nobody knows."""
    if who.reply not in REPLIES:
        raise Invalid(f"“{who.reply}” is no way to reply.", f"One of: {', '.join(filter(None, REPLIES))}.")
    phone, email = clean(who.phone), clean(who.email)
    row_id = next_id(work.connection, caller.c.id)
    made = insert(caller).values(
        id=row_id,
        request_id=request_id,
        name=clean(who.name),
        phone=phone,
        email=email,
        language=clean(who.language),
        phone_key=phone_key(phone, work.acting.country),
        email_key=email_key(email),
        reply=who.reply,
        consent=who.consent,
        do_not_call=who.do_not_call,
        joined=joined,
    )
    work.kinds.add("caller")
    work.connection.execute(made)
    return row_id


def withdraw(work: Work, caller_id: int | None, *, back: bool) -> None:
    """A caller who was added no longer counts (`back`), or counts again; the index is told by who calls this."""
    if caller_id is not None:
        work.connection.execute(update(caller).where(caller.c.id == caller_id).values(withdrawn=back))
        work.kinds.add("caller")
