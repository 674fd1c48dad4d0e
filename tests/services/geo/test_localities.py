"""An address in another town is noticed, and none of the city's own 53,606 is taken for one."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.localities import Elsewhere, Localities
from tests.services.geo.town import boston, boston_book

NEIGHBOURS = (
    "Brookline", "Cambridge", "Chelsea", "Dedham", "Everett", "Milton", "Needham", "Newton", "Quincy", "Revere",
    "Somerville", "Watertown", "Winthrop", "North Quincy",
)  # fmt: skip
OWN = (
    "{n} {s}", "{n} {s}, {a}", "{n} {s}, {a}, Boston, MA {z}", "{n} {s}, Boston", "{n} {s}, boston, ma",
    "{n} {s}, MA {z}", "{n} {s}, {z}", "{n} {s} {a}", "{n} {s} Boston MA {z}", "{n} {s} {a} MA",
    "{n} {s}, Boston, Massachusetts {z}-1234, USA", "{n} {s} Apt 3, {a}",
)  # fmt: skip
"""How people write an address of the city itself."""
OTHER = ("{n} {s}, {town}", "{n} {s}, {town}, MA", "{n} {s}, {town} MA 02139", "{n} {s}, apt 2, {town}")


@cache
def city(*neighbours: str) -> Localities:
    return Localities([*boston_book().areas(), "City of Boston"], neighbours, boston_book().knows)


@pytest.mark.parametrize("form", OWN)
def test_none_of_the_citys_own_addresses_is_elsewhere(form: str) -> None:
    """The second form with every address, the others with one number of each street in each area and zip code."""
    towns = city(*NEIGHBOURS)
    streets = {(r.street, r.area, r.zipcode): r for r in boston().addresses}
    rows = boston().addresses if form == OWN[1] else streets.values()
    typed = (form.format(n=r.number, s=r.street, a=r.area, z=r.zipcode) for r in rows)
    assert [text for text in typed if towns.elsewhere(text)] == []


@pytest.mark.parametrize("form", OTHER)
def test_each_neighbour_is_noticed_behind_every_street(form: str) -> None:
    towns = city(*NEIGHBOURS)
    streets = sorted({row.street for row in boston().addresses})
    for i, street in enumerate(streets):
        town = NEIGHBOURS[i % len(NEIGHBOURS)]
        for written in (town, town.upper()):
            found = towns.elsewhere(form.format(n=i + 1, s=street, town=written))
            assert found == Elsewhere(town, listed=True), (street, town)


def test_none_of_the_citys_crossings_and_landmarks_is_elsewhere() -> None:
    towns = city(*NEIGHBOURS)
    places = [*boston().crossings, *boston().landmarks]
    named = (text for p in places for text in (p.name, f"{p.name}, {p.area}", f"{p.name}, Boston, MA"))
    assert [text for text in named if "," not in text.split(", ")[0] and towns.elsewhere(text)] == []


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("12 main st cambridge", "Cambridge"),
        ("12 main cambridge ma", "Cambridge"),
        ("12 Main St Cambridge MA 02139", "Cambridge"),
        ("corner of Main St and Elm St, Quincy", "Quincy"),
        ("9 hancock st north quincy", "North Quincy"),
        ("12 cambridge", ""),
        ("12 cambridge ma", ""),
        ("12 W Newton", ""),
        ("12 west newton st", ""),
        ("88 milton ave dorchester", ""),
        ("main st & cambridge", ""),
        ("Beacon St, Cambridge St", ""),
        ("12 st milton", ""),
        ("42.3601, -71.0589", ""),
        ("", ""),
        (" , ,", ""),
    ],
)
def test_a_neighbour_counts_behind_a_street_and_not_where_it_is_one(typed: str, town: str) -> None:
    assert city(*NEIGHBOURS).elsewhere(typed) == (Elsewhere(town, listed=True) if town else None)


@pytest.mark.parametrize(
    "tail",
    ["rear", "apt 3", "2nd floor", "behind the bank", "southie", "jp", "Dorchestr", "dor", "Franklin Park",
     "Codman Square", "next to Dunkin", "in front", "ward 6", "02127", "near Uphams Corner", "MA", "x"],
)  # fmt: skip
def test_what_else_stands_behind_a_comma_is_no_town(tail: str) -> None:
    assert city(*NEIGHBOURS).elsewhere(f"12 Main St, {tail}") is None


def test_a_name_that_nobody_listed_is_noticed_behind_a_comma_only() -> None:
    towns = city(*NEIGHBOURS)
    assert towns.elsewhere("12 Main St, Lynnfield") == Elsewhere("Lynnfield", listed=False)
    assert towns.elsewhere("12 Main St, Woburn, MA 01801") == Elsewhere("Woburn", listed=False)
    assert towns.elsewhere("12 Main St Lynnfield") is None
    assert city().elsewhere("12 Main St, Cambridge") == Elsewhere("Cambridge", listed=False)


def test_a_neighbour_that_is_still_being_typed_is_waited_for() -> None:
    towns = city(*NEIGHBOURS)
    begun = [towns.elsewhere("12 Main St, Cambridge"[:end]) for end in range(10, 21)]
    assert set(begun) == {None}
    assert towns.elsewhere("12 Main St, Cambridge") == Elsewhere("Cambridge", listed=True)


def test_a_part_of_the_city_is_no_neighbour_whoever_lists_it() -> None:
    assert city("Dorchester", "Cambridge").elsewhere("12 Main St, Dorchester") is None


@given(st.text(max_size=60))
def test_any_text_can_be_typed(typed: str) -> None:
    found = city(*NEIGHBOURS).elsewhere(typed)
    assert found is None or found.name
