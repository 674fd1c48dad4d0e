"""Several files of areas name a place together, the finest first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.errors import NotFound
from services.geo.areas import locator


def square(folder: Path, name: str, west: float, east: float) -> Path:
    ring = [[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": shape}
    file = folder / f"{name}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return file


def test_each_file_adds_its_name_in_their_order(tmp_path: Path) -> None:
    locate = locator([square(tmp_path, "Ward 1", 0, 1), square(tmp_path, "North", 0, 2)])
    assert locate([(0.5, 0.5), (0.5, 1.5), (5, 5), (0.5, 0.5)]) == ["Ward 1, North", "North", "", "Ward 1, North"]
    assert locate([(91, 0)]) == [""]
    assert locate([]) == []


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no map file"):
        locator([tmp_path / "none.geojson"])
