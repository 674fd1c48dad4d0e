"""The weekly report's figures: which week, and each measure against the plain rows it is of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.errors import Invalid
from services.queue.query import Moment
from services.queue.snapshot import NONE, build
from services.supervise.week import Week, last_week, open_at, week
from tests.services.queue.rows import NOW as ROWS_NOW
from tests.services.queue.rows import queue_rows
from tests.widgets.rows import CREWS, HOUR, NOW, row

BOSTON = ZoneInfo("America/New_York")
MOMENT = Moment(datetime.fromtimestamp(NOW / 1000, UTC), BOSTON)
"""Monday 29 August 2011, noon."""
DAY = 24 * HOUR
rows = st.integers(0, 8).flatmap(lambda n: st.tuples(*(queue_rows(i) for i in range(1, n + 1))))


def no_messages(since: datetime, until: datetime) -> tuple[int, int]:
    assert until - since in {timedelta(days=7), timedelta(days=7, hours=1), timedelta(days=6, hours=23)}
    return 0, 0


def measured(made: Week) -> dict[str, tuple[float | None, ...]]:
    return {one.title: one.values for one in made.measures}


def test_the_last_week_that_is_over_and_the_week_of_a_day() -> None:
    assert (last_week(MOMENT).first, last_week(MOMENT).last) == (date(2011, 8, 22), date(2011, 8, 28))
    for day in (22, 25, 28):
        assert last_week(MOMENT, date(2011, 8, day)) == last_week(MOMENT)
    assert last_week(MOMENT, date(2011, 8, 21)).last == date(2011, 8, 21)
    with pytest.raises(Invalid, match="not over"):
        last_week(MOMENT, date(2011, 8, 29))


def test_sunday_evening_the_week_is_not_over_yet_in_the_city() -> None:
    late = Moment(datetime(2011, 8, 29, 3, 59, tzinfo=UTC), BOSTON)
    assert last_week(late).last == date(2011, 8, 21)
    with pytest.raises(Invalid):
        last_week(late, date(2011, 8, 28))


def test_each_measure_beside_the_weeks_before() -> None:
    end = NOW - 12 * HOUR  # midnight after Sunday
    closed: dict[str, object] = {"status": "closed", "outcome": "fixed"}
    made = build(
        [
            row(1, requested_ms=end - DAY, touched_ms=end - DAY + HOUR, due_ms=NOW, status="new"),
            row(2, requested_ms=end - 2 * DAY, closed_ms=end - DAY, due_ms=end, **closed),
            row(3, requested_ms=end - 3 * DAY, closed_ms=end - 2 * HOUR, due_ms=end - DAY, **closed),
            row(4, requested_ms=end - 8 * DAY, closed_ms=end, due_ms=None, **closed),
            row(5, requested_ms=end - 20 * DAY, closed_ms=end - 8 * DAY, due_ms=None, **closed),
            row(6, requested_ms=end, status="new"),
        ],
        CREWS,
    )
    sent = {7: (5, 1), 14: (3, 0)}
    end_at = datetime.fromtimestamp(end / 1000, UTC)
    found = week(made, MOMENT, last_week(MOMENT), lambda since, _: sent[(end_at - since).days])
    assert measured(found) == {
        "Opened": (3, 1, None),
        "Closed": (2, 1, None),
        "Open at the end of the week": (2, 1, None),
        "Targets kept": (0.5, None, None),
        "Time to first touch, median": (HOUR, None, None),
        "Time to close, median": (70 * HOUR, 12 * DAY, None),
        "Messages to residents": (5, 3, None),
        "Messages that failed": (1, 0, None),
    }
    flow = found.figures.charts["flow"]
    assert [series.whole.count for series in flow.series if series.whole] == [3, 2, 1, 1]
    assert len(flow.buckets) == 7


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(-6, 6))
def test_what_is_open_at_a_moment_had_come_in_and_was_not_closed(drawn: tuple[QueueRow, ...], days: int) -> None:
    at = ROWS_NOW + days * DAY
    expected = sum(r.requested_ms < at and (r.closed_ms is None or r.closed_ms >= at) for r in drawn)
    assert open_at(build(drawn, CREWS), at) == expected
    assert at > NONE


def test_an_empty_store_has_a_report_of_nothing() -> None:
    made = week(build([], CREWS), MOMENT, last_week(MOMENT), no_messages)
    assert measured(made)["Opened"] == (0, None, None)
    assert measured(made)["Targets kept"] == (None, None, None)
