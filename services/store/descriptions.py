"""What residents wrote, for many requests at once; the queue's columns leave it out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.store.store import Store
from services.store.tables import request
from services.store.writing import among


def descriptions(store: Store, ids: Sequence[int]) -> dict[int, str]:
    """The description of each of these requests, by id."""
    with store.read() as connection:
        chosen = select(request.c.id, request.c.description).where(among(request.c.id, ids))
        return {row.id: row.description for row in connection.execute(chosen)}
