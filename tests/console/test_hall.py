"""The wall display by itself, as a process: it shows the requests of its home until Esc or the end of its service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.cli import main
from tests.console import town

WALL = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from console import front, hall, settings
app = front.application()
told = []
def look():
    for shown in app.topLevelWidgets():
        if getattr(shown, "has_contents", False) and not told:
            told.append(shown.page)
            shown.grab().save(sys.argv[2])
            print(shown.isFullScreen(), shown.accessibleDescription(), flush=True)
            if sys.argv[3] == "esc":
                QTest.keyClick(shown, Qt.Key.Key_Escape)
watch = QTimer(interval=20)
watch.timeout.connect(look)
watch.start()
code = hall.run(settings.load(Path(sys.argv[1])), ["alerts", "now"], 600, "service:Pothole")
print(code, [w for w in app.topLevelWidgets() if w.isVisible()], flush=True)
"""


@contextmanager
def wall(home: Path, picture: Path, leave: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-X", "faulthandler", "-c", WALL, str(home), str(picture), leave]
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=surroundings,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("leave", ["esc", "term", "int"])
def test_it_shows_its_homes_requests_and_ends_whole(tmp_path: Path, leave: str) -> None:
    town.build(tmp_path / "home", count=3)
    picture = tmp_path / "wall.png"
    with wall(tmp_path / "home", picture, leave) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        if leave != "esc":
            process.send_signal({"term": signal.SIGTERM, "int": signal.SIGINT}[leave])
        out, err = process.communicate(timeout=60)
    assert first.startswith("True Now, Open "), err
    assert (out, process.returncode) == ("0 []\n", 0), err
    assert picture.stat().st_size > 5_000


def test_a_page_that_nobody_knows_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town.build(tmp_path / "home", count=1)
    assert main(["--home", str(tmp_path / "home"), "wall", "--page", "weather"]) == 1
    assert "There is no page “weather”. The pages are: now, alerts, flow" in capsys.readouterr().err
