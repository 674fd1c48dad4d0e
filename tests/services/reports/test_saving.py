"""A file is whole or not there; the name says the format; it can be stopped, and tells how far it is."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.errors import Expected, Invalid
from services.reports import saving
from services.reports.fields import LATITUDE, LONGITUDE, Line
from tests.services.reports.reading import TEXTS, a_table, read_csv

FIELDS = (*TEXTS, LATITUDE, LONGITUDE)
LINES: tuple[Line, ...] = tuple((str(n), "x", 42.0, -71.0) for n in range(5))
ENDINGS = ("csv", "xlsx", "gpkg")


@pytest.mark.parametrize("ending", [*ENDINGS, "CSV"])
def test_it_takes_the_place_of_what_was_there(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    path.write_bytes(b"old")
    assert saving.save(path, a_table(FIELDS, *LINES))
    assert path.read_bytes()[:3] in (b"\xef\xbb\xbf", b"PK\x03", b"SQL")
    assert list(tmp_path.iterdir()) == [path]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("ending", ENDINGS)
def test_stopped_half_way_nothing_is_written(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    path.write_bytes(b"old")
    turns = iter([True, False])
    assert not saving.save(path, a_table(FIELDS, *LINES), lambda: next(turns))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_fault_half_way_leaves_what_was_there(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"

    def broken() -> Iterator[list[Line]]:
        yield [LINES[0]]
        raise OSError(28, "No space left on device")

    with pytest.raises(Expected, match=r"“out\..*” could not be written: No space left on device\. Choose another"):
        saving.save(path, replace(a_table(FIELDS), parts=broken()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_place_that_is_not_there_is_said(tmp_path: Path, ending: str) -> None:
    with pytest.raises(Expected, match="could not be written: No such file or directory"):
        saving.save(tmp_path / "nowhere" / f"out.{ending}", a_table(FIELDS, *LINES))


def test_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "SAID_EVERY", -1.0)
    told = list[tuple[int, int]]()
    assert saving.save(
        tmp_path / "out.csv", a_table(TEXTS, *(line[:2] for line in LINES)), progress=lambda *s: told.append(s)
    )
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert len(read_csv(tmp_path / "out.csv")) == 6


@pytest.mark.parametrize("name", ["out.xls", "out", "out.csv.gz"])
def test_another_ending_is_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match=r"no kind of file.*\.csv, \.xlsx or \.gpkg"):
        saving.save(tmp_path / name, a_table(FIELDS))
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_place_is_no_layer(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"End it in \.csv or \.xlsx"):
        saving.save(tmp_path / "out.gpkg", a_table(TEXTS))
