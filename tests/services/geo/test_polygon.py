"""Points in rings, by the odd-even rule."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo import polygon

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
HOLE = [(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)]


def test_a_ring_with_a_hole() -> None:
    sides = polygon.edges([SQUARE, HOLE])
    assert polygon.inside([1, 5, 11, 9.5], [1, 5, 5, 9.5], sides).tolist() == [True, False, False, True]
    assert polygon.inside(5, 2, sides).tolist() == [True]


def test_what_is_no_ring_holds_nothing() -> None:
    assert len(polygon.edges([[(0, 0), (1, 1)], []])) == 0
    assert polygon.inside([1.0], [1.0], polygon.edges([])).tolist() == [False]
    assert polygon.inside([], [], polygon.edges([SQUARE])).tolist() == []


@given(st.integers(0, 2**32 - 1), st.integers(3, 60))
def test_the_same_as_shapely(seed: int, corners: int) -> None:
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * rng.uniform(0.1, 1, (corners, 1))
    x, y = rng.uniform(-1, 1, 200), rng.uniform(-1, 1, 200)
    shape = shapely.Polygon(ring)
    if shape.is_valid:
        assert polygon.inside(x, y, polygon.edges([ring])).tolist() == shapely.contains_xy(shape, x, y).tolist()


def test_many_pairs_are_compared_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polygon, "AT_ONCE", 10)
    x = np.linspace(-5, 15, 101)
    assert int(polygon.inside(x, np.full(101, 5.0), polygon.edges([SQUARE])).sum()) == 50
