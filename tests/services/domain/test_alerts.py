"""When an alert begins and is over: once for whatever comes, and never by a clock that jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alerts import (
    LOOK_MS,
    LULL,
    REST_MS,
    SEEN_REST_MS,
    Alert,
    Measure,
    Rule,
    Step,
    Watch,
    look,
    said,
)

MINUTE, HOUR = 60_000, 3_600_000
LIMIT = 20.0


def walk(figures: Sequence[float | None], minutes: float = 10, *, seen: bool = False) -> list[Step]:
    """What looks at these figures bring about, one every so many minutes; `seen`: each alert is acknowledged."""
    watch, peak, steps = Watch(0), 0.0, []
    for i, figure in enumerate(figures, 1):
        watch, step = look(watch, int(i * minutes * MINUTE), figure, LIMIT, peak)
        peak = max(peak, figure or 0.0) if watch.begun else 0.0
        if seen and watch.begun:
            watch = replace(watch, seen=True)
        steps.append(step)
    return steps


def test_five_hundred_arrivals_are_one_alert() -> None:
    steps = walk([float(n) for n in range(500)], minutes=0.5)
    assert steps.count(Step.BEGIN) == 1
    assert steps[20] is Step.BEGIN
    assert Step.END not in steps


def test_a_nights_lull_ends_nothing_but_a_quiet_day_does() -> None:
    assert walk([30.0] + [0.0] * 6 * 23 + [30.0] * 6) == [Step.BEGIN] + [Step.NOTHING] * (6 * 24)
    assert walk([30.0] + [0.0] * 6 * 24)[-1] is Step.END


def test_what_was_acknowledged_at_once_is_not_said_again_the_next_morning() -> None:
    night = [0.0] * 6 * 10
    assert walk([30.0, *night, 25.0, 30.0, *night, 22.0], seen=True).count(Step.BEGIN) == 1
    assert walk([30.0] + [0.0] * 6 * 24 + [25.0], seen=True)[-2:] == [Step.END, Step.BEGIN], "after a quiet day it is"


def test_what_is_worse_after_an_hours_rest_is_said_again_where_the_first_was_acknowledged() -> None:
    steps = walk([30.0] + [0.0] * 6 + [25.0, 31.0, 31.0], seen=True)
    assert [i for i, step in enumerate(steps) if step is not Step.NOTHING] == [0, 8, 9]
    assert walk([30.0] + [0.0] * 6 + [25.0, 31.0, 31.0]).count(Step.BEGIN) == 1, "nobody has answered for the first"
    assert walk([30.0] + [0.0] * 5 + [25.0, 31.0, 31.0], seen=True).count(Step.BEGIN) == 1, "it has not rested"


def test_what_swings_about_the_threshold_begins_once() -> None:
    assert walk([20.0, 19.0, 21.0, LULL * LIMIT] * 200, seen=True).count(Step.BEGIN) == 1


def test_what_cannot_be_said_is_neither_high_nor_low() -> None:
    assert walk([None] * 3) == [Step.NOTHING] * 3
    assert walk([30.0] + [None] * 300, seen=True).count(Step.END) == 0


looks = st.lists(
    st.tuples(
        st.sampled_from([1_000, 30_000, 600_000, HOUR, 40 * HOUR, 10**12, -1, -HOUR, -(10**12)])
        | st.integers(-(10**7), 10**7),
        st.one_of(st.none(), st.floats(0, 100)),
        st.booleans(),
    ),
    max_size=300,
)


@given(looks)
def test_however_the_clock_jumps_alerts_are_at_most_one_in_ten_minutes_of_looking(
    steps: list[tuple[int, float | None, bool]],
) -> None:
    """Between two alerts of a rule lie six looks, and an hour of time that went on, no look counting for more than ten
    minutes: also where the clock jumps to the end of time and back."""
    watch, peak, now, passed, begun_at, since = Watch(0), 0.0, 0, 0, -HOUR, 6
    for moved, figure, acknowledges in steps:
        now += moved
        passed += min(max(0, moved), LOOK_MS)
        since += 1
        was = watch
        watch, step = look(watch, now, figure, LIMIT, peak)
        peak = max(peak, figure or 0.0) if watch.begun else 0.0
        assert (step is Step.BEGIN) == (not was.begun and watch.begun)
        assert (step is Step.END) == (was.begun and not watch.begun)
        if step is Step.BEGIN:
            assert figure is not None
            assert figure >= LIMIT
            assert passed - begun_at >= HOUR
            assert since > 6
            begun_at, since = passed, 0
        if acknowledges and watch.begun:
            watch = replace(watch, seen=True)


@given(looks)
def test_an_alert_is_over_only_after_its_rest_of_low_figures_in_a_row(
    steps: list[tuple[int, float | None, bool]],
) -> None:
    watch, now, low = Watch(0), 0, 0
    for moved, figure, _seen in steps:
        now += moved
        low = low + min(max(0, moved), LOOK_MS) if figure is not None and figure < LULL * LIMIT else 0
        watch, step = look(watch, now, figure, LIMIT)
        if step is Step.END:
            assert low >= REST_MS > SEEN_REST_MS


@pytest.mark.parametrize(
    ("measure", "value", "words"),
    [
        (Measure.COUNT, 1, "1 request"),
        (Measure.COUNT, 1234, "1,234 requests"),
        (Measure.OLDEST, 71.6, "the oldest is 72 h old"),
        (Measure.RATE, 3.14, "arrivals 3.1× normal for this hour"),
    ],
)
def test_a_figure_in_words(measure: Measure, value: float, words: str) -> None:
    assert said(measure, value) == words
    made = Alert(1, 1, "Storm", "", measure, 0, value, True, datetime(2026, 1, 1, tzinfo=UTC))
    assert made.sentence == f"Storm: {words}"


def test_a_rules_condition_in_words() -> None:
    assert Rule(0, "x", "", Measure.COUNT, 20).condition == "20 or more"
    assert Rule(0, "x", "", Measure.OLDEST, 48).condition == "oldest 48 h or more"
    assert Rule(0, "x", "", Measure.RATE, 2.5).condition == "arrivals 2.5× normal"
