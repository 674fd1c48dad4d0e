"""Frames of a drag that are cut out of one picture equal those that are drawn piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.queue.snapshot import build
from tests.widgets.map.making import placed, show, town
from tests.widgets.rows import NOW
from widgets import theme
from widgets.map.camera import Camera
from widgets.map.canvas import Canvas
from widgets.map.layer import Mode
from widgets.map.still import MARGIN, Still
from widgets.map.view import MapView
from widgets.selection import Selection

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier
START = QPoint(300, 200)
PATH = (QPoint(320, 200), QPoint(333, 187), QPoint(291, 226), QPoint(300, 200), QPoint(274, 161))


def chequered(painter: QPainter, camera: Camera) -> None:
    """Every map pixel of the screen in a colour of its own."""
    density = painter.device().devicePixelRatio()
    painter.scale(1 / density, 1 / density)
    for x in range(round(camera.width * density)):
        for y in range(round(camera.height * density)):
            east, south = x + round(camera.left * density), y + round(camera.top * density)
            painter.fillRect(x, y, 1, 1, QColor(east % 251, south % 241, (east + south) % 2 * 255))


def drawn(still: Still, camera: Camera, density: float) -> QImage | None:
    image = QImage(round(camera.width * density), round(camera.height * density), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    painter = QPainter(image)
    done = still.draw(painter, camera, "")
    painter.end()
    return image if done else None


@pytest.mark.parametrize("density", [1.0, 1.25, 1.5, 2.0])
def test_what_is_cut_out_is_moved_pixel_for_pixel(look: QApplication, density: float) -> None:
    still, camera = Still(chequered), Camera(0.0, 0.0, 60, 40, 24)
    still.make(camera, density, "")
    for east, north in ((0, 0), (4, -8), (-60, 44)):
        found = drawn(still, camera.moved(east, north), density)
        assert found is not None
        wanted = QImage(found.size(), QImage.Format.Format_RGB32)
        wanted.setDevicePixelRatio(density)
        painter = QPainter(wanted)
        chequered(painter, camera.moved(east, north))
        painter.end()
        assert found == wanted


def test_a_picture_is_good_for_views_within_its_margin_alone(look: QApplication) -> None:
    still, camera = Still(lambda painter, camera: None), Camera(0.0, 0.0, 60, 40, 24)
    assert drawn(still, camera, 1.0) is None
    still.make(camera, 1.0, "")
    assert still.holds(camera.moved(MARGIN - 1, 1 - MARGIN), "")
    others = [camera.moved(MARGIN, 0), camera.moved(0, -MARGIN), camera.zoomed(1, 20, 12), camera.resized(41, 24)]
    assert not any(still.holds(other, "") for other in others)
    assert not still.holds(camera, "another")
    picture = still._picture
    still.drop()
    assert drawn(still, camera, 1.0) is None
    still.make(camera, 1.0, "")
    assert still._picture is picture
    still.make(camera, 2.0, "")
    assert still._picture.devicePixelRatio() == 2.0
    still.end()
    assert drawn(still, camera, 1.0) is None
    assert still._picture.isNull()


@pytest.fixture(params=[1.0, 2.0])
def view(
    qtbot: QtBot, look: QApplication, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[MapView]:
    monkeypatch.setattr(Canvas, "devicePixelRatioF", lambda _: request.param)
    made = MapView(Selection())
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_now(NOW)
    made.set_base(town())
    show(made, build([placed(n, 13 * n % 160, 7 * n % 130, due_ms=NOW + n % 3 - 1) for n in range(1, 120)], ()))
    made.show()
    yield made
    made.close()
    theme.set_scheme(look, "light")


def picture(view: MapView) -> QImage:
    density = view.canvas.devicePixelRatioF()
    image = QImage(round(600 * density), round(400 * density), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    painter = QPainter(image)
    view.canvas.drawForeground(painter, QRectF())
    painter.end()
    return image


def press(view: MapView) -> None:
    view.canvas.mousePressEvent(QMouseEvent(QEvent.Type.MouseButtonPress, START, START, LEFT, LEFT, NO_KEY))


def move(view: MapView, to: QPoint) -> None:
    at = QPointF(to)
    view.canvas.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, at, at, NONE, LEFT, NO_KEY))


def release(view: MapView, at: QPoint) -> None:
    view.canvas.mouseReleaseEvent(QMouseEvent(QEvent.Type.MouseButtonRelease, at, at, LEFT, NONE, NO_KEY))


def worked_off(view: MapView) -> None:
    """As the event loop does it, however long it takes; names stay where they are while the ground is dragged."""
    view.canvas._work.stop()
    view.canvas._rest.stop()
    while not view.canvas._still.holds(view.canvas.camera, view.canvas._stamp()):
        view.canvas._go_on()


@pytest.mark.parametrize("mode", list(Mode))
def test_every_frame_of_a_drag_is_the_map_as_it_is(view: MapView, mode: Mode) -> None:
    view.set_mode(mode)
    view._selection.set((7,))
    view.settle()
    press(view)
    move(view, PATH[0])
    worked_off(view)
    for _, to in pairwise(PATH):
        move(view, to)
        assert view.canvas._still.holds(view.canvas.camera, view.canvas._stamp())
        cut = picture(view)
        view.canvas._still.drop()
        assert cut == picture(view)
        worked_off(view)
    release(view, PATH[-1])
    assert not view.canvas._still.holds(view.canvas.camera, view.canvas._stamp())


def test_what_changes_while_the_ground_is_dragged_is_seen_at_once(view: MapView, look: QApplication) -> None:
    view.settle()
    press(view)
    move(view, PATH[0])

    def scheme() -> None:
        theme.set_scheme(look, "dark")
        view.canvas.repaint_ground()

    changes: tuple[Callable[[], object], ...] = (
        lambda: view._selection.set((7,)), lambda: view._selection.set((7, 9, 11)), lambda: view.set_now(NOW + 5),
        lambda: show(view, build([placed(1, 0, 0)], ())), lambda: view.set_mode(Mode.POINTS), scheme,
        lambda: view.canvas.zoom(1), lambda: view.resize(640, 400),
    )  # fmt: skip
    for change in changes:
        worked_off(view)
        change()
        assert not view.canvas._still.holds(view.canvas.camera, view.canvas._stamp())
    worked_off(view)
    view.hide()
    assert view.canvas._still._picture.isNull()
