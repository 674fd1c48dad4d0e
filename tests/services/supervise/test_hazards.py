"""Forecasts of cities whose true chances are known: they come near these, and the more is known the nearer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue.snapshot import build
from services.supervise.forecast import FEWEST, PARTS, SHORTEST, WINDOW, Forecast, forecast
from tests.services.queue.rows import NOW
from tests.services.supervise.test_forecast import HOUR, LIGHT, TREE, row

Lasts = Callable[[np.random.Generator, int], list[float]]
ALLOWED = 48
"""Hours."""


def exponential(mean: float) -> Lasts:
    """The same chance in every hour, however long it has been open."""
    return lambda rng, n: rng.exponential(mean, n).tolist()


def even(longest: float) -> Lasts:
    """Any length up to one, each as likely."""
    return lambda rng, n: rng.uniform(0, longest, n).tolist()


def lived(
    n: int, lasts: Lasts, seed: int = 1, first: int = 1, service: str = TREE, area: str = "North"
) -> list[QueueRow]:
    """`n` requests of the last 80 days, each with 48 hours, that took as long as it says."""
    rng = np.random.default_rng(seed)
    asked = rng.integers(-80 * 24, 0, n).tolist()
    made = []
    for i, (at, took) in enumerate(zip(asked, lasts(rng, n), strict=True)):
        closed = round(at + took)
        one = row(first + i, at, at + ALLOWED, closed if closed <= 0 else None, service, area)
        made.append(one)
    return made


def chances(rows: list[QueueRow], ages: list[int], service: str = TREE, area: str = "North") -> list[float]:
    """The chance of an open request of each age (hours) to be late."""
    asked = [row(90_000 + i, -age, ALLOWED - age, None, service, area) for i, age in enumerate(ages)]
    made = forecast(build([*rows, *asked], ()), NOW)
    return list(map(float, made.of(made.snapshot.rows_of([r.id for r in asked]))))


AGES = [0, 12, 24, 36, 47]


@pytest.mark.parametrize("mean", [12, 48, 200])
def test_where_nothing_wears_out_the_chance_is_that_of_the_hours_left(mean: int) -> None:
    true = [float(np.exp(-(ALLOWED - age) / mean)) for age in AGES]
    assert chances(lived(8000, exponential(mean)), AGES) == pytest.approx(true, abs=0.04)


@pytest.mark.parametrize("longest", [60, 96, 400])
def test_where_every_length_is_as_likely_the_chance_grows_with_age(longest: int) -> None:
    true = [(longest - ALLOWED) / (longest - age) for age in AGES]
    assert chances(lived(8000, even(longest)), AGES) == pytest.approx(true, abs=0.05)


def test_of_many_requests_as_many_are_late_as_was_expected() -> None:
    """Calibrated: of those with a chance from 0 to a tenth, a tenth to two … as large a share is late in the end."""
    rng = np.random.default_rng(5)
    lasts = [*even(70)(rng, 4000), *exponential(60)(rng, 4000)]
    asked = rng.integers(-80 * 24, 0, 8000).tolist()
    services = [TREE] * 4000 + [LIGHT] * 4000
    rows, late = [], []
    for i, (at, took, service) in enumerate(zip(asked, lasts, services, strict=True), 1):
        closed = at + max(1, round(took))
        rows.append(row(i, at, at + ALLOWED, closed if closed <= 0 else None, service))
        late.append(closed > at + ALLOWED)
    made = forecast(build(rows, ()), NOW)
    ahead = made.ahead
    assert len(ahead) > 100
    came = np.array(late)[made.snapshot.ids[ahead] - 1]
    expected = float(np.nansum(made.of(ahead)))
    assert came.sum() == pytest.approx(expected, abs=3 * np.sqrt(expected))
    for low in (0.0, 0.5):
        band = (made.of(ahead) >= low) & (made.of(ahead) < low + 0.5)
        if band.sum() > 30:
            assert came[band].mean() == pytest.approx(float(made.of(ahead)[band].mean()), abs=0.15)


def test_a_kind_with_a_pace_of_its_own_is_told_apart_the_more_of_it_is_known() -> None:
    quick = lived(3000, exponential(6), area="North")
    apart = [chances([*quick, *lived(n, exponential(400), 2, 50_000, area="South")], [0], area="South")[0]
             for n in (0, 30, 300)]  # fmt: skip
    true = float(np.exp(-ALLOWED / 400))
    assert apart[0] < apart[1] < apart[2]
    assert abs(apart[2] - true) < 0.12 < abs(apart[0] - true)


def test_a_service_is_not_judged_by_another() -> None:
    both = [*lived(2000, exponential(6)), *lived(2000, exponential(400), 2, 50_000, LIGHT)]
    assert chances(both, [0]) == pytest.approx([np.exp(-8)], abs=0.03)
    assert chances(both, [0], LIGHT) == pytest.approx([np.exp(-0.12)], abs=0.05)


def test_what_was_longer_ago_than_the_window_counts_no_more_than_in_its_share_of_late_ones() -> None:
    """The pace of now is learnt: a slow year before it stays in the prior alone."""
    old = [r._replace(requested_ms=r.requested_ms - WINDOW, due_ms=(r.due_ms or 0) - WINDOW,
                      closed_ms=None if r.closed_ms is None else r.closed_ms - WINDOW, status="closed")
           for r in lived(2000, exponential(400), 3, 20_000) if r.closed_ms is not None]  # fmt: skip
    now_only, both = chances(lived(2000, exponential(12)), [0]), chances([*lived(2000, exponential(12)), *old], [0])
    assert both == pytest.approx(now_only, abs=0.03)


histories = st.lists(st.tuples(st.integers(-1900, -1), st.integers(1, 300), st.integers(1, 400)), max_size=60)


def of(spans: list[tuple[int, int, int]], *more: QueueRow) -> Forecast:
    rows = [row(1, -1900, -1899, -1899)]
    rows += [row(i, a, a + d, a + c if a + c <= 0 else None) for i, (a, d, c) in enumerate(spans, 2)]
    return forecast(build([*rows, *more], ()), NOW)


@settings(max_examples=30, deadline=None)
@given(histories, st.integers(1, 96), st.integers(1, 96))
def test_of_two_alike_the_one_with_more_time_left_is_no_likelier_late(
    spans: list[tuple[int, int, int]], one: int, other: int
) -> None:
    soon, later = sorted((one, other))
    rows = row(901, soon - 96, soon, None), row(902, later - 96, later, None)
    made = of(spans, *rows)
    first, second = made.of(made.snapshot.rows_of([901, 902])).tolist()
    assert np.isnan(first) == np.isnan(second)
    assert np.isnan(first) or second <= first + 1e-9


@settings(max_examples=30, deadline=None)
@given(histories)
def test_every_share_that_is_left_is_one_and_each_kind_has_its_row(spans: list[tuple[int, int, int]]) -> None:
    made = of(spans)
    assert made.left.shape == (len(made.snapshot.services) + len(made.kinds), PARTS)
    assert ((made.left > 0) & (made.left <= 1)).all()
    assert (np.diff(made.kinds) > 0).all()
    assert made.ended.sum() <= len(made.snapshot)


@settings(max_examples=30, deadline=None)
@given(histories, st.integers(1, 96))
def test_closing_in_time_makes_the_next_one_no_likelier_late(spans: list[tuple[int, int, int]], due: int) -> None:
    """A history with one more request that was closed at once never says worse of those still to come."""
    asked = row(901, -1, due, None)
    before, after = of(spans, asked), of(spans, asked, row(902, -200, 100, -199))
    one, other = (float(made.of(made.snapshot.rows_of([901]))[0]) for made in (before, after))
    assert np.isnan(one) or np.isnan(other) or other <= one + 1e-9


@settings(max_examples=30, deadline=None)
@given(histories, st.integers(0, 100))
def test_the_order_of_the_rows_says_nothing(spans: list[tuple[int, int, int]], seed: int) -> None:
    mixed = list(spans)
    np.random.default_rng(seed).shuffle(mixed)
    asked = row(901, -1, 47, None)
    made = [of(given_, asked) for given_ in (spans, mixed)]
    one, other = (m.of(m.snapshot.rows_of([901])) for m in made)
    assert np.allclose(one, other, equal_nan=True)


@pytest.mark.parametrize(("ended", "known"), [(FEWEST - 2, False), (FEWEST - 1, True), (FEWEST + 5, True)])
def test_from_how_many_on_a_number_is_shown(ended: int, known: bool) -> None:
    """The first closing, which begins the history, is one of them."""
    rows = [(-500 + i, 48, 10) for i in range(ended)]
    made = of(rows, row(901, -1, 47, None))
    assert bool(np.isnan(made.of(made.snapshot.rows_of([901]))[0])) is not known


@pytest.mark.parametrize(("hours", "short"), [(-1, True), (0, False), (1, False)])
def test_from_how_long_a_history_on(hours: int, short: bool) -> None:
    made = of([])
    assert replace(made, since_ms=NOW - SHORTEST - hours * HOUR).too_short is short
