"""How a report comes in and how urgent it is, from the keys to the store, the queue and the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console import drafts, opening
from services.domain.policy import LOCAL
from services.domain.status import Channel
from services.domain.story import Story
from services.domain.values import Place
from services.store.commands import PhoneReport, log_call
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.call.pane import CallPane

ASKED = """
[[urgency]]
question = "Does it burn?"
hours = 1
tell = "Call 911."
[[urgency]]
question = "Is the lane blocked?"
hours = 6
"""


@pytest.fixture
def desk(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """A town with its own questions, where Ana has called before, in Portuguese, and wants no calls."""
    settings = town.build(folder, config=town.CONFIG.format(crew="Tree") + ASKED)
    with closing(town.second(settings)) as store:
        report = PhoneReport(
            "0", "A limb hangs over the path.", Place("9 Main St", 42.336, -71.05), "Ana", "+1 617-555-0142",
            "ana@example.org", "pt", "city", reply="email", do_not_call=True,
        )  # fmt: skip
        log_call(opening.acting(store, settings), report)
    with sitting_at(settings, qtbot) as made:
        yield made


def write_down(desk: Sitting) -> CallPane:
    """Everything but the number; the keyboard is in the words."""
    call = desk.window.call
    assert call is not None
    call.service.line.setFocus()
    desk.type("tree")
    desk.press("Return")
    desk.type("1 Elm St")
    call.description.setFocus()
    desk.type("It smokes.")
    return call


def story(desk: Sitting, request_id: int) -> str:
    detail = desk.stored(request_id)
    return Story(detail, LOCAL).line(detail.events[0]).words


def test_a_walk_in_with_smoke_by_the_keyboard_alone(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    call = write_down(desk)
    desk.press("Alt+W")
    desk.type("w")
    assert call.head.text() == "Log a walk-in"
    desk.press("Alt+U")
    desk.type("y")
    desk.press("Tab")
    desk.type("n")
    assert call.foot.goal.text().startswith("No place on the map: it will be logged without one.")
    desk.until(lambda: [d.form for d in drafts.kept(desk.settings.home)] == [call.draft()])
    desk.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    (made,) = desk.chosen()
    request = desk.stored(made).request
    assert request.channel is Channel.WALK_IN
    assert request.due_at == request.requested_at + timedelta(hours=1)
    assert story(desk, made) == (
        "Logged from a walk-in by ana; how urgent: “Does it burn?” yes; “Is the lane blocked?” no; needed within 1 h"
    )
    desk.until(lambda: made in desk.ids)
    row = desk.table.rows.row_of(made)
    said = desk.table.rows.data(desk.table.rows.index(row, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert ", urgent" in str(said)


def test_unanswered_questions_change_nothing(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    write_down(desk)
    desk.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    (made,) = desk.chosen()
    request = desk.stored(made).request
    assert request.due_at == request.requested_at + timedelta(hours=72), "what the service allows"
    assert story(desk, made) == "Logged by phone by ana"


def test_what_a_known_caller_wishes_is_shown_and_kept(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    desk.type("617 555 0142")
    desk.until(lambda: call.phone.offers)
    assert call.phone.offers[0].note == "never call or write, ana@example.org, pt"
    desk.press("Return")
    write_down(desk)
    assert "Ana is never called or written to." in call.foot.goal.text()
    desk.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    (caller,) = desk.stored(desk.chosen()[0]).callers
    assert (caller.name, caller.language, caller.do_not_call) == ("Ana", "pt", True)
