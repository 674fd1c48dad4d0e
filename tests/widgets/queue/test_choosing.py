"""What is chosen is more than Qt can show: scattered and hidden requests stay chosen through every click and key."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.queue.snapshot import Ints
from tests.widgets.rows import NOW, every_row, snapshot
from widgets.queue import table
from widgets.queue.view import QueuePane
from widgets.selection import Selection

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SCATTERED = np.arange(1, 4_001, 2)
Button = Qt.MouseButton


def click(
    pane: QueuePane, at: int, modifier: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = Button.LeftButton
) -> None:
    QTest.mouseClick(pane.table.viewport(), button, modifier, where(pane, at))


def where(pane: QueuePane, at: int) -> QPoint:
    return QPoint(200, pane.table.rowViewportPosition(at) + 10)


def key(pane: QueuePane, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(pane.table, key, modifier)


@pytest.fixture
def lassoed(pane: QueuePane, selection: Selection) -> QueuePane:
    """Every other of 4,000 rows is chosen: too scattered for Qt."""
    shot = snapshot(4_000)
    pane.set_rows(shot, every_row(shot), NOW)
    selection.set(SCATTERED, 1)
    return pane


@pytest.fixture
def hidden(pane: QueuePane, selection: Selection) -> QueuePane:
    """Requests 1 to 50 are chosen, and only the rows from 41 on are shown."""
    selection.set(range(1, 51), 50)
    shot = snapshot(200)
    pane.set_rows(shot, every_row(shot)[40:], NOW)
    return pane


def among(ids: Ints) -> set[int]:
    assert len(set(ids.tolist())) == len(ids)
    return set(ids.tolist())


def test_control_click_adds_one_to_a_scattered_choice_and_takes_it_back(
    lassoed: QueuePane, selection: Selection
) -> None:
    click(lassoed, 1, CTRL)
    assert among(selection.ids) == {*SCATTERED.tolist(), 2}
    assert selection.current == 2
    click(lassoed, 2, CTRL)
    click(lassoed, 1, CTRL)
    assert among(selection.ids) == {*SCATTERED.tolist()} - {3}
    assert np.flatnonzero(lassoed.table.chosen).tolist() == (np.sort(selection.ids) - 1).tolist()


def test_control_space_and_control_shift_click_do_so_too(lassoed: QueuePane, selection: Selection) -> None:
    key(lassoed, Key.Key_Space, CTRL)
    assert among(selection.ids) == {*SCATTERED.tolist()} - {1}
    key(lassoed, Key.Key_Down, CTRL)
    key(lassoed, Key.Key_Space, CTRL)
    assert among(selection.ids) == {2, *SCATTERED.tolist()} - {1}
    click(lassoed, 6, CTRL | SHIFT)
    assert among(selection.ids) == {2, 4, 6, *SCATTERED.tolist()} - {1}
    assert selection.current == 7


def test_what_the_filter_hides_stays_chosen(hidden: QueuePane, selection: Selection) -> None:
    click(hidden, 12, CTRL)
    assert among(selection.ids) == {*range(1, 51), 53}
    key(hidden, Key.Key_Space, CTRL)
    assert among(selection.ids) == {*range(1, 51)}
    click(hidden, 14, CTRL | SHIFT)
    assert among(selection.ids) == {*range(1, 51), 53, 54, 55}
    assert hidden._chosen.text() == "53 selected, 40 not in this list"


def test_a_plain_click_lets_go_of_all_others_hidden_or_not(hidden: QueuePane, selection: Selection) -> None:
    click(hidden, 12)
    assert selection.ids.tolist() == [53]
    selection.set([1, 53], 53)
    click(hidden, 12)
    assert selection.ids.tolist() == [53]
    selection.set([1, 53], 53)
    key(hidden, Key.Key_A, CTRL)
    assert among(selection.ids) == {*range(41, 201)}
    selection.set([1, 53], 53)
    click(hidden, 12, SHIFT)
    assert 1 not in among(selection.ids)


def test_a_click_beside_the_rows_lets_go_of_a_scattered_choice(lassoed: QueuePane, selection: Selection) -> None:
    shot = lassoed.table.rows.snapshot
    lassoed.set_rows(shot, every_row(shot)[:3], NOW)
    view = lassoed.table.viewport()
    QTest.mouseClick(view, Button.LeftButton, CTRL, QPoint(200, view.height() - 5))
    assert len(selection.ids) == 2_000
    QTest.mouseClick(view, Button.LeftButton, NONE, QPoint(200, view.height() - 5))
    assert not len(selection.ids)


def test_a_scattered_choice_can_be_pressed_dragged_and_clicked(
    lassoed: QueuePane, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[int] = []
    monkeypatch.setattr(table, "drag", lambda _, ids: dragged.append(len(ids)))
    view = lassoed.table.viewport()
    click(lassoed, 4, button=Button.RightButton)
    assert (len(selection.ids), selection.current) == (2_000, 5)
    QTest.mousePress(view, Button.LeftButton, NONE, where(lassoed, 2))
    assert (len(selection.ids), selection.current) == (2_000, 3)
    for at in (6, 9):
        if not dragged:
            QTest.mouseMove(view, where(lassoed, at))
    assert dragged == [2_000]
    QTest.mouseRelease(view, Button.LeftButton, NONE, where(lassoed, 9))
    assert len(selection.ids) == 2_000
    click(lassoed, 2)
    assert selection.ids.tolist() == [3]


def test_what_a_screen_reader_chooses_is_added(lassoed: QueuePane, selection: Selection) -> None:
    model, flag = lassoed.table.selectionModel(), QItemSelectionModel.SelectionFlag
    model.select(lassoed.table.rows.index(1, 0), flag.Select | flag.Rows)
    assert among(selection.ids) == {2, *SCATTERED.tolist()}


def test_what_a_screen_reader_lets_go_of_leaves_the_rest(hidden: QueuePane, selection: Selection) -> None:
    model, flag = hidden.table.selectionModel(), QItemSelectionModel.SelectionFlag
    model.select(hidden.table.rows.index(2, 0), flag.Deselect | flag.Rows)
    model.select(hidden.table.rows.index(20, 0), flag.Select | flag.Rows)
    assert among(selection.ids) == {*range(1, 51), 61} - {43}


def test_a_fault_in_between_leaves_nothing_held(pane: QueuePane, selection: Selection, qtbot: QtBot) -> None:
    def fault() -> None:
        raise RuntimeError

    for held in (pane.table._one_change, pane.table._led, pane.table.header._quietly):
        with pytest.raises(RuntimeError), held():
            fault()
    key(pane, Key.Key_J)
    assert selection.ids.tolist() == [1]
    selection.set([3])
    assert pane.table.currentIndex().row() == 2
    with qtbot.waitSignal(pane.table.arranged):
        pane.table.header.resizeSection(pane.table.header.logicalIndex(2), 200)


STEPS = st.tuples(st.sampled_from(["click", "ctrl", "ctrl+shift", "space"]), st.integers(0, 11))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.sets(st.integers(1, 60)), st.lists(STEPS, max_size=6), st.integers(1, 8))
def test_it_is_what_sets_of_ids_would_be(
    pane: QueuePane, selection: Selection, chosen: set[int], steps: list[tuple[str, int]], most: int
) -> None:
    """Whatever is chosen, in sight or not, and however soon it is too scattered."""
    shot = snapshot(60)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table, "_MOST_RANGES", most)
        selection.set([])
        pane.set_rows(shot, every_row(shot)[20:], NOW)
        selection.set(sorted(chosen))
        truth, anchor, current = set(chosen), min(chosen) if len(chosen) == 1 else 0, selection.current
        pane.table._start, pane.table._picking = anchor, False
        pane.table.scrollToTop()
        for what, at in steps:
            request = at + 21
            match what:
                case "click":
                    click(pane, at)
                    truth, anchor, current = {request}, request, request
                case "ctrl":
                    click(pane, at, CTRL)
                    truth, anchor, current = truth ^ {request}, request, request
                case "ctrl+shift" if anchor > 20:
                    click(pane, at, CTRL | SHIFT)
                    truth |= set(range(min(anchor, request), max(anchor, request) + 1))
                    current = request
                case "space" if current > 20:
                    key(pane, Key.Key_Space, CTRL)
                    truth, anchor = truth ^ {current}, current
            assert among(selection.ids) == truth
            assert set((np.flatnonzero(pane.table.chosen) + 21).tolist()) == {i for i in truth if i > 20}
            pane.table.scrollToTop()
