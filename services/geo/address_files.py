"""Reads a city's own address files, CSV or GeoJSON, whatever their columns are called."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from services.errors import Expected, Invalid, NotFound, Unreadable

LARGEST = 2**30
"""Bytes of a file once unpacked; a larger one is refused."""
_USUAL = {
    "number": "number house_number housenumber addr:housenumber street_number st_number st_num addr_num add_number "
    "addno addno_full address_number hse_nbr house_no houseno stnum num",
    "street": "street street_name streetname st_name addr:street full_street_name fullname full_name streetnam "
    "road road_name stname street_full_name strname",
    "before": "st_predir predir pre_dir street_predir prefix_direction street_direction st_dir pre_direction",
    "kind": "st_postyp st_postype postype posttype street_suffix street_type st_type suffix_type sttype strtype",
    "after": "st_posdir postdir post_dir sufdir suf_dir suffix_direction post_direction",
    "address": "address full_address fulladdress full_addr fulladdr addr_full addrfull address1 street_address "
    "location_street_name mailing_address site_address addr",
    "name": "name landmark place_name placename title intersection crossing common_name",
    "one": "street1 street_1 on_street first_street",
    "other": "street2 street_2 cross_street crossing_street second_street",
    "lat": "lat latitude y y_lat point_y ycoord y_coord lat_dd",
    "lon": "lon lng long longitude x x_lon point_x xcoord x_coord lon_dd",
    "zipcode": "zip zipcode zip_code zip5 postcode postal_code addr:postcode location_zipcode post_code",
    "area": "neighbourhood neighborhood area quarter borough community district addr:suburb suburb ward "
    "placename_area town city addr:city municipality",
}
"""What a city may call each of our columns, the likeliest first; case, blanks and underscores do not matter."""
_LEADING = re.compile(r"\s*(\d+[A-Za-z]?(?:\s*-\s*\d+[A-Za-z]?)?(?:\s+1/2)?)\s+(\S.*)")
_CROSSED = re.compile(r"\S\s+(?:&|/|@)\s+\S")


class Address(NamedTuple):
    """One address as the file has it; "" for a number that is not known."""

    number: str
    street: str
    lat: float
    lon: float
    zipcode: str
    area: str


class Named(NamedTuple):
    """A landmark, or a crossing ("A St & B St")."""

    name: str
    lat: float
    lon: float
    area: str


@dataclass
class Places:
    """What address files hold."""

    addresses: list[Address] = field(default_factory=list)
    crossings: list[Named] = field(default_factory=list)
    landmarks: list[Named] = field(default_factory=list)
    left_out: int = 0
    """Rows without a name or a usable place."""

    def __len__(self) -> int:
        return len(self.addresses) + len(self.crossings) + len(self.landmarks)


def read(file: Path) -> Places:
    """The addresses, crossings and landmarks of a .csv, .geojson or .json file, gzipped or not.

    Raises NotFound; Unreadable; Invalid, naming the columns that were found.
    """
    text = _text(file)
    start = text.lstrip()[:1]
    head, rows = _geojson(file, text) if start == "{" else _csv(file, text)
    columns = _columns(head)
    _check(file, head, columns)
    found = Places()
    for row in rows:
        _take(row, columns, found)
    if 2 * sum(bool(_CROSSED.search(place.name)) for place in found.landmarks) > len(found.landmarks):
        found.crossings, found.landmarks = found.landmarks, []
    if not len(found):
        raise _in_degrees(file) if found.left_out else Invalid(f"{file.name} holds no rows.", "Export it again.")
    return found


def _text(file: Path) -> str:
    try:
        with file.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(file, "rb") if zipped else file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFound(f"There is no address file {file}.", "Check [map] addresses in config.toml.") from None
    except (OSError, EOFError) as problem:
        said = getattr(problem, "strerror", None) or "it is damaged"
        raise Unreadable(f"{file.name} cannot be read: {said}.", "Copy it again, or mend its permissions.") from problem
    if len(data) > LARGEST:
        raise Unreadable(f"{file.name} is larger than {LARGEST // 2**20} MB.", "Export the columns that are needed.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{file.name} is not UTF-8 text.", "Export it as UTF-8.") from None


def _csv(file: Path, text: str) -> tuple[list[str], Iterator[list[str]]]:
    first = text.partition("\n")[0]
    mark = max(",;\t|", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        head = next(rows, [])
    except csv.Error as problem:
        raise _no_table(file) from problem
    return head, _rest(file, rows)


def _rest(file: Path, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as problem:
        raise _no_table(file) from problem


def _no_table(file: Path) -> Expected:
    return Invalid(f"{file.name} is neither a CSV table nor GeoJSON.", "Export it as CSV with a first line of names.")


def _geojson(file: Path, text: str) -> tuple[list[str], Iterator[list[str]]]:
    """Features as rows; a collection, or one feature on each line. Points as they are, of other shapes the middle."""
    try:
        whole = json.loads(text) if '"FeatureCollection"' in text[:2000] else None
        features = whole["features"] if whole else [json.loads(line) for line in text.splitlines() if line.strip()]
        said = [feature["properties"] or {} for feature in features]
        head = list(dict.fromkeys(key for row in said[:1000] for key in row))
        places = [_middle((feature["geometry"] or {}).get("coordinates")) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise Invalid(
            f"{file.name} is no GeoJSON that can be used.", "Export it as GeoJSON or CSV, in degrees."
        ) from problem
    rows = ([*(_word(row.get(key)) for key in head), *place] for row, place in zip(said, places, strict=True))
    return [*(f"{key} (property)" if _plain(key) in {"lat", "lon"} else key for key in head), "lat", "lon"], rows


def _word(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _middle(coordinates: object) -> tuple[str, str]:
    """Latitude and longitude of a point, or of the middle of what a shape's first ring reaches."""
    while isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        if isinstance(coordinates[0][0] if coordinates[0] else None, int | float):
            xs, ys = [p[0] for p in coordinates], [p[1] for p in coordinates]
            return str((min(ys) + max(ys)) / 2), str((min(xs) + max(xs)) / 2)
        coordinates = coordinates[0]
    if isinstance(coordinates, list) and len(coordinates) > 1:
        return str(coordinates[1]), str(coordinates[0])
    return "", ""


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip().casefold())


def _columns(head: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands."""
    plain = [_plain(name) for name in head]
    found = {}
    for ours, usual in _USUAL.items():
        at = next((plain.index(name) for name in usual.split() if name in plain), None)
        if at is not None:
            found[ours] = at
    return found


def _check(file: Path, head: Sequence[str], columns: dict[str, int]) -> None:
    has_place = {"lat", "lon"} <= columns.keys()
    has_name = bool({"street", "address", "name"} & columns.keys()) or {"one", "other"} <= columns.keys()
    if has_place and has_name:
        return
    lacks = "latitude and longitude" if not has_place else "a street, an address or a name"
    seen = ", ".join(f"“{name[:40]}”" for name in head[:20]) or "none"
    raise Invalid(
        f"{file.name} has no column for {lacks}; its columns are {seen}.",
        "Name them number, street, lat, lon (and zip, neighbourhood), or name, lat, lon.",
    )


def _in_degrees(file: Path) -> Expected:
    return Invalid(
        f"No row of {file.name} has a name and a place in degrees.",
        "Export latitude and longitude in degrees (WGS 84).",
    )


def _take(row: Sequence[str], columns: dict[str, int], found: Places) -> None:
    """Put a row where it belongs, or count it as left out."""

    def said(name: str) -> str:
        at = columns.get(name, -1)
        return " ".join(row[at].split()) if 0 <= at < len(row) else ""

    place = _degrees(said("lat"), said("lon"))
    number, street, name = said("number"), said("street"), said("name")
    if street:
        street = " ".join(filter(None, (said("before"), street, said("kind"), said("after"))))
    elif "street" not in columns and not name:
        number, street = _apart(number, said("address"))
    if not name and said("one") and said("other"):
        name = f"{said('one')} & {said('other')}"
    if place is None or not (street or name):
        found.left_out += 1
    elif street:
        found.addresses.append(Address("" if number == "0" else number, street, *place, said("zipcode"), said("area")))
    else:
        found.landmarks.append(Named(name, *place, said("area")))


def _apart(number: str, address: str) -> tuple[str, str]:
    """House number and street of a whole address in one column: what follows a comma is town and state."""
    match = None if number else _LEADING.fullmatch(address.partition(",")[0])
    return (match[1], match[2]) if match else (number, address.partition(",")[0].strip())


def _degrees(lat: str, lon: str) -> tuple[float, float] | None:
    try:
        place = float(lat.replace(",", ".")), float(lon.replace(",", "."))
    except ValueError:
        return None
    usable = all(map(math.isfinite, place)) and abs(place[0]) <= 90 and abs(place[1]) <= 180 and place != (0.0, 0.0)
    return place if usable else None


def merged(files: Iterable[Path]) -> Places:
    """What several files hold together. Raises like `read`."""
    found = Places()
    for file in files:
        more = read(file)
        found.addresses += more.addresses
        found.crossings += more.crossings
        found.landmarks += more.landmarks
        found.left_out += more.left_out
    return found
