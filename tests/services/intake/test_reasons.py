"""Reasons are short, in words, and never more than what is known."""

from __future__ import annotations

from math import nan

import pytest

from services.intake.reasons import QUOTED, ago, quote, told


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-3, "just now"),
        (0.01, "just now"),
        (1 / 60, "1 minute ago"),
        (0.99, "59 minutes ago"),
        (1, "1 hour ago"),
        (47.9, "1 day ago"),
        (13 * 24, "13 days ago"),
        (14 * 24, "2 weeks ago"),
        (59 * 24, "8 weeks ago"),
        (60 * 24, "2 months ago"),
        (365 * 24, "1 year ago"),
        (24 * 365 * 3000, "3,000 years ago"),
    ],
)
def test_an_age_has_one_unit(hours: float, words: str) -> None:
    assert ago(hours) == words


def test_a_long_text_is_cut_between_words() -> None:
    assert quote("a\n  hole") == "a hole"
    long = quote("deep hole " * 20)
    assert len(long) <= QUOTED + 1
    assert long.endswith(" hole…")
    assert quote("x" * 100) == "x" * QUOTED + "…"


def test_only_what_is_known_is_told() -> None:
    assert told(nan, "same service", 48, "", same_address=True) == "same address, same service, 2 days ago"
    assert told(2, "Pothole", 0, "pothole", same_address=False, callers=1) == "same place, Pothole, just now"
    assert told(38.4, "", 1, "big", same_address=True, callers=3) == (
        "38 m away at the same address, 1 hour ago, 3 callers, “big”"
    )
