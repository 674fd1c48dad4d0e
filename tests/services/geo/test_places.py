"""The address book: what is typed finds its place first, whatever was forgiven; nothing makes it fail."""

from __future__ import annotations

import random
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import NotFound
from services.geo.address_files import Address, Places
from services.geo.areas import locator
from services.geo.places import METRES, AddressBook, Found, load
from tests.services.geo.town import BOSTON, BOSTON_FILES, boston, boston_book, town

BOOK = town()


def first(typed: str) -> Found:
    return BOOK.complete(typed)[0]


@pytest.mark.parametrize(
    ("typed", "label", "note"),
    [
        ("610 e fif", "610-612 E Fifth St", "address file"),
        ("610 East 5th Street", "610-612 E Fifth St", "address file"),
        ("fifth east 606", "606 E Fifth St", "address file"),
        ("606 e fitfh st", "606 E Fifth St", "spelt like “e fitfh st”"),
        ("612 e fifth", "612 E Fifth St", "within 610-612 of the address file"),
        ("604 e fifth", "604 E Fifth St", "between 600 and 606; not in the address file"),
        ("12a galavan blvd", "12A Gallivan Blvd", "spelt like “galavan blvd”"),
        ("20 galivan", "20 Gallivan Blvd", "spelt like “galivan”"),
        ("20 gallivan st", "20 Gallivan Blvd", "only partly “gallivan st”"),
        ("88 bluehill ave", "88 Blue Hill Ave", "spelt like “bluehill ave”"),
        ("3 st james", "3 Saint James Pl", "address file"),
        ("1 south", "1 South St", "address file"),
        ("1 s walter", "1 S Walter St", "address file"),
        ("4 scool", "4 School St", "spelt like “scool”"),
        ("pier 4 blvd", "Pier 4 Blvd", "1 address"),
        ("606 e fifth st apt 3, gulfport ms 39501", "606 E Fifth St", "address file"),
        ("gallivan", "Gallivan Blvd", "3 addresses"),
        ("jones park", "Jones Park", "landmark"),
        ("orange grove lib", "Orange Grove Library", "landmark"),
        ("oragne grove library", "Orange Grove Library", "spelt like “oragne grove library”"),
    ],
)
def test_the_place_meant_comes_first(typed: str, label: str, note: str) -> None:
    found = first(typed)
    assert (found.label, found.note) == (label, note)


def test_streets_of_one_name_are_told_apart_by_number_area_and_zip_code() -> None:
    assert (first("14 main st").label, first("14 main st").area) == ("14 Main St", "Northside")
    assert first("16 main st").area == "Southside"
    assert {f.area for f in BOOK.complete("12 main")} == {"Northside", "Southside"}
    assert first("12 main st southside").area == "Southside"
    assert first("12 main st 39503").area == "Southside"
    assert first("12 main st 39502").zipcode == "39502"


def test_every_find_says_what_it_is() -> None:
    kinds = {
        typed: first(typed).kind for typed in ("606 e fifth", "e fifth", "jones park", "main & e fifth", "30.4, -89.1")
    }
    assert list(kinds.values()) == ["address", "street", "landmark", "crossing", "point"]


@pytest.mark.parametrize(
    "typed",
    ["corner of main and e fifth", "East Fifth St / Main", "main st & e fif", "mian at e fifth", "e fifth @ main st"],
)
def test_a_crossing_is_found_in_either_order_and_once(typed: str) -> None:
    found = BOOK.complete(typed)
    assert [f.label for f in found] == ["Main St & E Fifth St"]
    assert found[0].note.startswith("cross streets")


def test_a_crossing_that_is_not_listed_lies_where_the_addresses_come_nearest() -> None:
    meeting = AddressBook(
        Places(
            [
                Address("1", "Oak St", 30.4, -89.1, "", ""),
                Address("9", "Oak St", 30.4, -89.11, "", ""),
                Address("2", "Elm Ave", 30.4005, -89.1, "", ""),
                Address("8", "Elm Ave", 30.41, -89.1, "", ""),
            ]
        )
    )
    found = meeting.complete("oak & elm")[0]
    assert (found.label, found.kind, round(found.lat, 5), found.lon) == (
        "Oak St & Elm Ave",
        "crossing",
        30.40025,
        -89.1,
    )
    assert found.note == "cross streets; no such crossing is listed, their addresses come within 56 m here"
    assert not [f for f in meeting.complete("oak & zulu") if f.kind == "crossing"]


def test_a_pasted_point_is_itself_and_says_what_is_near() -> None:
    found = first("30.4001, -89.094")
    assert (found.lat, found.lon, found.label) == (30.4001, -89.094, "30.40010, -89.09400")
    assert (found.note, found.area) == ("11 m from 600 E Fifth St", "Downtown")
    assert first("-89.094 30.4001").label == "30.40010, -89.09400"
    assert first("51.5, -0.1").note == "a point as it was given"
    assert AddressBook(Places()).complete("51.5, -0.1")[0].note == "a point as it was given"


def test_what_is_not_there_is_not_found() -> None:
    for typed in ("", "   ", "610", "39501", "xyzzy", "!!!", "& &", "12 qqqqqq"):
        assert BOOK.complete(typed) == []
    assert AddressBook(Places()).complete("main st & e fifth") == []


def test_no_more_than_asked_for_and_the_best_first() -> None:
    found = BOOK.complete("12 main", 1)
    assert len(found) == 1
    scores = [f.score for f in BOOK.complete("610 fifth")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_nearest_is_the_address_next_to_a_click() -> None:
    near = BOOK.nearest(30.4001, -89.094)
    assert near is not None
    assert (near[0].label, round(near[1])) == ("600 E Fifth St", 11)
    assert BOOK.nearest(91, 0) is None
    assert BOOK.nearest(float("nan"), 0) is None
    assert AddressBook(Places()).nearest(30, -89) is None


def test_the_book_knows_its_size_and_bounds() -> None:
    assert (BOOK.addresses, len(BOOK)) == (25, 29)
    assert BOOK.bounds() == pytest.approx((-89.1, 30.36, -89.09386, 30.5))
    assert AddressBook(Places()).bounds() is None


def test_areas_are_those_of_the_polygons_where_there_are_some() -> None:
    book = load(
        BOSTON_FILES, locator([BOSTON / "map" / "wards.geojson.gz", BOSTON / "map" / "neighborhoods.geojson.gz"])
    )
    assert book.complete("610 e fifth")[0].area == "Ward 6, South Boston"
    near = book.nearest(42.3341, -71.0362)
    assert near is not None
    assert near[0].area == "Ward 6, South Boston"
    assert load(BOSTON_FILES[:1]).complete("610 e fifth")[0].area == "South Boston"


def test_a_missing_file_is_said() -> None:
    with pytest.raises(NotFound):
        load([BOSTON / "none.csv"])


def off(found: Found, address: Address) -> float:
    return max(abs(found.lat - address.lat), abs(found.lon - address.lon)) * METRES


@pytest.mark.parametrize(
    "address", random.Random(7).sample(boston().addresses, 400), ids=lambda a: f"{a.number} {a.street}"
)
def test_addresses_of_the_file_complete_to_themselves(address: Address) -> None:
    typed = f"{address.number} {address.street}"
    assert any(off(found, address) < (150 if address.number else 4_000) for found in boston_book().complete(typed, 20))


@pytest.mark.parametrize(
    "address", random.Random(8).sample(boston().addresses, 100), ids=lambda a: f"{a.number} {a.street}"
)
def test_the_point_of_an_address_is_its_own_or_that_of_a_nearer_one(address: Address) -> None:
    near = boston_book().nearest(address.lat, address.lon)
    assert near is not None
    assert near[1] < 0.01


TYPED = (
    "610 e east fifth 5th st street ave & and corner of / , . boston ma 02127 washington wash blue hill park "
    "42.33 -71.05 apt 3 # 12-14 1/2 o'brien saint mount"
)
WORDS = st.sampled_from(TYPED.split())


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
def test_whatever_is_typed_finds_places_or_nothing(typed: str) -> None:
    for found in boston_book().complete(typed):
        assert found.label
        assert found.note
        assert isfinite(found.lat)
        assert isfinite(found.lon)
        assert 0 < found.score <= 1
        assert found.kind in {"address", "street", "crossing", "landmark", "point"}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(boston().addresses), st.data())
def test_every_beginning_of_an_address_is_an_answer_or_none(address: Address, data: st.DataObject) -> None:
    typed = f"{address.number} {address.street}"
    for found in boston_book().complete(typed[: data.draw(st.integers(0, len(typed)))]):
        assert found.label
