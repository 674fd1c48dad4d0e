"""The map pane as a person uses it: by clicks, drags, the wheel and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPolygonF, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from services.geo.tiles import Facts
from services.queue.places import Places
from services.queue.snapshot import build
from tests.widgets.map.conftest import EVIL, requests
from tests.widgets.map.making import at, placed, show, town
from tests.widgets.map.test_raster import picture
from tests.widgets.rows import NOW, every_row
from widgets import theme
from widgets.map.camera import Camera
from widgets.map.layer import Mode
from widgets.map.view import MapView
from widgets.selection import Selection

LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def seen(view: MapView, request: int) -> QPoint:
    """Where a request's place is seen."""
    shown = view.canvas.shown
    x, y = view.canvas.camera.to_screen(*shown.place(shown.snapshot.row_of(request)))
    return QPoint(round(x), round(y))


def click(view: MapView, where: QPoint, keys: Qt.KeyboardModifier | None = None) -> None:
    QTest.mouseClick(view.canvas.viewport(), LEFT, keys or Qt.KeyboardModifier.NoModifier, where)


def drag(view: MapView, start: QPoint, stop: QPoint) -> None:
    on = view.canvas.viewport()
    QTest.mousePress(on, LEFT, pos=start)
    QTest.mouseMove(on, (start + stop) / 2)
    QTest.mouseMove(on, stop)
    QTest.mouseRelease(on, LEFT, pos=stop)


def chosen(view: MapView) -> list[int]:
    return [int(i) for i in view._selection.ids]


def around(where: QPoint) -> QPolygonF:
    return QPolygonF(QRectF(where.x() - 12, where.y() - 12, 24, 24))


def mouse(kind: QEvent.Type, where: QPoint, keys: Qt.KeyboardModifier) -> QMouseEvent:
    return QMouseEvent(kind, QPointF(where), QPointF(where), LEFT, LEFT, keys)


def test_a_click_selects_and_the_current_one_stands_alone(qtbot: QtBot, view: MapView) -> None:
    click(view, seen(view, 1))
    assert chosen(view) == [1]
    click(view, seen(view, 3))
    assert chosen(view) == [3, 4, 5]
    assert view._selection.current == 3
    assert view.canvas.discs.layout(view.canvas.camera).count.tolist().count(2) == 1
    click(view, seen(view, 3))
    assert chosen(view) == [3]
    click(view, QPoint(5, 490))
    assert chosen(view) == [3]


def test_control_click_adds_and_takes_away(qtbot: QtBot, view: MapView) -> None:
    click(view, seen(view, 1))
    click(view, seen(view, 2), CTRL)
    assert chosen(view) == [1, 2]
    click(view, seen(view, 2), CTRL)
    assert chosen(view) == [1]
    click(view, seen(view, 3), CTRL)
    assert chosen(view) == [1, 3, 4, 5]


def test_a_rectangle_selects_what_it_encloses(qtbot: QtBot, view: MapView) -> None:
    here = view.canvas.camera
    view._enclose(QPolygonF(QRectF(view.rect())), Qt.KeyboardModifier.NoModifier)
    assert set(chosen(view)) == {1, 2, 3, 4, 5}
    corner = seen(view, 1)
    view.canvas.mousePressEvent(mouse(QEvent.Type.MouseButtonPress, corner - QPoint(30, 30), SHIFT))
    for step in (10, 30):
        view.canvas.mouseMoveEvent(mouse(QEvent.Type.MouseMove, corner + QPoint(step, step), SHIFT))
    assert view.grab().toImage().pixelColor(corner + QPoint(30, 0)) != QColor(theme.LIGHT.land)
    view.canvas.mouseReleaseEvent(mouse(QEvent.Type.MouseButtonRelease, corner + QPoint(30, 30), SHIFT))
    assert chosen(view) == [1]
    other = seen(view, 2)
    view._enclose(around(other), CTRL)
    assert chosen(view) == [1, 2]
    view._enclose(around(QPoint(5, 490)), Qt.KeyboardModifier.NoModifier)
    assert chosen(view) == [1, 2]
    assert view.canvas.camera == here


def test_dragging_moves_the_map_and_paints_no_street_again(qtbot: QtBot, view: MapView) -> None:
    before, place = view.canvas.camera, seen(view, 1)
    qtbot.waitUntil(lambda: not view.canvas.squares.missing(before, 128))
    view.canvas._work.stop()
    painted = view.canvas.squares.painted
    drag(view, QPoint(400, 300), QPoint(460, 340))
    view.canvas.viewport().repaint()
    assert view.canvas.squares.painted == painted
    assert (seen(view, 1) - place).x() == pytest.approx(60, abs=1)
    assert (seen(view, 1) - place).y() == pytest.approx(40, abs=1)
    assert chosen(view) == []


def test_the_map_never_moves_by_itself(qtbot: QtBot, view: MapView) -> None:
    drag(view, QPoint(400, 300), QPoint(330, 300))
    there = view.canvas.camera
    snapshot = build([placed(n, 10 * n, 500) for n in range(1, 30)], ())
    show(view, snapshot)
    view._selection.set((7,))
    view.set_now(NOW + 10**9)
    view.set_extent(-71.2, 42.2, -70.9, 42.4)
    assert view.canvas.camera == there
    view.zoom_to_selection()
    assert view.canvas.camera != there
    assert view.rect().contains(seen(view, 7))


def test_wheel_keys_and_tools_zoom_and_pan(qtbot: QtBot, view: MapView) -> None:
    canvas = view.canvas
    level, place = canvas.camera.level, seen(view, 2)
    wheel = QWheelEvent(
        QPointF(place), QPointF(place), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    canvas.wheelEvent(wheel)
    assert canvas.camera.level == level + 2
    assert (seen(view, 2) - place).manhattanLength() <= 3
    QTest.mouseClick(view.tools.buttons["minus"], LEFT)
    assert canvas.camera.level == level
    QTest.mouseClick(view.tools.buttons["plus"], LEFT)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.camera.level == level + 2
    before = canvas.camera
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.camera.y > before.y
    assert canvas.camera.x == pytest.approx(before.x)
    QTest.mouseClick(view.tools.buttons["fit"], LEFT)
    assert all(view.rect().contains(seen(view, n)) for n in (1, 2, 3))


def test_the_count_without_a_place_can_be_clicked(qtbot: QtBot, view: MapView) -> None:
    assert view.unplaced.text() == "1 without a place ▸"
    with qtbot.waitSignal(view.unplacedAsked):
        QTest.mouseClick(view.unplaced, LEFT)
    snapshot = build([placed(1, 0, 0)], ())
    show(view, snapshot)
    assert not view.unplaced.isVisible()


def test_double_click_opens_one_and_comes_nearer_to_several(qtbot: QtBot, view: MapView) -> None:
    with qtbot.waitSignal(view.activated) as opened:
        QTest.mouseDClick(view.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, seen(view, 1))
    assert opened.args == [1]
    level = view.canvas.camera.level
    QTest.mouseDClick(view.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, seen(view, 3))
    assert view.canvas.camera.level > level
    assert (seen(view, 3) - view.rect().center()).manhattanLength() <= 3


def test_the_card_says_plain_text(qtbot: QtBot, view: MapView) -> None:
    QTest.mouseMove(view.canvas.viewport(), seen(view, 2))
    assert view.card.isVisible()
    assert view.card.words.splitlines()[0] == EVIL
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in view.findChildren(QLabel))
    QTest.mouseMove(view.canvas.viewport(), seen(view, 3))
    assert view.card.words == "3 requests, 2 overdue\n3 Tree Emergencies"
    QTest.mouseMove(view.canvas.viewport(), QPoint(5, 490))
    assert not view.card.isVisible()


def test_modes_and_layers(qtbot: QtBot, view: MapView) -> None:
    assert view.modes.text() == "Clusters"
    menu = view.modes.menu()
    assert menu is not None
    for action, text in zip(menu.actions()[:3], ("Clusters", "Points", "Heat"), strict=True):
        action.trigger()
        assert view.modes.text() == text
        assert view.canvas.mode == Mode(text.lower())
        assert view.canvas.accessibleDescription().endswith(f"Shown as {text.lower()}")
        view.settle()
        view.grab()
    view.set_mode(Mode.CLUSTERS)
    for action in view.around.layers.actions():
        action.toggle()
    layers = view.canvas.layers
    assert (layers.streets, layers.parks, layers.borders, layers.names) == (False, False, True, False)
    view.settle()
    assert view.canvas.names == []
    view.tools.buttons["layers"].click()
    assert view.around.layers.isVisible()
    view.around.layers.close()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


def test_the_ground_is_drawn_in_the_colours_in_force(qtbot: QtBot, view: MapView, look: QApplication) -> None:
    x, y = at(120, 30)
    view.canvas.look(Camera(x, y, 58, 900, 500))
    view.settle()
    for palette, scheme in ((theme.LIGHT, "light"), (theme.DARK, "dark")):
        theme.set_scheme(look, scheme)
        look.processEvents()
        view.settle()
        found = colours(view.grab().toImage())
        for name in (palette.land, palette.water, palette.park, palette.street, palette.surf):
            assert name.lower() in found
    theme.set_scheme(look, "light")


def test_a_hidden_map_does_no_work_but_can_be_pictured(qtbot: QtBot, look: QApplication) -> None:
    hidden = MapView(Selection())
    qtbot.addWidget(hidden)
    hidden.resize(500, 300)
    hidden.set_base(town())
    snapshot = requests()
    show(hidden, snapshot)
    look.processEvents()
    assert not hidden.canvas._work.isActive()
    assert hidden.canvas.squares.painted == 0
    assert theme.LIGHT.land.lower() in colours(hidden.grab().toImage())
    assert hidden.canvas.squares.painted > 0


def test_an_empty_map_shows_the_city(qtbot: QtBot, look: QApplication) -> None:
    empty = MapView(Selection())
    qtbot.addWidget(empty)
    empty.resize(500, 300)
    empty.set_extent(-71.2, 42.2, -70.9, 42.4)
    snapshot = build([], ())
    show(empty, snapshot)
    empty.zoom_to_selection()
    empty.fit()
    x, y = at(0, 0)
    px, py = empty.canvas.camera.to_screen(x, y)
    assert 0 < px < empty.canvas.camera.width
    assert 0 < py < empty.canvas.camera.height
    empty.grab()


def test_raster_tiles_are_asked_for_and_drawn(qtbot: QtBot, view: MapView) -> None:
    with qtbot.waitSignal(view.tilesWanted) as asked:
        view.set_raster(Facts(0, 16, "Survey office"))
    assert asked.args is not None
    for zoom, column, row_ in asked.args[0]:
        view.put_tile(zoom, column, row_, picture("#123456"))
    view.settle()
    assert "#123456" in colours(view.grab().toImage())
    assert view.canvas.names == []
    view.set_raster(None)
    view.settle()
    assert "#123456" not in colours(view.grab().toImage())


def test_everything_that_takes_the_focus_says_its_name(view: MapView) -> None:
    assert view.canvas.accessibleName() == "Map"
    assert view.canvas.accessibleDescription() == (
        "5 requests on the map, 4 overdue, 1 without a place. Shown as clusters"
    )
    named = [*view.tools.buttons.values(), view.modes, view.unplaced]
    assert all(widget.accessibleName() for widget in named)
    assert all((button.width(), button.height()) == (32, 32) for button in view.tools.buttons.values())
    view.set_now(NOW - 10**9)
    assert "0 overdue" in view.canvas.accessibleDescription()


def test_a_lasso_selects_what_it_goes_around_and_esc_puts_it_away(qtbot: QtBot, view: MapView) -> None:
    lasso, here = view.tools.buttons["lasso"], view.canvas.camera
    QTest.mouseClick(lasso, LEFT)
    assert lasso.isChecked()
    where = seen(view, 1)
    corners = [QPoint(-30, -30), QPoint(30, -25), QPoint(35, 30), QPoint(-20, 34)]
    on = view.canvas.viewport()
    QTest.mousePress(on, LEFT, pos=where + corners[0])
    for corner in corners[1:]:
        QTest.mouseMove(on, where + corner)
    assert view.grab().toImage().pixelColor(where + QPoint(20, 0)) != QColor(theme.LIGHT.land)
    QTest.mouseRelease(on, LEFT, pos=where + corners[-1])
    assert chosen(view) == [1]
    assert view.canvas.camera == here
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert not lasso.isChecked()
    assert not view.canvas.gestures.lasso
    assert "rectangle" in lasso.toolTip()


def test_only_what_i_see_is_asked_for_with_the_bounds(qtbot: QtBot, view: MapView) -> None:
    told: list[object] = []
    view.viewMoved.connect(lambda bounds: told.append(("moved", bounds)))
    view.onlyVisibleAsked.connect(lambda on: told.append(("only", on)))
    QTest.mouseClick(view.tools.buttons["eye"], LEFT)
    assert told == [("moved", view.bounds()), ("only", True)]
    west, south, east, north = view.bounds()
    city = view.city()
    assert city is not None
    assert west < east
    assert south < north
    with qtbot.waitSignal(view.viewMoved) as moved:
        drag(view, QPoint(400, 300), QPoint(460, 340))
    assert moved.args == [view.bounds()]
    assert view.bounds() != (west, south, east, north)
    view.set_only_visible(False)
    assert not view.tools.buttons["eye"].isChecked()


def test_what_lies_outside_the_city_is_counted(qtbot: QtBot, view: MapView) -> None:
    assert not view.outside.isVisible()
    far = build([placed(1, 0, 0), placed(2, 4_000, 0), placed(3, 0, 90_000)], ())
    show(view, far)
    assert view.outside.text() == "2 outside the city ▸"
    with qtbot.waitSignal(view.outsideAsked):
        QTest.mouseClick(view.outside, LEFT)
    view.fit()
    assert view.rect().contains(seen(view, 1))
    assert view.canvas.camera.level == 66


def test_the_map_may_hold_more_than_the_queue(qtbot: QtBot, view: MapView) -> None:
    snapshot = requests()
    every = every_row(snapshot)
    view.set_snapshot(snapshot, every[:2], Places(snapshot.x, snapshot.y).filter(every))
    assert not view.unplaced.isVisible()
    assert len(view.canvas.shown) == 5
    click(view, seen(view, 3))
    assert set(chosen(view)) == {3, 4, 5}


def test_a_call_takes_only_a_map_along_that_nobody_has_moved(qtbot: QtBot, view: MapView) -> None:
    before = view.canvas.camera
    view.show_call((42.34, -71.06))
    assert view.canvas.camera != before
    view.show_call(None)
    view.canvas.look(before)
    view.show_call((42.34, -71.06))
    assert view.canvas.camera == before
