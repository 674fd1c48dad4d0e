"""Every chart beside a slow count in plain Python, over rows with moments, words and places that nobody expects."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Status
from services.queue.dates import span
from services.queue.query import Moment
from services.queue.snapshot import build
from services.supervise.backlog import AGES, ENOUGH
from services.supervise.counted import area_names, each_middle_and_most, middle_and_most, names, slots
from services.supervise.lengths import CALLS, STEPS
from services.supervise.measures import WEEK, YEAR, Chart, Figures, Period, Series, figures, last_days
from services.supervise.periods import Bucket
from tests.services.queue.meanings import MODELS, is_open, late, times, touched_s
from tests.services.queue.rows import CREWS, DAY, NOW, queues, usable

ZONE = ZoneInfo("America/New_York")
MOMENT = Moment(datetime.fromtimestamp(NOW / 1000, UTC), ZONE, "ana")
Rows = list[QueueRow]
HOUR = DAY // 24
BELOW = {"1h": HOUR, "4h": 4 * HOUR, "1d": DAY, "3d": 3 * DAY, "1w": 7 * DAY, "2w": 14 * DAY, "4w": 28 * DAY}
BELOW |= {f"{n}m": n * 60_000 for n in (2, 4, 6, 10)}
some = settings(max_examples=25, deadline=None)
periods = st.sampled_from([1, 2, 7, 30, 90]).map(lambda days: last_days(days, MOMENT.now, ZONE))


def made(rows: Rows, period: Period, back: int = 0) -> Figures:
    return figures(build(rows, CREWS), MOMENT, period, back=back)


def series(chart: Chart, title: str) -> Series:
    found = chart.named(title)
    assert found is not None
    return found


def numbers(chart: Chart, title: str) -> list[int]:
    return [part.count for part in series(chart, title).parts]


def inside(period: Period, at: int | None) -> bool:
    bounds = span(period.words, ZONE)
    assert bounds is not None
    return at is not None and bounds[0] <= at < bounds[1]


def by_bucket(buckets: Iterable[Bucket], moments: Iterable[int | None]) -> list[int]:
    known = [at for at in moments if at is not None]
    return [sum(b.start <= at < b.end for at in known) for b in buckets]


def by_length(steps: tuple[tuple[str, str], ...], lengths: list[int]) -> list[int]:
    """How many are below each limit and not below the one before."""
    made_, low = [], -(2**70)
    for _, high in steps:
        limit = BELOW[high] if high else 2**70
        made_.append(sum(low <= took < limit for took in lengths))
        low = limit
    return made_


@some
@given(queues(30), periods)
def test_opened_and_closed_over_time(rows: Rows, period: Period) -> None:
    charts = made(rows, period).charts
    flow = charts["flow"]
    assert numbers(flow, "Opened") == by_bucket(flow.buckets, (r.requested_ms for r in rows))
    assert numbers(flow, "Closed") == by_bucket(flow.buckets, (r.closed_ms for r in rows))
    for chart, title, moments in (
        (flow, "Opened", [r.requested_ms for r in rows]),
        (flow, "Closed", [r.closed_ms for r in rows]),
    ):
        whole = series(chart, title).whole
        assert whole is not None
        assert whole.count == sum(inside(period, at) for at in moments)


HAPPENED = (("told", "Told", "told_at"), ("undelivered", "Not delivered", "failed_at"),
            ("reopened", "Opened again", "reopened_at"))  # fmt: skip


@some
@given(queues(30), periods, st.sampled_from([WEEK, YEAR]))
def test_what_can_happen_twice_counts_in_each_bar_and_once_in_each(rows: Rows, period: Period, back: int) -> None:
    charts = made(rows, period, back).charts
    for name, title, field in HAPPENED:
        chart, happened = charts[name], [times(getattr(r, field)) for r in rows]
        for named, buckets in ((title, chart.buckets), (f"{title} before", period.buckets_before(back))):
            plainly = [sum(any(b.start <= at < b.end for at in own) for own in happened) for b in buckets]
            assert numbers(chart, named) == plainly
        whole = series(chart, title).whole
        assert whole is not None
        assert whole.count == sum(any(inside(period, at) for at in own) for own in happened)


@some
@given(queues(30), periods)
def test_the_same_time_before_is_as_many_bars_of_what_came_then(rows: Rows, period: Period) -> None:
    flow = made(rows, period, WEEK).charts["flow"]
    earlier = period.buckets_before(WEEK)
    assert numbers(flow, "Opened before") == by_bucket(earlier, (r.requested_ms for r in rows))
    assert len(earlier) == len(flow.buckets)


@some
@given(queues(30), periods)
def test_what_is_open_by_age_and_what_of_it_is_overdue(rows: Rows, period: Period) -> None:
    chart = made(rows, period).charts["age"]
    limits = [(BELOW[low] if low else -(2**70), BELOW[high] if high else 2**70) for _, low, high in AGES]
    for title, kept in (("Open", is_open), ("Overdue", lambda r: is_open(r) and late(r))):
        ages = [NOW - r.requested_ms for r in rows if kept(r)]
        assert numbers(chart, title) == [sum(low <= age < high for age in ages) for low, high in limits]


def services(r: QueueRow) -> list[str]:
    return [r.service]


def areas(r: QueueRow) -> list[str]:
    return [part or "no area" for part in r.area.split(", ")]


def of_targets(rows: Rows, period: Period) -> tuple[int, int, int, int, int]:
    closed = [r for r in rows if inside(period, r.closed_ms) and r.due_ms is not None]
    kept = [r for r in closed if (r.closed_ms or 0) <= (r.due_ms or 0)]
    opened = [r for r in rows if is_open(r)]
    return len(opened), sum(map(late, opened)), len(closed), len(kept), len(closed) - len(kept)


TITLES = ("Open", "Overdue", "Closed", "Kept", "Missed")


@some
@given(queues(30), periods)
def test_targets_by_service_and_by_each_area_a_request_lies_in(rows: Rows, period: Period) -> None:
    charts = made(rows, period).charts
    kinds: tuple[tuple[str, Callable[[QueueRow], list[str]]], ...] = (("targets", services), ("areas", areas))
    for name, labels in kinds:
        chart = charts[name]
        columns = [[part.count for part in s.parts] for s in chart.series]
        shown = dict(zip((part.label for part in chart.series[0].parts), zip(*columns, strict=True), strict=True))
        assert tuple(s.title for s in chart.series) == TITLES
        every = {label for r in rows for label in labels(r)}
        plainly = {label: of_targets([r for r in rows if label in labels(r)], period) for label in every}
        assert shown == {label: counted for label, counted in plainly.items() if any(counted)}
        for column in (3, 4):
            for part, of in zip(chart.series[column].parts, chart.series[2].parts, strict=True):
                assert part.value == (part.count / of.count if of.count else None)


@some
@given(queues(30), periods)
def test_the_worst_stand_first(rows: Rows, period: Period) -> None:
    for name in ("targets", "areas"):
        chart = made(rows, period).charts[name]
        columns = [[part.count for part in s.parts] for s in chart.series]
        for (o, late_, closed, kept, _), (p, late2, closed2, kept2, _) in pairwise(zip(*columns, strict=True)):
            if closed >= ENOUGH and closed2 >= ENOUGH:
                assert kept / closed <= kept2 / closed2
            elif closed < ENOUGH and closed2 < ENOUGH:
                assert (late_, o) >= (late2, p)
            else:
                assert closed >= ENOUGH, "a share of few stands behind"


def middle(lengths: list[int]) -> float | None:
    return statistics.median_high(lengths) if lengths else None


def most(lengths: list[int]) -> float | None:
    return sorted(lengths)[-(-9 * (len(lengths) - 1) // 10)] if lengths else None


@some
@given(queues(30), periods)
def test_how_long_first_touch_closing_and_calls_took(rows: Rows, period: Period) -> None:
    charts = made(rows, period).charts
    opened = [r for r in rows if inside(period, r.requested_ms)]
    closed = [r for r in rows if inside(period, r.closed_ms)]
    touched = [touched_s(r) * 1000 for r in opened if r.touched_ms is not None]
    calls = [min(r.call_s, 2**15 - 1) * 1000 for r in opened if r.call_s is not None]
    took = [(r.closed_ms or 0) - r.requested_ms for r in closed]
    for name, lengths, steps in (("first_touch", touched, STEPS), ("closing", took, STEPS), ("calls", calls, CALLS)):
        parts = numbers(charts[name], "Median")
        assert parts[: len(steps)] == by_length(steps, lengths)
        assert parts[len(steps) :] == ([len(opened) - len(touched)] if name == "first_touch" else [])
        for title, pick in (("Median", middle), ("9 in 10", most)):
            whole = series(charts[name], title).whole
            assert whole is not None
            assert (whole.count, whole.value) == (len(lengths), pick(lengths))


@some
@given(queues(30), periods)
def test_the_time_to_close_by_when_it_was_closed(rows: Rows, period: Period) -> None:
    chart = made(rows, period).charts["closing_time"]
    for title, pick in (("Median", middle), ("9 in 10", most)):
        for bucket, part in zip(chart.buckets, series(chart, title).parts, strict=True):
            closed = [r for r in rows if r.closed_ms is not None and bucket.start <= r.closed_ms < bucket.end]
            took = [(r.closed_ms or 0) - r.requested_ms for r in closed]
            assert (part.count, part.value) == (len(took), pick(took))


@some
@given(queues(30), periods)
def test_crews_with_what_they_have_in_hand_and_what_waits(rows: Rows, period: Period) -> None:
    chart = made(rows, period).charts["crews"]
    busy: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    name_of = {crew.id: crew.name for crew in CREWS}
    for r in rows:
        if is_open(r) and r.crew_id is not None:
            (busy if r.status == Status.IN_PROGRESS else waiting)[name_of[r.crew_id]] += 1
    labels = [part.label for part in chart.series[0].parts]
    assert sorted(labels) == sorted(name_of.values())
    assert numbers(chart, "In progress") == [busy[label] for label in labels]
    assert numbers(chart, "Waiting") == [waiting[label] for label in labels]
    loads = [part.value for part in chart.series[0].parts]
    capacity = {crew.name: crew.capacity for crew in CREWS}
    assert loads == [busy[label] / capacity[label] for label in labels]
    assert loads == sorted(loads, key=lambda load: -(load or 0))


@some
@given(queues(30), periods)
def test_channels_and_usable_places_as_shares_of_what_came(rows: Rows, period: Period) -> None:
    charts = made(rows, period).charts
    opened = [r for r in rows if inside(period, r.requested_ms)]
    known = {c.value: c.label for c in Channel}
    totals = Counter(known.get(r.channel, Channel.UNKNOWN.label) for r in opened)
    wholes = {s.title: s.whole for s in charts["channels"].series}
    assert {title: whole.count for title, whole in wholes.items() if whole} == dict(totals)
    assert [whole.count for whole in wholes.values() if whole] == sorted(totals.values(), reverse=True)
    (line,) = charts["place"].series
    assert line.whole is not None
    assert line.whole.count == sum(map(usable, opened))
    for bucket, part in zip(charts["place"].buckets, line.parts, strict=True):
        came = [r for r in opened if bucket.start <= r.requested_ms < bucket.end]
        assert part.count == sum(map(usable, came))
        assert part.value == (part.count / len(came) if came else None)


@some
@given(queues(30), periods)
def test_the_tiles_are_the_sums_of_their_charts(rows: Rows, period: Period) -> None:
    shown = made(rows, period)
    tiles, charts = {tile.id: tile for tile in shown.tiles}, shown.charts
    assert tiles["open"].part.count == sum(numbers(charts["age"], "Open"))
    assert tiles["overdue"].part.count == sum(numbers(charts["age"], "Overdue"))
    assert tiles["kept"].part.count == sum(numbers(charts["targets"], "Closed"))
    soon = [r for r in rows if is_open(r) and r.due_ms is not None and NOW <= r.due_ms < NOW + 4 * HOUR]
    assert tiles["due"].part.count == len(soon)
    alone = sum(r.crew_id is None for r in soon)
    assert tiles["due"].remark == (f"{alone} {'has' if alone == 1 else 'have'} no crew" if alone else "")
    still = sum(r.undelivered for r in rows)
    assert (tiles["undelivered"].remark, tiles["undelivered"].is_alarming) == (
        f"{still} still undelivered" if still else "",
        still > 0,
    )
    for name, title, _ in HAPPENED[:2]:
        assert tiles[name].part == series(charts[name], title).whole


def said(of: Figures, *, compared: bool = False) -> dict[str, object]:
    """All that is shown: each part of each chart, and each tile; but from when on anything is on record is all's."""
    charts: dict[str, object] = {
        name: [(s.title, [(p.label, p.count, p.value) for p in s.parts]) for s in chart.series]
        for name, chart in of.charts.items()
    }
    return charts | {
        f"tile {t.id}": (t.part.count, t.part.value, "" if compared else t.remark, t.is_alarming) for t in of.tiles
    }


WITHIN = (
    "service:pothole",
    "crew:none",
    'area:"Ward 1"',
    "channel:phone,app",
    "-is:undelivered",
    "claimed:ben",
    "age<1w",
    "told:2026-09-21",
)


@some
@given(queues(30), periods, st.sampled_from(WITHIN), st.sampled_from([0, WEEK]))
def test_of_what_a_query_finds_the_figures_are_those_of_a_city_that_has_nothing_else(
    rows: Rows, period: Period, within: str, back: int
) -> None:
    of_all = figures(build(rows, CREWS), MOMENT, period, within, back=back)
    alone = build([r for r in rows if MODELS[within.removeprefix("-")](r) is not within.startswith("-")], CREWS)
    of_these = figures(alone, MOMENT, period, back=back)
    assert said(of_all, compared=back > 0) == said(of_these, compared=back > 0)


lengths_ = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


@given(lengths_)
def test_the_median_and_nine_in_ten(lengths: list[int]) -> None:
    assert middle_and_most(np.array(lengths)) == (middle(lengths), most(lengths))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99)), max_size=30))
def test_the_same_of_each_group(pairs: list[tuple[int, int]]) -> None:
    slot, took = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    wanted = [(middle(own), most(own)) if (own := [t for s, t in pairs if s == n]) else None for n in range(3)]
    assert each_middle_and_most(took, slot, 3) == wanted


@pytest.mark.parametrize("wide", [1, 7, 10**9], ids=["by a table", "in steps", "by a search"])
@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.lists(st.integers(-20, 700), max_size=30))
def test_a_moment_lies_in_the_bar_it_falls_into_or_in_none(wide: int, parts: list[int], at: list[int]) -> None:
    ends = np.cumsum([0, *parts]) * wide
    buckets = [Bucket("", MOMENT.now.date(), 0, int(a), int(b)) for a, b in pairwise(ends)]
    moments = [a * wide + (wide - 1) * (a % 2) for a in at]
    wanted = [next((i for i, b in enumerate(buckets) if b.start <= m < b.end), len(buckets)) for m in moments]
    assert slots(np.array(moments, np.int64), buckets).tolist() == wanted


words = st.sampled_from(["", " ", "Tree", "TREE", "Tree 2", "Tree 10", "Café", "cafe", 'the "old"', "a, b", "b"])


def folded(name: str) -> str:
    return " ".join(name.replace('"', " ").split()).casefold().replace("é", "e")


@given(st.lists(words, max_size=8))
def test_names_that_are_asked_for_alike_are_one(some_words: list[str]) -> None:
    known = names(some_words)
    assert sorted(set(known.of.tolist())) == [*range(len(known.labels))]
    assert [folded(known.labels[place]) for place in known.of.tolist()] == [folded(word) for word in some_words]


@given(st.lists(words, max_size=8))
def test_each_area_is_in_the_words_that_join_it(some_words: list[str]) -> None:
    made_ = area_names(some_words)
    for i, word in enumerate(some_words):
        has = {folded(made_.names.labels[a]) for a in np.flatnonzero(made_.holds[:, i]).tolist()}
        assert has == set(map(folded, word.split(", ")))
