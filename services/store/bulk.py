"""Loading many rows at once: plain tuples into a table, its indexes made again when all of them are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table

from services.errors import Bug

CACHE_KIBIBYTES = 256 * 1024


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert tuples of driver values (moments as milliseconds, JSON as text) into these columns of a table."""
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    driver = connection.connection.driver_connection
    if driver is None:
        raise Bug("The store is closed.")
    driver.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 - our names


@contextmanager
def without_indexes(connection: Connection, *tables: Table) -> Iterator[None]:
    """Inside the block these tables have only the indexes that SQLite needs; all within the open transaction."""
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
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {-CACHE_KIBIBYTES}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")
