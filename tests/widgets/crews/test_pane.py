"""What stands at the right while crews are dispatched: the board or one crew's day, and the keyboard goes to it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.crews.test_board import DAY as LINE
from tests.widgets.crews.test_day import DAY
from widgets.crews.pane import CrewsPane

pytestmark = pytest.mark.usefixtures("look")


@pytest.fixture
def pane(qtbot: QtBot) -> CrewsPane:
    made = CrewsPane()
    qtbot.addWidget(made)
    made.resize(440, 800)
    made.board.show_lines([LINE], 0)
    made.day.show_day(DAY)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def within(part: QWidget, whole: QWidget) -> bool:
    return part is whole or whole.isAncestorOf(part)


def test_the_board_is_there_first_and_has_the_keyboard(pane: CrewsPane) -> None:
    assert not pane.shows_day
    pane.setFocus()
    focus = pane.focusWidget()
    assert focus is not None
    assert within(focus, pane.board)
    assert pane.accessibleName() == "Crews"


def test_the_day_takes_the_boards_place_and_gives_it_back(pane: CrewsPane) -> None:
    pane.show_day()
    assert pane.shows_day
    assert (pane.day.isVisible(), pane.board.isVisible()) == (True, False)
    pane.setFocus()
    focus = pane.focusWidget()
    assert focus is not None
    assert within(focus, pane.day)
    pane.show_board()
    assert (pane.day.isVisible(), pane.board.isVisible()) == (False, True)
    assert pane.focusProxy() is pane.board
