"""`make bench-team`: many desks on one real server at a fixed rate; printed, and written to docs/benchmarks-team.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks import team_plans, team_report
from tests.benchmarks.team_run import Load, Run, runs

PAGE = Path("docs") / "benchmarks-team.md"
REQUESTS = 10_000
OPEN = 1_000_000
LOADS = (Load(1, 0.25), Load(10, 1.0), Load(50, 10.0), Load(50, 1.0))


def main() -> int:
    """Run all loads, and look at the plans. Returns 0 also where a goal is not met, for the table says so.

    A statement that reads a whole table that grows is no goal but a fault: then it returns 1.
    """
    parser = argparse.ArgumentParser(prog="make bench-team")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each load")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--plans", type=int, default=OPEN, help="open requests of the ten years; 0 leaves them out")
    asked = parser.parse_args()
    done: list[Run] = []
    for run in runs(asked.requests, LOADS, asked.seconds):
        done.append(run)
        sys.stdout.write(team_report.table(run))
        sys.stdout.flush()
    plans = team_plans.run(asked.plans, _progress) if asked.plans else None
    if plans is not None:
        sys.stdout.write(team_plans.table(plans))
    PAGE.write_text(team_report.page(done, asked.requests, plans), encoding="utf-8")
    sys.stdout.write("\n".join(team_report.unmet(done)) + f"\nWritten to {PAGE}.\n")
    return int(plans is not None and bool(plans.walks))


def _progress(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
