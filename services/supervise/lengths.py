"""How long it took: until somebody of the staff first did something with a request, and until it was closed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from services.queue.words import seconds
from services.supervise.base import Base
from services.supervise.counted import Numbers, counts, each_middle_and_most, middle_and_most
from services.supervise.parts import Chart, Part, Series

MEDIAN, MOST = "Median", "9 in 10"
STEPS = (
    ("under 1 h", "1h"), ("1 to 4 h", "4h"), ("4 to 24 h", "1d"), ("1 to 3 days", "3d"), ("3 to 7 days", "1w"),
    ("1 to 4 weeks", "4w"), ("over 4 weeks", ""),
)  # fmt: skip
"""Label, and below which length of time."""

CALLS = (("under 2 min", "2m"), ("2 to 4 min", "4m"), ("4 to 6 min", "6m"), ("6 to 10 min", "10m"), ("over 10 min", ""))
"""The same of calls."""


def first_touch(base: Base) -> Chart:
    """Of what came in during the period: how long until its first touch, and what nobody has touched yet."""
    took = base.snapshot.touched_s.take(base.opened).astype(np.int64)
    touched = np.compress(took >= 0, took) * 1000
    cohort = f"opened:{base.period.words}"
    parts = (*_steps(base, touched, "touched", cohort),
             base.part("not touched", len(took) - len(touched), cohort, "touched:none"))  # fmt: skip
    whole = base.part("touched", len(touched), cohort, "-touched:none", value=_middle(touched))
    return Chart("first_touch", "Time to first touch", "opened in the period", (
        Series(MEDIAN, parts, whole), Series(MOST, (), _most(base, touched, cohort, "-touched:none")),
    ))  # fmt: skip


def closing(base: Base) -> Chart:
    """Of what was closed during the period: how long from its coming in."""
    cohort = f"closed:{base.period.words}"
    took = closing_ms(base)
    whole = base.part("closed", len(took), cohort, value=_middle(took))
    return Chart("closing", "Time to close", "closed in the period", (
        Series(MEDIAN, tuple(_steps(base, took, "took", cohort)), whole), Series(MOST, (), _most(base, took, cohort)),
    ))  # fmt: skip


def closing_time(base: Base) -> Chart:
    """The median and the 90th percentile of the time to close, by hour, day, week or month of closing."""
    took, slot, size = closing_ms(base), base.closed_spell, len(base.spells)
    both = each_middle_and_most(took, slot, size)
    numbers = counts(slot, size)

    def series(title: str, pick: Callable[[tuple[float, float]], float]) -> Series:
        parts: list[Part] = []
        for bucket, number, of_it in zip(base.spells, numbers, both, strict=True):
            value = pick(of_it) if of_it else None
            parts.append(base.part(bucket.words, number, f"closed:{bucket.words}", value=value))
        return Series(title, tuple(parts))

    lines = (series(MEDIAN, lambda pair: pair[0]), series(MOST, lambda pair: pair[1]))
    title = f"Time to close, by {base.period.coarse}"
    return Chart("closing_time", title, "median and 9 in 10", lines, base.spells, base.period.coarse)


def calls(base: Base) -> Chart:
    """Of what was taken down here in calls during the period: how long these took."""
    took = base.snapshot.call_s.take(base.opened).astype(np.int64)
    cohort, took = f"opened:{base.period.words}", np.compress(took >= 0, took) * 1000
    whole = base.part("calls", len(took), cohort, "-call:none", value=_middle(took))
    parts = tuple(_steps(base, took, "call", cohort, CALLS))
    return Chart("calls", "Call handling time", "taken down in the period", (
        Series(MEDIAN, parts, whole), Series(MOST, (), _most(base, took, cohort, "-call:none")),
    ))  # fmt: skip


def closing_ms(base: Base) -> Numbers:
    """From coming in to being closed, of the closed rows (ms)."""
    snapshot = base.snapshot
    took: Numbers = snapshot.closed_ms.take(base.closed) - snapshot.requested_ms.take(base.closed)
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


def _middle(took: Numbers) -> float | None:
    return middle_and_most(took)[0] if len(took) else None


def _most(base: Base, took: Numbers, *words: str) -> Part:
    value = middle_and_most(took)[1] if len(took) else None
    return base.part("9 in 10", len(took), *words, value=value)
