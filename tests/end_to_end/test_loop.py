"""The main job on the real parts: a resident's report over Open311, the desk by keys and clicks, one e-mail.

Gateway in a process of its own, SMTP server counting at DATA, the real window offscreen.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console import settings as settings_files
from console.app import Application
from services.domain.status import Status
from tests.end_to_end.town import Town
from tests.services.notify.mailbox import text_of

pytestmark = pytest.mark.chaos
MESSAGE = "A crew is on its way to the tree on Elm Street."
SOON = 20_000
"""Milliseconds."""


@pytest.fixture
def desk(
    town: Town, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Application]:
    """The real desk on the town's home, its window open and its map drawn; the parameter is the hold in seconds."""
    town.serve()
    town.crews("Forestry 1", "Forestry 2")
    town.hold(getattr(request, "param", 0))
    monkeypatch.setenv("CITY_KEY", town.key)
    made = Application(settings_files.load(town.home, "ana"))
    made.show((1280, 800))
    qtbot.waitUntil(lambda: made.window.is_ready, timeout=SOON)
    yield made
    made.close()


def test_a_storm_felled_tree_from_the_residents_app_to_the_residents_mail(
    town: Town, desk: Application, qtbot: QtBot
) -> None:
    window, selection = desk.window, desk.desk.selection
    (number,) = town.post(1, lat="42.3333", long="-71.0372")

    # the report appears in the queue and on the map
    desk.desk.wake()
    qtbot.waitUntil(lambda: window.queue.table.rows.rowCount() == 1, timeout=SOON)
    assert window.map is not None
    qtbot.waitUntil(lambda: window.map is not None and len(window.map.canvas.shown) == 1)
    request = window.queue.table.rows.id_at(0)

    # a click on its marker selects it in the queue and the detail too
    x, y = window.map.canvas.camera.to_screen(*window.map.canvas.shown.place(0))
    QTest.mouseClick(
        window.map.canvas.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(round(x), round(y)),
    )
    assert selection.ids.tolist() == [request]
    qtbot.waitUntil(lambda: window.detail.ids == (request,))

    # A, the crew's name, Enter; then the message, and S with it
    press(qtbot, desk, Qt.Key.Key_A)
    choose(qtbot, "Forestry 2")
    qtbot.waitUntil(lambda: status(desk, request) is Status.ASSIGNED, timeout=SOON)
    press(qtbot, desk, Qt.Key.Key_M)
    field = focused()
    QTest.keyClicks(field, MESSAGE)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    press(qtbot, desk, Qt.Key.Key_S)
    choose(qtbot, "in progress")
    qtbot.waitUntil(lambda: status(desk, request) is Status.IN_PROGRESS, timeout=SOON)

    # the update is posted, and the resident gets one e-mail with that text
    qtbot.waitUntil(lambda: len(town.mails.messages) > 0, timeout=SOON)
    qtbot.waitUntil(lambda: town.states() == {"sent"}, timeout=SOON)
    (mail,) = town.mails.messages
    assert MESSAGE in text_of(mail)
    assert mail["To"] == "resident@example.org"
    assert town.shown(number)["extended_attributes"]["detailed_status"].lower() == "in_progress"
    assert selection.ids.tolist() == [request], "there was no next row to go to"


@pytest.mark.parametrize("desk", [3600], indirect=True)
def test_a_message_that_is_undone_in_time_never_leaves(town: Town, desk: Application, qtbot: QtBot) -> None:
    (number,) = town.post(1)
    desk.desk.wake()
    window = desk.window
    qtbot.waitUntil(lambda: window.queue.table.rows.rowCount() == 1, timeout=SOON)
    press(qtbot, desk, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: desk.desk.current is not None)
    press(qtbot, desk, Qt.Key.Key_M)
    field = focused()
    QTest.keyClicks(field, "This was meant for somebody else.")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: town.states() == {"queued"}, timeout=SOON)
    press(qtbot, desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: town.states() == {"retracted"}, timeout=SOON)
    assert "send" not in town.sync()
    assert not town.mails.messages
    assert town.shown(number)["extended_attributes"]["detailed_status"].lower() == "new"


def press(
    qtbot: QtBot,
    desk: Application,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """A key while the list has the keyboard."""
    desk.window.activateWindow()  # offscreen no window manager does it when a chooser closes
    desk.window.focus_queue()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.window.queue.table)
    QTest.keyClick(desk.window.queue.table, key, modifier)


def focused() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def choose(qtbot: QtBot, text: str) -> None:
    """Type into the chooser that has opened, and take the first."""
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    field = popup.focusWidget()
    assert field is not None
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def status(desk: Application, request: int) -> Status | None:
    """What the queue on screen says of a request."""
    found = desk.desk.last_found
    row = found.snapshot.row_of(request) if found else -1
    return None if found is None or row < 0 else tuple(Status)[int(found.snapshot.status[row])]
