"""One window for each store: a second start raises the first, as another process; and what paints first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from console import instance
from console.instance import Instance, tell
from tests.console import town
from tests.console.conftest import PATIENCE_MS

HERE, KILLED = (f"sqlite:///{name}-{os.getpid()}.db" for name in ("here", "killed"))
"""Of this process alone: another that runs the same tests just now is not to hear them."""
FIRST_PAINT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from console import settings
from console.app import Application
from console.window import Window

HEAVY = ("pyqtgraph", "sqlalchemy", "requests", "alembic", "shapely")
seen = []
paint = Window.paintEvent

class Watched(Window):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not seen:
            seen.append([name for name in HEAVY if name in sys.modules])

import console.app
console.app.Window = Watched
made = Application(settings.load(Path(sys.argv[1])), sync=False)
made.show()
while not made.window.is_ready:
    made.qt.processEvents()
made.close()
print(seen, "pyqtgraph" in sys.modules)
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=90, check=False)


def test_the_window_paints_before_anything_heavy_is_imported(folder: Path) -> None:
    town.build(folder, count=3, deaf=0)
    ran = run("-c", FIRST_PAINT, str(folder))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["[[]]", "True"]


def test_a_second_start_raises_the_first(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder, count=1, deaf=0)
    raised: list[str] = []
    first = Instance(settings.store_url, raised.append)
    second = subprocess.Popen([sys.executable, "-m", "console.cli", "--home", str(folder)], stderr=subprocess.PIPE)
    try:
        qtbot.waitUntil(lambda: bool(raised), timeout=30_000)
        assert second.wait(30) == 0
    finally:
        second.kill()
        second.communicate()
        first.close()
    assert not tell(settings.store_url, "forward")


def test_each_store_has_its_own_window(folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    first = Instance("sqlite:///a.db", lambda _: None)
    try:
        assert not tell("sqlite:///b.db", "forward")
    finally:
        first.close()


def test_two_people_on_one_machine_have_a_window_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    first = Instance(HERE, lambda _: None)
    try:
        assert tell(HERE, "forward")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        assert not tell(HERE, "forward")
    finally:
        first.close()


def test_a_name_left_by_a_killed_desk_is_taken_over(qtbot: QtBot) -> None:
    killed = (
        "from PySide6.QtCore import QCoreApplication; import os; from console.instance import Instance\n"
        f"app = QCoreApplication([]); made = Instance('{KILLED}', lambda _: None); os.kill(os.getpid(), 9)"
    )
    run("-c", killed)
    raised: list[str] = []
    made = Instance(KILLED, raised.append)
    caller = subprocess.Popen(
        [sys.executable, "-c",
         "from PySide6.QtCore import QCoreApplication; from console.instance import tell\n"
         f"app = QCoreApplication([]); raise SystemExit(not tell('{KILLED}', 'forward'))"],
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(raised), timeout=30_000)
    assert caller.wait(30) == 0
    made.close()


@pytest.fixture
def heard(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a window of this store is told, which lets nobody go because the machine is slow."""
    monkeypatch.setattr(instance, "PATIENCE_MS", 10 * PATIENCE_MS)
    told: list[str] = []
    made = Instance(HERE, told.append)
    yield told
    made.close()


def connected(qtbot: QtBot) -> QLocalSocket:
    socket = QLocalSocket()
    with qtbot.waitSignal(socket.connected):
        socket.connectToServer(instance._name(HERE))
    return socket


def test_a_line_is_heard_as_it_was_said(heard: list[str], qtbot: QtBot) -> None:
    assert tell(HERE, "call +1 228-555-0112")
    qtbot.waitUntil(lambda: heard == ["call +1 228-555-0112"])


def test_a_slow_sender_is_heard_byte_by_byte_while_others_are_heard(heard: list[str], qtbot: QtBot) -> None:
    slow = connected(qtbot)
    for byte in b"call +1":
        slow.write(bytes([byte]))
        slow.flush()
        QCoreApplication.processEvents()
    tell(HERE, "forward")
    qtbot.waitUntil(lambda: heard == ["forward"])
    slow.write(b"\nmore\n")
    qtbot.waitUntil(lambda: heard == ["forward", "call +1"])
    qtbot.waitUntil(lambda: slow.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == ["forward", "call +1"]


def test_who_says_nothing_is_let_go(heard: list[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "PATIENCE_MS", 50)
    silent = connected(qtbot)
    qtbot.waitUntil(lambda: silent.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []


@pytest.mark.parametrize("junk", [b"x" * 100_000, b"x" * instance.MOST + b"\n", b"half a line", b""])
def test_what_is_no_line_is_not_heard(heard: list[str], qtbot: QtBot, junk: bytes) -> None:
    sender = connected(qtbot)
    sender.write(junk)
    sender.flush()
    sender.disconnectFromServer()
    tell(HERE, "forward")
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.waitUntil(lambda: sender.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == ["forward"]


def test_bytes_that_are_no_text_do_no_harm(heard: list[str], qtbot: QtBot) -> None:
    sender = connected(qtbot)
    sender.write(b"\xff\xfe call\n")
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["\ufffd\ufffd call"]


def test_many_at_once_are_all_heard(heard: list[str], qtbot: QtBot) -> None:
    for i in range(40):
        assert tell(HERE, f"call {i}")
        QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: sorted(heard) == sorted(f"call {i}" for i in range(40)))
