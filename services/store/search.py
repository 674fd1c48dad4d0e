"""Full-text search over requests: the index is told before and after its words change, one statement for many rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from services.store import lexemes
from services.store.dialect import driven, fetched, is_server
from services.store.lexemes import folded
from services.store.writing import id_list

__all__ = ["callers_called", "enter", "enter_from", "expression", "folded", "forget", "leave", "matches", "typed_words"]

TOKENIZER = "unicode61 remove_diacritics 2"
"""As the table `search` was made."""
LONGEST = 32768
"""Bytes of a token that FTS5 keeps and compares."""
_COLUMNS = "number, place, description, callers, notes"
_ROWS = f"SELECT id, {_COLUMNS} FROM request_words WHERE id IN {{ids}}"  # noqa: S608 - constants


def leave(connection: Connection, ids: Iterable[int]) -> None:
    """Take these requests out of the index; called before their words change."""
    if not is_server(connection):  # there, `enter` writes over what was
        statement = f"INSERT INTO search (search, rowid, {_COLUMNS}) SELECT 'delete', * FROM ({_ROWS})"  # noqa: S608
        driven(connection, statement, (id_list(ids),))


def enter(connection: Connection, ids: Iterable[int]) -> None:
    """Put these requests into the index; called after their words changed."""
    if is_server(connection):
        lexemes.write(connection, fetched(connection, _ROWS, (id_list(ids),)))
    else:
        driven(connection, f"INSERT INTO search (rowid, {_COLUMNS}) {_ROWS}", (id_list(ids),))


def enter_from(connection: Connection, first: int, count: int) -> None:
    """Put `count` requests from this id on into the index; called after many were added at the end."""
    rows = f"SELECT id, {_COLUMNS} FROM request_words WHERE id BETWEEN ? AND ?"  # noqa: S608 - constants
    those = first, first + count - 1
    if is_server(connection):
        lexemes.write(connection, fetched(connection, rows, those))
    else:
        driven(connection, f"INSERT INTO search (rowid, {_COLUMNS}) {rows}", those)


def forget(connection: Connection) -> None:
    """Rewrite the index so that words taken out of it are no longer in the file; a server's vacuum does so itself."""
    if not is_server(connection):
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('optimize')")


def typed_words(words: str) -> list[str]:
    """The words that a person typed, without those that are nothing but signs."""
    cleaned = words.encode("utf-8", "ignore").decode().replace("\0", " ")
    return [word for word in cleaned.split() if any(c.isalnum() for c in word)]


def expression(words: str) -> str:
    """What a person typed as an FTS5 query: every word a quoted prefix, all of them needed; "" when there is none."""
    return " ".join('"' + word.replace('"', '""') + '"*' for word in typed_words(words))


def callers_called(connection: Connection, words: str, most: int) -> list[int]:
    """Ids of the newest requests of which a caller's row holds all the words."""
    if is_server(connection):
        return lexemes.found(connection, typed_words(words), lexemes.CALLERS, most)
    query = expression(words)
    asked = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [row[0] for row in connection.exec_driver_sql(asked, (f"callers : ({query})", most))] if query else []


def matches(connection: Connection, words: str) -> list[int]:
    """Ids of the requests that hold all the words, in ascending order."""
    if is_server(connection):
        return sorted(lexemes.found(connection, typed_words(words)))
    query = expression(words)
    if not query:
        return []
    rows = connection.exec_driver_sql("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid", (query,))
    return [row[0] for row in rows]
