"""What the store knows of a call while it is taken down: who calls, and which open requests may be the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from services.intake.duplicates import Candidate, Nearby, Sought
from services.queue.snapshot import Snapshot
from services.store import callers
from services.store.callers import Person
from services.store.descriptions import descriptions

if TYPE_CHECKING:
    from services.store.acting import Acting
    from services.store.store import Store


class CallSide:
    """For the store's thread, but for `prepare`."""

    def __init__(self) -> None:
        self._nearby: Nearby | None = None
        self._turn = threading.Lock()

    def prepare(self, snapshot: Snapshot) -> None:
        """Sort the open requests of a large city now (a second, for a million), for the first call to be answered soon.

        For any thread; does nothing once a call has been answered.
        """
        with self._turn:
            self._ready(snapshot)

    def _ready(self, snapshot: Snapshot) -> Nearby:
        if self._nearby is None:
            self._nearby = Nearby(snapshot)
        return self._nearby

    def people(self, acting: Acting, phone: str) -> list[Person]:
        """Who calls from this number, with what they asked for before."""
        return callers.known(acting.store, phone, acting=acting)

    def duplicates(self, store: Store, snapshot: Snapshot, sought: Sought) -> list[Candidate]:
        """The open requests that the caller may mean, the likeliest first."""
        with self._turn:
            nearby = self._ready(snapshot)
            nearby.follow(snapshot)
            return nearby.candidates(sought, lambda ids: descriptions(store, ids))
