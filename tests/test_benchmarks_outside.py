"""The peers that are programs of their own: said to be absent where they are, driven where they are not."""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from tests.benchmarks import outside_browser, outside_qgis, report, screen
from tests.benchmarks.harness import Figure, Line, NotTheSame
from tests.benchmarks.outside import NotDriven, last_words, not_run, program
from tests.benchmarks.screen import Box, Look, Screen, Watched

OURS = Figure("ours", [2.0], [1.0])
LINE = Line(6, 500, "panning", None, None, "QGIS", "≤ 1/200", 1 / 200)
EXTENT = (0.0, 0.0, 1200.0, 800.0)
REPORT = {
    "version": "3.22",
    "features": 2,
    "width": 1200,
    "height": 800,
    "extent": list(EXTENT),
    "wall": [3.0, 5.0, 4.0],
    "cpu": [1.0, 1.0, 1.0],
}


def test_a_program_that_is_not_here_is_named_and_no_ratio_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotDriven) as why:
        program("qgis")
    line = not_run(LINE, OURS, why.value)
    assert (line.note, line.ours, line.ratio, line.met) == ("not run: qgis is not here", 2.0, None, None)
    assert report.unmet([line], 500) == ["- Row 6, panning beside QGIS: not run: qgis is not here."]
    with pytest.raises(NotDriven, match="qgis is not here"):
        outside_qgis.interpreter()


def test_the_page_says_how_to_install_them() -> None:
    assert "apt install --no-install-recommends qgis python3-qgis sqlitebrowser xvfb" in report.page([LINE], (500,))


def test_of_what_a_program_said_the_last_line_is_kept() -> None:
    assert last_words("a warning\nno display\n\n") == "no display"
    assert last_words(" ") == "without a word"


def test_the_report_of_the_driver_is_its_last_line() -> None:
    made = outside_qgis.parsed(f"some plugin speaks\n{json.dumps(REPORT)}\n")
    assert (made.features, made.extent, made.figure.median, made.figure.cpu_median) == (2, EXTENT, 4.0, 1.0)
    assert "QGIS 3.22" in made.note
    assert "3 frames" in made.note


@pytest.mark.parametrize("said", ["", "Segmentation fault\n", "[]\n", "7\n", json.dumps({"version": "3"})])
def test_a_driver_that_reports_nothing_is_not_driven(said: str) -> None:
    with pytest.raises(NotDriven, match="reported nothing"):
        outside_qgis.parsed(said)


def test_a_picture_must_show_a_disc_at_every_point_and_nothing_else() -> None:
    x, y = np.array([100.5, 700.5]), np.array([200.5, 300.5])
    picture = QImage(1200, 800, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    with pytest.raises(NotTheSame, match="painted 0 pixels"):
        outside_qgis.look_at(outside_qgis.ink_of(picture), x, y, EXTENT)
    for left, top in ((98, 597), (698, 497)):
        for right in range(5):
            for down in range(5):
                picture.setPixelColor(left + right, top + down, QColor(200, 60, 20))
    outside_qgis.look_at(outside_qgis.ink_of(picture), x, y, EXTENT)
    with pytest.raises(NotTheSame, match="painted 50 pixels"):
        outside_qgis.look_at(outside_qgis.ink_of(picture), x + 7, y, EXTENT)
    picture.fill(QColor("red"))
    with pytest.raises(NotTheSame, match="painted 960000 pixels"):
        outside_qgis.look_at(outside_qgis.ink_of(picture), x, y, EXTENT)


def test_the_pixels_of_a_screen_are_read_from_its_file_as_they_change(tmp_path: Path) -> None:
    file = tmp_path / "screen"
    head = [0] * 25
    head[0], head[4], head[5], head[12], head[19] = 104, 3, 2, 16, 1
    pixels = np.arange(8, dtype=np.uint32).reshape(2, 4)
    file.write_bytes(struct.pack(">25I", *head) + bytes(4 + 12) + pixels.tobytes())
    seen = screen.mapped(file)
    assert seen.tolist() == [[0, 1, 2], [4, 5, 6]]
    with file.open("r+b") as other:
        other.seek(104 + 12)
        other.write(struct.pack("=I", 9))
    assert Box(0, 0, 2, 1).of(seen).tolist() == [[9, 1]]


def words() -> screen.Pixels:
    """A white box with dark words on it."""
    box = np.full((60, 100), 0xFFFFFF, np.uint32)
    box[::10, 5:80:3] = 0x202020
    return box


def test_rows_are_seen_once_their_words_are_there() -> None:
    look = Look.of(words())
    assert look.seen(words())
    assert look.seen(words() | np.uint32(0xFF000000)), "the fourth byte means nothing"
    half = words()
    half[30:] = 0xFFFFFF
    for other in (half, np.full((60, 100), 0xFFFFFF, np.uint32), np.zeros((60, 100), np.uint32)):
        assert not look.seen(other)


def test_an_empty_table_is_no_rows() -> None:
    with pytest.raises(NotDriven, match="no rows are seen"):
        Look.of(np.full((60, 100), 0xFFFFFF, np.uint32))


def test_a_program_that_ends_before_it_shows_anything_is_not_driven(tmp_path: Path) -> None:
    dark = Screen(":99", np.zeros((60, 100), np.uint32), tmp_path)
    watched = Watched("it", dark, [sys.executable, "-c", "raise SystemExit('no display')"], Box(0, 0, 100, 60))
    with pytest.raises(NotDriven, match="it ended before its rows were seen: no display"):
        watched.run()
    assert not watched.wall


def test_qgis_pans_the_same_points_where_it_is_here(tmp_path: Path) -> None:
    try:
        outside_qgis.interpreter()
    except NotDriven as why:
        pytest.skip(str(why))
    x, y = np.array([-7_912_000.0, -7_911_000.0]), np.array([5_215_000.0, 5_214_000.0])
    bounds = (-7_914_000.0, 5_212_500.0, -7_908_000.0, 5_216_500.0)
    made = outside_qgis.panned(x, y, bounds, tmp_path, 2)
    assert (made.features, len(made.wall), len(made.cpu)) == (2, 2, 2)


@pytest.mark.skipif(not (shutil.which("sqlitebrowser") and shutil.which("Xvfb")), reason="DB Browser is not here")
def test_the_rows_of_db_browser_are_seen_where_it_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "STILL", 1.0)
    store = tmp_path / "some.db"
    with closing(sqlite3.connect(store)) as made:
        made.execute("CREATE TABLE request (id INTEGER PRIMARY KEY, address TEXT)")
        made.executemany("INSERT INTO request (address) VALUES (?)", [(f"{i} Elm Street",) for i in range(50)])
        made.commit()
    with screen.screen(tmp_path) as shown:
        browser = outside_browser.browser(store, shown)
        browser.run()
        browser.run()
    assert len(browser.wall) == len(browser.cpu) == 2
    assert browser.looks
