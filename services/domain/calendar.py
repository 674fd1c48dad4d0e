"""When a city works: hours for each day of the week and days off, by its own clock; what runs and stands by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.domain.status import Status

Span = tuple[datetime, datetime]
"""From a moment until before another."""
Hours = tuple[int, int]
"""From opening until closing, in minutes since midnight."""
DAY = timedelta(days=1)
_OFFICE: tuple[Hours | None, ...] = (*(((8 * 60, 17 * 60),) * 5), None, None)
PAUSABLE = (Status.SCHEDULED, Status.ON_HOLD)
"""The statuses that may stop the clock: those in which somebody else is waited for."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the city works, and in which statuses of a request its clock stands."""

    zone: str = "UTC"
    """The IANA name of the city's time zone."""
    hours: tuple[Hours | None, ...] = _OFFICE
    """Monday first; None: that day nobody works."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody works, whatever day of the week it is."""
    pausing: frozenset[Status] = frozenset({Status.ON_HOLD})
    """Some of `PAUSABLE`."""
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", ZoneInfo(self.zone))

    def open_on(self, day: date) -> Hours | None:
        """The hours of a day; None where nobody works then."""
        return None if day in self.holidays else self.hours[day.weekday()]

    def wall(self, moment: datetime) -> datetime:
        """What the city's clocks show at a moment, without a zone."""
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def moment(self, wall: datetime) -> datetime:
        """The moment (UTC) at which the city's clocks show this: the later of two; after a gap, as long after it."""
        return max(wall.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))

    def opening(self, wall: datetime) -> datetime | None:
        """The first time at or after this, by the city's clocks, at which somebody works; None for never."""
        return next((begins for begins, _ in self.office_hours(wall)), None)

    def office_hours(self, wall: datetime) -> Iterator[Span]:
        """The hours in which somebody works from now on, by the city's clocks."""
        for day, hours in self._days(wall):
            begins, ends = day + timedelta(minutes=hours[0]), day + timedelta(minutes=hours[1])
            if ends > wall:
                yield max(begins, wall), ends

    def working_days(self, wall: datetime) -> Iterator[Span]:
        """The working days from the next opening on, each whole (midnight to midnight) but the first."""
        opening = self.opening(wall)
        if opening is not None:
            for day, _ in self._days(opening):
                yield max(day, opening), day + DAY

    def _days(self, wall: datetime) -> Iterator[tuple[datetime, Hours]]:
        if not any(self.hours):
            return
        day = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        while day.year < datetime.max.year:
            hours = self.hours[day.weekday()]
            if hours and day.date() not in self.holidays:
                yield day, hours
            day += DAY


def without(spans: Iterable[Span], pauses: Sequence[Span]) -> Iterator[Span]:
    """What is left of these spans, in order, outside the pauses; a pause that ends before it begins is none."""
    for begins, ends in spans:
        for pause_begins, pause_ends in sorted(pauses):
            if pause_begins < pause_ends and begins < pause_ends and pause_begins < ends:
                if begins < pause_begins:
                    yield begins, pause_begins
                begins = pause_ends
        if begins < ends:
            yield begins, ends
