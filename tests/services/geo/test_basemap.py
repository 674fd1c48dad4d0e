"""The base layer: the shipped file, a city's own GeoJSON, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.errors import Invalid, NotFound
from services.geo import basemap
from services.geo.projection import forward
from tests.services.geo.test_areas import BOSTON, feature, square, write


@pytest.fixture(scope="module")
def boston() -> basemap.Basemap:
    return basemap.load(BOSTON / "base.npz")


def test_the_demo_city_is_whole_and_small(boston: basemap.Basemap) -> None:
    assert sum(f.stat().st_size for f in BOSTON.iterdir() if f.is_file()) < 2.5 * 2**20
    assert len(boston.streets) > 5_000
    assert len(boston.street_class) == len(boston.street_name) == len(boston.streets)
    assert 0.02 < boston.street_class.mean() < 0.3
    assert {"Dorchester Ave", "E Broadway", "Blue Hill Ave", "L St"} <= set(boston.names)
    assert not {name for name in boston.names if name.endswith((" Street", " Avenue"))}
    assert {"Old Harbor", "Pleasure Bay"} <= {label.text for label in boston.labels if label.kind == "water"}
    for layer in (boston.land, boston.water, boston.park, boston.border, boston.streets):
        assert len(layer) > 0
        assert np.isfinite(layer.xy).all()


def test_the_demo_city_lies_where_boston_lies(boston: basemap.Basemap) -> None:
    extent = boston.extent()
    assert extent is not None
    x, y = forward([42.22, 42.41], [-71.20, -70.90])
    assert x[0] < extent[0] < extent[2] < x[1]
    assert y[0] < extent[1] < extent[3] < y[1]


def test_within_finds_exactly_the_lines_that_touch(boston: basemap.Basemap) -> None:
    x, y = (float(v) for v in forward(42.3345, -71.042))
    found = set(boston.streets.within(x - 300, y - 300, x + 300, y + 300).tolist())
    for number in range(len(boston.streets)):
        xy = boston.streets.xy[boston.streets.start[number] : boston.streets.start[number + 1]]
        inside = (np.abs(xy[:, 0] - x) <= 300) & (np.abs(xy[:, 1] - y) <= 300)
        assert number in found or not inside.any()
    assert 20 < len(found) < 400


def test_points_of_some_lines_and_where_each_ends(boston: basemap.Basemap) -> None:
    numbers = np.array([5, 2])
    xy, joined = boston.streets.points(numbers)
    sizes = [int(boston.streets.start[n + 1] - boston.streets.start[n]) for n in numbers]
    assert len(xy) == sum(sizes)
    assert np.flatnonzero(~joined).tolist() == [sizes[0] - 1, sum(sizes) - 1]
    assert (xy[0] == boston.streets.xy[boston.streets.start[5]]).all()


def test_a_citys_own_geojson(tmp_path: Path) -> None:
    land = write(tmp_path / "land.geojson", [feature({"type": "MultiPolygon", "coordinates": [square(0, 0)]})])
    parks = write(tmp_path / "parks.geojson", [feature({"type": "Polygon", "coordinates": square(0, 0, 0.5)})])
    lines = [
        feature({"type": "LineString", "coordinates": [[0, 0], [1, 1, 9]]}, name="Main St", **{"class": "major"}),
        feature({"type": "MultiLineString", "coordinates": [[[0, 1], [1, 0]], []]}),
        feature({"type": "Point", "coordinates": [0, 1]}),
        feature(None),
    ]
    streets = write(tmp_path / "streets.geojson", lines)
    made = basemap.from_geojson({"land": land, "park": parks, "streets": streets})
    assert len(made.land) == len(made.park) == 1
    assert len(made.water) == 0
    assert made.street_class.tolist() == [1, 0]
    assert [made.names[i] if i >= 0 else "" for i in made.street_name] == ["Main St", ""]
    only_streets = basemap.from_geojson({"streets": streets})
    assert only_streets.extent() == tuple(made.streets.bounds[0].tolist())
    assert basemap.from_geojson({"land": land}).extent() is not None


def test_nothing_is_a_base_map_too(tmp_path: Path) -> None:
    assert basemap.Basemap().extent() is None
    assert len(basemap.Basemap().streets.within(0, 0, 1, 1)) == 0
    empty = write(tmp_path / "none.geojson", [feature(None)])
    assert len(basemap.from_geojson({"water": empty}).water) == 0


def test_bad_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no base map"):
        basemap.load(tmp_path / "gone.npz")
    damaged = tmp_path / "base.npz"
    damaged.write_bytes((BOSTON / "base.npz").read_bytes()[:9_000])
    with pytest.raises(Invalid, match="damaged"):
        basemap.load(damaged)
    damaged.write_bytes(b"")
    with pytest.raises(Invalid, match="damaged"):
        basemap.load(damaged)
    np.savez(damaged, land=np.zeros((1, 2)))
    with pytest.raises(Invalid, match="damaged"):
        basemap.load(damaged)
    twisted = write(tmp_path / "t.geojson", [feature({"type": "LineString", "coordinates": [["a", "b"], [1, 2]]})])
    with pytest.raises(Invalid, match="cannot be read"):
        basemap.from_geojson({"streets": twisted})
