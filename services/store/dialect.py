"""The few words of SQL in which SQLite and PostgreSQL differ, so that each statement is written once.

A statement names them in braces ("WHERE id IN {ids}") and has a question mark for each parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite

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
        "object": "json_object",
        "identity": "request",
    },
    POSTGRESQL: {
        "ids": _LISTED,
        "texts": "json_array_elements_text(CAST(? AS json))",
        "since": "tx >= ?",
        "at_head": "tx < ? ORDER BY tx DESC, id DESC LIMIT 1",
        "of": "(data ->> 'of')",
        "holder": "(e.data ->> 'holder')",
        "object": "json_build_object",
        "identity": "request_identity",
    },
}
"""`ids`, `texts`: a JSON list as a table. `identity`: where a request's id is found by its number. `since`: events
after a head; `at_head`: the last before it."""
Parameters = Sequence[object]


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
    rows = driven(connection, statement, parameters)
    return list(rows.cursor.fetchall()) if rows.cursor else []


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
