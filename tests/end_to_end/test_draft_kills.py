"""The window killed (SIGKILL) while a call is typed: at most the last second is missing, nothing is half or twice.

`python -m tests.end_to_end.test_draft_kills 200` kills it so often, and prints what was missing at most.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from console import drafts
from tests.end_to_end.doomed import Child
from tests.end_to_end.driven import LETTERS, type_away

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]
KILLS = 5
LATEST = 1.0
"""Seconds before the kill of which what was typed may be missing."""


def lost(home: Path, chance: random.Random) -> float:
    """Type, kill, and give for how many seconds before the kill what was typed is missing."""
    child = Child([str(home), str(chance.randrange(1 << 30))], run=type_away)
    child.hear()
    until = time.monotonic() + chance.uniform(0.05, 2.5)
    while time.monotonic() < until:
        child.hear()
    killed = time.monotonic()
    child.kill()
    keys = [(float(moment), letter) for moment, letter in (line.split() for line in child.said)]
    found = drafts.kept(home)
    assert len(found) <= 1, "a draft is there twice"
    text = found[0].form.description if found else ""
    whole = "".join(islice(cycle(LETTERS), max(len(text), len(keys))))
    assert whole.startswith(text), "a draft is half"
    missing = [moment for moment, _ in keys[len(text) :]]
    return killed - missing[0] if missing else 0.0


def each(kills: int, seed: int) -> Iterator[float]:
    """So many kills, each in a home of its own."""
    chance = random.Random(seed)
    for _ in range(kills):
        with TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "config.toml").write_text('[desk]\nactor = "ana"\n', encoding="utf-8")
            yield lost(home, chance)


def test_a_kill_while_typing_loses_less_than_a_second() -> None:
    assert max(each(KILLS, 20261127)) < LATEST


if __name__ == "__main__":
    count = int(sys.argv[1])
    worst = list(each(count, int(time.time())))
    much = sum(seconds >= LATEST for seconds in worst)
    sys.stdout.write(
        f"{count} kills while typing: {much} lost more than {LATEST:.0f} s, "
        f"none half, none twice; the most that was missing had been typed in the last {max(worst):.2f} s\n"
    )
