"""The query words of the command line, and the requests that they mean."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    def of(cls, here: Context, words: Sequence[str], store: Store) -> Asked:
        """The query of these words, by the store's clock. Raises Invalid."""
        from services.queue.query import Moment, parse

        moment = Moment(store.clock(), here.settings.timezone, here.settings.actor.name)
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

    def unknown(self, snapshot: Snapshot) -> Iterator[str]:
        """A sentence for each area or service of the query that no request has, with the nearest that there is."""
        import numpy as np

        from services.queue.query import Query, count

        def search(_: str) -> Ints:
            return np.zeros(0, np.int64)

        for term in self.query.terms:
            for value in term.values if term.key in _NAMES and not term.negated else ():
                if value.lower() == "none":
                    continue
                alone = Query((replace(term, values=(value,)),))
                if not count(snapshot, alone, self.moment, search):
                    names = {name.casefold(): name for name in _NAMES[term.key](snapshot)}
                    near = difflib.get_close_matches(value.casefold(), names, 1, 0.0)
                    nearest = f" The nearest is “{names[near[0]]}”." if near else ""
                    yield f"No request has the {term.key} “{value}”.{nearest}"


def _areas(snapshot: Snapshot) -> set[str]:
    return {part for area in snapshot.areas for part in area.split(", ") if part}


_NAMES: dict[str, Callable[[Snapshot], Iterable[str]]] = {
    "area": _areas,
    "service": lambda snapshot: set(filter(None, snapshot.services)),
}
