"""Areas coloured by what they hold: counts as the query word area: finds them, steps, colours, clicks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.geo import polygon
from services.geo.outlines import Outline, Outlines
from tests.widgets.map.making import at, placed, ring, show, shown_of, town
from tests.widgets.rows import NOW
from widgets import theme
from widgets.map import legend
from widgets.map.camera import Camera
from widgets.map.choropleth import SHARES, Choropleth, _round_up
from widgets.map.layer import Mode
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
    return made


def test_counts_are_those_that_the_query_finds(look: QApplication) -> None:
    made = layer()
    every, late = made.counts()
    assert (every.tolist(), late.tolist(), made.elsewhere) == ([5, 1], [2, 0], 1)
    assert made.words() == ["5", "1"]
    made.by_overdue = True
    assert made.words() == ["40 %", "0 %"]
    assert [text for _, text in made.legend()] == ["None", "to 10 %", "to 20 %", "to 40 %", "over 40 %"]
    assert (made._step(0), made._step(1)) == (3, 0)


def test_steps_are_round_numbers(look: QApplication) -> None:
    made = layer()
    assert made.steps() == (0, 2, 4, 6)
    assert (made._step(0), made._step(1)) == (3, 1)
    assert [_round_up(v) for v in (0, 0.2, 1.2, 4, 6, 12, 31, 237)] == [1, 1, 2, 5, 10, 20, 50, 300]
    few = Choropleth(shown_of(placed(1, 0, 0, area="Ward 1")))
    few.set_outlines(WARDS)
    assert [text for _, text in few.legend()] == ["None", "1", "2", "3", "4"]
    shades = [QColor(ink).lightness() for ink, _ in made.legend()]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == len(SHARES)


def test_areas_are_filled_and_their_numbers_stand_on_them(look: QApplication) -> None:
    made, seen = layer(), Camera(*at(0, 0), 56, 800, 600)
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.current().land))
    while made.work(seen, 1.0):
        pass
    painter = QPainter(image)
    made.draw(painter, seen, 1.0)
    painter.end()
    for east, step in ((-150, 3), (150, 1)):
        x, y = seen.to_screen(*at(east, 150))
        wanted, got = theme.mix(made.ink(step).name(), theme.current().land, 0.86), image.pixelColor(int(x), int(y))
        off = wanted.red() - got.red(), wanted.green() - got.green(), wanted.blue() - got.blue()
        assert max(map(abs, off)) <= 2
    hit = made.at(seen, *seen.to_screen(*at(-150, 150)))
    assert hit is not None
    assert (hit.area, hit.count, hit.late, len(hit.rows())) == ("Ward 1", 5, 2, 0)
    assert made.at(seen, *seen.to_screen(*at(0, 260))) is None
    assert len(made.discs(seen)) == 2
    made.leave(seen, 1.0)
    made.renew()
    assert made.work(seen, 1.0)
    made.restyle()


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
        view._choose_mode(Mode.AREAS, False)
    assert view.modes.text() == "Areas"
    view.settle()
    assert view.legend.entries[0].text.startswith("This city names no areas")
    view.set_outlines([WARDS, Outlines("Neighborhoods", ())])
    assert [a.text() for a in view._layer_menu.actions()][-2:] == ["Areas: Wards", "Areas: Neighborhoods"]
    view.settle()
    assert view.legend.entries[0].text == "Requests"
    assert view.legend.entries[-1].text == "1 in no area"
    view.canvas.look(Camera(*at(0, 0), 56, 900, 500))
    x, y = view.canvas.camera.to_screen(*at(-150, 50))
    QTest.mouseMove(view.canvas.viewport(), QPoint(round(x), round(y)))
    assert view.card.words == "Ward 1\n5 requests, 2 overdue (40 %)\nClick to see only these"
    with qtbot.waitSignal(view.areaAsked) as asked:
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert asked.args == ["Ward 1"]
    view._choose_mode(Mode.AREAS, True)
    assert view.modes.text() == "Areas overdue"
    assert legend.of(view.canvas)[0].text == "Share overdue"
    view._layer_menu.actions()[-1].trigger()
    assert view.canvas.choropleth.outlines is not None
    assert view.canvas.choropleth.outlines.title == "Neighborhoods"
    view.grab()
    view.hide()
