"""The store: every request, its history and what waits to be told; one SQLite file, or a server for many desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, event, select

from services.clocks import Clock, utcnow
from services.domain.values import Actor
from services.errors import Bug, StoreGone, StoreProblem
from services.store import engine as engines
from services.store.dialect import Parameters, fetched
from services.store.tables import meta


class Backend(Protocol):
    """What differs between one desk's file and a server."""

    path: Path | None
    """The file; None for a server."""
    faults: tuple[type[Exception], ...]
    """What may go wrong with it."""
    session: int
    """The number under which a server last knew the connection; 0 for a file."""
    has_ear: bool
    """Whether a `services.store.listening.Listener` tells of what others save: then `data_version` does not."""

    def create(self) -> Engine:
        """An engine of one connection. Raises StoreProblem."""

    def begin(self, connection: Connection, *, write: bool) -> None:
        """Begin a transaction on a connection that has none."""

    def alone(self, connection: Connection) -> None:
        """No transaction is begun for the next question: it stands by itself."""

    def prepare(self, store: Store) -> None:
        """Make or bring up to date what is behind, or refuse it. Raises StoreProblem."""

    def problem(self, error: Exception) -> StoreProblem | None:
        """A fault of the world as a sentence; None for a fault of our own code."""

    def data_version(self, connection: Connection) -> int:
        """A number that changes when another connection has saved something."""

    def empty_log(self, connection: Connection) -> None:
        """Leave nothing of what was written over in a log of its own."""

    def now(self, connection: Connection) -> datetime | None:
        """The time by which its history goes; None where that is this machine's."""


class Store:
    """One open store. Used from one thread at a time; every process opens its own."""

    def __init__(self, backend: Backend, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.path = backend.path
        self._clock = Clock(clock)
        self.clock: Callable[[], datetime] = self._clock if clock is utcnow else clock
        """What time it is: for a server its own, however this machine's clock is set."""
        self.store_id = ""
        self.actor: Actor | None = None
        """Who has logged in at a server, in the roles they have there; None for a file."""
        self._backend = backend
        self._engine = engine
        self._write = False
        event.listen(engine, "begin", lambda connection: backend.begin(connection, write=self._write))
        self._connection = engine.connect()

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], datetime] = utcnow, has_ear: bool = False) -> Store:
        """Open "sqlite:///PATH" (made if missing) or "postgresql+psycopg://…". Raises StoreProblem, Invalid.

        `has_ear`: a `services.store.listening.Listener` tells of what others save at a server, `data_version` does not.
        """
        backend = engines.backend(url)
        backend.has_ear = has_ear
        with _in_words(backend):
            engine = backend.create()
            try:
                store = cls(backend, engine, clock)
            except BaseException:
                engine.dispose()
                raise
            try:
                backend.prepare(store)
                with store.read() as connection:
                    found = connection.execute(select(meta.c.value).where(meta.c.key == "store_id"))
                    store.store_id = found.scalar_one()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        """Let go of the file, or of the connection."""
        self._connection.close()
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the store; inside another `read` or `write`, the same one."""
        if self._connection.in_transaction():
            yield self._connection
            return
        with _in_words(self._backend, self._connection), self._transaction(write=False):
            yield self._connection

    def ask(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """The rows of one question (`services.store.dialect`), which sees one moment without a transaction around it.

        Inside a `read` or `write` it sees what these see.
        """
        if self._connection.in_transaction():
            return fetched(self._connection, statement, parameters)
        with _in_words(self._backend, self._connection):
            self._backend.alone(self._connection)
            return fetched(self._connection, statement, parameters)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is saved when the block ends, or nothing. Raises StoreProblem."""
        if self._connection.in_transaction():
            raise Bug("A write was begun inside another transaction.")
        with _in_words(self._backend, self._connection), self._transaction(write=True):
            yield self._connection

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[None]:
        self._write = write
        with self._connection.begin():
            yield

    def data_version(self) -> int:
        """A number that changes when another connection, of this process or another, has saved something.

        Where a server's `has_ear`, it changes only when the connection was lost and is there again.
        """
        with _in_words(self._backend, self._connection):
            return self._backend.data_version(self._connection)

    @property
    def session(self) -> int:
        """The number under which a server last knew this connection; 0 for a file. For any thread."""
        return self._backend.session

    def empty_log(self) -> None:
        """Leave nothing of what was written, or written over, in the write-ahead log, where there is one."""
        with _in_words(self._backend, self._connection):
            self._backend.empty_log(self._connection)

    @property
    def clock_ahead(self) -> timedelta:
        """How far this machine's clock is ahead of the server's, as far as that is known; zero for a file."""
        return self._clock.ahead

    def look_at_clock(self) -> None:
        """Ask the server what time it is, and go by that from now on."""
        with self.read() as connection:
            theirs = self._backend.now(connection)
        if theirs is not None:
            self._clock.follow(theirs)

    def head(self) -> int:
        """How far the history has come: for `changes_since`; 0 in an empty file."""
        return int(self.ask("{head}")[0][0])

    def changes_since(self, head: int) -> tuple[int, tuple[int, ...]]:
        """The new head, and the ids of the requests whose history grew since `head`, in ascending order.

        On a server some may be among them that were told before; none is left out.
        """
        with self.read():
            told = self.ask("SELECT request_id FROM event WHERE {since}", (head,))
            return self.head(), tuple(sorted({request_id for (request_id,) in told}))


@contextmanager
def _in_words(backend: Backend, connection: Connection | None = None) -> Iterator[None]:
    try:
        yield
    except backend.faults as error:
        said = backend.problem(error)
        if said is None:
            raise
        if isinstance(said, StoreGone) and connection is not None and not connection.closed:
            connection.invalidate()  # in whatever state it was lost, the next use makes it anew
        raise said from error
