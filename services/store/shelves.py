"""On a server, what was closed in an earlier year is put on the shelf of its year, a few at a time, by the worker."""

from __future__ import annotations

from services.store.dialect import driven
from services.store.store import Store

AT_ONCE = 200
"""Requests of one transaction: who wants one of them waits for no more than these."""
_MAY = "SELECT coalesce(has_function_privilege(to_regprocedure('guard.shelve(integer)'), 'EXECUTE'), false)"


def keep(store: Store) -> int:
    """Move some requests to the shelf where they belong; how many, 0 where all lie right. Raises StoreProblem.

    A file has no shelves, and of those who log in at a server only the worker keeps them.
    """
    if store.path is not None:
        return 0
    with store.write() as connection:
        if not driven(connection, _MAY).scalar_one():
            return 0
        driven(connection, "SELECT guard.shelf_made()")
    with store.write() as connection:
        return int(driven(connection, "SELECT guard.shelve(?)", (AT_ONCE,)).scalar_one())
