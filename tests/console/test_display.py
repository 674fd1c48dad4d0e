"""Where no window can be opened the program says so, before Qt ends it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console import display
from services.errors import Expected

NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def test_no_display_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    assert display.no_display() is sys.platform.startswith("linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert not display.no_display()


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    with pytest.raises(Expected, match="libegl1"):
        display.check_qt()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
@pytest.mark.parametrize(("screen", "says"), [("", "There is no display here"), (":77", "Qt cannot go on")])
def test_the_desk_says_that_it_cannot_open(tmp_path: Path, screen: str, says: str) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in NAMES}
    if screen:
        environ["DISPLAY"] = screen
    ran = subprocess.run(
        [sys.executable, "-m", "console.cli", "--home", str(tmp_path / "home")],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode != 0
    assert says in ran.stderr
    if not screen:
        assert ran.returncode == 1
