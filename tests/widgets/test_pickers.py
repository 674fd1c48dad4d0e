"""The popups to pick from, by keyboard: commands, crews and statuses with their reasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.chooser import Chooser
from widgets.combo import Combo
from widgets.palette import CommandPalette
from widgets.picklist import Choice, fitting

Key = Qt.Key
COMMANDS = (
    Choice("assign", "Assign to a crew", keys="A", icon="truck"),
    Choice("status", "Set the status", keys="S"),
    Choice("message", "Message the resident", keys="M", enabled=False, reason="This upstream takes no updates."),
    Choice("assign:1", "Assign to Tree 1", note="full, 8 of 8 jobs", only_typed=True),
    Choice("assign:2", "Assign to Tree 2", note="6 of 8 jobs", only_typed=True),
)
STATUSES = (
    Choice("new", "New", icon="new", enabled=False, reason="A request cannot go back to new."),
    Choice("in_progress", "In progress", note="the upstream is told “open”", icon="in_progress"),
    Choice("closed/fixed", "Closed: fixed", note="the upstream is told “closed”", icon="closed"),
)


@pytest.fixture
def window(look: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    yield made
    made.close()


@pytest.fixture
def palette(window: QWidget) -> Iterator[CommandPalette]:
    made = CommandPalette(window)
    made.open_with(COMMANDS, window)
    yield made
    made.close()


def titles(picker: CommandPalette | Chooser) -> list[str]:
    return [c.title for c in picker.list.choices]


def test_all_commands_until_something_is_typed(palette: CommandPalette) -> None:
    assert palette.field.hasFocus()
    assert titles(palette) == ["Assign to a crew", "Set the status", "Message the resident"]


def test_typed_words_find_a_command_with_its_argument(palette: CommandPalette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "assign tree 2")
    assert titles(palette) == ["Assign to Tree 2"]
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.field, Key.Key_Return)
    assert chosen.args == ["assign:2"]
    assert not palette.isVisible()


def test_what_is_not_possible_says_why_and_is_not_run(palette: CommandPalette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "message")
    assert palette.list.choices[0].below == "This upstream takes no updates."
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.field, Key.Key_Return)
        QTest.keyClick(palette.field, Key.Key_Down)
        QTest.keyClick(palette.field, Key.Key_Enter)
    assert palette.isVisible()


def test_arrows_go_round(palette: CommandPalette, qtbot: QtBot) -> None:
    QTest.keyClick(palette.field, Key.Key_Down)
    highlighted = palette.list.highlighted
    assert highlighted is not None
    assert highlighted.key == "status"
    QTest.keyClick(palette.field, Key.Key_Up)
    QTest.keyClick(palette.field, Key.Key_Up)
    assert palette.list.highlighted == COMMANDS[2]
    QTest.keyClick(palette.field, Key.Key_Tab)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.field, Key.Key_Return)
    assert chosen.args == ["assign"]


def test_escape_closes_and_nothing_is_chosen(palette: CommandPalette, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.field, Key.Key_Escape)
    assert not palette.isVisible()


def test_nothing_that_fits_is_said(palette: CommandPalette) -> None:
    QTest.keyClicks(palette.field, "<b>x</b>")
    assert palette.nothing.text() == "Nothing here fits “<b>x</b>”."
    assert not palette.list.isVisible()
    QTest.keyClick(palette.field, Key.Key_Return)
    QTest.keyClick(palette.field, Key.Key_Down)
    assert palette.isVisible()
    palette.offer([])
    assert palette.nothing.text() == "There is nothing to choose from."


def test_it_opens_clean_again(palette: CommandPalette, window: QWidget) -> None:
    QTest.keyClicks(palette.field, "status")
    palette.close()
    palette.open_with(COMMANDS, window)
    assert palette.field.text() == ""
    assert len(titles(palette)) == 3


def test_a_chooser_starts_at_what_is_possible(window: QWidget, qtbot: QtBot) -> None:
    chooser = Chooser(window, "Status")
    chooser.open_with(STATUSES, "Status of 101000320036", window)
    assert chooser.title.text() == "Status of 101000320036"
    highlighted = chooser.list.highlighted
    assert highlighted is not None
    assert highlighted.key == "in_progress"
    with qtbot.waitSignal(chooser.chosen) as chosen:
        QTest.keyClicks(chooser.field, "fix")
        QTest.keyClick(chooser.field, Key.Key_Return)
    assert chosen.args == ["closed/fixed"]


def test_a_click_chooses_unless_it_is_not_possible(window: QWidget, qtbot: QtBot) -> None:
    chooser = Chooser(window, "Status")
    chooser.open_with(STATUSES, "", window)

    def click(row: int) -> None:
        place = chooser.list.visualRect(chooser.list.model().index(row, 0)).center()
        QTest.mouseClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    with qtbot.assertNotEmitted(chooser.chosen):
        click(0)
    with qtbot.waitSignal(chooser.chosen) as chosen:
        click(1)
    assert chosen.args == ["in_progress"]


def test_it_stays_on_the_screen(window: QWidget) -> None:
    chooser = Chooser(window, "Status")
    chooser.offer(STATUSES)
    chooser.open_at(QPoint(100_000, 100_000))
    assert chooser.screen().availableGeometry().contains(chooser.geometry())
    chooser.close()


def test_accessible_text_says_what_is_not_possible(palette: CommandPalette) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    model = palette.list.model()
    assert model.index(0, 0).data(role) == "Assign to a crew, A"
    assert model.index(2, 0).data(role) == "Message the resident, not possible, This upstream takes no updates., M"
    assert not model.flags(model.index(2, 0)) & Qt.ItemFlag.ItemIsEnabled


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_paints_in_both_themes(window: QWidget, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    chooser = Chooser(window, "Status")
    chooser.open_with(STATUSES, "Status", window)
    picture, p = chooser.grab().toImage(), theme.current()
    colours = {picture.pixelColor(x, y).name().upper() for x in range(60) for y in range(picture.height())}
    assert {p.surf, p.selection, p.accent, p.in_progress, p.closed} <= colours
    assert p.new not in colours
    chooser.close()


def test_ranking_prefers_beginnings() -> None:
    choices = [
        Choice("1", "Reassign"),
        Choice("2", "Message", note="assign"),
        Choice("3", "To assign"),
        Choice("4", "Assign"),
    ]
    assert [c.key for c in fitting(choices, "ASSIGN")] == ["4", "3", "2", "1"]
    crews = [Choice("s", "Assign Streets 1", note="other work"), Choice("f", "Assign Forestry 2", note="takes Trees")]
    assert [c.key for c in fitting(crews, "assign tree")] == ["f", "s"]
    assert [c.key for c in fitting([Choice("1", "Vía pública")], "via publ")] == ["1"]


@given(st.lists(st.text(max_size=12), max_size=12), st.text(max_size=6))
def test_what_is_found_holds_every_word_and_nothing_is_invented(found: list[str], typed: str) -> None:
    choices = [Choice(str(i), t) for i, t in enumerate(found)]
    result = fitting(choices, typed)
    assert set(result) <= set(choices)
    assert len(result) == len(set(result))
    if not typed.split():
        assert result == choices


@pytest.mark.usefixtures("look")
def test_a_box_shows_that_it_opens(qtbot: QtBot) -> None:
    plain, ours = QComboBox(), Combo()
    for box in (plain, ours):
        qtbot.addWidget(box)
        box.addItem("Forestry 1")
        box.resize(240, 32)
    left, right = plain.grab().toImage(), ours.grab().toImage()
    edge = right.width() * 3 // 4
    assert left.copy(0, 0, edge, 32) == right.copy(0, 0, edge, 32)
    assert left != right


def test_choices_that_come_late_leave_no_gap_where_it_was_said_that_there_are_none(window: QWidget) -> None:
    at_once, late = Chooser(window), Chooser(window)
    at_once.open_with(STATUSES, "Status", window)
    late.open_with((), "Status", window)
    QApplication.processEvents()
    late.offer(STATUSES, "Status")
    QApplication.processEvents()
    assert late.height() == at_once.height()
    assert late.title.geometry() == at_once.title.geometry()
    at_once.close()
    late.close()
