"""A call about something the city asks more of, from Ctrl+N to what will be posted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from services.domain.exchange import OutgoingReport
from services.domain.values import Attribute, AttributeValue
from services.store import outbox, upstreams
from tests.console import town
from tests.console.conftest import Sitting
from widgets.call.pane import CallPane

CHOICES = (AttributeValue("s", "One can carry it"), AttributeValue("l", "Larger"))
SIZE = Attribute("size", "singlevaluelist", "How big is it?", required=True, order=1, values=CHOICES)
WIRE = Attribute("wire", "multivaluelist", "What does it touch?", order=2, values=CHOICES)
WARN = Attribute("warn", "string", "Keep away from it.", variable=False)


def ask(desk: Sitting, *asked: Attribute) -> None:
    """Another process reads from the city what the tree service asks."""
    store = town.second(desk.settings)
    upstreams.apply_definition(store, "city", "0", asked)
    store.close()


def begin(desk: Sitting) -> CallPane:
    """Ctrl+N, and a tree is chosen."""
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    call.address.setFocus()
    desk.type("9 Main St")
    call.description.setFocus()
    desk.type("A tree came down.")
    call.service.setFocus()
    desk.type("tree")
    desk.press("Return")
    assert call.service.chosen is not None
    assert call.service.chosen.upstream == "city"
    return call


def settle(desk: Sitting) -> None:
    """Wait until the store has answered all it was asked."""
    answered: list[object] = []
    desk.desk.ask(lambda side: None, answered.append)
    desk.until(lambda: answered)


def posted(desk: Sitting, request_id: int) -> OutgoingReport:
    """What the city will be sent."""
    store = town.second(desk.settings)
    try:
        report = outbox.payload(store, desk.stored(request_id).outbox[0])
    finally:
        store.close()
    assert isinstance(report, OutgoingReport)
    return report


def test_the_citys_questions_are_asked_and_the_answers_go_out(desk: Sitting) -> None:
    ask(desk, WARN, SIZE, WIRE)
    call = begin(desk)
    desk.until(lambda: call.questions.rows)
    assert call.questions.rows[0].words.text() == "Keep away from it."
    desk.press("Ctrl+Return")
    assert call.error("answer:size") == "This has to be answered."
    assert QApplication.focusWidget() is call.questions.rows[1].fields[0]
    desk.press("Down", "Down", "Tab")
    desk.press("Space")
    desk.press("Escape", "Ctrl+N")
    desk.until(lambda: call.draft().answers == {"size": ("l",), "wire": ("s",)})
    desk.press("Ctrl+Return")
    desk.until(lambda: len(desk.ids) == 31 and desk.window.detail.ids == desk.chosen())
    assert desk.window.call is None
    assert posted(desk, desk.chosen()[0]).attributes == {"size": ("l",), "wire": ("s",)}


def test_the_newest_service_is_asked_about(desk: Sitting) -> None:
    ask(desk, SIZE)
    call = begin(desk)
    call.service.choose("city", "1")
    call.service.choose("city", "0")
    call.service.choose("city", "2")
    settle(desk)
    assert not call.questions.rows
    call.service.choose("city", "0")
    desk.until(lambda: call.questions.rows)


def test_a_question_that_came_since_is_said_and_shown(desk: Sitting) -> None:
    call = begin(desk)
    settle(desk)
    assert not call.questions.rows
    ask(desk, SIZE)
    desk.press("Ctrl+Return")
    desk.until(lambda: call.questions.rows)
    assert "How big is it?" in desk.warned
    assert call.draft().description == "A tree came down."
    listed = call.questions.rows[0].fields[0]
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Down)
    desk.press("Ctrl+Return")
    desk.until(lambda: len(desk.ids) == 31 and desk.window.detail.ids == desk.chosen())
    assert posted(desk, desk.chosen()[0]).attributes == {"size": ("s",)}
