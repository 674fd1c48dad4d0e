"""The peers that no Python package brings: programs that are driven where they are installed, and named where not."""

from __future__ import annotations

import shutil
from dataclasses import replace

from tests.benchmarks.harness import Figure, Line, compared

INSTALL = "apt install --no-install-recommends qgis python3-qgis sqlitebrowser xvfb"
"""On Debian; elsewhere the same programs have other packages."""


class NotDriven(Exception):
    """An outside peer could not be driven here; says why."""


def program(name: str) -> str:
    """Where a program is. Raises NotDriven."""
    found = shutil.which(name)
    if found is None:
        raise NotDriven(f"{name} is not here")
    return found


def not_run(line: Line, ours: Figure, why: NotDriven) -> Line:
    """The line of an outside peer that was not driven."""
    return compared(replace(line, note=f"not run: {why}"), ours, None)


def last_words(said: str) -> str:
    """What a program that failed said in the end."""
    lines = said.strip().splitlines()
    return lines[-1][:200] if lines else "without a word"
