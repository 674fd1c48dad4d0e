"""What residents wrote, for many requests at once; the queue's columns leave it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from services.store.dialect import fetched
from services.store.store import Store
from services.store.tables import request
from services.store.writing import among

CHUNK = 500
_NEWEST = (
    "SELECT id, upstream, service_code, service, description FROM request"
    " WHERE id < ? AND description <> '' ORDER BY id DESC LIMIT ?"
)


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
