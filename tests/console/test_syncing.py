"""Pulling and posting runs in its own thread: a fault there is said, and closing waits for what is under way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.app import Application
from console.desk import Desk
from console.tasks import Tasks
from services.sync.sync import Syncer
from tests.console import town


def test_a_fault_of_ours_in_the_sync_thread_is_said(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Syncer, stop: threading.Event, on_change: Callable[[], None]) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Syncer, "run", broken)
    made = Application(town.build(folder), scheme="light")
    try:
        made.show()
        qtbot.waitUntil(lambda: "RuntimeError" in made.window.bar.words.text(), timeout=20_000)
    finally:
        made.close()
    assert "a task failed" in caplog.text
    caplog.clear()


def test_closing_tells_the_sync_thread_to_end_and_waits_for_it(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def busy(self: Syncer, stop: threading.Event, on_change: Callable[[], None]) -> None:
        begun.set()
        assert stop.wait(20)
        ended.set()

    monkeypatch.setattr(Syncer, "run", busy)
    made = Application(town.build(folder), scheme="light")
    made.show()
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    made.close()
    assert ended.is_set()


def test_after_a_fault_of_ours_pulling_begins_again(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[bool] = []

    def run(self: Syncer, stop: threading.Event, on_change: Callable[[], None]) -> None:
        begun.append(True)
        if len(begun) == 1:
            raise ZeroDivisionError
        stop.wait(20)

    monkeypatch.setattr(Syncer, "run", run)
    tasks = Tasks()
    desk = Desk(town.build(folder), tasks)
    with qtbot.waitSignal(tasks.bug, timeout=20_000):
        desk.open()
    caplog.clear()
    desk.wake()
    qtbot.waitUntil(lambda: len(begun) == 2, timeout=20_000)
    desk.close()
