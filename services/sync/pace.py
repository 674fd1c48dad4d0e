"""How long an upstream that could not be reached is left alone: doubling, with jitter, never shorter than it asked."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=2)


def back_off(failures: int, jitter: Callable[[], float]) -> timedelta:
    """The wait after so many failures in a row (1, 2, …); `jitter` gives 0 to 1 and shortens it by up to a half."""
    longest = min(LONGEST, timedelta(seconds=FIRST.total_seconds() * 2.0 ** min(failures - 1, 20)))
    return longest * (1 - jitter() / 2)


_random = random.SystemRandom().random


@dataclass(slots=True)
class _Rest:
    failures: int = 0
    soft: datetime | None = None
    """Our own patience: a person's wish to look at once goes before it."""
    hard: datetime | None = None
    """What the server asked for by Retry-After: always kept."""


class Pace:
    """When each upstream may be called again; pull and relay share one, since they call the same server."""

    def __init__(self, jitter: Callable[[], float] = _random) -> None:
        self._jitter = jitter
        self._rests: dict[str, _Rest] = {}

    def failed(self, upstream: str, now: datetime, retry_after: float | None) -> datetime:
        """It could not be reached; gives the moment from which it may be called again. `retry_after` in seconds."""
        rest = self._rests.setdefault(upstream, _Rest())
        rest.failures += 1
        rest.soft = now + back_off(rest.failures, self._jitter)
        rest.hard = None if retry_after is None else now + timedelta(seconds=retry_after)
        return max(rest.soft, rest.hard or rest.soft)

    def alone(self, attempts: int, now: datetime) -> datetime:
        """When one item that has failed so often may be tried again, whatever its upstream does for others."""
        return now + back_off(max(attempts, 1), self._jitter)

    def answered(self, upstream: str) -> None:
        """It answered, whatever it said."""
        self._rests.pop(upstream, None)

    def opens_at(self, upstream: str, now: datetime) -> datetime | None:
        """From when it may be called; None when it may be called now."""
        rest = self._rests.get(upstream)
        waits = [moment for moment in (rest.soft, rest.hard) if moment and moment > now] if rest else []
        return max(waits, default=None)

    def asked(self, upstream: str, until: datetime) -> None:
        """The server asked to be left alone until then."""
        self._rests.setdefault(upstream, _Rest()).hard = until

    def asked_until(self, upstream: str, now: datetime) -> datetime:
        """Until when the server asked to be left alone; `now` when it did not, or that time is over."""
        rest = self._rests.get(upstream)
        return max(now, rest.hard) if rest and rest.hard else now

    def hurry(self) -> None:
        """A person asks for a look at once: only what a server itself asked for is still waited for."""
        for rest in self._rests.values():
            rest.soft = None
