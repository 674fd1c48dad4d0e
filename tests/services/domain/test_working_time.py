"""A city's working time beside a map of its minutes: hours, days, openings, pauses, and how a clock came to stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.domain.calendar import PAUSABLE, Calendar, Hours, Span, without
from services.domain.sla import MOST, Sla, Stood, Target, Term, Unit, after, due_at, stood, times_over, within
from services.domain.status import Status

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2011, 7, 1)
FILED = datetime(2011, 7, 11, 14, tzinfo=UTC)
hours = st.none() | st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
calendars = st.builds(
    Calendar,
    st.just("America/New_York"),
    st.tuples(*[hours] * 7),
    st.frozensets(st.dates(date(2011, 7, 1), date(2011, 7, 20)), max_size=6),
)
walls = st.integers(0, 14 * 24 * 60).map(lambda minute: START + minute * MINUTE)


def works(calendar: Calendar, wall: datetime) -> bool:
    of_the_day = None if wall.date() in calendar.holidays else calendar.hours[wall.weekday()]
    return of_the_day is not None and of_the_day[0] <= wall.hour * 60 + wall.minute < of_the_day[1]


@given(calendars, walls)
def test_office_hours_are_exactly_the_minutes_somebody_works(calendar: Calendar, wall: datetime) -> None:
    spans = [span for span in islice(calendar.office_hours(wall), 4) if span[0] < wall + 3 * DAY]
    inside = {wall + n * MINUTE for n in range(0, 3 * 24 * 60, 7) if any(b <= wall + n * MINUTE < e for b, e in spans)}
    assert inside == {wall + n * MINUTE for n in range(0, 3 * 24 * 60, 7) if works(calendar, wall + n * MINUTE)}


@given(calendars, walls)
def test_spans_follow_one_another_and_none_is_empty(calendar: Calendar, wall: datetime) -> None:
    for spans in (list(islice(calendar.office_hours(wall), 5)), list(islice(calendar.working_days(wall), 5))):
        assert all(wall <= begins < ends for begins, ends in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(calendars, walls)
def test_working_days_begin_with_the_opening_and_are_whole_from_then_on(calendar: Calendar, wall: datetime) -> None:
    opening = calendar.opening(wall)
    days = list(islice(calendar.working_days(wall), 4))
    if opening is None:
        assert days == []
        return
    assert days[0][0] == opening
    assert works(calendar, opening)
    for begins, ends in days:
        assert ends.time() == datetime.min.time()
        assert calendar.open_on(begins.date()) is not None
    assert all(ends - begins == DAY for begins, ends in days[1:])


@given(calendars, walls)
def test_nobody_works_before_the_opening(calendar: Calendar, wall: datetime) -> None:
    opening = calendar.opening(wall)
    assume(opening is not None)
    assert opening is not None
    minutes = min((opening - wall) // MINUTE, 5000)
    assert not any(works(calendar, wall + n * MINUTE) for n in range(0, minutes, 11))
    assert not works(calendar, opening - MINUTE) or opening == wall


@given(st.datetimes(datetime(2011, 1, 1), datetime(2011, 12, 31), timezones=st.just(UTC)))
def test_what_a_wall_shows_is_that_moment_again_but_for_the_hour_that_comes_twice(moment: datetime) -> None:
    calendar = Calendar("America/New_York")
    again = calendar.moment(calendar.wall(moment))
    assert again - moment in (timedelta(), HOUR)
    assert calendar.wall(again) == calendar.wall(moment)


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(-5, 40)).map(lambda p: (p[0], p[0] + p[1])), max_size=5)


def moment(minute: int) -> datetime:
    return START + minute * MINUTE


@given(spans, spans)
def test_what_is_left_outside_the_pauses_is_each_minute_of_neither(
    running: list[tuple[int, int]], pauses: list[tuple[int, int]]
) -> None:
    cut: list[tuple[int, int]] = []
    for begins, ends in sorted(running):
        if begins < ends and (not cut or cut[-1][1] <= begins):
            cut.append((begins, ends))
    given_: list[Span] = [(moment(b), moment(e)) for b, e in cut]
    left = list(without(given_, [(moment(b), moment(e)) for b, e in pauses]))
    assert all(begins < ends for begins, ends in left)
    assert all(one[1] <= other[0] for one, other in pairwise(left))
    for minute in range(110):
        runs = any(b <= minute < e for b, e in cut) and not any(b <= minute < e for b, e in pauses)
        assert runs == any(b <= moment(minute) < e for b, e in left)


stories = st.lists(st.tuples(st.integers(0, 50), st.sampled_from(Status)), max_size=12)
pausing = st.frozensets(st.sampled_from(PAUSABLE))


@given(stories, pausing)
def test_a_clock_stood_in_exactly_the_minutes_of_a_pausing_status(
    steps: list[tuple[int, Status]], pausing_: frozenset[Status]
) -> None:
    at, story = 0, []
    for passed, status in steps:
        at += passed
        story.append((moment(at), status))
    made = stood(story, pausing_)
    assert (made.since is not None) == bool(story and story[-1][1] in pausing_)
    for minute in range(0, at, 3):
        held = next((s for when, s in reversed(story) if when <= moment(minute)), None)
        stands = any(b <= moment(minute) < e for b, e in made.spans)
        stands |= made.since is not None and made.since <= moment(minute)
        assert stands == (held in pausing_)


@given(calendars, st.integers(0, 5000), st.integers(1, 30), st.sampled_from(Unit), spans)
def test_pauses_never_make_anything_due_sooner(
    calendar: Calendar, minute: int, amount: int, unit: Unit, pauses: list[tuple[int, int]]
) -> None:
    filed = FILED + minute * MINUTE
    paused = [(filed + b * HOUR, filed + e * HOUR) for b, e in pauses]
    free, held = within(calendar, filed, Term(amount, unit)), within(calendar, filed, Term(amount, unit), paused)
    assume(free is not None)
    assert free is not None
    assert held is not None
    assert free <= held


@given(calendars, st.integers(0, 5000), st.integers(0, 2000), st.integers(1, 30), st.sampled_from(Unit))
def test_what_is_filed_later_is_never_due_sooner(
    calendar: Calendar, minute: int, later: int, amount: int, unit: Unit
) -> None:
    one, other = (within(calendar, FILED + m * MINUTE, Term(amount, unit)) for m in (minute, minute + later))
    assert (one is None) == (other is None)
    assert one is None or other is None or one <= other


@given(calendars, st.integers(0, 5000), st.integers(1, 40))
def test_working_hours_end_while_somebody_works(calendar: Calendar, minute: int, amount: int) -> None:
    due = within(calendar, FILED + minute * MINUTE, Term(amount, Unit.WORKING_HOURS))
    assume(due is not None)
    assert due is not None
    assert works(calendar, calendar.wall(due) - MINUTE), "the last minute of it is one in which somebody works"


@pytest.mark.parametrize(
    ("amount", "unit", "is_one"),
    [
        (0, Unit.HOURS, False),
        (-1, Unit.WORKING_DAYS, False),
        (float("nan"), Unit.HOURS, False),
        (float("inf"), Unit.WORKING_HOURS, False),
        (MOST, Unit.HOURS, True),
        (MOST + 1, Unit.HOURS, False),
        (MOST / 24, Unit.WORKING_DAYS, True),
        (MOST / 24 + 1, Unit.WORKING_DAYS, False),
        (MOST, Unit.WORKING_HOURS, True),
        (0.25, Unit.WORKING_HOURS, True),
    ],
)
def test_which_terms_can_be_reckoned_with(amount: float, unit: Unit, is_one: bool) -> None:
    assert Term(amount, unit).is_one is is_one


def test_a_citys_own_target_comes_before_the_hours_its_upstream_names() -> None:
    day = Term(1, Unit.WORKING_DAYS)
    sla = Sla(
        targets={("city", "TREE"): Target(Term(4), day), ("city", "NOTE"): Target(Term(2)), ("", "OWN"): Target()}
    )
    assert sla.term("city", "TREE", 48) == day
    assert sla.term("city", "NOTE", 48) == Term(48), "who only promises an answer promises no more"
    assert sla.term("other", "TREE", 48) == Term(48), "the same code of another upstream is another service"
    assert sla.term("", "OWN", None) is None
    assert sla.term("", "OWN", 0) is None
    assert sla.respond_by("city", "TREE", FILED) == FILED + 4 * HOUR
    assert sla.respond_by("city", "OWN", FILED) is None
    assert sla.due(("city", "TREE"), 48, FILED, None) == FILED + DAY
    assert sla.due(("city", "TREE"), 48, FILED, FILED + HOUR) == FILED + HOUR


def test_a_clock_that_stands_stops_only_our_own_promise() -> None:
    standing = Stood((), FILED + HOUR)
    assert due_at(FILED, None, 1, stood=standing) == FILED + HOUR, "due as it stopped is due"
    assert due_at(FILED, None, 1.001, stood=standing) is None


@pytest.mark.parametrize("hours_", [0.0, 1.0, 99_999.0])
def test_nothing_is_due_beyond_the_calendar(hours_: float) -> None:
    last = datetime(9999, 1, 1, 23, 59, tzinfo=UTC)
    assert after(last, 0) == last
    assert after(last + MINUTE, hours_) is None
    made = after(FILED, hours_)
    assert made is not None
    assert made - FILED == timedelta(hours=hours_)


@given(st.integers(1, 10_000), st.integers(-10_000, 50_000))
def test_how_late_is_late(allowed: int, passed: int) -> None:
    over = times_over(FILED, FILED + allowed * MINUTE, FILED + passed * MINUTE)
    assert over == (0 if passed <= allowed else 3 if passed > 3 * allowed else 1)


def test_hours_of_a_day_with_a_holiday_and_of_one_nobody_works() -> None:
    desk: tuple[Hours | None, ...] = (*(((480, 1020),) * 5), None, None)
    calendar = Calendar("America/New_York", desk, frozenset({date(2011, 7, 4)}))
    assert [calendar.open_on(date(2011, 7, day)) for day in (1, 2, 4, 5)] == [(480, 1020), None, None, (480, 1020)]
    nobody = Calendar(hours=(None,) * 7)
    assert nobody.opening(START) is None
    assert list(nobody.working_days(START)) == []
    only_holidays = Calendar(hours=desk, holidays=frozenset(date(2011, 7, 1) + n * DAY for n in range(10)))
    assert only_holidays.opening(START) == datetime(2011, 7, 11, 8)
