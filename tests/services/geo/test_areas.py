"""Which area a point lies in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from services.errors import Invalid, NotFound
from services.geo import areas

BOSTON = Path(__file__).parents[3] / "resources" / "boston" / "map"


def square(west: float, south: float, side: float = 1.0) -> list[list[list[float]]]:
    ring = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return [[list(p) for p in ring]]


def write(file: Path, features: Any) -> Path:
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)
    return file


def feature(geometry: dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.mark.parametrize("name", ["areas.geojson", "areas.geojson.gz"])
def test_names_points_inside_and_says_nothing_outside(tmp_path: Path, name: str) -> None:
    found = areas.load(
        write(
            tmp_path / name,
            [
                feature({"type": "Polygon", "coordinates": square(0, 0)}, name="West"),
                feature({"type": "MultiPolygon", "coordinates": [square(1, 0), square(5, 5)]}, name="East"),
                feature({"type": "Point", "coordinates": [0, 0]}, name="a point"),
                feature({"type": "Polygon", "coordinates": square(8, 8)}),
                feature(None, name="nowhere"),
            ],
        )
    )
    assert found.names == ("West", "East")
    inside, outside = [(0.5, 0.5), (5.5, 5.5), (0.5, 1.0)], [(8.5, 8.5), (float("nan"), 0.5), (120.0, 0.0)]
    assert found.names_at(inside) == ["West", "East", "West"]
    assert found.names_at(outside) == ["", "", ""]
    assert found.bounds() == (0, 0, 6, 6)


def test_a_named_property_and_a_twisted_polygon(tmp_path: Path) -> None:
    bow = [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]
    file = write(tmp_path / "a.geojson", [feature({"type": "Polygon", "coordinates": bow}, ward=6)])
    assert areas.load(file, "ward").names_at([(1.0, 0.5), (1.0, 1.9)]) == ["6", "6"]


def test_no_areas_at_all() -> None:
    none = areas.Areas(())
    assert none.names_at([(1, 1)]) == [""]
    assert none.bounds() is None


@pytest.mark.parametrize(
    "data",
    [
        b"no json", b"\x1f\x8bnot gzip at all", b"[]", b'{"features": 3}', b'{"features": []}',
        b'{"features": [{"geometry": {"type": "Polygon", "coordinates": "x"}, "properties": {"name": "a"}}]}',
        b'{"features": [{"geometry": {"type": "Blob"}, "properties": {"name": "a"}}]}',
    ],
)  # fmt: skip
def test_what_is_no_area_file_is_refused_with_a_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "bad.geojson"
    file.write_bytes(data)
    with pytest.raises(Invalid, match=r"bad\.geojson cannot be used"):
        areas.load(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="gone"):
        areas.load(tmp_path / "gone.geojson")


def test_the_shipped_areas_of_the_demo_city() -> None:
    hoods = areas.load(BOSTON / "neighborhoods.geojson.gz")
    wards = areas.load(BOSTON / "wards.geojson.gz")
    assert hoods.names_at([(42.3332, -71.0345), (40.7, -74.0)]) == ["South Boston", ""]
    assert wards.names_at([(42.3332, -71.0345)]) == ["Ward 6"]
    assert len(hoods.names) == 26
    assert len(wards.names) == 22
