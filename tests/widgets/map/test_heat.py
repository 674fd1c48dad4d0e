"""Heat: everybody is counted, the ramp can be read in grey, and it is made in steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.widgets.map.making import camera, crowd, picture
from widgets import theme
from widgets.map.heat import Heat, ramp, smooth
from widgets.map.shown import Shown, region_of

SEEDS = st.integers(0, 2**32 - 1)


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
