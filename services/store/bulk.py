"""Writing many rows at once, past SQLAlchemy's handling of each; and a load without its indexes in the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, Connection, Table

from services.sqlite import UtcMillis, to_millis
from services.store.dialect import driver, is_server

CACHE_KIBIBYTES = 256 * 1024
_TOGETHER = 100
"""Rows that one statement inserts: a fifth quicker than one by one, and the interpreter is let go of once for all."""


FEW = 100
"""Up to so many rows a server gets as statements, which can go together with others; more as COPY, which cannot."""


def update_dicts(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Set the given columns of many rows at once; each holds its `id`, and the same columns."""
    if rows:
        names = (*(name for name in rows[0] if name != "id"), "id")
        mark = "%s" if is_server(connection) else "?"
        settings = ", ".join(f'"{name}" = {mark}' for name in names[:-1])
        statement = f'UPDATE "{table.name}" SET {settings} WHERE id = {mark}'  # noqa: S608 - our names
        driver(connection).cursor().executemany(statement, _tuples(table, names, rows))


def insert_dicts(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows at once; each holds the same columns, with values as SQLAlchemy takes them."""
    if rows:
        names = tuple(rows[0])
        insert_rows(connection, table, names, _tuples(table, names, rows))


def _tuples(table: Table, names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> Iterable[tuple[object, ...]]:
    """The rows as the driver takes them, made column by column."""
    return zip(*(_driver_values(table.c[name], [row[name] for row in rows]) for name in names), strict=True)


def _driver_values(column: Column[Any], values: Sequence[Any]) -> Sequence[object]:
    change = _change(column)
    return values if change is None else [None if v is None else change(v) for v in values]


@cache
def _change(column: Column[object]) -> Callable[..., object] | None:
    """How a value of this column becomes one of the driver's; None where it is one already."""
    if isinstance(column.type, UtcMillis):
        return to_millis
    return as_json if isinstance(column.type, JSON) else None


def as_json(value: object) -> str:
    """A value as JSON text."""
    if not value and isinstance(value, list | dict):
        return "[]" if isinstance(value, list) else "{}"
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half a character, which only the escapes of `json` can hold
        return json.dumps(msgspec.to_builtins(value))


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert tuples of driver values (moments as milliseconds, JSON as text) into these columns of a table."""
    columns = ", ".join(f'"{name}"' for name in names)
    if is_server(connection):
        ready = list(rows)  # making them may ask the same connection
        if len(ready) <= FEW:
            marks = ", ".join(["%s"] * len(names))
            insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - our names
            cursor = driver(connection).cursor()
            if len(ready) == 1:  # without what the driver does for many
                cursor.execute(insert, ready[0])
            else:
                cursor.executemany(insert, ready)
            return
        with driver(connection).cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in ready:
                copy.write_row(row)
        return
    marks = f"({', '.join('?' * len(names))})"
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES {marks}'  # noqa: S608 - our names
    together = statement + f", {marks}" * (_TOGETHER - 1)
    cursor, left = driver(connection).cursor(), iter(rows)
    while len(some := list(islice(left, _TOGETHER))) == _TOGETHER:
        cursor.execute(together, list(chain.from_iterable(some)))
    cursor.executemany(statement, some)


@contextmanager
def without_indexes(connection: Connection, *tables: Table) -> Iterator[None]:
    """Inside the block these tables have only the indexes that SQLite needs; all within the open transaction.

    On a server others work meanwhile: there the indexes stay.
    """
    if is_server(connection):
        yield
        return
    wanted = ", ".join(f"'{table.name}'" for table in tables)
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master"  # noqa: S608 - our names
        f" WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({wanted}) ORDER BY name"
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, statement in found:
        connection.exec_driver_sql(statement)


@contextmanager
def much_memory(connection: Connection) -> Iterator[None]:
    """A large page cache for the time of a load: sorting for an index stays in memory."""
    if is_server(connection):
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {-CACHE_KIBIBYTES}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")
