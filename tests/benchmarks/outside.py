"""The peers that no Python package brings: nothing drives them yet, and the table says so."""

from __future__ import annotations

import shutil
from dataclasses import replace

from tests.benchmarks.harness import Figure, Line, compared

PROGRAMS = {"QGIS": "qgis", "DB Browser for SQLite": "sqlitebrowser"}


def not_run(line: Line, ours: Figure) -> Line:
    """The line of an outside peer."""
    here = "is here" if shutil.which(PROGRAMS[line.peer_name]) else "is not here"
    return compared(
        replace(line, note=f"not run: {PROGRAMS[line.peer_name]} {here}, and nothing drives it yet"), ours, None
    )
