"""The questions of how urgent it is: each yes says at once what it brings about, and nothing has to be answered."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.domain.urgency import UrgencyQuestion
from widgets.call.urgency import Urgency

pytestmark = pytest.mark.usefixtures("look")
WIRES = UrgencyQuestion("Are wires down?", 2, "Tell them to stay away.")
ROAD = UrgencyQuestion("Is the road blocked?", 4)
HOUSE = UrgencyQuestion("Does it lean on a house?", 24)
ALL = (WIRES, ROAD, HOUSE)
answers = st.fixed_dictionaries({}, optional={asked.question: st.booleans() for asked in ALL})


@pytest.fixture
def urgency(qtbot: QtBot) -> Urgency:
    made = Urgency(ALL)
    qtbot.addWidget(made)
    made.show()
    return made


def said(urgency: Urgency) -> list[str]:
    return [row.effect.text().replace("\N{NO-BREAK SPACE}", " ") for row in urgency.rows]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers)
def test_answers_put_in_are_read_back_and_the_soonest_yes_counts(urgency: Urgency, given_: dict[str, bool]) -> None:
    urgency.set_answers(given_)
    assert urgency.answers() == given_
    assert urgency.needed_within() == min((a.hours for a in ALL if given_.get(a.question)), default=None)
    assert [bool(text) for text in said(urgency)] == [given_.get(a.question, False) for a in ALL]


def test_a_yes_says_what_it_brings_about_to_the_eye_and_to_the_ear(urgency: Urgency) -> None:
    urgency.set_answers({WIRES.question: True})
    assert said(urgency)[0] == "Tell them to stay away. Moves up in the queue: due within 2 h."
    for option in urgency.rows[0].choice.options.values():
        assert "due within" in option.accessibleDescription()
    urgency.set_answers({WIRES.question: False})
    assert said(urgency) == ["", "", ""]
    assert all(not option.accessibleDescription() for option in urgency.rows[0].choice.options.values())


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (None, "Moves up in the queue: due within 4 h."),
        (48.0, "Moves up in the queue: due within 4 h."),
        (4.0, "Due within 4 h all the same."),
        (0.5, "Due within 30 m all the same."),
    ],
)
def test_what_is_done_sooner_anyway_moves_nowhere(urgency: Urgency, target: float | None, words: str) -> None:
    urgency.set_answers({ROAD.question: True})
    urgency.set_target(target)
    assert said(urgency)[1] == words


def test_only_what_a_person_answers_is_told(urgency: Urgency) -> None:
    told: list[int] = []
    urgency.edited.connect(lambda: told.append(1))
    urgency.set_answers({ROAD.question: True, HOUSE.question: False})
    urgency.set_target(3)
    assert told == []
    QTest.mouseClick(urgency.rows[0].choice.options["yes"], Qt.MouseButton.LeftButton)
    assert told == [1]
    assert urgency.needed_within() == 2


def test_a_city_without_questions_asks_none(qtbot: QtBot) -> None:
    nothing = Urgency()
    qtbot.addWidget(nothing)
    nothing.set_answers({"Old question?": True})
    assert nothing.answers() == {}
    assert nothing.needed_within() is None
