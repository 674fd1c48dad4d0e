"""What is handed to a crew: everything that it needs, nothing that it may not see, and outside text as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.paper import Job, Order, Sheet, day_sheet, day_text, work_order
from services.domain.detail import Detail
from services.domain.status import Channel, Status
from services.domain.values import Caller, Event, EventKind, Place, ServiceRequest

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
REQUEST = ServiceRequest(
    id=1,
    number="26-000123",
    upstream="city",
    upstream_id="77",
    service_code="3",
    service="Fallen tree",
    status=Status.ASSIGNED,
    outcome=None,
    place=Place("18 Main St", 42.28, -71.12, "Ward 18", "02131"),
    description="A branch fell.",
    channel=Channel.PHONE,
    requested_at=NOON,
    updated_at=NOON,
    due_at=NOON,
    closed_at=None,
    crew=None,
    version=1,
)
ROSA = Caller(1, "Rosa Almeida", "617 555 0142", "rosa@example.org", "es")
ORDER = Order(Detail(REQUEST, callers=(ROSA,)), "Tree 1", NOON, "ana", UTC, "Town", contacts=True)
JOB = Job("26-000123", "Fallen tree", "18 Main St", "Ward 18", "Mon 23 Nov 2026, 17:00", "Assigned", done=False)
SHEET = Sheet("Tree 1", date(2026, 11, 23), "7:00-15:30", (JOB, replace(JOB, done=True)), NOON, "ana", UTC, "Town")
EVIL = '<img src="file:///etc/hostname"><table>&amp;'


def test_an_order_says_what_where_when_and_for_whom() -> None:
    page = work_order(ORDER, 1000)
    for words in (
        "26-000123",
        "18 Main St",
        "Ward 18",
        "Fallen tree",
        "Tree 1",
        "A branch fell.",
        "617 555 0142",
        "ana",
    ):
        assert words in page
    assert "Mon 23 Nov 2026, 17:00" in page
    assert "Done by" in page


def test_without_the_right_nobody_who_called_is_named() -> None:
    page = work_order(replace(ORDER, contacts=False), 1000)
    for words in ("Rosa", "617", "rosa@"):
        assert words not in page
    assert "Ask the desk" in page


def test_outside_text_is_text_wherever_it_stands() -> None:
    place = Place(EVIL, 42.28, -71.12, EVIL, EVIL)
    bad = replace(REQUEST, service=EVIL, description=EVIL, place=place)
    note = Event(1, 1, NOON, "ana", EventKind.NOTE, text=EVIL)
    detail = Detail(bad, (note,), (Caller(1, EVIL, EVIL),), attributes=((EVIL, EVIL),))
    job = Job(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, done=True, description=EVIL)
    for page in (
        work_order(replace(ORDER, detail=detail, crew=EVIL, by=EVIL, city=EVIL), 1000),
        day_sheet(replace(SHEET, crew=EVIL, about=EVIL, jobs=(job,), by=EVIL, city=EVIL), 1000),
    ):
        assert "<img" not in page
        assert page.count("&lt;img") >= 6


@given(st.text(max_size=400), st.integers(0, 200))
def test_free_text_is_cut_and_says_so(text: str, most: int) -> None:
    page = work_order(replace(ORDER, detail=Detail(replace(REQUEST, description=text))), most)
    assert ("more at the desk" in page) == (len(text or "Nothing was written.") > most)


def test_a_sheet_lists_every_job_and_the_letter_the_same() -> None:
    page, letter = day_sheet(SHEET, 100), day_text(SHEET)
    assert "2 jobs, 1 to do" in page
    assert page.count("18 Main St") == letter.count("18 Main St") == 2
    assert "Monday 23 November 2026" in page
    assert "2. Fallen tree (#26-000123) - done" in letter
