"""When a request is due: the upstream's own promise first, then the service's target; sooner where it is needed so."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.spans import due as due_in_words

_MILLISECOND = timedelta(milliseconds=1)
_LAST = datetime.max.replace(year=9999, month=1, day=1)


def due_at(
    requested_at: datetime,
    expected_at: datetime | None,
    sla_hours: float | None,
    needed_at: datetime | None = None,
) -> datetime | None:
    """The moment a request is due, or None when nobody promised anything; what is needed sooner is due sooner.

    An `expected_at` before `requested_at` is a slip seen in real servers; the service's target is used instead.
    """
    promised = expected_at if expected_at is not None and expected_at >= requested_at else None
    if promised is None and sla_hours is not None:
        promised = after(requested_at, sla_hours)
    return min((moment for moment in (promised, needed_at) if moment is not None), default=None)


def after(moment: datetime, hours: float) -> datetime | None:
    """So many hours later; None beyond the calendar."""
    if moment.replace(tzinfo=None) > _LAST - timedelta(hours=hours):
        return None
    return moment + timedelta(hours=hours)


def time_left(due: datetime | None, now: datetime) -> str:
    """The due clock in words: "2 h 10 m left", "23 h left", "11 d left", "2 d late", or "" when nothing is due."""
    if due is None:
        return ""
    return due_in_words((due - now) // _MILLISECOND)[0]
