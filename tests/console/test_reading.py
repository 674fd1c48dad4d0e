"""What the desk shows keeps up with what is changed, by another or in a stream, and with what is asked for."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from console import opening
from console.storeside import Found
from services.domain.status import Status
from services.errors import StoreProblem
from services.store import commands
from tests.console import town
from tests.console.conftest import Sitting


def test_what_another_process_does_appears_by_itself(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    number = desk.stored(first).request.number
    subprocess.run(
        [sys.executable, "-m", "console.cli", "--home", str(desk.settings.home), "--as", "ben",
         "do", "assign", number, "--crew", "Tree 2"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    desk.until(lambda: desk.status(first) is Status.ASSIGNED)
    desk.until(lambda: "Tree 2" in (desk.window.detail.timeline.model.lines[0].words))


def test_two_looks_in_a_row_miss_no_change(desk: Sitting) -> None:
    desk.desk.link._watch.stop()
    desk.desk._tick.stop()
    first = desk.ids[0]
    other = town.second(desk.settings)
    try:
        acting = opening.acting(other, desk.settings)
        commands.set_status(acting, [first], Status.ACKNOWLEDGED)
    finally:
        other.close()
    desk.desk.link._look()
    desk.desk.tasks._pools["store"].submit(bool).result()  # the first look has read, and what it saw is on its way
    desk.desk.link._look()
    desk.turns(first, Status.ACKNOWLEDGED)


def test_a_steady_stream_of_changes_is_shown(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast changes come, each one before what is being read has landed: rows, the detail and a new query do."""
    side = desk.desk._side
    assert side is not None
    find, found, streaming = side.find, list[Found](), [True]

    def overtaken(*given: Any) -> Found:
        made = find(*given)
        if streaming[0]:
            desk.desk.background.synced.emit()
        return made

    monkeypatch.setattr(side, "find", overtaken)
    desk.desk.found.connect(found.append)
    desk.desk.background.synced.emit()
    desk.until(lambda: len(found) > 5)
    desk.desk.set_query("pothole")
    desk.until(lambda: 0 < len(desk.ids) < 30)
    desk.choose(desk.ids[0])
    desk.turns(desk.ids[0], Status.NEW)
    desk.press("A")
    desk.pick("tree 1")
    desk.turns(desk.chosen()[0], Status.NEW)
    desk.until(lambda: any(desk.status(i) is Status.ASSIGNED for i in desk.ids))
    streaming[0] = False
    desk.until(lambda: not desk.desk.tasks.under_way("refresh"))


def test_what_nobody_asks_for_any_more_is_not_shown(desk: Sitting) -> None:
    shown: list[int] = []
    desk.desk.found.connect(lambda found: shown.append(len(found.rows)))
    for query in ("tree", "is:closed", "status:open nothing-such", ""):
        desk.desk.set_query(query)
        desk.desk.refresh()
    desk.until(lambda: not desk.desk.tasks.under_way("refresh"))
    assert set(shown) == {len(desk.ids)}
    assert len(shown) <= 3  # the last wish, what was asked for meanwhile, and perhaps the heartbeat


def test_a_reading_that_fails_is_followed_by_the_next(
    desk: Sitting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    side, found = desk.desk._side, list[object]()
    assert side is not None
    real = side.find
    faults: list[Exception] = [StoreProblem("The store is busy.", "Wait."), ZeroDivisionError()]

    def broken(*given: Any) -> Found:
        if faults:
            desk.desk.background.synced.emit()
            raise faults.pop(0)
        return real(*given)

    monkeypatch.setattr(side, "find", broken)
    desk.desk.found.connect(found.append)
    desk.desk.refresh()
    desk.until(lambda: "ZeroDivisionError" in desk.warned and not desk.desk.tasks.under_way("refresh"))
    desk.desk.refresh()
    desk.until(lambda: found)
    caplog.clear()
