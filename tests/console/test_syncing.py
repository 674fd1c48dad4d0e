"""Pulling and posting runs in a process of its own: a fault there is said, and it ends with the desk."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import opening, syncing
from console.app import Application
from console.desk import Desk
from console.syncing import Syncing
from console.tasks import Tasks
from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.errors import Bug, Expected
from services.store import commands, queries
from services.sync.sync import Syncer
from tests.console import town
from tests.services.upstream.loopback import Ask, Loopback, Reply, as_json

PATIENCE = 60


def unexpected(problem: Expected) -> None:
    """Nothing should be wrong."""
    pytest.fail(str(problem))


FAULT = "import sys; sys.stdin.read(0); raise RuntimeError('a fault of ours')"
DESK = """
import pathlib, sys
from console.syncing import Syncing
Syncing(pathlib.Path(sys.argv[1]), sys.argv[2]).run(lambda: None, print)
"""
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


def held(folder: Path) -> Syncing:
    """As the desk of this home holds it."""
    return Syncing(folder, f"sqlite:///{folder / 'desk.db'}")


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
        qtbot.waitUntil(lambda: "went wrong" in made.window.bar.words.text(), timeout=1_000 * PATIENCE)
    finally:
        made.close()
    assert "a task failed" in caplog.text
    assert "RuntimeError: a fault of ours" in caplog.text, "its last words are in the desk's log"
    caplog.clear()


def test_closing_hangs_up_and_waits_for_the_end(folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, LISTENING)
    made = Application(town.build(folder), scheme="light")
    made.show()
    with qtbot.waitSignal(made.desk.background.synced, timeout=1_000 * PATIENCE):
        pass
    made.close()
    assert (folder / "ended").exists()


def test_after_a_fault_of_ours_pulling_begins_again(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    instead(monkeypatch, FAULT)
    tasks = Tasks()
    desk = Desk(town.build(folder), tasks)
    with qtbot.waitSignal(tasks.bug, timeout=1_000 * PATIENCE):
        desk.open()
    caplog.clear()
    instead(monkeypatch, LISTENING)
    with qtbot.waitSignal(desk.background.synced, timeout=1_000 * PATIENCE):
        desk.wake()
    desk.close()


def test_a_wish_reaches_it_also_one_that_came_before_it_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    instead(monkeypatch, LISTENING)
    made, heard = held(folder), threading.Semaphore(0)
    made.wake()
    with running(made, heard.release, unexpected):
        for _ in ("begun", "the wish from before"):
            assert heard.acquire(timeout=PATIENCE)
        made.wake()
        assert heard.acquire(timeout=PATIENCE)
    assert (folder / "ended").exists()


def test_one_that_does_not_end_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "import time; print('changed', flush=True); time.sleep(600)")
    monkeypatch.setattr(syncing, "GRACE", 0.05)
    made = held(folder)
    made.run(made.end, unexpected)


def test_files_of_the_folder_it_is_started_in_are_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town.build(folder)
    for name in ("msgspec", "queue", "console"):
        (folder / f"{name}.py").write_text("raise RuntimeError('not this one')", encoding="utf-8")
    monkeypatch.chdir(folder)
    made = held(folder)
    made.run(made.end, unexpected)


def test_another_store_than_the_desks_is_not_synced(folder: Path) -> None:
    town.build(folder)
    with pytest.raises(Expected, match="another store"):
        Syncing(folder, "sqlite:///elsewhere.db").run(lambda: pytest.fail("it began"), unexpected)


def test_one_that_was_ended_before_it_began_ends_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    instead(monkeypatch, LISTENING)
    made = held(folder)
    made.end()
    made.run(lambda: None, unexpected)
    assert (folder / "ended").exists()


def test_one_that_dies_is_a_fault_and_waking_it_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    instead(monkeypatch, "import os, signal; os.close(0); print('changed', flush=True); os.kill(os.getpid(), 9)")
    made = held(folder)
    with pytest.raises(Bug, match="ended by itself"):
        made.run(made.wake, unexpected)
    caplog.clear()
    made.wake()


def test_a_problem_that_a_person_can_mend_is_told(folder: Path) -> None:
    config = town.CONFIG.format(crew="Tree") + '\n[map]\nareas = ["nowhere.geojson"]\n'
    town.build(folder, config=config)
    problems: list[Expected] = []
    made = held(folder)

    def told(problem: Expected) -> None:
        problems.append(problem)
        made.end()

    made.run(lambda: None, told)
    assert "nowhere.geojson" in problems[0].sentence
    assert problems[0].remedy


def test_a_home_that_cannot_be_read_ends_it_until_somebody_asks_again(folder: Path, qtbot: QtBot) -> None:
    settings, tasks = town.build(folder), Tasks()
    (folder / "config.toml").write_text("[nonsense]\n", encoding="utf-8")
    desk = Desk(settings, tasks)
    for wish in (desk.open, desk.wake):
        with qtbot.waitSignal(desk.problem, timeout=1_000 * PATIENCE) as told:
            wish()
        assert "nonsense" in str(told.args[0])
        qtbot.waitUntil(lambda: not desk.background.syncing)
        desk._on_tick()
        assert not desk.background.syncing
    desk.close()


def test_what_it_pulls_is_in_the_store(folder: Path) -> None:
    shown = [{"service_request_id": "1", "status": "open", "service_name": "Pothole", "service_code": "0",
              "requested_datetime": "2026-11-27T12:00:00Z", "lat": 42.3, "long": -71.0}]  # fmt: skip
    with Loopback(lambda ask: as_json([] if ask.path == "services.json" else shown)) as server:
        config = town.CONFIG.format(crew="Tree").replace("http://127.0.0.1:9/open311/v2", server.url)
        settings, changed = town.build(folder, config=config, count=0, deaf=0), threading.Event()
        with running(held(folder), changed.set, unexpected):
            assert changed.wait(PATIENCE)
            with closing(town.second(settings)) as store:
                while not queries.search(store, "Pothole"):
                    changed.clear()
                    assert changed.wait(PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sessions and no SIGTERM")
def test_what_a_terminal_sends_is_not_its_and_whoever_asks_it_to_end_is_heard(folder: Path) -> None:
    town.build(folder)
    made, changed = held(folder), threading.Event()
    with running(made, changed.set, unexpected) as thread:
        assert changed.wait(PATIENCE)
        assert made._child is not None
        assert os.getsid(made._child.pid) == made._child.pid
        made._child.terminate()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "it ended, and that was no fault"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_desk_that_is_killed_in_the_middle_of_a_post_leaves_the_post_whole(folder: Path, qtbot: QtBot) -> None:
    arrived, answer, posts = threading.Event(), threading.Event(), []

    def city(ask: Ask) -> Reply:
        if ask.method != "POST":
            return as_json([])
        posts.append(ask.get("update_id"))
        arrived.set()
        assert answer.wait(PATIENCE)
        return as_json([{"update_id": ask.get("update_id")}])

    with Loopback(city) as server:
        config = town.CONFIG.format(crew="Tree").replace("http://127.0.0.1:9/open311/v2", server.url)
        settings = town.build(folder, config=config.replace("hold_seconds = 600", "hold_seconds = 0"), count=1, deaf=0)
        with closing(town.second(settings)) as store:
            commands.set_status(opening.acting(store, settings), [1], Status.ACKNOWLEDGED, None, "We have it.")
            argv = [sys.executable, "-c", DESK, str(folder), settings.store_url]
            with subprocess.Popen(argv) as desk:
                assert arrived.wait(PATIENCE)
                desk.kill()
            answer.set()
            qtbot.waitUntil(
                lambda: queries.detail(store, 1).outbox[0].state is OutboxState.SENT, timeout=1_000 * PATIENCE
            )
    assert len(posts) == 1


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
    syncing._sync(settings := town.build(folder), settings.store_url, threading.Event())
    assert capsys.readouterr().out == "changed\n"
    assert done[0] == "woken"
    assert "stopped" in done
