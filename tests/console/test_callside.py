"""The open requests are put in order before the first call, off the store's thread; what is offered is the same."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import callside
from console.callside import CallSide
from console.storeside import StoreSide
from services.intake.duplicates import Nearby, Sought
from services.intake.habits import Habits
from services.queue.snapshot import CLOSED, Snapshot
from tests.console import town
from tests.console.conftest import sitting_at

SOUGHT = Sought(42.336, -71.05, "0", "Fallen tree", "city", "", "9 Main St", datetime.now(UTC))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads in which the open requests were put in order, so far."""
    threads: list[str] = []

    class Noted(Nearby):
        def __init__(self, snapshot: Snapshot, habits: Habits | None = None) -> None:
            threads.append(threading.current_thread().name)
            super().__init__(snapshot, habits)

    monkeypatch.setattr(callside, "Nearby", Noted)
    return threads


def test_it_is_done_once_the_desk_is_open_and_not_in_the_stores_thread(
    folder: Path, qtbot: QtBot, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.PREPARE_MS", 0)
    with sitting_at(town.build(folder), qtbot) as desk:
        desk.until(lambda: built)
        assert [name.partition("_")[0] for name in built] == ["learning"]
        desk.press("Ctrl+N")
        assert desk.window.call is not None
        desk.window.call.set_place(42.336, -71.05)
        desk.until(lambda: desk.window.call is not None and desk.window.call.band.found)
        assert len(built) == 1


def test_a_call_that_comes_sooner_does_not_wait_for_it(
    folder: Path, qtbot: QtBot, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.PREPARE_MS", 10**8)
    with sitting_at(town.build(folder), qtbot) as desk:
        desk.press("Ctrl+N")
        assert desk.window.call is not None
        desk.window.call.set_place(42.336, -71.05)
        desk.until(lambda: desk.window.call is not None and desk.window.call.band.found)
        assert [name.partition("_")[0] for name in built] == ["store"]


def test_what_was_prepared_follows_what_came_since(folder: Path) -> None:
    settings = town.build(folder)
    with closing(StoreSide(settings)) as side, closing(town.second(settings)) as store:
        snapshot = side.snapshot(None)
        prepared, cold = CallSide(), CallSide()
        prepared.prepare(snapshot, ())
        (first, *_) = cold.duplicates(store, snapshot, SOUGHT)
        assert prepared.duplicates(store, snapshot, SOUGHT)[0] == first
        fewer = side.snapshot(None)
        fewer.status[fewer.row_of(first.request_id)] = CLOSED
        assert first.request_id not in {one.request_id for one in prepared.duplicates(store, fewer, SOUGHT)}
        assert prepared.duplicates(store, fewer, SOUGHT) == CallSide().duplicates(store, fewer, SOUGHT)


def test_without_a_store_the_list_alone_tells(folder: Path) -> None:
    """As while a team's server is gone: what reports say is there, and counts neither for nor against."""
    settings = town.build(folder)
    with closing(StoreSide(settings)) as side, closing(town.second(settings)) as store:
        snapshot = side.snapshot(None)
        wordless = replace(SOUGHT, words="")
        told = CallSide().duplicates(store, snapshot, wordless)
        alone = CallSide()
        for sought in (SOUGHT, replace(SOUGHT, words="Quite another matter"), wordless):
            made = alone.duplicates(None, snapshot, sought)
            assert [(one.request_id, one.metres) for one in made] == [(one.request_id, one.metres) for one in told]
        assert told
        assert alone.duplicates(store, snapshot, wordless) == told, "with the store it is as if it had been there"
        assert alone.duplicates(None, snapshot, wordless)[0].request_id == told[0].request_id
