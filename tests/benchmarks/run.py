"""Runs rows of the table, each row and size in a process of its own, and keeps what they print."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from tests.benchmarks.harness import REPEATS, Bench, Line, line_of

SIZES = (10_000, 100_000, 1_000_000)
GROWING = (
    "row01_start",
    "row02_sort",
    "row03_filter",
    "row04_search",
    "row05_scroll",
    "row06_map",
    "row07_hover",
    "row12_duplicates",
)
"""Rows that are run at every size, so that growth is seen."""
LARGEST = ("row08_pull", "row09_command", "row11_colleague", "row13_memory", "row14_measures", "watchdog")
"""Rows that are run at the largest size only."""
FOLDER = Path("build") / "bench"
PATIENCE = 420
"""Seconds that one row of one size may take."""


def module(name: str) -> ModuleType:
    """A row's module: it holds NUMBER, TITLE and rows(bench)."""
    return importlib.import_module(f"tests.benchmarks.{name}")


def number(name: str) -> int:
    """The row's number in the table; 0 for the watchdog. Told by the name, so that no row is imported here."""
    digits = name.removeprefix("row")[:2]
    return int(digits) if digits.isdecimal() else 0


def measure(name: str, bench: Bench) -> list[Line]:
    """One row at one size, in this process."""
    ask: Callable[[Bench], list[Line]] = module(name).rows
    return ask(bench)


def plan(sizes: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """Which rows at which sizes, the quick ones first."""
    for n in sizes:
        yield from ((name, n) for name in GROWING)
    yield from ((name, sizes[-1]) for name in LARGEST)


def apart(name: str, n: int, repeats: int = REPEATS, folder: Path = FOLDER) -> list[Line]:
    """One row at one size in a process of its own; one that fails is a line that says so."""
    argv = [sys.executable, "-m", "tests.benchmarks.run", name, str(n), str(repeats), str(folder)]
    begun = time.monotonic()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1"}
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False)
        said = answer.stderr.strip().splitlines()
        lines = [line_of(plain) for plain in json.loads(answer.stdout)] if answer.returncode == 0 else None
    except subprocess.TimeoutExpired:
        said, lines = [f"not ended after {PATIENCE} s"], None
    sys.stdout.write(f"  {name} at {n:,}: {time.monotonic() - begun:.0f} s\n")
    sys.stdout.flush()
    if lines is None:
        why = said[-1] if said else "it ended without a word"
        return [Line(number(name), n, name, None, None, "", note=f"failed: {why[:200]}")]
    return lines


if __name__ == "__main__":
    made = measure(sys.argv[1], Bench(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
    sys.stdout.write(json.dumps([line.plain() for line in made]))
    sys.stdout.flush()
    os._exit(0)
