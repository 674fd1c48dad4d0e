"""Address files as cities export them: columns recognised, rows without a place left out, and what is wrong is said."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import Expected, Invalid, NotFound, Unreadable
from services.geo import address_files
from services.geo.address_files import Address, Named, merged, read

FIFTH = Address("610", "E Fifth St", 30.4, -89.1, "39501", "Downtown")


def written(folder: Path, text: str, name: str = "a.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize(
    "text",
    [
        "number,street,zip,lat,lon,neighbourhood\n610,E Fifth St,39501,30.4,-89.1,Downtown\n",
        "\ufeffNumber;Street;Zip;Lat;Lon;Area\n610;E Fifth St;39501;30,4;-89,1;Downtown\n",
        "LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE\n-89.1,30.4,610,E Fifth St,,Downtown,39501\n",
        "Add_Number\tSt_PreDir\tSt_Name\tSt_PosTyp\tPost_Code\tLatitude\tLongitude\tCommunity\n"
        "610\tE\tFifth\tSt\t39501\t30.4\t-89.1\tDowntown\n",
        "Full Address|ZIP Code|Y|X|District\n610  E Fifth St, Gulfport MS|39501|30.4|-89.1|Downtown\n",
        "addr:housenumber,addr:street,addr:postcode,lat,lon,addr:suburb\n610,E Fifth St,39501,30.4,-89.1,Downtown\n",
    ],
)
def test_the_columns_of_many_a_city_are_recognised(text: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, text)).addresses == [FIFTH]


def test_a_packed_file_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(b"number,street,lat,lon\n1,A St,30.4,-89.1\n"))
    assert read(file).addresses == [Address("1", "A St", 30.4, -89.1, "", "")]


def feature(properties: object, geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_geojson_points_and_shapes_are_read(tmp_path: Path) -> None:
    square = [[[-89.2, 30.3], [-89.0, 30.3], [-89.0, 30.5], [-89.2, 30.5], [-89.2, 30.3]]]
    features = [
        feature({"name": "Pier", "lat": 1}, {"type": "Point", "coordinates": [-89.1, 30.4]}),
        feature({"name": "Jones Park"}, {"type": "Polygon", "coordinates": square}),
        feature({"name": "Two Parts"}, {"type": "MultiPolygon", "coordinates": [square]}),
        feature({"name": "Nowhere"}, None),
    ]
    whole = written(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}), "a.geojson")
    found = read(whole)
    places = [(place.name, round(place.lat, 6), round(place.lon, 6)) for place in found.landmarks]
    assert places == [("Pier", 30.4, -89.1), ("Jones Park", 30.4, -89.1), ("Two Parts", 30.4, -89.1)]
    assert found.left_out == 1


def test_geojson_may_stand_line_by_line(tmp_path: Path) -> None:
    lines = [
        feature({"number": 610, "street": "E Fifth St", "city": None}, {"type": "Point", "coordinates": [-89.1, 30.4]}),
        feature({"number": "", "street": "Pier Rd"}, {"type": "Point", "coordinates": [-89.1, 30.4]}),
    ]
    file = written(tmp_path, "\n".join(map(json.dumps, lines)), "a.geojson")
    assert [(a.number, a.street) for a in read(file).addresses] == [("610", "E Fifth St"), ("", "Pier Rd")]


def test_names_of_two_streets_are_crossings_and_others_landmarks(tmp_path: Path) -> None:
    crossings = written(tmp_path, "name,lat,lon\nA St & B St,30.4,-89.1\nC St & D St,30.4,-89.1\n")
    sides = written(tmp_path, "street_1,street_2,lat,lon\nA St,B St,30.4,-89.1\n", "b.csv")
    parks = written(tmp_path, "name,lat,lon\nPark,30.4,-89.1\nRose & Oak Garden,30.4,-89.1\nPier,30,-89\n", "c.csv")
    assert len(read(crossings).crossings) == 2
    assert read(sides).crossings == [Named("A St & B St", 30.4, -89.1, "")]
    assert len(read(parks).landmarks) == 3
    together = merged([crossings, sides, parks])
    assert (len(together.crossings), len(together.landmarks), len(together)) == (3, 3, 6)


def test_rows_without_a_place_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = "1,A St,30.4,-89.1\n2,A St,,\n3,A St,0,0\n4,A St,95,1\n5,,30.4,-89.1\n6,A St,nan,1\n7\n0,B St,30.4,-89.1\n"
    found = read(written(tmp_path, "number,street,lat,lon\n" + rows))
    assert [(a.number, a.street) for a in found.addresses] == [("1", "A St"), ("", "B St")]
    assert found.left_out == 6


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("number,street\n1,A St\n", "no column for latitude and longitude; its columns are “number”, “street”"),
        ("lat,lon,colour\n1,2,red\n", "no column for a street, an address or a name; its columns are “lat”, “lon”"),
        ("number,street,x,y\n1,A St,775000,2950000\n", "No row of a.csv has a name and a place in degrees"),
        ("number,street,lat,lon\n", "holds no rows"),
        ("", "its columns are none"),
        ('{"type": "FeatureCollection"}', "no GeoJSON that can be used"),
        ('{"type": "FeatureCollection", "features": [1]}', "no GeoJSON that can be used"),
        ("{", "no GeoJSON that can be used"),
        ('number,street,lat,lon\n1,"A' + "x" * 200_000 + '",1,2\n', "neither a CSV table nor GeoJSON"),
    ],
)
def test_what_is_wrong_is_said_with_the_columns_found(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read(written(tmp_path, text))
    assert says in str(caught.value)
    assert caught.value.remedy


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match="There is no address file"):
        read(tmp_path / "none.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes("street\nPeñón".encode("latin-1"))
    with pytest.raises(Unreadable, match="not UTF-8"):
        read(latin)
    torn = tmp_path / "torn.csv.gz"
    torn.write_bytes(gzip.compress(b"number,street,lat,lon\n" * 100)[:-20])
    with pytest.raises(Unreadable, match="it is damaged"):
        read(torn)
    with pytest.raises(Unreadable):
        read(tmp_path)
    monkeypatch.setattr(address_files, "LARGEST", 5)
    with pytest.raises(Unreadable, match="larger than"):
        read(written(tmp_path, "number,street,lat,lon\n"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "any.csv"
    file.write_bytes(data)
    with suppress(Expected):
        assert len(read(file))
