"""A table as a GeoPackage (OGC 12-128r17, version 1.3): one layer of points in WGS 84, times in UTC."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from services.errors import Bug
from services.reports import gpkg_index
from services.reports.fields import LATITUDE, LONGITUDE, Field, Kind, Line, Table, Value, utc

LAYER = "service_requests"
_HOUR = 3_600_000
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude/latitude coordinates in decimal degrees on WGS 84"),
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
)
_TABLES = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
    srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
"""
_TYPES = {Kind.TEXT: "TEXT", Kind.MOMENT: "DATETIME", Kind.SPAN: "REAL", Kind.SHARE: "REAL"}
_POINT = struct.Struct("<2sBBiBIdd")


def write(path: Path, table: Table) -> None:
    """Fill the file, which is there and empty. Raises OSError, and Bug for a table without a place."""
    names = [field.name for field in table.fields]
    if LATITUDE.name not in names or LONGITUDE.name not in names:
        raise Bug("A GeoPackage was asked for of what has no place.")
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as made:
            made.executescript(_TABLES)
            made.execute("BEGIN")
            made.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
            _fill(made, table, names.index(LATITUDE.name), names.index(LONGITUDE.name))
            made.execute("COMMIT")
    except sqlite3.OperationalError as fault:
        raise OSError(None, str(fault)) from None


def _fill(made: sqlite3.Connection, table: Table, lat: int, lon: int) -> None:
    others = [i for i in range(len(table.fields)) if i not in (lat, lon)]
    columns = "".join(f', "{table.fields[i].name}" {_TYPES[table.fields[i].kind]}' for i in others)
    made.execute(f"CREATE TABLE {LAYER} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT{columns})")
    gpkg_index.begin(made, LAYER)
    holes = ", ?" * len(others)
    bounds, first = _Bounds(), 1

    def rows(lines: Sequence[Line]) -> Iterator[tuple[bytes | Value, ...]]:
        for fid, line in enumerate(lines, first):
            yield fid, bounds.point(line[lon], line[lat]), *(_value(line[i], table.fields[i]) for i in others)

    for part in table.parts:
        made.executemany(f"INSERT INTO {LAYER} VALUES (?, ?{holes})", rows(part))  # noqa: S608 - our words
        places = ((fid, line[lon], line[lat]) for fid, line in enumerate(part, first))
        placed = ((fid, float(x), float(y)) for fid, x, y in places if x is not None and y is not None)
        gpkg_index.add(made, LAYER, placed)
        first += len(part)
    said = (LAYER, "features", table.name, *bounds.box, 4326)
    columns = "table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id"
    made.execute(f"INSERT INTO gpkg_contents ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", said)  # noqa: S608
    made.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', 4326, 0, 0)", (LAYER,))
    gpkg_index.finish(made, LAYER)


def _value(value: Value, field: Field) -> Value:
    if value is None:
        return None
    match field.kind:
        case Kind.MOMENT:
            return utc(int(value)).isoformat(timespec="milliseconds")[:23] + "Z"
        case Kind.SPAN:
            return round(int(value) / _HOUR, 3)
    return value


class _Bounds:
    """Makes points and remembers how far they reach."""

    def __init__(self) -> None:
        self._xs: tuple[float, float] | None = None
        self._ys: tuple[float, float] | None = None

    def point(self, x: Value, y: Value) -> bytes | None:
        """A point as a GeoPackage keeps it (no envelope, little-endian); None without a place."""
        if x is None or y is None:
            return None
        x, y = float(x), float(y)
        self._xs, self._ys = _with(self._xs, x), _with(self._ys, y)
        return _POINT.pack(b"GP", 0, 1, 4326, 1, 1, x, y)

    @property
    def box(self) -> tuple[float | None, float | None, float | None, float | None]:
        """Least x, least y, greatest x, greatest y; None where there is no point."""
        if self._xs is None or self._ys is None:
            return None, None, None, None
        return self._xs[0], self._ys[0], self._xs[1], self._ys[1]


def _with(reach: tuple[float, float] | None, value: float) -> tuple[float, float]:
    return (value, value) if reach is None else (min(reach[0], value), max(reach[1], value))
