"""Raster tiles as the ground: only pictures, each asked for once, drawn in their place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from services.geo.projection import tile_at
from services.geo.tiles import Facts
from tests.widgets.map.making import at
from widgets.map.ground import Square
from widgets.map.raster import Raster, decode


def picture(colour: str = "red", side: int = 256, kind: str = "PNG") -> bytes:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_are_decoded(qapp: QApplication, kind: str) -> None:
    image = decode(picture(kind=kind))
    assert image is not None
    assert image.width() == 256


def test_nothing_else_is(qapp: QApplication) -> None:
    for data in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:60], picture(side=1_200)):
        assert decode(data) is None
    assert decode(picture(kind="BMP")) is None


def test_each_tile_is_asked_for_once_and_drawn_where_it_belongs(qapp: QApplication) -> None:
    x, y = at(0, 0)
    zoom = 15
    column, row = tile_at(x, y, zoom)
    square = Square(60, column - 2**14, row - 2**14)
    raster = Raster()
    assert raster.wanted([square]) == []
    raster.set(Facts(0, 16))
    assert raster.wanted([square]) == [(zoom, column, row)]
    assert raster.wanted([square]) == []
    raster.put((zoom, column, row), picture("red"))
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    raster.draw(painter, square)
    painter.end()
    assert {image.pixelColor(*p).name() for p in ((1, 1), (254, 254), (128, 30))} == {"#ff0000"}
    raster.put((zoom, column, row), None)
    assert raster.wanted([square]) == []
    between = raster.wanted([Square(62, square.column, square.row)])
    assert len(between) >= 1
    raster.set(None)
    assert raster.covering(square) == []


def test_only_so_many_are_kept(qapp: QApplication) -> None:
    raster = Raster()
    raster.set(Facts(0, 16))
    for column in range(300):
        raster.put((16, column, 0), None)
    assert len(raster._kept) == 256
