"""A city's habits are counted from how its requests ended."""

from __future__ import annotations

from math import log

import pytest

from services.intake.habits import PRIOR, Habits, learn, together
from services.queue.snapshot import build
from tests.widgets.rows import row


def test_a_service_that_is_closed_as_duplicate_more_often_than_others_stands_out() -> None:
    queue = [
        row(i, service=service, service_code=code, status="closed", outcome=outcome)
        for i, (service, code, outcome) in enumerate(
            [("Lamp", "L", "duplicate")] * 3
            + [("Lamp", "L2", "fixed")]
            + [("Hole", "H", "fixed")] * 7
            + [("Sign", "S", "duplicate")],
            start=1,
        )
    ]
    habits = learn(build(queue, ()), [("Lamp", "Sign"), ("Lamp", "Sign"), ("Hole", "Hole")])
    usual = 4 / 12
    assert habits.often == pytest.approx(
        {
            "Lamp": log((3 + PRIOR) / (4 * usual + PRIOR)),
            "Hole": log(PRIOR / (7 * usual + PRIOR)),
            "Sign": log((1 + PRIOR) / (usual + PRIOR)),
        }
    )
    assert habits.together == {("Lamp", "Sign"): 2, ("Sign", "Lamp"): 2}


def test_nothing_is_known_where_nothing_was_closed_as_duplicate() -> None:
    assert learn(build([row(1), row(2)], ())) == learn(build([], ())) == Habits()
    assert together([]) == {}
