"""Merging marks: nobody is lost, counts add up, and no two drawn marks overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from services.geo import clusters
from services.geo.clusters import CLUSTERS, GAP, POINTS, Spread

PIXELS = st.floats(-2_000, 2_000, width=32)
PLACES = hnp.arrays(np.float64, st.tuples(st.integers(0, 120), st.just(2)), elements=PIXELS)


def check(x: np.ndarray, y: np.ndarray, made: clusters.Clusters, spread: Spread, wide: np.ndarray) -> None:
    n = len(x)
    assert sorted(made.order.tolist()) == list(range(n))
    assert int(made.count.sum()) == n
    for mark in range(len(made)):
        members = made.members(mark)
        assert len(members) == made.count[mark] > 0
        assert (made.member[members] == mark).all()
        assert made.x[mark] == pytest.approx(x[members].mean(), abs=1e-4)
        assert made.y[mark] == pytest.approx(y[members].mean(), abs=1e-4)
    broad = made.share(wide) > 0
    r = clusters.radii(made.count, spread, broad)
    apart = np.hypot(made.x[:, None] - made.x, made.y[:, None] - made.y)
    np.fill_diagonal(apart, np.inf)
    assert (apart >= (r[:, None] + r) * GAP - 1e-6).all()


@settings(max_examples=150, deadline=None)
@given(PLACES, st.sampled_from([POINTS, CLUSTERS]), st.integers(0, 2**32 - 1))
def test_every_point_in_one_mark_and_no_overlap(places: np.ndarray, spread: Spread, seed: int) -> None:
    wide = np.random.default_rng(seed).random(len(places)) < 0.3
    x, y = places[:, 0], places[:, 1]
    check(x, y, clusters.cluster(x, y, spread, wide), spread, wide)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(200, 3_000))
def test_crowds_with_many_at_one_place(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(500, 150, n), rng.normal(300, 90, n)
    x[: n // 3], y[: n // 3] = 480.0, 310.0
    none = np.zeros(n, bool)
    for spread in (POINTS, CLUSTERS):
        check(x, y, clusters.cluster(x, y, spread), spread, none)


def test_what_stands_apart_stays_apart() -> None:
    made = clusters.cluster(np.array([0.0, 40.0, 80.0]), np.zeros(3))
    assert made.count.tolist() == [1, 1, 1]
    assert clusters.cluster(np.array([0.0, 10.0]), np.zeros(2)).count.tolist() == [2]
    assert clusters.cluster(np.array([0.0, 20.0]), np.zeros(2)).count.tolist() == [1, 1]
    wide = np.array([True, False])
    assert clusters.cluster(np.array([0.0, 18.0]), np.zeros(2), POINTS, wide).count.tolist() == [2]


def test_moving_all_points_by_whole_cells_moves_the_marks_alike() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 800, 300), rng.uniform(0, 400, 300)
    cell = 2 * POINTS.point * GAP / np.sqrt(2)
    one, two = clusters.cluster(x, y), clusters.cluster(x + 7 * cell, y - 3 * cell)
    assert sorted(np.round(one.x + 7 * cell, 3)) == pytest.approx(sorted(np.round(two.x, 3)), abs=2e-3)
    assert sorted(one.count) == sorted(two.count)


def test_no_points_and_thousands_on_one() -> None:
    nothing = clusters.cluster(np.empty(0), np.empty(0))
    assert len(nothing) == 0
    assert nothing.share(np.empty(0, bool)).tolist() == []
    city_hall = clusters.cluster(np.full(4_775, 3.5), np.full(4_775, -8.0))
    assert city_hall.count.tolist() == [4_775]
    late = np.arange(4_775) < 1_000
    assert city_hall.share(late).tolist() == [1_000]


def test_radius_grows_with_the_words_inside() -> None:
    drawn = [clusters.radius(n) for n in (2, 9, 10, 99, 100, 4_775, 58_000)]
    assert drawn == sorted(drawn)
    assert drawn[0] == 11
    assert drawn[2] == 14
    assert clusters.radii(np.array([1, 2, 12, 10**6]), POINTS).tolist() == [6.5, 11, 14, 26]


@given(PLACES)
def test_a_mark_that_makes_way_touches_nothing(places: np.ndarray) -> None:
    others = np.hstack([places[:8], np.full((len(places[:8]), 1), 12.0)])
    x, y = clusters.free_spot(0, 0, 11, others)
    assert (np.hypot(others[:, 0] - x, others[:, 1] - y) >= 23 - 1e-9).all()


def test_a_place_surrounded_on_all_sides_still_gets_an_answer() -> None:
    grid = np.stack(np.meshgrid(np.arange(-400, 401, 10), np.arange(-400, 401, 10)), axis=-1).reshape(-1, 2)
    assert clusters.free_spot(0, 0, 11, np.hstack([grid, np.full((len(grid), 1), 14.0)])) == (22, 0)
