"""House numbers along a street: those of the file, those within a span, and those that lie between or beyond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.house_numbers import BETWEEN, BEYOND, EXACT, NEXT, WITHIN, HouseNumbers, Spot
from services.geo.typed_place import HouseNumber, house_number


def street(text: str) -> HouseNumbers:
    numbers = [house_number(number) for number in text.split()]
    lat = np.array([30 + (n.low if n else 0) / 1e4 for n in numbers])
    return HouseNumbers(numbers, lat, np.zeros(len(numbers)))


def find(text: str, wanted: str) -> Spot:
    number = house_number(wanted)
    assert number is not None
    return street(text).find(number, 0, len(text.split()))


@pytest.mark.parametrize(
    ("numbers", "wanted", "row", "worth", "note"),
    [
        ("2 4 6", "4", 1, EXACT, ""),
        ("4 4A 6", "4A", 1, EXACT, ""),
        ("4A 4B", "4", 0, WITHIN, ""),
        ("2 4-8 10", "6", 1, WITHIN, "within 4-8 of the address file"),
        ("2 4-8 10", "4-8", 1, EXACT, ""),
        ("2 4-8 9 11", "5", 1, BETWEEN, "between 4-8 and 9; not in the address file"),
        ("2 3 10 11", "6", 2, BETWEEN, "between 2 and 10; not in the address file"),
        ("2-400 600", "100", 0, BETWEEN, "between 2-400 and 600; not in the address file"),
        ("3 9", "6", 1, BETWEEN, "between 3 and 9; not in the address file"),
        ("2 4", "10", 1, NEXT, "not in the address file; shown at its last number there, 4"),
        ("200 204", "10", 0, BEYOND, "not in the address file; shown at its first number there, 200"),
        ("X", "10", 0, BEYOND, "somewhere on this street; the address file has no numbers of it"),
    ],
)
def test_where_a_number_lies(numbers: str, wanted: str, row: int, worth: float, note: str) -> None:
    spot = find(numbers, wanted)
    assert (spot.row, spot.worth, spot.note) == (row, worth, note)


def test_a_number_between_two_lies_between_their_places_on_its_own_side() -> None:
    assert find("2 10", "4").lat == pytest.approx(30.0004)
    assert find("2 3 7 10", "4").lat == pytest.approx(30.0004)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40, unique=True).map(sorted), st.integers(1, 600))
def test_any_number_lies_within_the_street(known: list[int], wanted: int) -> None:
    text = " ".join(map(str, known))
    spot = find(text, str(wanted))
    assert 30 + known[0] / 1e4 - 1e-9 <= spot.lat <= 30 + known[-1] / 1e4 + 1e-9
    assert (spot.worth == EXACT) == (wanted in known)
    if wanted in known:
        assert known[spot.row] == wanted


def test_each_street_keeps_to_its_own_rows() -> None:
    numbers = street("2 4 100 102")
    assert numbers.find(HouseNumber(3, 3), 2, 4).row == 2
    assert numbers.find(HouseNumber(103, 103), 0, 2).row == 1
