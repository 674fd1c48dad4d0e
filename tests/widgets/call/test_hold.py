"""A form that is being saved takes nothing that would change it, and is afterwards what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from services.domain.values import Attribute, AttributeValue
from tests.services.intake.test_naming import ALL
from tests.widgets.call.test_band import FOUND
from tests.widgets.call.test_pane import FULL
from widgets.call.pane import CallPane

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SIZE = Attribute(
    "size", "singlevaluelist", "How large?", values=(AttributeValue("s", "Small"), AttributeValue("l", "Large"))
)


@pytest.fixture
def pane(look: QApplication, qtbot: QtBot) -> Iterator[CallPane]:
    made = CallPane()
    qtbot.addWidget(made)
    made.set_services(ALL)
    made.resize(560, 1200)
    with qtbot.waitExposed(made):
        made.show()
    made.set_draft(FULL)
    made.set_questions("city", "T", (SIZE,))
    made.show_duplicates(FOUND)
    made.activateWindow()
    made.description.setFocus()
    qtbot.waitUntil(made.description.hasFocus)
    yield made
    made.close()


def meddle(pane: CallPane) -> None:
    """Try by every hand what would change the form."""
    size = pane.questions.rows[0].fields[0]
    assert isinstance(size, QComboBox)
    QTest.keyClick(size, Qt.Key.Key_Down)
    place = QPointF(size.rect().center())
    button, plain, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    where = size.mapToGlobal(place)
    QApplication.sendEvent(
        size,
        QWheelEvent(place, where, QPoint(), QPoint(0, -120), button, plain, phase, False),
    )
    for field in (pane.phone.line, pane.name, pane.service.line, pane.point, pane.description):
        QTest.keyClicks(field, "x")
        QTest.keyClick(field, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(pane.service.line, Qt.Key.Key_Return)
    QTest.mouseClick(pane.reply.way.options["sms"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(pane.reply.consent, Qt.MouseButton.LeftButton)
    QTest.keyClick(pane.reply.consent, Qt.Key.Key_Space)


def test_nothing_changes_it_while_it_is_held(pane: CallPane, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("pasted")
    before = pane.draft()
    pane.set_saving(on=True)
    assert pane.description.hasFocus()
    with qtbot.assertNotEmitted(pane.edited), qtbot.assertNotEmitted(pane.joined), qtbot.assertNotEmitted(pane.filed):
        meddle(pane)
        QTest.mouseClick(pane.band.rows[0], Qt.MouseButton.LeftButton)
        QTest.mouseClick(pane.foot.file, Qt.MouseButton.LeftButton)
    assert pane.draft() == before
    assert pane.foot.file.text() == "Saving…"
    assert pane.description.isReadOnly()


def test_the_same_hands_change_it_before_and_after(pane: CallPane, qtbot: QtBot) -> None:
    """So the test above could fail."""
    QApplication.clipboard().setText("pasted")
    pane.set_saving(on=True)
    pane.set_saving(on=False)
    assert pane.foot.file.text() == "Log the call"
    meddle(pane)
    after = pane.draft()
    assert "pasted" in after.name
    assert "pasted" in after.description
    assert after.reply == "sms"
    assert replace(after, answers=FULL.answers) != after
    with qtbot.waitSignal(pane.joined):
        QTest.mouseClick(pane.band.rows[0], Qt.MouseButton.LeftButton)


def test_looking_goes_on_while_it_is_held(pane: CallPane, qtbot: QtBot) -> None:
    pane.set_saving(on=True)
    with qtbot.waitSignal(pane.escaped):
        QTest.keyClick(pane.description, Qt.Key.Key_Escape)
    pane.name.setFocus()
    QTest.keyClick(pane.name, Qt.Key.Key_Tab)
    assert pane.email.hasFocus()


def test_questions_made_anew_meanwhile_are_held_too(pane: CallPane) -> None:
    pane.set_saving(on=True)
    pane.set_questions("city", "T", (SIZE,))
    field = pane.questions.rows[0].fields[0]
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert dict(pane.draft().answers) == {}


def test_holding_twice_is_holding_once(pane: CallPane) -> None:
    pane.set_saving(on=True)
    pane.set_saving(on=True)
    pane.set_saving(on=False)
    assert not pane.description.isReadOnly()
    QTest.keyClicks(pane.description, "x")
    assert "x" in pane.description.text()


def test_another_form_is_not_held(pane: CallPane, qtbot: QtBot) -> None:
    other = CallPane()
    qtbot.addWidget(other)
    with qtbot.waitExposed(other):
        other.show()
    pane.set_saving(on=True)
    QTest.keyClicks(other.name, "Rosa")
    assert other.draft().name == "Rosa"
