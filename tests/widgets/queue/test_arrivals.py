"""What comes is announced, and moves nothing that somebody reads."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from services.queue.snapshot import Snapshot
from tests.widgets.rows import NOW, snapshot
from widgets.queue.view import QueuePane
from widgets.selection import Selection


def come(pane: QueuePane, count: int, *new: int) -> Snapshot:
    """So many requests are there now, the newest at the top; `new` have come."""
    shot = snapshot(count)
    pane.set_rows(shot, np.arange(count - 1, -1, -1, dtype=np.int64), NOW)
    pane.arrivals.came(np.array(new, np.int64))
    return shot


def top(pane: QueuePane) -> int:
    """The request at the upper edge."""
    return pane.table.rows.id_at(pane.table.verticalScrollBar().value())


def test_who_reads_further_down_is_told_and_is_not_moved(pane: QueuePane, qtbot: QtBot) -> None:
    come(pane, 200)
    pane.table.verticalScrollBar().setValue(50)
    reads = top(pane)
    come(pane, 203, 201, 202, 203)
    assert top(pane) == reads
    assert pane.arrivals.isVisible()
    assert pane.arrivals.text() == "3 new above"
    come(pane, 204, 204)
    assert (top(pane), pane.arrivals.text()) == (reads, "4 new above")


def test_a_chosen_row_stays_where_it_is_while_others_come(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    come(pane, 200)
    selection.set((150,))
    stands = pane.table.rowViewportPosition(pane.table.rows.row_of(150))
    come(pane, 205, 201, 202, 203, 204, 205)
    assert pane.table.rowViewportPosition(pane.table.rows.row_of(150)) == stands
    assert selection.current == 150
    assert pane.arrivals.text() == "5 new above"


def test_what_comes_in_sight_is_no_news(pane: QueuePane) -> None:
    come(pane, 200)
    come(pane, 202, 201, 202)
    assert top(pane) == 202
    assert not pane.arrivals.isVisible()


def test_what_comes_while_nobody_sits_here_waits_until_somebody_does(pane: QueuePane, qtbot: QtBot) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not pane.isActiveWindow())
    come(pane, 200)
    come(pane, 202, 201, 202)
    assert pane.arrivals.text() == "2 new"
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    qtbot.waitUntil(lambda: not pane.arrivals.isVisible())


def test_scrolling_to_them_is_looking_at_them(pane: QueuePane) -> None:
    come(pane, 200)
    pane.table.verticalScrollBar().setValue(50)
    come(pane, 202, 201, 202)
    pane.table.verticalScrollBar().setValue(1)
    assert pane.arrivals.text() == "1 new above"
    pane.table.verticalScrollBar().setValue(0)
    assert not pane.arrivals.isVisible()


def test_a_click_goes_to_the_first_and_the_list_has_the_keyboard(
    pane: QueuePane, selection: Selection, qtbot: QtBot
) -> None:
    come(pane, 200)
    selection.set((10,))
    come(pane, 202, 201, 202)
    QTest.mouseClick(pane.arrivals, Qt.MouseButton.LeftButton)
    assert selection.current == 202
    assert pane.table.hasFocus()
    assert not pane.arrivals.isVisible()


def test_what_another_filter_leaves_out_is_not_counted(pane: QueuePane) -> None:
    come(pane, 200)
    pane.table.verticalScrollBar().setValue(50)
    shot = come(pane, 203, 201, 202, 203)
    pane.set_rows(shot, np.arange(201, dtype=np.int64), NOW)
    pane.arrivals.came(np.empty(0, np.int64))
    assert (pane.arrivals.count, pane.arrivals.text()) == (1, "1 new below")


def test_a_screen_reader_says_it_once(pane: QueuePane, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("widgets.queue.arrivals.announce", lambda _, sentence: said.append(sentence))
    come(pane, 200)
    pane.table.verticalScrollBar().setValue(50)
    come(pane, 203, 201, 202, 203)
    come(pane, 203)
    assert said == ["3 new above in the list"]
