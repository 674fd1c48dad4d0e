"""Which kind of store an address names, and the desk's own: one SQLite file with every safeguard set."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from services import sqlite
from services.drives import refuse_network_drive
from services.errors import Bug, Invalid, StoreProblem
from services.store import schema

if TYPE_CHECKING:
    from services.store.store import Backend, Store

BUSY_SECONDS = sqlite.BUSY_MILLISECONDS / 1000
_CHOOSE = "Choose another place under [store] url in config.toml."
_WAYS = 'Write it as "sqlite:///PATH" or "postgresql+psycopg://HOST/DATABASE" under [store] in config.toml.'


def backend(url: str) -> Backend:
    """What is behind an address. Raises Invalid where it is none of a store."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter of a port
        parsed = None
    if parsed is not None and parsed.get_backend_name() == "postgresql":
        from services.store.server import Server

        return Server(parsed)
    if parsed is None or parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise Invalid("That is not the address of a store.", _WAYS)  # a password may stand in it
    return File(Path(parsed.database).expanduser().absolute())


def store_path(url: str) -> Path:
    """The file behind an address. Raises Invalid where there is none."""
    behind = backend(url)
    if behind.path is None:
        raise Invalid("This store is on a server, not in a file.", "Whoever looks after the database keeps its copies.")
    return behind.path


def user(url: str) -> str:
    """Who logs in, as far as the address says."""
    return make_url(url).username or ""


def login(url: str) -> str:
    """Who logs in where, without how they show that it is they: what tells one person's store from another."""
    parsed = make_url(url)
    where = sorted((key, str(value)) for key, value in parsed.query.items() if key in {"host", "port", "service"})
    return repr((parsed.username or "", parsed.host or "", parsed.port or 0, parsed.database or "", where))


def problem(error: DBAPIError | sqlite3.Error, path: Path) -> StoreProblem | None:
    """What happened to this file, as a sentence; None for a fault of our own code."""
    said = sqlite.fault(error)
    return StoreProblem(f"{said.sentence} ({path})", said.remedy) if said else None


class File:
    """One SQLite file."""

    faults: tuple[type[Exception], ...] = (DBAPIError, sqlite3.Error)
    session = 0
    has_ear = False

    def __init__(self, path: Path) -> None:
        self.path: Path | None = path
        self._file = path

    def create(self) -> Engine:
        """An engine of one connection, with every safeguard set. Raises StoreProblem."""
        path = self._file
        refuse_network_drive(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreProblem(f"The folder {path.parent} cannot be made: {error.strerror}.", _CHOOSE) from error
        if path.exists() and not os.access(path, os.W_OK):
            raise StoreProblem(
                f"{path} may not be written.", "Give yourself the right to write it, or choose another file."
            )
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False),
            poolclass=StaticPool,
            hide_parameters=True,  # a fault that is logged names no person
        )
        event.listen(engine, "connect", sqlite.prepare)
        return engine

    def begin(self, connection: Connection, *, write: bool) -> None:
        """One writer at a time; it waits for its turn here."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    def alone(self, connection: Connection) -> None:
        """A statement outside a transaction is one of its own."""

    def prepare(self, store: Store) -> None:
        """Make the file's tables, or bring them up to date. Raises StoreProblem."""
        with store.read() as connection:
            found = schema.revision(connection)
            schema.check_known(found)
        if found != schema.HEAD:
            with store.write() as connection:
                if schema.revision(connection) != schema.HEAD:
                    schema.upgrade(connection)

    def problem(self, error: Exception) -> StoreProblem | None:
        """What happened to this file, as a sentence; None for a fault of our own code."""
        return problem(error, self._file) if isinstance(error, DBAPIError | sqlite3.Error) else None

    def data_version(self, connection: Connection) -> int:
        """SQLite's own."""
        return self._pragma(connection, "data_version")

    def empty_log(self, connection: Connection) -> None:
        """Write the log into the file, and cut it to nothing."""
        self._pragma(connection, "wal_checkpoint(TRUNCATE)")

    def now(self, connection: Connection) -> datetime | None:
        """None: a file has no clock but this machine's."""
        return None

    def _pragma(self, connection: Connection, words: str) -> int:
        driver = connection.connection.driver_connection
        if driver is None:
            raise Bug("The store is closed.")
        return int(driver.execute(f"PRAGMA {words}").fetchone()[0])
