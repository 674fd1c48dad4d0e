"""The peers that no Python package brings: where they are not here, the table says so and how to get them."""

from __future__ import annotations

import shutil
from dataclasses import replace

from tests.benchmarks.harness import Figure, Line, compared

PROGRAMS = {"QGIS": "qgis", "DB Browser for SQLite": "sqlitebrowser"}


def found(name: str) -> str | None:
    """Where a peer's program is; None where it is not."""
    return shutil.which(PROGRAMS[name])


def not_run(line: Line, ours: Figure) -> Line:
    """The line of an outside peer that is not here."""
    program = PROGRAMS[line.peer_name]
    return compared(replace(line, note=f"not run: apt install {program} xvfb"), ours, None)
