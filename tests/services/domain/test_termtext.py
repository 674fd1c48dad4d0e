"""Terms, hours and days off are read as people write them, and what cannot be read is said with a remedy."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.calendar import Calendar
from services.domain.sla import Term, Unit
from services.domain.termtext import days_off, days_off_text, hours, hours_text, term, week, week_text
from services.errors import Invalid

TERMS = [
    ("48", "", Term(48)),
    ("48 h", "", Term(48)),
    ("1,5 hours", "", Term(1.5)),
    ("2", "working days", Term(2, Unit.WORKING_DAYS)),
    ("2", "Working_Days", Term(2, Unit.WORKING_DAYS)),
    (" 2  Business Days", "hours", Term(2, Unit.WORKING_DAYS)),
    ("2wd", "", Term(2, Unit.WORKING_DAYS)),
    ("4 working hours", "", Term(4, Unit.WORKING_HOURS)),
    ("3 days", "", Term(72)),
    ("", "hours", None),
    ("none", "", None),
]


@pytest.mark.parametrize(("text", "unit", "made"), TERMS)
def test_terms(text: str, unit: str, made: Term | None) -> None:
    assert term(text, unit) == made


@pytest.mark.parametrize("text", ["0", "-3 h", "soon", "2 fortnights", "1e9 h", "nan", "999999 working days"])
def test_no_terms(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        term(text)
    assert caught.value.remedy.startswith("Write e.g.")


@given(st.integers(1, 4000), st.sampled_from(Unit))
def test_a_term_is_read_as_it_is_said(amount: int, unit: Unit) -> None:
    assert term(str(Term(amount, unit))) == Term(amount, unit)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("8:30-17:00", (510, 1020)),
        ("8 – 17", (480, 1020)),
        ("0830 to 1700", (510, 1020)),
        ("0-24", (0, 1440)),
        ("closed", None),
    ],
)
def test_hours(text: str, made: tuple[int, int] | None) -> None:
    assert hours(text) == made


@pytest.mark.parametrize("text", ["17-8", "8", "8:70-9:00", "8-25", "9-9", "morning"])
def test_no_hours(text: str) -> None:
    with pytest.raises(Invalid, match="are no hours"):
        hours(text)


@given(st.none() | st.tuples(st.integers(0, 700), st.integers(701, 1440)))
def test_hours_are_read_as_they_are_said(made: tuple[int, int] | None) -> None:
    assert hours(hours_text(made)) == made


def test_a_week() -> None:
    assert week("mon-wed 8-17") == dict.fromkeys((0, 1, 2), (480, 1020))
    assert week("Saturday closed") == {5: None}
    assert week("sat-mon 9-12") == dict.fromkeys((5, 6, 0), (540, 720))
    for bad in ("someday 8-17", "mo 8-17", "mon-xyz 8-17"):
        with pytest.raises(Invalid, match="no day of the week"):
            week(bad)
    made = Calendar(hours=((510, 1020),) * 5 + ((540, 720), None))
    assert week_text(made) == "Monday to Friday 8:30-17:00; Saturday 9:00-12:00"
    assert week_text(Calendar(hours=(None,) * 7)) == "never"


def test_days_off() -> None:
    text = "2026-07-03 Independence Day (observed)\n\n2026-12-24, Christmas  Eve\n2026-12-31"
    named = days_off(text)
    assert named[date(2026, 12, 24)] == "Christmas Eve"
    assert days_off(days_off_text(named)) == named
    with pytest.raises(Invalid, match="Line 2 of the days off: “24/12/2026” is no date") as caught:
        days_off("2026-07-03\n24/12/2026")
    assert "one a line" in caught.value.remedy
