"""What somebody types is read as a point, a crossing, or a number and words; nothing makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo import typed_place
from services.geo.typed_place import HouseNumber, crossing, house_number, point


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("42.33, -71.05", (42.33, -71.05)),
        ("42.3 -71.1", (42.3, -71.1)),
        ("42.33N 71.05W", (42.33, -71.05)),
        ("N 42.33, W 71.05", (42.33, -71.05)),
        ("71.05 W, 42.33 N", (42.33, -71.05)),
        ("42.33° −71.05°", (42.33, -71.05)),
        ("geo:42.33,-71.05", (42.33, -71.05)),
        ("https://maps.example/@42.3312,-71.0512,17z", (42.3312, -71.0512)),
        ("-97.75, 30.25", (30.25, -97.75)),
        ("97.75 W 30.25 N", (30.25, -97.75)),
        ("33.8 S 151.2 E", (-33.8, 151.2)),
        ("142.0, 191.0", None),
        ("610 E Fifth St", None),
        ("12.5", None),
        ("", None),
    ],
)
def test_a_pasted_point(typed: str, place: tuple[float, float] | None) -> None:
    assert point(typed) == place


@pytest.mark.parametrize(
    ("typed", "sides"),
    [
        ("corner of Beacon and Charles", ("Beacon", "Charles")),
        ("on the corner of Beacon St & Charles St", ("Beacon St", "Charles St")),
        ("Beacon/Charles", ("Beacon", "Charles")),
        ("Beacon @ Charles", ("Beacon", "Charles")),
        ("beacon at charles", ("beacon", "charles")),
        ("intersection of beacon and charles", ("beacon", "charles")),
        ("beacon &", None),
        ("5 1/2 Garden St", None),
        ("12 Andover St", None),
        ("a & b & c", None),
    ],
)
def test_two_streets(typed: str, sides: tuple[str, str] | None) -> None:
    assert crossing(typed) == sides


@pytest.mark.parametrize(
    ("typed", "number", "words"),
    [
        ("610 e fif", "610", "e fif"),
        ("fifth east 610", "610", "fifth east"),
        ("610 5th st", "610", "5th st"),
        ("5th st", None, "5th st"),
        ("40-54 Old Ironsides Way", "40-54", "old ironsides way"),
        ("1220-24 Beacon", "1220-1224", "beacon"),
        ("12a main st apt 3", "12A", "main st"),
        ("12 main st #4b", "12", "main st"),
        ("12 main st unit 7", "12", "main st"),
        ("5 1/2 garden st", "5 1/2", "garden st"),
        ("across from 610 e fifth", "610", "e fifth"),
        ("w 121st st 12", "12", "w 121st st"),
        ("4 pier 4 blvd", "4", "pier 4 blvd"),
        ("", None, ""),
    ],
)
def test_a_number_and_words(typed: str, number: str | None, words: str) -> None:
    found = typed_place.words(typed)
    assert (str(found.number) if found.number else None, " ".join(found.words)) == (number, words)


def test_a_zip_code_is_no_house_number_behind_a_street() -> None:
    found = typed_place.words("12 main st, gulfport 39501-1234")
    assert (str(found.number), found.zipcode) == ("12", "39501")
    assert typed_place.words("39501 main st").zipcode == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("610", HouseNumber(610, 610)),
        ("40-54", HouseNumber(40, 54)),
        ("54-40", HouseNumber(40, 54)),
        ("12A", HouseNumber(12, 12, "A")),
        ("175A-175", HouseNumber(175, 175)),
        ("5 1/2", HouseNumber(5, 5, "1/2")),
        ("X", None),
        ("", None),
    ],
)
def test_a_house_number_of_a_file(text: str, number: HouseNumber | None) -> None:
    assert house_number(text) == number


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    place, sides, read = point(text), crossing(text), typed_place.words(text)
    assert place is None or (abs(place[0]) <= 90 and abs(place[1]) <= 180)
    assert sides is None or all(sides)
    assert all(read.words)


@given(st.integers(0, 99999), st.integers(0, 99999), st.sampled_from(["", "A", "R"]))
def test_a_house_number_reads_back(one: int, other: int, letter: str) -> None:
    number = HouseNumber(min(one, other), max(one, other), letter)
    assert house_number(str(number)) == number
