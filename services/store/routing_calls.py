"""What is taken down here goes by the routing rules too, once the time is over in which it can be taken back.

Whoever takes a call may not assign, so that the process which pulls and posts does it, in a thread beside.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from services.clocks import utcnow
from services.domain.policy import LOCAL, Policy
from services.domain.values import EventKind
from services.store.beside import beside
from services.store.changing import load
from services.store.routing import ROUTED, route, since
from services.store.store import Store
from services.store.tables import event, request
from services.store.writing import among

EVERY = 5.0
"""Seconds between two looks."""
BACK = 10_000
"""So many lines of history are looked at when a process begins: what was taken while there was none."""
Policies = Callable[[Store], Mapping[str, Policy]]
_ASSIGNED = event.alias()


@dataclass(slots=True)
class Calls:
    """One open store, and how far its history was looked at. Used by one thread."""

    store: Store
    policies: Policies
    hold: timedelta
    """So long what was taken can be taken back."""
    _head: int | None = None
    _young: set[int] = field(default_factory=set)
    """Those that can still be taken back."""

    def look(self) -> int:
        """Route what nobody has assigned; how many were looked at. Raises StoreProblem."""
        began = since(self.store)
        if began is None:
            self._head, self._young = None, set()
            return 0
        before = max(0, self.store.head() - BACK) if self._head is None else self._head
        self._head, ids = self.store.changes_since(before)
        until, after = self.store.clock() - self.hold, began - self.hold
        with self.store.read() as connection:
            taken = _taken(connection, {*ids, *self._young}, after)
        due = [row.id for row in taken if row.at <= until]
        self._young = {row.id for row in taken if row.at > until}
        if due:
            self._route(due, after)
        return len(due)

    def _route(self, ids: list[int], after: datetime) -> None:
        known = self.policies(self.store)
        with self.store.write() as connection:
            load(connection, ids)  # nobody assigns them meanwhile
            rows = _taken(connection, ids, after)
            for upstream in sorted({row.upstream for row in rows}):
                its = [row.id for row in rows if row.upstream == upstream]
                route(connection, known.get(upstream, LOCAL), self.store.clock(), its)


def _taken(connection: Connection, ids: Iterable[int], after: datetime) -> list[Row[Any]]:
    """Of these, what was taken down here since then and was never assigned; what was imported is none."""
    assigned = exists().where(_ASSIGNED.c.request_id == request.c.id, _ASSIGNED.c.kind == EventKind.ASSIGNED.value)
    asked = select(request.c.id, request.c.upstream, event.c.at).join(event, event.c.request_id == request.c.id)
    asked = asked.where(
        among(request.c.id, sorted(ids)),
        *(event.c.kind == EventKind.LOGGED.value, event.c.at >= after, event.c.data["imported"].as_string().is_(None)),
        *(request.c.crew_id.is_(None), request.c.status.in_(ROUTED), ~assigned),
    )
    rows: Sequence[Any] = connection.execute(asked.order_by(request.c.id)).all()
    return list(rows)


@dataclass(frozen=True, slots=True)
class Router:
    """Give `beside` to whoever holds the lead; it opens the store itself."""

    store_url: str
    policies: Policies
    hold: timedelta
    clock: Callable[[], datetime] = utcnow
    every: float = EVERY

    def beside(self, on_change: Callable[[], None]) -> AbstractContextManager[None]:
        """Route for as long as the block lasts; `on_change` is called, in another thread, when something was."""
        return beside("routing", self._opened, self._begin, self.every, on_change)

    def _opened(self) -> Store:
        return Store.open(self.store_url, clock=self.clock)

    def _begin(self, store: Store, stop: threading.Event) -> Callable[[], int]:
        del stop
        return Calls(store, self.policies, self.hold).look
