"""Messages and notes as a person types them: kept, sent, refused, and each with its own request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.detail.hands import press, seen, written
from tests.widgets.detail.sample import (
    DEAF,
    GATEWAY,
    NOW,
    PLAIN,
    detail,
)
from widgets.detail.pane import DetailPane
from widgets.selection import as_ids

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


def test_a_message_leaves_exactly_as_typed(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_hold(timedelta(seconds=10))
    pane.set_detail(detail(), GATEWAY, NOW)
    assert pane.message.reach.text().startswith("Will reach the reporter by e-mail in English")
    assert pane.message.hold.text() == "leaves 10 s after Send"
    assert pane.focus_message()
    assert not pane.message.button.isEnabled()
    QTest.keyClicks(pane.message.field, "A crew is on its way.")
    with qtbot.waitSignal(pane.message_submitted) as sent:
        QTest.keyClick(pane.message.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert written(sent.args) == ("A crew is on its way.", [36])
    assert pane.message.field.text() == ""
    assert pane.message.draft(as_ids((36,))) == ""


def test_an_empty_message_is_refused_beside_the_field(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    QTest.keyClicks(pane.message.field, "  ")
    with qtbot.assertNotEmitted(pane.message_submitted):
        QTest.keyClick(pane.message.field, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)
    assert pane.message.problem.text() == "Write the message first; nothing was sent."
    QTest.keyClicks(pane.message.field, "a")
    assert pane.message.problem.text() == ""
    press(pane.message.button)
    assert pane.message.field.text() == ""


def test_where_nothing_can_be_sent_it_is_said_before_it_is_typed(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), DEAF, NOW)
    assert "takes no updates" in pane.message.reach.text()
    assert not pane.message.field.isEnabled()
    assert not pane.focus_message()
    assert pane.focus_note()
    with qtbot.assertNotEmitted(pane.message_submitted):
        pane.message.submit()
    pane.set_detail(detail(), PLAIN, NOW)
    assert pane.message.reach.text() == "The upstream tells the reporter."
    assert pane.message.field.isEnabled()


def test_drafts_wait_for_their_request(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.focus_message()
    QTest.keyClicks(pane.message.field, "for the first")
    pane.focus_note()
    QTest.keyClicks(pane.note.field, "note for the first")
    pane.set_detail(detail(id=37), GATEWAY, NOW)
    assert (pane.message.field.text(), pane.note.field.text()) == ("", "")
    pane.set_nothing()
    pane.set_detail(detail(), GATEWAY, NOW)
    assert pane.message.field.text() == "for the first"
    assert pane.note.field.text() == "note for the first"
    assert pane.message.button.isEnabled()


def test_a_fresh_look_at_the_same_request_keeps_the_cursor(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.focus_message()
    QTest.keyClicks(pane.message.field, "half a sen")
    pane.set_detail(detail(version=4), GATEWAY, NOW)
    QTest.keyClicks(pane.message.field, "tence")
    assert pane.message.field.text() == "half a sentence"


def test_what_could_not_be_kept_comes_back_with_the_reason(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.give_back_message(as_ids((36,)), "lost words", "Status is now In progress, set by ana 14:02.")
    assert pane.message.field.text() == "lost words"
    assert pane.message.problem.text() == "Status is now In progress, set by ana 14:02."
    pane.note.field.set_text("typed since")
    pane.give_back_note(as_ids((36,)), "lost note", "The disk is full.")
    assert pane.note.field.text() == "lost note\ntyped since"
    pane.give_back_note(as_ids((40,)), "elsewhere", "The disk is full.")
    assert pane.note.draft(as_ids((40,))) == "elsewhere"
    assert pane.note.field.text() == "lost note\ntyped since"


def test_a_draft_can_leave_with_a_status(pane: DetailPane) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.message.field.set_text(" On our way. ")
    assert pane.message.take_draft(as_ids((36,))) == "On our way."
    assert pane.message.field.text() == ""
    assert pane.message.take_draft(as_ids((36,))) == ""


def test_a_staff_note_says_that_it_stays(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    assert "never leaves" in pane.note.field.accessibleName()
    assert not seen(pane, pane.note.button)
    pane.focus_note()
    QTest.keyClicks(pane.note.field, "Gate is locked")
    assert seen(pane, pane.note.button)
    with qtbot.waitSignal(pane.note_submitted) as kept:
        press(pane.note.button)
    assert written(kept.args) == ("Gate is locked", [36])
