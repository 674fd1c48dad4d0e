"""The evaluation of the SLA clock: which terms are found in due times, and what counts as agreeing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.sla import Term, Unit, within
from tests.evaluate import data
from tests.evaluate.sla import agreement, medians, rows
from tests.evaluate.terms import CITY, Filed, terms

MONDAY = CITY.moment(datetime(2011, 7, 11, 10))
DAYS = Term(2, Unit.WORKING_DAYS)


def of(term: Term, count: int, name: str = "Pothole") -> list[Filed]:
    """Requests filed hour by hour, each due by a term."""
    moments = [MONDAY + n * timedelta(hours=1) for n in range(count)]
    return [Filed(name, moment, within(CITY, moment, term), None, None) for moment in moments]


@given(st.integers(1, 40), st.sampled_from([Unit.HOURS, Unit.WORKING_DAYS]))
def test_the_term_that_made_the_due_times_is_found(amount: int, unit: Unit) -> None:
    assert terms(of(Term(amount, unit), 24 * 7)) == {"Pothole": Term(amount, unit)}


def test_few_rows_or_none_with_a_due_time_say_nothing() -> None:
    assert terms(of(DAYS, 4)) == {}
    assert terms([*of(DAYS, 6), *(Filed("Pothole", MONDAY, None, None, None),) * 50]) == {}


def test_the_rest_is_explained() -> None:
    due = within(CITY, MONDAY, DAYS)
    assert due is not None
    hour = timedelta(hours=1)
    kept = Filed("Pothole", MONDAY, due, due, True)
    late = Filed("Pothole", MONDAY, due, due + hour, False)
    moved = Filed("Pothole", MONDAY, due + timedelta(days=9), due + hour, True)
    slightly = Filed("Pothole", MONDAY, due + 2 * hour, due + hour, True)
    free = Filed("Pothole", MONDAY, None, due + hour, True)
    other = Filed("Tree", MONDAY, MONDAY, due, False)
    found = agreement([kept, late, moved, slightly, free, other], {"Pothole": DAYS})
    assert found.share == pytest.approx(2 / 6)
    assert found.why == {
        "due days apart": 1,
        "due at another time of the day": 1,
        "without a due time of the city's": 1,
        "of a service without a term": 1,
    }
    assert medians([kept, late, moved])["Pothole"] == Term(48)


def test_the_clock_agrees_with_the_city() -> None:
    try:
        promised, later, every = rows()
    except data.Missing as missing:
        pytest.skip(str(missing))
    assert promised.ours > 0.985
    assert later.ours > 0.985
    assert every.ours > 0.94
    assert promised.better
    assert later.better
