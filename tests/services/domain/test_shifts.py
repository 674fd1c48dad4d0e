"""When a crew works: written as people write it, kept, read back, and asked at a moment by the city's clock."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.shifts import (
    Hours,
    Shifts,
    days_said,
    parse_days,
    parse_hours,
    parse_week,
    read,
    week_said,
    weekdays,
)
from services.errors import Invalid

BOSTON = ZoneInfo("America/New_York")
DAYS = Shifts(weekdays(Hours(420, 930)))
minutes = st.integers(0, 24 * 60)
hours = st.none() | st.builds(Hours, minutes.filter(lambda m: m < 24 * 60), minutes).filter(
    lambda h: h is None or h.start != h.end
)
weeks = st.just(()) | st.tuples(*[hours] * 7)
day_lists = st.dictionaries(st.dates(date(2011, 8, 27), date(2011, 9, 2)), hours).map(
    lambda d: tuple(sorted(d.items(), key=lambda day: day[0]))
)
calendars = st.builds(Shifts, weeks, day_lists)


@given(calendars)
def test_a_calendar_is_kept_and_read_back(shifts: Shifts) -> None:
    assert read(json.loads(json.dumps(shifts.written()))) == shifts


@given(weeks, day_lists)
def test_what_is_said_of_a_week_and_of_days_is_read_as_the_same(
    week: tuple[Hours | None, ...], days: tuple[tuple[date, Hours | None], ...]
) -> None:
    assert parse_week(week_said(week)) == week
    assert parse_days(days_said(days)) == days


@given(calendars, st.datetimes(datetime(2011, 8, 26), datetime(2011, 9, 3), timezones=st.just(BOSTON)))
def test_the_next_day_is_the_first_whose_shift_is_not_over(shifts: Shifts, moment: datetime) -> None:
    today = moment.date()
    found = shifts.next_day(moment, BOSTON)
    ends = {}
    for day in (today + timedelta(days=n) for n in range(40)):
        on = shifts.on(day)
        if on is not None:
            length = (on.end - on.start) % (24 * 60) or 24 * 60
            ends[day] = datetime.combine(day, datetime.min.time()) + timedelta(minutes=on.start + length)
    wall = moment.replace(tzinfo=None, second=0, microsecond=0)
    assert found == next((day for day, end in ends.items() if end > wall), today)


def _by_the_minute(shifts: Shifts, wall: datetime) -> bool:
    """Whether a crew works in this minute of the wall's clock: every minute of each shift written out."""
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        on = shifts.on(day)
        if on is not None:
            length = (on.end - on.start) % (24 * 60) or 24 * 60
            begun = datetime.combine(day, datetime.min.time()) + timedelta(minutes=on.start)
            if any(begun + timedelta(minutes=m) == wall for m in range(length)):
                return True
    return False


@given(calendars, st.integers(0, 5 * 24 * 60))
def test_a_shift_is_under_way_in_exactly_its_minutes(shifts: Shifts, minute: int) -> None:
    moment = datetime(2011, 8, 28, 4, tzinfo=UTC) + timedelta(minutes=minute)
    wall = moment.astimezone(BOSTON).replace(tzinfo=None)
    assert (shifts.shift_at(moment, BOSTON) is not None) == _by_the_minute(shifts, wall)


@pytest.mark.parametrize(("day", "utc_hour"), [(date(2011, 11, 4), 11), (date(2011, 11, 7), 12)])
def test_a_shift_begins_at_the_same_hour_of_the_wall_clock_after_the_clocks_change(day: date, utc_hour: int) -> None:
    begins = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    assert DAYS.shift_at(begins, BOSTON) == (day, Hours(420, 930))
    assert DAYS.shift_at(begins - timedelta(minutes=1), BOSTON) is None


@pytest.mark.parametrize(
    ("shifts", "at", "said"),
    [
        (Shifts(), "2011-08-29T12:00", ""),
        (DAYS, "2011-08-29T12:00", "on shift until 15:30"),
        (DAYS, "2011-08-29T06:00", "on at 7:00"),
        (DAYS, "2011-08-29T16:00", "off since 15:30"),
        (DAYS, "2011-08-28T12:00", "off today"),
        (Shifts((Hours(1320, 360),) * 7), "2011-08-29T03:00", "on shift until 6:00"),
        (Shifts((), ((date(2011, 8, 30), None),)), "2011-08-29T12:00", "on shift all day"),
        (Shifts((), ((date(2011, 8, 29), None),)), "2011-08-29T12:00", "off today"),
    ],
)
def test_a_calendar_at_a_moment_in_words(shifts: Shifts, at: str, said: str) -> None:
    assert shifts.said(datetime.fromisoformat(at).replace(tzinfo=BOSTON), BOSTON) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7:00-15:30", Hours(420, 930)),
        ("7 - 15", Hours(420, 900)),
        ("22.00 to 6.00", Hours(1320, 360)),
        ("0-24", Hours(0, 1440)),
        ("off", None),
        ("", None),
    ],
)
def test_hours_as_people_write_them(text: str, found: Hours | None) -> None:
    assert parse_hours(text) == found


@pytest.mark.parametrize("text", ["seven", "7:00", "25-26", "7:60-8", "8-8", "24-6", "7-15 or so"])
def test_what_is_not_hours_is_said_with_what_to_write(text: str) -> None:
    with pytest.raises(Invalid) as told:
        parse_hours(text)
    assert "“7:00-15:30”" in told.value.remedy


def test_a_week_over_its_end_and_what_is_not_one() -> None:
    week = parse_week("Sat-Mon 8-12, wednesday 9-10")
    assert [bool(day) for day in week] == [True, False, True, False, False, True, True]
    for text in ("Mon", "Mon-Xyz 7-8", "7-8"):
        with pytest.raises(Invalid):
            parse_week(text)
    with pytest.raises(Invalid, match="is not a day"):
        parse_days("tomorrow off")


@pytest.mark.parametrize(
    "kept", [{"week": [7]}, {"days": {"x": None}}, {"days": []}, {"week": [[1, 2]]}, {"week": [[1, "2"]] * 7}, {}]
)
def test_what_nobody_of_ours_wrote_counts_as_if_nobody_said(kept: dict[str, Any]) -> None:
    assert not read(kept)
