"""A queue pane on the screen with 200 requests, none of them chosen, and the keyboard on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.rows import NOW, every_row, snapshot
from widgets.queue.view import QueuePane
from widgets.selection import Selection


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def pane(look: QApplication, qtbot: QtBot, selection: Selection) -> Iterator[QueuePane]:
    made = QueuePane(selection)
    qtbot.addWidget(made)
    shot = snapshot(200)
    made.set_rows(shot, every_row(shot), NOW)
    made.resize(960, 492)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    made.setFocus()
    yield made
    made.close()
