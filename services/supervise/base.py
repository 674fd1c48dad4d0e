"""What all figures of one moment start from: the requests they are of, and which of those fall into the period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from services.queue.dates import span
from services.queue.snapshot import CLOSED, NONE, Ints, Mask, Snapshot
from services.queue.words import Moment
from services.supervise.counted import AreaNames, Names, Numbers, Rows, area_names, between, names, slots
from services.supervise.parts import Part
from services.supervise.periods import Bucket, Period


@dataclass(frozen=True)
class Base:
    """The requests that the figures are of, at a moment, in a period."""

    snapshot: Snapshot
    moment: Moment
    period: Period
    within: str = ""
    """The query words that say which requests these are; "" for all."""
    only: Mask | None = None
    """Which rows those words find; None for all."""
    back: int = 0
    """Where it is more than 0, what counts lies so many days before the period, or as many weeks as that has."""

    def before(self, back: int) -> Base | None:
        """The same requests, so many days before; None for 0."""
        return replace(self, back=back) if back else None

    @property
    def words(self) -> str:
        """The time that counts, as it stands behind opened: or closed: in a query."""
        return self.period.words_before(self.back) if self.back else self.period.words

    def query(self, *words: str) -> str:
        """These words, of the requests that the figures are of."""
        return " ".join(filter(None, (self.within, *words)))

    def part(self, label: str, count: int, *words: str, value: float | None = None) -> Part:
        """A part with the query of those words."""
        return Part(label, int(count), self.query(*words), value)

    @cached_property
    def buckets(self) -> tuple[Bucket, ...]:
        """The bars of the period."""
        return tuple(self.period.buckets_before(self.back) if self.back else self.period.buckets())

    @cached_property
    def opened(self) -> Rows:
        """The rows that came in during the period."""
        return self._during(self.snapshot.requested_ms, self.words)

    @cached_property
    def closed(self) -> Rows:
        """The rows that were closed during the period."""
        return self._during(self.snapshot.closed_ms, self.words)

    def drawn(self, column: Ints, buckets: Sequence[Bucket]) -> Rows:
        """The rows whose moment lies in one of the buckets; the last of an earlier time goes on to its end."""
        return between(column, buckets[0].start, buckets[-1].end, self.only) if buckets else np.empty(0, np.int64)

    @cached_property
    def opened_drawn(self) -> Rows:
        """The rows that came in during one of the spells."""
        return self.drawn(self.snapshot.requested_ms, self.spells) if self.back else self.opened

    @cached_property
    def closed_drawn(self) -> Rows:
        """The rows that were closed during one of the spells."""
        return self.drawn(self.snapshot.closed_ms, self.spells) if self.back else self.closed

    def _during(self, column: Ints, words: str) -> Rows:
        start, end = span(words, self.period.zone) or (0, 0)
        return between(column, start, end, self.only)

    @cached_property
    def spells(self) -> tuple[Bucket, ...]:
        """The points of its shares and lengths of time."""
        unit = self.period.coarse
        return tuple(self.period.buckets_before(self.back, unit) if self.back else self.period.buckets(unit))

    @cached_property
    def opened_slot(self) -> Numbers:
        """In which bucket each of the rows that came in lies."""
        return self._slot(self.snapshot.requested_ms, self.opened, self.buckets)

    @cached_property
    def closed_slot(self) -> Numbers:
        """In which bucket each of the closed rows lies."""
        return self._slot(self.snapshot.closed_ms, self.closed, self.buckets)

    def _slot(self, column: Ints, rows: Rows, buckets: Sequence[Bucket]) -> Numbers:
        return slots(column.take(rows), buckets) if buckets else np.full(len(rows), 0, np.int16)

    @cached_property
    def opened_spell(self) -> Numbers:
        """In which spell each of `opened_drawn` lies."""
        return self._slot(self.snapshot.requested_ms, self.opened_drawn, self.spells)

    @cached_property
    def closed_spell(self) -> Numbers:
        """In which spell each of `closed_drawn` lies."""
        return self._slot(self.snapshot.closed_ms, self.closed_drawn, self.spells)

    @cached_property
    def open(self) -> Rows:
        """The rows that are open now, whenever they came in."""
        is_open = np.not_equal(self.snapshot.status, CLOSED)
        return np.flatnonzero(is_open if self.only is None else is_open & self.only)

    @cached_property
    def is_overdue(self) -> Mask:
        """Which of the open rows are overdue."""
        due = self.snapshot.due_ms.take(self.open)
        late: Mask = (due != NONE) & (due < self.moment.ms)
        return late

    @cached_property
    def services(self) -> Names:
        """The services' names."""
        return names(self.snapshot.services)

    @cached_property
    def areas(self) -> AreaNames:
        """The areas' names."""
        return area_names(self.snapshot.areas)
