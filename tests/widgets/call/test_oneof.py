"""One word of several: by click, arrow or first letter; Tab stops once, wherever the choice stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.call.oneof import OneOf

WORDS = (("no", "No"), ("yes", "Yes"), ("maybe", "Maybe"))
Keys = Qt.Key


@pytest.fixture
def asked(qapp: QApplication, qtbot: QtBot) -> Iterator[OneOf]:
    theme.install(qapp, Path(__file__).parents[3] / "resources" / "fonts", "light")
    made = OneOf("Danger?", WORDS, optional=True)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.options["no"].hasFocus)
    yield made
    made.close()


def press(asked: OneOf, *keys: Qt.Key) -> list[str]:
    """What is told while these keys are pressed where the keyboard is."""
    told: list[str] = []
    asked.changed.connect(told.append)
    for key in keys:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key)
    asked.changed.disconnect(told.append)
    return told


def stops(asked: OneOf) -> list[str]:
    return [value for value, o in asked.options.items() if o.focusPolicy() & Qt.FocusPolicy.TabFocus]


def test_nothing_is_chosen_at_first_and_one_word_takes_the_keyboard(asked: OneOf) -> None:
    assert asked.value == ""
    assert not any(option.isChecked() for option in asked.options.values())
    assert stops(asked) == ["no"]


def test_a_letter_chooses_and_backspace_takes_it_back(asked: OneOf) -> None:
    assert press(asked, Keys.Key_Y) == ["yes"]
    assert asked.options["yes"].hasFocus()
    assert stops(asked) == ["yes"]
    assert press(asked, Keys.Key_Y, Keys.Key_X) == []
    assert press(asked, Keys.Key_N, Keys.Key_M) == ["no", "maybe"]
    assert press(asked, Keys.Key_Backspace) == [""]
    assert stops(asked) == ["no"]
    assert asked.options["no"].hasFocus()


def test_space_chooses_where_the_keyboard_is_and_arrows_go_round(asked: OneOf) -> None:
    assert press(asked, Keys.Key_Space) == ["no"]
    turns = (Keys.Key_Right, Keys.Key_Right, Keys.Key_Right, Keys.Key_Left)
    assert press(asked, *turns) == ["yes", "maybe", "no", "maybe"]


def test_keys_with_ctrl_or_alt_are_not_answers(asked: OneOf) -> None:
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        QTest.keyClick(asked.options["no"], Keys.Key_Y, modifier)
    assert asked.value == ""


def test_one_that_must_be_chosen_stays_chosen(qtbot: QtBot) -> None:
    must = OneOf("Way", WORDS)
    qtbot.addWidget(must)
    assert must.value == "no"
    must.set_value("")
    must.set_value("never heard of")
    QTest.keyClick(must.options["no"], Keys.Key_Backspace)
    assert must.value == "no"


def test_a_word_can_come_later_and_go_again(asked: OneOf) -> None:
    asked.add("pt", "Português")
    assert press(asked, Keys.Key_P) == ["pt"]
    asked.set_value("no")
    asked.remove("pt")
    assert list(asked.options) == ["no", "yes", "maybe"]
    assert press(asked, Keys.Key_P) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_icons_have_their_words_in_the_tooltip_and_paint_in_both_themes(
    qapp: QApplication, qtbot: QtBot, scheme: str
) -> None:
    theme.install(qapp, Path(__file__).parents[3] / "resources" / "fonts", scheme)
    made = OneOf("Channel", (("phone", "Phone"), ("web", "Web <form>")), icons={"phone": "phone", "web": "web"})
    qtbot.addWidget(made)
    made.adjustSize()
    chosen, other = made.options["phone"], made.options["web"]
    assert other.toolTip() == "<qt>Web &lt;form&gt;</qt>"
    assert other.accessibleName() == "Channel: Web <form>"
    assert chosen.grab().toImage().pixelColor(1, 12) != other.grab().toImage().pixelColor(1, 12)
    theme.set_scheme(qapp, "light")
