"""What rules count, now and in the past; and the storm of August 2011, which is one alert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.demo import source
from services.demo.alerts import RULES, STORM
from services.domain.alerts import Measure, Rule, checked
from services.domain.queue_row import QueueRow
from services.errors import Invalid
from services.queue.query import Moment, count, parse
from services.queue.snapshot import Ints, Snapshot, build
from services.sqlite import to_millis
from services.supervise.alerts import FEWEST, _past, check, figure, oldest, preview, replay
from tests.services.queue.rows import NOW, queue_rows
from tests.services.supervise.test_forecast import HOUR, LIGHT, row

MOMENT = Moment(datetime.fromtimestamp(NOW / 1000, UTC))
TREES = STORM.query


def none(_: str) -> Ints:
    return np.empty(0, np.int64)


def rule(query: str = "", measure: Measure = Measure.COUNT, threshold: float = 3) -> Rule:
    return Rule(1, "Rule", query, measure, threshold)


@cache
def storm() -> Snapshot:
    """The shipped rows as the city had them on 3 September 2011."""
    return build(_shipped(), ())


def _shipped() -> Iterator[QueueRow]:
    for number, r in enumerate(source.rows(), 1):
        opened = to_millis(r.opened)
        yield QueueRow(
            number, r.id, "", "", r.type, r.type, "closed" if r.closed else "new", None, "", None, None, "", opened,
            opened, to_millis(r.target) if r.target else None, to_millis(r.closed) if r.closed else None, None,
            r.channel.value, 1, False, False, False, "",
        )  # fmt: skip


def test_the_demo_citys_storm_rule_is_sound_for_all() -> None:
    for made in RULES:
        check(checked(made))


@pytest.mark.parametrize("query", ["", STORM.query], ids=["everything", "the demo's rule"])
def test_the_storm_is_one_alert(query: str) -> None:
    """27 to 30 August 2011: hurricane Irene landed on the 28th; the night and the next morning begin no other."""
    zone = source.NOON.tzinfo
    assert zone is not None
    until = Moment(datetime(2011, 8, 31, tzinfo=zone), zone)
    begun = replay(
        rule(query, STORM.measure, STORM.threshold), storm(), until, none, datetime(2011, 8, 27, tzinfo=zone)
    )
    assert begun is not None
    assert [(b.day, 8 <= b.hour <= 13) for b in begun] == [(28, True)]


def test_before_the_storm_a_rate_says_nothing_and_at_its_height_far_more_than_normal() -> None:
    zone = source.NOON.tzinfo
    assert zone is not None
    quiet, height = (Moment(datetime(2011, 8, day, 13, 30, tzinfo=zone), zone) for day in (27, 28))
    asked = rule(TREES, Measure.RATE)
    readings = [figure(asked, storm(), moment, none) for moment in (quiet, height)]
    assert readings[0] is not None
    assert readings[1] is not None
    assert readings[0] < 1 < 10 < readings[1]


def test_a_count_an_age_and_a_rate() -> None:
    rows = [row(i, -i, 48 - i, None) for i in range(1, 11)] + [row(20, -90, -42, None, LIGHT), row(21, -95, -47, -50)]
    made = build(rows, ())
    assert figure(rule("status:open"), made, MOMENT, none) == 11
    assert figure(rule("is:overdue"), made, MOMENT, none) == 1
    assert figure(rule("is:open", Measure.OLDEST), made, MOMENT, none) == pytest.approx(90)
    assert figure(rule("service:nothing", Measure.OLDEST), made, MOMENT, none) == 0
    burst = [row(100 + i, 0, 48, None)._replace(requested_ms=NOW - 60_000 * i) for i in range(55)]
    assert figure(rule("", Measure.RATE), build([*rows, *burst], ()), MOMENT, none) == pytest.approx(55 / FEWEST)


def test_normal_is_the_middle_of_the_same_hour_of_the_days_before() -> None:
    usual = [
        row(1 + 100 * d + i, -24 * d, None, None)._replace(requested_ms=NOW - d * 24 * HOUR - 60_000 * i)
        for d in range(1, 29)
        for i in range(40 if d % 2 else 20)
    ]
    burst = [row(9000 + i, 0, None, None)._replace(requested_ms=NOW - 30_000 * i) for i in range(90)]
    assert figure(rule("", Measure.RATE), build([*usual, *burst], ()), MOMENT, none) == pytest.approx(3.0)


@pytest.mark.parametrize("words", ["is:mine", "is:visible", "-is:outside", "sttaus:open", "age:3"])
def test_words_that_mean_something_else_to_each_or_nothing_at_all_are_refused(words: str) -> None:
    with pytest.raises(Invalid):
        check(rule(words))


@pytest.mark.parametrize("word", ["status:open", "told:today", "undelivered:2026", "reopened:today"])
def test_arrivals_are_counted_whatever_became_of_them(word: str) -> None:
    with pytest.raises(Invalid, match=word):
        check(rule(f"{word} service:tree", Measure.RATE))
    check(rule("service:tree", Measure.RATE))
    check(rule(f"{word} service:tree"))


@pytest.mark.parametrize("word", ["told:today", "-undelivered:today", "reopened:today", "closed:today"])
def test_what_happened_by_some_day_is_said_of_now_and_of_no_time_before(word: str) -> None:
    asked = rule(word)
    assert figure(asked, storm(), MOMENT, none) is not None
    assert replay(asked, storm(), MOMENT, none, MOMENT.now - timedelta(days=2)) is None


def test_a_rule_that_finds_nothing_or_everything_is_said() -> None:
    made = build([row(i, -i, 48, None) for i in range(1, 30)], ())
    asked = rule("service:nothing")
    assert "find nothing at all" in preview(asked, made, MOMENT, none).sentence(asked)
    every = rule("", threshold=20)
    said = preview(every, made, MOMENT, none).sentence(every)
    assert said == (
        "Now: 29 requests. It would have begun 1 alert in the last month."
        " These words find every request: say which you mean."
    )
    some = rule("crew:none is:unassigned", threshold=20)
    assert "cannot be said" in preview(some, made, MOMENT, none).sentence(some)


QUERIES = (
    "is:open", "status:open", "status:closed", "-status:closed", "-status:open", "is:overdue", "age>3h", "age<30h",
    "-age<3h", "is:open age>3h", "due<2h", "due>2h", "since:5h", "is:overdue service:pothole", "area:none is:open",
    "overdue:1x", "overdue:3x",
)  # fmt: skip


@given(
    st.lists(st.integers(1, 400), unique=True, max_size=30).flatmap(lambda ids: st.tuples(*map(queue_rows, ids))),
    st.sampled_from(QUERIES),
    st.integers(0, 100),
)
def test_the_past_is_what_the_query_would_have_found_then(rows: tuple[QueueRow, ...], words: str, back: int) -> None:
    """Beside the list as it was at that moment, built anew."""
    plain = [_sound(r) for r in rows]
    then = NOW - back * HOUR
    was = build([_as_of(r, then) for r in plain if r.requested_ms <= then], ())
    moment = Moment(datetime.fromtimestamp(then / 1000, UTC))
    asked = rule(words)
    told = _past(asked, check(asked), build(plain, ()), MOMENT, none, [moment.now])
    assert told is not None
    assert told[0] == count(was, parse(words), moment, none)
    oldest = replace(asked, measure=Measure.OLDEST)
    aged = _past(oldest, check(oldest), build(plain, ()), MOMENT, none, [moment.now])
    assert aged is not None
    assert aged[0] == pytest.approx(figure(oldest, was, moment, none))


def _sound(r: QueueRow) -> QueueRow:
    """Closed after it was filed, within the years that people count."""
    asked = min(max(r.requested_ms, NOW - 10**10), NOW)
    closed = None if r.closed_ms is None else max(asked, min(r.closed_ms, NOW))
    return r._replace(requested_ms=asked, closed_ms=closed, status="closed" if closed else "new")


def _as_of(r: QueueRow, then: int) -> QueueRow:
    return r if r.closed_ms is None or r.closed_ms <= then else r._replace(closed_ms=None, status="new")


def test_a_month_is_looked_at_every_ten_minutes() -> None:
    made = build([row(i, -24 * 40 + i, None, -24 * 20) for i in range(1, 30)], ())
    begun = replay(rule("is:open", threshold=20), made, MOMENT, none, MOMENT.now - timedelta(days=45))
    assert begun is not None
    (only,) = begun
    assert timedelta() <= only - (MOMENT.now - timedelta(hours=24 * 40 - 20)) < timedelta(minutes=10)


_AT = st.integers(0, 40)


@given(st.lists(st.tuples(_AT, _AT, _AT), max_size=30), st.lists(_AT, min_size=1, max_size=20, unique=True))
def test_the_oldest_at_each_moment_is_the_oldest_of_those_that_count_then(
    rows: list[tuple[int, int, int]], moments: list[int]
) -> None:
    asked, begin, end = (np.array(column, np.int64) for column in (zip(*rows, strict=True) if rows else ((), (), ())))
    at = np.array(sorted(moments), np.int64)
    made = oldest(asked, begin, end, at)
    for hours, moment in zip(made.tolist(), at.tolist(), strict=True):
        counted = [a for a, b, e in rows if b <= moment < e]
        assert hours == ((moment - min(counted)) / HOUR if counted else 0.0)
