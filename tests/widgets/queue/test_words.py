"""The words of a queue row: what is read, by eye and by a screen reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.spans import age
from services.domain.status import Outcome, Status
from services.queue.snapshot import build
from tests.widgets.rows import CREWS, HOUR, NOW, row
from widgets.queue.words import RowWords, date_and_time, dates, row_words, sentence

BOSTON = ZoneInfo("America/New_York")


def words(**changed: object) -> RowWords:
    return row_words(build([row(1, **changed)], CREWS), 0, NOW)


@pytest.mark.parametrize(
    ("left", "said", "late"),
    [
        (130 * 60_000, "2 h 10 m left", False),
        (23 * HOUR + 1, "23 h left", False),
        (11 * 24 * HOUR, "11 d left", False),
        (-60_000, "1 m late", True),
        (-2 * 24 * HOUR, "2 d late", True),
        (-1, "1 m late", True),
        (0, "0 m left", False),
    ],
)
def test_the_due_clock_in_words(left: int, said: str, late: bool) -> None:
    found = words(due_ms=NOW + left)
    assert (found.due, found.late) == (said, late)


def test_nothing_is_due_on_a_closed_request_or_without_a_promise() -> None:
    assert words(due_ms=None).due == ""
    assert words(status="closed", outcome="fixed", due_ms=NOW - HOUR).due == ""


@pytest.mark.parametrize(
    ("ms", "said"),
    [(-5, "0 m"), (59 * 60_000, "59 m"), (26 * HOUR, "26 h"), (72 * HOUR, "3 d"), (6 * 365 * 24 * HOUR, "6 y")],
)
def test_age_is_one_short_unit(ms: int, said: str) -> None:
    assert age(ms) == said


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_age_always_fits_its_column(ms: int) -> None:
    number, unit = age(ms).split()
    assert int(number) >= 0
    assert unit in {"m", "h", "d", "y"}


def test_a_closed_request_says_how_it_ended() -> None:
    assert words(status="closed", outcome="not_found").state == "Not found"
    assert words(status="closed", outcome="unknown").state == "Closed"
    assert words(status="closed", outcome=None).state == "Closed"
    assert words(status="in_progress").state == "In progress"


def test_remarks_say_what_is_odd() -> None:
    assert words().remark == ""
    assert words(lat=None, lon=None).remark == "no place"
    assert words(differs=True, undelivered=True).remark == "not delivered, differs"


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_sentence(status: Status) -> None:
    said = sentence(words(status=status.value, outcome=None, number="101000320036"))
    assert said.startswith(status.label)
    assert said.endswith("number 101000320036.")


def test_the_sentence_holds_the_whole_row() -> None:
    said = sentence(words(status="assigned", crew_id=2, due_ms=NOW - HOUR, lat=None, number="17"))
    assert said == (
        "Assigned, Tree Emergencies, 1 E Fifth St, no place, Ward 6, South Boston, 1 h late, 60 m old, by phone, "
        "crew Tree 2, number 17."
    ).replace("60 m", "1 h")


def test_the_sentence_of_a_bare_closed_row() -> None:
    nothing: dict[str, object] = {"service": "", "address": "", "area": "", "channel": "unknown"}
    bare = words(status="closed", outcome=Outcome.DUPLICATE.value, number="17", **nothing)
    rest = "1 h old, crew Tree 1, number 17."
    assert sentence(bare) == f"Closed, duplicate, no service, 42.33000, -71.04000, {rest}"
    nowhere = replace(bare, address="", remark="no place")
    assert sentence(nowhere) == f"Closed, duplicate, no service, no address, no place, {rest}"


def test_a_point_stands_where_nobody_gave_an_address() -> None:
    assert words(address="").address == "42.33000, -71.04000"
    assert words(address="", lat=None, lon=None).address == ""


def test_dates_are_absolute_and_local() -> None:
    made = build([row(1, requested_ms=NOW, due_ms=None, updated_ms=NOW, closed_ms=NOW)], CREWS)
    assert dates(made, 0, BOSTON).splitlines() == [
        "Opened 29 Aug 2011 12:00",
        "Changed 29 Aug 2011 12:00",
        "Closed 29 Aug 2011 12:00",
    ]


def test_the_ends_of_the_calendar_are_said_in_utc() -> None:
    first, last = -62_135_596_800_000, 253_402_300_799_000
    assert date_and_time(first, BOSTON) == "1 Jan 1 00:00 UTC"
    assert date_and_time(last, ZoneInfo("Asia/Tokyo")) == "31 Dec 9999 23:59 UTC"
    assert date_and_time(0, UTC) == "1 Jan 1970 00:00"
