"""Every chart on the demo city's noon: each part is reached by keys and by the mouse, and says what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from services.geo import outlines
from services.queue.snapshot import build
from services.supervise.forecast import Due
from services.supervise.measures import WEEK, Figures, Period, figures, last_days
from tests.services.supervise.city import MOMENT, ZONE, snapshot
from widgets import theme
from widgets.supervise import words
from widgets.supervise.box import EMPTY, ChartBox
from widgets.supervise.table import FigureTable
from widgets.supervise.timechart import _alone, apart
from widgets.supervise.view import SuperviseView


def made(days: int, back: int = 0) -> Figures:
    return figures(snapshot(), MOMENT, last_days(days, MOMENT.now, ZONE), back=back)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SuperviseView]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.install(app, Path(str(files("resources"))) / "fonts", "light")
    shown = SuperviseView()
    qtbot.addWidget(shown)
    shown.resize(1224, 720)
    shown.show()
    yield shown
    shown.hide()


class Pencil(QPainter):
    """Notes where it writes what."""

    def __init__(self, on: QImage) -> None:
        super().__init__(on)
        self.on = on
        self.words: dict[str, QRectF] = {}

    def drawText(self, box: QRectF, flags: Qt.AlignmentFlag, text: str) -> None:  # type: ignore[override]
        self.words[text] = self.boundingRect(box, int(flags.value), text)


@pytest.mark.parametrize("width", [320, 400, 480, 800])
def test_however_narrow_a_chart_its_legend_names_every_line_beside_or_below_the_title(
    view: SuperviseView, width: int
) -> None:
    view.show_figures(made(7, WEEK))
    below = set()
    for box in (view.flow, view.closing_time):
        box.resize(width, 200)
        title = QFontMetricsF(theme.font(theme.TITLE, theme.SEMIBOLD)).horizontalAdvance(box.title)
        pencil = Pencil(QImage(1000, 200, QImage.Format.Format_RGB32))
        used = box.paint_legend(pencil, QRectF(0, 0, width, 24))
        pencil.end()
        said = sorted(pencil.words.items(), key=lambda word: word[1].left())
        before = [s.title for s in box.chart.series if s.title.endswith(" before") and s.parts] if box.chart else []
        assert len(said) == len(box._series)
        assert said[-1][0].startswith("Before") is bool(before)
        assert all(one.right() < other.left() for (_, one), (_, other) in pairwise(said))
        assert said[-1][1].right() <= width + 1
        if used:
            assert title < said[0][1].left()
            assert title + used <= width
        else:
            below.add(box)
            assert 24 <= said[0][1].bottom() <= box.plot.top()
    assert (len(below) > 0) is (width < 800)


def reached(box: ChartBox) -> set[tuple[int, int]]:
    """The cells that arrows come to, from the one that has the keyboard first."""
    known: set[tuple[int, int]] = set()
    waiting = [box._at]
    while waiting:
        start = waiting.pop()
        cell = box.cells[start]
        if (cell.row, cell.column) in known:
            continue
        known.add((cell.row, cell.column))
        for way in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            box._at = start
            box.go(*way)
            waiting.append(box._at)
    return known


@pytest.mark.parametrize("days", [2, 30, 365])
def test_keys_reach_every_part(view: SuperviseView, days: int) -> None:
    view.show_figures(made(days, WEEK))
    for box in view.charts.values():
        if box.cells:
            assert reached(box) == {(c.row, c.column) for c in box.cells}, box.title
    assert len(view.flow.cells) == 3 * len(view.flow.cells[0:1]) * len(
        view.flow.chart.buckets if view.flow.chart else ()
    )


@pytest.mark.parametrize("width", [1224, 1380])
def test_no_part_lies_outside_its_chart(view: SuperviseView, width: int) -> None:
    view.resize(width, 720)
    for days in (1, 2, 7, 90):
        view.show_figures(made(days, WEEK))
        for box in view.charts.values():
            for cell in box.cells:
                inside = box.rect().adjusted(-10, -10, 10, 10).contains(cell.box.toAlignedRect())
                assert inside, (box.title, cell)
                assert cell.said
                assert f"{cell.part.count:,}" in cell.said


def test_a_click_on_each_row_opens_it(view: SuperviseView) -> None:
    view.show_figures(made(2))
    opened: list[str] = []
    view.opened.connect(opened.append)
    clicked = 0
    for box in (view.targets, view.areas, view.age, view.crews, view.closing, view.first_touch):
        for cell in box.cells:
            spot = QPoint(int(cell.box.right()) - 3, int(cell.box.center().y()))
            if box.cell_at(spot) is cell:
                QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=spot)
                assert opened.pop() == cell.part.query
                clicked += 1
    assert clicked > 60
    assert not opened


def test_a_click_on_each_bar_and_near_each_point_opens_it(view: SuperviseView) -> None:
    view.show_figures(made(2))
    opened: list[str] = []
    view.opened.connect(opened.append)
    clicked = 0
    for cell in view.flow.cells:
        at = view.flow.point(cell.column, cell.part.drawn).toPoint()
        spot = at if cell.row else QPoint(at.x(), int(view.flow.plot.top()) + 2)
        if view.flow.cell_at(spot) is cell:
            QTest.mouseClick(view.flow, Qt.MouseButton.LeftButton, pos=spot)
            assert opened.pop() == cell.part.query
            clicked += 1
    assert clicked == len(view.flow.cells) > 70


def test_the_map_opens_its_areas(view: SuperviseView, tmp_path: Path) -> None:
    square = [[-71.2, 42.2], [-71.0, 42.2], [-71.0, 42.4], [-71.2, 42.4], [-71.2, 42.2]]
    file = tmp_path / "zips.geojson"
    file.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Zip 02125"},'
        f' "geometry": {{"type": "Polygon", "coordinates": [{square}]}}}}]}}'
    )
    view.show_figures(made(2))
    assert "outlines" in view.map.nothing()
    assert not view.map.cells
    view.set_outlines([outlines.load(file)])
    (cell,) = view.map.cells
    opened: list[str] = []
    view.opened.connect(opened.append)
    QTest.mouseClick(view.map, Qt.MouseButton.LeftButton, pos=cell.box.center().toPoint())
    assert opened == ['area:"Zip 02125" is:overdue']
    view.map.setFocus()
    QTest.keyClick(view.map, Qt.Key.Key_Return)
    assert opened == ['area:"Zip 02125" is:overdue'] * 2


def test_a_period_without_anything_says_so(view: SuperviseView) -> None:
    empty = Period(date(1999, 1, 1), date(1999, 1, 2), MOMENT.now, ZONE)
    view.show_figures(figures(snapshot(), MOMENT, empty))
    for box in (view.flow, view.told, view.undelivered, view.reopened, view.channels, view.closing, view.first_touch,
                view.calls):  # fmt: skip
        assert not box.cells
        assert "in this period" in box.nothing()
        assert box.height() == theme.px(EMPTY), "no cavern where there is nothing"
        frame = box._nothing
        assert frame.top() >= box.body.top(), "the keyboard's frame keeps off the title"
        assert frame.bottom() <= box.height()
    assert not view.flow._plot.isVisible()
    assert view.age.cells
    view.grab()
    view.show_figures(made(2))
    assert view.flow.cells
    assert view.flow._plot.isVisible()
    assert view.flow.height() > theme.px(EMPTY)


def test_tab_goes_from_above_to_below(view: SuperviseView) -> None:
    view.show_figures(made(2))
    view.show_dues([(Due(4, 3, 0.0, 0), "due<4h")], "")
    QApplication.processEvents()
    here: QWidget = view.bar.compared
    here.setFocus()
    for button in (*view.tiles.buttons, *view.breaches.buttons, view.flow):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        assert button.hasFocus(), button.accessibleName()
        here = button


def test_the_whole_name_of_a_row_is_in_its_tooltip_and_opens_it(view: SuperviseView) -> None:
    view.show_figures(made(2))
    row = view.targets.line(0)
    cell = view.targets.cell_at(QPointF(4, row.center().y()).toPoint())
    assert cell is not None
    assert cell.said.startswith(f"{cell.part.label}: {cell.part.count:,} open")


@given(st.lists(st.floats(0, 200), max_size=8).map(sorted))
def test_names_at_ends_of_lines_stand_apart_and_above_the_times(wanted: list[float]) -> None:
    made = apart(wanted, 16, 190)
    assert all(b - a >= 15.99 for a, b in pairwise(made))
    assert all(y <= 190 for y in made)
    if all(b - a >= 16 for a, b in pairwise(wanted)) and (not wanted or wanted[-1] <= 190):
        assert made == wanted, "what has room stays where it is"


@pytest.mark.parametrize("at", [0, 3, 20, -1])
@pytest.mark.parametrize("beside", [(), (-1,), (1,), (1, 2), (-2, -1, 1, 2)])
def test_words_beside_the_highest_bar_stand_on_no_other(view: SuperviseView, at: int, beside: tuple[int, ...]) -> None:
    view.show_figures(made(2))
    flow, wide = view.flow, theme.px(150)
    counts = [part.count // 1_000 for part in flow._series[0].parts]
    at %= len(counts)
    most = int(flow._range[1])
    for i in (0, *beside):
        if 0 <= at + i < len(counts):
            counts[at + i] = most
    bottom = flow.point(at, most).y() + theme.px(30)
    edge, left = flow._beside(at, counts, wide, bottom)
    assert flow.plot.left() <= left <= flow.plot.right() - wide
    assert edge in (flow._column(at).left(), flow._column(at).right())
    for i, count in enumerate(counts):
        column = flow._column(i)
        if column.left() < left + wide and column.right() > left:
            assert flow.point(i, count).y() > bottom


def test_a_week_without_neighbours_is_a_dot() -> None:
    nan = float("nan")
    assert _alone(np.array([1.0, nan, 2.0, 3.0, nan, 4.0])).tolist() == [True, False, False, False, False, True]


def test_what_has_the_keyboard_keeps_it_when_figures_come(view: SuperviseView) -> None:
    view.show_figures(made(2))
    view.flow.setFocus()
    QTest.keyClick(view.flow, Qt.Key.Key_Left)
    here = view.flow.at
    assert here is not None
    assert view.flow.accessibleName() == f"Opened and closed, by hour: {here.said}"
    view.show_figures(made(2))
    again = view.flow.at
    assert again is not None
    assert (again.row, again.column) == (here.row, here.column)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_painted_in_both_schemes(view: SuperviseView, scheme: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.set_scheme(app, scheme)
    view.show_figures(made(2, WEEK))
    picture = view.grab().toImage()
    surface = theme.current().surf
    assert picture.pixelColor(4, 400).name().upper() == surface
    bar = max((c for c in view.flow.cells if c.row == 0), key=lambda c: c.part.count)
    at = view.flow.mapTo(view, view.flow.point(bar.column, bar.part.drawn / 2).toPoint())
    assert picture.pixelColor(at).name().upper() == theme.current().accent
    theme.set_scheme(app, "light")


def test_a_long_name_widens_nothing(view: SuperviseView) -> None:
    view.bar.choose_days(0)
    view.bar.as_of.setText("numbers as of 23:59")
    QApplication.processEvents()
    field = view.bar.first.lineEdit()
    assert field.width() >= field.fontMetrics().horizontalAdvance("30 Nov 2026"), "the day can be read"
    wide = view.minimumSizeHint().width()
    assert wide <= 1224
    for button in (view.bar.areas, view.bar.services, view.bar.compared):
        assert button.width() == button.maximumWidth(), "what is not narrowed down is said in full at 1,280 pixels"
    view.bar.choose("service", "Missed Trash/Recycling/Yard Waste/Bulk Item " * 4)
    view.bar.choose("area", "South Boston / South Boston Waterfront " * 4)
    assert view.minimumSizeHint().width() <= wide + 40
    assert view.bar.services.accessibleName() == "Services"


def test_words_of_times_and_steps() -> None:
    assert (words.share(0.004), words.share(0.996), words.share(0.5), words.share(1)) == (
        "<1 %",
        ">99 %",
        "50 %",
        "100 %",
    )
    assert words.steps(157, 3) == [0, 100, 200]
    assert words.steps(0.0) == [0, 1]
    assert words.lengths(0) == [0, 300_000]
    for top in (1, 7, 99, 1_000, 12_345):
        levels = words.steps(top, 3)
        assert levels[-1] >= top > levels[-2]
        assert len(levels) <= 5
    hour = 3_600_000
    assert [words.length(x) for x in words.lengths(100 * hour)] == ["0 m", "2 d", "4 d", "6 d"]


def test_what_was_before_is_said_beside_each_figure_and_opens_from_the_table(view: SuperviseView, qtbot: QtBot) -> None:
    shown = made(7, WEEK)
    view.show_figures(shown)
    said = [cell.said for cell in view.targets.cells if cell.column == 3]
    assert any("; before " in one for one in said) == any(
        part.value is not None for s in shown.charts["targets"].series[5:] for part in s.parts
    )
    assert view.targets.remark().endswith("thin line: before")
    assert "; Before: median " in view.first_touch.summary()
    for chart_id, title in (("first_touch", "Median before"), ("flow", "Closed before"), ("channels", "phone before"),
                            ("undelivered", "Not delivered before"), ("reopened", "Opened again before")):  # fmt: skip
        series = shown.charts[chart_id].named(title)
        assert series is not None
        assert series.whole is not None
        dialog = FigureTable(shown.charts[chart_id], view)
        qtbot.addWidget(dialog)
        titles = [dialog.table.horizontalHeaderItem(c).text() for c in range(dialog.table.columnCount())]  # type: ignore[union-attr]
        item = dialog.table.item(dialog.table.rowCount() - 1, titles.index(title))
        opened: list[str] = []
        dialog.opened.connect(opened.append)
        assert item is not None
        dialog.table.itemActivated.emit(item)
        assert opened == [series.whole.query]
    view.show_figures(made(7))
    assert "before" not in view.targets.remark() + view.first_touch.summary()


def test_where_nothing_is_open_the_map_takes_no_room(view: SuperviseView) -> None:
    view.show_figures(figures(build((), ()), MOMENT, last_days(7, MOMENT.now, ZONE)))
    assert view.map.height() == theme.px(EMPTY)
    assert (view.age.nothing(), view.crews.nothing()) == ("Nothing is open here.", "No crew has a request here.")
