"""The desk answers while it pulls from a real server, sorts, filters, assigns many and pans; all of it is done."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks.city import city
from tests.benchmarks.harness import Bench
from tests.benchmarks.watchdog import watch

pytestmark = pytest.mark.chaos
N, PULLED, ASSIGNED = 3_000, 2_000, 50


@pytest.mark.usefixtures("qapp")
def test_the_desk_does_everything_at_once_and_says_how_long_it_was_silent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = city(Bench(N, 1, tmp_path / "bench"))
    seen, work = watch(made, tmp_path / "home", PULLED, ASSIGNED)
    with capsys.disabled():
        sys.stdout.write(f"\nThe UI thread at {N + PULLED:,} requests: {seen.said()}\n")
    assert (work.pulled, work.assigned) == (PULLED, ASSIGNED)
    assert min(work.sorted, work.filtered, work.panned) >= 4
    assert {"sort", "filter", "pan", "bulk assign", "select all"} <= {doing for doing, _ in seen.gaps}
    with closing(sqlite3.connect(tmp_path / "home" / "desk.db")) as store:
        (kept,) = store.execute("SELECT count(*) FROM request").fetchone()
        (given,) = store.execute("SELECT count(*) FROM event WHERE kind = 'assigned' AND actor = 'ana'").fetchone()
    assert (kept, given) == (N + PULLED, ASSIGNED)
