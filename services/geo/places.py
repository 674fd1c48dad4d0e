"""The places a city knows: addresses, streets, crossings and landmarks, found as one types or by a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.geo import address_files, street_names, typed_place
from services.geo.address_files import Address, Named, Places
from services.geo.crossings import Crossings
from services.geo.house_numbers import BEYOND, HouseNumbers, Spot
from services.geo.name_index import SURE, Hits, NameIndex
from services.geo.typed_place import HouseNumber, Words

Floats = NDArray[np.float64]
Locate = Callable[[Sequence[tuple[float, float]]], list[str]]
"""Names the areas at points in degrees (`services.geo.areas.locator`)."""
METRES = 111_195.0
"""Of one degree of latitude."""
NEAR = 300.0
"""Metres within which a point is said to be near an address."""
_LEAST, _GOOD = 0.5, 0.75
"""A name that fits less is not shown; one that fits better is a street of a crossing."""
_BESIDE = 0.72
"""What is worth less than this share of the best is not shown beside it."""
_TALK = 3
"""Words behind an address that may be town, state or talk."""
_LOOKED_AT = 40
"""Streets whose house numbers are looked at for one typed text."""
_OTHER_ZIP = 0.9
_MEET, _UNLISTED, _PAIRED = 120.0, 0.9, 6
"""Metres within which two streets meet, what such a crossing is worth, and how many streets are tried for each name."""
_FAR = 2.0
"""Degrees; a point beyond is in another city, or was written the wrong way round."""
_MANY = 0.002
"""What a street gains for each doubling of its addresses, where else nothing tells two apart."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place that fits what was typed or clicked."""

    label: str
    lat: float
    lon: float
    kind: str
    """address, street, crossing, landmark or point."""
    note: str
    """Why it is shown, in words."""
    score: float
    """From 0 to 1."""
    zipcode: str = ""
    area: str = ""


class AddressBook:
    """Everything of `places`; `locate` names the areas of what is found, else the file's own area does."""

    def __init__(self, places: Places, locate: Locate | None = None) -> None:
        self.left_out = places.left_out
        """Rows of the files that held no place."""
        self.addresses = len(places.addresses)
        self._locate = locate
        numbers = [typed_place.house_number(address.number) for address in places.addresses]
        order = sorted(range(self.addresses), key=lambda row: _by_street(places.addresses[row], numbers[row]))
        self._rows = [places.addresses[row] for row in order]
        self._lat, self._lon = _degrees(self._rows)
        self._numbers = HouseNumbers([numbers[row] for row in order], self._lat, self._lon)
        self._start, names, areas = _stretches(self._rows)
        self._index = NameIndex(names, areas)
        self._size = np.diff(self._start)
        self._crossed = Crossings(places.crossings)
        self._landmarks = places.landmarks
        self._known = NameIndex([mark.name for mark in places.landmarks], [mark.area for mark in places.landmarks])

    def __len__(self) -> int:
        return self.addresses + len(self._crossed) + len(self._landmarks)

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north in degrees of all addresses; None without any."""
        if not self.addresses:
            return None
        return (float(self._lon.min()), float(self._lat.min()), float(self._lon.max()), float(self._lat.max()))

    def areas(self) -> set[str]:
        """The names of the parts of the city that the files give."""
        return {row.area for row in self._rows} | {mark.area for mark in self._landmarks}

    def knows(self, name: str) -> bool:
        """Whether a landmark is called so, or a street, where the name says what kind of street it is."""
        words = typed_place.words(name)
        known = [self._known, self._index] if any(map(street_names.is_kind, words.everything)) else [self._known]
        return any(float(index.find(words.everything)[0].fit.max(initial=0)) >= _GOOD for index in known)

    def complete(self, typed: str, most: int = 5) -> list[Found]:
        """The places that a text as typed so far may mean, the likeliest first. Never raises."""
        spot = typed_place.point(typed)
        if spot is not None:
            return self._named([self._point(*self._turned(*spot))])
        words = typed_place.words(typed)
        found = [*self._streets(words, most), *self._marks(words, most)]
        sides = typed_place.crossing(typed)
        if sides is not None:
            met = [_crossing(*hit, typed) for hit in self._crossed.find(*sides, most)]
            found = met or self._meeting(*sides) or found
        found.sort(key=lambda place: -place.score)
        kept = [place for place in _distinct(found) if place.score >= _BESIDE * found[0].score]
        return self._named([replace(place, score=min(1.0, place.score)) for place in kept[:most]])

    def nearest(self, lat: float, lon: float) -> tuple[Found, float] | None:
        """The address next to a point in degrees, and how many metres off; None without any, or for no point."""
        if not self.addresses or not (abs(lat) <= 90 and abs(lon) <= 180):
            return None
        metres = _metres(self._lat, self._lon, lat, lon)
        row = int(np.argmin(metres))
        away = float(metres[row])
        (found,) = self._named([self._address(row, "the nearest address of the address file", 1.0)])
        return found, away

    def _streets(self, typed: Words, most: int) -> list[Found]:
        found = self._on_streets(typed, most)
        if typed.number is not None and not typed.everything[0][0].isdigit():
            found += self._on_streets(Words(typed.everything), most)
        return found

    def _on_streets(self, typed: Words, most: int) -> list[Found]:
        """By number too, so that of the streets of one name the one that has it comes first."""
        hits, left_out = self._index.find(typed.words, talk=_TALK)
        text = " ".join(typed.words[: len(typed.words) - left_out])
        best = _best(hits.fit + _MANY * np.log2(self._size + 1), _LOOKED_AT)
        found = [self._on_street(row, typed, hits, text) for row in best if hits.fit[row] >= _LEAST]
        reached = {place.label for place, reaches in found if reaches}
        kept = [place for place, reaches in found if reaches or place.label not in reached]
        return sorted(kept, key=lambda place: -place.score)[:most]

    def _on_street(self, row: int, typed: Words, hits: Hits, text: str) -> tuple[Found, bool]:
        """A street or the number on it, and whether the street reaches that far."""
        first, last = int(self._start[row]), int(self._start[row + 1])
        score = float(hits.fit[row]) + _MANY * float(np.log2(last - first + 1))
        spelt = _likeness(float(hits.least[row]), text)
        if typed.number is None:
            found, reaches = self._middle(first, last, spelt or _counted(last - first), score), True
        else:
            spot = self._numbers.find(typed.number, first, last)
            found, reaches = self._numbered(typed.number, spot, spelt, score * spot.worth), spot.worth > BEYOND
        if typed.zipcode not in {"", found.zipcode}:
            found = replace(found, score=found.score * _OTHER_ZIP)
        return found, reaches

    def _numbered(self, number: HouseNumber, spot: Spot, spelt: str, score: float) -> Found:
        found = self._address(spot.row, "; ".join(filter(None, (spot.note, spelt))) or "address file", score)
        if not spot.note:
            return found
        label = f"{number} {self._rows[spot.row].street}"
        return replace(found, label=label, lat=spot.lat, lon=spot.lon, kind="address")

    def _middle(self, first: int, last: int, note: str, score: float) -> Found:
        lat, lon = self._lat[first:last], self._lon[first:last]
        row = first + int(np.argmin(_metres(lat, lon, float(np.median(lat)), float(np.median(lon)))))
        return replace(self._address(row, note, score), label=self._rows[row].street, kind="street", zipcode="")

    def _address(self, row: int, note: str, score: float) -> Found:
        number, street, lat, lon, zipcode, area = self._rows[row]
        return Found(
            f"{number} {street}".strip(), lat, lon, "address" if number else "street", note, score, zipcode, area
        )

    def _marks(self, typed: Words, most: int) -> list[Found]:
        talk = 0 if typed.number else len(typed.everything) // 2
        hits, left_out = self._known.find(typed.everything, talk=talk)
        text = " ".join(typed.everything[: len(typed.everything) - left_out])
        found = []
        for row in _best(hits.fit, most):
            if hits.fit[row] >= _LEAST:
                name, lat, lon, area = self._landmarks[row]
                note = _likeness(float(hits.least[row]), text) or "landmark"
                found.append(Found(name, lat, lon, "landmark", note, float(hits.fit[row]), area=area))
        return found

    def _meeting(self, one: str, other: str) -> list[Found]:
        """Where two streets come nearest by their addresses, for a crossing that the city does not list."""
        found = []
        for a in self._alike(one):
            for b in self._alike(other):
                lat, lon, apart = self._gap(a, b)
                if a != b and apart <= _MEET:
                    score = _UNLISTED * (1 - apart / _MEET / 4)
                    names = [self._rows[int(self._start[row])].street for row in (a, b)]
                    note = f"cross streets; no such crossing is listed, their addresses come within {apart:.0f} m here"
                    area = self._rows[int(self._start[a])].area
                    found.append(Found(" & ".join(names), lat, lon, "crossing", note, score, area=area))
        return sorted(found, key=lambda place: -place.score)[:1]

    def _alike(self, typed: str) -> list[int]:
        hits, _ = self._index.find(typed_place.words(typed).words, talk=_TALK)
        return [row for row in _best(hits.fit, _PAIRED) if hits.fit[row] >= _GOOD]

    def _gap(self, one: int, other: int) -> tuple[float, float, float]:
        """The middle between the nearest addresses of two streets, and metres between them."""
        a, b = (slice(int(self._start[row]), int(self._start[row + 1])) for row in (one, other))
        lat, lon = self._lat[a, None], self._lon[a, None]
        apart = _metres(lat, lon, self._lat[b], self._lon[b])
        row, column = np.unravel_index(int(np.argmin(apart)), apart.shape)
        middle = [float(side[a][row] + side[b][column]) / 2 for side in (self._lat, self._lon)]
        return middle[0], middle[1], float(apart[row, column])

    def _point(self, lat: float, lon: float) -> Found:
        near = self.nearest(lat, lon)
        note, area = "a point as it was given", ""
        if near is not None and near[1] <= NEAR:
            note, area = f"{near[1]:.0f} m from {near[0].label}", near[0].area
        return Found(f"{lat:.5f}, {lon:.5f}", lat, lon, "point", note, 1.0, area=area)

    def _turned(self, lat: float, lon: float) -> tuple[float, float]:
        """A point as it lies in this city when longitude was written first."""
        if not self.addresses or abs(lon) > 90:
            return lat, lon
        middle = float(np.median(self._lat)), float(np.median(self._lon))
        off = [abs(a - middle[0]) + abs(b - middle[1]) for a, b in ((lat, lon), (lon, lat))]
        return (lon, lat) if off[1] < _FAR < off[0] else (lat, lon)

    def _named(self, found: list[Found]) -> list[Found]:
        if self._locate is None or not found:
            return found
        areas = self._locate([(place.lat, place.lon) for place in found])
        return [replace(place, area=area or place.area) for place, area in zip(found, areas, strict=True)]


def load(files: Sequence[Path], locate: Locate | None = None) -> AddressBook:
    """The book of a city's address files. Raises NotFound, Unreadable, Invalid."""
    return AddressBook(address_files.merged(files), locate)


def _crossing(place: Named, score: float, least: float, typed: str) -> Found:
    note = "cross streets" if least >= SURE else f"cross streets, {_likeness(least, ' '.join(typed.split()))}"
    return Found(place.name, place.lat, place.lon, "crossing", note, score, area=place.area)


def _likeness(least: float, text: str) -> str:
    """What was forgiven, in words; "" for nothing."""
    return "" if least >= SURE else f"spelt like “{text}”" if least >= _LEAST else f"only partly “{text}”"


def _counted(addresses: int) -> str:
    return f"{addresses:,} addresses" if addresses > 1 else "1 address"


def _by_street(address: Address, number: HouseNumber | None) -> tuple[str, str, int, int, str]:
    low, high = (number.low, number.high) if number else (-1, -1)
    return address.street, address.area, low, high, address.number


def _degrees(rows: Sequence[Address]) -> tuple[Floats, Floats]:
    return np.array([row.lat for row in rows], np.float64), np.array([row.lon for row in rows], np.float64)


def _stretches(rows: Sequence[Address]) -> tuple[NDArray[np.int64], list[str], list[str]]:
    """Where each street of each area begins among the rows, and its end; their names and areas."""
    start = [
        i for i, row in enumerate(rows) if not i or (row.street, row.area) != (rows[i - 1].street, rows[i - 1].area)
    ]
    return np.array([*start, len(rows)], np.int64), [rows[i].street for i in start], [rows[i].area for i in start]


def _best(worth: Floats, most: int) -> list[int]:
    """The rows of the highest values, the highest first; equal ones by row."""
    if len(worth) > most:
        rows = np.flatnonzero(worth >= np.partition(worth, -most)[-most])
        return [int(row) for row in rows[np.argsort(-worth[rows], kind="stable")][:most]]
    return [int(row) for row in np.argsort(-worth, kind="stable")]


def _metres(lats: Floats, lons: Floats, lat: Floats | float, lon: Floats | float) -> Floats:
    """Metres on the ground, near enough within a city."""
    east = (lons - lon) * np.cos(np.radians(lat))
    return np.asarray(np.hypot(lats - lat, east) * METRES)


def _distinct(found: Sequence[Found]) -> list[Found]:
    seen: dict[tuple[str, str], Found] = {}
    for place in found:
        seen.setdefault((place.label.casefold(), place.area), place)
    return list(seen.values())
