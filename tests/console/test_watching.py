"""A change of another process is heard by the file, not by the clock."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import watching
from console.watching import Watch
from services.domain.values import Crew
from services.store.crews import save_crews
from services.store.store import Store

WRITER = """
import sys
from services.domain.values import Crew
from services.store.crews import save_crews
from services.store.store import Store
store = Store.open(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    save_crews(store, [Crew(0, line.strip())])
    print("saved", flush=True)
store.close()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """No heartbeat: what is heard was heard by the file."""
    monkeypatch.setattr(watching, "HEARTBEAT_MS", 3_600_000)


def names(store: Store) -> int:
    with store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM crew").scalar_one())


@pytest.mark.usefixtures("deaf")
def test_every_commit_of_another_process_is_heard(qtbot: QtBot, store: Store, url: str) -> None:
    seen: list[int] = []
    version = 0

    def look() -> None:
        nonlocal version
        if (now := store.data_version()) != version:
            version = now
            seen.append(names(store))

    watch = Watch()
    watch.stirred.connect(look)
    watch.start(store.path)
    command = [sys.executable, "-c", WRITER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        version = store.data_version()  # to open it is to write, too
        for number in range(1, 6):
            writer.stdin.write(f"Crew {number}\n")
            writer.stdin.flush()
            qtbot.waitUntil(lambda: seen[-1:] == [number], timeout=20_000)  # noqa: B023 - waited for at once
        writer.stdin.close()
    assert seen == [1, 2, 3, 4, 5]
    watch.stop()


@pytest.mark.usefixtures("deaf")
def test_what_is_stopped_hears_no_more(qtbot: QtBot, store: Store) -> None:
    heard: list[int] = []
    watch, other = Watch(), Watch()
    watch.stirred.connect(lambda: heard.append(1))
    watch.start(store.path)
    other.start(store.path)
    watch.stop()
    with qtbot.waitSignal(other.stirred, timeout=20_000):
        save_crews(store, [Crew(0, "One")])
    assert heard == []
    other.stop()


@pytest.mark.usefixtures("deaf")
def test_a_store_put_in_the_place_of_another_is_listened_to(qtbot: QtBot, tmp_path: Path) -> None:
    path, copy = tmp_path / "desk.db", tmp_path / "elsewhere" / "desk.db"
    copy.parent.mkdir()
    for place in (path, copy):
        with sqlite3.connect(place) as made:
            made.execute("CREATE TABLE a (b)")
        made.close()
    watch = Watch()
    watch.start(path)
    with qtbot.waitSignal(watch.stirred, timeout=20_000):
        copy.replace(path)
    qtbot.waitUntil(lambda: str(path) in watch._files.files(), timeout=20_000)
    watch.stop()


def test_the_heartbeat_beats_where_there_is_no_file(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "HEARTBEAT_MS", 5)
    watch = Watch()
    with qtbot.waitSignals([watch.stirred, watch.stirred], timeout=20_000):
        watch.start(None)
    watch.stop()
