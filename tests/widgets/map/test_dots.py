"""Dots: each in its colour with the urgent on top, small enough that a whole city is seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from services.geo.projection import TILE, UNIT
from services.queue.snapshot import STATUSES
from tests.widgets.map.making import camera, crowd, picture, placed, shown_of
from widgets import theme
from widgets.map import dots
from widgets.map.ink import Ink
from widgets.map.points import MANY, Points
from widgets.map.shown import LATE, RANK, Region, Shown, region_of, view_of


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Blue, green, red, alpha by line and column."""
    made = image.convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.width(), 4).copy()


def ink_of(shown: Shown, row_: int) -> QColor:
    if bool(shown.late(np.array([row_], np.int32))[0]):
        return QColor(theme.current().overdue)
    return QColor(theme.current().status(STATUSES[int(shown.snapshot.status[row_])]))


@pytest.mark.parametrize(("few", "density"), [(10**9, 1.0), (0, 1.0), (0, 2.0)])
def test_every_dot_has_its_colour_and_the_urgent_lie_on_top(
    look: QApplication, monkeypatch: pytest.MonkeyPatch, few: int, density: float
) -> None:
    monkeypatch.setattr(dots, "FEW", few)
    shown, seen = crowd(4, MANY + 500, 90), camera(50)
    layer = Points(shown, Ink())
    while layer.work(seen, density):
        pass
    assert layer.size > 0
    image = QImage(int(800 * density), int(600 * density), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    painter = QPainter(image)
    layer.draw(painter, seen, density)
    painter.end()
    x, y = shown.pixels(shown.grid.rows, view_of(seen).scale)
    px = np.floor((x - seen.left) * density).astype(int)
    py = np.floor((y - seen.top) * density).astype(int)
    stack = shown.grid.crowds[0]
    hall = (shown.snapshot.x[shown.grid.rows] == stack[0]) & (shown.snapshot.y[shown.grid.rows] == stack[1])
    cx, cy = px[hall][0], py[hall][0]
    clear = np.hypot(px - cx, py - cy) > 40 * density
    colours = {QColor(theme.current().overdue).name(): 100}
    colours |= {QColor(theme.current().status(s)).name(): int(RANK[i]) for i, s in enumerate(STATUSES)}
    ranks = shown.ranks(shown.grid.rows)
    inside = clear & (px > 3) & (py > 3) & (px < image.width() - 3) & (py < image.height() - 3)
    assert inside.sum() > 500
    for at_x, at_y, rank in zip(px[inside].tolist(), py[inside].tolist(), ranks[inside].tolist(), strict=True):
        near = [image.pixelColor(at_x + dx, at_y + dy).name() for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        assert max(colours.get(name, -1) for name in near) >= (100 if rank & LATE else rank)


@pytest.mark.parametrize(("n", "level"), [(600, 46), (1_500, 48), (1_500, 60), (5_000, 50), (5_000, 56), (9_000, 46)])
def test_dots_shrink_so_that_the_city_and_every_colour_are_seen(look: QApplication, n: int, level: int) -> None:
    shown, seen = crowd(n, n, 90), camera(level)
    layer = Points(shown, Ink())
    image = picture(layer, seen)
    inked = pixels_of(image)[..., :3].min(axis=2) < 255
    x, y = shown.pixels(shown.grid.rows, view_of(seen).scale)
    px, py = np.floor(x - seen.left).astype(int), np.floor(y - seen.top).astype(int)
    hall_x, hall_y = (float(v) for v in seen.to_screen(*(shown.grid.crowds[0] * UNIT)))
    on = (px >= 0) & (py >= 0) & (px < 800) & (py < 600)
    assert (layer.size == 0) == ((n, level) == (1_500, 60))
    if not layer.size:
        return
    clear = on & (np.hypot(px - hall_x, py - hall_y) > 30)
    assert inked[py[clear], px[clear]].all()
    ground = layer._ground(view_of(seen))
    assert layer.size == 1 or int(on.sum()) * layer.size**2 < 0.8 * ground
    lines, columns = np.mgrid[:600, :800]
    rest = inked & (np.hypot(columns - hall_x, lines - hall_y) > 30)
    assert rest.sum() < max(0.65 * ground, on.sum())


@given(st.integers(1, 12))
def test_a_dot_is_as_wide_as_it_says_and_the_higher_code_wins(across: int) -> None:
    ground = np.zeros((41, 41), np.uint8)
    ground[20, 20] = 5
    disc = dots.spread(ground, across)
    lines, columns = np.nonzero(disc)
    assert np.ptp(lines) + 1 == across
    assert np.ptp(columns) + 1 == across
    assert disc[20, 20] == 5
    assert (disc == disc.T).all()
    assert across < 4 or len(lines) == pytest.approx(np.pi / 4 * across**2, rel=0.2)
    ground[20, 21] = 9
    both = dots.spread(ground, across)
    assert (both >= disc).all()
    assert both[20, 21] == 9


def test_only_large_dots_have_a_rim(look: QApplication) -> None:
    one = shown_of(placed(1, 0, 0, status="new"))
    region = region_of(camera())
    place_x, place_y = (float(v[0]) for v in one.pixels(one.grid.rows, region.scale))
    region = Region(region.level, round(place_x) - 128, round(place_y) - 128, TILE, TILE)
    many = [int((pixels_of(dots.paint(one, region, size, 1.0, None))[..., 3] > 0).sum()) for size in (1, 2, 3, 4, 5, 7)]
    assert many[0] == 1
    assert many[1] == 4
    assert many[3] <= 16
    assert many[4] > 25
    one.choose(np.array([True]), 0)
    assert int((pixels_of(dots.paint(one, region, 1, 1.0, None))[..., 3] > 0).sum()) > 1


def test_the_pyramid_holds_the_most_urgent_of_each_cell(look: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dots, "FEW", 0)
    monkeypatch.setattr(dots, "CHUNK", 100)
    shown = crowd(7, 900, 90)
    pyramid = dots.Pyramid(shown)
    slices = 0
    while pyramid.build(3, 0.0):
        slices += 1
    assert slices >= 9
    assert not pyramid.build(3, 0.0)
    frame, rows = shown.grid.frame, shown.grid.rows
    for step, cells in enumerate(pyramid._steps):
        side = frame.size * 2**step / dots.FINE
        for row_, code in zip(rows.tolist(), dots.codes_of(shown, rows).tolist(), strict=True):
            column = int((int(shown.snapshot.x[row_]) - frame.west) // side)
            line = int((int(shown.snapshot.y[row_]) - frame.south) // side)
            inner = dots.FINE >> step
            if inner <= column < len(cells) - inner and inner <= line < len(cells) - inner:
                assert cells[line, column] >= code
    shown.choose(np.ones(len(shown.snapshot), bool), -1)
    assert pyramid.build(0, 0.0)
    while pyramid.build(0, 0.0):
        pass
    assert int(pyramid._steps[0].max()) >= dots.PICKED
    assert pyramid.step(1e-9) < 0
