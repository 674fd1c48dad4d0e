"""The spatial index of a GeoPackage: whole, taken by GDAL for what it is, used by it, and kept right by it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from services.reports import gpkg_file
from services.reports.fields import LATITUDE, LONGITUDE, Field, Line
from tests.services.reports.reading import GDAL, a_table, asked, written

INFO = shutil.which("ogrinfo")
gdal = pytest.mark.skipif(GDAL is None or INFO is None, reason="GDAL is not installed (Debian: gdal-bin)")
FIELDS = (Field("said", "Said"), LATITUDE, LONGITUDE)
INDEX = "rtree_service_requests_geom"


def grid() -> list[Line]:
    """A row for each hundredth of a degree, every seventh without a place."""
    return [
        (f"{i} {j}", None, None) if (20 * i + j) % 7 == 0 else (f"{i} {j}", 42.2 + i / 100, -71.2 + j / 100)
        for i in range(20)
        for j in range(20)
    ]


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    return written(tmp_path / "layer.gpkg", gpkg_file.write, a_table(FIELDS, *grid()))


def within(layer: Path, *box: float) -> set[str]:
    """What GDAL finds in a box: west, south, east, north."""
    assert GDAL is not None
    words = [GDAL, "-f", "CSV", "/vsistdout/", str(layer), "-spat", *map(str, box)]
    told = subprocess.run(words, capture_output=True, check=True, timeout=60, text=True)
    assert told.stderr == ""
    return set(told.stdout.splitlines()[1:])


def run(layer: Path, statement: str) -> str:
    assert INFO is not None
    words = [INFO, "-q", str(layer), "-sql", statement]
    told = subprocess.run(words, capture_output=True, check=True, timeout=60, text=True)
    assert told.stderr == ""
    return told.stdout


def test_every_point_is_in_it_and_nothing_else(layer: Path) -> None:
    assert asked(layer, "SELECT rtreecheck('main', 'rtree_service_requests_geom')") == [("ok",)]
    entries = {fid: box for fid, *box in asked(layer, f"SELECT id, minx, maxx, miny, maxy FROM {INDEX}")}
    placed = {fid: (lon, lat) for fid, (_, lat, lon) in enumerate(grid(), 1) if lat is not None}
    assert entries.keys() == placed.keys()
    assert {*placed} == {fid for (fid,) in asked(layer, "SELECT fid FROM service_requests WHERE geom NOT NULL")}
    for fid, (lon, lat) in placed.items():
        west, east, south, north = entries[fid]
        assert west <= float(lon or 0) <= east <= west + 1e-4
        assert south <= float(lat or 0) <= north <= south + 1e-4


def test_it_is_registered_with_its_triggers(layer: Path) -> None:
    assert asked(layer, "SELECT * FROM gpkg_extensions") == [
        ("service_requests", "geom", "gpkg_rtree_index", "http://www.geopackage.org/spec120/#extension_rtree",
         "write-only")
    ]  # fmt: skip
    triggers = {name for (name,) in asked(layer, "SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    steps = ("insert", "update1", "update2", "update3", "update4", "delete")
    assert triggers == {f"{INDEX}_{step}" for step in steps}
    assert asked(layer, "PRAGMA integrity_check") == [("ok",)]


def test_a_layer_of_nothing_has_an_empty_one(tmp_path: Path) -> None:
    saved = written(tmp_path / "a.gpkg", gpkg_file.write, a_table(FIELDS, ("nowhere", None, None)))
    assert asked(saved, f"SELECT count(*) FROM {INDEX}") == [(0,)]


@gdal
def test_gdal_finds_what_lies_in_a_box_by_the_index(layer: Path) -> None:
    box = (-71.156, 42.244, -71.114, 42.286)
    inside = {
        said for said, lat, lon in grid()
        if lat is not None and box[0] <= float(lon or 0) <= box[2] and box[1] <= float(lat) <= box[3]
    }  # fmt: skip
    assert len(inside) > 10
    assert within(layer, *box) == inside
    assert "= 1" in run(layer, "SELECT HasSpatialIndex('service_requests', 'geom')")
    with closing(sqlite3.connect(layer)) as made, made:
        made.execute(f"DELETE FROM {INDEX}")
    assert within(layer, *box) == set(), "without its entries GDAL finds nothing: it had asked the index"


@gdal
def test_what_gdal_changes_the_index_follows(layer: Path) -> None:
    here = (-70.001, 41.999, -69.999, 42.001)
    assert within(layer, *here) == set()
    run(layer, "UPDATE service_requests SET geom = ST_GeomFromText('POINT(-70 42)', 4326) WHERE said = '0 1'")
    assert within(layer, *here) == {"0 1"}
    run(layer, "UPDATE service_requests SET geom = NULL WHERE said = '0 1'")
    run(layer, "UPDATE service_requests SET fid = 9000 WHERE said = '0 2'")
    run(layer, "DELETE FROM service_requests WHERE said = '0 3'")
    assert within(layer, *here) == set()
    left = {fid for (fid,) in asked(layer, f"SELECT id FROM {INDEX}")}
    assert left == {fid for (fid,) in asked(layer, "SELECT fid FROM service_requests WHERE geom NOT NULL")}
    assert 9000 in left
