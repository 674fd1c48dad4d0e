"""The parts of the supervise view by themselves: tiles, what is expected, the filters, the table, charts of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableWidgetItem
from pytestqt.qtbot import QtBot

from services.supervise.forecast import Due
from services.supervise.parts import Chart, Part, Series, Tile
from services.supervise.periods import LONGEST, WEEK, YEAR, Bucket, Unit
from tests.widgets.dialogs import CHART, EVIL, opened
from widgets import theme
from widgets.supervise import words
from widgets.supervise.bar import COMPARED, CUSTOM, PERIODS, FilterBar
from widgets.supervise.box import ChartBox
from widgets.supervise.breaches import Breaches
from widgets.supervise.rowcharts import AgeBars, CrewRows, RowChart, StepBars, TargetRows
from widgets.supervise.table import FigureTable
from widgets.supervise.tiles import Tiles

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
OPEN = Tile("open", "Open", Part("Open", 1234, "is:open"), "3 opened again")
KEPT = Tile("kept", "Targets kept", Part("Kept", 9, "is:kept", 0.9), "9 of 10 targets", is_alarming=True, said="90 %")
HOUR = 3_600_000


def parts(*counts: int) -> tuple[Part, ...]:
    return tuple(Part(f"row {i}", n, f"q{i}", 0.5) for i, n in enumerate(counts))


TARGETS = Chart("targets", "Targets kept, by service", "closed", tuple(
    Series(title, tuple(Part(f"s{i}", n, f"{title}{i}", value) for i, n in enumerate((9, 0, 30))))
    for title, value in (("Open", None), ("Overdue", None), ("Closed", None), ("Kept", 0.5), ("Missed", 0.5))
))  # fmt: skip
AGE = Chart("age", "Open, by age", "", (Series("Open", parts(10, 4, 0)), Series("Overdue", parts(5, 4, 0))))
STEPS = Chart("closing", "Time to close", "", (
    Series("Median", parts(3, 7), Part("closed", 10, "c", 5.0 * HOUR)),
    Series("9 in 10", (), Part("9 in 10", 10, "c", 100.0 * HOUR)),
))  # fmt: skip
CREWS = Chart("crews", "Crew load", "", (Series("In progress", parts(8, 0)), Series("Waiting", parts(2, 3))))


def test_a_tile_says_its_number_and_what_stands_beside_it(qtbot: QtBot) -> None:
    tiles = Tiles()
    qtbot.addWidget(tiles)
    tiles.show_tiles([OPEN, KEPT])
    assert [b.accessibleName() for b in tiles.buttons] == [
        "Open: 1,234, 3 opened again",
        "Targets kept: 90 %, 9 of 10 targets",
    ]
    tiles.show_tiles([replace(OPEN, remark=""), KEPT])
    assert tiles.buttons[0].accessibleName() == "Open: 1,234"
    assert len(tiles.buttons) == 2


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_open_a_tile(qtbot: QtBot, key: Qt.Key) -> None:
    tiles = Tiles()
    qtbot.addWidget(tiles)
    tiles.show_tiles([OPEN, KEPT])
    asked: list[str] = []
    tiles.opened.connect(asked.append)
    QTest.keyClick(tiles.buttons[1], key)
    assert asked == ["is:kept"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_alarms_is_marked_by_more_than_its_colour(qtbot: QtBot, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    tiles = Tiles()
    qtbot.addWidget(tiles)
    tiles.resize(800, tiles.height())
    tiles.show_tiles([OPEN, replace(OPEN, is_alarming=True)])
    tiles.show()
    plain, marked = (button.grab().toImage() for button in tiles.buttons)
    mark = theme.current().overdue.upper()

    def seen(picture: object) -> bool:
        image = picture
        return any(
            image.pixelColor(x, y).name().upper() == mark  # type: ignore[attr-defined]
            for x in range(4, 40)
            for y in range(26, 48)
        )

    assert (seen(plain), seen(marked)) == (False, True)


def dues(*numbers: tuple[int, int, float | None]) -> list[tuple[Due, str]]:
    return [(Due(hours, due, breaches, 0), f"due<{hours}h") for hours, due, breaches in numbers]


def test_what_is_expected_is_hidden_until_something_is_known(qtbot: QtBot) -> None:
    line = Breaches()
    qtbot.addWidget(line)
    assert not line.isVisible()
    line.show_dues(dues((4, 17, 3.4), (24, 295, 250.4)), "")
    assert [b.text() for b in line.buttons] == ["Next 4 h: about 3 of 17 due", "Next 24 h: about 250 of 295 due"]
    line.show_dues(dues((4, 1, None), (24, 2, None)), "No forecast: no closings are known yet.")
    assert [b.text() for b in line.buttons] == ["Next 4 h: 1 due", "Next 24 h: 2 due"]
    assert line.why.text() == "No forecast: no closings are known yet."
    assert len(line.buttons) == 2


def test_each_part_of_what_is_expected_opens_its_own_requests_as_they_are_now(qtbot: QtBot) -> None:
    line = Breaches()
    qtbot.addWidget(line)
    asked: list[str] = []
    line.opened.connect(asked.append)
    line.show_dues(dues((4, 1, 1.0), (24, 2, 1.0)), "")
    line.show_dues([(Due(4, 1, 1.0, 0), "area:North due<4h"), *dues((24, 2, 1.0))], "")
    for button in line.buttons:
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert button.accessibleName().startswith("Expected breaches. Next ")
    assert asked == ["area:North due<4h", "due<24h"]


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar()
    qtbot.addWidget(made)
    made.show()
    return made


def test_days_are_chosen_by_keys_and_one_is_down(bar: FilterBar) -> None:
    told: list[int] = []
    bar.changed.connect(lambda: told.append(bar.days))
    for days, _ in PERIODS:
        QTest.keyClick(bar.periods[days], Qt.Key.Key_Space)
        assert [d for d, button in bar.periods.items() if button.isChecked()] == [days]
    assert told == [days for days, _ in PERIODS]
    QTest.keyClick(bar.periods[365], Qt.Key.Key_Space)
    assert bar.periods[365].isChecked(), "what is chosen is not let go by choosing it again"


def test_days_of_ones_own_are_shown_only_then_and_in_their_order(bar: FilterBar) -> None:
    assert not bar.first.isVisible()
    bar.choose_days(CUSTOM)
    assert bar.first.isVisible()
    bar.first.setDate(QDate(2011, 8, 31))
    bar.last.setDate(QDate(2011, 8, 1))
    assert bar.custom == (date(2011, 8, 1), date(2011, 8, 31))


def test_no_more_days_are_asked_for_than_can_be_shown(bar: FilterBar) -> None:
    bar.first.setDate(QDate(1753, 1, 1))
    bar.last.setDate(QDate(2011, 8, 1))
    first, last = bar.custom
    assert (last - first).days == LONGEST


def test_todays_date_fills_the_fields_until_somebody_has_chosen(bar: FilterBar) -> None:
    told: list[int] = []
    bar.changed.connect(lambda: told.append(1))
    bar.set_today(date(2011, 8, 29))
    assert bar.custom == (date(2011, 8, 29), date(2011, 8, 29))
    assert told == []
    bar.first.setDate(QDate(2011, 8, 1))
    bar.set_today(date(2011, 8, 30))
    assert bar.custom == (date(2011, 8, 1), date(2011, 8, 29))


def test_an_area_and_a_service_are_query_words(bar: FilterBar) -> None:
    assert bar.within == ""
    bar.choose("area", "Ward 3")
    bar.choose("service", 'The "old" tree')
    assert bar.within.startswith('area:"Ward 3" service:')
    assert bar.areas.text() == "Ward 3"
    bar.choose("area", "")
    assert bar.areas.text() == "All areas"
    assert bar.within.startswith("service:")


@pytest.mark.parametrize(("chosen", "back"), [("", 0), ("0", 0), (str(WEEK), WEEK), (str(YEAR), YEAR)])
def test_what_it_is_compared_with(bar: FilterBar, chosen: str, back: int) -> None:
    bar.choose("back", chosen)
    assert bar.back == back
    assert bar.compared.text() == dict(COMPARED)[back]


def test_choosers_have_names_whatever_they_show(bar: FilterBar) -> None:
    bar.choose("area", EVIL)
    names = [button.accessibleName() for button in (bar.areas, bar.services, bar.compared, bar.first, bar.last)]
    assert names == ["Areas", "Services", "Comparison", "First day", "Last day"]
    assert "<img" not in bar.areas.toolTip()


def cells(table: FigureTable) -> list[list[str]]:
    made = []
    for row in range(table.table.rowCount()):
        items = [table.table.item(row, column) for column in range(table.table.columnCount())]
        made.append([item.text() if isinstance(item, QTableWidgetItem) else "" for item in items])
    return made


def test_a_charts_figures_as_a_table(qtbot: QtBot) -> None:
    table = opened(FigureTable(CHART), qtbot)
    assert cells(table) == [["3", "50 % (2)"], ["1", "0"]]
    heads, model = (Qt.Orientation.Horizontal, Qt.Orientation.Vertical), table.table.model()
    assert [[model.headerData(i, way) for i in range(2)] for way in heads] == [["Open", "Kept"], ["Tree", "Light"]]
    asked: list[str] = []
    table.opened.connect(asked.append)
    table.table.setFocus()
    table.table.setCurrentCell(1, 1)
    QTest.keyClick(table.table, Qt.Key.Key_Return)
    assert asked == ["d"]
    assert not table.isVisible()


def test_lengths_are_said_as_lengths_and_what_is_only_summed_has_no_column(qtbot: QtBot) -> None:
    chart = Chart("closing", "x", "", (Series("Median", (Part("a", 2, "q", 26.0 * HOUR),)), Series("9 in 10", ())))
    table = opened(FigureTable(chart), qtbot)
    assert cells(table) == [["26 h (2)"]]
    assert cells(opened(FigureTable(Chart("flow", "x", "", ())), qtbot)) == []


def shown(box: ChartBox, chart: Chart, bot: QtBot) -> ChartBox:
    bot.addWidget(box)
    box.resize(420, box.sizeHint().height())
    box.show_chart(chart)
    box.show()
    return box


ROWS: dict[str, tuple[type[RowChart], Chart, int]] = {
    "age": (AgeBars, AGE, 6),
    "steps": (StepBars, STEPS, 2),
    "targets": (TargetRows, TARGETS, 12),
    "crews": (CrewRows, CREWS, 4),
}


@pytest.mark.parametrize("name", ROWS)
def test_each_row_is_reached_by_keys_and_opens_what_it_counts(qtbot: QtBot, name: str) -> None:
    kind, chart, many = ROWS[name]
    box = shown(kind("", 9), chart, qtbot)
    assert len(box.cells) == many
    asked: list[str] = []
    box.opened.connect(asked.append)
    assert box.at is box.cells[0]
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.at is not None
    assert box.at.row == 1
    assert asked == [box.at.part.query]
    assert box.accessibleName() == f"{chart.title}: {box.at.said}"
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.at is box.cells[0], "above the first there is nothing"


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("most", [1, 2])
def test_no_more_rows_are_shown_than_were_asked_for_and_it_is_as_high_as_they(
    qtbot: QtBot, name: str, most: int
) -> None:
    kind, chart, _ = ROWS[name]
    if name == "age" or (name == "steps" and most == 1):
        return  # their rows are fixed
    box = shown(kind("", most), chart, qtbot)
    assert {cell.row for cell in box.cells} == set(range(min(most, len(chart.series[0].parts))))
    assert all(box.rect().toRectF().adjusted(-1, -1, 1, 1).contains(cell.box) for cell in box.cells)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ROWS)
def test_rows_are_painted_at_any_width(qtbot: QtBot, look: QApplication, name: str, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    kind, chart, many = ROWS[name]
    box = shown(kind("", 9), chart, qtbot)
    for width in (60, 240, 1200):
        box.resize(width, box.height())
        picture = box.grab().toImage()
        colours = {picture.pixelColor(x, y).name() for x in range(0, width, 3) for y in range(30, picture.height(), 3)}
        assert len(colours) > 2
    assert len(box.cells) == many


def test_the_overdue_part_of_a_bar_is_opened_by_itself(qtbot: QtBot) -> None:
    box = shown(AgeBars("", 6), AGE, qtbot)
    late = next(cell for cell in box.cells if (cell.row, cell.column) == (0, 1))
    assert box.cell_at(late.box.center().toPoint()) is late
    right = QPoint(box.width() - 4, int(late.box.center().y()))
    found = box.cell_at(right)
    assert found is not None
    assert (found.row, found.column) == (0, 0)
    assert late.said == "row 0: 5 overdue"


def test_a_click_that_ends_elsewhere_opens_nothing(qtbot: QtBot) -> None:
    box = shown(CrewRows("", 4), CREWS, qtbot)
    asked: list[str] = []
    box.opened.connect(asked.append)
    here, there = (cell.box.center().toPoint() for cell in box.cells[:2])
    QTest.mousePress(box, Qt.MouseButton.LeftButton, pos=here)
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton, pos=there)
    QTest.mouseClick(box, Qt.MouseButton.RightButton, pos=here)
    assert asked == []
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=there)
    assert asked == [box.cells[1].part.query]


def test_t_asks_for_the_table_and_nothing_is_asked_for_before_there_are_figures(qtbot: QtBot) -> None:
    box = CrewRows("Crew load", 4)
    qtbot.addWidget(box)
    asked: list[Chart] = []
    box.tableWanted.connect(asked.append)
    for key in (Qt.Key.Key_T, Qt.Key.Key_Return, Qt.Key.Key_Down):
        QTest.keyClick(box, key)
    assert asked == []
    assert box.accessibleName() == "Crew load"
    box.show_chart(CREWS)
    QTest.keyClick(box, Qt.Key.Key_T)
    assert asked == [CREWS]


def test_median_and_nine_in_ten_are_said_to_those_who_do_not_see_them(qtbot: QtBot) -> None:
    box = shown(StepBars("", 7), STEPS, qtbot)
    assert box.accessibleDescription() == "Median 5 h · 9 in 10 within 4 d"


def test_of_how_many_a_median_is_is_said_where_some_are_left_out_of_it(qtbot: QtBot) -> None:
    steps = (*parts(3, 7), Part("not touched", 1_030, "n"))
    chart = replace(STEPS, series=(replace(STEPS.series[0], parts=steps), STEPS.series[1]))
    box = shown(StepBars("", 8), chart, qtbot)
    assert box.accessibleDescription() == "Median 5 h · 9 in 10 within 4 d; of the 10 touched so far"
    plain = shown(StepBars("", 8), STEPS, qtbot)
    assert box.cells[0].box.top() == plain.cells[0].box.top() + theme.px(StepBars.SAID), "its rows make room"
    nobody = replace(chart, series=(Series("Median", steps, None),))
    assert shown(StepBars("", 8), nobody, qtbot).accessibleDescription() == ""


@given(st.floats(0, 1))
def test_a_share_is_never_rounded_to_nothing_or_all(share: float) -> None:
    said = words.share(share)
    assert (said == "0 %") == (share == 0)
    assert (said == "100 %") == (share == 1)
    assert said.endswith(" %")


@given(st.floats(0.001, 1e9), st.integers(2, 6))
def test_lines_across_are_round_few_and_reach_the_top(top: float, most: int) -> None:
    levels = words.steps(top, most)
    assert levels[0] == 0
    assert levels[-2] < top * (1 + 1e-9)
    assert levels[-1] >= top * (1 - 1e-9)
    assert len(levels) <= most + 2
    assert f"{levels[1]:.0e}"[0] in "125"


@given(st.floats(1, 1e12))
def test_lengths_across_are_even_and_reach_the_top(top: float) -> None:
    levels = words.lengths(top)
    assert levels[0] == 0
    assert levels[-1] >= top * (1 - 1e-9)
    assert 2 <= len(levels) <= 6


buckets = st.integers(1, 70).map(
    lambda n: [Bucket("", date.fromordinal(734_000 + i // 24), i % 24, i, i + 1) for i in range(n)]
)


@given(buckets, st.sampled_from([None, *Unit]), st.integers(2, 12))
def test_what_stands_below_the_bars_is_in_order_and_begins_with_the_first(
    made: list[Bucket], unit: Unit | None, room: int
) -> None:
    ticks = words.ticks(made, unit, room)
    at = [tick[0] for tick in ticks]
    assert at == sorted(set(at))
    assert at[0] == 0
    assert all(0 <= i < len(made) for i in at)
    assert ticks[0][2], "the first says which day, month or year it is"
    assert all(upper for _, upper, _ in ticks)
    if unit not in {Unit.HOUR, Unit.QUARTER}:
        assert len(ticks) <= room
