"""A forecast in words: no number where there is none, and the words agree with the chance."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervise.chances import Told, expected, in_words, short, told
from services.supervise.forecast import Due
from tests.services.supervise.test_forecast import LIGHT, at, past, row


def test_a_request_that_half_of_its_kind_missed() -> None:
    made = at([*past(200, 100), row(998, -1, 47, None)])
    said = told(made, 998)
    assert said.chance == "May well miss its due time: about 5 in 10"
    assert re.fullmatch(r"\d\d of the last 40 of this kind here, when still open at this point, were late\.", said.why)


def test_elsewhere_is_not_said_to_be_here() -> None:
    said = told(at([*past(200, 200), row(998, -1, 47, None, area="East")]), 998)
    assert said.chance == "Almost sure to miss its due time"
    assert said.why == "40 of the last 40 of this kind, when still open at this point, were late."


def test_why_there_is_no_number() -> None:
    young = at([*past(50, 25, days=12), row(999, -1, 5, None)])
    assert told(young, 999) == Told("", "No forecast: closings are known for 11 days, and it takes 14 days.")
    assert short(at([row(1, -1, 5, None)])) == "No forecast: no closings are known yet, and it takes 14 days."
    rare = at([*past(100, 50), row(999, -1, 10, None, LIGHT)])
    assert told(rare, 999) == Told("", "No forecast: too few of this kind have come to an end.")
    assert short(rare) == ""


def test_of_what_is_closed_late_without_a_due_time_or_gone_nothing_is_said() -> None:
    made = at([*past(100, 50), row(997, -9, -1, None), row(998, -9, None, None)])
    assert {told(made, number) for number in (1, 997, 998, 4711)} == {Told("", "")}


@given(st.floats(0, 1))
def test_the_words_keep_to_the_chance(chance: float) -> None:
    said = in_words(chance)
    number = re.search(r"about (\d) in 10", said)
    if number:
        assert abs(int(number[1]) / 10 - chance) <= 0.051
    else:
        assert chance < 0.05 or chance >= 0.95
    assert said.startswith(("Almost", "Likely")) == (chance >= 0.65)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (Due(24, 295, 250.4, 0), "about 250 of 295 due"),
        (Due(24, 1295, 1000.6, 12), "about 1,001 of 1,295 due, 12 of them without a forecast"),
        (Due(4, 17, None, 17), "17 due"),
    ],
)
def test_what_is_expected_of_a_window(due: Due, words: str) -> None:
    assert expected(due) == words
