"""The scale bar says how far a round distance is, in the corner, on any screen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.widgets.map.making import at
from widgets import theme
from widgets.map.camera import Camera, scale_bar
from widgets.map.furniture import SCALE, Scale


def drawn(scale: Scale, camera: Camera, credit: str, density: float) -> QImage:
    image = QImage(round(camera.width * density), round(camera.height * density), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    image.fill(QColor("#123456"))
    painter = QPainter(image)
    scale.draw(painter, camera, credit, density)
    painter.end()
    return image


def inked(image: QImage) -> list[tuple[int, int]]:
    ground = QColor("#123456")
    return [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y) != ground]


@pytest.mark.parametrize("density", [1.0, 2.0])
def test_the_bar_is_as_long_as_it_says_and_stays_in_its_corner(look: QApplication, density: float) -> None:
    scale = Scale()
    for level in (50, 58, 61):
        camera = Camera(*at(0, 0), level, 300, 120)
        image = drawn(scale, camera, "", density)
        assert image == drawn(Scale(), camera, "", density)
        length, line = scale_bar(camera.ground)[0], round((120 - 12) * density)
        bar = [x / density for x, y in inked(image) if y == line]
        assert max(bar) - min(bar) == pytest.approx(length, abs=6)
        assert min(x for x, _ in inked(image)) >= (300 - SCALE.width()) * density
        assert min(y for _, y in inked(image)) >= (120 - SCALE.height()) * density


def test_whose_tiles_these_are_stands_beside_it_and_the_colours_are_those_in_force(look: QApplication) -> None:
    scale, camera = Scale(), Camera(*at(0, 0), 58, 400, 120)
    bare = drawn(scale, camera, "", 1.0)
    credited = drawn(scale, camera, "Survey office of the city of Boston", 1.0)
    assert min(x for x, _ in inked(credited)) < 400 - SCALE.width() <= min(x for x, _ in inked(bare))
    theme.set_scheme(look, "dark")
    assert drawn(scale, camera, "", 1.0) != bare
    theme.set_scheme(look, "light")
    assert drawn(scale, camera, "", 1.0) == bare
