"""Outlines of areas, as a city's GeoJSON gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.errors import Invalid, NotFound
from services.geo import outlines
from services.geo.projection import forward


def square(west: float, south: float, side: float = 0.1) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(name: str | None, *rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": [list(rings)] if kind == "MultiPolygon" else list(rings)}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


def write(folder: Path, *features: dict[str, Any]) -> Path:
    file = folder / "police_districts.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def place(lon: float, lat: float) -> tuple[float, float]:
    x, y = forward(lat, lon)
    return float(x), float(y)


def test_areas_have_a_title_names_holes_and_parts(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        feature("A", square(0, 0), square(0.04, 0.04, 0.02)),
        feature("B", square(0.2, 0), kind="MultiPolygon"),
        feature("A", square(0, 0.3)),
        feature(None, square(5, 5)),
        feature("Pin", kind="Point"),
    )
    made = outlines.load(file)
    assert made.title == "Police districts"
    assert [area.name for area in made.areas] == ["A", "B"]
    for lon, lat, which in ((0.01, 0.01, 0), (0.05, 0.05, -1), (0.05, 0.35, 0), (0.25, 0.05, 1), (0.15, 0.05, -1)):
        assert made.at(*place(lon, lat)) == which
    assert all(made.at(*area.middle) == i for i, area in enumerate(made.areas))
    west, south, east, north = made.areas[1].box
    assert (west, south) == pytest.approx(place(0.2, 0))
    assert (east, north) == pytest.approx(place(0.3, 0.1))


def test_a_name_key_of_ones_own(tmp_path: Path) -> None:
    made = feature("A", square(0, 0))
    made["properties"] = {"ref": 7}
    assert [a.name for a in outlines.load(write(tmp_path, made), "ref").areas] == ["7"]
    assert outlines.load(write(tmp_path, made)).areas == ()


def test_a_sliver_still_has_a_middle() -> None:
    sliver = outlines._outline("S", [np.array([[0.0, 0.0], [1.0, 1.0], [1e-9, 0.0]])])
    west, south, east, north = sliver.box
    assert west <= sliver.middle[0] <= east
    assert south <= sliver.middle[1] <= north


def test_bad_files_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        outlines.load(tmp_path / "none.geojson")
    bad = feature("A", [["x", "y"], [1, 2], [3, 4]])  # type: ignore[list-item]
    with pytest.raises(Invalid, match="cannot be read"):
        outlines.load(write(tmp_path, bad))


def test_the_widest_kind_of_areas_is_that_of_the_last_file(tmp_path: Path) -> None:
    fine, wide = tmp_path / "fine", tmp_path / "wide"
    for folder in (fine, wide):
        folder.mkdir()
    files = (write(fine, feature("Ward 1", square(0, 0))), write(wide, feature("North", square(0, 0))))
    assert outlines.widest(files) == {"North"}
    assert outlines.widest(()) == frozenset()
