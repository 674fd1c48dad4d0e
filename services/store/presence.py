"""Who looks at which request just now, and who writes on it: told from desk to desk by the server, kept by nobody."""

from __future__ import annotations

from typing import NamedTuple

from services.store.dialect import driven, fetched
from services.store.store import Store


class Present(NamedTuple):
    """A colleague at the same request."""

    name: str
    writes: bool


_TELL = (
    "INSERT INTO presence (pid, actor, request_id, writes)"
    " SELECT pg_backend_pid(), session_user, ?, ? FROM (SELECT pg_advisory_lock(8312, pg_backend_pid())) AS held"
    " ON CONFLICT (pid) DO UPDATE SET actor = excluded.actor, request_id = excluded.request_id,"
    " writes = excluded.writes"
)
"""The lock is let go of with the connection, however that ends: then the row says nothing any more."""
_OTHERS = (
    "SELECT p.actor, bool_or(p.writes) FROM presence AS p JOIN pg_locks AS l ON l.objid = p.pid"
    " AND l.locktype = 'advisory' AND l.classid = 8312 AND l.pid = p.pid"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " WHERE p.request_id = ? AND p.pid <> pg_backend_pid() GROUP BY p.actor ORDER BY p.actor"
)


def tell(store: Store, request_id: int, *, writes: bool) -> None:
    """Say which request this desk looks at (0: none), and whether somebody writes on it. Raises StoreProblem.

    It is over with the desk's connection.
    """
    with store.write() as connection:
        driven(connection, _TELL, (request_id or None, writes))


def others(store: Store, request_id: int) -> tuple[Present, ...]:
    """Who else looks at a request, by name; one who sits at two desks once. Raises StoreProblem."""
    with store.read() as connection:
        return tuple(Present(str(name), bool(writes)) for name, writes in fetched(connection, _OTHERS, (request_id,)))
