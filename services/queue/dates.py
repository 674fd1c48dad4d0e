"""Hours, days, months and years as they are typed (2026-11-20T13, 2026-11-20, 2026-11, 2026), and ranges of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

_POINT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d))?)?)?")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@lru_cache(maxsize=4096)
def span(value: str, zone: tzinfo) -> tuple[int, int] | None:
    """From when until before when that is, in ms since 1970 UTC; None for what is none of these.

    "2026-11-20..2026-11-22" is three days. Days are those of the zone: of 23 or 25 hours where its clocks are put on or
    back; an hour that comes twice is two hours long, and one that is left out is none.
    """
    first, dots, last = value.upper().partition("..")
    begin, end = _point(first), _point(last if dots else first)
    if begin is None or end is None:
        return None
    try:
        return _ms(begin[0], zone), _ms(end[1], zone)
    except (ValueError, OverflowError):
        return None


def _point(text: str) -> tuple[datetime, datetime] | None:
    """The local moments at which an hour, day, month or year begins and ends."""
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour = (int(part) if part else None for part in match.groups())
    try:
        start = datetime(year or 0, month or 1, day or 1, hour or 0)
        if hour is not None:
            return start, start + _HOUR
        if day is not None:
            return start, start + _DAY
        if month is not None:
            return start, (start + 31 * _DAY).replace(day=1)
        return start, start.replace(year=start.year + 1)
    except (ValueError, OverflowError):
        return None


def _ms(local: datetime, zone: tzinfo) -> int:
    return int(local.replace(tzinfo=zone).timestamp() * 1000)
