"""What is open now: by age, by area, by crew; and how far targets were kept, by service and by area."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from services.domain.status import Status
from services.queue.snapshot import NONE, STATUSES, Mask
from services.queue.words import seconds
from services.supervise.base import Base
from services.supervise.counted import Names, Numbers, counts, group_of, names
from services.supervise.flow import BEFORE
from services.supervise.parts import Chart, Figures, Part, Series

OPEN, OVERDUE, CLOSED, KEPT, MISSED = "Open", "Overdue", "Closed", "Kept", "Missed"
IN_PROGRESS, WAITING = "In progress", "Waiting"
NOWHERE = "no area"
"""How what lies in none is called."""
AGES = (
    ("under 1 day", "", "1d"), ("1 to 3 days", "1d", "3d"), ("3 to 7 days", "3d", "1w"), ("1 to 2 weeks", "1w", "2w"),
    ("2 to 4 weeks", "2w", "4w"), ("over 4 weeks", "4w", ""),
)  # fmt: skip
"""Label, from that age on, below that age."""
GOAL = 0.9
"""The share of targets that is to be kept."""
ENOUGH = 10
"""A share of fewer says little: such services and areas stand behind, those with most overdue first."""
_IN_PROGRESS = STATUSES.index(Status.IN_PROGRESS)


def ages(base: Base) -> Chart:
    """Open requests by how long ago they came in, and which of them are overdue."""
    limits = [base.moment.ms - int((seconds(low) or 0) * 1000) for _, low, _ in AGES[1:]]
    requested = base.snapshot.requested_ms.take(base.open)
    age = np.searchsorted(-np.array(limits), -requested, side="right").astype(np.int16)
    late = counts(age, len(AGES), base.is_overdue)
    every, overdue = [], []
    for (label, low, high), number, of_those in zip(AGES, counts(age, len(AGES)), late, strict=True):
        words = ("is:open", f"-age<{low}" if low else "", f"age<{high}" if high else "")
        every.append(base.part(label, number, *words))
        overdue.append(base.part(label, of_those, "is:overdue", *words[1:]))
    return Chart("age", "Open, by age", "", (Series(OPEN, tuple(every)), Series(OVERDUE, tuple(overdue))))


def targets(base: Base, earlier: Base | None) -> Chart:
    """By service: open, overdue, and of those closed in the period with a due time how many were closed by then."""
    of = base.services.of

    def count(rows: Numbers, chosen: Mask | None = None) -> list[int]:
        return counts(group_of(base.snapshot, "service_idx", rows, of), len(base.services.labels), chosen)

    series = _targets(base, base.services, "service", count, earlier)
    return Chart("targets", "Targets kept, by service", "closed in the period", series)


def areas(base: Base, earlier: Base | None) -> Chart:
    """The same by area; a request in several (its ward, its neighborhood) counts in each."""

    def count(rows: Numbers, chosen: Mask | None = None) -> list[int]:
        return base.areas.counts(base.snapshot.area_idx.take(rows), chosen)

    series = _targets(base, base.areas.names, "area", count, earlier)
    return Chart("areas", "Targets kept, by area", "closed in the period", series)


def of_kind(chart: Chart, names: Collection[str]) -> Chart:
    """Of what is said by area what is said of these and of what lies in none; all of it where nothing is of these.

    A ward is part of a neighborhood: a list of both would say everything twice.
    """
    return chart.only({*names, NOWHERE}) if any(part.label in names for part in chart.series[0].parts) else chart


def areas_of_kind(made: Figures, names: Collection[str]) -> Figures:
    """The same figures, of areas those of one kind."""
    return replace(made, charts=made.charts | {"areas": of_kind(made.charts["areas"], names)})


def _kept(base: Base) -> tuple[Mask, Mask]:
    """Which of the closed rows were closed by their due time, and which had one."""
    due = base.snapshot.due_ms.take(base.closed)
    promised: Mask = due != NONE
    return promised & (base.snapshot.closed_ms.take(base.closed) <= due), promised


def _targets(
    base: Base,
    of: Names,
    key: str,
    count: Callable[[Numbers, Mask | None], list[int]],
    earlier: Base | None,
) -> tuple[Series, ...]:
    closed = f"closed:{base.words}"
    kept, promised = _kept(base)
    numbers = (
        count(base.open, None), count(base.open, base.is_overdue),
        count(base.closed, promised), count(base.closed, kept), count(base.closed, promised & ~kept),
    )  # fmt: skip
    words = (("is:open",), ("is:overdue",), (closed, "is:kept,missed"), (closed, "is:kept"), (closed, "is:missed"))

    def worst(i: int) -> tuple[bool, float, int]:
        opened, late, whole, well, _ = (column[i] for column in numbers)
        return whole < ENOUGH, well / whole if whole >= ENOUGH else -late, -opened

    shown = sorted((i for i, row in enumerate(zip(*numbers, strict=True)) if any(row)), key=worst)
    columns: list[list[Part]] = [[] for _ in words]
    for i in shown:
        whole = numbers[2][i]
        for at, (column, asked) in enumerate(zip(columns, words, strict=True)):
            share = numbers[at][i] / whole if at >= 3 and whole else None
            column.append(base.part(of.labels[i] or f"no {key}", numbers[at][i], of.words(key, i), *asked, value=share))
    titles = (OPEN, OVERDUE, CLOSED, KEPT, MISSED)
    series = tuple(Series(title, tuple(column)) for title, column in zip(titles, columns, strict=True))
    return (*series, _kept_before(earlier, of, key, count, shown)) if earlier else series


def _kept_before(
    base: Base, of: Names, key: str, count: Callable[[Numbers, Mask | None], list[int]], shown: Sequence[int]
) -> Series:
    """The share kept in the earlier time of those that are shown, and of all."""
    kept, promised = _kept(base)
    well, whole = count(base.closed, kept), count(base.closed, promised)
    closed = f"closed:{base.words}"
    parts = tuple(
        base.part(of.labels[i] or f"no {key}", well[i], of.words(key, i), closed, "is:kept",
                  value=well[i] / whole[i] if whole[i] else None)
        for i in shown
    )  # fmt: skip
    many, every = int(np.count_nonzero(kept)), int(np.count_nonzero(promised))
    return Series(KEPT + BEFORE, parts, base.part(KEPT, many, closed, "is:kept", value=many / every if every else None))


def crews(base: Base) -> Chart:
    """By crew, the fullest first: requests in progress (value: of its capacity), and open ones it has that are not."""
    snapshot = base.snapshot
    known = names([crew.name for crew in snapshot.crews])
    crew, size = snapshot.crew_idx.take(base.open), len(known.labels)
    has = crew >= 0
    group = known.of.take(np.compress(has, crew)) if size else np.empty(0, np.int16)
    working = np.compress(has, snapshot.status.take(base.open) == _IN_PROGRESS)
    capacity = np.zeros(size)
    np.add.at(capacity, known.of, [crew.capacity for crew in snapshot.crews])
    active = np.zeros(size, np.bool_)
    np.logical_or.at(active, known.of, [crew.active for crew in snapshot.crews])
    busy, waiting = counts(group, size, working), counts(group, size, ~working)
    load = [busy[i] / capacity[i] if capacity[i] else 1.0 for i in range(size)]
    shown = sorted(
        (i for i in range(size) if active[i] or busy[i] or waiting[i]), key=lambda i: (-load[i], -waiting[i])
    )
    first, then = [], []
    for i in shown:
        name, label = known.words("crew", i), known.labels[i]
        first.append(base.part(label, busy[i], name, "status:in_progress", value=load[i]))
        then.append(base.part(label, waiting[i], name, "is:open", "-status:in_progress"))
    series = (Series(IN_PROGRESS, tuple(first)), Series(WAITING, tuple(then)))
    return Chart("crews", "Crew load", "jobs in progress and waiting", series)
