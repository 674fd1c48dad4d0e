"""Dates as files have them; whether 3/4 is in March or in April is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from enum import StrEnum


class Order(StrEnum):
    """What comes first in dates that end with the year."""

    DMY = "dmy"
    MDY = "mdy"


_TIME = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:([AP])\.?M\.?)?)?$"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.\-](\d{{1,2}})[/.\-](\d{{1,2}}){_TIME}", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[/.\-](\d{{1,2}})[/.\-](\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_CENTURY = 70
"""Years of two digits from this one on are of the last century."""


def orders(texts: Iterable[str]) -> tuple[set[Order], str]:
    """Which orders are proved by a number over 12, and a date that could be read either way ("" where none is)."""
    proved: set[Order] = set()
    doubtful = ""
    for text in texts:
        if found := _YEAR_LAST.match(text):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                proved.add(Order.DMY)
            elif second > 12 >= first:
                proved.add(Order.MDY)
            elif first != second:
                doubtful = doubtful or text
    return proved, doubtful


def moment(text: str, order: Order | None, zone: tzinfo) -> datetime | None:
    """A moment in UTC; without a zone of its own it is read in `zone`. None for what is no date in this order."""
    try:
        read = _read(text, order)
    except ValueError:
        return None
    if read is None:
        return None
    try:
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):  # the first or the last day there is
        return read.replace(tzinfo=UTC)


def has_time(text: str) -> bool:
    """Whether there is a time of day beside the date."""
    return ":" in text


def _read(text: str, order: Order | None) -> datetime | None:
    if found := _YEAR_FIRST.match(text):
        year, month, day = map(int, found.group(1, 2, 3))
    elif found := _YEAR_LAST.match(text):
        day, month, year = map(int, found.group(1, 2, 3))
        if order is Order.MDY:
            day, month = month, day
        if len(found[3]) == 2:
            year += 1900 if year >= _CENTURY else 2000
    else:
        return datetime.fromisoformat(text) if "-" in text else None
    hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
    if found[7]:
        hour = hour % 12 + 12 * (found[7] in "Pp")
    return datetime(year, month, day, hour, minute, second)
