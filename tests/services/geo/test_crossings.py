"""Crossings are found by their streets in either order, begun or misspelt, and each once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.address_files import Named
from services.geo.crossings import Crossings

STREETS = ("Main St", "E Fifth St", "Blue Hill Ave", "School St", "Gallivan Blvd", "Beach Blvd")
PAIRS = [(a, b) for i, a in enumerate(STREETS) for b in STREETS[i + 1 :]]


def named(one: str, other: str, mark: str = "&", area: str = "Downtown", lat: float = 30.4) -> Named:
    return Named(f"{one} {mark} {other}", lat, -89.1, area)


TOWN = Crossings([named(one, other, lat=30.4 + i / 100) for i, (one, other) in enumerate(PAIRS)])


def found(town: Crossings, one: str, other: str, most: int = 5) -> list[str]:
    return [place.name for place, _, _ in town.find(one, other, most)]


@given(st.sampled_from(PAIRS), st.booleans())
def test_two_streets_meet_where_they_are_listed_whichever_is_said_first(pair: tuple[str, str], turned: bool) -> None:
    one, other = reversed(pair) if turned else pair
    place, fit, least = TOWN.find(one, other, 5)[0]
    assert place.name == f"{pair[0]} & {pair[1]}"
    assert fit == pytest.approx(1)
    assert least == pytest.approx(1)


@given(st.sampled_from(PAIRS), st.sampled_from(PAIRS), st.integers(1, 9))
def test_the_likeliest_come_first_and_no_more_than_asked_for(
    pair: tuple[str, str], mixed: tuple[str, str], most: int
) -> None:
    made = TOWN.find(pair[0], mixed[1], most)
    worth = [fit for _, fit, _ in made]
    assert worth == sorted(worth, reverse=True)
    assert len(made) <= most
    assert all(0 <= least <= 1 and 0.6 <= fit <= 1 + 1e-9 for _, fit, least in made)
    assert len({place.name for place, _, _ in made}) == len(made)


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("main", "fifth", "Main St & E Fifth St"),
        ("Main Street", "East Fifth Street", "Main St & E Fifth St"),
        ("blu hill", "school", "Blue Hill Ave & School St"),
        ("gallivan boulevard", "bea", "Gallivan Blvd & Beach Blvd"),
        ("scool st", "beach bld", "School St & Beach Blvd"),
    ],
)
def test_as_people_type_them(one: str, other: str, name: str) -> None:
    assert found(TOWN, one, other)[0] == name


def test_one_street_alone_or_nonsense_makes_no_crossing() -> None:
    assert found(TOWN, "Main St", "Zzyzx Road") == []
    assert found(TOWN, "", "") == []
    assert found(Crossings([]), "Main St", "School St") == []
    assert len(Crossings([])) == 0


@pytest.mark.parametrize("mark", ["&", "/", "@"])
def test_cities_write_them_with_other_marks(mark: str) -> None:
    town = Crossings([named("Main St", "School St", mark)])
    assert found(town, "school", "main") == [f"Main St {mark} School St"]


def test_one_that_is_listed_both_ways_comes_once_for_each_area() -> None:
    both = Crossings(
        [
            named("Main St", "School St", lat=30.1),
            named("School St", "Main St", lat=30.2),
            named("Main St", "School St", area="Northside", lat=30.3),
        ]
    )
    assert len(both) == 2
    areas = {place.area: place.lat for place, _, _ in both.find("Main St", "School St", 9)}
    assert areas == {"Downtown": 30.1, "Northside": 30.3}, "of the two the first that is listed"


def test_a_landmark_without_a_second_street_meets_itself() -> None:
    town = Crossings([Named("Rotary", 30.4, -89.1, "")])
    assert found(town, "rotary", "rotary") == ["Rotary"]
