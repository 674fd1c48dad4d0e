"""The queue's columns, order and rows by mouse and keys on the real table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from services.queue.snapshot import build
from tests.widgets.rows import CREWS, HOUR, NOW, every_row, row, snapshot
from widgets import theme
from widgets.queue import drag
from widgets.queue.columns import NAMES, USUAL, Arrangement
from widgets.queue.model import QueueModel
from widgets.queue.paint import ROW, TWO_LINES, RowPainter, RowState
from widgets.queue.view import QueuePane
from widgets.queue.words import second_line

Key = Qt.Key
LEFT, SHIFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
TWELVE = Arrangement((*USUAL, "number", "requested", "updated", "upstream"))


def edge(pane: QueuePane, name: str) -> QPoint:
    """Where a column ends."""
    header, section = pane.table.header, NAMES.index(name)
    return QPoint(header.sectionViewportPosition(section) + header.sectionSize(section) - 1, 10)


def title(pane: QueuePane, name: str) -> QPoint:
    return QPoint(pane.table.header.sectionViewportPosition(NAMES.index(name)) + 20, 10)


def pull(pane: QueuePane, start: QPoint, end: QPoint) -> None:
    """Press, drag and let go in the header."""
    view = pane.table.header.viewport()
    QTest.mousePress(view, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(view, start + (end - start) * share)
    QTest.mouseRelease(view, LEFT, pos=end)


def test_a_click_sorts_and_a_click_with_shift_adds_a_key(pane: QueuePane, qtbot: QtBot) -> None:
    view = pane.table.header.viewport()
    with qtbot.waitSignal(pane.sort_requested) as asked:
        QTest.mouseClick(view, LEFT, SHIFT, title(pane, "area"))
    assert asked.args == [(("due", False), ("area", False))]
    pane.show_order((("due", False), ("area", False)))
    with qtbot.waitSignal(pane.sort_requested) as asked:
        QTest.mouseClick(view, LEFT, SHIFT, title(pane, "area"))
    assert asked.args == [(("due", False), ("area", True))]
    with qtbot.waitSignal(pane.sort_requested) as asked:
        QTest.mouseClick(view, LEFT, pos=title(pane, "area"))
    assert asked.args == [(("area", False),)]


def test_the_header_says_the_order_to_a_screen_reader(pane: QueuePane) -> None:
    pane.show_order((("due", True), ("area", False)))
    model, role = pane.table.rows, Qt.ItemDataRole.AccessibleTextRole
    said = [model.headerData(NAMES.index(n), Qt.Orientation.Horizontal, role) for n in ("due", "area", "crew")]
    assert said == ["Due, sorted, descending", "Area, sorted, ascending, second", "Crew"]


def test_a_dragged_edge_sets_a_width_and_the_others_stay(pane: QueuePane) -> None:
    header, at = pane.table.header, edge(pane, "service")
    before = {n: header.sectionSize(NAMES.index(n)) for n in ("service", "address", "area")}
    pull(pane, at, at + QPoint(40, 0))
    after = {n: header.sectionSize(NAMES.index(n)) for n in before}
    assert after == before | {"service": before["service"] + 40}
    assert dict(pane.table.arrangement.widths)["service"] == after["service"]
    assert pane.table.horizontalScrollBar().maximum() > 0
    pane.resize(1_400, 492)
    assert header.sectionSize(NAMES.index("address")) == before["address"]
    pane.table.arrange(Arrangement())
    assert header.sectionSize(NAMES.index("address")) > before["address"]


def test_a_dragged_title_moves_its_column(pane: QueuePane) -> None:
    pull(pane, title(pane, "age"), title(pane, "service") - QPoint(10, 0))
    assert pane.table.arrangement.names[:3] == ("status", "age", "service")
    assert pane.table.shown == pane.table.arrangement.names
    assert not pane.table.arrangement.widths


def test_the_menu_hides_shows_and_puts_back(pane: QueuePane) -> None:
    header = pane.table.header

    def pick(words: str) -> None:
        menu = header.menu(NAMES.index("area"))
        next(a for a in menu.actions() if a.text() == words).trigger()
        menu.deleteLater()

    pick("Area")
    assert "area" not in pane.table.shown
    assert header.isSectionHidden(NAMES.index("area"))
    pick("Number")
    pick("Two lines a request")
    assert pane.table.arrangement == Arrangement((*(n for n in USUAL if n != "area"), "number"), two_lines=True)
    pick("Usual columns and widths")
    assert pane.table.arrangement == Arrangement(two_lines=True)


def test_the_menu_sorts_by_the_column_that_was_clicked(pane: QueuePane, qtbot: QtBot) -> None:
    header, at = pane.table.header, title(pane, "crew")
    QApplication.sendEvent(
        header.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, header.viewport().mapToGlobal(at))
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [a.text() for a in menu.actions()[:2]] == ["Sort by crew", "Then sort by crew"]
    with qtbot.waitSignal(pane.sort_requested) as asked:
        menu.actions()[1].trigger()
    assert asked.args == [(("due", False), ("crew", False))]
    menu.close()


def test_the_last_column_cannot_be_hidden(pane: QueuePane) -> None:
    pane.table.arrange(Arrangement(("due",)))
    menu = pane.table.header.menu()
    assert not next(a for a in menu.actions() if a.text() == "Due").isEnabled()
    QTest.keyClick(pane.table, Key.Key_J)
    assert pane.table.currentIndex().column() == NAMES.index("due")
    menu.deleteLater()


def test_two_lines_are_higher_and_the_first_row_stays(pane: QueuePane, qtbot: QtBot) -> None:
    pane.table.go_to(120)
    first = pane.table.rowAt(0)
    pane.table.arrange(Arrangement(two_lines=True))
    assert pane.table.verticalHeader().defaultSectionSize() == TWO_LINES
    assert pane.table.rowAt(0) == first
    qtbot.waitUntil(lambda: pane.table.viewport().height() % TWO_LINES == 0)
    pane.table.arrange(Arrangement())
    assert pane.table.verticalHeader().defaultSectionSize() == ROW
    assert pane.table.rowAt(0) == first


def test_the_second_line_says_what_no_column_says(pane: QueuePane) -> None:
    words = pane.table.rows.words(3)
    assert second_line(words, USUAL) == "South Boston · #101000000004 · opened 29 Aug 12:00"
    assert second_line(words, NAMES) == "South Boston"
    assert second_line(words, ("status",)) == (
        "4 E Fifth St · Ward 6, South Boston · #101000000004 · opened 29 Aug 12:00 · by phone"
    )
    assert second_line(replace(words, updated="3 m"), NAMES[:10]).endswith("changed 3 m ago")
    assert second_line(replace(words, updated="0 m"), NAMES[:10]).endswith("changed just now")


def test_left_and_right_scroll_and_moving_down_does_not_scroll_back(pane: QueuePane) -> None:
    pane.table.arrange(TWELVE)
    across = pane.table.horizontalScrollBar()
    QTest.keyClick(pane.table, Key.Key_Right)
    assert across.value() == 64
    QTest.keyClick(pane.table, Key.Key_J)
    QTest.keyClick(pane.table, Key.Key_End, SHIFT)
    assert across.value() == 64
    picture = pane.table.viewport().grab().toImage()
    assert picture.pixelColor(1, picture.height() - 40).name().upper() == theme.LIGHT.accent
    QTest.keyClick(pane.table, Key.Key_Left)
    assert across.value() == 0


def test_shift_end_and_shift_home_choose_up_to_there(pane: QueuePane) -> None:
    chosen = pane._selection
    pane.table.go_to(190)
    QTest.keyClick(pane.table, Key.Key_End, SHIFT)
    assert chosen.ids.tolist() == list(range(191, 201))
    QTest.keyClick(pane.table, Key.Key_Home, SHIFT)
    assert chosen.ids.tolist() == list(range(1, 192))


def test_shift_chooses_from_where_one_has_moved_to(pane: QueuePane) -> None:
    chosen, nothing = pane._selection, Qt.KeyboardModifier.NoModifier
    steps = [(Key.Key_J, nothing)] * 2 + [(Key.Key_Down, SHIFT)] + [(Key.Key_J, nothing)] * 3
    for key, held in [*steps, (Key.Key_Down, SHIFT), (Key.Key_PageDown, SHIFT), (Key.Key_Up, SHIFT)]:
        QTest.keyClick(pane.table, key, held)
    page = pane.table.viewport().height() // ROW - 1
    assert chosen.ids.tolist() == list(range(6, 6 + 1 + page))
    at = QPoint(200, pane.table.rowViewportPosition(pane.table.currentIndex().row() - 4) + 5)
    QTest.mouseClick(pane.table.viewport(), LEFT, SHIFT, at)
    assert chosen.ids.tolist() == list(range(6, 6 + 1 + page - 4))
    shot = pane.table.rows.snapshot
    pane.set_rows(shot, every_row(shot), NOW)
    QTest.keyClick(pane.table, Key.Key_Home, SHIFT)
    assert chosen.ids.tolist() == list(range(1, 7))


def test_a_million_are_chosen_without_looking_at_each(pane: QueuePane, monkeypatch: pytest.MonkeyPatch) -> None:
    few = snapshot(1_000)
    order = np.tile(every_row(few), 1_000)
    pane.set_rows(few, order, NOW)
    looked: list[str] = []
    for name in ("words", "id_at", "data", "index"):
        before = getattr(QueueModel, name)

        def counted(self: QueueModel, *given: object, _before: object = before, _name: str = name) -> object:
            looked.append(_name)
            return _before(self, *given)  # type: ignore[operator]

        monkeypatch.setattr(QueueModel, name, counted)
    monkeypatch.setattr(QItemSelection, "indexes", lambda _: pytest.fail("a list of a million cells"))
    QTest.keyClick(pane.table, Key.Key_A, CTRL)
    assert len(pane._selection.ids) == 1_000_000
    assert pane.table.chosen.all()
    assert len(looked) < 200


def test_as_many_rows_as_before_are_not_laid_out_again(pane: QueuePane) -> None:
    pane.table.go_to(100)
    scroll, resets = pane.table.verticalScrollBar().value(), list[bool]()
    pane.table.rows.modelReset.connect(lambda: resets.append(True))
    shot = snapshot(200)
    pane.set_rows(shot, every_row(shot), NOW)
    assert pane.table.verticalScrollBar().value() == scroll
    assert not resets
    assert pane._selection.ids.tolist() == [101]
    pane.set_rows(shot, every_row(shot)[::-1], NOW)
    assert pane.table.currentIndex().row() == 99
    assert not resets
    pane.set_rows(shot, every_row(shot)[:50], NOW)
    assert resets


def test_late_and_urgent_can_be_told_in_grey(pane: QueuePane) -> None:
    dues = {"late": -HOUR, "urgent": HOUR, "later": 3 * HOUR, "none": None}
    rows = [row(i, due_ms=None if d is None else NOW + d) for i, d in enumerate(dues.values(), 1)]
    shot = build(rows, CREWS)
    pane.set_rows(shot, every_row(shot), NOW)
    words = [pane.table.rows.words(r) for r in range(4)]
    assert [(w.late, w.urgent) for w in words] == [(True, False), (False, True), (False, False), (False, False)]
    picture = pane.table.viewport().grab().toImage()
    left = pane.table.header.sectionViewportPosition(NAMES.index("due"))

    def ink(at: int) -> int:
        box = [picture.pixelColor(x, at * ROW + y).lightness() for x in range(left, left + 124) for y in range(ROW)]
        return sum(value < 160 for value in box)

    later, none = ink(2), ink(3)
    assert none == 0
    assert min(ink(0), ink(1)) > later


def test_more_contrast_draws_lines_round_what_is_chosen(pane: QueuePane) -> None:
    from PySide6.QtGui import QPainter, QPixmap

    def picture(*, contrast: bool) -> str:
        made = QPixmap(400, ROW)
        made.fill(theme.colour(theme.LIGHT.surf))
        painter = QPainter(made)
        drawn = RowPainter({"status": 124}, 1.0, contrast=contrast)
        drawn.begin(painter)
        state = RowState(selected=True, current=True, focused=True, marked=False)
        drawn.paint(painter, 0, 400, pane.table.rows.words(0), state)
        painter.end()
        return made.toImage().pixelColor(300, 0).name().upper()

    assert picture(contrast=False) == theme.LIGHT.selection
    assert picture(contrast=True) == theme.LIGHT.text


def test_a_screen_reader_hears_the_row(pane: QueuePane) -> None:
    pane.table.go_to(2)
    told = QAccessible.queryAccessibleInterface(pane.table)
    at = pane.table.viewport().mapToGlobal(QPoint(200, 2 * ROW + 9))
    said = told.childAt(at.x(), at.y()).text(QAccessible.Text.Name)
    assert said.startswith("In progress, Tree Emergencies, 3 E Fifth St, ")
    assert told.text(QAccessible.Text.Name) == "Queue"


def test_a_drag_says_how_many(look: QApplication) -> None:
    one, many = drag.picture(1, 1.0), drag.picture(1_200, 2.0)
    assert many.width() > 2 * one.width()
    assert many.devicePixelRatio() == 2.0
