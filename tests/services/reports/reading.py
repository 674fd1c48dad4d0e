"""Reads saved files back as other programs do: the csv module, openpyxl, GDAL, and plain SQL for a GeoPackage."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from services.reports.fields import Field, Kind, Line, Table
from tests.widgets.rows import NOW

GDAL = shutil.which("ogr2ogr")
TEXTS = (Field("first", "First"), Field("second", "Second"))


def a_table(fields: tuple[Field, ...], *lines: Line, zone: Any = None) -> Table:
    """A table of these rows, two at a time."""
    parts = (lines[at : at + 2] for at in range(0, len(lines), 2))
    return Table("Rows", fields, iter(parts), len(lines), zone or ZoneInfo("America/New_York"))


def written(path: Path, write: Callable[[Path, Table], None], table: Table) -> Path:
    """The file, filled."""
    path.touch()
    write(path, table)
    return path


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    rows = [list(row) for row in book.worksheets[0].iter_rows()]
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    book.close()
    return [[cell.value for cell in row] for row in rows]


def read_gdal(path: Path) -> list[dict[str, Any]]:
    """Features as GDAL reads them, in the order of the file; the place as `lonlat`, or None."""
    assert GDAL is not None
    words = [GDAL, "-f", "GeoJSON", "/vsistdout/", str(path), "-lco", "COORDINATE_PRECISION=9"]
    told = subprocess.run(words, capture_output=True, check=True, timeout=60)
    assert told.stderr == b"", told.stderr
    return [
        {**one["properties"], "lonlat": one["geometry"] and one["geometry"]["coordinates"]}
        for one in json.loads(told.stdout)["features"]
    ]


def asked(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as made:
        return made.execute(statement).fetchall()


__all__ = ["GDAL", "NOW", "TEXTS", "Kind", "a_table", "asked", "read_csv", "read_gdal", "read_xlsx", "written"]
