"""What came in, what was closed and who was told of it, over time, and in the same time of an earlier week or year."""

from __future__ import annotations

import numpy as np

from services.queue.dates import span
from services.queue.snapshot import Ints
from services.supervise.base import Base
from services.supervise.counted import Numbers, counts, slots
from services.supervise.parts import Chart, Series

OPENED, CLOSED, TOLD = "Opened", "Closed", "Told"
BEFORE = " before"
"""What the title of a series of the earlier time ends with."""


def flow(base: Base, earlier: Base | None) -> Chart:
    """Opened and closed by hour, day, week or month; also what was opened earlier."""
    size = len(base.buckets)
    series = [
        _series(base, OPENED, "opened", counts(base.opened_slot, size), len(base.opened)),
        _series(base, CLOSED, "closed", counts(base.closed_slot, size), len(base.closed)),
    ]
    if earlier is not None and earlier.buckets:
        requested = base.snapshot.requested_ms
        rows = earlier.drawn(requested, earlier.buckets)
        numbers = counts(slots(requested.take(rows), earlier.buckets), size)
        series.append(_series(earlier, OPENED + BEFORE, "opened", numbers, len(earlier.opened)))
        series.append(_series(earlier, CLOSED + BEFORE, "closed", None, len(earlier.closed)))
    title = f"Opened and closed, by {base.period.unit}"
    return Chart("flow", title, "", tuple(series), base.buckets, base.period.unit)


def told(base: Base, earlier: Base | None) -> Chart:
    """Requests of which an update was sent, by when the last one was."""
    after = base.snapshot.told_s
    rows = np.flatnonzero(after >= 0 if base.only is None else (after >= 0) & base.only)
    at = base.snapshot.requested_ms.take(rows) + after.take(rows) * np.int64(1000)
    series = [_told(base, TOLD, at)]
    if earlier is not None and earlier.buckets:
        series.append(_told(earlier, TOLD + BEFORE, at))
    title = f"Residents told, by {base.period.unit}"
    return Chart("told", title, "requests, by their last update", tuple(series), base.buckets, base.period.unit)


def _told(base: Base, title: str, at: Ints) -> Series:
    start, end = span(base.words, base.period.zone) or (0, 0)
    whole = int(np.count_nonzero((at >= start) & (at < end)))
    slot: Numbers = slots(at, base.buckets) if base.buckets else np.empty(0, np.int16)
    return _series(base, title, "told", counts(slot, len(base.buckets)), whole)


def _series(base: Base, title: str, key: str, numbers: list[int] | None, total: int) -> Series:
    """By bucket, but for None only as a whole."""
    parts = tuple(
        base.part(bucket.words, number, f"{key}:{bucket.words}")
        for bucket, number in zip(base.buckets, numbers or (), strict=numbers is not None)
    )
    return Series(title, parts, base.part(title, total, f"{key}:{base.words}"))
