"""`make bench`: every row of the table, printed, and written to docs/benchmarks.md and build/bench.json."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.benchmarks import pictures, report, run
from tests.benchmarks.city import city
from tests.benchmarks.harness import Bench, Line

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
    lines: list[Line] = []
    wanted = [w for w in asked.rows.split(",") if w]
    for name, n in run.plan(sizes):
        if not wanted or name in wanted or str(run.module(name).NUMBER) in wanted:
            lines += run.apart(name, n)
    minutes = (time.monotonic() - begun) / 60
    sys.stdout.write(report.table(lines, sizes))
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps([line.plain() for line in lines], indent=1), encoding="utf-8")
    if not asked.n and not wanted:
        pictures.take(sizes[-1])
        PAGE.write_text(report.page(lines, sizes, minutes), encoding="utf-8")
        sys.stdout.write(f"Written to {PAGE} and {JSON}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
