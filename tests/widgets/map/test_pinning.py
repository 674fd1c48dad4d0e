"""While a call is being taken down a click on the map says where: on the ground, a mark, a cluster or an area alike."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from services.geo.projection import forward
from tests.widgets.map.test_view import CTRL, LEFT, chosen, click, seen
from widgets.map.layer import Mode
from widgets.map.view import MapView


@dataclass
class Call:
    """Whether there is one, and where its caller means."""

    there: bool = True
    places: list[tuple[float, float]] = field(default_factory=list)


@pytest.fixture
def call(view: MapView) -> Call:
    made = Call()
    view.pinning = lambda: made.there
    view.placeClicked.connect(lambda lat, lon: made.places.append((lat, lon)))
    return made


@pytest.mark.parametrize("request_id", [1, 3], ids=["a mark", "a cluster"])
@pytest.mark.parametrize("mode", [Mode.CLUSTERS, Mode.POINTS, Mode.HEAT])
def test_a_click_on_a_mark_places_the_pin_and_selects_nothing(
    view: MapView, call: Call, mode: Mode, request_id: int
) -> None:
    view.set_mode(mode)
    where = seen(view, request_id)
    click(view, where)
    assert chosen(view) == []
    (place,) = call.places
    x, y = (float(side[0]) for side in forward([place[0]], [place[1]]))
    at = view.canvas.camera.to_screen(x, y)
    assert (round(at[0]), round(at[1])) == (where.x(), where.y())


def test_with_control_it_selects_as_ever_and_after_the_call_without(view: MapView, call: Call) -> None:
    click(view, seen(view, 1), CTRL)
    assert chosen(view) == [1]
    call.there = False
    click(view, seen(view, 3))
    assert sorted(chosen(view)) == [3, 4, 5]
    assert call.places == []


def test_a_double_click_comes_nearer_and_leaves_the_call_where_it_is(view: MapView, call: Call) -> None:
    opened: list[int] = []
    view.activated.connect(opened.append)
    before = view.canvas.camera.ground
    QTest.mouseDClick(view.canvas.viewport(), LEFT, pos=seen(view, 1))
    assert opened == []
    assert view.canvas.camera.ground < before
    call.there = False
    QTest.mouseDClick(view.canvas.viewport(), LEFT, pos=seen(view, 1))
    assert opened == [1]


def test_what_lies_under_the_mouse_is_still_told_and_the_cursor_says_that_it_aims(view: MapView, call: Call) -> None:
    on, canvas = view.canvas.viewport(), view.canvas
    QTest.mouseMove(on, seen(view, 3))
    assert view.card.isVisible()
    assert view.card.words.startswith("3 requests")
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    QTest.mouseMove(on, QPoint(5, 490))
    assert not view.card.isVisible()
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    call.there = False
    QTest.mouseMove(on, QPoint(8, 490))
    assert canvas.cursor().shape() is not Qt.CursorShape.CrossCursor
