"""The ways of showing requests: nobody is lost, nothing covers the selection, what is under the mouse is right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from services.geo import clusters
from services.geo.projection import TILE, UNIT
from services.queue.places import CROWD
from services.queue.snapshot import STATUSES
from tests.widgets.map.making import at, crowd, placed, shown_of
from tests.widgets.rows import NOW, every_row, row
from widgets import theme
from widgets.map import discs, dots, layout
from widgets.map.camera import Camera, metres_a_pixel
from widgets.map.discs import Discs
from widgets.map.heat import Heat, ramp, smooth
from widgets.map.ink import Ink
from widgets.map.layout import RING, lay_out, parted
from widgets.map.points import MANY, Points
from widgets.map.shown import LATE, RANK, Region, Shown, region_of, view_of

SEEDS = st.integers(0, 2**32 - 1)


def camera(level: int = 58) -> Camera:
    return Camera(*at(0, 0), level, 800, 600)


def picture(layer: Points | Discs | Heat, seen: Camera, density: float = 1.0) -> QImage:
    while layer.work(seen, density):
        pass
    image = QImage(seen.width, seen.height, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    layer.draw(painter, seen, density)
    painter.end()
    return image


# -- clusters


@pytest.mark.parametrize("each", [layout.EACH, 0])
@given(seed=SEEDS, n=st.integers(0, 250), level=st.integers(36, 66))
@settings(max_examples=30)
def test_every_request_is_in_exactly_one_mark(each: int, seed: int, n: int, level: int) -> None:
    shown = crowd(seed, n)
    kept, layout.EACH = layout.EACH, each
    try:
        made = lay_out(shown, region_of(camera(level)))
        marks = made.marks_of(shown, shown.grid.rows)
        inside = marks >= 0
        assert np.bincount(marks[inside], minlength=len(made.count)).tolist() == made.count.tolist()
        wanted = set(shown.grid.within(view_of(camera(level)).box).tolist())
        assert wanted <= set(shown.grid.rows[inside].tolist())
        late = shown.late(shown.grid.rows)
        assert np.bincount(marks[inside & late], minlength=len(made.count)).tolist() == made.late.tolist()
        for mark in range(len(made.count)):
            members = made.members(shown, mark)
            assert sorted(members.tolist()) == sorted(shown.grid.rows[marks == mark].tolist())
            assert (made.row[mark] >= 0) == (made.count[mark] == 1)
            assert made.row[mark] in (-1, *members.tolist())
    finally:
        layout.EACH = kept


@given(SEEDS, st.integers(1, 200), st.integers(48, 66))
def test_nothing_covers_the_selection_and_nobody_is_lost(seed: int, n: int, level: int) -> None:
    shown = crowd(seed, n, 30)
    current = int(np.random.default_rng(seed).integers(n))
    made = lay_out(shown, region_of(camera(level)))
    between = np.hypot(made.x[:, None] - made.x, made.y[:, None] - made.y)
    np.fill_diagonal(between, np.inf)
    assert (between >= (made.radius[:, None] + made.radius) * clusters.GAP - 1e-6).all()
    shown.choose(None, current)
    apart = parted(shown, made)
    inside = int(made.marks_of(shown, np.array([current], np.int32))[0]) >= 0
    assert int(apart.count.sum()) == int(made.count.sum()) - inside
    drawn = apart.count > 0
    x, y = (float(v[0]) for v in shown.pixels(np.array([current], np.int32), made.lattice.scale))
    assert (np.hypot(apart.x - x, apart.y - y)[drawn] >= (apart.radius + RING)[drawn] - 1e-6).all()
    for mark in np.flatnonzero(drawn).tolist():
        assert current not in apart.members(shown, mark)
        if apart.count[mark] == 1:
            assert apart.members(shown, mark).tolist() == [apart.row[mark]]


def test_of_two_one_is_selected_and_the_other_is_a_point() -> None:
    shown = shown_of(placed(1, 0, 0, due_ms=NOW - 1), placed(2, 0.1, 0, due_ms=NOW + 1))
    made = lay_out(shown, region_of(camera()))
    assert (made.count.tolist(), made.late.tolist()) == ([2], [1])
    shown.choose(None, 0)
    apart = parted(shown, made)
    assert (apart.count.tolist(), apart.late.tolist(), apart.row.tolist()) == ([1], [0], [1])
    assert (apart.home_x[0], apart.home_y[0]) == pytest.approx(
        [float(v[0]) for v in shown.pixels(np.array([1], np.int32), made.lattice.scale)]
    )


def test_marks_are_laid_out_in_steps_and_what_is_old_is_dropped(
    look: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discs, "SLICE", 0.0)
    layer, seen = Discs(crowd(9, 200), Ink()), camera()
    assert layer.work(seen, 1.0)
    begun = layer._laying
    monkeypatch.setattr(discs, "SLICE", 1e-9)
    assert layer.work(seen, 1.0)
    assert layer._laying is begun
    layer.shown.news += 1
    assert layer.work(seen, 1.0)
    assert layer._laying is not begun
    monkeypatch.setattr(discs, "SLICE", 1.0)
    while layer.work(seen, 1.0):
        pass
    assert layer.made == 1
    assert layer.layout(seen).count.tolist() == lay_out(layer.shown, region_of(seen)).count.tolist()


def test_chosen_ones_mark_their_cluster() -> None:
    shown = shown_of(placed(1, 0, 0), placed(2, 0.1, 0), placed(3, 100, 0))
    shown.choose(np.array([True, True, False]), 0)
    made = lay_out(shown, region_of(camera()))
    assert dict(zip(made.count.tolist(), made.chosen.tolist(), strict=True)) == {2: True, 1: False}


def test_panning_within_a_region_lays_nothing_out_again(look: QApplication) -> None:
    layer, seen = Discs(crowd(1, 90), Ink()), camera()
    while layer.work(seen, 1.0):
        pass
    for step in range(10):
        assert not layer.work(seen.moved(step * 6, -step * 4), 1.0)
        assert layer.layout(seen.moved(step * 6, -step * 4)).region == region_of(seen)
    assert layer.made == 1
    assert layer.work(seen.moved(700, 0), 1.0)
    layer.shown.news += 1
    assert layer.work(seen.moved(700, 0), 1.0)


@given(SEEDS, st.integers(1, 120))
@settings(max_examples=25)
def test_what_a_mark_holds_is_found_under_it(seed: int, n: int) -> None:
    shown = crowd(seed, n)
    layer, seen = Discs(shown, Ink()), camera(60)
    made = layer.layout(seen)
    for mark in made.seen(seen, 0).tolist():
        hit = layer.at(seen, float(made.x[mark]) - seen.left, float(made.y[mark]) - seen.top)
        assert hit is not None
        assert (hit.count, hit.overdue()) == (int(made.count[mark]), int(made.late[mark]))
        assert sorted(hit.rows().tolist()) == sorted(made.members(shown, mark).tolist())
    assert layer.at(seen, -4_000, -4_000) is None


def test_while_another_level_is_awaited_the_old_marks_stand_at_their_places(look: QApplication) -> None:
    layer, seen = Discs(shown_of(placed(1, 0, 0, status="new")), Ink()), camera()
    blank = picture(layer, seen)
    nearer = seen.zoomed(4, 400, 300)
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    layer.draw(painter, nearer, 1.0)
    painter.end()
    ink = QColor(theme.current().status(STATUSES[int(layer.shown.snapshot.status[0])]))
    assert blank.pixelColor(400, 300) == ink
    assert image.pixelColor(400, 300) == ink
    layer.shown.news += 1
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    layer.draw(painter, seen, 1.0)
    painter.end()
    assert image.pixelColor(400, 300) == ink
    layer.restyle()
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    layer.draw(painter, seen, 1.0)
    painter.end()
    assert image.pixelColor(400, 300) != ink


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Blue, green, red, alpha by line and column."""
    made = image.convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.width(), 4).copy()


# -- points


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


def test_shapes_where_there_is_room_and_a_count_where_several_share_a_place(look: QApplication) -> None:
    shown = shown_of(placed(1, -100, 0), placed(2, 0, 0), placed(3, 0, 0), placed(4, 100, 0, due_ms=NOW - 1))
    shown.choose(np.array([True, True, False, False]), 0)
    layer, seen = Points(shown, Ink()), camera(60)
    image = picture(layer, seen)
    assert layer.size == 0
    for row_ in (0, 3):
        x, y = seen.to_screen(*shown.place(row_))
        colours = {image.pixelColor(round(x) + d, round(y)).name() for d in range(-5, 6)}
        assert QColor(theme.current().status(STATUSES[int(shown.snapshot.status[row_])])).name() in colours
    hit = layer.at(seen, *seen.to_screen(*shown.place(1)))
    assert hit is not None
    assert sorted(hit.rows().tolist()) == [1, 2]
    assert layer.at(seen, 400, 20) is None
    assert len(layer.discs(seen)) == 4


def test_panning_over_painted_ground_paints_nothing(look: QApplication) -> None:
    layer, seen = Points(crowd(3, 300), Ink()), camera()
    picture(layer, seen)
    painted = layer.squares.painted
    assert painted >= 12
    assert not layer.squares.missing(seen.moved(100, 60))
    picture(layer, seen.moved(0, 0))
    assert layer.squares.painted == painted
    layer.renew()
    assert layer.work(seen, 1.0)
    assert layer.squares.painted > painted


def test_thousands_at_one_point_are_one_mark_and_all_are_found(look: QApplication) -> None:
    many = shown_of(*(placed(n, 0, 0) for n in range(1, 4_776)))
    layer, seen = Points(many, Ink()), camera()
    image = picture(layer, seen)
    assert layer.size > 0
    assert any(image.pixelColor(400, y) != QColor("#ffffff") for y in range(276, 281))
    hit = layer.at(seen, 410, 300)
    assert hit is not None
    assert hit.count == 4_775
    assert len(many.grid.crowds) == 1
    assert layer.at(seen, 500, 300) is None
    assert Discs(many, Ink()).layout(seen).count.tolist() == [4_775]
    few = shown_of(*(placed(n, 0, 0) for n in range(1, CROWD)))
    assert len(few.grid.crowds) == 0


@given(SEEDS, st.floats(0, 800), st.floats(0, 600))
@settings(max_examples=25)
def test_what_lies_under_the_mouse_is_what_looking_at_each_finds(seed: int, px: float, py: float) -> None:
    shown, seen = crowd(seed, 120), camera(60)
    layer = Points(shown, Ink())
    hit = layer.at(seen, px, py)
    x, y = shown.pixels(shown.grid.rows, view_of(seen).scale)
    apart = np.hypot(x - seen.left - px, y - seen.top - py)
    assert (hit is not None) == bool((apart <= 8).any())
    if hit is not None:
        nearest = apart.min()
        assert set(shown.grid.rows[apart <= nearest + 1e-9].tolist()) <= set(hit.rows().tolist())


@given(SEEDS, st.floats(0, 800), st.floats(0, 600), st.integers(44, 54))
@settings(max_examples=25)
def test_among_dots_all_that_the_mouse_covers_are_found(seed: int, px: float, py: float, level: int) -> None:
    shown, seen = crowd(seed, 300), camera(level)
    layer = Points(shown, Ink())
    layer._seen = (level, 5.0)
    hit = layer.at(seen, px, py)
    x, y = shown.pixels(shown.grid.rows, view_of(seen).scale)
    apart = np.hypot(x - seen.left - px, y - seen.top - py)
    wanted = shown.grid.rows[apart <= 5 / 2 + dots.HALO]
    if apart[shown.grid.rows == 0][0] < clusters.radius(100):
        wanted = shown.grid.at(*shown.grid.crowds[0].tolist())
    assert (set() if hit is None else set(hit.rows().tolist())) == set(wanted.tolist())
    if hit is not None:
        assert hit.overdue() == int(shown.late(hit.rows()).sum())


# -- heat


@given(SEEDS, st.integers(1, 300))
@settings(max_examples=15)
def test_heat_counts_everybody(seed: int, n: int) -> None:
    shown = crowd(seed, n, 20)
    bins = Heat(shown)._bins(region_of(camera(54)))
    assert float(bins.sum()) == pytest.approx(n, rel=1e-6)
    spike = np.zeros((31, 31))
    spike[15, 15] = 1.0
    spread = smooth(spike)
    assert spread.argmax() == 15 * 31 + 15
    assert spread[15, 15] < 0.1
    assert spread == pytest.approx(spread.T)


@pytest.mark.parametrize("dark", [False, True])
def test_the_ramp_can_be_read_in_grey(dark: bool) -> None:
    land = QColor((theme.DARK if dark else theme.LIGHT).land)
    base = (land.red(), land.green(), land.blue())
    grey = []
    for ink in ramp(dark).tolist():
        rest = 1 - (ink >> 24) / 255
        red, green, blue = (ink >> shift & 255 for shift in (16, 8, 0))
        parts = [c + rest * ground for c, ground in zip((red, green, blue), base, strict=True)]
        grey.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
    steps = np.diff(grey) * (1 if dark else -1)
    assert steps.min() > -0.75
    assert abs(grey[-1] - grey[0]) > 110


def test_heat_is_made_in_steps_and_kept(look: QApplication) -> None:
    layer, seen = Heat(crowd(2, 200, 20)), camera(54)
    assert layer.work(seen, 1.0)
    assert layer.work(seen, 1.0)
    assert not layer.work(seen.moved(20, 10), 1.0)
    assert layer.top > 0
    image = picture(layer, seen)
    assert image.pixelColor(400, 300).lightness() < 140
    assert image.pixelColor(5, 5) == QColor("#ffffff")
    hit = layer.at(seen, 400, 300)
    assert hit is not None
    assert hit.count > 30
    layer.renew()
    assert layer.work(seen, 1.0)
    assert picture(Heat(Shown()), seen).pixelColor(400, 300) == QColor("#ffffff")


# -- what is shown


def test_requests_without_a_place_are_counted_not_drawn() -> None:
    shown = shown_of(placed(1, 0, 0), row(2, lat=None, lon=None), placed(3, 50, 0))
    assert (len(shown), shown.unplaced) == (2, 1)
    assert shown.has(0)
    assert not shown.has(1)
    assert not shown.has(-1)


def test_the_same_rows_are_no_news() -> None:
    shown = crowd(1, 20)
    news = shown.news
    shown.set(shown.snapshot, shown.rows[::-1], shown.grid)
    assert shown.news == news
    assert shown.in_order(np.array([3, 9, 4], np.int32)).tolist() == [9, 4, 3]
    assert not shown.set_now(NOW)
    assert shown.set_now(NOW + 10)
    assert shown.late_count == 20
    assert shown.news == news + 1
    assert shown.set(shown.snapshot, shown.rows[1:], shown.grid)
    assert shown.set(shown.snapshot, every_row(shown.snapshot), shown.grid)
    assert shown.news == news + 3
    assert not shown.choose(None, 4)
    assert shown.choose(np.ones(20, bool), 4)
    assert int(shown.chosen_by_cell.sum()) == 20


def test_regions_hold_what_they_should() -> None:
    seen = camera()
    region = region_of(seen)
    assert region.holds(view_of(seen, 64))
    assert not region.holds(view_of(seen.moved(2_000, 0)))
    assert not region.holds(view_of(seen.zoomed(1, 0, 0)))
    west, south, east, north = Region(58, 0, 0, TILE, TILE).box
    assert (east - west, north - south) == pytest.approx([TILE * Region(58, 0, 0, 1, 1).scale] * 2)
    assert metres_a_pixel(58) == pytest.approx(seen.scale)
