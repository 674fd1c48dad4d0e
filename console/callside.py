"""What the store knows of a call while it is taken down: who calls, and which open requests may be the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from services.intake.duplicates import Candidate, Nearby, Sought
from services.intake.habits import learn
from services.queue.snapshot import Snapshot
from services.store import callers, merging
from services.store.callers import Person
from services.store.descriptions import descriptions

if TYPE_CHECKING:
    from services.store.acting import Acting
    from services.store.store import Store

Joined = Sequence[tuple[str, str]]
"""The services of each request that was merged here, and of the one that it was merged into."""


class CallSide:
    """For the store's thread, but for `prepare`."""

    def __init__(self) -> None:
        self._nearby: Nearby | None = None
        self._alone: Nearby | None = None
        self._turn = threading.Lock()

    def prepare(self, snapshot: Snapshot, joined: Joined) -> None:
        """Sort the open requests of a large city now (a second, for a million), for the first call to be answered soon.

        For any thread; does nothing once a call has been answered. `joined`: as `merging.services_joined` gives it.
        """
        with self._turn:
            self._ready(snapshot, lambda: joined)

    def _ready(self, snapshot: Snapshot, joined: Callable[[], Joined]) -> Nearby:
        if self._nearby is None:
            self._nearby = Nearby(snapshot, learn(snapshot, joined()))
        return self._nearby

    def people(self, acting: Acting, phone: str) -> list[Person]:
        """Who calls from this number, with what they asked for before."""
        return callers.known(acting.store, phone, acting=acting)

    def duplicates(self, store: Store | None, snapshot: Snapshot, sought: Sought) -> list[Candidate]:
        """The open requests that the caller may mean, the likeliest first; without a store by what the list tells."""
        with self._turn:
            if store is None:
                return self._by_list(snapshot, replace(sought, words=""))
            nearby = self._ready(snapshot, lambda: merging.services_joined(store))
            nearby.follow(snapshot)
            return nearby.candidates(sought, lambda ids: descriptions(store, ids))

    def _by_list(self, snapshot: Snapshot, sought: Sought) -> list[Candidate]:
        """What reports say is at the server, and what was merged there: neither counts while it is gone."""
        nearby = self._nearby or self._alone or Nearby(snapshot)
        if self._nearby is None:
            self._alone = nearby
        nearby.follow(snapshot)
        return nearby.candidates(sought, lambda _: {})
