"""The days that figures are asked for, cut into hours, days, weeks or months, each in words for a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from services.queue.dates import span

_DAY = timedelta(days=1)
WEEK, YEAR = 7, 364
"""How many days back a comparison goes at least: whole weeks, so that the days of the week are the same."""
_HOURLY, _DAILY, _WEEKLY = 2, 62, 370
"""Up to so many days are cut into hours, days, weeks; longer periods into months."""
LONGEST = 40 * 366


class Unit(StrEnum):
    """What one bar of a period stands for."""

    HOUR = "hour"
    QUARTER = "6 hours"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_HOURS = {Unit.HOUR: 1, Unit.QUARTER: 6}
"""How many hours of a day one bar is."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bar's time. `words` stand behind opened: or closed: in a query; start and end are ms since 1970 UTC."""

    words: str
    first: date
    hour: int
    """Of the local day; 0 for what is no hour."""
    start: int
    end: int
    """Before this."""


@dataclass(frozen=True, slots=True)
class Period:
    """Local days of a city, both included, up to now."""

    first: date
    last: date
    now: datetime
    """Aware; nothing later is asked for in hours."""
    zone: tzinfo

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def unit(self) -> Unit:
        """Into what it is cut."""
        if self.days <= _HOURLY:
            return Unit.HOUR
        if self.days <= _DAILY:
            return Unit.DAY
        return Unit.WEEK if self.days <= _WEEKLY else Unit.MONTH

    @property
    def words(self) -> str:
        """The whole period, as it stands behind opened: or closed: in a query."""
        return _range(self.first, self.last)

    @property
    def today(self) -> date:
        """The city's day."""
        return self.now.astimezone(self.zone).date()

    @property
    def coarse(self) -> Unit:
        """The same where an hour has too few requests to take shares of."""
        return Unit.QUARTER if self.unit is Unit.HOUR else self.unit

    def buckets(self, unit: Unit | None = None) -> list[Bucket]:
        """Its hours, days, weeks or months in order; the first and last may be cut short, none begins after now."""
        return list(self._made(unit or self.unit, 0))

    def buckets_before(self, least: int, unit: Unit | None = None) -> list[Bucket]:
        """The same, so many whole weeks earlier that no day belongs to both; one for each of `buckets`."""
        return list(self._made(unit or self.unit, self.back(least)))

    def back(self, least: int) -> int:
        """How many days earlier a period lies that it can be compared with: `least`, or as many weeks as it has."""
        return max(least, -(-self.days // WEEK) * WEEK)

    def words_before(self, least: int) -> str:
        """That earlier period in words: as far as this one has come, the present hour included."""
        earlier = timedelta(days=self.back(least))
        words = _range(self.first - earlier, self.last - earlier)
        if self.last < self.today:
            return words
        at = (self.today - earlier).isoformat()
        return f"{(self.first - earlier).isoformat()}..{at}T{self.now.astimezone(self.zone):%H}"

    def _made(self, unit: Unit, back: int) -> Iterator[Bucket]:
        now_ms = int(self.now.timestamp() * 1000)
        for first, last, hour in self._cut(unit):
            known = _bucket(first, last, hour, unit, 0, self.zone)
            if known.start <= now_ms and known.start < known.end:  # an hour that the clocks leave out is none
                yield _bucket(first, last, hour, unit, back, self.zone) if back else known

    def _cut(self, unit: Unit) -> Iterator[tuple[date, date, int]]:
        at, hours = self.first, _HOURS.get(unit)
        while at <= self.last:
            end = _end(at, unit)
            if hours:
                yield from ((at, at, hour) for hour in range(0, 24, hours))
            else:
                yield at, min(end, self.last), 0
            at = end + _DAY


def _end(at: date, unit: Unit) -> date:
    """The last day of the day's hour, day, week (Sunday) or month."""
    if unit is Unit.WEEK:
        return at + timedelta(days=6 - at.weekday())
    if unit is Unit.MONTH:
        return (at.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY
    return at


def _bucket(first: date, last: date, hour: int, unit: Unit, back: int, zone: tzinfo) -> Bucket:
    first, last = first - timedelta(days=back), last - timedelta(days=back)
    words = _range(first, last)
    if hours := _HOURS.get(unit):
        words = f"{words}T{hour:02}" + (f"..{words}T{hour + hours - 1:02}" if hours > 1 else "")
    return Bucket(words, first, hour, *(span(words, zone) or (0, 0)))


def _range(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


def last_days(days: int, now: datetime, zone: tzinfo) -> Period:
    """Today and the days before it: so many in all."""
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=days - 1), today, now, zone)
