"""Makes the demo city's base map and area files from its open data: `python -m resources.boston.map.build SOURCE`."""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import LineString, MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from resources.boston.map.streets import Street, streets

HERE = Path(__file__).parent
SHORE = 0.00001
"""Degrees of simplification: about one metre."""
STREET = 0.000006
"""The same for streets: about half a metre."""


def features(file: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file, packed or not."""
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    found: list[dict[str, Any]] = json.loads(data)["features"]
    return found


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons of a geometry, mended."""
    whole = geometry.buffer(0).simplify(SHORE)
    return list(whole.geoms) if isinstance(whole, MultiPolygon) else [whole] if isinstance(whole, Polygon) else []


def packed(lines: Iterable[Iterable[tuple[float, ...]]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Lines of (lon, lat) as differences of microdegrees and the start of each line: small once compressed."""
    rings = [np.rint(np.asarray(list(line), dtype=float)[:, :2] * 1e6).astype(np.int32) for line in lines]
    points = np.concatenate(rings)
    starts = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int32)
    return np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int32)).astype(np.int32), starts


def rings(shapes: Iterable[BaseGeometry]) -> list[list[tuple[float, float]]]:
    """Every outer and inner ring, to be filled by the odd-even rule."""
    found = []
    for geometry in shapes:
        for polygon in polygons(geometry):
            found += [list(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
    return found


def metres_across(geometry: BaseGeometry) -> float:
    """How wide a place is, for deciding from which scale on its name fits."""
    west, _, east, _ = geometry.bounds
    return min((east - west) * 82_170, math.sqrt(geometry.area * 82_170 * 111_130) * 1.4)


def place_labels(source: Path) -> list[tuple[str, str, float, float, float]]:
    """(kind, name, lon, lat, metres across) of waters, neighborhoods and parks."""
    found = []
    for said in (f["properties"] for f in features(HERE / "waters.geojson")):
        if said["name"]:
            found.append(("water", said["name"], *said["at"], float(said["metres"])))
    for kind, file in (("area", "neighborhoods"), ("park", "open_space_parks")):
        for feature in features(source / f"{file}.geojson.gz"):
            biggest = max(polygons(shape(feature["geometry"])), key=lambda p: p.area, default=None)
            name = feature["properties"]["name"].rstrip("I ").strip()
            if biggest is not None and name and metres_across(biggest) > 120:
                spot = biggest.representative_point()
                found.append((kind, name, spot.x, spot.y, round(metres_across(biggest))))
    return found


def rounded(geometry: Polygon, times: int = 3) -> BaseGeometry:
    """A coarse, hand-drawn outline with its corners cut, so that it does not look measured."""
    points = np.asarray(geometry.exterior.coords)[:-1]
    for _ in range(times):
        onward = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * onward, 0.25 * points + 0.75 * onward], axis=1).reshape(-1, 2)
    return Polygon(points)


def street_arrays(lines: list[Street]) -> dict[str, np.ndarray[Any, Any]]:
    """Points, starts, class (1 major) and name number (−1 none) of each street, and the names."""
    names = sorted({line.name for line in lines if line.name})
    number = {name: i for i, name in enumerate(names)}
    delta, start = packed(LineString(line.points).simplify(STREET).coords for line in lines)
    return {
        "streets": delta,
        "streets_start": start,
        "streets_class": np.array([line.major for line in lines], np.uint8),
        "streets_name": np.array([number.get(line.name, -1) for line in lines], np.int32),
        "names": text(names),
    }


def text(lines: Iterable[str]) -> np.ndarray[Any, Any]:
    """Lines of text as bytes, so that the file needs no pickling."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def write_areas(source: Path, target: Path) -> None:
    """Neighborhoods and wards as small GeoJSON files with one property, `name`."""
    for file, out, name in (
        ("neighborhoods", "neighborhoods", "{name}"),
        ("wards_derived", "wards", "Ward {ward}"),
    ):
        made = [
            {
                "type": "Feature",
                "properties": {"name": name.format(**feature["properties"])},
                "geometry": mapping(MultiPolygon(polygons(shape(feature["geometry"])))),
            }
            for feature in features(source / f"{file}.geojson.gz")
        ]
        data = json.dumps({"type": "FeatureCollection", "features": made}, separators=(",", ":")).encode()
        (target / f"{out}.geojson.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def build(source: Path, target: Path) -> None:
    """Write base.npz and the area files into `target`; `source` is the folder of the city's GeoJSON files."""
    arrays = street_arrays(streets(features(source / "streets.geojson.gz")))
    drawn = [(f["geometry"] or {}).get("coordinates", [[]])[0] for f in features(HERE / "waters.geojson")]
    layers = {
        "land": [shape(f["geometry"]) for f in features(source / "city_boundary.geojson.gz")],
        "water": [rounded(Polygon(outline)) for outline in drawn if outline],
        "park": [shape(f["geometry"]) for f in features(source / "open_space_parks.geojson.gz")],
        "border": [shape(f["geometry"]) for f in features(source / "neighborhoods.geojson.gz")],
    }
    for name, shapes in layers.items():
        arrays[name], arrays[f"{name}_start"] = packed(rings(shapes))
    labels = place_labels(source)
    arrays["label_at"] = np.array([label[2:4] for label in labels])
    arrays["label_metres"] = np.array([label[4] for label in labels])
    arrays["labels"] = text(f"{kind}\t{name}" for kind, name, *_ in labels)
    np.savez_compressed(target / "base.npz", allow_pickle=False, **arrays)
    write_areas(source, target)


def main() -> None:
    """Build beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder with streets.geojson.gz, city_boundary.geojson.gz, …")
    build(parser.parse_args().source, HERE)


if __name__ == "__main__":
    main()
