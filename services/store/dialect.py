"""The few words of SQL in which SQLite and PostgreSQL differ, so that each statement is written once.

A statement names them in braces ("WHERE id IN {ids}") and has a question mark for each parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from services.errors import Bug

POSTGRESQL = "postgresql"
_LISTED = "(SELECT CAST(listed.value AS bigint) FROM json_array_elements_text(CAST(? AS json)) AS listed(value))"
_WORDS: dict[str, dict[str, str]] = {
    "sqlite": {
        "ids": "(SELECT value FROM json_each(?))",
        "texts": "json_each(?)",
        "since": "id > ?",
        "at_head": "id = ?",
        "of": "json_extract(data, '$.of')",
        "holder": "json_extract(e.data, '$.holder')",
        "seconds": "json_extract(e.data, '$.seconds')",
        "was": "json_extract(e.data, '$.from')",
        "is": "json_extract(e.data, '$.to')",
        "joined": "group_concat",
        "object": "json_object",
        "identity": "request",
        "list": "json_array",
        "lists": "json_group_array",
        "json": "json",
        "head": "SELECT coalesce(max(id), 0) FROM event",
        # DISTINCT or ORDER BY by request would lead SQLite through the index of every event there is.
        "told_since": "IN (SELECT request_id FROM event WHERE id > ?)",
    },
    POSTGRESQL: {
        "ids": _LISTED,
        "texts": "json_array_elements_text(CAST(? AS json))",
        "since": "tx >= ?",
        "at_head": "tx < ? ORDER BY tx DESC, id DESC LIMIT 1",
        "of": "(data ->> 'of')",
        "holder": "(e.data ->> 'holder')",
        "seconds": "CAST(e.data ->> 'seconds' AS integer)",
        "was": "(e.data ->> 'from')",
        "is": "(e.data ->> 'to')",
        "joined": "string_agg",
        "object": "json_build_object",
        "identity": "request_identity",
        "list": "json_build_array",
        "lists": "json_agg",
        "json": "",
        # No transaction that is under way, or yet to come, is older. Nothing past the last event that can be seen
        # counts: the numbers of transactions that saved nothing may be given again when the server falls.
        "head": "SELECT least(CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint),"
        " coalesce((SELECT max(tx) + 1 FROM event), 0))",
        # A bound that is asked for, and one from above: so it is planned once, for few events, whatever the head is.
        "told_since": "= ANY (ARRAY(SELECT request_id FROM event"
        " WHERE tx BETWEEN (SELECT CAST(? AS bigint)) AND 9223372036854775807))",
    },
}
"""`ids`, `texts`: a JSON list as a table. `identity`: where a request's id is found by its number. `since`: events
after a head; `at_head`: the last before it.

`head`: how far the history has come; `told_since`: requests of the events after a head.
"""
Parameters = Sequence[object]
Question = tuple[str, Parameters]
"""A statement and its parameters."""


def is_server(connection: Connection) -> bool:
    """True where many desks share the store."""
    return connection.dialect.name == POSTGRESQL


@cache
def _spoken(statement: str, dialect: str) -> str:
    said = statement.format_map(_WORDS[dialect])
    return said.replace("%", "%%").replace("?", "%s") if dialect == POSTGRESQL else said


def driven(connection: Connection, statement: str, parameters: Parameters = ()) -> CursorResult[Any]:
    """Run a statement past SQLAlchemy's compiler."""
    return connection.exec_driver_sql(_spoken(statement, connection.dialect.name), tuple(parameters))


def fetched(connection: Connection, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Its rows, as plain as the driver gives them."""
    cursor = _run(connection, statement, parameters)
    return list(cursor.fetchall()) if cursor.description else []


def written(connection: Connection, statement: str, parameters: Parameters = ()) -> None:
    """Run a statement of whose answer nothing is needed but that there is no fault; within `at_last`, without it."""
    _run(connection, statement, parameters)


def _run(connection: Connection, statement: str, parameters: Parameters) -> Any:  # noqa: ANN401 - a driver's cursor
    with _one_kind(connection):
        return driver(connection).execute(_spoken(statement, connection.dialect.name), tuple(parameters))


@contextmanager
def _one_kind(connection: Connection) -> Iterator[None]:
    """What breaks a rule of the tables is of one kind, whichever the driver: `IntegrityError`."""
    try:
        yield
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError("", None, error) from error


def answered(connection: Connection, *questions: Question) -> list[list[tuple[Any, ...]]]:
    """The rows of each question; a server gets them all at once, and where they are the first its BEGIN with them."""
    if not is_server(connection):
        return [fetched(connection, *question) for question in questions]
    own = driver(connection)
    begins = not own.autocommit and not own.info.transaction_status
    if begins:  # else the driver asks BEGIN by itself, and waits for the answer
        own.autocommit = True
    with own.pipeline():
        if begins:
            what = "ONLY" if own.read_only else "WRITE"
            own.execute(f"BEGIN ISOLATION LEVEL {own.isolation_level.name.replace('_', ' ')} READ {what}")
        cursors = [_run(connection, *question) for question in questions]
    return [cursor.fetchall() for cursor in cursors]


@contextmanager
def at_last(connection: Connection) -> Iterator[None]:
    """What is `written` in the block ends the transaction: a server gets it with the COMMIT at once."""
    if not is_server(connection):
        yield
        return
    own = driver(connection)
    with _one_kind(connection), own.pipeline():
        yield
        own.execute("COMMIT")


def streamed(connection: Connection, statement: str, parameters: Parameters, together: int) -> Iterator[list[Any]]:
    """Its rows, so many at a time: of a million only some are in memory at once."""
    asked = _spoken(statement, connection.dialect.name)
    named = {"name": "streamed"} if is_server(connection) else {}
    cursor = driver(connection).cursor(**named)
    try:
        cursor.execute(asked, tuple(parameters))
        while some := cursor.fetchmany(together):
            yield some
    finally:
        cursor.close()


def driver(connection: Connection) -> Any:  # noqa: ANN401 - sqlite3's connection, or psycopg's
    """The driver's own connection."""
    own = connection.connection.driver_connection
    if own is None:
        raise Bug("The store is closed.")
    return own


def held(connection: Connection) -> str:
    """Where the requests of a list of ids are read, in the order of their ids; in a write they stay so until it ends.

    On a server a row may be put on another shelf meanwhile: this looks for it again.
    """
    is_write = is_server(connection) and not driver(connection).read_only
    return "held(CAST(? AS json))" if is_write else "request WHERE id IN {ids} ORDER BY id"


def repeated(connection: Connection, statement: str, rows: Iterable[Parameters]) -> None:
    """Run a statement once for each of many rows of parameters."""
    cursor = driver(connection).cursor()
    try:
        cursor.executemany(_spoken(statement, connection.dialect.name), rows)
    finally:
        cursor.close()


def upsert(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT with ON CONFLICT; both dialects spell it alike."""
    return postgresql.insert(table) if is_server(connection) else sqlite.insert(table)  # type: ignore[return-value]
