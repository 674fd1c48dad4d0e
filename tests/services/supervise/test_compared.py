"""Every figure of a time beside what it was weeks or a year before: as if that earlier time had been asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from services.domain.queue_row import QueueRow
from services.queue.snapshot import Snapshot, build
from services.supervise.measures import WEEK, YEAR, Figures, Part, Period, _beside, figures, last_days
from tests.services.queue import many
from tests.services.queue.rows import DAY, NOW
from tests.services.supervise.test_measures import MOMENT, ZONE, series, walk

WHOLES = (
    ("flow", "Opened"), ("flow", "Closed"), ("told", "Told"), ("undelivered", "Not delivered"),
    ("reopened", "Opened again"), ("first_touch", "Median"), ("first_touch", "9 in 10"),
    ("closing", "Median"), ("closing", "9 in 10"), ("calls", "Median"), ("calls", "9 in 10"),
    ("place", "With a usable place"),
)  # fmt: skip
OVER_TIME = (
    ("flow", "Opened"), ("told", "Told"), ("undelivered", "Not delivered"), ("reopened", "Opened again"),
    ("place", "With a usable place"), ("closing_time", "Median"),
)  # fmt: skip
CHANNELS = ("phone", "app", "web")


@pytest.fixture(scope="module")
def year() -> Snapshot:
    """Touched, told of and called at all kinds of times; the last year before these is not empty either."""
    made, dice = [], np.random.default_rng(3)
    for i, r in enumerate(many.many(16_000)):
        ago = YEAR * DAY * (i % 2)
        shift = {n: v - ago for n in ("requested_ms", "due_ms", "closed_ms") if (v := getattr(r, n)) is not None}
        r, call = r._replace(**shift), int(dice.integers(0, 900))
        told, failed, again = (after(r, dice.integers(0, 9 * DAY, 3)[: i % n]) for n in (4, 3, 5))
        touched = r.requested_ms + int(dice.integers(0, 4 * DAY)) if i % 3 else None
        r = r._replace(touched_ms=touched, call_s=call if i % 2 else None)
        made.append(r._replace(told_at=told, failed_at=failed, reopened_at=again))
    return build(sorted(made, key=lambda r: r.id), many.CREWS)


def after(row: QueueRow, spans: Iterable[int]) -> str | None:
    """So long after it came in, each."""
    return ",".join(str(row.requested_ms + int(ms)) for ms in spans) or None


def earlier(period: Period, back: int) -> Period:
    """The same days before, which are over."""
    ago = timedelta(days=period.back(back))
    return Period(period.first - ago, period.last - ago, period.now, period.zone)


@pytest.mark.parametrize(("days", "back"), [(2, WEEK), (7, WEEK), (30, YEAR), (90, YEAR)])
@pytest.mark.parametrize("within", ["", "service:pothole -channel:app"])
def test_what_was_before_is_what_that_time_shows_by_itself(year: Snapshot, days: int, back: int, within: str) -> None:
    """Of a period that is over, to the day."""
    today = datetime.fromtimestamp(NOW / 1000, UTC).astimezone(ZONE).date()
    period = Period(today - timedelta(days=days), today - timedelta(days=1), MOMENT.now, ZONE)
    now, then = (figures(year, MOMENT, p, within, back=b) for p, b in ((period, back), (earlier(period, back), 0)))
    assert walk(now, year) > 100
    for chart, title in WHOLES:
        was, is_ = series(now, chart, f"{title} before").whole, series(then, chart, title).whole
        assert was is not None
        assert is_ is not None
        assert (was.count, was.value, was.query) == (is_.count, is_.value, is_.query), (chart, title)
        assert was.count or within or chart == "calls", (chart, title)
    for chart, title in OVER_TIME:
        assert series(now, chart, f"{title} before").parts == _parts(then, chart, title), (chart, title)
    for channel in CHANNELS:
        if channel not in within:
            assert series(now, "channels", f"{channel} before").whole == series(then, "channels", channel).whole
    for chart in ("targets", "areas"):
        of_then = {part.label: part for part in series(then, chart, "Kept").parts}
        for part in series(now, chart, "Kept before").parts:
            if part.label in of_then:
                assert part == of_then[part.label]
            else:
                assert part.count == 0
        assert len(series(now, chart, "Kept before").parts) == len(series(now, chart, "Kept").parts) > 0


def _parts(made: Figures, chart: str, title: str) -> object:
    return series(made, chart, title).parts


def test_of_a_period_that_is_not_over_the_earlier_one_counts_up_to_the_same_hour(year: Snapshot) -> None:
    made = figures(year, MOMENT, last_days(7, MOMENT.now, ZONE), back=WEEK)
    for chart, title in WHOLES:
        whole = series(made, chart, f"{title} before").whole
        assert whole is not None
        assert "2026-09-08..2026-09-14T10" in whole.query, chart
    assert walk(made, year) > 100


def test_the_tiles_say_what_was_before(year: Snapshot) -> None:
    period = last_days(7, MOMENT.now, ZONE)
    made = figures(year, MOMENT, period, back=WEEK)
    tiles = {tile.id: tile for tile in made.tiles}
    shown = (("closed", "flow", "Closed"), ("told", "told", "Told"), ("undelivered", "undelivered", "Not delivered"))
    for name, chart, title in shown:
        whole = series(made, chart, f"{title} before").whole
        assert whole is not None
        assert (
            f"{whole.count:,} before, {tiles[name].part.count - whole.count:+,}".replace("-", "−") in tiles[name].remark
        )
    kept = series(made, "targets", "Kept before").whole
    assert kept is not None
    assert kept.value is not None
    assert tiles["kept"].remark.startswith(f"{kept.value:.1%} before, ".replace("%", " %"))
    value = tiles["kept"].part.value
    assert value is not None
    assert tiles["kept"].remark.endswith(f"{100 * (value - kept.value):+.1f}".replace("-", "−"))
    alone = {tile.id: tile for tile in figures(year, MOMENT, period).tiles}
    assert not any("before" in tile.remark for tile in alone.values())


def test_before_anything_was_known_nothing_is_compared(year: Snapshot) -> None:
    first = Period(date(2025, 1, 6), date(2025, 1, 12), MOMENT.now, ZONE)
    made = figures(year, MOMENT, first, back=YEAR)
    assert walk(made, year) > 0
    whole = series(made, "closing", "Median before").whole
    assert whole is not None
    assert (whole.count, whole.value) == (0, None)
    assert not any("before" in tile.remark or "was" in tile.remark for tile in made.tiles)
    assert made.charts["flow"].remark == "nothing on record of the time before"
    assert figures(build((), ()), replace(MOMENT), first, back=WEEK).charts["told"].is_empty


def test_from_when_on_there_is_something_to_compare_with_is_said() -> None:
    """Fifty days with closings: of the 30 before, and the 5 that make whole weeks, half are known."""
    first = NOW - 50 * DAY
    rows = [
        r._replace(requested_ms=first - 400 * DAY, closed_ms=first + i * DAY if i >= 0 else None)
        for i, r in enumerate(many.many(50), -1)
    ]
    said = {
        days: figures(build(rows, ()), MOMENT, last_days(days, MOMENT.now, ZONE), back=WEEK).charts["flow"].remark
        for days in (7, 30, 90)
    }
    began = datetime.fromtimestamp(first / 1000, ZONE)
    assert said == {
        7: "",
        30: f"before: on record from {began.day} {began:%b %Y}",
        90: "nothing on record of the time before",
    }
    assert figures(build(rows, ()), MOMENT, last_days(30, MOMENT.now, ZONE)).charts["flow"].remark == ""


def test_what_is_as_it_was_has_no_change() -> None:
    made = figures(build((), ()), MOMENT, last_days(7, MOMENT.now, ZONE), back=WEEK)
    assert not any("+0" in tile.remark for tile in made.tiles)
    before = Part("Opened", 7, "")
    assert (_beside(7, before), _beside(9, before), _beside(6, before)) == ("7 before", "7 before, +2", "7 before, −1")
    assert _beside(7, None) == ""
