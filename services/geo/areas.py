"""Names the area (ward, neighborhood, district) that a point lies in, from a GeoJSON file of polygons."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.errors import Expected, Invalid, NotFound

Point = tuple[float, float]
"""Latitude and longitude in WGS 84 degrees."""
NAME_KEYS = ("name", "NAME", "Name", "ward", "district", "title")


class Areas:
    """Point to area name. `Areas(())` knows none and always answers "". Where areas overlap, the first wins."""

    def __init__(self, names: Sequence[str], shapes: Sequence[Any] = ()) -> None:
        self.names = tuple(names)
        self._shapes = list(shapes)
        self._tree: Any = None
        if self._shapes:
            import shapely

            shapely.prepare(self._shapes)
            self._tree = shapely.STRtree(self._shapes)

    def names_at(self, points: Sequence[Point]) -> list[str]:
        """The area's name at each point (lat, lon in WGS 84 degrees); "" outside all of them, or for no place."""
        found = [""] * len(points)
        kept = [row for row, (lat, lon) in enumerate(points) if -90 <= lat <= 90 and -180 <= lon <= 180]
        if self._tree is None or not kept:
            return found
        import shapely

        shapes = shapely.points([(points[row][1], points[row][0]) for row in kept])
        hits = self._tree.query(shapes, predicate="intersects").tolist()
        for at, area in sorted(zip(*hits, strict=True), reverse=True):
            found[kept[at]] = self.names[area]
        return found

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees of all areas together; None without any."""
        if not self._shapes:
            return None
        import shapely

        west, south, east, north = shapely.total_bounds(self._shapes)
        return float(west), float(south), float(east), float(north)


def read_features(file: Path) -> list[dict[str, Any]]:
    """The features of a .geojson or .geojson.gz file. Raises NotFound, Invalid."""
    try:
        data = file.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        found = json.loads(data)["features"]
    except FileNotFoundError as error:
        raise NotFound(f"There is no map file {file}.", "Check the path in [map] of config.toml.") from error
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise _unusable(file, "it is no GeoJSON feature collection") from error
    if not isinstance(found, list):
        raise _unusable(file, "its features are no list")
    return [f for f in found if isinstance(f, dict)]


def load(file: Path, name_key: str = "") -> Areas:
    """Read the areas of a GeoJSON file; `name_key` is the property that names them ("" takes the first usual one).

    Features without a polygon or a name are left out. Raises NotFound, Invalid.
    """
    import shapely
    from shapely.geometry import shape

    names, shapes = [], []
    for feature in read_features(file):
        said = feature.get("properties") or {}
        key = name_key or next((k for k in NAME_KEYS if said.get(k)), "")
        try:
            geometry = shape(feature.get("geometry") or {"type": "Point", "coordinates": []})
        except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise _unusable(file, "one of its shapes cannot be read") from error
        if geometry.geom_type in ("Polygon", "MultiPolygon") and not geometry.is_empty and said.get(key):
            names.append(str(said[key]))
            shapes.append(geometry if geometry.is_valid else shapely.make_valid(geometry))
    if not names:
        raise _unusable(file, "it names no area")
    return Areas(names, shapes)


def _unusable(file: Path, why: str) -> Expected:
    return Invalid(f"{file.name} cannot be used as a map file: {why}.", "Give a GeoJSON file of named polygons.")


class Layers:
    """Several files of areas, to be called with points in degrees."""

    def __init__(self, every: Sequence[Areas]) -> None:
        self._every = tuple(every)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all areas of all files."""
        return tuple(name for areas in self._every for name in areas.names)

    def __call__(self, points: Sequence[Point]) -> list[str]:
        """The areas at each point, one of each file, joined by ", "; "" outside all of them."""
        names = [areas.names_at(points) for areas in self._every]
        return [", ".join(filter(None, of_point)) for of_point in zip(*names, strict=True)]


def locator(files: Sequence[Path]) -> Layers:
    """The areas of some files, the finest first. Raises NotFound, Invalid."""
    return Layers([load(file) for file in files])
