"""Makes addresses, crossings and landmarks from the city's raw map files: python -m resources.boston.build_places."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Point, shape

from resources.boston.build import RAW, zipped

HERE = Path(__file__).parent
PLACES = 5
"""Digits of a degree that are kept: about a metre."""
_HALF = re.compile(r"(1/2) (?=\w)")
_LETTER = re.compile(r"([A-DF-MO-RT-VX-Za-z]) (?=\w+ \w)")
"""A letter that belongs to the number before the street ("1", "A Acorn St"), and is no direction."""
_CODE = re.compile(r"[A-Z]-\d+ ")
_PART = re.compile(r"\s+I{1,3}$")
"""The city numbers the parts of a park that roads cross; to a caller they are one."""
Row = tuple[str, ...]


class Neighbourhoods:
    """Names the neighbourhood that a point lies in, by the shipped polygons."""

    def __init__(self) -> None:
        found = _features(HERE / "map" / "neighborhoods.geojson.gz")
        self._names = [feature["properties"]["name"] for feature in found]
        self._tree = shapely.STRtree([shape(feature["geometry"]) for feature in found])

    def at(self, lat: float, lon: float, otherwise: str = "") -> str:
        """The name, or `otherwise` beyond them all."""
        hits = sorted(self._tree.query(Point(lon, lat), predicate="intersects").tolist())
        return str(self._names[hits[0]]) if hits else otherwise


def addresses(raw: Iterable[dict[str, str]], areas: Neighbourhoods) -> list[Row]:
    """Number, street, zip, lat, lon, neighbourhood, by street and number; "" for a number that the city wrote as 0."""
    rows, found = list(raw), set()
    known = {row["street"] for row in rows}
    for row in rows:
        number, street = row["number"].replace(" ", ""), " ".join(row["street"].split())
        half, letter = _HALF.match(street), _LETTER.match(street)
        if half:
            number, street = f"{number} {half[1]}", street[half.end() :]
        elif letter and street[letter.end() :] in known:
            number, street = f"{number}{letter[1].upper()}", street[letter.end() :]
        if not _CODE.match(street):
            place = _place(row, areas, row["neighborhood"].partition(" / ")[0])
            found.add(("" if number == "0" else number, street, row["location_zipcode"], *place))
    return sorted(found, key=lambda r: (r[1], int(re.sub(r"\D.*", "", r[0]) or 0), r))


def crossings(raw: Iterable[dict[str, str]], areas: Neighbourhoods) -> list[Row]:
    """Name ("A St & B St"), lat, lon, neighbourhood."""
    return sorted({(row["name"], *_place(row, areas, row["neighborhood"].partition(" / ")[0])) for row in raw})


def landmarks(parks: Sequence[Any], libraries: Sequence[Any], areas: Neighbourhoods) -> list[Row]:
    """Name, lat, lon, neighbourhood of parks (the largest part of each) and public libraries."""
    largest: dict[tuple[str, str], tuple[float, Row]] = {}
    for feature in parks:
        whole = shape(feature["geometry"]).buffer(0)
        name = _PART.sub("", " ".join(feature["properties"]["name"].replace('"', "'").split()))
        if not name or whole.is_empty:
            continue
        spot = whole.representative_point()
        row = (name, *_spot(spot.y, spot.x, areas))
        kept = largest.get((name, row[3]))
        if kept is None or whole.area > kept[0]:
            largest[name, row[3]] = whole.area, row
    found = [row for _, row in largest.values()]
    for feature in libraries:
        lon, lat = feature["geometry"]["coordinates"]
        branch = " ".join(feature["properties"]["BRANCH"].split())
        name = "Central Library" if branch == "Central" else f"{branch} Branch Library"
        found.append((name, *_spot(lat, lon, areas)))
    return sorted(found)


def _place(row: dict[str, str], areas: Neighbourhoods, otherwise: str) -> tuple[str, str, str]:
    return _spot(float(row["lat"]), float(row["lon"]), areas, otherwise)


def _spot(lat: float, lon: float, areas: Neighbourhoods, otherwise: str = "") -> tuple[str, str, str]:
    return _degrees(lat), _degrees(lon), areas.at(lat, lon, otherwise)


def _degrees(value: float) -> str:
    return f"{value:.{PLACES}f}".rstrip("0")


def _features(file: Path) -> list[Any]:
    found: list[Any] = json.loads(gzip.decompress(file.read_bytes()))["features"]
    return found


def _rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def main() -> None:
    """Read the folder of map files that was named and write the three files beside this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=RAW / "map")
    folder: Path = parser.parse_args().folder
    areas = Neighbourhoods()
    place = ("lat", "lon", "neighbourhood")
    parks, libraries = (_features(folder / f"{name}.geojson.gz") for name in ("open_space_parks", "public_libraries"))
    for name, head, rows in (
        (
            "addresses",
            ("number", "street", "zip", *place),
            addresses(_rows(folder / "address_points_from_requests.csv.gz"), areas),
        ),
        ("crossings", ("name", *place), crossings(_rows(folder / "intersections_from_requests.csv.gz"), areas)),
        ("landmarks", ("name", *place), landmarks(parks, libraries, areas)),
    ):
        (HERE / f"{name}.csv.gz").write_bytes(zipped(head, rows))


if __name__ == "__main__":
    main()
