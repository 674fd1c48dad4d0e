"""The figures of the weekly report: a week of the city's beside the one before and the same one a year before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto

import numpy as np

from services.errors import Invalid
from services.queue.dates import span
from services.queue.snapshot import NONE, Snapshot
from services.queue.words import Moment
from services.supervise.measures import WEEK, YEAR, Figures, Period, figures

Sent = Callable[[datetime, datetime], tuple[int, int]]
"""Messages that left between two moments, and those that failed."""
Column = tuple[float | None, ...]
"""The values of one week, a value for each measure."""


class Unit(Enum):
    """What a measure's values are."""

    COUNT = auto()
    SHARE = auto()
    """From 0 to 1."""
    LENGTH = auto()
    """Ms."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table: of this week, the week before, and the same week a year before; None where not known."""

    title: str
    unit: Unit
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What the report shows."""

    period: Period
    figures: Figures
    measures: tuple[Measure, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in and nothing was closed."""
        return not any(measure.values[0] for measure in self.measures[:2])


EMPTY = "Nothing came in and nothing was closed in that week."


def last_week(moment: Moment, day: date | None = None) -> Period:
    """The week from Monday with that day in it, without one the last that is over. Raises Invalid if it is not over."""
    today = moment.now.astimezone(moment.zone).date()
    at = day or today - timedelta(days=WEEK)
    first = at - timedelta(days=at.weekday())
    last = first + timedelta(days=WEEK - 1)
    if last >= today:
        raise Invalid("That week is not over.", "Give a day of an earlier one.")
    return Period(first, last, moment.now, moment.zone)


def week(snapshot: Snapshot, moment: Moment, period: Period, sent: Sent) -> Week:
    """The figures of the period, and the measures beside those of earlier weeks."""
    whole = figures(snapshot, moment, period, back=WEEK)
    columns: list[Column | None] = [_column(snapshot, whole, period, sent)]
    for back in (WEEK, YEAR):
        ago = timedelta(days=back)
        earlier = Period(period.first - ago, period.last - ago, moment.now, moment.zone)
        columns.append(
            _column(snapshot, figures(snapshot, moment, earlier), earlier, sent) if _known(snapshot, earlier) else None
        )
    measures = tuple(
        Measure(title, unit, tuple(None if column is None else column[at] for column in columns))
        for at, (title, unit) in enumerate(_MEASURES)
    )
    return Week(period, whole, measures)


_MEASURES = (
    ("Opened", Unit.COUNT),
    ("Closed", Unit.COUNT),
    ("Open at the end of the week", Unit.COUNT),
    ("Targets kept", Unit.SHARE),
    ("Time to first touch, median", Unit.LENGTH),
    ("Time to close, median", Unit.LENGTH),
    ("Messages to residents", Unit.COUNT),
    ("Messages that failed", Unit.COUNT),
)


def _ends(period: Period) -> tuple[int, int]:
    return span(period.words, period.zone) or (0, 0)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _known(snapshot: Snapshot, period: Period) -> bool:
    """Whether there was anything by the time it began."""
    return bool(len(snapshot)) and int(snapshot.requested_ms.min()) <= _ends(period)[0]


def _column(snapshot: Snapshot, made: Figures, period: Period, sent: Sent) -> Column:
    start, end = _ends(period)
    flow, targets = made.charts["flow"], made.charts["targets"]
    promised, kept = (sum(part.count for part in targets.series[at].parts) for at in (2, 3))
    opened, closed = (series.whole.count if series.whole else 0 for series in flow.series[:2])
    touch, close = (made.charts[name].series[0].whole for name in ("first_touch", "closing"))
    return (
        opened, closed, open_at(snapshot, end), kept / promised if promised else None,
        touch.value if touch else None, close.value if close else None, *sent(_at(start), _at(end)),
    )  # fmt: skip


def open_at(snapshot: Snapshot, ms: int) -> int:
    """How many were open at a moment: came in before it, and not closed before it (what was opened again counts)."""
    not_closed = (snapshot.closed_ms == NONE) | (snapshot.closed_ms >= ms)
    return int(np.count_nonzero((snapshot.requested_ms < ms) & not_closed))
