"""The ways of showing requests: nobody is lost, nothing covers the selection, what is under the mouse is right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from services.geo import clusters
from services.geo.projection import TILE
from services.queue.places import CROWD
from services.queue.snapshot import STATUSES
from tests.widgets.map.making import camera, crowd, picture, placed, shown_of
from tests.widgets.rows import NOW, every_row, row
from widgets import theme
from widgets.map import discs, dots, layout
from widgets.map.camera import metres_a_pixel
from widgets.map.discs import Discs
from widgets.map.ink import Ink
from widgets.map.layout import RING, lay_out, parted
from widgets.map.points import Points
from widgets.map.shown import Region, region_of, view_of

SEEDS = st.integers(0, 2**32 - 1)


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


# -- points


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
