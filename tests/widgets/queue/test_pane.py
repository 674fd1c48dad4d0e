"""The queue pane by keys and clicks: moving, picking, choosing all, ordering, and one selection both ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QImage, QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.queue.snapshot import build
from tests.widgets.rows import CREWS, NOW, every_row, row, snapshot
from widgets import theme
from widgets.queue.columns import EDGE, PAD, SortKeys, column_widths
from widgets.queue.paint import ROW, RowPainter, RowState
from widgets.queue.view import QueuePane
from widgets.queue.words import RowWords, row_words
from widgets.selection import Selection

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def chosen(selection: Selection) -> tuple[list[int], int]:
    """What is chosen, and what is looked at."""
    return selection.ids.tolist(), selection.current


def press(
    qtbot: QtBot, pane: QueuePane, *keys: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    for key in keys:
        QTest.keyClick(pane.table, key, modifier)


def click(
    qtbot: QtBot, pane: QueuePane, at: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    y = pane.table.rowViewportPosition(at) + 10
    QTest.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(200, y))


def test_j_k_arrows_home_and_end_move(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    press(qtbot, pane, Key.Key_J)
    assert chosen(selection) == ([1], 1)
    press(qtbot, pane, Key.Key_J, Key.Key_Down, Key.Key_J)
    assert selection.current == 4
    press(qtbot, pane, Key.Key_K, Key.Key_Up)
    assert chosen(selection) == ([2], 2)
    press(qtbot, pane, Key.Key_End)
    assert selection.current == 200
    press(qtbot, pane, Key.Key_J)
    assert selection.current == 200
    press(qtbot, pane, Key.Key_Home)
    assert selection.current == 1
    assert pane.table.hasFocus()


def test_shift_extends_and_control_a_takes_all(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    press(qtbot, pane, Key.Key_J)
    press(qtbot, pane, Key.Key_Down, Key.Key_Down, modifier=SHIFT)
    assert chosen(selection) == ([1, 2, 3], 3)
    press(qtbot, pane, Key.Key_A, modifier=CTRL)
    assert len(selection.ids) == 200
    assert selection.current == 3


def test_x_picks_rows_while_moving(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    press(qtbot, pane, Key.Key_J, Key.Key_X, Key.Key_J, Key.Key_J, Key.Key_X)
    assert chosen(selection) == ([1, 3], 3)
    press(qtbot, pane, Key.Key_J)
    assert list(selection.ids) == [1, 3]
    assert selection.current == 4
    press(qtbot, pane, Key.Key_K, Key.Key_X)
    assert list(selection.ids) == [1]
    press(qtbot, pane, Key.Key_J, Key.Key_Escape)
    assert chosen(selection) == ([4], 4)
    press(qtbot, pane, Key.Key_J)
    assert list(selection.ids) == [5]


def test_x_without_a_row_does_nothing(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    press(qtbot, pane, Key.Key_X)
    assert list(selection.ids) == []


def test_clicks_choose(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    click(qtbot, pane, 3)
    assert list(selection.ids) == [4]
    click(qtbot, pane, 5, CTRL)
    assert chosen(selection) == ([4, 6], 6)
    click(qtbot, pane, 8, SHIFT)
    assert selection.current == 9
    click(qtbot, pane, 1)
    assert list(selection.ids) == [2]


def test_a_click_says_its_selection_once(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    said: list[list[int]] = []
    selection.changed.connect(lambda: said.append(selection.ids.tolist()))
    click(qtbot, pane, 3)
    press(qtbot, pane, Key.Key_J)
    assert said == [[4], [5]]


def test_the_selection_of_map_and_detail_is_followed(pane: QueuePane, selection: Selection) -> None:
    selection.set((150, 152, 153, 160), 152)
    model = pane.table.selectionModel()
    assert sorted(i.row() for i in model.selectedRows()) == [149, 151, 152, 159]
    assert pane.table.currentIndex().row() == 151
    assert 0 <= pane.table.rowViewportPosition(151) < pane.table.viewport().height()
    selection.clear()
    assert not model.hasSelection()


def test_thousands_of_scattered_rows_are_chosen_at_once(
    pane: QueuePane, selection: Selection, qtbot: QtBot, look: QApplication
) -> None:
    shot = snapshot(9_000)
    pane.set_rows(shot, every_row(shot), NOW)
    selection.set(tuple(range(1, 9_001, 2)), 1)
    table = pane.table
    assert table._chosen.sum() == 4_500
    picture = table.viewport().grab().toImage()
    grounds = [picture.pixelColor(500, 28 * r + 3).name().upper() for r in range(4)]
    assert grounds == [theme.LIGHT.selection, theme.LIGHT.surf] * 2
    press(qtbot, pane, Key.Key_X, Key.Key_J, Key.Key_X)
    assert len(selection.ids) == 4_501


def test_what_is_not_shown_stays_chosen(pane: QueuePane, selection: Selection, qtbot: QtBot) -> None:
    selection.set((7,))
    shot = snapshot(200)
    pane.set_rows(shot, every_row(shot)[50:], NOW)
    assert list(selection.ids) == [7]
    assert not pane.table.selectionModel().hasSelection()
    press(qtbot, pane, Key.Key_J)
    assert selection.current == 57


def test_new_rows_do_not_move_what_is_looked_at(pane: QueuePane, selection: Selection) -> None:
    selection.set((100,))
    before = pane.table.rowViewportPosition(99)
    shot = snapshot(220)
    pane.set_rows(shot, np.concatenate([np.arange(200, 220), np.arange(200)]), NOW)
    assert pane.table.currentIndex().row() == 119
    assert pane.table.rowViewportPosition(119) == before
    assert list(selection.ids) == [100]


def test_after_an_action_the_next_row_is_chosen(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    press(qtbot, pane, Key.Key_J, Key.Key_X, Key.Key_J, Key.Key_X)
    pane.advance()
    assert chosen(selection) == ([3], 3)
    press(qtbot, pane, Key.Key_End)
    pane.advance()
    assert list(selection.ids) == [199]
    assert pane.table.hasFocus()


def test_enter_and_double_click_open(pane: QueuePane, qtbot: QtBot) -> None:
    press(qtbot, pane, Key.Key_J)
    with qtbot.waitSignal(pane.opened) as opened:
        press(qtbot, pane, Key.Key_Return)
    assert opened.args == [1]
    where = QPoint(200, pane.table.rowViewportPosition(4) + 10)
    with qtbot.waitSignal(pane.opened) as opened:
        QTest.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        QTest.mouseDClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == [5]


def test_bare_letters_are_left_to_the_commands(pane: QueuePane, qtbot: QtBot, selection: Selection) -> None:
    heard: list[str] = []
    for key in "ASMN":
        action = QAction(key, pane)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False, k=key: heard.append(k))
        pane.addAction(action)
    press(qtbot, pane, Key.Key_A, Key.Key_S, Key.Key_M, Key.Key_N, Key.Key_Q)
    assert heard == ["A", "S", "M", "N"]
    assert list(selection.ids) == []


def test_a_click_on_a_title_asks_for_that_order(pane: QueuePane, qtbot: QtBot) -> None:
    header = pane.table.horizontalHeader()

    def ask(section: int) -> list[object]:
        at = QPoint(header.sectionViewportPosition(section) + 20, 10)
        with qtbot.waitSignal(pane.sort_requested) as asked:
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        return list(asked.args)

    assert ask(1) == [(("service", False),)]
    assert ask(5) == [(("due", True),)]
    pane.show_order((("due", True),))
    assert ask(5) == [(("due", False),)]


def test_the_order_menu_asks_too(pane: QueuePane, qtbot: QtBot) -> None:
    newest = next(a for a in pane._order.menu().actions() if a.text() == "Newest first")
    with qtbot.waitSignal(pane.sort_requested) as asked:
        newest.trigger()
    assert asked.args == [(("age", False),)]
    pane.show_order((("age", False),))
    assert pane._order.text() == "Newest first"
    pane.show_order((("status", True), ("number", False)))
    assert pane._order.text() == "Status, closed first, then number"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((("due", False),), "Due first"),
        ((("due", True),), "Due, latest first"),
        ((("age", True), ("number", True)), "Oldest first, then number, Z to A"),
        ((("updated", False),), "Changed, oldest first"),
        ((("address", True),), "Address, Z to A"),
        ((("outcome", False),), "Outcome, A to Z"),
    ],
)
def test_the_order_is_named_with_its_direction(pane: QueuePane, keys: SortKeys, said: str) -> None:
    pane.show_order(keys)
    assert pane._order.text() == said


def test_the_title_line_counts(pane: QueuePane, selection: Selection) -> None:
    assert pane._count.text() == "200 of 200"
    selection.set((1, 2, 3))
    assert pane._chosen.text() == "3 selected"
    shot = build([row(1, status="closed", outcome="fixed"), row(2)], CREWS)
    pane.set_rows(shot, every_row(shot), NOW)
    assert pane._count.text() == "2 of 2", "the filter asks for all, closed ones too"
    for query in ("main st", "is:noplace", "-status:new"):
        pane.set_rows(shot, every_row(shot)[:1], NOW, query=query)
        assert pane._count.text() == "1 of 2", query
    for query in ("status:new main", "is:mine", "due<1d", "-status:closed", "status:open"):
        pane.set_rows(shot, every_row(shot)[1:], NOW, query=query)
        assert pane._count.text() == "1 of 1 open", query


def test_an_empty_queue_says_why_and_what_to_do(pane: QueuePane, qtbot: QtBot) -> None:
    shot = snapshot(3)
    pane.set_rows(shot, every_row(shot)[:0], NOW, query="area:<b>nowhere</b>")
    assert pane.empty.isVisible()
    assert pane.empty.why.text() == "3 requests are here, 3 of them open; none fits “area:<b>nowhere</b>”."
    with qtbot.waitSignal(pane.empty_action) as asked:
        QTest.mouseClick(pane.empty.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["clear"]
    pane.set_rows(build([], []), every_row(shot)[:0], NOW)
    assert pane.empty.title.text() == "No request has come yet"
    pane.has_upstream = False
    pane.set_rows(build([], []), every_row(shot)[:0], NOW)
    assert pane.empty.button.text() == "Log a call"
    pane.is_shared = True
    pane.set_rows(build([], []), every_row(shot)[:0], NOW)
    assert "team's worker pulls" in pane.empty.why.text()
    assert pane.empty.button.text() == "Log a call"


def test_the_keyboard_stays_when_rows_go_and_come(pane: QueuePane) -> None:
    shot = snapshot(3)
    pane.set_rows(shot, every_row(shot)[:0], NOW)
    assert pane.empty.button.hasFocus()
    pane.set_rows(shot, every_row(shot), NOW)
    assert pane.table.hasFocus()


def test_all_rows_by_key(pane: QueuePane, selection: Selection) -> None:
    QTest.keyClick(pane.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(selection.ids) == 200


@pytest.mark.parametrize("width", [320, 520, 680, 840, 960, 1600, 2600])
def test_columns_fill_any_width_and_the_address_stays(look: QApplication, width: int) -> None:
    widths = column_widths(width)
    assert {"status", "service", "address"} <= set(widths)
    assert width < 500 or sum(widths.values()) + 12 == width
    assert all(w > 0 for w in widths.values())


def test_columns_go_in_turn(look: QApplication) -> None:
    assert "crew" in column_widths(960)
    assert "crew" not in column_widths(780)
    assert "area" not in column_widths(640)
    assert "due" in column_widths(400)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_paints_what_is_in_sight_in_both_themes(
    pane: QueuePane, look: QApplication, scheme: str, selection: Selection
) -> None:
    theme.set_scheme(look, scheme)
    selection.set((2, 4), 3)
    pane.set_now(NOW + 61_000)
    picture = pane.grab().toImage()
    p = theme.current()
    table = pane.table.mapTo(pane, QPoint(0, 24))
    assert picture.pixelColor(500, table.y() + 28 + 3).name().upper() == p.selection
    assert picture.pixelColor(500, table.y() + 3).name().upper() == p.surf
    assert len(pane.table.rows._words) < 30


def test_a_hidden_queue_does_no_work(pane: QueuePane) -> None:
    pane.hide()
    shot = snapshot(500)
    pane.set_rows(shot, every_row(shot), NOW)
    pane.set_now(NOW + 600_000)
    assert pane.table.rows._words == {}


def test_what_is_chosen_but_not_listed_is_said(pane: QueuePane, selection: Selection) -> None:
    ids = pane.table.rows.snapshot.ids.tolist()
    shot = pane.table.rows.snapshot
    selection.set(ids[:1])
    assert pane._chosen.text() == "1 selected"
    pane.set_rows(shot, every_row(shot)[1:], NOW)
    assert pane._chosen.text() == "1 selected, not in this list"
    assert not pane.lists(ids[0])
    selection.set(ids[:3])
    assert pane._chosen.text() == "3 selected, 1 not in this list"
    pane.set_rows(shot, every_row(shot)[:0], NOW)
    assert pane._chosen.text() == "3 selected, not in this list"
    assert selection.ids.tolist() == ids[:3]


@pytest.mark.parametrize("height", [300, 333, 492])
def test_no_row_is_cut(qtbot: QtBot, pane: QueuePane, height: int) -> None:
    pane.resize(960, height)
    table = pane.table
    side = table.verticalHeader()
    qtbot.waitUntil(lambda: table.viewport().height() % side.defaultSectionSize() == 0)
    for at in (57, 3, 199, 0):
        table.go_to(at)
        assert side.offset() % side.defaultSectionSize() == 0
        assert 0 <= table.rowViewportPosition(at) <= table.viewport().height() - side.defaultSectionSize()


def painted(words: RowWords, width: int) -> QImage:
    """A row's address as it is painted, in a column of so many pixels."""
    painter = RowPainter({"address": width}, 1.0)
    image = QImage(painter.width, painter.height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    brush = QPainter(image)
    painter.begin(brush)
    painter.paint(brush, 0, painter.width, words, RowState(False, False, False, False))
    brush.end()
    return image


def places_of(mark: QImage, image: QImage) -> list[int]:
    """Where in a picture another one is seen, pixels from the left."""
    return [x for x in range(image.width() - mark.width() + 1) if image.copy(x, 0, mark.width(), ROW) == mark]


@pytest.mark.parametrize("width", [90, 160, 240, 700])
def test_the_address_gives_way_to_a_remark(look: QApplication, width: int) -> None:
    shot = snapshot(1)
    plain = replace(row_words(shot, 0, NOW), address="12345 Martin Luther King Junior Boulevard, Unit 4", remark="")
    metrics = RowPainter({"address": 700}, 1.0)._metrics[0]
    left = theme.px(EDGE + PAD)
    mark = painted(replace(plain, address="", remark="differs"), 700)
    mark = mark.copy(left, 0, metrics.horizontalAdvance("differs"), ROW)
    image = painted(replace(plain, remark="differs"), width)
    (place,) = places_of(mark, image)
    if width > 100:
        assert painted(plain, width).copy(0, 0, 40, ROW) == image.copy(0, 0, 40, ROW)
        assert place > 40


def test_several_remarks_leave_room_for_the_address(look: QApplication) -> None:
    painter = RowPainter(column_widths(800), 1.0)
    width = painter._metrics[0].horizontalAdvance
    both = "not delivered, no place"
    assert painter._fitting(both, width(both)) == both
    assert painter._fitting(both, width(both) - 1) == "not delivered"
    assert painter._fitting(both, 1) == "not delivered"
