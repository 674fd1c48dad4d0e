"""Lengths of time in words, at every border between two units, and never more than has gone by."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.spans import MINUTE, age, due, span

UNITS = {"m": 1, "h": 60, "d": 1440, "y": 365 * 1440}
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE


def minutes_of(words: str) -> int:
    parts = words.split()
    return sum(int(n) * UNITS[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 m"), (1, "1 m"), (59, "59 m"), (60, "1 h"), (61, "1 h 1 m"), (119, "1 h 59 m"), (120, "2 h"),
        (359, "5 h 59 m"), (360, "6 h"), (361, "6 h"), (419, "6 h"), (420, "7 h"), (2879, "47 h"), (2880, "2 d"),
        (4319, "2 d"), (4320, "3 d"), (525_600, "365 d"),
    ],
)  # fmt: skip
def test_spans_at_their_borders(minutes: int, words: str) -> None:
    assert span(minutes) == words


@pytest.mark.parametrize(
    ("ms", "words", "minutes"),
    [
        (0, "0 m left", 0),
        (MINUTE - 1, "0 m left", 0),
        (MINUTE, "1 m left", 1),
        (-1, "1 m late", -1),
        (-MINUTE, "1 m late", -1),
        (-MINUTE - 1, "2 m late", -2),
        (3 * DAY, "3 d left", 4320),
        (-3 * DAY, "3 d late", -4320),
    ],
)
def test_what_is_left_and_what_is_late(ms: int, words: str, minutes: int) -> None:
    assert due(ms) == (words, minutes)


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (-DAY, "0 m"), (0, "0 m"), (59 * MINUTE, "59 m"), (HOUR - 1, "59 m"), (HOUR, "1 h"), (2 * HOUR - 1, "1 h"),
        (48 * HOUR - 1, "47 h"), (48 * HOUR, "2 d"), (729 * DAY, "729 d"), (730 * DAY, "2 y"), (1094 * DAY, "2 y"),
        (1095 * DAY, "3 y"),
    ],
)  # fmt: skip
def test_ages_at_their_borders(ms: int, words: str) -> None:
    assert age(ms) == words


@given(st.integers(0, 10**7))
def test_a_span_says_no_more_than_it_is(minutes: int) -> None:
    said = minutes_of(span(minutes))
    assert said <= minutes
    assert minutes - said < (1 if minutes < 360 else 60 if minutes < 2880 else 1440)


@given(st.integers(-(10**12), 10**13))
def test_an_age_is_one_unit_and_says_no_more_than_it_is(ms: int) -> None:
    words = age(ms)
    assert len(words.split()) == 2
    assert minutes_of(words) * MINUTE <= max(ms, 0)


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=9))
def test_what_is_longer_never_says_less(lengths: list[int]) -> None:
    for say in (span, lambda minutes: age(minutes * MINUTE)):
        said = [minutes_of(say(minutes)) for minutes in sorted(lengths)]
        assert all(one <= other for one, other in pairwise(said))


@given(st.integers(-(10**12), 10**12))
def test_late_and_left_part_at_nothing(ms: int) -> None:
    words, minutes = due(ms)
    assert words.endswith("late" if ms < 0 else "left")
    assert (minutes < 0) == (ms < 0)
    assert minutes_of(words.rsplit(" ", 1)[0]) <= abs(minutes)
