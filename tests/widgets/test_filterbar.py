"""The filter bar by keyboard: text that looks like chips, completed from lists, honest about what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from services.queue.words import IS_WORDS, KEYS, parse
from widgets import theme
from widgets.filterbar import MEANINGS, FilterBar, chips

Key = Qt.Key
VALUES = {
    "status": [s.value for s in Status],
    "area": ["Ward 6", "Ward 7", "South Boston"],
    "service": ["Tree Emergencies", "Pothole"],
}


@pytest.fixture
def bar(look: QApplication, qtbot: QtBot) -> Iterator[FilterBar]:
    window = QWidget()
    qtbot.addWidget(window)
    made = FilterBar()
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addStretch()
    made.set_values(VALUES)
    window.resize(960, 500)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    made.focus()
    yield made
    window.close()


def shown(bar: FilterBar) -> list[str]:
    return [c.title for c in bar.list.choices] if bar.completing else []


def test_every_keystroke_is_said(bar: FilterBar, qtbot: QtBot) -> None:
    said: list[str] = []
    bar.edited.connect(said.append)
    QTest.keyClicks(bar.edit, "main")
    assert said == ["m", "ma", "mai", "main"]


def test_a_filter_set_by_the_desk_is_not_an_edit(bar: FilterBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.edited):
        bar.set_text("status:new")
    assert bar.text == "status:new"
    assert not bar.completing


def test_query_words_look_like_chips() -> None:
    text = 'status:open area:"South Boston" main st due<1d nonsense:x status:wrong -crew:"Tree 2"'
    found = [(text[c.start : c.end], text[c.value : c.end], c.good) for c in chips(text)]
    assert found == [
        ("status:open", "open", True),
        ('area:"South Boston"', '"South Boston"', True),
        ("due<1d", "1d", True),
        ("status:wrong", "wrong", False),
        ('-crew:"Tree 2"', '"Tree 2"', True),
    ]


@given(st.text(alphabet='ab:<>"- ,status area', max_size=40))
def test_chips_never_overlap_and_stay_in_the_text(text: str) -> None:
    ends = 0
    for chip in chips(text):
        assert ends <= chip.start < chip.value <= chip.end <= len(text)
        ends = chip.end
        assert chip.good is not bool(parse(text[chip.start : chip.end]).problems)


def test_it_stays_text_under_the_keyboard(bar: FilterBar) -> None:
    QTest.keyClicks(bar.edit, "status:new tree")
    for _ in range(5):
        QTest.keyClick(bar.edit, Key.Key_Backspace)
    assert bar.text == "status:new"
    bar.edit.undo()
    assert bar.text.startswith("status:new")
    bar.edit.selectAll()
    assert bar.edit.selectedText() == bar.text
    QTest.keyClicks(bar.edit, "x")
    assert bar.text == "x"


def test_a_letter_being_composed_is_left_alone(bar: FilterBar) -> None:
    QCoreApplication.sendEvent(bar.edit, QInputMethodEvent("đư", []))
    assert bar.edit._composing
    done = QInputMethodEvent("", [])
    done.setCommitString("đường")
    QCoreApplication.sendEvent(bar.edit, done)
    assert bar.text == "đường"
    assert not bar.edit._composing


def test_words_and_values_are_completed(bar: FilterBar) -> None:
    QTest.keyClicks(bar.edit, "sta")
    assert shown(bar) == ["status:"]
    QTest.keyClick(bar.edit, Key.Key_Tab)
    assert bar.text == "status:"
    assert len(shown(bar)) == len(VALUES["status"])
    QTest.keyClicks(bar.edit, "in")
    assert shown(bar)[0] == "in_progress"
    QTest.keyClick(bar.edit, Key.Key_Return)
    assert bar.text == "status:in_progress "
    QTest.keyClicks(bar.edit, "area:bos")
    QTest.keyClick(bar.edit, Key.Key_Tab)
    assert bar.text == 'status:in_progress area:"South Boston" '
    assert not parse(bar.text).problems


def test_after_a_comma_the_next_value_is_completed(bar: FilterBar) -> None:
    QTest.keyClicks(bar.edit, 'area:"Ward 6",7')
    assert shown(bar) == ["Ward 7"]
    QTest.keyClick(bar.edit, Key.Key_Tab)
    assert bar.text == 'area:"Ward 6","Ward 7" '
    QTest.keyClicks(bar.edit, "-are")
    QTest.keyClick(bar.edit, Key.Key_Tab)
    assert bar.text == 'area:"Ward 6","Ward 7" -area:'


def test_arrows_choose_and_escape_closes_before_it_leaves(bar: FilterBar, qtbot: QtBot) -> None:
    QTest.keyClicks(bar.edit, "area:")
    QTest.keyClick(bar.edit, Key.Key_Down)
    QTest.keyClick(bar.edit, Key.Key_Down)
    QTest.keyClick(bar.edit, Key.Key_Up)
    QTest.keyClick(bar.edit, Key.Key_Return)
    assert bar.text == 'area:"Ward 7" '
    QTest.keyClicks(bar.edit, "ser")
    assert bar.completing
    QTest.keyClick(bar.edit, Key.Key_Escape)
    assert not bar.completing
    with qtbot.waitSignal(bar.left):
        QTest.keyClick(bar.edit, Key.Key_Escape)


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Down])
def test_enter_in_free_words_goes_back_to_the_list(bar: FilterBar, qtbot: QtBot, key: Key) -> None:
    QTest.keyClicks(bar.edit, "main st ")
    with qtbot.waitSignal(bar.left):
        QTest.keyClick(bar.edit, key)
    assert bar.text == "main st "


def test_what_is_offered_says_what_it_means(bar: FilterBar) -> None:
    bar.set_values({**VALUES, "is": IS_WORDS})
    QTest.keyClicks(bar.edit, "is:")
    assert {c.title: c.keys for c in bar.list.choices} == MEANINGS["is"]
    bar.edit.clear()
    for key in KEYS:
        QTest.keyClicks(bar.edit, key)
        assert all(c.keys for c in bar.list.choices)
        bar.edit.clear()


def test_it_says_when_nothing_is_offered_any_more(bar: FilterBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.settled):
        QTest.keyClicks(bar.edit, "status:n")
    with qtbot.waitSignal(bar.settled):
        QTest.keyClicks(bar.edit, "xx")
    with qtbot.assertNotEmitted(bar.settled):
        QTest.keyClicks(bar.edit, "yy")


def test_it_closes_when_the_keyboard_leaves(bar: FilterBar, qtbot: QtBot) -> None:
    QTest.keyClicks(bar.edit, "status:")
    assert bar.completing
    bar.edit.clearFocus()
    assert not bar.completing


def test_a_click_completes(bar: FilterBar) -> None:
    QTest.keyClicks(bar.edit, "service:")
    where = bar.list.visualRect(bar.list.model().index(1, 0)).center()
    QTest.mouseClick(bar.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert bar.text == "service:Pothole "
    assert bar.edit.hasFocus()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chips_are_painted_where_their_text_is(bar: FilterBar, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    bar.set_text("status:open due<1d words")
    p = theme.current()
    picture = bar.edit.grab().toImage()
    chip = theme.mix(p.accent, p.surf, 0.12).name()
    row = [picture.pixelColor(x, 7).name() == chip for x in range(bar.edit.width())]
    edges = [x for x in range(1, len(row)) if row[x] and not row[x - 1]]
    assert len(edges) == 2
    first = bar.edit._x(0)
    assert abs(edges[0] - (first - 6)) <= 2
    assert bar.edit.height() == 32
    gap = bar.edit._x(12) - bar.edit._x(11)
    assert gap == 20
