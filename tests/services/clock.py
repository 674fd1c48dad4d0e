"""A clock for tests: it moves when it is looked at, and when it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 8, 29, 12, tzinfo=UTC)


class Clock:
    """A clock that moves a millisecond with each look, and further when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now
