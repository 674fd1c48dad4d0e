"""What Qt says: into the log, but for the offscreen platform's remarks on windows that nobody sees."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType

from console.front import _log_qt
from tests.console.conftest import Sitting


def test_only_the_offscreen_remarks_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    here = QMessageLogContext()
    with caplog.at_level(logging.DEBUG):
        for what in ("propagateSizeHints()", "raise()", "grabbing the keyboard"):
            _log_qt(QtMsgType.QtWarningMsg, here, f"This plugin does not support {what}")
        _log_qt(QtMsgType.QtDebugMsg, here, "a detail")
        _log_qt(QtMsgType.QtCriticalMsg, here, "QPainter: no engine. This plugin does not support it.")
    said = [(r.levelname, r.getMessage()) for r in caplog.records]
    caplog.clear()
    assert said == [
        ("DEBUG", "Qt: a detail"),
        ("WARNING", "Qt: QPainter: no engine. This plugin does not support it."),
    ]


def test_a_picture_is_taken_without_a_word(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console.cli", "--home", str(tmp_path / "home"), "screenshot"]
    done = subprocess.run([*command, str(tmp_path / "x.png")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "x.png").stat().st_size > 1_000


def test_the_garbage_collector_is_spared_what_stays_until_the_desk_closes(desk: Sitting) -> None:
    desk.desk.refresh()
    desk.until(lambda: gc.get_freeze_count() > 10_000)
    desk.made.close()
    assert gc.get_freeze_count() == 0
