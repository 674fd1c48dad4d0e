"""What came in and what was closed, over time, and in the same time of an earlier week or year."""

from __future__ import annotations

import numpy as np

from services.queue.dates import span
from services.supervise.base import Base
from services.supervise.counted import between, counts, slots
from services.supervise.parts import Chart, Part, Series

OPENED, CLOSED, BEFORE, TOLD = "Opened", "Closed", "Opened before", "Told"


def flow(base: Base, back: int) -> Chart:
    """Opened and closed by hour, day, week or month; with `back` also what was opened so many days before, or more."""
    period, buckets = base.period, base.buckets
    size = len(buckets)
    series = [
        _series(base, OPENED, "opened", counts(base.opened_slot, size), len(base.opened)),
        _series(base, CLOSED, "closed", counts(base.closed_slot, size), len(base.closed)),
    ]
    if back and buckets:
        earlier = period.buckets_before(back)
        requested = base.snapshot.requested_ms
        rows = between(requested, earlier[0].start, earlier[-1].end, base.only)
        numbers = counts(slots(requested.take(rows), earlier), size)
        parts = tuple(
            base.part(bucket.words, number, f"opened:{bucket.words}")
            for bucket, number in zip(earlier, numbers, strict=True)
        )
        words = period.words_before(back)
        series.append(Series(BEFORE, parts, base.part(words, base.opened_in(words), f"opened:{words}")))
    title = f"Opened and closed, by {period.unit}"
    return Chart("flow", title, "", tuple(series), buckets, period.unit)


def told(base: Base) -> Chart:
    """Requests of which an update was sent, by when the last one was."""
    after = base.snapshot.told_s
    rows = np.flatnonzero(after >= 0 if base.only is None else (after >= 0) & base.only)
    at = base.snapshot.requested_ms.take(rows) + after.take(rows) * np.int64(1000)
    start, end = span(base.period.words, base.period.zone) or (0, 0)
    at = at[(at >= start) & (at < end)]
    slot = slots(at, base.buckets) if base.buckets else np.empty(0, np.int16)
    series = _series(base, TOLD, "told", counts(slot, len(base.buckets)), len(at))
    title = f"Residents told, by {base.period.unit}"
    return Chart("told", title, "requests, by their last update", (series,), base.buckets, base.period.unit)


def _series(base: Base, title: str, key: str, numbers: list[int], total: int) -> Series:
    parts: tuple[Part, ...] = tuple(
        base.part(bucket.words, number, f"{key}:{bucket.words}")
        for bucket, number in zip(base.buckets, numbers, strict=True)
    )
    return Series(title, parts, base.part(title, total, f"{key}:{base.period.words}"))
