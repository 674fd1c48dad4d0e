"""Back-off: it grows, is bounded, differs from client to client, and a server's own wish goes before a person's."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.sync.pace import FIRST, LONGEST, Pace, back_off
from tests.services.clock import NOON


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_back_off_is_bounded(failures: int, jitter: float) -> None:
    assert FIRST / 2 <= back_off(failures, lambda: jitter) <= LONGEST


@given(st.integers(1, 50))
def test_back_off_never_shrinks(failures: int) -> None:
    assert back_off(failures, lambda: 0) <= back_off(failures + 1, lambda: 0)


def test_jitter_spreads() -> None:
    pace = Pace()
    moments = {pace.alone(8, NOON) for _ in range(20)}
    assert len(moments) > 1


def test_it_opens_again_after_the_wait_and_forgets_after_an_answer() -> None:
    pace = Pace(lambda: 0)
    first = pace.failed("city", NOON, None)
    assert first == NOON + FIRST
    assert pace.opens_at("city", NOON) == first
    assert pace.opens_at("other", NOON) is None
    assert pace.opens_at("city", first) is None
    assert pace.failed("city", first, None) - first == 2 * FIRST
    pace.answered("city")
    assert pace.opens_at("city", NOON) is None
    assert pace.failed("city", NOON, None) == NOON + FIRST


def test_a_person_can_hurry_us_but_not_the_server() -> None:
    pace = Pace(lambda: 0)
    pace.failed("down", NOON, None)
    asked = pace.failed("busy", NOON, 300)
    assert asked == NOON + timedelta(seconds=300)
    pace.hurry()
    assert pace.opens_at("down", NOON) is None
    assert pace.opens_at("busy", NOON) == asked


def test_a_short_retry_after_does_not_shorten_our_own_patience() -> None:
    pace = Pace(lambda: 0)
    assert pace.failed("city", NOON, 0) == NOON + FIRST
