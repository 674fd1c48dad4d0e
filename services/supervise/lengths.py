"""How long it took: until somebody of the staff first did something with a request, and until it was closed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.queue.words import seconds
from services.supervise.base import Base
from services.supervise.counted import Numbers, Rows, counts, each_middle_and_most, middle_and_most
from services.supervise.flow import BEFORE
from services.supervise.parts import Chart, Part, Series

MEDIAN, MOST = "Median", "9 in 10"
UNTOUCHED = "not touched"
"""The step of those that are left out of both."""
STEPS = (
    ("under 1 h", "1h"), ("1 to 4 h", "4h"), ("4 to 24 h", "1d"), ("1 to 3 days", "3d"), ("3 to 7 days", "1w"),
    ("1 to 4 weeks", "4w"), ("over 4 weeks", ""),
)  # fmt: skip
"""Label, and below which length of time."""

CALLS = (("under 2 min", "2m"), ("2 to 4 min", "4m"), ("4 to 6 min", "6m"), ("6 to 10 min", "10m"), ("over 10 min", ""))
"""The same of calls."""


def first_touch(base: Base, earlier: Base | None) -> Chart:
    """Of what came in during the period: how long until its first touch, and what nobody has touched yet."""
    touched, cohort = _until(base, "touched_s"), f"opened:{base.words}"
    parts = (*_steps(base, touched, "touched", cohort),
             base.part(UNTOUCHED, len(base.opened) - len(touched), cohort, "touched:none"))  # fmt: skip
    series = _wholes(base, touched, parts, cohort, "-touched:none")
    if earlier is not None:
        series += _before(earlier, _until(earlier, "touched_s"), f"opened:{earlier.words}", "-touched:none")
    return Chart("first_touch", "Time to first touch", "opened in the period", series)


def closing(base: Base, earlier: Base | None) -> Chart:
    """Of what was closed during the period: how long from its coming in."""
    took, cohort = closing_ms(base, base.closed), f"closed:{base.words}"
    series = _wholes(base, took, _steps(base, took, "took", cohort), cohort)
    if earlier is not None:
        series += _before(earlier, closing_ms(earlier, earlier.closed), f"closed:{earlier.words}")
    return Chart("closing", "Time to close", "closed in the period", series)


def closing_time(base: Base, earlier: Base | None) -> Chart:
    """The median and the 90th percentile of the time to close, by hour, day, week or month of closing."""
    lines = _over_time(base)
    if earlier is not None:
        lines += tuple(Series(line.title + BEFORE, line.parts) for line in _over_time(earlier)[:1])
    title = f"Time to close, by {base.period.coarse}"
    return Chart("closing_time", title, "median and 9 in 10", lines, base.spells, base.period.coarse)


def _over_time(base: Base) -> tuple[Series, ...]:
    slot, size = base.closed_spell, len(base.spells)
    both = each_middle_and_most(closing_ms(base, base.closed_drawn), slot, size)
    numbers = counts(slot, size)

    def series(title: str, at: int) -> Series:
        parts: list[Part] = []
        for bucket, number, of_it in zip(base.spells, numbers, both, strict=True):
            value = of_it[at] if of_it else None
            parts.append(base.part(bucket.words, number, f"closed:{bucket.words}", value=value))
        return Series(title, tuple(parts))

    return series(MEDIAN, 0), series(MOST, 1)


def calls(base: Base, earlier: Base | None) -> Chart:
    """Of what was taken down here in calls during the period: how long these took."""
    took, cohort = _until(base, "call_s"), f"opened:{base.words}"
    series = _wholes(base, took, _steps(base, took, "call", cohort, CALLS), cohort, "-call:none")
    if earlier is not None:
        series += _before(earlier, _until(earlier, "call_s"), f"opened:{earlier.words}", "-call:none")
    return Chart("calls", "Call handling time", "taken down in the period", series)


def _wholes(base: Base, took: Numbers, parts: Sequence[Part], *words: str) -> tuple[Series, ...]:
    """The steps with the median of all, and 9 in 10."""
    middle, most = middle_and_most(took) if len(took) else (None, None)
    return (
        Series(MEDIAN, tuple(parts), base.part(MEDIAN, len(took), *words, value=middle)),
        Series(MOST, (), base.part(MOST, len(took), *words, value=most)),
    )


def _before(earlier: Base, took: Numbers, *words: str) -> tuple[Series, ...]:
    """The same of the earlier time, as wholes."""
    return tuple(Series(s.title + BEFORE, (), s.whole) for s in _wholes(earlier, took, (), *words))


def _until(base: Base, column: str) -> Numbers:
    """Of those of the rows that came in and that have it: the column's seconds, in ms."""
    took = getattr(base.snapshot, column).take(base.opened).astype(np.int64)
    found: Numbers = np.compress(took >= 0, took) * 1000
    return found


def closing_ms(base: Base, rows: Rows) -> Numbers:
    """From coming in to being closed, of closed rows (ms)."""
    snapshot = base.snapshot
    took: Numbers = snapshot.closed_ms.take(rows) - snapshot.requested_ms.take(rows)
    return took


def _steps(base: Base, took: Numbers, key: str, cohort: str, steps: tuple[tuple[str, str], ...] = STEPS) -> list[Part]:
    limits = np.array([int((seconds(high) or 0) * 1000) for _, high in steps[:-1]], np.int64)
    step = np.searchsorted(limits, took, side="right").astype(np.int16)
    made, low = [], ""
    for (label, high), number in zip(steps, counts(step, len(steps)), strict=True):
        words = (f"-{key}<{low}" if low else "", f"-{key}:none" if low else "", f"{key}<{high}" if high else "")
        made.append(base.part(label, number, cohort, *words))
        low = high
    return made
