"""Every format, read back by other programs: what was written, whatever the text, the moment or the place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import Bug, Expected
from services.reports import csv_file, gpkg_file, xlsx_file
from services.reports.fields import LATITUDE, LONGITUDE, Field, Kind, Table
from services.reports.text import clean, inert
from services.reports.xlsx_file import MOST_LETTERS, shortened
from tests.services.reports.reading import (
    GDAL,
    NOW,
    TEXTS,
    a_table,
    asked,
    read_csv,
    read_gdal,
    read_xlsx,
    written,
)

PLACES = (Field("said", "Said"), Field("at", "At", Kind.MOMENT), Field("long", "Long", Kind.SPAN), LATITUDE, LONGITUDE)
HOUR = 3_600_000
HARD = (
    "=1+1",
    "\t@x",
    "a\x00b\x1bc",
    "🌳" * 9,
    "שלום 12 مرحبا",
    "_x0041_",
    "<b>&amp;</b>",
    '"',
    "https://example.org",
    "{=1}",
)
cells = st.text(max_size=30) | st.sampled_from(HARD) | st.text("=+-@\t\n\r\x01\u200b_x0", max_size=8)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_any_text_is_read_back_as_it_was_cleaned(tmp_path: Path, drawn: list[tuple[str, str]]) -> None:
    lines = [(clean(a), clean(b)) for a, b in drawn]
    saved = written(tmp_path / "a.csv", csv_file.write, a_table(TEXTS, *lines))
    assert read_csv(saved) == [["First", "Second"], *([inert(a), inert(b)] for a, b in lines)]
    saved = written(tmp_path / "a.xlsx", xlsx_file.write, a_table(TEXTS, *lines))
    read = [[_unescaped(v) for v in row] for row in read_xlsx(saved)]
    assert read[0] == ["First", "Second"]
    assert read[1:] + [["", ""]] * (1 + len(lines) - len(read)) == [[a, b] for a, b in lines]
    placed = a_table((*TEXTS, LATITUDE, LONGITUDE), *((*line, None, None) for line in lines))
    (tmp_path / "a.gpkg").unlink(missing_ok=True)
    saved = written(tmp_path / "a.gpkg", gpkg_file.write, placed)
    assert asked(saved, "SELECT first, second FROM service_requests ORDER BY fid") == lines


def _unescaped(value: object) -> str:
    """The text as Excel shows it: what looks like its escape for a character has its underscore escaped."""
    return str(value or "").replace("_x005F_", "_")


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=9), st.integers(MOST_LETTERS - 3, MOST_LETTERS * 2))
def test_a_cell_never_holds_more_than_excel_takes(piece: str, length: int) -> None:
    text = (piece * length)[:length]
    made = shortened(text)
    units = len(made.encode("utf-16-le", "surrogatepass")) // 2
    assert units <= MOST_LETTERS
    assert made == text or (made.endswith("…") and text.startswith(made[:-1]) and units >= MOST_LETTERS - 1)


def test_a_very_long_text_is_cut_and_the_rest_of_the_row_is_there(tmp_path: Path) -> None:
    table = a_table(TEXTS, ("x" * 40_000, "after"), ("🌳" * 20_000, "last"))
    rows = read_xlsx(written(tmp_path / "long.xlsx", xlsx_file.write, table))
    assert [len(str(row[0])) for row in rows[1:]] == [MOST_LETTERS, MOST_LETTERS // 2 + 1]
    assert [row[1] for row in rows[1:]] == ["after", "last"]


def test_dates_are_dates_in_the_citys_time(tmp_path: Path) -> None:
    # an hour that is there twice, when summer time ends; and moments at the ends of the calendar
    autumn = int(datetime(2011, 11, 6, 6, 30, tzinfo=UTC).timestamp() * 1000)
    first, last = -62_135_596_800_000, 253_402_300_799_000
    fields = (Field("at", "At", Kind.MOMENT), Field("long", "Long", Kind.SPAN))
    lines = ((NOW, 36 * HOUR), (autumn, 0), (autumn - HOUR, HOUR), (None, None), (first, 1), (last, 1))
    rows = read_xlsx(written(tmp_path / "at.xlsx", xlsx_file.write, a_table(fields, *lines)))
    assert [row[0] for row in rows[1:4]] == [
        datetime(2011, 8, 29, 12, 0),
        datetime(2011, 11, 6, 1, 30),
        datetime(2011, 11, 6, 1, 30),
    ]
    assert rows[1][1] == timedelta(hours=36)
    assert rows[4] == [None, None]
    assert rows[5][0] == "0001-01-01 00:00"
    assert rows[6][0] == datetime(9999, 12, 31, 18, 59, 59)
    said = read_csv(written(tmp_path / "at.csv", csv_file.write, a_table(fields, *lines)))
    assert said[1:5] == [
        ["2011-08-29 12:00", "36 h"],
        ["2011-11-06 01:30", "0 m"],
        ["2011-11-06 01:30", "1 h"],
        ["", ""],
    ]


def test_more_rows_than_a_sheet_holds_are_refused_with_a_remedy(tmp_path: Path) -> None:
    table = Table("Rows", TEXTS, iter(()), xlsx_file.MOST_ROWS + 1, ZoneInfo("UTC"))
    with pytest.raises(Expected, match=r"1,048,575 rows, and these are 1,048,576.*as CSV"):
        xlsx_file.write(tmp_path / "many.xlsx", table)


def test_a_sheet_can_be_filtered_and_its_titles_stay(tmp_path: Path) -> None:
    saved = written(tmp_path / "a.xlsx", xlsx_file.write, a_table(TEXTS, ("a", "b")))
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.title) == ("A2", "A1:B2", "Rows")
    assert list(tmp_path.iterdir()) == [saved]


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    lines = (
        ("Tree", NOW, HOUR, 42.3312345, -71.0412345),
        ("No place", None, None, None, None),
        ("South", NOW, 90 * 60_000, -33.9, 151.2),
    )
    return written(tmp_path / "layer.gpkg", gpkg_file.write, a_table(PLACES, *lines))


@pytest.mark.skipif(GDAL is None, reason="GDAL is not installed (Debian: gdal-bin)")
def test_gdal_reads_the_rows_and_their_places(layer: Path) -> None:
    when = "2011-08-29T16:00:00Z"
    assert read_gdal(layer) == [
        {"said": "Tree", "at": when, "long": 1.0, "lonlat": [-71.0412345, 42.3312345]},
        {"said": "No place", "at": None, "long": None, "lonlat": None},
        {"said": "South", "at": when, "long": 1.5, "lonlat": [151.2, -33.9]},
    ]


def test_it_is_a_geopackage_by_the_specifications_own_checks(layer: Path) -> None:
    """The mandatory ones of its abstract test suite (annex A), base and features."""
    assert layer.read_bytes()[:16] == b"SQLite format 3\x00"  # /base/core/container/data/file_format
    assert asked(layer, "PRAGMA application_id") == [(0x47504B47,)]
    assert asked(layer, "PRAGMA user_version") == [(10300,)]
    assert asked(layer, "PRAGMA integrity_check") == [("ok",)]
    assert asked(layer, "PRAGMA foreign_key_check") == []
    systems = "SELECT srs_id, organization, organization_coordsys_id FROM gpkg_spatial_ref_sys ORDER BY srs_id"
    assert asked(layer, systems) == [(-1, "NONE", -1), (0, "NONE", 0), (4326, "EPSG", 4326)]
    contents = "SELECT table_name, data_type, srs_id FROM gpkg_contents"
    assert asked(layer, contents) == [("service_requests", "features", 4326)]
    stamp = "SELECT last_change GLOB '????-??-??T??:??:??.???Z' FROM gpkg_contents"
    assert asked(layer, stamp) == [(1,)]
    box = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents"
    assert asked(layer, box) == [(-71.0412345, -33.9, 151.2, 42.3312345)]
    columns = "SELECT table_name, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns"
    assert asked(layer, columns) == [("service_requests", "geom", "POINT", 4326, 0, 0)]
    shape = {name: (kind, pk) for _, name, kind, _, _, pk in asked(layer, "PRAGMA table_info(service_requests)")}
    assert shape["fid"] == ("INTEGER", 1)
    assert {shape[name][0] for name in shape} <= {"INTEGER", "POINT", "TEXT", "DATETIME", "REAL"}
    heads = "SELECT DISTINCT hex(substr(geom, 1, 8)) FROM service_requests WHERE geom NOT NULL"
    assert asked(layer, heads) == [("47500001E6100000",)]  # GP, version 0, little-endian without envelope, 4326
    kinds = "SELECT DISTINCT typeof(geom), length(geom) FROM service_requests ORDER BY 2"
    assert asked(layer, kinds) == [("null", None), ("blob", 29)]


def test_what_has_no_place_is_no_layer(tmp_path: Path) -> None:
    with pytest.raises(Bug, match="no place"):
        gpkg_file.write(tmp_path / "a.gpkg", a_table(TEXTS))


def test_a_layer_without_any_point_has_no_extent(tmp_path: Path) -> None:
    saved = written(tmp_path / "a.gpkg", gpkg_file.write, a_table(PLACES))
    assert asked(saved, "SELECT min_x, max_y FROM gpkg_contents") == [(None, None)]
