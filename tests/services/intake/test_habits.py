"""A city's habits are counted from how its requests ended."""

from __future__ import annotations

from math import log

import pytest

from services.intake.habits import ENOUGH, PRIOR, Habits, learn, often, together
from services.queue.snapshot import build
from tests.widgets.rows import row


def test_a_service_that_is_closed_as_duplicate_more_often_than_others_stands_out() -> None:
    queue = [
        row(i, service=service, service_code=code, status="closed", outcome=outcome)
        for i, (service, code, outcome) in enumerate(
            [("Lamp", "L", "duplicate")] * 30
            + [("Lamp", "L2", "fixed")] * 10
            + [("Hole", "H", "fixed")] * 70
            + [("Sign", "S", "duplicate")] * 20,
            start=1,
        )
    ]
    habits = learn(build(queue, ()), [("Lamp", "Sign"), ("Lamp", "Sign"), ("Hole", "Hole")])
    usual = 50 / 130
    assert habits.often == pytest.approx(
        {
            "Lamp": log((30 + PRIOR) / (40 * usual + PRIOR)),
            "Hole": log(PRIOR / (70 * usual + PRIOR)),
            "Sign": log((20 + PRIOR) / (20 * usual + PRIOR)),
        }
    )
    assert habits.together == {("Lamp", "Sign"): 2, ("Sign", "Lamp"): 2}


@pytest.mark.parametrize(("twice", "known"), [(0, False), (ENOUGH - 1, False), (ENOUGH, True)])
def test_a_few_duplicates_tell_nothing_yet(twice: int, known: bool) -> None:
    assert bool(often(["Lamp", "Hole"], [500, 500], [twice, 0])) is known


def test_nothing_is_known_where_nothing_was_closed_as_duplicate() -> None:
    assert learn(build([row(1), row(2)], ())) == learn(build([], ())) == Habits()
    assert together([]) == {}
