"""The SLA clock beside a slow one that walks minute by minute: hours, working time, holidays, pauses, summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.calendar import Calendar, Hours, Span
from services.domain.sla import Stood, Term, Unit, due_at, stood, times_over, within
from services.domain.status import Status

MINUTE = timedelta(minutes=1)
NEW_YORK = "America/New_York"
DESK = (*(((8 * 60 + 30, 17 * 60),) * 5), None, None)
CITY = Calendar(NEW_YORK, DESK, frozenset({date(2011, 7, 4), date(2011, 9, 5), date(2011, 10, 10)}))


def at(text: str) -> datetime:
    """A moment by the clocks of New York."""
    return CITY.moment(datetime.fromisoformat(text))


def slowly(calendar: Calendar, filed: datetime, term: Term, stood: list[Span]) -> datetime:
    """The due time by walking: a minute is spent when the clock runs in it."""
    if term.unit is Unit.HOURS:
        left, now = round(term.amount * 60), filed
        while left:
            left -= not any(begins <= now < ends for begins, ends in stood)
            now += MINUTE
        return now
    walls = [(calendar.wall(begins), calendar.wall(ends)) for begins, ends in stood]
    left = round(term.amount * (60 if term.unit is Unit.WORKING_HOURS else 24 * 60))
    wall, has_begun = calendar.wall(filed), False
    while left:
        hours = calendar.open_on(wall.date())
        works = hours is not None and hours[0] <= wall.hour * 60 + wall.minute < hours[1]
        has_begun |= works
        runs = works if term.unit is Unit.WORKING_HOURS else has_begun and hours is not None
        left -= runs and not any(begins <= wall < ends for begins, ends in walls)
        wall += MINUTE
    return calendar.moment(wall)


around_the_changes = st.sampled_from([datetime(2011, 3, 12), datetime(2011, 7, 1), datetime(2011, 11, 4)])
moments = st.builds(lambda day, m: (day + m * MINUTE).replace(tzinfo=UTC), around_the_changes, st.integers(0, 7200))
stretches = st.tuples(moments, st.integers(-60, 3000)).map(lambda given: (given[0], given[0] + given[1] * MINUTE))
hours_of_a_day = st.none() | st.tuples(st.integers(0, 700), st.integers(720, 1440))
weeks = st.tuples(*[hours_of_a_day] * 7).filter(any)
calendars = st.builds(
    Calendar,
    st.sampled_from([NEW_YORK, "America/Chicago", "Europe/Berlin", "UTC"]),
    weeks,
    st.frozensets(st.dates(date(2011, 3, 1), date(2011, 11, 30)), max_size=20),
)
terms = st.builds(Term, st.integers(1, 40).map(lambda n: n / 4), st.sampled_from(Unit)) | st.builds(
    Term, st.integers(1, 6), st.just(Unit.WORKING_DAYS)
)


@settings(deadline=None, max_examples=150)
@given(calendars, moments, terms, st.lists(stretches, max_size=3))
def test_the_clock_agrees_with_one_that_walks(
    calendar: Calendar, filed: datetime, term: Term, stood: list[Span]
) -> None:
    assert within(calendar, filed, term, stood) == slowly(calendar, filed, term, stood)


@given(calendars, moments, terms, terms)
def test_a_longer_term_is_never_due_sooner(calendar: Calendar, filed: datetime, one: Term, more: Term) -> None:
    longer = Term(one.amount + more.amount, one.unit)
    sooner, later = within(calendar, filed, one), within(calendar, filed, longer)
    assert filed < sooner <= later  # type: ignore[operator]


TWO_DAYS = Term(2, Unit.WORKING_DAYS)
FILED = [
    ("2011-07-11 10:00", "2011-07-13 10:00"),  # Monday
    ("2011-07-14 10:00", "2011-07-18 10:00"),  # over a weekend
    ("2011-07-01 10:00", "2011-07-06 10:00"),  # and a holiday
    ("2011-07-11 20:00", "2011-07-14 08:30"),  # after closing
    ("2011-07-11 05:00", "2011-07-13 08:30"),  # before opening
    ("2011-07-16 12:00", "2011-07-20 08:30"),  # on a Saturday
    ("2011-07-16 00:00", "2011-07-20 08:30"),
    ("2011-07-11 17:00", "2011-07-14 08:30"),  # as it closes
    ("2011-11-03 10:00", "2011-11-07 10:00"),  # over the end of summer time
]


@pytest.mark.parametrize(("filed", "due"), FILED)
def test_two_working_days(filed: str, due: str) -> None:
    assert within(CITY, at(filed), TWO_DAYS) == at(due)


def test_working_hours_and_hours() -> None:
    four = Term(4, Unit.WORKING_HOURS)
    assert within(CITY, at("2011-07-11 15:00"), four) == at("2011-07-12 10:30")
    assert within(CITY, at("2011-07-11 13:00"), four) == at("2011-07-11 17:00")
    day = within(CITY, at("2011-03-12 12:00"), Term(24))
    assert day == at("2011-03-13 13:00")  # the clocks went forward in between


def test_when_clocks_skip_or_repeat_an_hour() -> None:
    always = Calendar(NEW_YORK, ((0, 1440),) * 7)
    one = Term(1, Unit.WORKING_DAYS)
    skipped = within(always, datetime(2011, 3, 12, 7, 30, tzinfo=UTC), one)  # 02:30; there is no 02:30 the next day
    assert skipped == datetime(2011, 3, 13, 7, 30, tzinfo=UTC)
    repeated = within(always, datetime(2011, 11, 5, 5, 30, tzinfo=UTC), one)  # 01:30; there are two the next day
    assert repeated == datetime(2011, 11, 6, 6, 30, tzinfo=UTC)


def test_no_term_and_no_working_day_is_no_due_time() -> None:
    filed = at("2011-07-11 10:00")
    for amount in (0, -1, float("nan"), float("inf"), 1e9):
        assert within(CITY, filed, Term(amount)) is None
    nobody: tuple[Hours | None, ...] = (None,) * 7
    assert within(Calendar(hours=nobody), filed, TWO_DAYS) is None
    assert within(Calendar(hours=nobody), filed, Term(2, Unit.WORKING_HOURS)) is None
    assert within(CITY, datetime(9998, 12, 30, tzinfo=UTC), Term(99, Unit.WORKING_DAYS)) is None


def test_the_clock_stands_while_on_hold() -> None:
    filed = at("2011-07-11 10:00")
    story = [
        (filed, Status.NEW),
        (at("2011-07-11 12:00"), Status.ON_HOLD),
        (at("2011-07-12 09:00"), Status.SCHEDULED),
        (at("2011-07-12 12:00"), Status.IN_PROGRESS),
    ]
    held = frozenset({Status.ON_HOLD, Status.SCHEDULED})
    spans = ((at("2011-07-11 12:00"), at("2011-07-12 12:00")),)
    assert stood(story, held) == Stood(spans)
    assert stood(story, frozenset()) == Stood()
    assert stood(story[:2], held) == Stood((), at("2011-07-11 12:00"))
    assert within(CITY, filed, TWO_DAYS, spans) == at("2011-07-14 10:00")


def test_nothing_is_due_while_the_clock_stands_but_what_was_late() -> None:
    filed, noon = at("2011-07-11 10:00"), at("2011-07-11 12:00")
    standing = Stood((), noon)
    assert due_at(filed, None, TWO_DAYS, None, CITY, standing) is None
    assert due_at(filed, None, 1, None, CITY, standing) == at("2011-07-11 11:00")
    assert due_at(filed, noon, TWO_DAYS, None, CITY, standing) == noon, "an upstream's promise stays"
    assert due_at(filed, None, TWO_DAYS, noon, CITY, standing) == noon, "and so does what a caller needs"


def test_a_clock_that_jumped_back_takes_nothing_away() -> None:
    filed = at("2011-07-11 10:00")
    back = (at("2011-07-12 12:00"), at("2011-07-12 11:00"))
    assert within(CITY, filed, Term(2), [back]) == filed + timedelta(hours=2)
    assert within(CITY, filed, TWO_DAYS, [back]) == at("2011-07-13 10:00")


@pytest.mark.parametrize(("minutes", "over"), [(0, 0), (60, 0), (61, 1), (180, 1), (181, 3), (9999, 3)])
def test_how_far_past_its_time(minutes: int, over: int) -> None:
    filed = at("2011-07-11 10:00")
    assert times_over(filed, filed + timedelta(hours=1), filed + minutes * MINUTE) == over
    assert times_over(filed, None, filed + minutes * MINUTE) == 0


def test_terms_are_read_as_said() -> None:
    assert [
        str(Term(2, Unit.WORKING_DAYS)),
        str(Term(1)),
        str(Term(48)),
        str(Term(720)),
        str(Term(1.5, Unit.WORKING_HOURS)),
    ] == [
        "2 working days",
        "1 hour",
        "48 hours",
        "30 days",
        "1.5 working hours",
    ]
