"""What ships of the demo city's places is what its build makes of rows like the city's, and holds nothing else."""

from __future__ import annotations

import csv
import gzip
from importlib.resources import files

import pytest
from shapely.geometry import box, mapping

from resources.boston import build_places
from resources.boston.build_places import Neighbourhoods

AREAS = Neighbourhoods()


def raw(number: str, street: str) -> dict[str, str]:
    return {
        "number": number,
        "street": street,
        "location_zipcode": "02127",
        "lat": "42.33410001",
        "lon": "-71.0362",
        "neighborhood": "South Boston / South Boston Waterfront",
        "ward": "Ward 6",
        "requests": "3",
    }


@pytest.mark.parametrize(
    ("number", "street", "becomes"),
    [
        ("610", "E  Fifth St", ("610", "E Fifth St")),
        ("0", "E Fifth St", ("", "E Fifth St")),
        ("5", "1/2 Garden St", ("5 1/2", "Garden St")),
        ("1", "a Acorn St", ("1A", "Acorn St")),
        ("1", "A St", ("1", "A St")),
        ("8", "H Street Pl", ("8", "H Street Pl")),
        ("999 -1001", "Acorn St", ("999-1001", "Acorn St")),
    ],
)
def test_numbers_and_streets_are_parted(number: str, street: str, becomes: tuple[str, str]) -> None:
    rows = build_places.addresses([raw(number, street), raw("2", "Acorn St")], AREAS)
    assert (*becomes, "02127", "42.3341", "-71.0362", "South Boston") in rows


def test_an_odd_code_is_no_street() -> None:
    assert build_places.addresses([raw("2", "X-47 Fulda St")], AREAS) == []


def test_the_parts_of_a_park_are_one_at_the_largest() -> None:
    def part(name: str, size: float) -> dict[str, object]:
        return {"properties": {"name": name}, "geometry": mapping(box(-71.04, 42.33, -71.04 + size, 42.33 + size))}

    library = {"properties": {"BRANCH": "South  Boston"}, "geometry": {"coordinates": [-71.0387, 42.3358]}}
    rows = build_places.landmarks([part("M Park I", 0.001), part("M Park II", 0.002), part(" ", 1)], [library], AREAS)
    assert rows == [("M Park", "42.331", "-71.039", "South Boston"), ("South Boston Branch Library", *rows[1][1:])]


def test_beyond_every_neighbourhood_the_city_s_own_word_stands() -> None:
    assert AREAS.at(42.0, -70.0, "Boston") == "Boston"
    assert AREAS.at(42.3341, -71.0362) == "South Boston"


@pytest.mark.parametrize(
    ("name", "head", "count"),
    [
        ("addresses", ["number", "street", "zip", "lat", "lon", "neighbourhood"], 53_604),
        ("crossings", ["name", "lat", "lon", "neighbourhood"], 7_226),
        ("landmarks", ["name", "lat", "lon", "neighbourhood"], 959),
    ],
)
def test_what_ships(name: str, head: list[str], count: int) -> None:
    packed = (files("resources") / "boston" / f"{name}.csv.gz").read_bytes()
    rows = list(csv.reader(gzip.decompress(packed).decode().splitlines()))
    assert (rows[0], len(rows) - 1) == (head, count)
