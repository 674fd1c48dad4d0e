"""What residents wrote and answered, for many requests at once; the queue's columns leave it out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import select

from services.errors import Expected
from services.store.dialect import fetched
from services.store.store import Store
from services.store.tables import request
from services.store.writing import among

CHUNK = 500
_MANY = 5_000
_NONE = "{}"
_NEWEST = (
    "SELECT id, upstream, service_code, service, description FROM request"
    " WHERE id < ? AND description <> '' ORDER BY id DESC LIMIT ?"
)
_ANSWERS = "SELECT id, CAST(attributes AS text) FROM request WHERE id < ? AND id >= ? ORDER BY id DESC"
_BEFORE = "SELECT max(id) FROM request"


def descriptions(store: Store, ids: Sequence[int]) -> dict[int, str]:
    """The description of each of these requests, by id."""
    with store.read() as connection:
        chosen = select(request.c.id, request.c.description).where(among(request.c.id, ids))
        return {row.id: row.description for row in connection.execute(chosen)}


def newest(store: Store, most: int) -> Iterator[tuple[str, str, str, str]]:
    """Upstream, service code, service and description of the newest requests that have one, the newest first.

    Read some hundred at a time, each time in a transaction of its own, so that nobody waits long.
    """
    before = 2**63 - 1
    for read in range(0, most, CHUNK):
        with store.read() as connection:
            rows = fetched(connection, _NEWEST, (before, min(most - read, CHUNK)))
        for row in rows:
            yield row[1], row[2], row[3], row[4]
        if not rows:
            return
        before = rows[-1][0]


def answers(store: Store, most: int, ended: Callable[[], bool] = lambda: False) -> dict[int, dict[str, str]]:
    """Of the newest requests, what was answered on their forms by code of the question; those with answers, by id.

    Read some thousand at a time, each time in a transaction of its own. Raises Expected once `ended` says so.
    """
    found: dict[int, dict[str, str]] = {}
    with store.read() as connection:
        newest_id = fetched(connection, _BEFORE)[0][0] or 0
    for before in range(newest_id + 1, max(newest_id + 1 - most, 1), -_MANY):
        if ended():
            raise Expected("The desk closes.")
        with store.read() as connection:
            rows = fetched(connection, _ANSWERS, (before, max(before - _MANY, newest_id + 1 - most)))
        given = ((number, json.loads(kept)) for number, kept in rows if kept != _NONE)
        found |= {number: {code: ", ".join(said) for code, said in kept.items()} for number, kept in given}
    return found
