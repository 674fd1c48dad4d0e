"""Pulling and posting runs in a process of its own: a fault there is said, and it ends with the desk."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import syncing
from console.app import Application
from console.desk import Desk
from console.syncing import Syncing
from console.tasks import Tasks
from services.errors import Bug, Expected
from services.sync.sync import Syncer
from tests.console import town

PATIENCE = 20


def unexpected(problem: Expected) -> None:
    """Nothing should be wrong."""
    pytest.fail(str(problem))


FAULT = "import sys; sys.stdin.read(0); raise RuntimeError('a fault of ours')"
LISTENING = """
import pathlib, sys
print("changed", flush=True)
for _ in sys.stdin:
    print("changed", flush=True)
pathlib.Path(sys.argv[1], "ended").touch()
"""


def instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Have another program run in the process; its first argument is the home."""
    monkeypatch.setattr(syncing, "ARGV", (sys.executable, "-c", program))


@contextmanager
def running(made: Syncing, heard: Callable[[], None], told: Callable[[Expected], None]) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=made.run, args=(heard, told))
    thread.start()
    try:
        yield thread
    finally:
        made.end()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_fault_of_ours_is_said(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    instead(monkeypatch, FAULT)
    made = Application(town.build(folder), scheme="light")
    try:
        made.show()
        qtbot.waitUntil(lambda: "went wrong" in made.window.bar.words.text(), timeout=20_000)
    finally:
        made.close()
    assert "a task failed" in caplog.text
    caplog.clear()


def test_closing_hangs_up_and_waits_for_the_end(folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, LISTENING)
    made = Application(town.build(folder), scheme="light")
    made.show()
    with qtbot.waitSignal(made.desk._synced, timeout=20_000):
        pass
    made.close()
    assert (folder / "ended").exists()


def test_after_a_fault_of_ours_pulling_begins_again(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    instead(monkeypatch, FAULT)
    tasks = Tasks()
    desk = Desk(town.build(folder), tasks)
    with qtbot.waitSignal(tasks.bug, timeout=20_000):
        desk.open()
    caplog.clear()
    instead(monkeypatch, LISTENING)
    with qtbot.waitSignal(desk._synced, timeout=20_000):
        desk.wake()
    desk.close()


def test_a_wish_reaches_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    instead(monkeypatch, LISTENING)
    made, heard = Syncing(folder), threading.Semaphore(0)
    made.wake()  # before it runs there is nobody to wake
    with running(made, heard.release, unexpected):
        assert heard.acquire(timeout=PATIENCE)
        made.wake()
        assert heard.acquire(timeout=PATIENCE)
    assert (folder / "ended").exists()


def test_one_that_was_ended_before_it_began_ends_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    instead(monkeypatch, LISTENING)
    made = Syncing(folder)
    made.end()
    made.run(lambda: None, unexpected)
    assert (folder / "ended").exists()


def test_one_that_dies_is_a_fault_and_waking_it_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "import os, signal; os.close(0); print('changed', flush=True); os.kill(os.getpid(), 9)")
    made = Syncing(folder)
    with pytest.raises(Bug, match="ended by itself"):
        made.run(made.wake, unexpected)
    made.wake()


def test_a_problem_that_a_person_can_mend_is_told(folder: Path) -> None:
    config = town.CONFIG.format(crew="Tree") + '\n[map]\nareas = ["nowhere.geojson"]\n'
    town.build(folder, config=config)
    problems: list[Expected] = []
    made = Syncing(folder)

    def told(problem: Expected) -> None:
        problems.append(problem)
        made.end()

    made.run(lambda: None, told)
    assert "nowhere.geojson" in problems[0].sentence
    assert problems[0].remedy


def test_a_home_that_cannot_be_read_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text("[nonsense]\n", encoding="utf-8")
    problems: list[Expected] = []
    Syncing(folder).run(lambda: None, problems.append)
    assert len(problems) == 1
    assert "nonsense" in str(problems[0])


def test_it_pulls_what_the_desk_then_shows(folder: Path) -> None:
    town.build(folder)
    changed = threading.Event()
    with running(Syncing(folder), changed.set, unexpected):
        assert changed.wait(PATIENCE), "each try of a pull is told, whatever came of it"
    assert (folder / "logs").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_it_ends_with_the_desk_and_not_with_ctrl_c(folder: Path) -> None:
    town.build(folder)
    argv = [*syncing.ARGV, str(folder)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "changed\n"
        os.kill(child.pid, signal.SIGINT)
        child.stdin.write("wake\n")
        child.stdin.flush()
        assert child.stdout.readline() == "changed\n"
        child.stdin.close()
        assert child.wait(PATIENCE) == 0


def test_the_process_wakes_its_syncer_and_stops_it_at_the_end_of_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []

    def run(self: Syncer, stop: threading.Event, on_change: Callable[[], None]) -> None:
        on_change()
        assert stop.wait(PATIENCE)
        done.append("stopped")

    monkeypatch.setattr(Syncer, "run", run)
    monkeypatch.setattr(Syncer, "wake", lambda self: done.append("woken"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("wake\n"))
    syncing._sync(town.build(folder))
    assert capsys.readouterr().out == "changed\n"
    assert done[0] == "woken"
    assert "stopped" in done
