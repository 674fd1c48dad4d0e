"""What the store knows of a call while it is taken down: who calls, and which open requests may be the same."""

from __future__ import annotations

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


class CallSide:
    """For the store's thread."""

    def __init__(self) -> None:
        self._nearby: Nearby | None = None

    def people(self, acting: Acting, phone: str) -> list[Person]:
        """Who calls from this number, with what they asked for before."""
        return callers.known(acting.store, phone, acting=acting)

    def duplicates(self, store: Store, snapshot: Snapshot, sought: Sought) -> list[Candidate]:
        """The open requests that the caller may mean, the likeliest first."""
        if self._nearby is None:
            habits = learn(snapshot, merging.services_joined(store))
            self._nearby = Nearby(snapshot, habits)
        else:
            self._nearby.follow(snapshot)
        return self._nearby.candidates(sought, lambda ids: descriptions(store, ids))
