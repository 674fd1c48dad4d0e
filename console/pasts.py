"""What was learned of who takes the requests of a service, kept as long as it may be of use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

if TYPE_CHECKING:
    from services.dispatch.history import Answers, History
    from services.queue.snapshot import Snapshot

KEPT = 32
"""Of so many services."""


class Pasts:
    """Of each service the newest that was learned. To learn takes up to 0.1 s where a service has many requests."""

    def __init__(self) -> None:
        self.answers: Answers = {}
        """What was answered on past forms, as far as it was read."""
        self._kept: dict[str, tuple[ReferenceType[Snapshot], Answers, History]] = {}

    def lately(self, service: str) -> History | None:
        """What is known of a service, perhaps from a list that has changed since; None where nothing is."""
        kept = self._kept.get(service)
        return kept[2] if kept else None

    def is_new(self, snapshot: Snapshot, service: str) -> bool:
        """Whether what is known of a service is of this list, and of the answers that were read last."""
        kept = self._kept.get(service)
        return kept is not None and kept[0]() is snapshot and kept[1] is self.answers

    def keep(self, snapshot: Snapshot, answers: Answers, service: str, history: History) -> None:
        """Keep what was learned of a service, and forget what was learned first of many others."""
        self._kept.pop(service, None)
        self._kept[service] = ref(snapshot), answers, history
        for old in list(self._kept)[:-KEPT]:
            del self._kept[old]

    def surely(self, snapshot: Snapshot, service: str) -> History:
        """What this list tells of a service, learned now where it is not known."""
        from services.dispatch.history import learn

        if not self.is_new(snapshot, service):
            self.keep(snapshot, self.answers, service, learn(snapshot, [service], self.answers))
        return self._kept[service][2]
