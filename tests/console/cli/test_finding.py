"""`place` prints what the address files make of a text or a point, and whom to call when it lies outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.cli.conftest import Run
from tests.services.intake.test_geocoding import PHOTON
from tests.services.upstream.loopback import Loopback, as_json

CSV = "number,street,lat,lon,area\n1,A St,30.4,-89.1,Downtown\n3,A St,30.4,-89.09,Downtown\n"


@pytest.fixture
def town(home: Path) -> Path:
    (home / "a.csv").write_text(CSV, encoding="utf-8")
    home.joinpath("config.toml").write_text(
        '[map]\naddresses = ["a.csv"]\n[city]\noutside_message = "Please call Biloxi."\n', encoding="utf-8"
    )
    return home


def test_what_is_typed_is_found_with_why(run: Run, town: Path) -> None:
    told = run("place", "1 a st")
    assert told.code == 0
    assert told.out.splitlines()[0].split() == ["PLACE", "KIND", "AREA", "LAT,", "LON", "WHY"]
    assert told.out.splitlines()[1].endswith("Downtown  30.40000, -89.10000  address file")


def test_json_is_one_place_on_a_line(run: Run, town: Path) -> None:
    told = run("place", "2 a st", "--json")
    (row,) = told.rows
    assert (row["label"], row["kind"], row["area"]) == ("2 A St", "address", "Downtown")
    assert row["note"] == "between 1 and 3; not in the address file"


def test_a_point_gives_the_address_next_to_it(run: Run, town: Path) -> None:
    told = run("place", "--reverse", "30.4,-89.1001")
    assert told.out.splitlines()[1].startswith("1 A St")
    assert told.out.splitlines()[1].endswith("10 m from the point")
    assert run("place", "--reverse", "30.5,-89.1").out.splitlines()[-1] == "Please call Biloxi."
    assert run("place", "40.1, -89.1").out.splitlines()[-1] == "Please call Biloxi."


@pytest.mark.parametrize("words", ["place", "place a --reverse 1,2", "place --reverse 91,2", "place --reverse here"])
def test_usage(run: Run, words: str) -> None:
    assert run(*words.split()).code == 2


def test_nothing_found_is_said_with_a_remedy(run: Run, town: Path, home: Path) -> None:
    told = run("place", "qqqq")
    assert told.code == 1
    assert "No such place is known. Try fewer words" in told.err
    home.joinpath("config.toml").write_text("", encoding="utf-8")
    assert "Name the city's own address file" in run("place", "1 a st").err
    assert run("place", "--reverse", "30.4,-89.1").code == 1


def test_the_geocoder_is_asked_with_online_only(run: Run, town: Path) -> None:
    config = town / "config.toml"
    with Loopback(lambda _: as_json(PHOTON)) as server:
        geocoder = f'[geocoder]\nkind = "photon"\nurl = "http://127.0.0.1:{server.port}"\n'
        config.write_text(config.read_text(encoding="utf-8") + geocoder, encoding="utf-8")
        assert run("place", "15th").code == 1
        assert server.asks == []
        told = run("place", "15th", "--online")
        assert (told.code, told.out) == (0, "Please call Biloxi.\n")
        config.write_text(geocoder, encoding="utf-8")
        told = run("place", "15th", "--online")
    assert told.out.splitlines()[1].startswith("2309 15th Street")
    assert told.out.splitlines()[1].endswith("online geocoder")


def test_another_town_is_said_with_whom_to_call(run: Run, town: Path) -> None:
    file = town / "config.toml"
    file.write_text(file.read_text(encoding="utf-8") + 'name = "City of Gulfport"\nneighbours = ["Biloxi"]\n', "utf-8")
    assert run("place", "1 A St, Biloxi").out.splitlines()[-1] == "Biloxi is not in Gulfport. Please call Biloxi."
    assert "“Elsewhere” is not known in Gulfport" in run("place", "1 A St, Elsewhere").out
    assert run("place", "1 A St, Gulfport, MS").out.splitlines()[-1].endswith("address file")
    assert run("place", "1 Z St, Biloxi", "--json").code == 0
