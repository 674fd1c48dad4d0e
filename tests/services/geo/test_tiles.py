"""Raster tiles from files, folders and servers made here, good and bad."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write as pmtiles_write

from services.errors import Invalid, NotFound, Offline, Unreadable
from services.geo import tiles

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPEG = b"\xff\xd8\xff\xe0" + b"pixels"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PNG, "png"), (JPEG, "jpeg"), (WEBP, "webp"), (b"GIF89a...", "gif"), (b"GIF87a", "gif"), (b"", ""),
     (b"<svg onload='x'>", ""), (b"%PDF-1.4", ""), (b"RIFF....WAVE", ""), (b"\x89PN", "")],
)  # fmt: skip
def test_kinds_are_told_by_the_first_bytes(data: bytes, kind: str) -> None:
    assert tiles.image_kind(data) == kind


@given(st.binary(max_size=64))
def test_nothing_but_images_passes(data: bytes) -> None:
    if tiles.image_kind(data):
        assert tiles.checked(data, "a") == data
    else:
        with pytest.raises(Unreadable, match="not a PNG"):
            tiles.checked(data, "a")


def test_a_tile_too_large_is_refused() -> None:
    assert tiles.checked(None, "a") is None
    with pytest.raises(Unreadable):
        tiles.checked(PNG + bytes(tiles.LARGEST), "a")


def mbtiles(file: Path, metadata: dict[str, str], rows: list[tuple[int, int, int, Any]]) -> Path:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE metadata (name, value)")
        db.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        db.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        db.commit()
    return file


def test_mbtiles_count_rows_from_the_south(tmp_path: Path) -> None:
    said = {"format": "png", "bounds": "-71.2,42.2,-70.9,42.4", "attribution": "Survey"}
    file = mbtiles(tmp_path / "city #1.mbtiles", said, [(2, 1, 3, PNG), (5, 0, 0, None), (3, 0, 0, b"<html>")])
    with tiles.MBTiles(file) as found:
        assert found.facts == tiles.Facts(2, 5, "Survey", (-71.2, 42.2, -70.9, 42.4))
        assert found.read(2, 1, 0) == PNG
        assert found.read(2, 1, 3) is None
        assert found.read(5, 0, 31) is None
        with pytest.raises(Unreadable):
            found.read(3, 0, 7)


def test_mbtiles_without_metadata_rows_or_tiles(tmp_path: Path) -> None:
    with tiles.MBTiles(mbtiles(tmp_path / "a.mbtiles", {}, [])) as found:
        assert found.facts == tiles.Facts(0, 0)


def test_mbtiles_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no map tiles"):
        tiles.MBTiles(tmp_path / "gone.mbtiles")
    vector = mbtiles(tmp_path / "v.mbtiles", {"format": "pbf"}, [])
    with pytest.raises(Invalid, match="pbf"):
        tiles.MBTiles(vector)
    (tmp_path / "text.mbtiles").write_text("not a database, but long enough to be looked at" * 50)
    with pytest.raises(Invalid, match="not a readable tile file"):
        tiles.MBTiles(tmp_path / "text.mbtiles")
    crooked = mbtiles(tmp_path / "c.mbtiles", {"bounds": "here,and,there,x"}, [])
    with pytest.raises(Invalid):
        tiles.MBTiles(crooked)
    nowhere = tmp_path / "folder.mbtiles"
    nowhere.mkdir()
    with pytest.raises(NotFound):
        tiles.MBTiles(nowhere)


def test_mbtiles_that_break_while_open(tmp_path: Path) -> None:
    file = mbtiles(tmp_path / "a.mbtiles", {"format": "png"}, [(0, 0, 0, PNG)])
    with tiles.MBTiles(file) as found:
        with closing(sqlite3.connect(file)) as db:
            db.execute("DROP TABLE tiles")
            db.commit()
        with pytest.raises(Unreadable, match="cannot be read"):
            found.read(0, 0, 0)


def pmtiles(file: Path, kind: TileType, data: bytes, compression: Compression = Compression.NONE) -> Path:
    with pmtiles_write(str(file)) as writer:
        writer.write_tile(zxy_to_tileid(0, 0, 0), data)
        writer.write_tile(zxy_to_tileid(1, 1, 0), data)
        writer.finalize(
            {
                "tile_type": kind, "tile_compression": compression, "min_zoom": 0, "max_zoom": 1,
                "min_lon_e7": -710000000, "min_lat_e7": 420000000, "max_lon_e7": -700000000, "max_lat_e7": 430000000,
                "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0,
            },
            {"name": "made here"},
        )  # fmt: skip
    return file


@pytest.mark.parametrize("packed", [False, True])
def test_pmtiles(tmp_path: Path, packed: bool) -> None:
    data = gzip.compress(PNG) if packed else PNG
    how = Compression.GZIP if packed else Compression.NONE
    with tiles.PMTiles(pmtiles(tmp_path / "a.pmtiles", TileType.PNG, data, how)) as found:
        assert found.facts == tiles.Facts(0, 1, "", (-71, 42, -70, 43))
        assert found.read(0, 0, 0) == PNG
        assert found.read(1, 1, 0) == PNG
        assert found.read(1, 0, 0) is None
        with pytest.raises(Unreadable):
            found.read(1, 7, 0)


def test_pmtiles_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        tiles.PMTiles(tmp_path / "gone.pmtiles")
    for data in (b"", b"x" * 200, b"PMTiles\x01" + bytes(200)):
        (tmp_path / "bad.pmtiles").write_bytes(data)
        with pytest.raises(Invalid, match="not a readable tile file"):
            tiles.PMTiles(tmp_path / "bad.pmtiles")
    with pytest.raises(Invalid, match="no raster tiles"):
        tiles.PMTiles(pmtiles(tmp_path / "v.pmtiles", TileType.MVT, b"vector"))


def test_pmtiles_bomb_and_lies(tmp_path: Path) -> None:
    bomb = zlib.compressobj(wbits=31)
    data = bomb.compress(PNG + bytes(30 * 2**20)) + bomb.flush()
    file = pmtiles(tmp_path / "bomb.pmtiles", TileType.PNG, data, Compression.GZIP)
    with tiles.PMTiles(file) as found, pytest.raises(Unreadable):
        found.read(0, 0, 0)
    file = pmtiles(tmp_path / "lie.pmtiles", TileType.PNG, b"not gzip", Compression.GZIP)
    with tiles.PMTiles(file) as found, pytest.raises(Unreadable):
        found.read(0, 0, 0)


def test_a_folder(tmp_path: Path) -> None:
    for place, data in (("3/1/2.png", PNG), ("5/1/2.jpg", JPEG), ("5/1/3.webp", WEBP), ("5/1/4.png", b"<html>")):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(data)
    (tmp_path / "readme").mkdir()
    (tmp_path / "5" / "1" / "5.png").mkdir()
    with tiles.Folder(tmp_path) as found:
        assert (found.facts.low, found.facts.high) == (3, 5)
        assert found.read(3, 1, 2) == PNG
        assert found.read(5, 1, 2) == JPEG
        assert found.read(5, 1, 3) == WEBP
        assert found.read(5, 9, 9) is None
        with pytest.raises(Unreadable):
            found.read(5, 1, 4)
        with pytest.raises(Unreadable, match="cannot be read"):
            found.read(5, 1, 5)
    (tmp_path / "empty").mkdir()
    assert tiles.Folder(tmp_path / "empty").facts == tiles.Facts()
    with pytest.raises(NotFound):
        tiles.Folder(tmp_path / "gone")


def test_a_server_by_a_template() -> None:
    asked = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        if address.endswith("/9/0/0.png"):
            raise NotFound("No tile there.")
        if address.endswith("/8/0/0.png"):
            raise Offline("The tile server does not answer.")
        return b"<html>" if address.endswith("/7/0/0.png") else PNG

    found = tiles.UrlTemplate("https://tiles.example.org/{z}/{x}/{y}.png", fetch, tiles.Facts(3, 9))
    assert found.read(4, 5, 6) == PNG
    assert asked == ["https://tiles.example.org/4/5/6.png"]
    assert found.read(9, 0, 0) is None
    with pytest.raises(Offline):
        found.read(8, 0, 0)
    with pytest.raises(Unreadable, match=r"tiles\.example\.org"):
        found.read(7, 0, 0)
    assert found.facts.high == 9
    found.close()


@pytest.mark.parametrize("template", ["https://tiles.example.org/{z}/{x}.png", "file:///etc/{z}/{x}/{y}"])
def test_a_template_that_is_none(template: str) -> None:
    with pytest.raises(Invalid, match="needs http"):
        tiles.UrlTemplate(template, lambda _: PNG)


def test_open_tiles_takes_whatever_the_setting_names(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = mbtiles(tmp_path / "a.mbtiles", {}, [])
    packed = pmtiles(tmp_path / "a.pmtiles", TileType.PNG, PNG)
    for where, kind in ((file, tiles.MBTiles), (packed, tiles.PMTiles), (tmp_path / "folder", tiles.Folder)):
        found = tiles.open_tiles(str(where))
        assert isinstance(found, kind)
        found.close()
    assert isinstance(tiles.open_tiles("http://h/{z}/{x}/{y}", lambda _: PNG), tiles.UrlTemplate)
    with pytest.raises(Invalid, match="not allowed"):
        tiles.open_tiles("http://h/{z}/{x}/{y}")
