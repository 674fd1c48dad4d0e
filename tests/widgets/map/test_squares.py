"""The cache of painted squares: what it keeps, what it paints again, and that it ends on any screen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from services.geo.basemap import Basemap
from widgets import theme
from widgets.map.camera import Camera
from widgets.map.ground import Ground, Layers, Square
from widgets.map.squares import Squares

MARGIN = 256


def fill(squares: Squares, camera: Camera, most: int) -> int:
    """Paint what is missing, nearest first, until nothing is; at most so many squares."""
    for count in range(most):
        missing = squares.missing(camera, MARGIN)
        if not missing:
            return count
        squares.make(missing[0], 1.0)
    return most


def blue(painter: QPainter, square: Square) -> None:
    painter.fillRect(0, 0, 256, 256, QColor(0, 0, 200 + square.column % 2))


@pytest.mark.parametrize("size", [(800, 400), (3440, 1440), (3840, 2160)])
def test_every_view_is_covered_in_the_end_however_large(qtbot: QtBot, size: tuple[int, int]) -> None:
    squares, camera = Squares(blue, clear=True, room=20), Camera(width=size[0], height=size[1])
    needed = len(squares.needed(camera, MARGIN))
    assert fill(squares, camera, 3 * needed) == needed
    assert squares.covers(camera)
    image = QImage(*size, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    assert squares.draw(painter, camera)
    painter.end()
    assert {image.pixelColor(x, y).blue() // 2 for x in (0, size[0] - 1) for y in (0, size[1] - 1)} == {100}


def test_a_small_view_after_a_large_one_lets_go_of_the_rest(qtbot: QtBot) -> None:
    squares = Squares(blue, room=20)
    wide, small = Camera(width=3840, height=2160), Camera(level=52, width=300, height=300)
    fill(squares, wide, 1_000)
    fill(squares, small, 1_000)
    assert squares.covers(small)
    assert sum(square not in squares.missing(wide, MARGIN) for square in squares.needed(wide, MARGIN)) < 20


def test_going_about_over_what_is_kept_paints_nothing(qtbot: QtBot) -> None:
    squares, camera = Squares(blue, room=80), Camera(width=1200, height=700)
    fill(squares, camera, 1_000)
    before = squares.painted
    assert not squares.missing(Camera(x=camera.x + 40 * camera.scale, width=1200, height=700), 0)
    assert squares.painted == before


def test_what_is_renewed_is_shown_until_it_is_painted_again(qtbot: QtBot) -> None:
    squares, camera = Squares(blue), Camera(width=600, height=400)
    fill(squares, camera, 1_000)
    squares.renew()
    assert squares.covers(camera)
    assert len(squares.missing(camera)) == len(squares.needed(camera))


@pytest.mark.parametrize("scale", [1, 7 / 6, 4 / 3, 35 / 24, 2], ids=["1", "7/6", "4/3", "35/24", "2"])
def test_no_line_is_seen_between_two_squares_however_they_are_magnified(qtbot: QtBot, scale: float) -> None:
    """On the wall, whose map is magnified, the ground had hairlines all 256 pixels."""
    ground, p = Ground(Basemap()), theme.LIGHT
    squares = Squares(lambda painter, square: ground.paint(painter, square, p, Layers()))
    camera = Camera(x=100_000.0, y=40_000.0, width=400, height=300)
    for square in squares.needed(camera):
        squares.make(square, scale)
    picture = QImage(round(400 * scale), round(300 * scale), QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    assert squares.draw(painter, camera)
    painter.end()
    seen = {picture.pixel(x, y) for x in range(picture.width()) for y in (0, 99, picture.height() - 1)}
    seen |= {picture.pixel(x, y) for y in range(picture.height()) for x in (0, 99, picture.width() - 1)}
    assert seen == {theme.colour(p.outside).rgb()}
