"""`make bench`: every row of the table, printed, and written to docs/benchmarks.md and build/bench.json."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.benchmarks import pictures, report, run
from tests.benchmarks.city import city
from tests.benchmarks.harness import Bench, Line, line_of

JSON = Path("build") / "bench.json"
PAGE = Path("docs") / "benchmarks.md"


def main() -> int:
    """Run what was asked for. Returns the exit code: 0 also where a goal is not met, for the table says so."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--n", type=int, default=0, help="one size instead of three")
    parser.add_argument("--rows", default="", help="names or numbers of rows, with commas; all by default")
    asked = parser.parse_args()
    sizes = (asked.n,) if asked.n else run.SIZES
    begun = time.monotonic()
    for n in sizes:
        sys.stdout.write(f"The city at {n:,}…\n")
        sys.stdout.flush()
        city(Bench(n, 1, run.FOLDER)).close()
    lines, wanted = _kept(), {w for w in asked.rows.split(",") if w}
    for name, n in run.plan(sizes):
        if not wanted or wanted & {name, str(run.number(name))}:
            lines = [line for line in lines if (line.row, line.n) != (run.number(name), n)] + run.apart(name, n)
            _keep(lines)
    lines = sorted((line for line in lines if line.n in sizes), key=lambda line: (not line.row, line.row))
    sys.stdout.write(report.table(lines, sizes))
    if not asked.n:
        if not wanted or "pictures" in wanted:
            pictures.take(sizes[-1])
        PAGE.write_text(report.page(lines, sizes), encoding="utf-8")
        sys.stdout.write(f"Written to {PAGE} and {JSON}, in {(time.monotonic() - begun) / 60:.0f} minutes.\n")
    return 0


def _kept() -> list[Line]:
    """The lines of earlier runs, of which those of the rows asked for are replaced."""
    return [line_of(plain) for plain in json.loads(JSON.read_text("utf-8"))] if JSON.exists() else []


def _keep(lines: list[Line]) -> None:
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps([line.plain() for line in lines], indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
