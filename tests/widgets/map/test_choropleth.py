"""Areas coloured by what they hold: counts as the query word area: finds them, steps, colours, clicks."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.geo import polygon
from services.geo.outlines import Outline, Outlines
from tests.widgets.map.making import at, placed, ring, show, shown_of, town
from tests.widgets.rows import NOW
from widgets import theme
from widgets.map import classes, legend, numbers, tally
from widgets.map.camera import Camera, metres_a_pixel
from widgets.map.choropleth import NEAR_OPACITY, Choropleth
from widgets.map.layer import Mode
from widgets.map.lettering import font_of
from widgets.map.shown import Shown
from widgets.map.view import MapView
from widgets.selection import Selection


def outline(name: str, west: float, south: float, east: float, north: float) -> Outline:
    edge = np.array(ring(west, south, east, north))
    (x0, y0), (x1, y1) = edge.min(axis=0).tolist(), edge.max(axis=0).tolist()
    return Outline(name, (edge,), polygon.edges([edge]), (x0, y0, x1, y1), ((x0 + x1) / 2, (y0 + y1) / 2))


WARDS = Outlines("Wards", (outline("Ward 1", -200, -200, 0, 200), outline("Ward 10", 0, -200, 200, 200)))


def shown() -> Shown:
    """Five in Ward 1, two of them overdue; one in Ward 10; one in no ward."""
    rows = [placed(n, -50 - n, 0, area="Ward 1, Roxbury", due_ms=NOW + (-1 if n < 3 else 1)) for n in range(1, 6)]
    rows += [placed(6, 80, 0, area="Ward 10", due_ms=None), placed(7, 500, 0, area="")]
    return shown_of(*rows)


def layer() -> Choropleth:
    made = Choropleth(shown())
    made.set_outlines(WARDS)
    made.count()
    return made


def test_counts_are_those_that_the_query_finds(look: QApplication) -> None:
    made = Choropleth(shown())
    assert not made.work(Camera(*at(0, 0), 56, 800, 600), 1.0)
    made.set_outlines(WARDS)
    assert (made.counts()[0].tolist(), made.words(), made.legend(), made.elsewhere) == ([0, 0], ["", ""], [], 0)
    assert not made.count()
    every, late = made.counts()
    assert (every.tolist(), late.tolist(), made.elsewhere) == ([5, 1], [2, 0], 1)
    assert made.words() == ["5", "1"]
    made.by_overdue = True
    assert made.words() == ["40 %", "0 %"]
    assert [text for _, text in made.legend()] == ["None", "Some"]


def test_counting_takes_turns_and_the_old_counts_stand_meanwhile(
    look: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "CHUNK", 2)
    made = layer()
    assert not made.count(0.0)
    made.shown.set_now(NOW + 10)
    made.renew()
    turns = 0
    while made.count(0.0):
        assert made.counts()[1].tolist() == [2, 0]
        turns += 1
    assert turns == 3
    assert made.counts()[1].tolist() == [5, 0]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_the_classes_have_round_limits_and_every_area_one(values: list[int]) -> None:
    above = classes.limits(np.array(values))
    assert list(above) == sorted(set(above))
    assert all(classes.nice(limit) == limit for limit in above)
    found = [classes.class_of(value, above) for value in values]
    assert all((number == 0) == (value == 0) for number, value in zip(found, values, strict=True))
    assert set(range(1, len(above) + 2)) >= set(found) - {0}
    some = sorted(v for v in values if v)
    if len(set(some)) >= 20 and some[-1] > 20 * some[0]:
        assert len(above) >= 2
    for a, b in pairwise(sorted(values)):
        assert classes.class_of(a, above) <= classes.class_of(b, above)


def test_the_wards_of_an_ordinary_week_differ() -> None:
    counts = [302, 536, 534, 563, 391, 334, 444, 332, 215, 255, 310, 358, 421, 321, 370, 317, 280, 455, 415, 422, 759]
    above = classes.limits(np.array(counts))
    found = np.bincount([classes.class_of(v, above) for v in counts])
    assert len(above) == classes.CLASSES - 1
    assert found[1:].max() <= 8
    assert [classes.nice(v) for v in (0.2, 1.2, 4, 6, 12, 31, 237, 1_240, 8_900)] == [
        1, 1, 4, 6, 12, 30, 250, 1_200, 9_000,
    ]  # fmt: skip


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize("hue", ["accent", "overdue"])
@pytest.mark.parametrize("many", [1, 2, 3, 4, 5])
def test_the_colours_are_told_apart_in_grey(palette: theme.Palette, hue: str, many: int) -> None:
    shades = classes.inks(getattr(palette, hue), many, palette)
    light = [classes.lightness(shade) for shade in shades]
    assert len(light) == many + 1
    steps = np.diff(light) * (1 if palette.dark else -1)
    assert steps.min() >= 10
    for ground in (palette.outside, palette.land):
        assert abs(classes.lightness(QColor(ground)) - light[1]) >= 10
    assert classes.lightness(QColor("#ffffff")) == pytest.approx(100)
    assert classes.lightness(QColor("#000000")) == 0


@given(st.integers(40, 64), st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_stand_within_their_areas_and_apart(look: QApplication, level: int, seed: int, side: int) -> None:
    rng = np.random.default_rng(seed)
    cells = [(a, b) for a in range(side) for b in range(side)]
    size = 400 / side
    areas = [outline(f"{a}/{b}", a * size, b * size, (a + 1) * size, (b + 1) * size) for a, b in cells]
    values = rng.integers(0, 10 ** rng.integers(1, 7), len(areas))
    words = [f"{v:,}" if v else "" for v in values.tolist()]
    scale = metres_a_pixel(level)
    names = numbers.fitting(areas, words, np.argsort(-values, kind="stable").tolist(), scale)
    metrics = QFontMetricsF(font_of("number"))
    boxes = []
    for name in names:
        wide = metrics.horizontalAdvance(name.text)
        boxes.append(QRectF(name.x / scale - wide / 2, -name.y / scale - 8, wide, 16))
        box = next(area.box for area in areas if area.middle == (name.x, name.y))
        assert (box[2] - box[0]) / scale >= wide - 2 * numbers.OVER - 1
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))
    wide = max(metrics.horizontalAdvance(text) for text in words)
    if size * 8 / scale > wide + 10:
        assert len(names) == sum(bool(text) for text in words)


def test_where_two_collide_the_larger_stands(look: QApplication) -> None:
    wide = outline("wide", -200, -200, 200, 200)
    assert [n.text for n in numbers.fitting([wide, wide], ["7", "90"], [1, 0], 10.0)] == ["90"]


def test_areas_are_filled_and_their_numbers_stand_on_them(look: QApplication) -> None:
    made, seen = layer(), Camera(*at(0, 0), 56, 800, 600)
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.current().land))
    while made.work(seen, 1.0):
        pass
    painter = QPainter(image)
    made.draw(painter, seen, 1.0)
    painter.end()
    above = classes.limits(made.values())
    for east, value in ((-150, 5), (150, 1)):
        x, y = seen.to_screen(*at(east, 150))
        ink = classes.inks(theme.current().accent, len(above) + 1, theme.current())[classes.class_of(value, above)]
        wanted, got = theme.mix(ink.name(), theme.current().land, NEAR_OPACITY), image.pixelColor(int(x), int(y))
        off = wanted.red() - got.red(), wanted.green() - got.green(), wanted.blue() - got.blue()
        assert max(map(abs, off)) <= 2
    hit = made.at(seen, *seen.to_screen(*at(-150, 150)))
    assert hit is not None
    assert (hit.area, hit.count, hit.overdue(), len(hit.rows())) == ("Ward 1", 5, 2, 0)
    assert made.at(seen, *seen.to_screen(*at(0, 260))) is None
    assert len(made.discs(seen)) == 2
    made.leave(seen, 1.0)
    made.renew()
    assert not made.work(seen, 1.0)
    made.restyle()
    assert made.work(seen, 1.0)


def test_without_outlines_nothing_is_drawn(look: QApplication) -> None:
    bare, seen = Choropleth(shown()), Camera(*at(0, 0), 56, 300, 300)
    while bare.work(seen, 1.0):
        pass
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    bare.draw(painter, seen, 1.0)
    painter.end()
    assert image.pixelColor(100, 100) == QColor("#ffffff")
    assert bare.at(seen, 100, 100) is None


@pytest.fixture
def view(qtbot: QtBot, look: QApplication) -> MapView:
    made = MapView(Selection())
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.set_base(town())
    made.set_now(NOW)
    show(made, shown().snapshot)
    return made


def test_an_area_says_its_name_and_count_and_a_click_asks_for_it(qtbot: QtBot, view: MapView) -> None:
    with qtbot.waitExposed(view):
        view.show()
    with qtbot.waitSignal(view.outlinesWanted):
        view.show_as(Mode.AREAS, False)
    assert view.modes.text() == "Areas"
    view.settle()
    assert view.legend.entries[0].text.startswith("This city names no areas")
    view.set_outlines([WARDS, Outlines("Neighborhoods", ())])
    assert [a.text() for a in view.around.layers.actions()][-2:] == ["Areas: Wards", "Areas: Neighborhoods"]
    view.settle()
    assert view.legend.entries[0].text == "Requests"
    assert view.legend.entries[-1].text == "1 in no area"
    view.canvas.look(Camera(*at(0, 0), 56, 900, 500))
    x, y = view.canvas.camera.to_screen(*at(-150, 50))
    QTest.mouseMove(view.canvas.viewport(), QPoint(round(x), round(y)))
    assert view.card.words == "Ward 1\n5 requests, 2 overdue (40 %)\nClick to see only these"
    view.pinning = lambda: True
    QTest.mouseMove(view.canvas.viewport(), QPoint(2, 498))
    QTest.mouseMove(view.canvas.viewport(), QPoint(round(x), round(y)))
    assert view.card.words.endswith("Ctrl+click to see only these")
    view.pinning = lambda: False
    with qtbot.waitSignal(view.areaAsked) as asked:
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert asked.args == ["Ward 1"]
    view.show_as(Mode.AREAS, True)
    assert view.modes.text() == "Areas overdue"
    assert legend.of(view.canvas)[0].text == "Share overdue"
    view.around.layers.actions()[-1].trigger()
    assert view.canvas.choropleth.outlines is not None
    assert view.canvas.choropleth.outlines.title == "Neighborhoods"
    view.grab()
    view.hide()
