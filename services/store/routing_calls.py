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
from services.store.routing import ROUTED, route, takers, versions
from services.store.store import Store
from services.store.tables import event, request
from services.store.writing import among

EVERY = 5.0
"""Seconds between two looks."""
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
        """Route what nobody has assigned; how many were given a crew. Raises StoreProblem.

        Each goes by the rules that held when it could no longer be taken back, whenever that is looked at: rules saved
        since change nothing about it, and what was taken while no process looked is routed by the next one.
        """
        with self.store.read() as connection:
            known = versions(connection)
            if not known:
                return 0
            head, ids = (self.store.head(), None) if self._head is None else self.store.changes_since(self._head)
            taken = _taken(connection, None if ids is None else {*ids, *self._young})
            until = self.store.clock() - self.hold
            groups = self._by_rules([row for row in taken if row.at <= until], known)
            found = [takers(connection, its, version) for (_, version), its in groups.items()]
        to_give = sorted(i for by_rule in found for its in by_rule.values() for i in its)
        given = self._route(to_give, known) if to_give else 0
        self._head, self._young = head, {row.id for row in taken if row.at > until}
        return given

    def _route(self, ids: list[int], known: list[tuple[int, datetime]]) -> int:
        policies = self.policies(self.store)
        with self.store.write() as connection:
            load(connection, ids)  # nobody assigns them meanwhile
            groups = self._by_rules(_taken(connection, ids), known)
            now = self.store.clock()
            return sum(
                route(connection, policies.get(upstream, LOCAL), now, its, version)
                for (upstream, version), its in groups.items()
            )

    def _by_rules(self, rows: list[Row[Any]], known: list[tuple[int, datetime]]) -> dict[tuple[str, int], list[int]]:
        """By upstream and version of the rules that held once they could not be taken back; before the first, none."""
        groups: dict[tuple[str, int], list[int]] = {}
        for row in rows:
            version = next((number for number, at in known if at <= row.at + self.hold), 0)
            if version:
                groups.setdefault((row.upstream, version), []).append(row.id)
        return groups


def _taken(connection: Connection, ids: Iterable[int] | None) -> list[Row[Any]]:
    """Of these, or of all, what was taken down here and was never assigned; what was imported is none."""
    assigned = exists().where(_ASSIGNED.c.request_id == request.c.id, _ASSIGNED.c.kind == EventKind.ASSIGNED.value)
    asked = select(request.c.id, request.c.upstream, event.c.at).join(event, event.c.request_id == request.c.id)
    asked = asked.where(
        *(() if ids is None else (among(request.c.id, sorted(ids)),)),
        *(event.c.kind == EventKind.LOGGED.value, event.c.data["imported"].as_string().is_(None)),
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
