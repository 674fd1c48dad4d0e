"""A crew's day by e-mail: asked for at a desk, sent once by the process that pulls and posts, with what became of it.

What the letter says is read when it leaves, so that it holds the list as it then stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from services.domain.values import Changes
from services.domain.workflow import Action, check_action
from services.errors import Invalid, NotFound
from services.store import leaving
from services.store.acting import Acting
from services.store.changing import sign
from services.store.leaving import QUEUED, REFUSED, RETRACTED, SENDING, SENT
from services.store.store import Store
from services.store.tables import LETTER_TO_SEND, crew, crew_letter

STATES = (QUEUED, SENDING, SENT, REFUSED, RETRACTED)
KINDS = frozenset({"crew"})


@dataclass(frozen=True, slots=True)
class CrewLetter:
    """One letter, and how far it has come."""

    id: int
    crew_id: int
    day: date
    actor: str
    """Who asked for it."""
    state: str
    attempts: int
    problem: str
    asked_at: datetime
    sent_at: datetime | None


def send_day(acting: Acting, crew_id: int, day: date) -> Changes:
    """Have a crew's list for a day sent to it; it can be taken back until it leaves. Raises Forbidden, Invalid."""
    check_action(Action.ASSIGN, acting.actor.roles)
    now = acting.store.clock()
    with acting.store.write() as connection:
        to = select(crew.c.name, crew.c.email).where(crew.c.id == crew_id)
        found = connection.execute(to.with_for_update(key_share=True)).one_or_none()
        if found is None:
            raise NotFound("There is no such crew.", "Choose one from the list.")
        if not found.email:
            raise Invalid(f"{found.name} has no e-mail address.", "Give it one: palette, “Edit the crews”.")
        if connection.execute(_of(crew_id, day).where(LETTER_TO_SEND)).first() is not None:
            raise Invalid(f"A letter to {found.name} about this day waits already.", "It says the list as it then is.")
        row = {"crew_id": crew_id, "day": day.isoformat(), "actor": acting.actor.name, "state": QUEUED}
        connection.execute(insert(crew_letter).values(**row, asked_at=now, next_try_at=now + acting.hold))
        sentence = f"{found.name}'s list for {day:%a} {day.day} {day:%b} leaves for {found.email}"
        sign(connection, acting, acting.operation, sentence)
    return Changes(kinds=KINDS, sentence=sentence)


def take_back(acting: Acting, crew_id: int, day: date) -> Changes:
    """Keep a letter here that has not left. Raises Forbidden, Invalid."""
    check_action(Action.ASSIGN, acting.actor.roles)
    with acting.store.write() as connection:
        waiting = (crew_letter.c.crew_id == crew_id) & (crew_letter.c.day == day.isoformat()) & LETTER_TO_SEND
        if not connection.execute(update(crew_letter).where(waiting).values(state=RETRACTED)).rowcount:
            raise Invalid("It has left already.", "Send another if the list has changed since.")
        sentence = "The e-mail to the crew was taken back"
        sign(connection, acting, acting.operation, sentence)
    return Changes(kinds=KINDS, sentence=sentence)


def of_day(store: Store, day: date) -> dict[int, CrewLetter]:
    """The last letter to each crew about a day, by the crew's id; those taken back are left out."""
    asked = select(crew_letter).where(crew_letter.c.day == day.isoformat(), crew_letter.c.state != RETRACTED)
    with store.read() as connection:
        rows = connection.execute(asked.order_by(crew_letter.c.id)).all()
    return {row.crew_id: _letter(row) for row in rows}


def take(store: Store) -> CrewLetter | None:
    """What is to be sent next, marked as being sent before it leaves; None where nothing is due."""
    row = leaving.take(store, crew_letter)
    return None if row is None else _letter(row)


def _of(crew_id: int, day: date) -> Any:  # noqa: ANN401 - a statement
    return select(crew_letter).where(crew_letter.c.crew_id == crew_id, crew_letter.c.day == day.isoformat())


def _letter(row: Row[Any]) -> CrewLetter:
    return CrewLetter(
        id=row.id,
        crew_id=row.crew_id,
        day=date.fromisoformat(row.day),
        actor=row.actor,
        state=row.state,
        attempts=row.attempts,
        problem=row.problem,
        asked_at=row.asked_at,
        sent_at=row.sent_at,
    )
