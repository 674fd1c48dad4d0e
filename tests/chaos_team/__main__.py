"""python -m tests.chaos_team --cuts 1000 --failovers 20: what was done, what came of it, and each fault in words."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from tests.chaos_team.playing import play
from tests.services.postgres import can_follow


def main() -> int:
    """Play, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=1_000)
    parser.add_argument("--failovers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and processes end with it
    if asked.failovers and not can_follow():
        print("NOT RUN: fail-over needs pg_basebackup; install PostgreSQL.")
        asked.failovers = 0
    begun = time.monotonic()
    counts = play(asked.cuts, asked.failovers, asked.seed)
    print(f"chaos-team, seed {asked.seed}: {counts.said()}; {time.monotonic() - begun:.0f} s")
    for fault in counts.faults:
        print(f"  {fault}")
    return 1 if counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())
