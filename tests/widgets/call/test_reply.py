"""How the caller is told: chosen by click or arrows, and said in the foot as it will be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.call.draft import PhoneReportDraft
from widgets.call.foot import due, told
from widgets.call.reply import Reply

ROSA = PhoneReportDraft(name="Rosa", phone="617 555 0142", email="rosa@example.org", reply="email", language="es")


@pytest.fixture
def reply(qapp: QApplication, qtbot: QtBot) -> Iterator[Reply]:
    theme.install(qapp, Path(__file__).parents[3] / "resources" / "fonts", "light")
    made = Reply("vi")
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    yield made
    made.close()


def test_the_desks_language_and_e_mail_are_chosen_at_first(reply: Reply) -> None:
    assert (reply.way.value, reply.language.value, reply.consent.isChecked()) == ("email", "vi", True)


def test_arrows_and_clicks_choose_and_are_told(reply: Reply, qtbot: QtBot) -> None:
    email = reply.way.options["email"]
    email.setFocus()
    with qtbot.waitSignal(reply.edited):
        QTest.keyClick(email, Qt.Key.Key_Right)
    assert reply.way.value == "sms"
    assert reply.way.options["sms"].hasFocus()
    QTest.keyClick(reply.way.options["sms"], Qt.Key.Key_Left)
    QTest.keyClick(reply.way.options["email"], Qt.Key.Key_Left)
    assert reply.way.value == "none"
    with qtbot.waitSignal(reply.edited):
        QTest.mouseClick(reply.language.options["es"], Qt.MouseButton.LeftButton)
    assert reply.language.value == "es"
    with qtbot.waitSignal(reply.edited):
        QTest.mouseClick(reply.consent, Qt.MouseButton.LeftButton)
    assert not reply.consent.isChecked()


def test_tab_stops_once_in_each_choice(reply: Reply) -> None:
    stops = [o for o in reply.way.options.values() if o.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [reply.way.options["email"]]


def test_what_is_put_in_is_not_told_and_a_language_nobody_knows_is_kept(reply: Reply) -> None:
    told_of: list[None] = []
    reply.edited.connect(lambda: told_of.append(None))
    reply.set_reply("phone", "xx", consent=False, do_not_call=True)
    assert (reply.way.value, reply.language.value, reply.consent.isChecked()) == ("phone", "xx", False)
    assert reply.language.options["xx"].text() == "xx"
    assert reply.do_not_call.isChecked()
    reply.set_reply("pigeon", "", consent=True)
    assert (reply.way.value, reply.language.value, reply.do_not_call.isChecked()) == ("phone", "vi", False)
    assert not told_of


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (ROSA, "Rosa is told by e-mail in Spanish."),
        (replace(ROSA, reply="sms"), "Rosa is told by text message in Spanish."),
        (replace(ROSA, consent=False), "Rosa is not told when it changes."),
        (replace(ROSA, reply="none", name=""), "The caller is not told when it changes."),
        (replace(ROSA, reply="phone"), "Rosa is called back at 617 555 0142."),
        (replace(ROSA, email=""), "Rosa is called back at 617 555 0142."),
        (replace(ROSA, email="", phone=""), "Nobody can be told: there is no way to reach the caller."),
        (replace(ROSA, channel="walk_in", name="", reply="none"), "The visitor is not told when it changes."),
        (
            replace(ROSA, asked_never=True),
            "Rosa is told by e-mail in Spanish. That they asked never to be called or written to is taken back.",
        ),
        (replace(ROSA, do_not_call=True, asked_never=True), "Rosa is never called or written to."),
        (replace(ROSA, do_not_call=True), "Rosa is never called or written to."),
        (replace(ROSA, language="es-MX"), "Rosa is told by e-mail in Spanish."),
        (replace(ROSA, language="fr"), "Rosa is told by e-mail in English (there are no texts in French)."),
    ],
)
def test_the_foot_says_who_is_told(draft: PhoneReportDraft, said: str) -> None:
    assert told(draft) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(None, ""), (4, "due within 4 h"), (24.0, "due within 24 h"), (180 * 24, "due within 180 d")]
)
def test_due_in_words(hours: float | None, said: str) -> None:
    assert due(hours) == said
