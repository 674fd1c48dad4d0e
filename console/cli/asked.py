"""The query words of the command line, and the requests that they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.cli.context import Context

if TYPE_CHECKING:
    from services.queue.query import Moment, Query
    from services.queue.snapshot import Ints, Snapshot
    from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and when and by whom it is asked."""

    query: Query
    moment: Moment

    @classmethod
    def of(cls, here: Context, words: Sequence[str]) -> Asked:
        """The query of these words. Raises Invalid."""
        from services.queue.query import Moment, parse

        moment = Moment(datetime.now(UTC), here.settings.timezone, here.settings.actor.name)
        query = parse(" ".join(words)).at(moment)
        query.check()
        return cls(query, moment)

    def rows(self, store: Store, snapshot: Snapshot) -> Ints:
        """The rows of a snapshot of this store that it means, in the desk's order. Raises Invalid."""
        import numpy as np

        from services.queue.query import run
        from services.store.queries import search

        moment = self.moment
        if self.query.asks_risk:
            from services.supervise.risks import foreseen

            snapshot, moment = foreseen(snapshot, moment)
            self.query.at(moment).check()
        return run(snapshot, self.query, moment, lambda words: np.array(search(store, words), np.int64))
