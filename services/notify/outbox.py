"""The mail outbox: rows written in the same transaction as the update, and each step of a letter committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from services.notify.carriers import Letter
from services.sqlite import UtcMillis, reading, writing

METADATA = MetaData()


class MailState(StrEnum):
    """queued → sending (committed before the server is called) → sent or refused."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


MAIL = Table(
    "mail",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("message_id", String, nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("queued_at", UtcMillis, nullable=False),
    Column("next_try_at", UtcMillis, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("problem", String, nullable=False, default=""),
    Column("sent_at", UtcMillis),
    Index("mail_by_state", "state", "next_try_at"),
)


def queue(connection: Connection, message: EmailMessage, now: datetime) -> None:
    """Queue a composed e-mail within the caller's transaction; the same Message-ID is refused by the table."""
    row = {
        "message_id": str(message["Message-ID"]),
        "state": MailState.QUEUED,
        "sender": parseaddr(str(message["From"]))[1],
        "recipient": parseaddr(str(message["To"]))[1],
        "content": message.as_bytes(),
        "queued_at": now,
        "next_try_at": now,
    }
    connection.execute(insert(MAIL), row)


def recover(source: Engine, now: datetime) -> int:
    """After a crash: what was being sent is sent again, under the same Message-ID. Returns how many."""
    with writing(source) as connection:
        done = connection.execute(
            update(MAIL).where(MAIL.c.state == MailState.SENDING).values(state=MailState.QUEUED, next_try_at=now)
        )
        return done.rowcount


def claim(source: Engine, now: datetime) -> tuple[int, Letter, int] | None:
    """Commit the next due letter as sending and return (id, letter, attempts so far); None when none is due."""
    due = (
        select(MAIL)
        .where(MAIL.c.state == MailState.QUEUED, MAIL.c.next_try_at <= now)
        .order_by(MAIL.c.next_try_at, MAIL.c.id)
        .limit(1)
    )
    with reading(source) as connection:
        if connection.execute(due).first() is None:
            return None
    with writing(source) as connection:
        row = connection.execute(due).first()
        if row is None:
            return None
        connection.execute(
            update(MAIL).where(MAIL.c.id == row.id).values(state=MailState.SENDING, attempts=row.attempts + 1)
        )
        return row.id, Letter(row.message_id, row.sender, row.recipient, row.content), row.attempts


def sent(source: Engine, mail_id: int, now: datetime) -> None:
    """It has left: the address and the text are no longer needed here, and go."""
    _finish(source, mail_id, state=MailState.SENT, sent_at=now, recipient="", content=b"", problem="")


def refused(source: Engine, mail_id: int, problem: str) -> None:
    """It will never leave; `problem` says why."""
    _finish(source, mail_id, state=MailState.REFUSED, problem=problem)


def later(source: Engine, mail_id: int, problem: str, next_try_at: datetime) -> None:
    """It could not leave now, and is tried again."""
    _finish(source, mail_id, state=MailState.QUEUED, problem=problem, next_try_at=next_try_at)


def next_try(source: Engine) -> datetime | None:
    """When the next queued letter is due; None when none waits."""
    with reading(source) as connection:
        return connection.execute(select(func.min(MAIL.c.next_try_at)).where(MAIL.c.state == MailState.QUEUED)).scalar()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Letters that have not left: how many wait for another try, how many were refused, and what was said last."""

    waiting: int
    refused: int
    said: str


def trouble(source: Engine) -> Trouble:
    """What is wrong with the letters of this store. Raises StoreProblem."""
    bad = MAIL.c.problem != ""
    with reading(source) as connection:
        tally = select(MAIL.c.state, func.count()).where(bad).group_by(MAIL.c.state)
        found = {row[0]: row[1] for row in connection.execute(tally)}
        last = select(MAIL.c.problem).where(bad).order_by(MAIL.c.id.desc()).limit(1)
        said = connection.execute(last).scalar() or ""
    refused = found.pop(MailState.REFUSED, 0)
    return Trouble(sum(found.values()), refused, said)


def _finish(source: Engine, mail_id: int, **values: object) -> None:
    with writing(source) as connection:
        connection.execute(update(MAIL).where(MAIL.c.id == mail_id).values(**values))
