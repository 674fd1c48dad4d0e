"""What the service asks, by keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from services.domain.values import Attribute, AttributeValue
from tests.services.intake.test_naming import ALL
from widgets import theme
from widgets.call.draft import PhoneReportDraft
from widgets.call.pane import CallPane
from widgets.call.questions import Choice, Question
from widgets.detail.text import Field

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window
EVIL = '<img src="file:///etc/hostname"> & more'
CHOICES = (AttributeValue("s", "A hand wide"), AttributeValue("l", "Wider"))
WARN = Attribute("warn", "string", "Keep away from it.", variable=False, required=True, order=0)
SIZE = Attribute("size", "singlevaluelist", "How big is it?", required=True, order=1, values=CHOICES)
SIGNS = Attribute("signs", "multivaluelist", "What is there?", order=2, values=CHOICES)
DEPTH = Attribute("depth", "number", "How deep?", "In inches", order=3)
SEEN = Attribute("seen", "datetime", "Seen when?", order=4)
NAME = Attribute("name", "string", "Whose is it?", order=5)
MORE = Attribute("more", "text", "Anything else?", order=6)
ASKED = (MORE, SIZE, WARN, SIGNS, DEPTH, SEEN, NAME)
DRAFT = PhoneReportDraft("T", "city", "Limb.", "610 E Fifth St")


@pytest.fixture
def pane(qapp: QApplication, qtbot: QtBot) -> Iterator[CallPane]:
    theme.install(qapp, Path(__file__).parents[3] / "resources" / "fonts", "light")
    made = CallPane()
    qtbot.addWidget(made)
    made.set_services(ALL)
    made.set_draft(DRAFT)
    made.set_questions("city", "T", ASKED)
    made.resize(560, 1000)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


def row(pane: CallPane, code: str) -> Question:
    return next(made for made in pane.questions.rows if made.asked.code == code)


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_questions_stand_in_order_with_the_field_that_fits(pane: CallPane) -> None:
    assert [made.asked.code for made in pane.questions.rows] == [
        a.code for a in (WARN, SIZE, SIGNS, DEPTH, SEEN, NAME, MORE)
    ]  # fmt: skip
    assert row(pane, "warn").fields == []
    assert isinstance(row(pane, "size").fields[0], QComboBox)
    assert [type(field) for field in row(pane, "signs").fields] == [Choice, Choice]
    assert all(isinstance(row(pane, code).fields[0], QLineEdit) for code in ("depth", "seen", "name"))
    assert isinstance(row(pane, "more").fields[0], Field)
    assert [made.hint.text() for made in pane.questions.rows[:4]] == [
        "", "Required.", "More than one can be chosen.", "In inches",
    ]  # fmt: skip
    place = [made.mapTo(pane, QPoint(0, 0)).y() for made in pane.questions.rows]
    assert place == sorted(place)
    assert pane.point.mapTo(pane, QPoint(0, 0)).y() < place[0]
    assert place[-1] < pane.description.mapTo(pane, QPoint(0, 0)).y()


def test_every_question_is_answered_by_the_keyboard_alone(pane: CallPane, qtbot: QtBot) -> None:
    pane.point.setFocus()
    QTest.keyClick(focus(), Qt.Key.Key_Tab)
    assert isinstance(focus(), QComboBox)
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    QTest.keyClick(focus(), Qt.Key.Key_Tab)
    QTest.keyClick(focus(), Qt.Key.Key_Tab)
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    for text in ("3.5", "2026-08-29 14:30", "Ana", "A dog."):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        QTest.keyClicks(focus(), text)
    assert isinstance(focus(), Field)
    with qtbot.waitSignal(pane.filed) as filed:
        pane.submit()
    assert filed.args[0].answers == {
        "size": ("l",),
        "signs": ("l",),
        "depth": ("3.5",),
        "seen": ("2026-08-29 14:30",),
        "name": ("Ana",),
        "more": ("A dog.",),
    }
    QTest.keyClick(focus(), Qt.Key.Key_Tab)
    assert focus() is pane.description
    QTest.keyClick(focus(), Qt.Key.Key_Backtab)
    with qtbot.waitSignal(pane.escaped):
        QTest.keyClick(focus(), Qt.Key.Key_Escape)


def test_a_click_on_the_words_ticks_the_box_and_the_wheel_answers_nothing(pane: CallPane, qtbot: QtBot) -> None:
    box = row(pane, "signs").fields[1]
    with qtbot.waitSignal(pane.edited):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert pane.draft().answers == {"signs": ("l",)}
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(4, 10))
    assert pane.draft().answers == {}
    listed = row(pane, "size").fields[0]
    listed.setFocus()
    turn = QWheelEvent(
        QPointF(9, 9), QPointF(9, 9), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(listed, turn)
    assert row(pane, "size").answer() == ()


def test_what_is_wrong_is_said_beside_its_question(pane: CallPane, qtbot: QtBot) -> None:
    row(pane, "depth").set_answer(("deep",))
    with qtbot.assertNotEmitted(pane.filed):
        QTest.mouseClick(pane.foot.file, Qt.MouseButton.LeftButton)
    assert pane.error("answer:size") == "This has to be answered."
    assert pane.error("answer:depth") == "“deep” is no number."
    assert pane.error("answer:signs") == pane.error("address") == ""
    listed = row(pane, "size").fields[0]
    assert focus() is listed
    assert listed.accessibleDescription() == "This has to be answered."
    QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(row(pane, "depth").fields[0], Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(row(pane, "depth").fields[0], "4")
    with qtbot.waitSignal(pane.filed) as filed:
        pane.submit()
    assert filed.args[0].answers == {"size": ("s",), "depth": ("4",)}
    assert pane.error("answer:size") == ""


def test_answers_come_back_with_the_service(pane: CallPane, qtbot: QtBot) -> None:
    for made, said in zip(
        pane.questions.rows[1:], (("s",), ("s", "l"), ("1",), ("2026-08-29",), ("A",), ("B\nC",)), strict=True
    ):
        made.set_answer(said)
    before = pane.draft()
    assert len(before.answers) == 6
    with qtbot.waitSignal(pane.questions_wanted) as wanted:
        pane.service.choose("city", "P")
    assert wanted.args == ["city", "P"]
    assert pane.questions.isHidden()
    assert pane.draft().answers == {}
    pane.set_questions("city", "T", ASKED)
    assert pane.questions.isHidden(), "an answer for a service that is no longer chosen"
    pane.set_questions("city", "P", (NAME,))
    assert row(pane, "name").answer() == ()
    pane.service.choose("city", "T")
    assert pane.draft() == before, "also before the questions have arrived"
    pane.set_questions("city", "T", ASKED)
    assert pane.draft() == before
    pane.set_draft(PhoneReportDraft())
    assert pane.draft().is_empty
    pane.set_draft(before)
    pane.set_questions("city", "T", ASKED)
    assert pane.draft() == before


def test_the_same_questions_again_leave_the_keyboard_where_it_is(pane: CallPane) -> None:
    line = row(pane, "name").fields[0]
    line.setFocus()
    QTest.keyClicks(line, "An")
    pane.set_questions("city", "T", ASKED)
    assert focus() is line
    less = Attribute("size", "singlevaluelist", "How big?", order=1, values=CHOICES[:1])
    row(pane, "size").set_answer(("l",))
    pane.set_questions("city", "T", (less, NAME))
    assert pane.draft().answers == {"name": ("An",)}, "an answer that can no longer be given is not kept"


def test_questions_have_names_and_only_plain_text(pane: CallPane, qapp: QApplication) -> None:
    values = (AttributeValue("k", EVIL), AttributeValue("x" * 200, ""))
    evil = [
        Attribute(kind, kind, EVIL + "x" * 200, EVIL, required=True, values=values)
        for kind in ("singlevaluelist", "multivaluelist", "string", "text")
    ]
    evil += [Attribute("bare", "multivaluelist"), Attribute("read", "string", EVIL, variable=False)]
    pane.set_questions("city", "T", evil)
    pane.submit()
    pane.resize(400, 600)
    theme.set_scheme(qapp, "dark")
    pane.area.settle()
    pane.grab()
    theme.set_scheme(qapp, "light")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in pane.findChildren(QLabel))
    assert all(
        f"{EVIL}{'x' * 200}, required" in f.accessibleName() for made in pane.questions.rows[:4] for f in made.fields
    )
    assert row(pane, "bare").fields[0].accessibleName() == "bare"
    assert pane.questions.stops()[1].accessibleName().endswith(EVIL)
    assert pane.questions.width() <= 400, "long words do not widen the form"


def test_a_box_is_as_high_as_its_words(pane: CallPane) -> None:
    long = AttributeValue("w", "A wire, a lamp or anything else that hangs over the road and nobody can get past " * 2)
    pane.set_questions("city", "T", (Attribute("signs", "multivaluelist", "What?", values=(*CHOICES, long)),))
    pane.area.settle()
    short, _, tall = row(pane, "signs").fields
    assert short.height() == 24
    assert tall.height() == tall.heightForWidth(tall.width()) > 40
