"""What a word index beside the store is made from and kept current by: the searchable words, and whose have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.domain.values import EventKind
from services.store.dialect import driven, fetched
from services.store.schema import HEAD
from services.store.store import Store
from services.store.writing import id_list

Wording = tuple[int, str, str, str, str, str]
"""A request's id, and its number, place, description, callers and notes as they are searched."""
CHUNK = 500
"""Requests read at a time, each time in a transaction of its own."""
_WORDLESS = ", ".join(
    f"'{kind}'"
    for kind in (
        EventKind.ASSIGNED, EventKind.STATUS, EventKind.REFUSED, EventKind.UNKNOWN,
        EventKind.UNDONE, EventKind.REDONE, EventKind.REQUEUED, EventKind.GIVEN_UP, EventKind.MERGED,
        EventKind.CALLED_BACK,
    )
)  # fmt: skip
_WORDS = "SELECT id, number, place, description, callers, notes FROM request_words"
_NEXT = f"{_WORDS} WHERE id > ? ORDER BY id LIMIT {CHUNK}"
_CHOSEN = f"{_WORDS} WHERE id IN {{ids}} ORDER BY id"
_REWORDED = (  # put in order afterwards: asked for in order, SQLite would go through the index of all requests
    f"SELECT request_id FROM event WHERE {{since}} AND (text_id IS NOT NULL OR kind NOT IN ({_WORDLESS})"  # noqa: S608
    f" OR {{of}} IN ('{EventKind.JOINED}', '{EventKind.ENQUIRED}'))"
)
_MARK = "SELECT id, request_id, at, actor, kind, operation FROM event WHERE "


@dataclass(frozen=True, slots=True)
class Reworded:
    """Whose words may have changed since a head: ids in ascending order. `erased`: words had to vanish."""

    head: int
    ids: tuple[int, ...]
    erased: bool


def wordings(store: Store, ids: Sequence[int] | None = None) -> Iterator[list[Wording]]:
    """The words of every request (or of these) in order of id, some hundred at a time."""
    if ids is not None:
        for start in range(0, len(ids), CHUNK):
            yield _read(store, _CHOSEN, id_list(ids[start : start + CHUNK]))
        return
    last = -(2**63)
    while chunk := _read(store, _NEXT, last):
        yield chunk
        last = chunk[-1][0]


def _read(store: Store, statement: str, parameter: object) -> list[Wording]:
    with store.read() as connection:
        return fetched(connection, statement, (parameter,))


def reworded(store: Store, head: int) -> Reworded:
    """Whose words may have changed after `head`."""
    with store.read() as connection:
        gone = "SELECT 1 FROM event WHERE {since} AND kind = ? LIMIT 1"
        erased = driven(connection, gone, (head, EventKind.ERASED.value)).first()
        ids = set(driven(connection, _REWORDED, (head,)).scalars())
        return Reworded(store.head(), tuple(sorted(ids)), erased is not None)


def mark(store: Store, head: int) -> str:
    """A digest of the event at `head`: another after a copy was put back and history went on differently.

    Another, too, for a store of another shape, where other words may be searched.
    """
    with store.read() as connection:
        row = driven(connection, _MARK + "{at_head}", (head,)).one_or_none()
    return hashlib.blake2b(repr((HEAD, *row) if row else HEAD).encode(), digest_size=12).hexdigest()


def index_file(store: Path) -> Path:
    """Where a desk keeps its word index of the store at this path."""
    return store.with_name(f"{store.name}.words")


def forget_index(store: Path) -> None:
    """Delete the word index beside the store, and what a broken-off build left: they hold words that are to vanish.

    Where a system keeps a file that is in use, the desk that uses it writes it anew.
    """
    file = index_file(store)
    for path in (file, *file.parent.glob(f"{file.name}.*.part")):
        with suppress(PermissionError, IsADirectoryError):
            path.unlink(missing_ok=True)
