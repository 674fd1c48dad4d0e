"""What came in, was closed and opened again, who was told of it and who was not: over time and the time before."""

from __future__ import annotations

import numpy as np

from services.queue.dates import span
from services.queue.moments import Moments
from services.queue.snapshot import Mask
from services.supervise.base import Base
from services.supervise.counted import Numbers, counts, slots
from services.supervise.parts import Chart, Series

OPENED, CLOSED, REOPENED, TOLD, UNDELIVERED = "Opened", "Closed", "Opened again", "Told", "Not delivered"
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
    """Requests of which an update was sent."""
    return _happened(base, earlier, "told", TOLD, "Residents told")


def undelivered(base: Base, earlier: Base | None) -> Chart:
    """Requests of which something was refused, or may or may not have arrived."""
    return _happened(base, earlier, "undelivered", UNDELIVERED, UNDELIVERED)


def reopened(base: Base, earlier: Base | None) -> Chart:
    """Requests that had been closed and were opened again."""
    return _happened(base, earlier, "reopened", REOPENED, REOPENED)


def _happened(base: Base, earlier: Base | None, key: str, title: str, said: str) -> Chart:
    times = base.snapshot.happened[key]
    if base.only is not None:
        kept = base.only.take(times.rows)
        times = Moments(times.rows[kept], times.at[kept])
    series = [_each(base, title, key, times)]
    if earlier is not None and earlier.buckets:
        series.append(_each(earlier, title + BEFORE, key, times))
    return Chart(key, f"{said}, by {base.period.unit}", "requests", tuple(series), base.buckets, base.period.unit)


def _each(base: Base, title: str, key: str, times: Moments) -> Series:
    """By bucket and as a whole: in each a request counts once, however often it happened then."""
    buckets, (start, end) = base.buckets, span(base.words, base.period.zone) or (0, 0)
    low, high = (min(start, buckets[0].start), max(end, buckets[-1].end)) if buckets else (start, end)
    inside = (times.at >= low) & (times.at < high)
    rows, at = times.rows[inside], times.at[inside]
    whole = _apart(rows[(at >= start) & (at < end)])
    slot: Numbers = slots(at, buckets) if buckets else np.empty(0, np.int16)
    numbers = counts(slot, len(buckets), _apart(rows[: len(slot)], slot))
    return _series(base, title, key, numbers, int(np.count_nonzero(whole)))


def _apart(*columns: Numbers) -> Mask:
    """Which entries differ from the one before."""
    differs = np.ones(len(columns[0]), np.bool_)
    differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return differs


def _series(base: Base, title: str, key: str, numbers: list[int] | None, total: int) -> Series:
    """By bucket, but for None only as a whole."""
    parts = tuple(
        base.part(bucket.words, number, f"{key}:{bucket.words}")
        for bucket, number in zip(base.buckets, numbers or (), strict=numbers is not None)
    )
    return Series(title, parts, base.part(title, total, f"{key}:{base.words}"))
