"""From one desk to a team: a SQLite store is copied whole into an empty database, and compared row by row."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Table, Text, func, select

from services.errors import Bug, StoreProblem
from services.store import search
from services.store.backup import backup
from services.store.dialect import driven, driver, fetched, is_server, streamed
from services.store.server import SCHEMA
from services.store.store import Store
from services.store.tables import counter, event, meta, metadata, operation, outbox, request
from services.team.guards import owner, quoted, run_all
from services.team.setup import administering

TABLES = tuple(table for table in metadata.sorted_tables if table is not counter)
"""In the order in which rows refer to each other; the last numbers of years are sequences on a server."""
_TOGETHER = 5_000
_RESERVED = ("request", "caller", "text")
_COUNTED = (
    "crew",
    "event",
    "operation",
    "outbox",
    "call_back",
    "sla",
    "routing",
    "alert_rule",
    "alert",
    "alert_send",
    "crew_letter",
)
Told = Callable[[str, int], None]


def bring(file: Path, admin: str, told: Told = lambda table, rows: None) -> dict[str, int]:
    """Copy the store in a file into the empty store at the address, in one transaction; the rows by table.

    Everything comes along: history, texts, callers, what waits, numbers and the store's own id. The file stays as it
    is. `told` hears each table when it is there. Raises StoreProblem, where nothing is changed.
    """
    with tempfile.TemporaryDirectory(prefix="connect-console-") as folder:
        copy = Path(folder) / "desk.db"
        backup(f"sqlite:///{file.absolute()}", copy)
        with (
            closing(Store.open(f"sqlite:///{copy}")) as store,
            store.read() as source,
            administering(admin) as target,
        ):
            return _moved(source, target, told)


def _moved(source: Connection, target: Connection, told: Told) -> dict[str, int]:
    database = str(driven(target, "SELECT current_database()").scalar_one())
    run_all(target, (f"SET LOCAL ROLE {quoted(owner(database))}",))
    driven(target, f"SET LOCAL search_path = {SCHEMA}")
    _refuse_used(target)
    driven(target, "DELETE FROM meta")
    moved = {}
    for table in TABLES:
        _copied(source, target, table)
        moved[table.name] = _same(source, target, table)
        told(table.name, moved[table.name])
    _count_on(source, target)
    last = target.execute(select(func.max(request.c.id))).scalar() or 0
    for first in range(1, last + 1, _TOGETHER):
        search.enter_from(target, first, _TOGETHER)
        told("search", min(first + _TOGETHER - 1, last))
    driven(target, "ANALYZE")  # else questions are planned for empty tables until the server does it by itself
    return moved


def _refuse_used(target: Connection) -> None:
    for table in (request, event, operation, outbox):
        if target.execute(select(table).limit(1)).first() is not None:
            raise StoreProblem(
                "There is something in this database already; nothing was copied.", "Name an empty one: team init."
            )
    for table in reversed(TABLES):  # crews and services of a desk that only looked in
        if table is not meta:
            target.execute(table.delete())


def _copied(source: Connection, target: Connection, table: Table) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with driver(target).cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in _rows(source, table):
            copy.write_row(row)


def _rows(connection: Connection, table: Table) -> Iterator[tuple[object, ...]]:
    """The rows of a table in the order of its key, flags as PostgreSQL takes them."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    bytewise = ' COLLATE "C"' if is_server(connection) else ""
    key = ", ".join(f'"{c.name}"{bytewise if isinstance(c.type, Text) else ""}' for c in table.primary_key)
    flags = [isinstance(column.type, Boolean) for column in table.columns]
    for some in streamed(connection, f'SELECT {names} FROM "{table.name}" ORDER BY {key}', (), _TOGETHER):  # noqa: S608
        for row in some:
            yield tuple(bool(v) if flag and v is not None else v for v, flag in zip(row, flags, strict=True))


def _same(source: Connection, target: Connection, table: Table) -> int:
    """How many rows there are here and there. Raises StoreProblem unless they say the same."""
    lists = [isinstance(column.type, JSON) for column in table.columns]
    count = 0
    for ours, theirs in zip_longest(_rows(source, table), _rows(target, table)):
        if ours is None or theirs is None or not _agree(ours, theirs, lists):
            raise StoreProblem(f"Row {count + 1} of “{table.name}” did not arrive as it is; nothing was copied.")
        count += 1
    return count


def _agree(ours: tuple[Any, ...], theirs: tuple[Any, ...], lists: list[bool]) -> bool:
    return all(
        (json.loads(a) == b if is_list and a is not None else a == b)
        for a, b, is_list in zip(ours, theirs, lists, strict=True)
    )


def _count_on(source: Connection, target: Connection) -> None:
    """Every sequence goes on behind what is there."""
    for name in _RESERVED:
        driven(target, f"SELECT setval('{name}_numbers', max(id)) FROM {name} HAVING max(id) > 0")  # noqa: S608
    for table in (metadata.tables[name] for name in _COUNTED):
        key = table.primary_key.columns.values()[0].name
        found = fetched(target, "SELECT pg_get_serial_sequence(?, ?)", (table.name, key))
        if found[0][0] is None:
            raise Bug(f"{table.name} counts by no sequence.")
        driven(target, f"SELECT setval(?, max({key})) FROM {table.name} HAVING max({key}) > 0", found[0])  # noqa: S608
    for year, last in fetched(source, "SELECT year, last FROM counter"):
        driven(target, "SELECT setval(?, ?)", (f"number_{year % 100:02d}_numbers", last))
