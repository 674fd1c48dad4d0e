"""The evaluation of duplicates: nothing of the future is seen, and what is counted is what the labels say."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest

from services.intake.habits import Habits
from services.queue.snapshot import CLOSED
from tests.evaluate import duplicates, fit_duplicates, intakes, plain_rule
from tests.evaluate.data import Missing
from tests.evaluate.duplicates import measured, ours, truth
from tests.evaluate.intakes import CITY, Call, replay
from tests.evaluate.plain_rule import DEFAULT_POINT, plain_rules

START = datetime(2011, 7, 1, 12, tzinfo=CITY)
HABITS = Habits({"Lamp": 2.0, "Hole": 2.0})


def call(number: int, day: float, /, open_days: float | None = None, **changed: object) -> Call:
    opened = START + timedelta(days=day)
    closed = None if open_days is None else opened + timedelta(days=open_days)
    made = {
        "case": f"c{number}", "opened": opened, "closed": closed, "service": "Lamp", "title": "Lamp",
        "address": f"{number} Elm St", "lat": 42.33, "lon": -71.04,
    }  # fmt: skip
    return Call(**(made | changed))  # type: ignore[arg-type]


CALLS = [
    call(0, 0.0, 5),
    call(1, 1.0, 1, labelled=True, original="c0"),
    call(2, 1.5, labelled=True, original="gone"),
    call(3, 2.0, lat=42.4),
    call(4, 3.0, labelled=True, original="c5"),
    call(5, 4.0),
    call(6, 9.0, labelled=True, original="c0"),
    call(7, 200.0),
    call(8, 200.1, service="Hole"),
]


def test_at_each_call_is_open_what_came_before_and_was_not_closed_yet() -> None:
    seen = [set(np.flatnonzero(n.snapshot.status != CLOSED).tolist()) for _, n in replay(CALLS, HABITS)]
    for i, now in enumerate(CALLS):
        before = {j for j in range(i) if CALLS[j].closed is None or CALLS[j].closed > now.opened}  # type: ignore[operator]
        assert seen[i] == before


def test_what_cannot_be_found_is_counted_apart() -> None:
    true = truth(CALLS)
    assert true.originals == {1: 0}
    assert true.plain == {0, 3, 5, 7, 8}
    assert dict(true.apart) == {
        "original not named or not there": 1, "original came later": 1, "original closed already": 1,
    }  # fmt: skip
    assert truth(CALLS, 4).originals == {}


def test_offers_are_counted_as_right_and_false() -> None:
    offers = [[], [(0, 0.9), (2, 0.6)], [], [(1, 0.7)], [], [(1, 0.2)], [], [], [(7, 0.5), (3, 0.5)]]
    made = measured(truth(CALLS), offers)
    assert (made.recall1, made.recall5, made.false_per_100) == (1.0, 1.0, 60.0)
    assert (made.precision, made.disturbed) == (0.2, 40.0)
    second = measured(truth(CALLS), [[], [(2, 0.9), (0, 0.6)], *offers[2:]])
    assert (second.recall1, second.recall5) == (0.0, 1.0)
    assert measured(truth(CALLS), offers, 0.8).false_per_100 == 0


def test_the_products_own_search_finds_the_original() -> None:
    offers = ours(CALLS, HABITS)
    assert [which for which, _ in offers[1]] == [0]
    assert offers[0] == offers[3] == []
    assert all(score >= 0.5 for some in offers for _, score in some)
    assert all(which < i for i, some in enumerate(offers) for which, _ in some)


def test_the_plain_rule_is_same_type_50_metres_12_weeks() -> None:
    near, late = 42.33 + 49 / 111_195, 42.33 + 51 / 111_195
    calls = [
        call(0, 0),
        call(1, 80, lat=near),
        call(2, 80.5, service="Hole"),
        call(3, 81, lat=late),
        call(4, 83.9),
        call(5, 84.1),
        call(6, 84.2, lat=DEFAULT_POINT[0], lon=DEFAULT_POINT[1]),
        call(7, 84.3, lat=DEFAULT_POINT[0], lon=DEFAULT_POINT[1]),
    ]
    made = {name: [[j for j, _ in some] for some in offers] for name, offers in plain_rules(calls).items()}
    assert made["plain rule, nearest first"] == [[], [0], [], [1], [0, 1], [4, 1], [], []]
    assert made["plain rule, newest first"] == [[], [0], [], [1], [1, 0], [4, 1], [], []]
    assert made["plain rule, nearest first, default point too"][7] == [6]
    assert plain_rule.MOST == 5


def test_weights_are_fitted_and_the_threshold_set_on_what_is_given() -> None:
    rng = np.random.default_rng(1)
    calls = []
    for i in range(60):
        lat = 42.33 + float(rng.uniform(0, 0.05))
        calls += [call(2 * i, i, lat=lat), call(2 * i + 1, i + 0.1, lat=lat, labelled=True, original=f"c{2 * i}")]
        calls.append(call(1000 + i, i + 0.2, lat=lat + 0.0009, service="Hole"))
    habits = intakes.habits_of(calls)
    assert habits.often["Lamp"] > 0 > habits.often["Hole"]
    found = fit_duplicates.pairs(calls, habits)
    assert int(found.same.sum()) >= 60
    weights = fit_duplicates.fitted(found)
    assert weights.same_service > 0
    assert weights.metres[0][1] > weights.metres[-1][1] == 0
    scored = [[(0, 0.9)], [(0, 0.8)], [(0, 0.7)], [(0, 0.6)]]
    true = duplicates.Truth({}, frozenset(range(4)), Counter())
    bar = fit_duplicates.threshold(true, scored, 50)
    assert sum(score > 1 / (1 + np.exp(-bar)) for some in scored for _, score in some) == 2


@pytest.mark.timeout(100)
def test_a_short_slice_of_the_citys_calls() -> None:
    try:
        calls = intakes.boston()[:3_000]
    except Missing:
        pytest.skip("../shared/data is not there")
    made = measured(truth(calls), ours(calls, intakes.habits_of(calls)))
    rules = [measured(truth(calls), offers) for offers in plain_rules(calls).values()]
    assert made.recall5 > 0.5
    assert made.false_per_100 < min(rule.false_per_100 for rule in rules)


def test_what_other_thresholds_would_give_is_said() -> None:
    offers = [[], [(0, 0.9), (2, 0.6)], [], [(1, 0.7)], [], [(1, 0.35)], [], [], [(7, 0.5), (3, 0.5)]]
    said = duplicates._trade(truth(CALLS), offers)
    assert "from 0.3: 1.000, 80.0; from 0.4: 1.000, 60.0; from 0.5: 1.000, 60.0; from 0.6: 1.000, 20.0" in said
