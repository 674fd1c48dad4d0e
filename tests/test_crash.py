"""A short run of `make crash`, and proof that it would see what is lost, half or damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.store.store import Store
from tests import crash


@pytest.mark.chaos
def test_ten_kills_lose_nothing() -> None:
    run = subprocess.run([sys.executable, "-m", "tests.crash", "--kills", "10"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith("10 kills, ")
    assert " 0 lost, half or damaged; " in run.stdout


@pytest.fixture
def home(tmp_path: Path) -> Path:
    crash.prepare(tmp_path)
    return tmp_path


def done(home: Path, step: crash.Step) -> list[str]:
    store = Store.open(f"sqlite:///{home}/desk.db")
    try:
        operation = crash.through_the_store(store, step)
    finally:
        store.close()
    return [f"try {json.dumps(vars(step))}", json.dumps({"operation": operation})]


def note(*ids: int) -> crash.Step:
    return crash.Step("note", list(ids), "hello", {}, len(ids), 0, len(ids))


def test_a_command_that_is_kept_is_counted(home: Path) -> None:
    before, tally = crash.look(home / "desk.db"), crash.Tally()
    lines = done(home, note(1, 2))
    assert crash.judge(home, before, lines, tally) == before.after(note(1, 2))
    crash.judge(home, before, lines[:1], tally)
    assert (tally.acknowledged, tally.cut, tally.kept, tally.faults) == (1, 1, 1, [])


def test_a_lost_command_is_seen(home: Path) -> None:
    before, tally = crash.look(home / "desk.db"), crash.Tally()
    lines = [f"try {json.dumps(vars(note(1)))}", json.dumps({"operation": "never"})]
    crash.judge(home, before, lines, tally)
    assert tally.faults[0] == "lost: never"
    assert tally.faults[1].startswith("half or lost")


def test_half_a_command_is_seen(home: Path) -> None:
    before, tally = crash.look(home / "desk.db"), crash.Tally()
    done(home, note(1))
    crash.judge(home, before, [f"try {json.dumps(vars(note(1, 2)))}"], tally)
    assert tally.faults[0].startswith("half or lost")


def test_a_damaged_file_is_seen(home: Path) -> None:
    before, tally = crash.look(home / "desk.db"), crash.Tally()
    file = home / "desk.db"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 4] = bytes(4096)
    file.write_bytes(content)
    crash.judge(home, before, [], tally)
    assert tally.faults
