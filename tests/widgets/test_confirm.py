"""What cannot be undone is done by typing its word out, and by nothing less."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.confirm import WORD, Confirm

pytestmark = pytest.mark.usefixtures("look")


@pytest.fixture
def asked(qtbot: QtBot) -> Confirm:
    made = Confirm()
    qtbot.addWidget(made)
    made.ask("3 callers are erased.", "Erase 3 callers")
    made.show()
    return made


def done(confirm: Confirm) -> list[int]:
    """How often it was meant, from now on."""
    meant: list[int] = []
    confirm.confirmed.connect(lambda: meant.append(1))
    return meant


@pytest.mark.parametrize("typed", ["", "erase", "Erase", "ERAS", "ERASED", "E RASE", "YES"])
def test_nothing_but_the_word_is_the_word(asked: Confirm, typed: str) -> None:
    meant = done(asked)
    QTest.keyClicks(asked.field, typed)
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    QTest.mouseClick(asked.button, Qt.MouseButton.LeftButton)
    assert meant == []
    assert not asked.button.isEnabled()


@pytest.mark.parametrize("typed", [WORD, f" {WORD} "])
def test_the_word_and_enter_do_it_once(asked: Confirm, typed: str) -> None:
    meant = done(asked)
    QTest.keyClicks(asked.field, typed)
    assert asked.button.isEnabled()
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    assert meant == [1]
    assert asked.field.text() == ""
    assert not asked.button.isEnabled()


def test_the_button_does_it_too_by_key_and_by_click(asked: Confirm) -> None:
    meant = done(asked)
    asked.field.setText(WORD)
    QTest.keyClick(asked.button, Qt.Key.Key_Space)
    asked.field.setText(WORD)
    QTest.mouseClick(asked.button, Qt.MouseButton.LeftButton)
    assert meant == [1, 1]


def test_another_question_wants_the_word_anew(asked: Confirm) -> None:
    asked.field.setText(WORD)
    asked.ask("4 callers are erased.", "Erase 4 callers")
    assert (asked.words.text(), asked.button.text()) == ("4 callers are erased.", "Erase 4 callers")
    assert asked.field.text() == ""
    assert not asked.button.isEnabled()


def test_where_there_is_nothing_to_do_the_word_does_nothing(asked: Confirm) -> None:
    meant = done(asked)
    asked.ask("Nobody is erased.", "Erase", possible=False)
    assert not asked.field.isEnabled()
    asked.field.setText(WORD)
    assert not asked.button.isEnabled()
    asked.field.returnPressed.emit()
    assert meant == []


def test_a_screen_reader_hears_what_to_type(asked: Confirm) -> None:
    assert asked.field.accessibleName() == f"Type {WORD} to confirm"
    assert asked.field.placeholderText() == f"Type {WORD}"
