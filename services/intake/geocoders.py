"""What each kind of online geocoder is asked, and how its answer reads: Nominatim, Photon, ArcGIS, the US Census."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from services.geo.places import Found

Extent = tuple[float, float, float, float]
"""West, south, east and north in degrees."""
Params = list[tuple[str, str]]
MOST = 5
_SCORE = 0.6
"""Of a place whose geocoder says no score."""


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of geocoder. The extent is a wish, no limit, so that it is seen when a place lies outside the city."""

    path: str
    ask: Callable[[str, Extent | None], Params]
    read: Callable[[bytes], list[Found]]
    """Raises msgspec.MsgspecError or ValueError for what is no answer."""
    key_name: str
    pause: float = 0.0
    """Seconds between two calls."""


class _OsmAddress(msgspec.Struct):
    house_number: str = ""
    road: str = ""
    postcode: str = ""
    suburb: str = ""
    neighbourhood: str = ""
    city_district: str = ""


class _OsmPlace(msgspec.Struct):
    lat: str
    lon: str
    display_name: str
    importance: float | None = None
    address: _OsmAddress = msgspec.field(default_factory=_OsmAddress)


def _ask_nominatim(text: str, extent: Extent | None) -> Params:
    box = [("viewbox", ",".join(f"{edge:.5f}" for edge in extent))] if extent else []
    return [("q", text), ("format", "jsonv2"), ("addressdetails", "1"), ("limit", str(MOST)), *box]


def _read_nominatim(body: bytes) -> list[Found]:
    found = []
    for place in msgspec.json.decode(body, type=list[_OsmPlace]):
        said = place.address
        label = f"{said.house_number} {said.road}".strip() or ", ".join(place.display_name.split(", ")[:2])
        kind = "address" if said.house_number else "street" if said.road else "landmark"
        area = said.neighbourhood or said.suburb or said.city_district
        found.append(_found(label, float(place.lat), float(place.lon), kind, place.importance, said.postcode, area))
    return found


class _PhotonPoint(msgspec.Struct):
    coordinates: tuple[float, float]


class _PhotonWords(msgspec.Struct):
    name: str = ""
    housenumber: str = ""
    street: str = ""
    postcode: str = ""
    district: str = ""
    city: str = ""
    osm_key: str = ""


class _PhotonFeature(msgspec.Struct):
    geometry: _PhotonPoint
    properties: _PhotonWords


class _PhotonAnswer(msgspec.Struct):
    features: list[_PhotonFeature]


def _ask_photon(text: str, extent: Extent | None) -> Params:
    near = _middle(extent)
    return [("q", text), ("limit", str(MOST)), *([("lat", near[0]), ("lon", near[1])] if near else [])]


def _read_photon(body: bytes) -> list[Found]:
    found = []
    for feature in msgspec.json.decode(body, type=_PhotonAnswer).features:
        said, (lon, lat) = feature.properties, feature.geometry.coordinates
        address = f"{said.housenumber} {said.street}".strip() if said.housenumber else ""
        kind = "address" if address else "street" if said.osm_key == "highway" else "landmark"
        label = said.name or address or said.street
        found.append(_found(label, lat, lon, kind, None, said.postcode, said.district or said.city))
    return found


class _ArcgisPoint(msgspec.Struct):
    x: float
    y: float


class _ArcgisCandidate(msgspec.Struct):
    address: str
    location: _ArcgisPoint
    score: float = 100 * _SCORE


class _ArcgisAnswer(msgspec.Struct):
    candidates: list[_ArcgisCandidate]


def _ask_arcgis(text: str, extent: Extent | None) -> Params:
    near = _middle(extent)
    wish = [("location", f"{near[1]},{near[0]}")] if near else []
    return [("SingleLine", text), ("f", "json"), ("outSR", "4326"), ("maxLocations", str(MOST)), *wish]


def _read_arcgis(body: bytes) -> list[Found]:
    return [
        _found(c.address.split(", ")[0], c.location.y, c.location.x, _kind(c.address), c.score / 100)
        for c in msgspec.json.decode(body, type=_ArcgisAnswer).candidates
    ]


class _CensusParts(msgspec.Struct):
    zip: str = ""


class _CensusMatch(msgspec.Struct, rename="camel"):
    matched_address: str
    coordinates: _ArcgisPoint
    address_components: _CensusParts = msgspec.field(default_factory=_CensusParts)


class _CensusResult(msgspec.Struct, rename="camel"):
    address_matches: list[_CensusMatch]


class _CensusAnswer(msgspec.Struct):
    result: _CensusResult


def _ask_census(text: str, _: Extent | None) -> Params:
    return [("address", text), ("benchmark", "Public_AR_Current"), ("format", "json")]


def _read_census(body: bytes) -> list[Found]:
    return [
        _found(
            string.capwords(match.matched_address.split(", ")[0]),
            match.coordinates.y,
            match.coordinates.x,
            "address",
            None,
            match.address_components.zip,
        )
        for match in msgspec.json.decode(body, type=_CensusAnswer).result.address_matches[:MOST]
    ]


def _middle(extent: Extent | None) -> tuple[str, str] | None:
    """Latitude and longitude of the middle of the city."""
    return (f"{(extent[1] + extent[3]) / 2:.5f}", f"{(extent[0] + extent[2]) / 2:.5f}") if extent else None


def _kind(address: str) -> str:
    return "address" if address[:1].isdigit() else "crossing" if " & " in address else "street"


def _found(
    label: str, lat: float, lon: float, kind: str, score: float | None, zipcode: str = "", area: str = ""
) -> Found:
    """A place as the answer says it. Raises ValueError for one that is nowhere on earth, or has no name."""
    if not label or not (abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError("no name, or no place in degrees")
    worth = _SCORE if score is None else min(max(score, 0.0), 1.0)
    return Found(label, lat, lon, kind, "", worth, zipcode, area)


SERVICES = {
    "nominatim": Service("search", _ask_nominatim, _read_nominatim, "key", pause=1.0),
    "photon": Service("api", _ask_photon, _read_photon, "key", pause=1.0),
    "arcgis": Service("findAddressCandidates", _ask_arcgis, _read_arcgis, "token"),
    "census": Service("locations/onelineaddress", _ask_census, _read_census, "key", pause=1.0),
}
"""By the name that [geocoder] kind has for it."""
