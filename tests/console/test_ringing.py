"""A number that rings: its call is opened and looked up, the keyboard goes where it helps, nothing is written over."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import drafts, opening
from console.app import Application
from console.drafts import Draft
from console.instance import CALL, FORWARD
from services.domain.status import Channel
from services.domain.values import Place
from services.domain.workflow import ACTION_ROLES, Action
from services.store.commands import PhoneReport, log_call
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.console.test_drafts import NOON
from widgets.call.draft import PhoneReportDraft
from widgets.call.pane import CallPane

NUMBER, OTHER = "+1 617-555-0142", "+1 228-555-0112"


def ring(desk: Sitting, number: str = NUMBER) -> CallPane:
    desk.until(lambda: desk.window.intake.restoring.is_done)
    desk.made.ringing.hear(CALL + number)
    assert desk.window.call is not None
    return desk.window.call


def numbers(desk: Sitting) -> list[str]:
    """The number of every call, in the order of the tabs."""
    calls = desk.window.intake.calls
    return [pane.phone.text() for pane in calls.panes] if calls else []


def test_of_a_stranger_the_name_is_asked_next(desk: Sitting) -> None:
    call = ring(desk)
    assert call.isVisible()
    assert call.phone.text() == NUMBER
    desk.until(call.name.hasFocus)
    desk.type("Ana")
    desk.until(lambda: [(d.form.phone, d.form.name) for d in drafts.kept(desk.settings.home)] == [(NUMBER, "Ana")])


def test_somebody_known_is_taken_with_one_key(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with closing(town.second(settings)) as store:
        report = PhoneReport("0", "A limb.", Place("9 Main St", 42.336, -71.05), "Rosa Almeida", NUMBER)
        log_call(opening.acting(store, settings), report)
    with sitting_at(settings, qtbot) as desk:
        call = ring(desk)
        desk.press("Return")  # before the answer is there: kept until then
        desk.until(call.service.line.hasFocus)
        assert call.name.text() == "Rosa Almeida"


def test_who_types_before_the_answer_is_there_keeps_the_keyboard(desk: Sitting) -> None:
    call = ring(desk)
    call.description.setFocus()
    desk.until(lambda: not desk.made.ringing._looked_up)
    assert call.description.hasFocus()


def test_a_call_in_use_is_never_written_over(desk: Sitting) -> None:
    first = ring(desk)
    desk.until(first.name.hasFocus)
    desk.type("Ana")
    second = ring(desk, OTHER)
    assert second is not first
    assert numbers(desk) == [NUMBER, OTHER]
    assert first.name.text() == "Ana"
    assert ring(desk) is not first, "it is another call of that number"
    assert numbers(desk) == [NUMBER, OTHER, NUMBER]


@pytest.mark.parametrize("field", ["service", "point", "description", "address"])
def test_words_in_any_one_field_are_use(desk: Sitting, field: str) -> None:
    desk.press("Ctrl+N")
    first = desk.window.call
    assert first is not None
    getattr(first, field).setFocus()
    desk.type("hole")
    assert ring(desk) is not first
    assert first.phone.text() == ""


def test_an_empty_form_of_a_visitor_becomes_that_of_a_call(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    first = desk.window.call
    assert first is not None
    first.set_channel(Channel.WALK_IN.value)
    assert not first.clock.isVisible(), "nobody is on the line"
    assert ring(desk) is first
    assert first.draft().channel == Channel.PHONE.value
    assert first.clock.isVisible()


def test_an_empty_form_is_taken(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    first = desk.window.call
    assert ring(desk) is first
    assert numbers(desk) == [NUMBER]


def test_the_same_number_again_shows_the_call_that_waits(desk: Sitting) -> None:
    first = ring(desk)
    ring(desk, OTHER)
    desk.press("Escape")
    assert ring(desk) is first
    assert first.isVisible()
    assert numbers(desk) == [NUMBER, OTHER]


def test_it_is_kept_until_the_store_and_the_earlier_calls_are_there(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    drafts.keep(folder, Draft("a", NOON, PhoneReportDraft(phone=OTHER)))
    drafts.keep(folder, Draft("b", NOON, PhoneReportDraft(description="A hole.")))
    made = Application(settings, scheme="light", sync=False)
    try:
        made.ringing.hear(CALL + NUMBER)
        made.ringing.hear(CALL + OTHER)
        assert made.window.call is None
        made.show((1280, 800))
        desk = Sitting(made, qtbot)
        desk.until(lambda: numbers(desk) == [OTHER, "", NUMBER])
        call = made.window.call
        assert call is not None
        assert call.phone.text() == OTHER
        assert call.service.line.placeholderText().startswith("Words"), "services can be chosen"
    finally:
        made.close()


def test_calls_that_come_back_late_stand_behind_the_one_that_is_written(folder: Path, qtbot: QtBot) -> None:
    with sitting_at(town.build(folder), qtbot) as desk:
        call = ring(desk)
        drafts.keep(folder, Draft("b", NOON, PhoneReportDraft(description="A hole.")))
        desk.window.intake.restoring.begin()
        desk.until(lambda: len(desk.window.intake.panes) == 3 or "kept from before" in desk.said())
        assert desk.window.call is call
        assert call.isVisible()


def test_who_may_not_log_calls_is_told(folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    with sitting_at(town.build(folder), qtbot) as desk:
        monkeypatch.setitem(ACTION_ROLES, Action.LOG, frozenset())
        desk.made.ringing.hear(CALL + NUMBER)
        desk.until(lambda: f"{NUMBER} rings, but no call can be logged." in desk.warned)
        assert desk.window.call is None


@pytest.mark.parametrize("words", ["", "call", "call ", "call x", "raise", "call \x07+1", f"call +{'1' * 80}"])
def test_what_makes_no_sense_is_left_alone(desk: Sitting, words: str) -> None:
    desk.window.showMinimized()
    desk.made.ringing.hear(words)
    assert desk.window.isMinimized()
    assert desk.window.call is None
    desk.made.ringing.hear(FORWARD)
    assert not desk.window.isMinimized()
