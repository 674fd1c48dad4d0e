"""What stands on each page of the wall, beside the figures it is of; and laid out on screens of every shape."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from services.queue.query import Moment
from services.queue.snapshot import Snapshot, build
from services.supervise.backlog import GOAL
from services.supervise.forecast import Due
from services.supervise.measures import Figures, figures, last_days
from tests.services.queue import many
from widgets.wall.choice import MAP, TITLES
from widgets.wall.content import DAYS, HOURS_DAYS, Ahead, Content, Row, Standing, content, days
from widgets.wall.lay import SMALLEST, Fill, Line, Page, Text, Triangle, laid, wide

pytestmark = pytest.mark.usefixtures("look")
ZONE = ZoneInfo("America/New_York")
MOMENT = Moment(datetime.fromtimestamp(many.NOW / 1000, UTC), ZONE, "ana")
TODAY = MOMENT.now.astimezone(ZONE).date()
NOTHING = "nothing"
FULL = "a year of a city"


@cache
def snapshot(kind: str) -> Snapshot:
    return build(many.many(3000) if kind == FULL else [], many.CREWS)


@cache
def made(kind: str) -> dict[int, Figures]:
    """The figures of the wall, by their days."""
    return {n: figures(snapshot(kind), MOMENT, last_days(n, MOMENT.now, ZONE)) for n in (HOURS_DAYS, DAYS)}


def page(name: str, kind: str = FULL) -> Content:
    return content(name, made(kind), TODAY)


def counts(chart: str, series: int) -> list[int]:
    return [part.count for part in made(FULL)[DAYS].charts[chart].series[series].parts]


def numbers(shown: Content) -> dict[str, str]:
    return {big.title: big.number for big in shown.bigs}


def test_every_page_has_its_figures_and_its_title() -> None:
    assert days(tuple(TITLES)) == {HOURS_DAYS, DAYS}
    assert days(("age",)) == {DAYS}
    assert days(()) == set()
    for name, title in TITLES.items():
        assert page(name).title == title
        assert page(name, NOTHING).title == title


def test_now_says_of_how_many_residents_something_was_not_delivered() -> None:
    rows = [r._replace(told_at=f"{many.NOW - 7},{many.NOW - 9}", failed_at=str(many.NOW - 8) if i < 2 else None,
                       undelivered=not i) for i, r in enumerate(many.many(50))]  # fmt: skip
    shown = figures(build(rows, many.CREWS), MOMENT, last_days(HOURS_DAYS, MOMENT.now, ZONE))
    told = next(big for big in content("now", {HOURS_DAYS: shown}, TODAY).bigs if big.title == "Residents told, 2 days")
    assert (told.number, told.remark, told.is_alarming) == ("50", "2 not delivered; 1 still undelivered", True)
    quiet = next(big for big in page("now", NOTHING).bigs if big.title == "Residents told, 2 days")
    assert (quiet.number, quiet.remark, quiet.is_alarming) == ("0", "", False)


def test_now_says_what_is_open_and_what_came_today() -> None:
    said = numbers(page("now"))
    rows = list(many.many(3000))
    local = [datetime.fromtimestamp(r.requested_ms / 1000, ZONE).date() for r in rows]
    assert said["Open"] == f"{sum(r.status != 'closed' for r in rows):,}"
    assert said["Opened today"] == f"{local.count(TODAY):,}"
    done = [datetime.fromtimestamp(r.closed_ms / 1000, ZONE) for r in rows if r.closed_ms]
    hour = MOMENT.now.astimezone(ZONE).hour
    assert said["Closed today"] == str(sum(at.date() == TODAY and at.hour <= hour for at in done))
    assert numbers(content("now", made(FULL), date(1999, 1, 1)))["Opened today"] == "0"


def test_bars_are_as_long_as_their_numbers_beside_the_longest() -> None:
    every, late = counts("age", 0), counts("age", 1)
    rows = page("age").rows
    assert [row.said for row in rows] == [f"{n:,}" for n in every]
    assert [row.share for row in rows] == pytest.approx([n / max(every) for n in every])
    assert [row.late for row in rows] == pytest.approx([n / max(every) for n in late])
    assert all(row.late <= row.share for row in rows)


def test_targets_below_the_goal_are_marked() -> None:
    shown = page("targets")
    assert shown.goal == GOAL
    assert shown.rows
    for row in shown.rows:
        assert row.is_alarming == (row.share < GOAL)
        assert row.late == (row.share if row.is_alarming else 0)
    promised, kept = sum(counts("targets", 2)), sum(counts("targets", 3))
    (share, goal) = shown.bigs
    assert share.remark == f"of {promised:,} targets"
    assert share.is_alarming == (kept / promised < GOAL)
    assert goal.number == "90 %"


def test_areas_stand_by_how_many_are_overdue_and_those_without_any_not_at_all() -> None:
    rows = page("areas").rows
    late = [int(row.said.replace(",", "")) for row in rows]
    assert late == sorted(late, reverse=True)
    assert min(late) > 0
    assert [row.late for row in rows] == [row.share for row in rows]


def test_channels_share_out_the_whole() -> None:
    shown = page("channels")
    assert sum(row.share for row in shown.rows) == pytest.approx(1)
    assert numbers(shown)["Opened"] == f"{sum(counts('flow', 0)):,}"


def test_crews_are_full_at_the_most() -> None:
    rows = page("crews").rows
    assert rows
    assert all(0 <= row.share <= 1 for row in rows)
    busy, waiting = counts("crews", 0), counts("crews", 1)
    assert [row.said for row in rows] == [f"{b:,} + {w:,}" for b, w in zip(busy, waiting, strict=True)]


def test_alerts_that_stand_and_what_is_likely_to_be_late() -> None:
    storm, trees = Standing("Storm", "arrivals 3.1×", "11:00", False), Standing("Trees", "31 requests", "10:00", True)
    dues = (Due(4, 16, 12.4, 0), Due(24, 295, None, 0))
    shown = content("alerts", {}, TODAY, Ahead((storm, trees), dues))
    assert numbers(shown) == {"Likely late, 4 h": "12"}, "no number where the history is too short"
    sheet = laid(Page(1920, 1080), shown)
    said = [mark.text for mark in sheet.marks if isinstance(mark, Text)]
    assert said[-4:] == ["Storm", "arrivals 3.1× · since 11:00", "Trees", "31 requests · since 10:00 · acknowledged"]
    assert sum(isinstance(mark, Triangle) for mark in sheet.marks) == 1, "what somebody answers for is not marked"
    assert (shown.remark, content("alerts", {}, TODAY, Ahead((storm,))).remark) == ("2 alerts stand", "1 alert stands")
    nothing = laid(Page(1920, 1080), content("alerts", {}, TODAY))
    assert [mark.text for mark in nothing.marks if isinstance(mark, Text)] == ["No alert stands."]


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (1080, 1920)])
def test_however_many_alerts_stand_and_whatever_they_are_called_they_lie_within_the_page(size: tuple[int, int]) -> None:
    many = tuple(Standing("Storm " * i, "W" * 4 * i, "Sat 27 Aug 11:00", i % 2 == 0) for i in range(30))
    sheet = laid(Page(*size), content("alerts", {}, TODAY, Ahead(many, (Due(4, 9_999_999, 1e6, 0),))))
    texts = [mark for mark in sheet.marks if isinstance(mark, Text)]
    assert len(texts) > 6
    for text in texts:
        assert sheet.body.adjusted(-1, -1, 1, 1).contains(text.box)
        assert wide(text.text, text.pixels, bold=text.bold) <= text.box.width() + 1


@pytest.mark.parametrize("name", TITLES)
def test_where_there_is_nothing_no_number_is_made_up(name: str) -> None:
    shown = page(name, NOTHING)
    assert all(big.number in {"0", "–"} for big in shown.bigs)
    assert all(row.share == row.late == 0 for row in shown.rows)
    assert not any(big.is_alarming for big in shown.bigs)


sizes = st.tuples(st.integers(120, 4000), st.integers(120, 4000))
words = st.text(max_size=60)
rows = st.lists(st.builds(Row, words, st.text(max_size=9), st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=9)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes, st.sampled_from(list(TITLES)), st.sampled_from([FULL, NOTHING]), st.booleans())
def test_on_a_screen_of_any_shape_every_page_can_be_laid_out(
    size: tuple[int, int], name: str, kind: str, warned: bool
) -> None:
    sheet = Page(*size)
    sheet.is_warned = warned
    shown = page(name, kind)
    sheet.head(shown, "12:00")
    laid(sheet, shown)
    sheet.foot("as of 12:00", 0, 3)
    for mark in sheet.marks:
        if isinstance(mark, Text):
            assert mark.pixels >= size[1] * SMALLEST * min(1, size[0] * 9 / 16 / size[1]) - 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.none() | st.floats(0, 1), st.sampled_from([(1280, 720), (1920, 1080), (1080, 1920), (3840, 1080)]))
def test_whatever_the_rows_say_words_keep_to_their_boxes_and_bars_to_their_track(
    some: list[Row], goal: float | None, size: tuple[int, int]
) -> None:
    sheet = Page(*size)
    laid(sheet, Content("Title", bigs=(), rows=tuple(some), goal=goal))
    screen = QRectF(0, 0, *size)
    tracks = [mark.box for mark in sheet.marks if isinstance(mark, Fill) and mark.ink == "track"]
    for mark in sheet.marks:
        if isinstance(mark, Text):
            assert wide(mark.text, mark.pixels, bold=mark.bold) <= mark.box.width() + 1
            assert screen.contains(mark.box)
        elif isinstance(mark, Fill) and mark.ink in {"muted", "overdue"}:
            assert any(track.left() <= mark.box.left() and mark.box.right() <= track.right() + 1e-6 for track in tracks)
    assert len(tracks) <= len(some)


@pytest.mark.parametrize("text", ["", "word", "W" * 400, "two words " * 50])
@pytest.mark.parametrize("room", [10, 200, 1500])
def test_words_become_smaller_and_at_last_are_cut(text: str, room: int) -> None:
    sheet = Page(1920, 1080)
    used = sheet.write(QRectF(0, 0, room, 200), text, 0.19)
    assert used <= room + 1
    written = [mark for mark in sheet.marks if isinstance(mark, Text)]
    assert len(written) <= 1
    for mark in written:
        assert sheet.least <= mark.pixels <= sheet.px(0.19)
        assert mark.text == text or (mark.text.endswith("…") and mark.pixels == sheet.least)


def test_lines_and_bars_of_a_flow_lie_within_the_room() -> None:
    sheet, shown = Page(1920, 1080), page("flow")
    assert shown.flow is not None
    room = sheet.beside(shown.bigs)
    before = len(sheet.marks)
    sheet.flow(room, shown.flow)
    bars = [m.box for m in sheet.marks[before:] if isinstance(m, Fill) and m.ink == "accent"]
    assert len(bars) == len(shown.flow.buckets)
    assert all(room.adjusted(-1, -1, 1, 1).contains(bar) for bar in bars if bar.height() > 0)
    tall, high = max(bars, key=QRectF.height), max(p.count for p in shown.flow.series[0].parts)
    assert shown.flow.series[0].parts[bars.index(tall)].count == high
    lines = [m for m in sheet.marks if isinstance(m, Line)]
    assert [len(line.points) for line in lines] == [len(bars), len(bars)]
    assert all(room.contains(point) for line in lines for point in line.points)


def test_what_is_wrong_takes_its_room_from_the_body_not_from_the_foot() -> None:
    plain, warned = Page(1920, 1080), Page(1920, 1080)
    warned.is_warned = True
    assert warned.body.top() == plain.body.top()
    assert warned.body.bottom() < plain.body.bottom()
    warned.band("No connection to the server since 11:40.")
    band = next(m.box for m in warned.marks if isinstance(m, Fill))
    assert not band.intersects(warned.body)
    warned.foot("as of 12:00", 0, 2)
    foot = [m.box for m in warned.marks if isinstance(m, Text)][-1]
    assert not foot.intersects(band.adjusted(0, 0, 0, -1))


@pytest.mark.parametrize(("at", "of", "dots"), [(0, 1, 0), (0, 3, 3), (2, 3, 3)])
def test_the_foot_says_which_of_the_pages_it_is(at: int, of: int, dots: int) -> None:
    sheet = Page(1920, 1080)
    sheet.foot("Town", at, of)
    shown = [m.ink for m in sheet.marks if isinstance(m, Fill) and m.ink in {"accent", "track"}]
    assert len(shown) == dots
    assert [i for i, ink in enumerate(shown) if ink == "accent"] == ([at] if dots else [])


def test_the_map_stands_beside_two_numbers() -> None:
    shown = page(MAP)
    assert [big.title for big in shown.bigs] == ["Open", "Overdue"]
    assert shown.bigs[1].ink == "overdue"
