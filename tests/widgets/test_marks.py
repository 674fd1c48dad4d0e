"""Shapes and icons: drawn, told apart without colour, sharp at every size."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication

from services.domain.status import Status
from widgets import icons, shapes
from widgets.theme import DARK, LIGHT

INK = QColor("#000000")


def picture(side: int = 24) -> QImage:
    made = QImage(side, side, QImage.Format.Format_ARGB32)
    made.fill(Qt.GlobalColor.white)
    return made


def ink(image: QImage) -> set[tuple[int, int]]:
    """The dark pixels."""
    return {
        (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).lightness() < 128
    }


def shape(status: Status) -> set[tuple[int, int]]:
    made = picture()
    painter = QPainter(made)
    shapes.paint_shape(painter, QRectF(0, 0, 24, 24), status, INK)
    painter.end()
    return ink(made)


def test_statuses_can_be_told_apart_without_colour(qapp: QApplication) -> None:
    drawn = {s: shape(s) for s in Status}
    for one, other in combinations(Status, 2):
        assert len(drawn[one] ^ drawn[other]) >= 0.12 * 24 * 24, f"{one} looks like {other}"


def test_the_triangle_and_the_colours(qapp: QApplication) -> None:
    made = picture()
    painter = QPainter(made)
    shapes.paint_overdue(painter, QRectF(0, 0, 24, 24), LIGHT)
    painter.end()
    assert made.pixelColor(12, 16).name().upper() == LIGHT.overdue
    made = picture()
    painter = QPainter(made)
    shapes.paint_status(painter, QRectF(0, 0, 24, 24), Status.NEW, DARK)
    painter.end()
    assert made.pixelColor(12, 12).name().upper() == DARK.new


@pytest.mark.parametrize("name", icons.NAMES)
def test_every_icon_stays_in_its_box(qapp: QApplication, name: str) -> None:
    box = icons.path(name).boundingRect()
    assert min(box.left(), box.top()) >= 0.5
    assert max(box.right(), box.bottom()) <= 15.5
    made = picture(16)
    painter = QPainter(made)
    icons.paint_icon(painter, QRectF(0, 0, 16, 16), name, "#000000")
    painter.end()
    assert len(ink(made)) >= 3


def test_an_icon_is_drawn_at_the_size_asked_for(qapp: QApplication) -> None:
    made = icons.icon("search", "#112233", "#AABBCC")
    small, large = made.pixmap(QSize(16, 16), 1.0), made.pixmap(QSize(64, 64), 1.0)
    assert (small.width(), large.width()) == (16, 64)
    colours = {large.toImage().pixelColor(x, y).name() for x in range(64) for y in range(64)}
    assert "#112233" in colours
    faded = made.pixmap(QSize(64, 64), 1.0, QIcon.Mode.Disabled).toImage()
    assert "#aabbcc" in {faded.pixelColor(x, y).name() for x in range(64) for y in range(64)}


def test_an_unknown_icon_is_a_mistake(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icons.icon("no such icon", "#000000")
