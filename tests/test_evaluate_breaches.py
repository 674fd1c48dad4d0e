"""The evaluation of the forecast: its two measures, its baseline, and that a day sees nothing of itself."""

from __future__ import annotations

import numpy as np
import pytest

from services.queue.snapshot import build
from services.supervise.forecast import DAY
from tests.evaluate import breaches
from tests.services.queue.rows import NOW
from tests.services.supervise.test_forecast import at, past, row

LATE = np.array([False, False, True, True])


def test_the_measures_of_what_is_known_by_heart() -> None:
    assert breaches.auc(np.array([0.1, 0.2, 0.3, 0.4]), LATE) == 1.0
    assert breaches.auc(np.array([0.4, 0.3, 0.2, 0.1]), LATE) == 0.0
    assert breaches.auc(np.full(4, 0.5), LATE) == 0.5
    assert breaches.auc(np.array([0.1, 0.3, 0.3, 0.4]), LATE) == 0.875
    assert breaches.calibration(np.array([0.0, 0.0, 1.0, 1.0]), LATE) == 0.0
    assert breaches.calibration(np.full(4, 0.75), LATE) == pytest.approx(0.25)


def test_the_baseline_counts_what_has_fallen_due_and_no_more() -> None:
    made = build([*past(100, 30), row(900, -1, 47, None), row(901, -9, 3, None, "Light")], ())
    tree, light = breaches.past_rate(made, NOW)
    assert tree == pytest.approx(0.3)
    assert light == pytest.approx(0.3)


def test_a_day_is_scored_by_what_was_known_before_it() -> None:
    made = build([*past(200, 100, days=60), row(998, 1, 49, None), row(999, 2, 50, 40)], ())
    filed, ours, theirs = breaches.scored(made, NOW, NOW + DAY, frozen=False)
    assert [int(made.ids[i]) for i in filed] == [998, 999]
    assert ours[0] == ours[1] == pytest.approx(at(past(200, 100, days=60)).left[0].prod(), abs=0.02)
    assert theirs == pytest.approx([0.5, 0.5])
    figures = breaches.compared("x", made, NOW, NOW + DAY, frozen=True, suffix="-y")
    assert [f.name for f in figures] == ["x-auc-y", "x-calibration-y"]
    assert figures[0].n == 2
    assert figures[0].ours == 0.5
