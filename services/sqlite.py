"""The one way a SQLite file is opened here: durable, patient, and with its faults turned into sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Connection, Engine, Integer, create_engine, event
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

from services.drives import refuse_network_drive
from services.errors import StoreProblem

BUSY_MILLISECONDS = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
FIRST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MILLISECOND
LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _MILLISECOND
_WRITE = "connect_console_write"
Version = tuple[int, ...]

# Primary result codes of SQLite that are faults of the world: (sentence, remedy).
_BUSY = ("The store is busy: another program is writing to it; nothing was changed.", "Try again.")
_FAULTS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: (
        "The disk is full; nothing of this was saved.",
        "Free some space and do it again. What was saved before is safe.",
    ),
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: ("The store cannot be written.", "Make its file and folder writable for you."),
    sqlite3.SQLITE_CANTOPEN: ("The store cannot be opened.", "Check that its folder exists and is yours."),
    sqlite3.SQLITE_PERM: ("The store may not be opened by you.", "Make its file and folder readable for you."),
    sqlite3.SQLITE_IOERR: (
        "The disk answered with an error; nothing of this was saved.",
        "Look at the disk, then do it again.",
    ),
    sqlite3.SQLITE_CORRUPT: ("The store is damaged.", "Put a copy back: connect-console restore FILE."),
    sqlite3.SQLITE_NOTADB: ("This file is not a store, or it is damaged.", "Name another file, or put a copy back."),
}


class UtcMillis(TypeDecorator[datetime]):
    """An aware UTC moment, kept as whole milliseconds since 1970; years 1 to 9999 survive."""

    impl = BigInteger().with_variant(Integer, "sqlite")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Milliseconds for an aware datetime."""
        return None if value is None else to_millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """An aware UTC datetime for milliseconds."""
        return None if value is None else from_millis(value)


def to_millis(moment: datetime) -> int:
    """Whole milliseconds since 1970 of an aware moment, rounded down; outside years 1 to 9999 moved to the edge."""
    since = moment - EPOCH
    millis = (since.days * 86_400 + since.seconds) * 1_000 + since.microseconds // 1_000
    return millis if FIRST <= millis <= LAST else min(max(millis, FIRST), LAST)


def from_millis(millis: int) -> datetime:
    """The aware UTC datetime of milliseconds since 1970."""
    return EPOCH + millis * _MILLISECOND


def wal_is_safe(version: Version) -> bool:
    """True for a SQLite without the WAL-reset race: 3.51.3 and later, and its back-ports 3.44.6+ and 3.50.7+."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def journal(version: Version | None = None) -> tuple[str, str]:
    """Journal mode and synchronous for a SQLite version, by default the one that runs here."""
    return ("wal", "FULL") if wal_is_safe(version or sqlite3.sqlite_version_info) else ("delete", "EXTRA")


def pragmas(version: Version | None = None) -> tuple[tuple[str, str], ...]:
    """What every connection is set to, so that what was committed survives a power cut on this SQLite."""
    mode, synchronous = journal(version)
    return (
        ("busy_timeout", str(BUSY_MILLISECONDS)),
        ("journal_mode", mode),
        ("synchronous", synchronous),
        ("foreign_keys", "ON"),
        ("secure_delete", "ON"),
        ("recursive_triggers", "ON"),
    )


def engine(path: Path) -> Engine:
    """An engine on the SQLite file at `path`, made on first use; for `reading` and `writing`. Raises StoreProblem."""
    refuse_network_drive(path)
    made = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,  # a fault that is logged names no person
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
    )
    event.listen(made, "connect", prepare)
    event.listen(made, "begin", _begin)
    return made


@contextmanager
def reading(source: Engine) -> Iterator[Connection]:
    """One consistent view of the file. Raises StoreProblem for a fault of the world."""
    with _faults(), source.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(source: Engine) -> Iterator[Connection]:
    """One transaction (BEGIN IMMEDIATE), committed at the end or undone by an error. Raises StoreProblem."""
    with _faults(), source.connect().execution_options(**{_WRITE: True}) as connection, connection.begin():
        yield connection


def fault(error: DBAPIError | sqlite3.Error) -> StoreProblem | None:
    """The sentence for a fault of the world; None where the error is a bug of ours."""
    inner = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(inner, "sqlite_errorcode", None)
    said = None if code is None else _FAULTS.get(code & 0xFF)
    return StoreProblem(*said) if said else None


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        problem = fault(error)
        if problem is None:
            raise
        raise problem from error


def prepare(connection: sqlite3.Connection, _record: object = None) -> None:
    """Set what every connection is set to. Raises StoreProblem where another program keeps the file otherwise."""
    connection.isolation_level = None  # SQLAlchemy's begin event below starts the transactions
    for name, value in pragmas():
        answer = connection.execute(f"PRAGMA {name}={value}").fetchone()
        if name == "journal_mode" and answer[0] != value:
            raise StoreProblem(
                f"The store is open in another program that keeps it in {answer[0]} mode.",
                "Close that program, then try again.",
            )


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
