"""The panes keep the sizes a person gave them, and the window is found again as it was left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.app import Application
from console.remembering import FILE, FRAME, Remembered, take_place
from console.settings import Settings
from services.queue.order import Order
from tests.console import town
from tests.console.conftest import Sitting
from widgets import theme
from widgets.queue.columns import Arrangement
from widgets.queue.paint import TWO_LINES


def test_a_persons_width_survives_the_call_pane_and_every_message(desk: Sitting) -> None:
    panes = desk.window.panes
    panes.across.setSizes([800, 500])
    width = panes.across.sizes()[1]
    desk.choose(desk.id_of("city-0"))
    desk.press("M", "Escape")
    assert panes.across.sizes()[1] == width
    desk.press("Ctrl+N")
    assert panes.across.sizes()[1] > width
    desk.press("Escape")
    assert panes.across.sizes()[1] == width


def test_a_persons_heights_survive_tearing_off_the_map(desk: Sitting) -> None:
    panes = desk.window.panes
    panes.centre.setSizes([300, 600])
    heights = panes.centre.sizes()
    desk.press("Ctrl+Shift+M", "Ctrl+Shift+M")
    desk.until(lambda: panes.centre.sizes() == heights)


def test_a_call_while_the_detail_is_torn_off_leaves_no_empty_window(desk: Sitting) -> None:
    desk.press("Ctrl+Shift+D")
    desk.come_back()
    desk.press("Ctrl+N")
    panes = desk.window.panes
    assert panes.right.isVisible()
    assert panes.right.currentWidget() is desk.window.intake.calls
    desk.press("Escape")
    assert not panes.right.isVisible()
    assert panes.torn_off("detail")
    panes.bring_back("detail")
    assert panes.right.currentWidget() is desk.window.detail


@contextmanager
def start(settings: Settings, size: tuple[int, int] | None = (1600, 1000)) -> Iterator[Application]:
    """A desk that remembers, shown and closed."""
    made = Application(settings, sync=False, remember=True)
    try:
        made.show(size)
        made.qt.processEvents()
        yield made
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


OTHER = Arrangement(("number", "status", "address"), (("number", 150), ("address", 300)), two_lines=True)


def test_the_window_is_found_as_it_was_left(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder, count=3, deaf=0)
    with start(settings) as made:
        assert (made.window.width(), made.window.height()) == (1600, 1000)
        made.window.panes.across.setSizes([700, 500])
        made.window.panes.centre.setSizes([300, 500])
        made.window.set_theme("dark")
        made.window.sort((("age", True), ("crew", False)))
        made.window.queue.table.arrange(OTHER)
        across, centre = made.window.panes.across.sizes(), made.window.panes.centre.sizes()
    memory = QSettings(str(folder / FILE), QSettings.Format.IniFormat)
    assert memory.contains("geometry")
    memory.remove("geometry")
    memory.sync()
    with start(settings) as made:
        assert theme.current() is theme.DARK
        qtbot.waitUntil(lambda: made.window.panes.across.sizes() == across)
        assert made.window.panes.centre.sizes() == centre
        assert made.window.order == (("age", True), ("crew", False))
        assert made.desk.order == Order("age", descending=True, then=(("crew", False),))
        assert made.window.queue.table.arrangement == OTHER
        assert made.window.queue.table.verticalHeader().defaultSectionSize() == TWO_LINES
        made.window.set_theme("light")


def test_the_first_window_stays_within_the_screen_with_its_frame(folder: Path, qtbot: QtBot) -> None:
    with start(town.build(folder, count=1, deaf=0), size=None) as made:
        window, screen = made.window, made.window.screen().availableGeometry()
        assert window.isMaximized()
        assert screen.contains(window.geometry())
        assert window.status.mapTo(window, window.status.rect().bottomLeft()).y() < window.height()


def test_a_window_that_fits_has_the_size_of_the_design(folder: Path, qtbot: QtBot) -> None:
    small = QWidget()
    qtbot.addWidget(small)
    take_place(small, (640, 480))
    assert (small.width(), small.height(), small.isMaximized()) == (640, 480, False)
    take_place(small, (1600, 700))
    room = small.screen().availableGeometry().size() - FRAME
    assert (small.width(), small.height(), small.isMaximized()) == (room.width(), 700, True)


def test_the_window_comes_back_no_larger_than_the_screen(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder, count=1, deaf=0)
    with start(settings):
        pass
    with start(settings) as made:
        assert made.window.width() < 1000
        assert made.window.height() < 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage \x00 [",
        "[General]\ntheme=pink\ncolumn=zzz\ngeometry=@ByteArray(xx)\nacross=7\n"
        "columns=a, b\nwidths=status:x area:-3\norder=-\n",
    ],
)
def test_a_damaged_memory_is_forgotten(folder: Path, qtbot: QtBot, text: str) -> None:
    settings = town.build(folder, count=1, deaf=0)
    (folder / FILE).write_text(text)
    assert Remembered(folder).scheme == ""
    with start(settings) as made:
        assert (made.window.width(), made.window.height()) == (1600, 1000)
        assert made.window.order == ()
        assert made.window.queue.table.arrangement == Arrangement()


def test_the_memory_of_an_older_desk_is_understood(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder, count=1, deaf=0)
    (folder / FILE).write_text("[General]\ncolumn=crew\ndescending=true\n")
    with start(settings) as made:
        assert made.window.order == (("crew", True),)
    assert "descending" not in (folder / FILE).read_text()


def test_what_is_remembered_is_nothing_of_any_request(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder, count=3, deaf=0)
    with start(settings) as made:
        made.window.show_query("Main St")
    assert "Main" not in (folder / FILE).read_text()
