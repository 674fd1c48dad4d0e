"""The store: one SQLite file with every request, its history and what waits to be told to an upstream."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.exc import DBAPIError

from services.errors import Bug
from services.store import engine as engines
from services.store import schema
from services.store.tables import event as events
from services.store.tables import meta


def utcnow() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)


class Store:
    """One open store. Used from one thread at a time; every process opens its own."""

    def __init__(self, engine: Engine, connection: Connection, path: Path, clock: Callable[[], datetime]) -> None:
        self.path: Path | None = path
        self.clock = clock
        self.store_id = ""
        self._engine = engine
        self._connection = connection
        self._file = path
        self._begin = "BEGIN"
        self._writing = False
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(self._begin))

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], datetime] = utcnow) -> Store:
        """Open "sqlite:///PATH", making or bringing up to date what is behind. Raises StoreProblem or Invalid."""
        path = engines.store_path(url)
        engine = engines.create(path)
        with _in_words(path):
            try:
                store = cls(engine, engine.connect(), path, clock)
                store._prepare()
            except BaseException:
                engine.dispose()
                raise
        return store

    def _prepare(self) -> None:
        with self.read() as connection:
            found = schema.revision(connection)
            schema.check_known(found)
        if found != schema.HEAD:
            with self.write() as connection:
                if schema.revision(connection) != schema.HEAD:
                    schema.upgrade(connection)
        with self.read() as connection:
            self.store_id = connection.execute(select(meta.c.value).where(meta.c.key == "store_id")).scalar_one()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the store; inside another `read` or `write`, the same one."""
        if self._connection.in_transaction():
            yield self._connection
            return
        with _in_words(self._file), self._transaction("BEGIN"):
            yield self._connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is saved when the block ends, or nothing. Raises StoreProblem."""
        if self._connection.in_transaction():
            raise Bug("A write was begun inside another transaction.")
        with _in_words(self._file), self._transaction("BEGIN IMMEDIATE"):
            yield self._connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._begin = begin
        with self._connection.begin():
            yield

    def data_version(self) -> int:
        """A number that changes when another connection, of this process or another, has saved something."""
        return self._pragma("data_version")

    def empty_log(self) -> None:
        """Leave nothing of what was written, or written over, in the write-ahead log, where there is one."""
        self._pragma("wal_checkpoint(TRUNCATE)")

    def _pragma(self, words: str) -> int:
        with _in_words(self._file):
            driver = self._connection.connection.driver_connection
            if driver is None:
                raise Bug("The store is closed.")
            return int(driver.execute(f"PRAGMA {words}").fetchone()[0])

    def head(self) -> int:
        """The id of the last event; 0 in an empty store."""
        with self.read() as connection:
            return connection.execute(select(func.max(events.c.id))).scalar() or 0

    def changes_since(self, head: int) -> tuple[int, tuple[int, ...]]:
        """The new head, and the ids of the requests whose history grew since `head`, in ascending order."""
        with self.read() as connection:
            new_head = connection.execute(select(func.max(events.c.id))).scalar() or 0
            # DISTINCT or ORDER BY by request would lead SQLite through the index of every event there is.
            since = select(events.c.request_id).where(events.c.id > head)
            return new_head, tuple(sorted(set(connection.execute(since).scalars())))


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = engines.problem(error, path)
        if said is None:
            raise
        raise said from error
