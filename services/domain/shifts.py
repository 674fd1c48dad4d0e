"""When a crew works: hours for each day of the week, and days that differ, by the clock on the city's walls."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from services.errors import Invalid

_DAY = 24 * 60
_AHEAD = 60
"""Days in which a crew's next shift is looked for."""
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OFF = "off"
_HOURS = re.compile(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?\s*")
_EACH = re.compile(r"\s*([A-Za-z]{3,})\s*(?:(?:-|–|to)\s*([A-Za-z]{3,}))?\s+(.+)")
_REMEDY = "Write it as “7:00-15:30”, or “off”."


@dataclass(frozen=True, slots=True)
class Hours:
    """From and until, in minutes after midnight; one that ends before it begins ends on the next day."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_written(self.start)}-{_written(self.end)}"


Days = tuple[tuple[date, Hours | None], ...]


@dataclass(frozen=True, slots=True)
class Shifts:
    """A crew's calendar. With no week at all, nobody said when it works: it counts as always there."""

    week: tuple[Hours | None, ...] = ()
    """From Monday to Sunday, None: off; or ()."""
    days: Days = ()
    """Days that differ, in order."""

    def __bool__(self) -> bool:
        return bool(self.week) or bool(self.days)

    def on(self, day: date) -> Hours | None:
        """The hours that begin on a day; None: off. Without a week, the whole day."""
        for other, hours in self.days:
            if other == day:
                return hours
        return self.week[day.weekday()] if self.week else Hours(0, _DAY)

    def shift_at(self, moment: datetime, zone: tzinfo) -> tuple[date, Hours] | None:
        """The shift that is under way at an aware moment, and the day on which it began; None when off."""
        wall = moment.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        for back in (0, 1):
            day = wall.date() - timedelta(days=back)
            hours = self.on(day)
            if hours is not None and hours.start <= minute + back * _DAY < _end(hours):
                return day, hours
        return None

    def next_day(self, moment: datetime, zone: tzinfo) -> date:
        """The first day, from that of an aware moment on, whose shift is not over; that day where none comes."""
        wall = moment.astimezone(zone)
        for ahead in range(_AHEAD):
            day = wall.date() + timedelta(days=ahead)
            hours = self.on(day)
            if hours is not None and wall.hour * 60 + wall.minute < ahead * _DAY + _end(hours):
                return day
        return wall.date()

    def said(self, moment: datetime, zone: tzinfo) -> str:
        """In words: "on shift until 15:30", "on at 7:00", "off today"; "" where nobody said when it works."""
        if not self:
            return ""
        under_way = self.shift_at(moment, zone)
        if under_way is not None:
            whole = under_way[1] == Hours(0, _DAY)
            return "on shift all day" if whole else f"on shift until {_written(under_way[1].end)}"
        wall = moment.astimezone(zone)
        hours = self.on(wall.date())
        if hours is None:
            return "off today"
        if wall.hour * 60 + wall.minute < hours.start:
            return f"on at {_written(hours.start)}"
        return f"off since {_written(hours.end)}"

    def written(self) -> dict[str, Any]:
        """As a store keeps it: minutes by day of the week and by date; {} when nobody said."""
        if not self:
            return {}
        pairs = {day.isoformat(): _pair(hours) for day, hours in self.days}
        return {"week": [_pair(hours) for hours in self.week], "days": pairs}


ALWAYS = Shifts()


def read(kept: Mapping[str, Any]) -> Shifts:
    """What `Shifts.written` wrote; anything else counts as if nobody said."""
    try:
        days = [(date.fromisoformat(day), _hours(pair)) for day, pair in sorted(kept.get("days", {}).items())]
        week = tuple(map(_hours, kept.get("week", ())))
    except (ValueError, TypeError, AttributeError):
        return ALWAYS
    return Shifts(week if len(week) == len(DAY_NAMES) else (), tuple(days))


def weekdays(hours: Hours) -> tuple[Hours | None, ...]:
    """A week of the same hours from Monday to Friday."""
    return (hours,) * 5 + (None, None)


def parse_hours(text: str) -> Hours | None:
    """Hours as people write them ("7:00-15:30", "22-6", "off", ""); None: off. Raises Invalid."""
    if text.strip().casefold() in ("", OFF, "closed", "-", "–"):
        return None
    found = _HOURS.fullmatch(text)
    if found is None:
        raise Invalid(f"“{text.strip()}” is not hours.", _REMEDY)
    start, end = (_minute(found[i], found[i + 1], text) for i in (1, 3))
    if start in (end, _DAY):
        raise Invalid(f"“{text.strip()}” ends when it begins.", _REMEDY)
    return Hours(start, end)


def parse_week(text: str) -> tuple[Hours | None, ...]:
    """A week as people write it ("Mon-Fri 7:00-15:30; Sat 8-12"); () for none. Raises Invalid."""
    if not text.strip():
        return ()
    week: list[Hours | None] = [None] * 7
    for part in filter(str.strip, re.split(r"[;,]", text)):
        found = _EACH.fullmatch(part)
        if found is None:
            raise Invalid(
                f"“{part.strip()}” is not days and hours.", "Write it as “Mon-Fri 7:00-15:30; Sat 8:00-12:00”."
            )
        first, last = _day(found[1]), _day(found[2] or found[1])
        hours = parse_hours(found[3])
        for day in range(first, last + 1 if last >= first else last + 8):
            week[day % 7] = hours
    return tuple(week)


def parse_days(text: str) -> Days:
    """Days that differ, as people write them ("2011-09-05 off; 2011-09-06 8:00-12:00"). Raises Invalid."""
    days: dict[date, Hours | None] = {}
    for part in filter(str.strip, re.split(r"[;,\n]", text)):
        day, _, hours = part.strip().partition(" ")
        try:
            days[date.fromisoformat(day)] = parse_hours(hours)
        except ValueError as error:
            raise Invalid(f"“{day}” is not a day.", "Write it as “2026-11-26 off”.") from error
    return tuple(sorted(days.items(), key=lambda day: day[0]))


def week_said(week: Sequence[Hours | None]) -> str:
    """A week as `parse_week` reads it, days of the same hours together."""
    said, first = [], 0
    while first < len(week):
        last = first
        while last + 1 < len(week) and week[last + 1] == week[first]:
            last += 1
        hours = week[first]
        if hours is not None:
            named = DAY_NAMES[first] if last == first else f"{DAY_NAMES[first]}-{DAY_NAMES[last]}"
            said.append(f"{named} {hours}")
        first = last + 1
    return "; ".join(said) or ("Mon-Sun off" if week else "")


def days_said(days: Days) -> str:
    """Days that differ, as `parse_days` reads them."""
    return "; ".join(f"{day.isoformat()} {hours or OFF}" for day, hours in days)


def _written(minute: int) -> str:
    at = time(minute // 60 % 24, minute % 60)
    return "24:00" if minute == _DAY else f"{at.hour}:{at.minute:02}"


def _end(hours: Hours) -> int:
    return hours.end if hours.end > hours.start else hours.end + _DAY


def _pair(hours: Hours | None) -> list[int] | None:
    return None if hours is None else [hours.start, hours.end]


def _hours(pair: Sequence[int] | None) -> Hours | None:
    return None if pair is None else Hours(*map(operator.index, pair))


def _minute(hour: str, minute: str | None, text: str) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if found > _DAY or int(minute or 0) > 59:
        raise Invalid(f"“{text.strip()}” is not hours.", _REMEDY)
    return found


def _day(name: str) -> int:
    short = name.strip()[:3].title()
    if short not in DAY_NAMES:
        raise Invalid(f"“{name}” is not a day of the week.", "Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")
    return DAY_NAMES.index(short)
