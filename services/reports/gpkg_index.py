"""The spatial index of a GeoPackage's layer, as its extension gpkg_rtree_index (OGC 12-128r17, annex F.3) wants it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

Entry = tuple[int, float, float]
"""A feature's id, x and y."""
_GEOM = "geom"
_EXTENSIONS = """
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
)
"""
_DEFINITION = "http://www.geopackage.org/spec120/#extension_rtree"
_HAS = "NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)"
_LACKS = "NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)"
_FORGET = "DELETE FROM {index} WHERE id = OLD.fid;"
_PUT = (
    "INSERT OR REPLACE INTO {index} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),"
    " ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"
)
_TRIGGERS = {
    "insert": ("INSERT", _HAS, _PUT),
    "update1": ("UPDATE OF geom", f"OLD.fid = NEW.fid AND ({_HAS})", _PUT),
    "update2": ("UPDATE OF geom", f"OLD.fid = NEW.fid AND ({_LACKS})", _FORGET),
    "update3": ("UPDATE", f"OLD.fid != NEW.fid AND ({_HAS})", f"{_FORGET} {_PUT}"),
    "update4": ("UPDATE", f"OLD.fid != NEW.fid AND ({_LACKS})", "DELETE FROM {index} WHERE id IN (OLD.fid, NEW.fid);"),
    "delete": ("DELETE", "OLD.geom NOT NULL", _FORGET),
}
"""After what, when, and what is done then: with these other programs keep the index right. They bring the functions."""


def begin(made: sqlite3.Connection, layer: str) -> None:
    """Make the index of a layer of points (`fid`, `geom`), empty."""
    made.execute(f"CREATE VIRTUAL TABLE {_name(layer)} USING rtree(id, minx, maxx, miny, maxy)")


def add(made: sqlite3.Connection, layer: str, entries: Iterable[Entry]) -> None:
    """Put points into it."""
    put = f"INSERT INTO {_name(layer)} VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - our words
    made.executemany(put, ((fid, x, x, y, y) for fid, x, y in entries))


def finish(made: sqlite3.Connection, layer: str) -> None:
    """Say that it is there, and have whoever changes the layer change it too. After this nothing can be added here."""
    index = _name(layer)
    made.execute(_EXTENSIONS)
    said = (layer, _GEOM, "gpkg_rtree_index", _DEFINITION, "write-only")
    made.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", said)
    for name, (after, when, then) in _TRIGGERS.items():
        done = then.format(index=index)
        made.execute(f"CREATE TRIGGER {index}_{name} AFTER {after} ON {layer} WHEN ({when}) BEGIN {done} END")


def _name(layer: str) -> str:
    return f"rtree_{layer}_{_GEOM}"
