"""Pictures of every pane, offscreen, on the real data of a home."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console import screenshot
from console.settings import Settings
from services.errors import Expected, Invalid, NotFound
from tests.console import town
from widgets import theme

PANES = ("desk", "queue", "map", "detail", "rail", "top", "status", "supervise")


@pytest.fixture
def settings(folder: Path, qtbot: QtBot) -> Settings:
    return town.build(folder, count=6, deaf=1)


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}


@pytest.mark.parametrize("view", PANES)
def test_each_pane_is_written(settings: Settings, tmp_path: Path, view: str) -> None:
    file = tmp_path / "x.png"
    assert screenshot.run(settings, file, view=view, size=(1280, 800)) == 0
    image = QImage(str(file))
    assert not image.isNull()
    assert (image.width(), image.height()) == (1280, 800) if view == "desk" else image.width() < 1281
    assert len(colours(image)) > 3


def test_dark_and_selected(settings: Settings, tmp_path: Path) -> None:
    plain, chosen = tmp_path / "a.png", tmp_path / "b.png"
    screenshot.run(settings, plain, view="detail", theme="dark")
    screenshot.run(settings, chosen, view="detail", theme="dark", select="city-2")
    assert QImage(str(plain)) != QImage(str(chosen))
    dark = QImage(str(chosen))
    assert dark.pixelColor(dark.width() - 20, 2).lightness() < 80
    screenshot.run(settings, plain, view="top", theme="light")
    assert theme.current() is theme.LIGHT


def test_an_unknown_pane_a_missing_number_and_a_bad_place_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no pane “attic”"):
        screenshot.run(settings, tmp_path / "x.png", view="attic")
    with pytest.raises(NotFound):
        screenshot.run(settings, tmp_path / "x.png", select="999999")
    with pytest.raises(Expected, match="cannot be written"):
        screenshot.run(settings, tmp_path / "none" / "x.png", view="status")


def test_a_desk_that_never_gets_ready_is_said(settings: Settings, tmp_path: Path) -> None:
    from console.app import Application

    made = Application(settings, sync=False)
    with pytest.raises(Expected, match="not ready within 0"):
        screenshot.wait_until(made, lambda: False, 0.01)
    made.close()
