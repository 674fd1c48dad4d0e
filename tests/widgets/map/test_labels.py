"""Names on the map keep clear of everything."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo import basemap
from services.geo.projection import forward
from tests.services.geo.test_areas import BOSTON
from tests.widgets.map.making import at, town
from widgets.map.camera import Camera
from widgets.map.labels import CLEAR, Taken, _Measure, _samples, place

BASE = town()


@pytest.fixture(scope="module")
def boston() -> basemap.Basemap:
    return basemap.load(BOSTON / "base.npz")


def looking(level: int = 60, east: float = 0, north: float = 0) -> Camera:
    x, y = at(east, north)
    return Camera(x, y, level, 800, 600)


def test_one_name_a_street_along_its_line() -> None:
    names = place(looking(), BASE, Taken(), {}, [])
    by_text = {name.text: name for name in names}
    assert len(names) == len(by_text)
    assert {"Main St", "Side St", "Green"} <= set(by_text)
    assert by_text["Main St"].angle == pytest.approx(0, abs=0.5)
    assert by_text["Side St"].angle == pytest.approx(90, abs=0.5)
    assert by_text["Main St"].y == pytest.approx(at(0, 0)[1], abs=1)


def test_a_water_is_named_when_it_is_wide_enough() -> None:
    assert "East Bay" in {n.text for n in place(looking(56, 200), BASE, Taken(), {}, [])}
    assert "East Bay" not in {n.text for n in place(looking(44, 200), BASE, Taken(), {}, [])}


def test_far_out_no_street_is_named() -> None:
    assert {n.kind for n in place(looking(48), BASE, Taken(), {}, [])} <= {"water", "area", "park"}
    majors = {n.text for n in place(looking(54), BASE, Taken(), {}, []) if n.kind == "street"}
    assert "Side St" not in majors


def test_old_names_stay_where_they_are_while_they_can() -> None:
    first = place(looking(), BASE, Taken(), {}, [])
    main = next(n for n in first if n.text == "Main St")
    again = place(looking(60, 5), BASE, Taken(), {}, first)
    assert main in again
    x, y = looking(60, 5).to_screen(main.x, main.y)
    moved = place(looking(60, 5), BASE, Taken(discs=np.array([[x, y, 11.0]])), {}, first)
    assert main not in moved


@given(st.integers(50, 68), st.integers(0, 2**32 - 1))
def test_no_name_over_a_mark_a_tool_or_another_name(boston: basemap.Basemap, level: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = (float(v) for v in forward(42.33 + rng.normal(0, 0.01), -71.06 + rng.normal(0, 0.01)))
    camera = Camera(x, y, level, 959, 432)
    discs = np.stack([rng.uniform(0, 959, 60), rng.uniform(0, 432, 60), np.full(60, 12.0)], axis=1)
    boxes = np.array([[12.0, 8, 670, 32], [915, 8, 947, 136]])
    names = place(camera, boston, Taken(discs=discs, boxes=boxes), {}, [])
    measure = _Measure({})
    lines = [_samples(*camera.to_screen(n.x, n.y), n.angle, measure(n.text)) for n in names]
    for line in lines:
        assert (line >= 0).all()
        assert (line <= (959, 432)).all()
        apart = np.hypot(line[:, :1] - discs[:, 0], line[:, 1:] - discs[:, 1])
        assert (apart >= 12 + CLEAR - 0.6).all()
        for left, top, right, bottom in boxes:
            assert not ((line[:, 0] > left) & (line[:, 0] < right) & (line[:, 1] > top) & (line[:, 1] < bottom)).any()
    for one, other in combinations(lines, 2):
        assert math.sqrt(((one[:, None] - other) ** 2).sum(axis=2).min()) >= 23
    assert len({(n.kind, n.text) for n in names}) == len(names)
    assert all(-90 <= n.angle <= 90 for n in names)


@given(st.integers(0, 2**32 - 1), st.integers(1, 300))
def test_the_quick_look_never_turns_away_a_name_that_has_room(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    discs = np.stack([rng.uniform(-60, 900, n), rng.uniform(-60, 700, n), rng.choice([6.5, 11, 14, 26], n)], axis=1)
    taken = Taken(discs=discs)
    lines = [
        _samples(*(float(rng.uniform(low, high)) for low, high in ((0, 800), (0, 600), (-90, 90), (20, 120))))
        for _ in range(40)
    ]
    hopeful = taken.hopeful(np.array([line[:, 0] for line in lines]), np.array([line[:, 1] for line in lines]))
    for line, may in zip(lines, hopeful.tolist(), strict=True):
        apart = np.hypot(line[:, :1] - discs[:, 0], line[:, 1:] - discs[:, 1])
        assert taken.free(line) == bool((apart >= discs[:, 2] + CLEAR).all())
        assert may or not taken.free(line)
