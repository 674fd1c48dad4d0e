"""Merging marks: nobody is lost, counts add up, and no two drawn marks overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from services.geo import clusters
from services.geo.clusters import BLOCK, CELL, DENSE, GAP, POINT

PIXELS = st.floats(-2_000, 2_000, width=32)
PLACES = hnp.arrays(np.float64, st.tuples(st.integers(0, 120), st.just(2)), elements=PIXELS)


def check(x: np.ndarray, y: np.ndarray, count: np.ndarray, wide: np.ndarray) -> clusters.Merged:
    made = clusters.merge(x, y, count, wide)
    assert len(made.member) == len(x)
    assert made.count.tolist() == made.total(count).tolist()
    assert int(made.count.sum()) == int(count.sum())
    assert (made.count > 0).all()
    for mark in range(len(made)):
        members = np.flatnonzero(made.member == mark)
        share = count[members] / count[members].sum()
        assert made.x[mark] == pytest.approx((x[members] * share).sum(), abs=1e-4)
        assert made.y[mark] == pytest.approx((y[members] * share).sum(), abs=1e-4)
    r = clusters.radii(made.count, made.total(wide) > 0)
    apart = np.hypot(made.x[:, None] - made.x, made.y[:, None] - made.y)
    np.fill_diagonal(apart, np.inf)
    assert (apart >= (r[:, None] + r) * GAP - 1e-6).all()
    return made


@settings(max_examples=150, deadline=None)
@given(PLACES, st.integers(0, 2**32 - 1))
def test_every_mark_in_one_and_no_overlap(places: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = np.where(rng.random(len(places)) < 0.5, 1, rng.integers(1, 3_000, len(places)))
    check(places[:, 0], places[:, 1], count, rng.random(len(places)) < 0.3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(200, 3_000))
def test_crowds_with_many_at_one_place(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(500, 150, n), rng.normal(300, 90, n)
    x[: n // 3], y[: n // 3] = 480.0, 310.0
    check(x, y, np.ones(n, np.int64), np.zeros(n, bool))


def alone(x: list[float], wide: list[bool] | None = None) -> list[int]:
    n = len(x)
    made = clusters.merge(np.array(x), np.zeros(n), np.ones(n, np.int64), np.array(wide or [False] * n))
    return [int(c) for c in made.count]


def test_what_stands_apart_stays_apart() -> None:
    assert alone([0, 40, 80]) == [1, 1, 1]
    assert alone([0, 10]) == [2]
    assert alone([0, 20]) == [1, 1]
    assert alone([0, 18], [True, False]) == [2]


def test_a_crowded_block_is_one_mark() -> None:
    side = 2 * POINT * GAP + 0.1
    x, y = (v.ravel() for v in np.meshgrid([1, 1 + side, 1 + 2 * side - 0.3], [1, 1 + side]))
    assert x.max() < BLOCK * CELL
    ones, none = np.ones(6, np.int64), np.zeros(6, bool)
    assert clusters.merge(x, y, ones, none).count.tolist() == [6]
    few = clusters.merge(x[:DENSE], y[:DENSE], ones[:DENSE], none[:DENSE])
    assert len(few) > 1


def test_moving_all_points_by_whole_blocks_moves_the_marks_alike() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 800, 300), rng.uniform(0, 400, 300)
    ones, none, block = np.ones(300, np.int64), np.zeros(300, bool), CELL * BLOCK
    one, two = clusters.merge(x, y, ones, none), clusters.merge(x + 7 * block, y - 3 * block, ones, none)
    assert sorted(np.round(one.x + 7 * block, 3)) == pytest.approx(sorted(np.round(two.x, 3)), abs=2e-3)
    assert sorted(one.count) == sorted(two.count)


def test_no_marks_and_thousands_on_one_place() -> None:
    nothing = clusters.merge(np.empty(0), np.empty(0), np.empty(0, np.int64), np.empty(0, bool))
    assert len(nothing) == 0
    assert nothing.total(np.empty(0, np.int64)).tolist() == []
    n = 4_775
    hall = clusters.merge(np.full(n, 3.5), np.full(n, -8.0), np.ones(n, np.int64), np.zeros(n, bool))
    assert hall.count.tolist() == [n]
    assert hall.total((np.arange(n) < 1_000).astype(np.int64)).tolist() == [1_000]


def test_radius_grows_with_the_words_inside() -> None:
    assert clusters.radii(np.array([1, 2, 9, 10, 99, 100, 4_775, 58_000])).tolist() == [6.5, 11, 11, 14, 14, 17, 22, 26]
    assert [clusters.radius(n) for n in (1, 2, 9, 10, 99, 100, 4_775, 58_000)] == [6.5, 11, 11, 14, 14, 17, 22, 26]
    assert clusters.radii(np.array([1, 1, 2]), np.array([True, False, True])).tolist() == [11, 6.5, 11]


@given(PLACES)
def test_a_mark_that_makes_way_touches_nothing(places: np.ndarray) -> None:
    others = np.hstack([places[:8], np.full((len(places[:8]), 1), 12.0)])
    x, y = clusters.free_spot(0, 0, 11, others)
    assert (np.hypot(others[:, 0] - x, others[:, 1] - y) >= 23 - 1e-9).all()


def test_a_place_surrounded_on_all_sides_still_gets_an_answer() -> None:
    grid = np.stack(np.meshgrid(np.arange(-400, 401, 10), np.arange(-400, 401, 10)), axis=-1).reshape(-1, 2)
    assert clusters.free_spot(0, 0, 11, np.hstack([grid, np.full((len(grid), 1), 14.0)])) == (22, 0)
