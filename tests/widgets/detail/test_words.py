"""Times, clocks and sentences of the pane."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.policy import LOCAL
from services.domain.values import Caller, Place, Reach
from tests.widgets.detail.sample import DEAF, GATEWAY, NOW, PLAIN, REQUEST, ZONE
from widgets.detail import words

MOMENTS = st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "today 12:00"),
        (-24.5, "yesterday 11:30"),
        (24, "tomorrow 12:00"),
        (-72, "26 Aug 12:00"),
        (24 * 365, "28 Aug 2012"),
    ],
)
def test_a_moment_is_said_beside_now(hours: float, said: str) -> None:
    assert words.when(NOW + timedelta(hours=hours), NOW, ZONE) == said


@given(MOMENTS, MOMENTS)
def test_every_moment_can_be_said(at: datetime, now: datetime) -> None:
    assert words.when(at, now, ZONE)
    assert words.stamp(at, now, ZONE)
    assert str(words.local(at, ZONE).year) in words.full_stamp(at, ZONE)
    assert words.due_words(at, now).endswith("late" if at < now else "left")


def test_years_that_the_zone_cannot_say_are_said_in_utc() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert words.when(first, NOW, ZONE) == "1 Jan 1"
    assert words.when(last, NOW, None).startswith("31 Dec 9999")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 m left"),
        (59, "59 m left"),
        (23 * 60 + 23, "23 h 23 m left"),
        (47 * 60 + 59, "47 h 59 m left"),
        (48 * 60, "2 d 0 h left"),
        (11 * 24 * 60 + 61, "11 d 1 h left"),
        (-90, "1 h 30 m late"),
        (-60 * 60, "2 d 12 h late"),
    ],
)
def test_the_due_clock_has_minutes_while_they_count(minutes: int, said: str) -> None:
    assert words.due_words(NOW + timedelta(minutes=minutes), NOW) == said
    assert words.due_words(None, NOW) == ""


def test_a_place_is_said_as_far_as_it_is_known() -> None:
    assert words.place_lines(REQUEST.place) == (
        "612 E Fifth St, South Boston 02127",
        "Ward 6. 42.33410, -71.03610",
    )
    assert words.place_lines(Place()) == ("No place given", "No usable point, so it is not on the map")
    assert words.place_lines(Place(lat=1.0, lon=2.0)) == ("No address given", "1.00000, 2.00000")
    assert words.place_lines(Place("1 Main St 02127", zipcode="02127"))[0] == "1 Main St 02127"


def test_the_callers_head_promises_only_what_will_happen() -> None:
    assert words.callers_head(2, GATEWAY, REQUEST) == "Callers (2): both will be told"
    assert words.callers_head(1, GATEWAY, REQUEST) == "Caller: will be told"
    three = replace(REQUEST, reach=(Reach("email"),) * 3)
    assert words.callers_head(3, GATEWAY, three) == "Callers (3): all 3 will be told"
    assert words.callers_head(3, GATEWAY, REQUEST) == "Callers (3): whoever left an address is told"
    assert words.callers_head(1, GATEWAY, replace(REQUEST, reach=())) == "Caller: left no way to be reached"
    assert words.callers_head(0, PLAIN, REQUEST) == "Reporter: told by the upstream"
    assert words.callers_head(2, DEAF, REQUEST) == "Callers (2): told nothing from here"
    assert words.callers_head(2, DEAF, REQUEST, waiting=1) == "Callers (2): 1 to be called back"
    assert words.callers_head(1, GATEWAY, REQUEST, waiting=1) == "Caller: to be called back"
    calls = Caller(1, "Bo", "617 555 0188", "", "en", "phone")
    unknown = replace(REQUEST, reach=None)
    assert words.callers_head(1, GATEWAY, unknown, callers=[calls]) == "Caller: will be called back"
    mailed = replace(calls, email="bo@example.org", reply="email")
    assert words.callers_head(1, GATEWAY, unknown, callers=[mailed]) == "Caller: told by the upstream"
    assert words.callers_head(1, LOCAL, replace(REQUEST, upstream="")) == "Caller: told nothing from here"


def test_a_caller_is_reached_in_a_way_and_a_language() -> None:
    assert words.caller_way(Caller(1, "A", "1", "a@example.org", "en")) == "e-mail, English"
    assert words.caller_way(Caller(1, "A", "1", "", "pt")) == "phone, pt"
    assert words.caller_way(Caller(1, "A")) == ""
    assert words.caller_way(Caller(1, "A", "1", "", "en", do_not_call=True)) == "never call or write, English"


def test_both_states_are_said_where_they_differ() -> None:
    request = replace(REQUEST, differs=True, upstream_status="CLOSED", upstream_updated_at=NOW)
    said = words.differs_sentence(request, NOW, ZONE)
    assert "“city” says “CLOSED”, today 12:00" in said
    assert "This desk says “New”" in said
    assert "says “CLOSED”." in words.differs_sentence(replace(request, upstream_updated_at=None), NOW, ZONE)
