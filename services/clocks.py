"""The time that a store goes by: its server's, though this machine's clock is wrong, or is put right meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def utcnow() -> datetime:
    """Now as this machine has it, aware and in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds that go on evenly, however the clock is set, and while the machine sleeps."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Clock:
    """Says this machine's time until it follows another. For any thread."""

    def __init__(self, own: Callable[[], datetime] = utcnow, steady: Callable[[], float] = steady) -> None:
        self._own, self._steady = own, steady
        self._told: tuple[datetime, float] | None = None

    def follow(self, theirs: datetime) -> None:
        """It is `theirs` (aware) now; from here on it goes by that."""
        self._told = theirs, self._steady()

    def __call__(self) -> datetime:
        """What time it is."""
        told = self._told
        return self._own() if told is None else told[0] + timedelta(seconds=self._steady() - told[1])

    @property
    def ahead(self) -> timedelta:
        """How far this machine's clock is ahead of it now."""
        return self._own() - self() if self._told else timedelta()
