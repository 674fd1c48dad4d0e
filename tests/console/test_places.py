"""The places of a home: read when first asked for, whether one is outside the city, and the geocoder that is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console import settings
from console.demo import _config
from console.places import Places
from services.domain.values import Place
from services.errors import Invalid, NotFound
from tests.services.intake.test_geocoding import PHOTON
from tests.services.upstream.loopback import Loopback, as_json

CSV = "number,street,lat,lon,area\n1,A St,30.4,-89.1,Downtown\n3,A St,30.4,-89.09,Downtown\n"
HARBOR = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Ward 1"},
"geometry": {"type": "Polygon", "coordinates": [[[-89.2, 30.3], [-89.0, 30.3], [-89.0, 30.401], [-89.2, 30.401],
[-89.2, 30.3]]]}}]}"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "wards.geojson").write_text(HARBOR, encoding="utf-8")
    return tmp_path


def opened(home: Path, config: str) -> Places:
    (home / "config.toml").write_text(config, encoding="utf-8")
    return Places(settings.load(home))


def test_files_are_read_once_and_when_first_asked_for(home: Path) -> None:
    places = opened(home, '[map]\naddresses = ["a.csv"]\n')
    assert places.complete("1 a st")[0].label == "1 A St"
    (home / "a.csv").unlink()
    near = places.nearest(30.4, -89.1)
    assert near is not None
    assert (near[0].label, near[1]) == ("1 A St", 0)
    assert places.book is places.book
    with pytest.raises(NotFound):
        opened(home, '[map]\naddresses = ["a.csv"]\n').complete("1 a st")


def test_without_files_nothing_is_known_and_nothing_is_outside(home: Path) -> None:
    places = opened(home, "")
    assert places.complete("1 a st") == []
    assert places.nearest(30.4, -89.1) is None
    assert (places.area(30.4, -89.1), places.outside(0, 0)) == ("", "")


@pytest.mark.parametrize(
    ("config", "inside", "outside"),
    [
        ("[city]\nextent = [-89.2, 30.3, -89.0, 30.5]\n", (30.49, -89.01), (30.51, -89.01)),
        ('[map]\naddresses = ["a.csv"]\nareas = ["wards.geojson"]\n', (30.31, -89.01), (30.41, -89.1)),
        ('[map]\naddresses = ["a.csv"]\nareas = ["wards.geojson"]\n', (30.402, -89.1), (30.404, -89.1)),
        ('[map]\naddresses = ["a.csv"]\n', (30.42, -89.1), (30.43, -89.1)),
    ],
    ids=["extent", "areas", "areas, and near an address", "addresses alone"],
)
def test_a_place_outside_says_whom_to_call(
    home: Path, config: str, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    said = 'outside_message = "Please call Biloxi."\n'
    places = opened(home, config + said if config.startswith("[city]") else f"[city]\n{said}{config}")
    assert places.outside(*inside) == ""
    assert places.outside(*outside) == places.outside_message == "Please call Biloxi."


def test_areas_are_named_by_the_polygons(home: Path) -> None:
    places = opened(home, '[map]\naddresses = ["a.csv"]\nareas = ["wards.geojson"]\n')
    assert places.area(30.31, -89.01) == "Ward 1"
    assert places.complete("1 a st")[0].area == "Ward 1"


def test_another_town_is_noticed_by_what_the_settings_and_the_files_name(home: Path) -> None:
    city = '[city]\nname = "City of Gulfport"\noutside_message = "Please call Biloxi."\nneighbours = ["Biloxi"]\n'
    places = opened(home, city + '[map]\naddresses = ["a.csv"]\nareas = ["wards.geojson"]\n')
    said = {
        tail: (town := places.elsewhere(f"1 A St, {tail}")) and places.said_of(town)
        for tail in ("Biloxi", "Downtown", "Ward 1", "Gulfport MS", "Orange Grove")
    }
    assert said == {
        "Biloxi": "Biloxi is not in Gulfport. Please call Biloxi.",
        "Downtown": None,
        "Ward 1": None,
        "Gulfport MS": None,
        "Orange Grove": "“Orange Grove” is not known in Gulfport. If it is another town: Please call Biloxi.",
    }


def test_without_address_files_only_a_listed_neighbour_is_another_town(home: Path) -> None:
    places = opened(home, '[city]\nneighbours = ["Biloxi"]\n')
    town = places.elsewhere("1 A St, Biloxi")
    assert town is not None
    assert places.said_of(town).startswith("Biloxi is not in this city. This place is outside")
    assert places.elsewhere("1 A St, Orange Grove") is None


def test_a_place_gets_the_areas_of_its_point(home: Path) -> None:
    places = opened(home, '[map]\nareas = ["wards.geojson"]\n')
    assert places.placed(Place("1 A St", 30.4, -89.1)).area == "Ward 1"
    assert places.placed(Place("1 A St", 30.4, -89.1, "Harbor")).area == "Harbor"
    assert places.placed(Place("1 A St")) == Place("1 A St")
    assert not places.is_read


@pytest.fixture
def photon() -> Iterator[Loopback]:
    with Loopback(lambda _: as_json(PHOTON)) as server:
        yield server


def test_the_geocoder_is_asked_only_where_one_is_set(
    home: Path, photon: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened(home, "").online("15th st").found == ()
    monkeypatch.setenv("GEO_KEY", "s3cret")
    config = f'[geocoder]\nkind = "photon"\nurl = "http://127.0.0.1:{photon.port}"\nkey = "env:GEO_KEY"\ntown = "MS"\n'
    places = opened(home, f"{config}[city]\nextent = [-89.2, 30.365, -89.0, 30.5]\n")
    answer = places.online("15th st")
    places.close()
    assert ([found.label for found in answer.found], answer.outside) == (["2309 15th Street"], 1)
    assert (photon.asks[0].get("q"), photon.asks[0].get("key")) == ("15th st, MS", "s3cret")
    monkeypatch.delenv("GEO_KEY")
    with pytest.raises(Invalid, match="There is no secret"):
        places.online("15th st")


def test_the_extent_of_the_addresses_serves_where_none_is_set(home: Path, photon: Loopback) -> None:
    config = f'[map]\naddresses = ["a.csv"]\n[geocoder]\nkind = "photon"\nurl = "http://127.0.0.1:{photon.port}"\n'
    places = opened(home, config)
    assert places.online("15th st").outside == 2
    places.close()


def test_the_demo_city_knows_its_places(tmp_path: Path) -> None:
    places = opened(tmp_path, _config())
    (found,) = places.complete("610 e fif")
    assert (found.label, found.area) == ("610 E Fifth St", "Ward 6, South Boston")
    assert places.outside(found.lat, found.lon) == ""
    assert "outside the city" in places.outside(42.2, -71.2)
