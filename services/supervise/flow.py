"""What came in and what was closed, over time, and in the same time of an earlier week or year."""

from __future__ import annotations

from services.supervise.base import Base
from services.supervise.counted import between, counts, slots
from services.supervise.parts import Chart, Part, Series

OPENED, CLOSED, BEFORE = "Opened", "Closed", "Opened before"


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


def _series(base: Base, title: str, key: str, numbers: list[int], total: int) -> Series:
    parts: tuple[Part, ...] = tuple(
        base.part(bucket.words, number, f"{key}:{bucket.words}")
        for bucket, number in zip(base.buckets, numbers, strict=True)
    )
    return Series(title, parts, base.part(title, total, f"{key}:{base.period.words}"))
