"""Which requests are merged into which."""

from __future__ import annotations

from sqlalchemy import Connection, select

from services.store.tables import request
from services.store.writing import among


def merged(connection: Connection, request_id: int) -> list[int]:
    """Ids of the requests that are merged into this one, and of those merged into them, in ascending order."""
    found: set[int] = set()
    level = [request_id]
    while level:
        below = select(request.c.id).where(request.c.merged_into.is_not(None), among(request.c.merged_into, level))
        level = [i for i in connection.execute(below).scalars() if i not in found]
        found.update(level)
    return sorted(found)


def kept_of(connection: Connection, request_id: int) -> int:
    """The request that stands for this one: itself, or the one that it was merged into, however many steps away."""
    into = select(request.c.merged_into).where(request.c.id == request_id)
    above = connection.execute(into).scalar()
    return request_id if above is None else kept_of(connection, int(above))
