"""The crew board: what each line says, who gets what is dropped, and what the head and the empty board say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.values import Crew
from widgets import theme
from widgets.crews.board import ROW, Board, CrewLine, summary
from widgets.queue.model import mime_of

pytestmark = pytest.mark.usefixtures("look")
TREE = Crew(1, "Tree 1", ("tree",), 4, areas=("North", "South"))
LIGHT = Crew(2, "Lights 1", (), 2)
DAY, OFF = CrewLine(TREE, 3, "on shift until 15:30"), CrewLine(LIGHT, 2, "off today", on_shift=False)
BUTTON, PLAIN, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


def shown(bot: QtBot, *lines: CrewLine, pending: int = 0) -> Board:
    board = Board()
    bot.addWidget(board)
    board.resize(420, 600)
    board.show_lines(lines, pending)
    board.show()
    return board


@pytest.mark.parametrize(
    ("jobs", "load"),
    [(0, "0 of 4"), (3, "3 of 4"), (4, "full · 4 of 4"), (5, "over · 5 of 4"), (1234, "over · 1,234 of 4")],
)
def test_how_much_it_has_is_said_in_words_too(jobs: int, load: str) -> None:
    assert replace(DAY, jobs=jobs).load == load


@pytest.mark.parametrize(
    ("line", "about"),
    [
        (DAY, "on shift until 15:30 · North, South"),
        (OFF, "off today · anywhere · no skills: takes anything"),
        (replace(DAY, fit="takes 2 of 3", shift=""), "takes 2 of 3 · North, South"),
        (replace(DAY, crew=replace(TREE, areas=tuple("ABCDE"))), "on shift until 15:30 · A, B, C +2"),
    ],
)
def test_what_it_is_good_for(line: CrewLine, about: str) -> None:
    assert line.about == about


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.booleans()), max_size=6))
def test_the_head_counts_who_is_there_and_who_is_full(some: list[tuple[int, int, bool]]) -> None:
    lines = [CrewLine(Crew(i, "x", (), room), jobs, "", on_shift=on) for i, (jobs, room, on) in enumerate(some)]
    said = summary(lines)
    full = [jobs >= room for jobs, room, _ in some]
    if not some:
        assert said == ""
    elif all(full):
        assert said.startswith(f"All {len(some)} crews are full")
    else:
        assert f"{sum(on for *_, on in some)} of {len(some)} on shift" in said
        assert (f"{sum(full)} full" in said) == any(full)


@pytest.mark.parametrize(("waits", "said"), [(0, ""), (1, "1 more waits"), (1234, "1,234 more wait")])
def test_what_else_it_has_is_said(waits: int, said: str) -> None:
    assert replace(DAY, waits=waits).waiting == said


def test_lines_are_sentences_and_tooltips_are_text(qtbot: QtBot) -> None:
    evil = replace(TREE, name="<b>Tree</b>", skills=("<img>",))
    board = shown(qtbot, replace(DAY, crew=evil), OFF)
    rows = board.list.rows
    assert rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Lights 1, full · 2 of 2 jobs today, off today · anywhere · no skills: takes anything"
    )
    assert "<b>" not in rows.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert rows.index(0).data(Qt.ItemDataRole.DisplayRole) == "<b>Tree</b>"
    assert board.list.accessibleName() == "Crews"


def test_figures_that_change_move_nothing_and_another_crew_does(qtbot: QtBot) -> None:
    board = shown(qtbot, DAY, OFF)
    resets: list[int] = []
    board.list.rows.modelReset.connect(lambda: resets.append(1))
    board.list.setCurrentIndex(board.list.rows.index(1))
    board.show_lines([replace(DAY, jobs=1), OFF], 0)
    assert resets == []
    assert board.list.currentIndex().row() == 1
    board.show_lines([OFF], 0)
    assert resets == [1]
    assert board.list.currentIndex().row() == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right])
def test_keys_open_the_day_of_the_crew_that_has_the_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    board = shown(qtbot, DAY, OFF)
    opened: list[int] = []
    board.list.opened.connect(opened.append)
    QTest.keyClick(board.list, Qt.Key.Key_Down)
    QTest.keyClick(board.list, key)
    assert opened == [LIGHT.id]


def test_a_double_click_does_too_and_beside_the_lines_nothing(qtbot: QtBot) -> None:
    board = shown(qtbot, DAY, OFF)
    opened: list[int] = []
    board.list.opened.connect(opened.append)
    view = board.list.viewport()
    spot = QPoint(40, theme.px(ROW) + 10)
    QTest.mouseClick(view, BUTTON, pos=spot)
    QTest.mouseDClick(view, BUTTON, pos=spot)
    QTest.mouseDClick(view, BUTTON, pos=QPoint(40, 5 * theme.px(ROW)))
    assert opened == [LIGHT.id]


def over(board: Board, y: float, data: QMimeData) -> bool:
    """Hold something over the list; whether it may be dropped there."""
    event = QDragMoveEvent(QPoint(40, round(y)), COPY, data, BUTTON, PLAIN)
    board.list.dragMoveEvent(event)
    return event.isAccepted()


@pytest.mark.filterwarnings("ignore:.*QDrag.*Event.*:DeprecationWarning")
def test_what_is_held_over_a_crew_marks_it_and_is_given_to_it(qtbot: QtBot) -> None:
    board, row = shown(qtbot, DAY, OFF), theme.px(ROW)
    given_: list[tuple[int, list[int]]] = []
    board.list.dropped.connect(lambda crew, ids: given_.append((crew, ids.tolist())))
    held = mime_of(np.array([7, 9], np.int64))
    assert over(board, row * 1.5, held)
    assert board.list.over == 1
    board.list.dropEvent(QDropEvent(QPointF(40, row * 1.5), COPY, held, BUTTON, PLAIN))
    assert given_ == [(LIGHT.id, [7, 9])]
    assert board.list.over == -1
    board.list.dropEvent(QDropEvent(QPointF(40, row * 5), COPY, held, BUTTON, PLAIN))
    assert len(given_) == 1, "beside the crews nobody gets it"


@pytest.mark.filterwarnings("ignore:.*QDrag.*Event.*:DeprecationWarning")
def test_nothing_but_requests_is_taken(qtbot: QtBot) -> None:
    board, words = shown(qtbot, DAY), QMimeData()
    words.setText("7")
    enter = QDragEnterEvent(QPoint(40, 10), COPY, words, BUTTON, PLAIN)
    enter.ignore()
    board.list.dragEnterEvent(enter)
    assert not enter.isAccepted()
    assert not over(board, 10, words)
    held = mime_of(np.array([7], np.int64))
    assert not over(board, 5 * theme.px(ROW), held)
    assert board.list.over == -1


def test_what_no_crew_has_is_a_button_while_there_is_any(qtbot: QtBot) -> None:
    board = shown(qtbot, DAY, pending=1200)
    asked: list[str] = []
    board.pending_wanted.connect(lambda: asked.append("pending"))
    board.edit_wanted.connect(lambda: asked.append("edit"))
    assert board.pending.text() == "1,200 without a crew"
    QTest.keyClick(board.pending, Qt.Key.Key_Space)
    QTest.keyClick(board.edit, Qt.Key.Key_Space)
    board.show_lines([DAY], 0)
    assert not board.pending.isEnabled()
    assert asked == ["pending", "edit"]


def test_without_crews_it_says_how_to_make_one(qtbot: QtBot) -> None:
    board = shown(qtbot)
    asked: list[str] = []
    board.edit_wanted.connect(lambda: asked.append("edit"))
    assert board.stack.currentWidget() is board.empty
    board.empty.button.click()
    assert asked == ["edit"]
    board.show_lines([DAY], 0)
    assert board.stack.currentWidget() is board.list


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_painted_in_both_looks_however_long_the_names(qtbot: QtBot, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    long = replace(TREE, name="x" * 500, areas=("y" * 500,), capacity=1)
    board = shown(qtbot, DAY, OFF, CrewLine(long, 10_000, "z" * 500), pending=3)
    assert board.minimumSizeHint().width() <= 420
    surface = board.list.grab().toImage().pixelColor(2, 500).name().upper()
    assert surface == theme.current().surf.upper()
