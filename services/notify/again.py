"""When a message that did not leave is tried again."""

from __future__ import annotations

from datetime import timedelta

from services.errors import Expected, Refused

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_GIVE_UP_AFTER = 100
"""Tries: about a day."""


def again_after(problem: Expected, attempts: int) -> timedelta | None:
    """How long to wait before another try; None for never: it was refused, it may have arrived, or it was tried enough.

    Nobody is told twice, so that what may have arrived counts as sent.
    """
    if isinstance(problem, Refused) or attempts >= _GIVE_UP_AFTER or is_unsure(problem):
        return None
    asked = getattr(problem, "retry_after", None)
    return timedelta(seconds=asked) if asked else min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts - 1, 10))


def is_unsure(problem: Expected) -> bool:
    """Whether it may have arrived all the same."""
    return bool(getattr(problem, "maybe_done", False))


def said(problem: Expected) -> str:
    """What is noted beside it."""
    return f"{problem.sentence} It may have arrived, and is not sent again." if is_unsure(problem) else str(problem)
