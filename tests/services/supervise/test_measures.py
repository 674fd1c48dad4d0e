"""Each figure is what a plain reading of the rows gives, and its query finds exactly the requests it counts."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.domain.values import Crew
from services.errors import Invalid
from services.queue.query import Moment, count, parse
from services.queue.snapshot import Ints, Snapshot, build
from services.supervise.measures import WEEK, YEAR, Figures, Period, Series, figures, last_days
from tests.services.queue import many
from tests.services.queue.meanings import is_open
from tests.services.queue.rows import CREWS, NOW, queues

ZONE = ZoneInfo("America/New_York")
MOMENT = Moment(datetime.fromtimestamp(NOW / 1000, UTC), ZONE, "ana")
LENGTHS = [1, 2, 7, 30, 90, 365, 800]
DAY = 86_400_000


def no_words(words: str) -> Ints:
    raise AssertionError(words)


def walk(made: Figures, snapshot: Snapshot, moment: Moment = MOMENT) -> int:
    """Ask every part's query, and give how many parts there are."""
    parts = 0
    for part in made:
        query = parse(part.query)
        query.check()
        assert count(snapshot, query, moment, no_words) == part.count, part
        parts += 1
    return parts


def series(made: Figures, chart: str, title: str) -> Series:
    found = made.charts[chart].named(title)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def rows() -> list[QueueRow]:
    made = list(many.many(20_000))
    touched = np.random.default_rng(1).integers(-2 * DAY, 4 * DAY, len(made)).tolist()
    return [r._replace(touched_ms=r.requested_ms + t if t > 0 else None) for r, t in zip(made, touched, strict=True)]


@pytest.fixture(scope="module")
def year(rows: list[QueueRow]) -> Snapshot:
    return build(rows, many.CREWS)


@pytest.mark.parametrize("within", ["", 'area:"Ward 3"', "service:pothole -channel:app", "age<9d", "crew:none"])
@pytest.mark.parametrize("days", LENGTHS)
def test_every_query_finds_what_its_part_counts(year: Snapshot, days: int, within: str) -> None:
    period = last_days(days, MOMENT.now, ZONE)
    made = figures(year, MOMENT, period, within, back=WEEK if days < 30 else YEAR)
    assert walk(made, year) > 100


@given(queues(30), st.sampled_from(LENGTHS), st.sampled_from([0, WEEK, YEAR]))
def test_whatever_the_rows_hold(rows: list[QueueRow], days: int, back: int) -> None:
    snapshot = build(rows, CREWS)
    made = figures(snapshot, MOMENT, last_days(days, MOMENT.now, ZONE), back=back)
    assert walk(made, snapshot) > 0


NAMES = (
    "",
    "Tree",
    "tree",
    "TREÉ",
    "Tree, dead",
    'The "old" tree',
    " tree ",
    "None",
    "Tree work",
    '"',
    "Ward 1, Ward 1",
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 3)), max_size=20))
def test_names_that_look_alike(named: list[tuple[str, str, int]]) -> None:
    crews = [Crew(1, "Tree"), Crew(2, "tree"), Crew(3, "Tree, dead")]
    made = list(many.many(len(named), open_share=0.5))
    shown = [
        r._replace(service=service, service_code=f"c{i}", area=area, crew_id=crew or None, requested_ms=NOW - i)
        for i, (r, (service, area, crew)) in enumerate(zip(made, named, strict=True))
        if "None" not in (service, area)
    ]
    snapshot = build(shown, crews)
    walk(figures(snapshot, MOMENT, last_days(7, MOMENT.now, ZONE)), snapshot)


def local(ms: int | None) -> date | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, ZONE).date()


def test_opened_and_closed_by_day(rows: list[QueueRow], year: Snapshot) -> None:
    period = last_days(30, MOMENT.now, ZONE)
    made = figures(year, MOMENT, period, back=WEEK)
    opened, closed = Counter(local(r.requested_ms) for r in rows), Counter(local(r.closed_ms) for r in rows)
    days = [period.first + timedelta(days=i) for i in range(30)]
    assert [p.count for p in series(made, "flow", "Opened").parts] == [opened[day] for day in days]
    assert [p.count for p in series(made, "flow", "Closed").parts] == [closed[day] for day in days]
    earlier = [day - timedelta(days=35) for day in days]
    assert [p.count for p in series(made, "flow", "Opened before").parts] == [opened[day] for day in earlier]
    whole = series(made, "flow", "Opened").whole
    assert whole is not None
    assert whole.count == sum(opened[day] for day in days) > 1000


@pytest.mark.parametrize("days", LENGTHS)
def test_bars_share_out_the_whole_period(year: Snapshot, days: int) -> None:
    made = figures(year, MOMENT, last_days(days, MOMENT.now, ZONE))
    flow, channels = made.charts["flow"], made.charts["channels"]
    for line in (flow.series[0], *channels.series, *made.charts["place"].series):
        assert line.whole is not None
        assert sum(p.count for p in line.parts) == line.whole.count
    of_each = [sum(s.parts[i].count for s in channels.series) for i in range(len(channels.buckets))]
    if days > 2:
        assert of_each == [p.count for p in flow.series[0].parts]
    assert sum(of_each) == sum(p.count for p in flow.series[0].parts)


def test_targets_and_ages(rows: list[QueueRow], year: Snapshot) -> None:
    period = last_days(90, MOMENT.now, ZONE)
    made = figures(year, MOMENT, period)
    for i, part in enumerate(series(made, "targets", "Kept").parts):
        of_it = [r for r in rows if r.service == part.label]
        closed = [r for r in of_it if (day := local(r.closed_ms)) and period.first <= day <= period.last and r.due_ms]
        kept = [r for r in closed if (r.closed_ms or 0) <= (r.due_ms or 0)]
        assert (part.count, part.value) == (len(kept), len(kept) / len(closed))
        assert series(made, "targets", "Open").parts[i].count == len([r for r in of_it if is_open(r)])
    ages = [(NOW - r.requested_ms) / DAY for r in rows if is_open(r)]
    limits = [(0, 1), (1, 3), (3, 7), (7, 14), (14, 28), (28, 1e9)]
    assert [p.count for p in series(made, "age", "Open").parts] == [
        sum(low <= age < high for age in ages) for low, high in limits
    ]
    ward = next(p for p in series(made, "areas", "Open").parts if p.label == "Dorchester")
    assert ward.count == len([r for r in rows if is_open(r) and "Dorchester" in r.area])


def test_how_long_it_took(rows: list[QueueRow], year: Snapshot) -> None:
    period = last_days(90, MOMENT.now, ZONE)
    made = figures(year, MOMENT, period)
    closed = [r for r in rows if (day := local(r.closed_ms)) and period.first <= day <= period.last]
    took = sorted((r.closed_ms or 0) - r.requested_ms for r in closed)
    whole, most = series(made, "closing", "Median").whole, series(made, "closing", "9 in 10").whole
    assert whole is not None
    assert most is not None
    assert whole.value == statistics.median_high(took)
    assert most.value == took[-(-9 * (len(took) - 1) // 10)]
    opened = [r for r in rows if period.first <= (local(r.requested_ms) or date.min) <= period.last]
    touches = series(made, "first_touch", "Median")
    assert touches.whole is not None
    assert touches.whole.count == len([r for r in opened if r.touched_ms is not None])
    assert sum(p.count for p in touches.parts) == len(opened)
    assert touches.parts[-1].label == "not touched"
    busiest = max(series(made, "closing_time", "Median").parts, key=lambda p: p.count)
    of_day = (
        [r for r in closed if str(local(r.closed_ms)) == busiest.label.split("..")[0]]
        if ".." not in busiest.label
        else [r for r in closed if busiest.label[:10] <= str(local(r.closed_ms)) <= busiest.label[12:]]
    )
    assert busiest.value == statistics.median_high((r.closed_ms or 0) - r.requested_ms for r in of_day)


def test_the_tiles(rows: list[QueueRow], year: Snapshot) -> None:
    made = {tile.id: tile for tile in figures(year, MOMENT, last_days(7, MOMENT.now, ZONE), back=WEEK).tiles}
    late = [r for r in rows if is_open(r) and r.due_ms is not None and r.due_ms < NOW]
    assert made["open"].part.count == len([r for r in rows if is_open(r)])
    assert made["overdue"].part.count == len(late)
    assert made["overdue"].is_alarming
    assert made["overdue"].remark == f"{len(late) / made['open'].part.count:.0%} of open".replace("%", " %")
    before = sum(date(2026, 9, 8) <= (local(r.requested_ms) or date.min) < date(2026, 9, 14) for r in rows)
    hour = [r for r in rows if local(r.requested_ms) == date(2026, 9, 14)]
    before += sum(datetime.fromtimestamp(r.requested_ms / 1000, ZONE).hour <= 10 for r in hour)
    change = made["opened"].part.count - before
    assert made["opened"].remark == f"{before:,} before, {change:+,}".replace("-", "−")


def test_a_period_without_anything(year: Snapshot) -> None:
    empty = Period(date(1999, 1, 1), date(1999, 1, 3), MOMENT.now, ZONE)
    made = figures(year, MOMENT, empty)
    for chart in ("flow", "closing", "closing_time", "first_touch", "channels", "place"):
        assert made.charts[chart].is_empty, chart
    assert not made.charts["age"].is_empty
    coming = Period(date(2030, 1, 1), date(2030, 1, 3), MOMENT.now, ZONE)
    assert figures(year, MOMENT, coming).charts["flow"].is_empty
    assert walk(made, year) > 0
    nothing = build([], ())
    assert all(part.count == 0 for part in figures(nothing, MOMENT, last_days(7, MOMENT.now, ZONE)))


def test_a_query_that_makes_no_sense_is_refused(year: Snapshot) -> None:
    with pytest.raises(Invalid, match="is no status"):
        figures(year, MOMENT, last_days(7, MOMENT.now, ZONE), "status:wrong")
