"""One window for each store: a second start raises the first, as another process; and what paints first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from console.instance import Instance, raise_running
from tests.console import town

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
    raised: list[bool] = []
    first = Instance(settings.store_url, lambda: raised.append(True))
    second = subprocess.Popen([sys.executable, "-m", "console.cli", "--home", str(folder)], stderr=subprocess.PIPE)
    try:
        qtbot.waitUntil(lambda: bool(raised), timeout=30_000)
        assert second.wait(30) == 0
    finally:
        second.kill()
        second.communicate()
        first.close()
    assert not raise_running(settings.store_url)


def test_each_store_has_its_own_window(folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    first = Instance("sqlite:///a.db", lambda: None)
    try:
        assert not raise_running("sqlite:///b.db")
    finally:
        first.close()


def test_a_name_left_by_a_killed_desk_is_taken_over(qtbot: QtBot) -> None:
    killed = (
        "from PySide6.QtCore import QCoreApplication; import os; from console.instance import Instance\n"
        "app = QCoreApplication([]); made = Instance('sqlite:///killed.db', lambda: None); os.kill(os.getpid(), 9)"
    )
    run("-c", killed)
    raised: list[bool] = []
    made = Instance("sqlite:///killed.db", lambda: raised.append(True))
    caller = subprocess.Popen(
        [sys.executable, "-c",
         "from PySide6.QtCore import QCoreApplication; from console.instance import raise_running\n"
         "app = QCoreApplication([]); raise SystemExit(not raise_running('sqlite:///killed.db'))"],
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(raised), timeout=30_000)
    assert caller.wait(30) == 0
    made.close()
