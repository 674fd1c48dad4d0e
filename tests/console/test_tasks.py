"""Work happens elsewhere, lands on the UI thread, and only the newest of a key counts."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from console.tasks import Tasks
from services.errors import Expected, Offline


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def refuse(problem: Expected) -> None:
    raise AssertionError(problem)


def until_closing(tasks: Tasks) -> None:
    """What is under way in a lane when the desk closes, and what comes after it has not begun."""
    while not tasks.closing:
        threading.Event().wait(0.001)


def test_work_runs_elsewhere_and_lands_here(qtbot: QtBot, tasks: Tasks) -> None:
    here = threading.current_thread()
    seen: list[tuple[threading.Thread, threading.Thread]] = []
    tasks.run("store", threading.current_thread, lambda t: seen.append((t, threading.current_thread())), refuse)
    qtbot.waitUntil(lambda: bool(seen))
    worker, landed = seen[0]
    assert worker is not here
    assert landed is here
    assert QThread.currentThread() is tasks.thread()


def test_the_store_does_one_thing_at_a_time_in_order(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[int] = []
    for i in range(20):
        tasks.run("store", lambda i=i: i, seen.append, refuse)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_only_the_newest_of_a_key_lands(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    began: list[int] = []
    landed: list[int] = []

    def work(i: int) -> int:
        began.append(i)
        gate.wait(20)
        return i

    for i in range(5):
        tasks.run("store", lambda i=i: work(i), landed.append, refuse, key="typed")  # type: ignore[misc]
    gate.set()
    qtbot.waitUntil(lambda: landed == [4])
    assert began in ([0, 4], [4])


def test_an_expected_error_is_handed_over_and_a_bug_is_told(
    qtbot: QtBot, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    problems: list[Expected] = []

    def offline() -> None:
        raise Offline("The city does not answer.")

    def bug() -> None:
        raise ZeroDivisionError

    tasks.run("network", offline, lambda _: None, problems.append)
    with qtbot.waitSignal(tasks.bug) as told:
        tasks.run("store", bug, lambda _: None, refuse)
    qtbot.waitUntil(lambda: bool(problems))
    assert isinstance(problems[0], Offline)
    assert isinstance((told.args or [None])[0], ZeroDivisionError)
    assert "a task failed" in caplog.text
    caplog.clear()


def test_no_lane_collects_garbage_while_there_are_lanes(qtbot: QtBot) -> None:
    gc.enable()
    try:
        tasks = Tasks()
        assert not gc.isenabled()
        tasks.close()
        assert gc.isenabled()
    finally:
        gc.disable()  # as in all these tests


def test_closing_finishes_what_has_begun_and_drops_the_rest(qtbot: QtBot) -> None:
    tasks = Tasks()
    began, gate, done = threading.Event(), threading.Event(), []

    def first() -> None:
        began.set()
        gate.wait(20)
        done.append("first")

    tasks.run("store", first, lambda _: done.append("landed"), refuse)
    tasks.run("store", lambda: done.append("second"), lambda _: None, refuse)
    assert began.wait(20)
    gate.set()
    tasks.close(lambda: done.append("last"))
    tasks.run("store", lambda: done.append("late"), lambda _: None, refuse)
    assert done in (["first", "last"], ["first", "second", "last"])


def test_what_is_to_be_kept_is_done_though_the_desk_closes_first(qtbot: QtBot) -> None:
    made, done = Tasks(), list[str]()
    made.run("store", lambda: until_closing(made), lambda _: None, refuse)
    made.run("store", lambda: done.append("kept"), lambda _: None, refuse, keep=True)
    made.run("store", lambda: done.append("dropped"), lambda _: None, refuse)
    made.close(lambda: done.append("last"))
    assert done == ["kept", "last"]


def test_a_command_refused_while_closing_is_logged(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    made = Tasks()

    def offline() -> None:
        raise Offline("The disk went away.")

    made.run("store", lambda: until_closing(made), lambda _: None, refuse)
    made.run("store", offline, lambda _: None, refuse, keep=True)
    made.close()
    assert "refused while the desk was closing (Offline)" in caplog.text
    caplog.clear()


class Slow(Tasks):
    """Its lanes come to their end later than the UI thread to theirs, as happens on a busy machine."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    def _work(self, *given: object) -> None:
        super()._work(*given)  # type: ignore[arg-type]
        self.may_end.wait(20)


class Held:
    """Stands for a window that nobody but a task holds."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append(threading.current_thread())

    def work(self) -> None:
        """What a lane does for it."""

    def take(self, _: None) -> None:
        """What comes of it."""


def test_what_a_task_held_ends_in_the_ui_thread_though_its_lane_is_not_done(qtbot: QtBot) -> None:
    made, ended = Slow(), list[threading.Thread]()
    held = Held(ended)
    made.run("store", held.work, held.take, refuse, key="held")
    del held
    qtbot.waitUntil(lambda: not made.under_way("held"))
    made.may_end.set()
    made.close()
    assert ended == [threading.current_thread()]


def test_what_a_dropped_task_held_ends_in_the_ui_thread(qtbot: QtBot) -> None:
    made, ended = Tasks(), list[threading.Thread]()
    made.run("store", lambda: until_closing(made), lambda _: None, refuse)
    held = Held(ended)
    made.run("store", held.work, held.take, refuse)
    del held
    made.close()
    assert ended == [threading.current_thread()]
