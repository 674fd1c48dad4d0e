"""Times, lengths of time and shares as the charts say them."""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.spans import MINUTE, span
from services.supervise.periods import Bucket, Unit


def when(bucket: Bucket, unit: Unit | None) -> str:
    """A bar's time in full: "Sun 28 Aug 2011, 13:00"."""
    if unit in {Unit.HOUR, Unit.QUARTER}:
        return f"{bucket.first:%a} {bucket.first.day} {bucket.first:%b %Y}, {bucket.hour:02}:00"
    if unit is Unit.MONTH:
        return f"{bucket.first:%B %Y}"
    said = f"{bucket.first:%a} {bucket.first.day} {bucket.first:%b %Y}"
    return f"week from {said}" if unit is Unit.WEEK else said


def length(ms: float) -> str:
    """A length of time: "12 m", "5 h 10 m", "26 h", "3 d"."""
    return span(int(ms) // MINUTE)


def share(value: float) -> str:
    """A share in percent: "90 %"; under 1 and over 99 never rounded to nothing or all."""
    percent = value * 100
    if 0 < percent < 1:
        return "<1 %"
    if 99 < percent < 100:
        return ">99 %"
    return f"{percent:.0f} %"


def ticks(buckets: Sequence[Bucket], unit: Unit | None, room: int) -> list[tuple[int, str, str]]:
    """What stands below the bars: (which bar, the upper line, the bold line below it), about so many at most."""
    if unit in {Unit.HOUR, Unit.QUARTER}:
        days = len({b.first for b in buckets})
        step = 6 if days * 4 <= room else 12
        made = []
        for i, b in enumerate(buckets):
            begins = not i or b.first != buckets[i - 1].first
            if begins or b.hour % step == 0:
                day = f"{b.first:%a} {b.first.day} {b.first:%b}" if begins else ""
                made.append((i, f"{b.hour:02}:00", day))
        return made
    every = max(1, -(-len(buckets) // max(1, room)))
    made, year = [], 0
    for i in range(0, len(buckets), every):
        b = buckets[i]
        upper = f"{b.first:%b}" if unit is Unit.MONTH else f"{b.first.day} {b.first:%b}"
        below = str(b.first.year) if b.first.year != year else ""
        if unit is Unit.DAY and len(buckets) <= room:
            upper, below = f"{b.first:%a} {b.first.day}", f"{b.first:%b}" if not i or b.first.day == 1 else ""
        made.append((i, upper, below))
        year = b.first.year
    return made


def lengths(top: float) -> list[float]:
    """Round lengths of time (ms) from 0 to over `top`."""
    most = (
        5,
        15,
        30,
        60,
        120,
        240,
        480,
        720,
        1440,
        *(1440 * n for n in (2, 3, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365)),
    )
    step = next((n * MINUTE for n in most if n * MINUTE * 3 >= top), top / 3 or 1.0)
    return [step * i for i in range(int(-(-top // step)) + 1)] if top > 0 else [0.0, step]


def steps(top: float, most: int = 4) -> list[float]:
    """Round numbers from 0 up to just under, at or over `top`, for the lines across a chart."""
    if top <= 0:
        return [0.0, 1.0]
    raw, power = top / most, 1.0
    while power * 10 <= raw:
        power *= 10
    while power > raw:
        power /= 10
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= raw)
    return [step * i for i in range(int(-(-top // step)) + 1)]
