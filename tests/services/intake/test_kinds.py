"""One service beside all others of a city: the same by name or code, joined before, and what that is worth."""

from __future__ import annotations

from math import log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.habits import Habits
from services.intake.kinds import Kinds
from services.intake.likeness import WEIGHTS

SERVICES = ("Pothole", "Tree", "tree", "Light", "")
CODES = ("01", "02", "03", "01", "09")
HABITS = Habits({"Pothole": 0.5, "Light": -0.2}, {("Pothole", "Light"): 7, ("Light", "Pothole"): 7})
names, codes = (
    st.sampled_from(["", "Tree", "TREE", "Pothole", "pothole", "New"]),
    st.sampled_from(["", "01", "02", "77"]),
)


def town() -> Kinds:
    return Kinds(SERVICES, CODES, HABITS, WEIGHTS)


@given(names, codes)
def test_the_same_by_name_in_any_case_or_else_by_code(service: str, code: str) -> None:
    made = town().kind(service, code)
    asked = bool(service or code)
    by_name = [not asked or (bool(service) and name.casefold() == service.casefold()) for name in SERVICES]
    assert made.by_name.tolist() == by_name
    assert made.by_code.tolist() == [bool(code) and c == code and not n for c, n in zip(CODES, by_name, strict=True)]
    assert not (made.by_name & made.by_code).any()


@given(names, codes)
def test_what_was_joined_before_counts_for_others_alone(service: str, code: str) -> None:
    made = town().kind(service, code)
    joined = [HABITS.together.get((service, name), 0) for name in SERVICES]
    assert made.together.tolist() == [0 if n else j for n, j in zip(made.by_name.tolist(), joined, strict=True)]


@given(names, codes)
def test_all_that_are_the_service_are_worth_as_much_as_the_best_of_them(service: str, code: str) -> None:
    made = town().kind(service, code)
    same = made.by_name | made.by_code
    often = [HABITS.often.get(name, 0.0) for name in SERVICES]
    each = [
        WEIGHTS.same_service * bool(s) + WEIGHTS.together * log1p(t) + WEIGHTS.often * o
        for s, t, o in zip(same.tolist(), made.together.tolist(), often, strict=True)
    ]
    if (service or code) and same.any():
        best = max(worth for worth, s in zip(each, same.tolist(), strict=True) if s)
        each = [best if s else worth for worth, s in zip(each, same.tolist(), strict=True)]
    assert made.worth == pytest.approx(each)


def test_it_is_reckoned_once() -> None:
    kinds = town()
    assert kinds.kind("Tree", "02") is kinds.kind("Tree", "02")
    assert kinds.kind("Tree", "02") is not kinds.kind("Tree", "")


def test_it_fits_the_services_that_it_was_made_of_and_no_others() -> None:
    kinds = town()
    assert kinds.fits(list(SERVICES), list(CODES))
    assert not kinds.fits([*SERVICES, "New"], [*CODES, "10"])
    assert not kinds.fits(list(SERVICES), ["x", *CODES[1:]])
    assert not kinds.fits(list(reversed(SERVICES)), list(CODES))


def test_a_city_without_services_or_a_past() -> None:
    empty = Kinds([], [], Habits(), WEIGHTS)
    assert len(empty.kind("Tree", "02").worth) == 0
    fresh = Kinds(SERVICES, CODES, Habits(), WEIGHTS)
    assert not fresh.often.any()
    assert np.array_equal(fresh.kind("New", "77").worth, np.zeros(len(SERVICES)))
