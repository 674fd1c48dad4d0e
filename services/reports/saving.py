"""Saves a table in the format that the file's name asks for, whole or not at all; it can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from services.errors import Expected, Invalid
from services.files import placed, why
from services.reports.fields import LATITUDE, Line, Table

_FORMATS = {".csv": "csv_file", ".xlsx": "xlsx_file", ".gpkg": "gpkg_file"}
PLACED = ".gpkg"
"""The format whose rows have a place."""
SAID_EVERY = 0.5
"""Seconds between two words of progress."""


class _Stopped(Exception):
    """The person let go of the file."""


def check(path: Path, *, placed: bool = True) -> str:
    """The ending of the file's name; `placed`: whether the rows have a place. Raises Invalid for none of ours."""
    ending = path.suffix.lower()
    if ending not in _FORMATS or (ending == PLACED and not placed):
        which = ".csv, .xlsx or .gpkg" if placed else ".csv or .xlsx"
        raise Invalid(f"“{path.name}” is no kind of file that can be written.", f"End it in {which}.")
    return ending


def save(
    path: Path,
    table: Table,
    may_go_on: Callable[[], bool] = lambda: True,
    progress: Callable[[int, int], object] = lambda written, count: None,
) -> bool:
    """Write a table to a file for its owner alone; False when it was stopped, and nothing was written.

    What was at `path` stays until the new file is whole. `progress` hears of rows written, and of how many.
    Raises Expected.
    """
    write = import_module(f"services.reports.{_FORMATS[check(path, placed=LATITUDE in table.fields)]}").write
    try:
        with placed(path) as part:
            write(part, replace(table, parts=_watched(table, may_go_on, progress)))
    except _Stopped:
        return False
    except OSError as fault:
        remedy = "Choose another place, or make room there."
        raise Expected(f"“{path.name}” could not be written: {why(fault)}.", remedy) from None
    return True


def _watched(
    table: Table, may_go_on: Callable[[], bool], progress: Callable[[int, int], object]
) -> Iterator[Sequence[Line]]:
    written, said = 0, time.monotonic()
    for rows in table.parts:
        yield rows
        written += len(rows)
        if not may_go_on():
            raise _Stopped
        if time.monotonic() - said >= SAID_EVERY:
            said = time.monotonic()
            progress(written, table.count)
