"""The base layer of the map as numpy arrays: land, water, parks, borders, streets and the names on them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid, NotFound
from services.geo.areas import read_features
from services.geo.projection import forward

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LAYERS = ("land", "water", "park", "border")


@dataclass(frozen=True)
class Lines:
    """Lines one behind the other: line i has the points xy[start[i]:start[i+1]], in web-mercator metres."""

    xy: Floats
    start: Ints
    bounds: Floats
    """West, south, east, north of each line, shape (n, 4)."""

    def __len__(self) -> int:
        return len(self.start) - 1

    def within(self, west: float, south: float, east: float, north: float) -> Ints:
        """The numbers of the lines whose bounds touch a box, in order."""
        b = self.bounds
        touch = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
        return np.flatnonzero(touch)

    def points(self, numbers: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """The points of some lines, and for each point whether it is joined to the next."""
        sizes = self.start[numbers + 1] - self.start[numbers]
        total = int(sizes.sum())
        ends = np.cumsum(sizes)
        index = np.arange(total) + np.repeat(self.start[numbers] - (ends - sizes), sizes)
        joined = np.ones(total, bool)
        joined[ends - 1] = False
        return self.xy[index], joined


def lines(xy: Floats, start: Ints) -> Lines:
    """Lines with their bounds; a line without points is not allowed."""
    if len(start) < 2:
        return NO_LINES
    low = np.minimum.reduceat(xy, start[:-1], axis=0)
    high = np.maximum.reduceat(xy, start[:-1], axis=0)
    return Lines(xy, start, np.hstack([low, high]))


NO_LINES = Lines(np.empty((0, 2)), np.zeros(1, np.int64), np.empty((0, 4)))


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """A name at a point."""

    kind: str
    """water, area or park."""
    text: str
    x: float
    y: float
    """Web-mercator metres."""
    metres: float
    """How wide the named place is, on the ground."""


@dataclass(frozen=True)
class Basemap:
    """What lies under the marks. Rings of a layer are filled together by the odd-even rule."""

    land: Lines = NO_LINES
    water: Lines = NO_LINES
    park: Lines = NO_LINES
    border: Lines = NO_LINES
    streets: Lines = NO_LINES
    street_class: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    """1 for a major street."""
    street_name: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    """Index into `names`, −1 where unknown."""
    names: tuple[str, ...] = ()
    labels: tuple[PlaceLabel, ...] = ()

    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the land (else the streets) in web-mercator metres; None when empty."""
        layer = self.land if len(self.land) else self.streets
        if not len(layer):
            return None
        low, high = layer.bounds[:, :2].min(axis=0), layer.bounds[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def load(file: Path) -> Basemap:
    """Read a compact base layer made by resources/boston/map/build.py. Raises NotFound, Invalid."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return _assemble({name: stored[name] for name in stored.files})
    except FileNotFoundError as error:
        raise NotFound(f"There is no base map {file}.", "Check the path in [map] of config.toml.") from error
    except (OSError, EOFError, KeyError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise Invalid(
            f"{file.name} cannot be used as a base map: it is damaged.", "Put the shipped file back."
        ) from error


def _unpacked(stored: Mapping[str, NDArray[Any]], name: str) -> Lines:
    degrees = np.cumsum(stored[name], axis=0, dtype=np.int64) / 1e6
    x, y = forward(degrees[:, 1], degrees[:, 0])
    return lines(np.stack([x, y], axis=1), stored[f"{name}_start"].astype(np.int64))


def _assemble(stored: Mapping[str, NDArray[Any]]) -> Basemap:
    at = stored["label_at"]
    x, y = forward(at[:, 1], at[:, 0])
    said = [line.split("\t", 1) for line in bytes(stored["labels"]).decode().split("\n")]
    labels = tuple(
        PlaceLabel(kind, text, float(x[i]), float(y[i]), float(stored["label_metres"][i]))
        for i, (kind, text) in enumerate(said)
    )
    base = Basemap(
        streets=_unpacked(stored, "streets"),
        street_class=stored["streets_class"],
        street_name=stored["streets_name"],
        names=tuple(bytes(stored["names"]).decode().split("\n")),
        labels=labels,
    )
    return with_layers(base, {layer: _unpacked(stored, layer) for layer in LAYERS})


def from_geojson(layers: Mapping[str, Path]) -> Basemap:
    """A base layer from a city's own GeoJSON files: any of land, water, park, border (polygons) and streets (lines).

    A street's `name` is shown; `class` = "major" draws it wide. Raises NotFound, Invalid.
    """
    made: dict[str, Lines] = {}
    for layer in LAYERS:
        if layer in layers:
            made[layer] = _from_rings([ring for f in read_features(layers[layer]) for ring in rings_of(f)])
    if "streets" not in layers:
        return with_layers(Basemap(), made)
    parts = [(line, f) for f in read_features(layers["streets"]) for line in _strings(f)]
    said = [f.get("properties") or {} for _, f in parts]
    names = sorted({str(s["name"]) for s in said if s.get("name")})
    number = {name: i for i, name in enumerate(names)}
    base = Basemap(
        streets=_from_rings([line for line, _ in parts]),
        street_class=np.array([s.get("class") == "major" for s in said], np.uint8),
        street_name=np.array([number.get(str(s.get("name")), -1) for s in said], np.int32),
        names=tuple(names),
    )
    return with_layers(base, made)


def with_layers(base: Basemap, layers: Mapping[str, Lines]) -> Basemap:
    """`base` with some of LAYERS put in place of its own."""
    return replace(
        base,
        land=layers.get("land", base.land),
        water=layers.get("water", base.water),
        park=layers.get("park", base.park),
        border=layers.get("border", base.border),
    )


def rings_of(feature: Mapping[str, Any]) -> list[Any]:
    """The rings of a GeoJSON feature's polygons, in degrees; none for any other shape."""
    geometry = feature.get("geometry") or {}
    coordinates = geometry.get("coordinates") or []
    if geometry.get("type") == "Polygon":
        return [ring for ring in coordinates if ring]
    return (
        [ring for polygon in coordinates for ring in polygon if ring] if geometry.get("type") == "MultiPolygon" else []
    )


def _strings(feature: Mapping[str, Any]) -> list[Any]:
    geometry = feature.get("geometry") or {}
    coordinates = geometry.get("coordinates") or []
    if geometry.get("type") == "LineString":
        return [coordinates] if coordinates else []
    return [line for line in coordinates if line] if geometry.get("type") == "MultiLineString" else []


def _from_rings(rings: Sequence[Any]) -> Lines:
    if not rings:
        return NO_LINES
    try:
        degrees = [np.array([point[:2] for point in ring], dtype=np.float64).reshape(-1, 2) for ring in rings]
    except (ValueError, TypeError) as error:
        raise Invalid(
            "A map file holds a shape that cannot be read.", "Export it again as GeoJSON in degrees."
        ) from error
    joined = np.concatenate(degrees)
    x, y = forward(joined[:, 1], joined[:, 0])
    start = np.concatenate([[0], np.cumsum([len(d) for d in degrees])]).astype(np.int64)
    return lines(np.stack([x, y], axis=1), start)
