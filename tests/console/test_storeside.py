"""The desk's half in the store's thread: one moment of the store in each snapshot, and a first reading that can end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from console import left, opening, storeside
from console.app import Application
from console.left import SNAPSHOT
from console.settings import Settings
from console.storeside import StoreSide
from services.domain.queue_row import QueueRow
from services.domain.values import Crew
from services.errors import Expected, StoreProblem
from services.queue import file as snapshots
from services.queue.snapshot import Snapshot
from services.store import commands, queries
from services.store.crews import save_crews
from services.store.store import Store
from tests.console import town
from tests.console.conftest import PATIENCE_MS

NEW = "A new crew"


@pytest.fixture
def settings(folder: Path) -> Settings:
    return town.build(folder)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_crew_that_is_made_and_sent_out_while_a_snapshot_is_read_is_seen(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    """Where the store's journal lets nobody write while somebody reads, it is done afterwards."""
    real, tried = queries.crews, list[bool]()

    def overtaken(store: Store) -> list[Crew]:
        known = real(store)
        if not tried:
            tried.append(True)
            with suppress(StoreProblem):
                send_a_new_crew(settings)
        return known

    with closing(StoreSide(settings)) as side:
        before = None if is_first else side.snapshot(None)
        with monkeypatch.context() as patch:
            patch.setattr(queries, "crews", overtaken)
            after = side.snapshot(before)
        assert crew_of(after, 1) == ""
        with closing(Store.open(settings.store_url)) as other:
            if all(crew.name != NEW for crew in queries.crews(other)):
                send_a_new_crew(settings)
        assert crew_of(side.snapshot(after), 1) == NEW
        assert crew_of(side.snapshot(None), 1) == NEW


def send_a_new_crew(settings: Settings) -> None:
    """Make a crew and send it to request 1, as another process does. Raises StoreProblem at once, not some s later."""
    with closing(Store.open(settings.store_url)) as other:
        with other.read() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        save_crews(other, [Crew(0, NEW, (), 3)])
        (crew,) = (crew for crew in queries.crews(other) if crew.name == NEW)
        commands.assign(opening.acting(other, settings), [1], crew.id)


def crew_of(snapshot: Snapshot, request_id: int) -> str:
    """The crew that goes to a request; "" when none does."""
    number = int(snapshot.crew_idx[snapshot.row_of(request_id)])
    return snapshot.crews[number].name if number >= 0 else ""


def test_it_is_told_how_far_the_first_reading_has_come(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    with closing(StoreSide(settings, told=lambda *far: told.append(far))) as side:
        side.snapshot(None)
        assert not told, "few are there at once"
        monkeypatch.setattr(storeside, "TOLD_EACH", 12)
        side.snapshot(None)
        assert told == [(0, 30), (12, 30), (24, 30)]


def test_the_first_reading_ends_when_it_is_told_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storeside, "TOLD_EACH", 12)

    def told(read: int, _: int) -> None:
        if read:
            raise Expected("Enough.")

    with closing(StoreSide(settings, told=told)) as side:
        with pytest.raises(Expected, match="Enough"):
            side.snapshot(None)
        assert side.state().crews, "the store can be asked again"


def test_a_desk_says_how_far_it_has_read_and_closes_in_the_middle(
    settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storeside, "TOLD_EACH", 12)
    real, closing_, at_the_end = queries.every, threading.Event(), list[bool]()

    def slow(store: Store) -> Iterator[QueueRow]:
        for number, row in enumerate(real(store), 1):
            if number == 20:
                closing_.wait()
            yield row
        at_the_end.append(True)

    monkeypatch.setattr(queries, "every", slow)
    made = Application(settings, scheme="light", sync=False)
    made.desk._stop = closing_
    made.show()
    said = made.window.queue.empty
    qtbot.waitUntil(lambda: said.title.text() == "Reading 12 of 30 requests…", timeout=PATIENCE_MS)
    assert said.isVisible()
    assert not said.button.isVisible()
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not at_the_end
    assert not (settings.home / f"desk.db{SNAPSHOT}").exists()


def test_a_desk_shows_its_rows_after_saying_how_far_it_has_read(
    settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storeside, "TOLD_EACH", 12)
    made = Application(settings, scheme="light", sync=False)
    far: list[tuple[int, int]] = []
    made.desk.reading.connect(lambda *told: far.append(told))
    made.show()
    made.window.activateWindow()
    try:
        qtbot.waitUntil(lambda: made.window.is_ready and made.window.isActiveWindow(), timeout=PATIENCE_MS)
        table = made.window.queue.table
        assert table.rows.rowCount() == 30
        assert table.isVisible()
        assert table.hasFocus()
        assert far == [(0, 30), (12, 30), (24, 30)]
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_what_could_not_be_saved_is_saved_the_next_time(settings: Settings) -> None:
    path = settings.home / f"desk.db{SNAPSHOT}"
    with closing(StoreSide(settings)) as side:
        snapshot = side.snapshot(None)
        path.mkdir()
        side.save(snapshot)
        path.rmdir()
        side.save(snapshot)
        assert snapshots.load(path) is not None
        path.unlink()
        side.save(side.snapshot(None))
        assert not path.exists(), "that state has been saved"


def test_what_another_desk_writes_just_now_is_left_alone(settings: Settings) -> None:
    being_written, broken_off = (settings.home / f"desk.db{SNAPSHOT}.{name}.part" for name in ("a", "b"))
    for part in (being_written, broken_off):
        part.write_bytes(b"x")
    long_ago = time.time() - left.RESTED - 1
    os.utime(broken_off, (long_ago, long_ago))
    with closing(StoreSide(settings)) as side:
        side.snapshot(None)
    assert being_written.exists()
    assert not broken_off.exists()
