"""When a request is due, over the whole calendar, and how the clock says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.sla import due_at, time_left
from services.domain.spans import span

NOON = datetime(2026, 8, 29, 12, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC))
hours = st.none() | st.floats(0, 100_000)


@given(moments, st.none() | moments, hours)
def test_due_is_a_promise_or_nothing(requested: datetime, expected: datetime | None, target: float | None) -> None:
    due = due_at(requested, expected, target)
    if expected is not None and expected >= requested:
        assert due == expected
    elif target is None:
        assert due is None
    else:
        assert due is None or due == requested + timedelta(hours=target)


@given(moments, st.none() | moments, hours, moments)
def test_what_is_needed_sooner_is_due_sooner(
    requested: datetime, expected: datetime | None, target: float | None, needed: datetime
) -> None:
    promised = due_at(requested, expected, target)
    assert due_at(requested, expected, target, needed) == (needed if promised is None else min(promised, needed))


def test_the_upstreams_promise_comes_first_unless_it_is_a_slip() -> None:
    hour = timedelta(hours=1)
    assert due_at(NOON, NOON + hour, 48) == NOON + hour
    assert due_at(NOON, NOON - hour, 48) == NOON + 48 * hour
    assert due_at(NOON, NOON - hour, None) is None
    assert due_at(datetime(9999, 12, 1, tzinfo=UTC), None, 24) is None


LEFT = [(0, "0 m"), (59, "59 m"), (60, "1 h"), (130, "2 h 10 m"), (359, "5 h 59 m"), (360, "6 h"), (2879, "47 h")]
LATE = [(1, "1 m"), (2880, "2 d"), (3000, "2 d")]


@pytest.mark.parametrize(
    ("minutes", "words"), [*((m, f"{w} left") for m, w in LEFT), *((-m, f"{w} late") for m, w in LATE)]
)
def test_the_clock_in_words(minutes: int, words: str) -> None:
    assert time_left(NOON + timedelta(minutes=minutes), NOON) == words


def test_nothing_due_is_nothing_said() -> None:
    assert time_left(None, NOON) == ""


@given(st.integers(0, 10**7))
def test_a_span_is_never_longer_than_it_says(minutes: int) -> None:
    units = {"m": 1, "h": 60, "d": 1440}
    parts = span(minutes).split()
    said = sum(int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))
    assert said <= minutes < said + (1 if minutes < 360 else 60 if minutes < 2880 else 1440)
