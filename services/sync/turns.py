"""Who may sync a store: one process leads the loop, and one at a time, leader or not, takes a turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from services.errors import StoreGone, StoreProblem
from services.store.dialect import driven, driver
from services.store.store import Store

_LOCKS = 8312
"""The family of our advisory locks on a server, each of one database."""
_LEAD, _TURN = 1, 2
_LOOK = 0.1
"""Seconds between two looks at a lock that another has."""
_TAKE = "SELECT pg_try_advisory_lock(?, ?)"
_LET_GO = "SELECT pg_advisory_unlock(?, ?)"
_STRANGER = (
    "SELECT a.usename FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid JOIN pg_roles AS w"
    " ON w.rolname = current_database() || '_worker' AND NOT pg_has_role(a.usename, w.oid, 'member')"
    " WHERE l.locktype = 'advisory' AND l.classid = ? AND l.objid = ? AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Turns(Protocol):
    """Two locks for one store; nobody keeps one when its process dies, however it dies."""

    def lead(self) -> AbstractContextManager[bool]:
        """True when this process now leads: nobody else runs the loop until the block ends."""

    def turn(self, seconds: float = 0) -> AbstractContextManager[bool]:
        """True when the turn is ours, waited for up to so many seconds; nobody else pulls or sends in the block."""


def turns_of(store: Store) -> Turns:
    """The locks of a store, for as long as it is open."""
    return ServerTurns(store) if store.path is None else FileTurns(store.path)


class FileTurns:
    """Two lock files beside the store; the system lets go of them when a process dies."""

    def __init__(self, store: Path) -> None:
        self._lead = FileLock(f"{store}.lead.lock", thread_local=False)
        self._turn = FileLock(f"{store}.sync.lock", thread_local=False)

    @contextmanager
    def lead(self) -> Iterator[bool]:
        """As `Turns` has it. Raises StoreProblem."""
        with _held(self._lead, 0) as held:
            yield held

    @contextmanager
    def turn(self, seconds: float = 0) -> Iterator[bool]:
        """As `Turns` has it. Raises StoreProblem."""
        with _held(self._turn, seconds) as held:
            yield held


class ServerTurns:
    """Two advisory locks, held by the very connection that claims what is sent.

    The server lets go of them when the connection ends, and who held them can claim nothing more through it: the store
    says so (StoreGone) before it connects again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._leads_by = 0
        """The back end that holds the lead; 0 for none."""

    @contextmanager
    def lead(self) -> Iterator[bool]:
        """As `Turns` has it. Raises StoreProblem."""
        with self._held(_LEAD, 0) as held:
            self._leads_by = self._back_end() if held else 0
            try:
                yield held
            finally:
                self._leads_by = 0

    @contextmanager
    def turn(self, seconds: float = 0) -> Iterator[bool]:
        """As `Turns` has it. Raises StoreProblem, and StoreGone where the lead was lost with its connection."""
        with self._held(_TURN, seconds) as held:
            if self._leads_by and self._leads_by != self._back_end():
                raise StoreGone("The connection that led was lost.", "Another worker may lead now.")
            yield held

    def _back_end(self) -> int:
        with self._store.read() as connection:
            return int(driver(connection).info.backend_pid)

    def _ask(self, statement: str, which: int) -> bool:
        with self._store.read() as connection:
            return bool(driven(connection, statement, (_LOCKS, which)).scalar_one())

    def _check_holder(self, which: int) -> None:
        """Raise StoreProblem where it is no worker: on a server anybody who logs in can take such a lock."""
        with self._store.read() as connection:
            name = driven(connection, _STRANGER, (_LOCKS, which)).scalar()
        if name is not None:
            raise StoreProblem(
                f"“{name}” keeps the worker from its work: they hold its lock on the server.",
                "Have their connection ended, or put them out: connect-console team remove NAME.",
            )

    @contextmanager
    def _held(self, which: int, seconds: float) -> Iterator[bool]:
        until = time.monotonic() + seconds
        while not (held := self._ask(_TAKE, which)) and time.monotonic() < until:
            time.sleep(_LOOK)
        if not held:
            self._check_holder(which)
            yield False
            return
        try:
            yield True
        except StoreGone:
            raise  # the server let go of it
        except BaseException:
            self._ask(_LET_GO, which)
            raise
        self._ask(_LET_GO, which)


@contextmanager
def _held(lock: FileLock, seconds: float) -> Iterator[bool]:
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        yield False
        return
    except OSError as problem:
        raise StoreProblem(
            f"The lock beside the store cannot be made: {problem.strerror}.", "Make the folder writable for you."
        ) from problem
    try:
        yield True
    finally:
        lock.release()
