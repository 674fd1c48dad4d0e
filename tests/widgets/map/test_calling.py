"""A call on the map: the pin at its place, rings beside it where they would cover each other, and no move by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from services.domain.status import Status
from services.geo.projection import forward
from widgets import theme
from widgets.map.calling import RING, Calling, Marked, _beside
from widgets.map.camera import Camera

HERE = (42.3341, -71.0361)
NORTH = (42.3441, -71.0361)


@pytest.fixture
def camera() -> Camera:
    x, y = (float(v[0]) for v in forward([HERE[0]], [HERE[1]]))
    return Camera().resized(400, 300).fitted((x - 300, y - 300, x + 300, y + 300))


def drawn(calling: Calling, camera: Camera) -> QImage:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(theme.colour(theme.current().land))
    painter = QPainter(image)
    calling.draw(painter, camera)
    painter.end()
    return image


def seen(camera: Camera, place: tuple[float, float]) -> QPointF:
    x, y = (float(v[0]) for v in forward([place[0]], [place[1]]))
    return QPointF(*camera.to_screen(x, y))


@pytest.mark.usefixtures("qapp")
def test_without_a_place_nothing_is_drawn(camera: Camera) -> None:
    calling = Calling()
    blank = drawn(calling, camera)
    calling.show(None, [Marked(1, Status.NEW, *HERE)])
    assert drawn(calling, camera) == blank
    assert calling.pin is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pin_stands_on_its_place(qapp: QApplication, camera: Camera, scheme: str) -> None:
    theme.set_scheme(qapp, scheme)
    calling = Calling()
    calling.show(HERE)
    at = seen(camera, HERE).toPoint()
    image = drawn(calling, camera)
    accent = theme.colour(theme.current().accent)
    assert image.pixelColor(at.x(), at.y() - 12) == accent
    assert image.pixelColor(at.x(), at.y() + 12) != accent


@pytest.mark.usefixtures("qapp")
def test_a_ring_away_from_the_pin_stands_at_its_own_place(camera: Camera) -> None:
    calling = Calling()
    near = (HERE[0] + 0.001, HERE[1] + 0.001)
    calling.show(HERE, [Marked(1, Status.SCHEDULED, *near)])
    at = seen(camera, near).toPoint()
    ink = theme.colour(theme.current().status(Status.SCHEDULED))
    assert drawn(calling, camera).pixelColor(at.x() + round(RING) - 1, at.y()) == ink


def test_rings_on_the_pin_go_beside_it_and_not_on_each_other() -> None:
    pin = QPointF(100, 100)
    places = [_beside(pin, QPointF(101, 99), i) for i in range(5)]
    assert all(moved for _, moved in places)
    for i, (one, _) in enumerate(places):
        for other, _ in places[i + 1 :]:
            assert (one - other).manhattanLength() >= 2 * RING
    assert _beside(pin, QPointF(150, 100), 0) == (QPointF(150, 100), False)
    assert _beside(pin, QPointF(100, 200), 0) == (QPointF(100, 200), False)
