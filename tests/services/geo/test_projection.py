"""Degrees to map metres and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo import projection as p

LAT = st.floats(-85, 85)
LON = st.floats(-180, 180)


@given(LAT, LON)
def test_there_and_back(lat: float, lon: float) -> None:
    x, y = p.forward(lat, lon)
    back = p.inverse(float(x), float(y))
    assert back == pytest.approx((lat, lon), abs=1e-8)


def test_known_points_and_no_place() -> None:
    x, y = p.forward([0.0, p.MAX_LAT, 89.0, np.nan], [0.0, 180.0, 0.0, 1.0])
    assert (x[0], y[0]) == pytest.approx((0, 0), abs=1e-6)
    assert (x[1], y[1]) == pytest.approx((p.EDGE, p.EDGE), rel=1e-9)
    assert y[2] == pytest.approx(p.EDGE, rel=1e-9)
    assert math.isnan(y[3])


@given(LAT, LON, st.integers(0, 19))
def test_a_tile_holds_its_point(lat: float, lon: float, zoom: int) -> None:
    x, y = (float(v) for v in p.forward(lat, lon))
    column, row = p.tile_at(x, y, zoom)
    west, south, east, north = p.tile_bounds(zoom, column, row)
    assert 0 <= column < 2**zoom
    assert 0 <= row < 2**zoom
    assert west - 1e-3 <= x <= east + 1e-3
    assert south - 1e-3 <= y <= north + 1e-3


def test_a_metre_on_the_ground_is_stretched_as_the_map_says() -> None:
    here, there = (42.3600, -71.0600), (42.3610, -71.0580)
    north = math.radians(there[0] - here[0]) * p.RADIUS
    east = math.radians(there[1] - here[1]) * p.RADIUS * math.cos(math.radians(here[0]))
    x, y = p.forward([here[0], there[0]], [here[1], there[1]])
    on_map = math.hypot(float(x[1] - x[0]), float(y[1] - y[0]))
    assert on_map / p.stretch(float(y[0])) == pytest.approx(math.hypot(east, north), rel=1e-3)
