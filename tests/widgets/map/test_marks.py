"""Which requests are drawn together, and how the selected one stands out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.clusters import GAP
from services.queue.snapshot import build
from tests.widgets.map.making import at, placed
from tests.widgets.rows import NOW, every_row, row
from widgets.map.camera import Camera, metres_a_pixel
from widgets.map.marks import RING, Marks, Mode

NOBODY = np.empty(0, np.int64)


def marks(*rows: object) -> Marks:
    made = Marks()
    snapshot = build(list(rows), ())  # type: ignore[arg-type]
    made.set(snapshot, every_row(snapshot), NOW)
    return made


def test_requests_without_a_place_are_counted_not_drawn() -> None:
    made = marks(placed(1, 0, 0), row(2, lat=None, lon=None), placed(3, 50, 0))
    assert made.ids.tolist() == [1, 3]
    assert made.unplaced.tolist() == [2]
    assert made.points_of((3, 2, 99, 1)).tolist() == [1, 0]


def test_thousands_at_one_point_are_one_mark_and_the_selected_one_beside_it() -> None:
    made = marks(*(placed(n, 0, 0) for n in range(1, 4_001)))
    layout = made.layout(60, NOBODY, -1)
    assert layout.count.tolist() == [4_000]
    lifted = made.layout(60, np.array([7]), 7)
    assert lifted.count.tolist() == [3_999]
    apart = np.hypot(lifted.x[0] - lifted.home_x[0], lifted.y[0] - lifted.home_y[0])
    assert apart >= lifted.radius[0] + RING
    assert 7 not in made.members(60, 0, 7)


def test_of_two_one_is_selected_and_the_other_is_a_point() -> None:
    made = marks(placed(1, 0, 0, due_ms=NOW - 1), placed(2, 0.1, 0, due_ms=NOW + 1))
    assert made.layout(50, NOBODY, -1).late.tolist() == [1]
    layout = made.layout(50, np.array([0]), 0)
    assert layout.count.tolist() == [1]
    assert layout.point.tolist() == [1]
    assert layout.late.tolist() == [0]
    assert layout.chosen.tolist() == [False]
    assert layout.home_x.tolist() == pytest.approx([made.x[1] / metres_a_pixel(50)])
    assert layout.home_y.tolist() == pytest.approx([-made.y[1] / metres_a_pixel(50)])
    alone = marks(placed(1, 0, 0))
    assert len(alone.layout(50, np.array([0]), 0).count) == 0


def test_chosen_ones_mark_their_cluster() -> None:
    made = marks(placed(1, 0, 0), placed(2, 0.1, 0), placed(3, 900, 0))
    layout = made.layout(50, np.array([0, 1]), 0)
    assert dict(zip(layout.point.tolist(), layout.chosen.tolist(), strict=True)) == {1: True, 2: False}


@given(st.integers(0, 2**32 - 1), st.integers(1, 150), st.integers(48, 66), st.sampled_from(Mode))
def test_nothing_covers_the_selection_and_nobody_is_lost(seed: int, n: int, level: int, mode: Mode) -> None:
    rng = np.random.default_rng(seed)
    rows = [placed(i + 1, float(rng.normal(0, 40)), float(rng.normal(0, 25))) for i in range(n)]
    made = marks(*rows)
    made.mode = mode
    current = int(rng.integers(n))
    layout = made.layout(level, np.array([current]), current)
    assert int(layout.count.sum()) == n - 1
    camera = Camera(*at(0, 0), level, 800, 600)
    x, y = camera.to_screen(float(made.x[current]), float(made.y[current]))
    apart = np.hypot(layout.x - camera.left - x, layout.y - camera.top - y)
    assert (apart >= layout.radius + RING - 1e-6).all()
    late = int(layout.late.sum()) + int(made.late[current])
    assert late == int(made.late.sum())
    plain = made.layout(level, NOBODY, -1)
    between = np.hypot(plain.x[:, None] - plain.x, plain.y[:, None] - plain.y)
    np.fill_diagonal(between, np.inf)
    assert (between >= (plain.radius[:, None] + plain.radius) * GAP - 1e-6).all()


def test_what_lies_under_a_pixel() -> None:
    made = marks(placed(1, 0, 0), placed(2, 100, 0))
    camera = Camera(*at(0, 0), 60, 800, 600)
    layout = made.layout(60, NOBODY, -1)
    for point in (0, 1):
        x, y = camera.to_screen(float(made.x[point]), float(made.y[point]))
        assert layout.point[layout.near(camera, x + 5, y - 5)] == point
    assert layout.near(camera, 400, 450) == -1
    assert marks().layout(60, NOBODY, -1).near(camera, 400, 300) == -1
    assert len(layout.seen(camera)) == 2
    assert len(layout.seen(camera.moved(5_000, 0))) == 0


def test_the_same_places_are_not_merged_again() -> None:
    made = Marks()
    snapshot = build([placed(1, 0, 0), placed(2, 50, 0)], ())
    made.set(snapshot, every_row(snapshot), NOW)
    first = made.merged(60)
    again = build([placed(1, 0, 0, status="closed", due_ms=None), placed(2, 50, 0)], ())
    made.set(again, every_row(again), NOW)
    assert made.merged(60).count.tolist() == first.count.tolist()
    assert not made.set_late(made.late.copy())
    assert made.set_late(~made.late)
    other = build([placed(1, 0, 0), placed(2, 0.1, 0)], ())
    made.set(other, every_row(other), NOW)
    assert made.merged(50).count.tolist() == [2]


@pytest.mark.parametrize("mode", Mode)
def test_no_requests(mode: Mode) -> None:
    empty = marks()
    empty.mode = mode
    assert len(empty.layout(50, NOBODY, -1).x) == 0
