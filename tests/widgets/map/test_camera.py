"""Where the map looks, whatever is done to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.map.camera import FARTHEST, NEAREST, Camera, scale_bar

CAMERAS = st.builds(
    Camera,
    x=st.floats(-1e7, 1e7),
    y=st.floats(-1e7, 1e7),
    level=st.integers(FARTHEST, NEAREST),
    width=st.integers(1, 4_000),
    height=st.integers(1, 4_000),
)
PIXEL = st.floats(-500, 4_500)


@given(CAMERAS, PIXEL, PIXEL)
def test_screen_and_world_are_inverse(camera: Camera, px: float, py: float) -> None:
    assert camera.to_screen(*camera.to_world(px, py)) == pytest.approx((px, py), abs=1e-3)


@given(CAMERAS, st.integers(-20, 20), PIXEL, PIXEL)
def test_zooming_keeps_what_is_under_the_mouse(camera: Camera, steps: int, px: float, py: float) -> None:
    then = camera.zoomed(steps, px, py)
    assert FARTHEST <= then.level <= NEAREST
    assert then.to_screen(*camera.to_world(px, py)) == pytest.approx((px, py), abs=2.1)


@given(CAMERAS, st.integers(-500, 500), st.integers(-500, 500))
def test_dragging_moves_the_ground_with_the_mouse(camera: Camera, dx: int, dy: int) -> None:
    then = camera.moved(dx, dy)
    place = camera.to_world(10, 10)
    assert then.to_screen(*place) == pytest.approx((10 + dx, 10 + dy), abs=1.01)


@given(CAMERAS, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 5e4), st.floats(0, 5e4))
def test_fitting_shows_everything(camera: Camera, x: float, y: float, wide: float, high: float) -> None:
    bounds = (x, y, x + wide, y + high)
    then = camera.resized(900, 500).fitted(bounds)
    left, top = then.to_screen(x, y + high)
    right, bottom = then.to_screen(x + wide, y)
    assert left >= 46
    assert top >= 46
    assert right <= then.width - 46
    assert bottom <= then.height - 46
    assert then.level <= 66


@given(CAMERAS, st.floats(0, 5e4), st.floats(0, 5e4), st.tuples(*[st.integers(0, 150)] * 4))
def test_fitting_keeps_what_is_shown_within_its_margins(
    camera: Camera, wide: float, high: float, margins: tuple[int, int, int, int]
) -> None:
    then = camera.resized(900, 500).fitted((0, 0, wide, high), margins)
    left, top = then.to_screen(0, high)
    right, bottom = then.to_screen(wide, 0)
    assert left >= margins[0] - 2
    assert top >= margins[1] - 2
    assert right <= then.width - margins[2] + 2
    assert bottom <= then.height - margins[3] + 2
    assert (left + right - margins[0] + margins[2]) / 2 == pytest.approx(450, abs=2)


@given(st.floats(0.1, 5_000))
def test_the_scale_bar_says_a_round_distance(ground: float) -> None:
    length, words = scale_bar(ground)
    metres = float(words.split()[0]) * (1000 if words.endswith("km") else 1)
    assert length <= 125
    assert metres / ground == pytest.approx(length, abs=0.51)
    assert str(metres).lstrip("0.")[0] in "125"


def test_the_mock_ups_scale() -> None:
    assert scale_bar(4.2) == (119, "500 m")
