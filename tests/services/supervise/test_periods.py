"""Periods are cut into local hours, days, weeks and months that follow one another, over the days clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.dates import span
from services.supervise.periods import WEEK, YEAR, Period, Unit, last_days

BOSTON = ZoneInfo("America/New_York")
HOUR = 3_600_000


def period(first: date, days: int, zone: ZoneInfo = BOSTON) -> Period:
    last = first + timedelta(days=days - 1)
    return Period(first, last, datetime(2100, 1, 1, tzinfo=UTC), zone)


@given(
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.sampled_from([1, 2, 3, 30, 62, 63, 365, 371, 1000]),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "UTC"]),
)
def test_buckets_follow_one_another_and_share_out_the_whole(first: date, days: int, zone: str) -> None:
    made = period(first, days, ZoneInfo(zone))
    buckets = made.buckets()
    assert span(made.words, made.zone) == (buckets[0].start, buckets[-1].end)
    assert all(a.end == b.start for a, b in pairwise(buckets))
    assert all(span(b.words, made.zone) == (b.start, b.end) and b.start < b.end for b in buckets)
    for least in (WEEK, YEAR):
        earlier = made.buckets_before(least)
        assert len(earlier) == len(buckets)
        assert (buckets[0].first - earlier[0].first).days % 7 == 0
        assert earlier[-1].end <= buckets[0].start


def test_the_clocks_are_put_on() -> None:
    hours = period(date(2026, 3, 8), 1).buckets()
    assert [b.hour for b in hours] == [0, 1, *range(3, 24)]
    assert sum(b.end - b.start for b in hours) == 23 * HOUR


def test_the_clocks_are_put_back() -> None:
    hours = period(date(2026, 11, 1), 1).buckets()
    assert [b.hour for b in hours] == [*range(24)]
    assert [(b.end - b.start) // HOUR for b in hours] == [1, 2, *[1] * 22]


@pytest.mark.parametrize(
    ("days", "unit", "bars"),
    [(1, Unit.HOUR, 24), (2, Unit.HOUR, 48), (7, Unit.DAY, 7), (62, Unit.DAY, 62), (90, Unit.WEEK, 13),
     (365, Unit.WEEK, 53), (500, Unit.MONTH, 17)],
)  # fmt: skip
def test_a_period_is_cut_as_its_length_asks(days: int, unit: Unit, bars: int) -> None:
    made = period(date(2024, 1, 1), days)
    assert (made.unit, len(made.buckets())) == (unit, bars)


def test_nothing_begins_after_now() -> None:
    now = datetime(2011, 8, 29, 12, 30, tzinfo=BOSTON)
    made = last_days(1, now, BOSTON)
    assert [b.hour for b in made.buckets()] == [*range(13)]
    assert made.words == "2011-08-29"
    assert made.words_before(WEEK) == "2011-08-22..2011-08-22T12"
    assert last_days(2, now, BOSTON).words_before(YEAR) == "2010-08-29..2010-08-30T12"
    past = Period(date(2011, 7, 1), date(2011, 7, 31), now, BOSTON)
    assert past.words_before(WEEK) == "2011-05-27..2011-06-26"
    assert past.words_before(YEAR) == "2010-07-02..2010-08-01"


def test_the_words_are_those_of_the_city_whatever_the_machine_thinks() -> None:
    now = datetime(2011, 8, 30, 2, 0, tzinfo=UTC)
    assert last_days(1, now, BOSTON).words == "2011-08-29"
