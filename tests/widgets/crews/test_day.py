"""One crew's day: what it says of the jobs and the way, what can be asked for, and where the keyboard goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from tests.widgets.crews.test_stops import line
from widgets import theme
from widgets.crews.day import DayLines, DayPane, way_said

pytestmark = pytest.mark.usefixtures("look")
TODAY = date(2011, 8, 29)
DAY = DayLines("Tree 1", "on shift until 15:30", TODAY, TODAY, (line(1), line(2)), (42.3, -71.1), 4321.0, "", False, 0)
EMPTY = replace(DAY, stops=(), metres=0.0)


def shown(bot: QtBot, lines: DayLines = DAY) -> DayPane:
    pane = DayPane()
    bot.addWidget(pane)
    pane.resize(440, 900)
    pane.show_day(lines)
    pane.show()
    pane.activateWindow()
    bot.waitUntil(pane.isActiveWindow)
    return pane


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (DAY, "2 jobs · 4.3 km in straight lines from its base"),
        (
            replace(DAY, stops=(line(1),), start=None),
            "1 job · 4.3 km in straight lines from the first; its base is not known",
        ),
        (
            replace(DAY, stops=(line(1), line(2, Status.CLOSED), line(3, place=None))),
            "3 jobs · 1 done · 4.3 km in straight lines from its base · 1 without a place",
        ),
        (
            replace(DAY, stops=(line(1, Status.CLOSED, place=None),)),
            "1 job · 1 done · 4.3 km in straight lines from its base",
        ),
        (EMPTY, ""),
    ],
)
def test_how_much_there_is_to_do_and_to_drive(lines: DayLines, said: str) -> None:
    assert way_said(lines) == said


@given(st.lists(st.tuples(st.sampled_from(Status), st.booleans()), min_size=1, max_size=9))
def test_done_and_without_a_place_are_counted_apart(jobs: list[tuple[Status, bool]]) -> None:
    stops = tuple(line(i, status, place=(42.3, -71.1) if has else None) for i, (status, has) in enumerate(jobs))
    said = way_said(replace(DAY, stops=stops)).split(" · ")
    done = sum(status is Status.CLOSED for status, _ in jobs)
    unknown = sum(status is not Status.CLOSED and not has for status, has in jobs)
    assert (f"{done} done" in said) == (done > 0)
    assert (f"{unknown} without a place" in said) == (unknown > 0)


def test_its_head_says_whose_and_which_day_it_is(qtbot: QtBot) -> None:
    pane = shown(qtbot)
    assert (pane.title.text(), pane.date.text(), pane.about.text()) == ("Tree 1", "Mon 29 Aug 2011", DAY.about)
    assert not pane.now.isVisible()
    pane.show_day(replace(DAY, day=TODAY + timedelta(days=1)))
    assert pane.date.text() == "Tue 30 Aug 2011"
    assert pane.now.isVisible()


def test_days_are_turned_from_the_one_that_is_shown(qtbot: QtBot) -> None:
    pane = shown(qtbot, replace(DAY, day=TODAY + timedelta(days=3)))
    asked: list[date] = []
    pane.day_wanted.connect(asked.append)
    for button in (pane.earlier, pane.later, pane.now):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert asked == [TODAY + timedelta(days=2), TODAY + timedelta(days=4), TODAY]


def test_before_any_day_is_shown_nothing_is_asked_for(qtbot: QtBot) -> None:
    pane = DayPane()
    qtbot.addWidget(pane)
    asked: list[date] = []
    pane.day_wanted.connect(asked.append)
    for button in (pane.earlier, pane.later, pane.now):
        button.click()
    assert asked == []


def test_each_button_is_a_command_and_says_what_it_is(qtbot: QtBot) -> None:
    pane = shown(qtbot)
    asked: list[str] = []
    pane.command_wanted.connect(asked.append)
    for button in pane.buttons.values():
        button.click()
    assert asked == list(pane.buttons)
    for button in (b for b in pane.findChildren(QPushButton) if b.isVisible()):
        assert button.text().strip("‹›") or button.accessibleName(), "an arrow is no name"


@pytest.mark.parametrize(
    ("letter", "waits", "buttons"),
    [
        ("", False, {"day.mail": True, "day.mail_back": False}),
        ("Sent at 7:02.", False, {"day.mail": True, "day.mail_back": False}),
        ("It leaves in a moment.", True, {"day.mail": False, "day.mail_back": True}),
    ],
)
def test_a_letter_on_its_way_can_be_taken_back_and_no_second_be_sent(
    qtbot: QtBot, letter: str, waits: bool, buttons: dict[str, bool]
) -> None:
    pane = shown(qtbot, replace(DAY, letter=letter, letter_waits=waits))
    assert {name: pane.buttons[name].isVisible() for name in buttons} == buttons
    assert (pane.letter.text(), pane.letter.isVisible()) == (letter, bool(letter))


def test_what_waits_beside_the_list_is_counted_and_shown(qtbot: QtBot) -> None:
    pane = shown(qtbot, replace(DAY, waiting=1234))
    assert pane.waiting.text() == "1,234 more wait"
    with qtbot.waitSignal(pane.waiting_wanted):
        pane.waiting.click()
    pane.show_day(DAY)
    assert not pane.waiting.isVisible()


@pytest.mark.parametrize(("waiting", "words"), [(0, "Nothing waits"), (5, "5 open requests")])
def test_an_empty_day_says_what_to_do(qtbot: QtBot, waiting: int, words: str) -> None:
    pane = shown(qtbot, replace(EMPTY, waiting=waiting))
    assert pane.list.currentWidget() is pane.empty
    assert words in pane.empty.why.text()
    assert pane.empty.button.isVisible() == (waiting > 0)
    asked: list[str] = []
    pane.command_wanted.connect(asked.append)
    if waiting:
        pane.empty.button.click()
        assert asked == ["day.fill"]


def test_the_keyboard_stays_in_the_list_when_it_empties_and_fills(qtbot: QtBot) -> None:
    pane = shown(qtbot)
    pane.stops.setFocus()
    pane.show_day(replace(EMPTY, waiting=2))
    assert pane.empty.button.hasFocus()
    pane.show_day(DAY)
    assert pane.stops.hasFocus()
    pane.show_day(EMPTY)
    assert pane.hasFocus()
    pane.earlier.setFocus()
    pane.show_day(DAY)
    assert pane.earlier.hasFocus(), "who stands elsewhere is left there"


def test_left_goes_back_from_the_list_too(qtbot: QtBot) -> None:
    pane = shown(qtbot)
    left: list[int] = []
    pane.left.connect(lambda: left.append(1))
    pane.stops.setFocus()
    QTest.keyClick(pane.stops, Qt.Key.Key_Left)
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_Left)
    pane.back.click()
    assert left == [1, 1, 1]


def test_the_map_has_each_job_with_a_place_by_its_number_in_the_list(qtbot: QtBot) -> None:
    pane = shown(qtbot, replace(DAY, stops=(line(1, place=None), line(2, Status.CLOSED), line(3))))
    assert [(mark.number, mark.done) for mark in pane.map._marks] == [(2, True), (3, False)]
    assert pane.map.accessibleDescription() == "2 jobs with a place, from the crew’s base"
    pane.show_day(replace(DAY, stops=(line(1),), start=None))
    assert pane.map.accessibleDescription() == "1 job with a place"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lines", [DAY, EMPTY, replace(DAY, start=None, stops=(line(1),))], ids=["two", "none", "one"])
def test_the_map_is_painted_with_the_way_and_without_one(
    qtbot: QtBot, look: QApplication, scheme: str, lines: DayLines
) -> None:
    theme.set_scheme(look, scheme)
    pane = shown(qtbot, lines)
    picture = pane.map.grab().toImage()
    accent = theme.current().accent.upper()
    seen = {
        picture.pixelColor(x, y).name().upper() for x in range(0, picture.width(), 2) for y in range(picture.height())
    }
    assert (accent in seen) == bool(lines.stops)


def test_what_is_chosen_is_marked_on_the_map_wherever_it_stands_now(qtbot: QtBot) -> None:
    pane = shown(qtbot)
    pane.stops.setCurrentIndex(pane.stops.rows.index(1))
    assert pane.map.chosen == {2}
    pane.show_day(replace(DAY, stops=(line(2), line(1))))
    assert pane.map.chosen == {1}
    pane.show_day(EMPTY)
    assert pane.map.chosen == set()


def test_the_keyboard_stays_with_the_e_mail_when_its_button_turns(qtbot: QtBot) -> None:
    pane = shown(qtbot)
    mail, back = pane.buttons["day.mail"], pane.buttons["day.mail_back"]
    mail.setFocus()
    pane.show_day(replace(DAY, letter="It leaves in a moment.", letter_waits=True))
    assert QApplication.focusWidget() is back
    pane.show_day(DAY)
    assert QApplication.focusWidget() is mail


def test_what_needs_a_job_cannot_be_pressed_without_one(qtbot: QtBot) -> None:
    pane = shown(qtbot, replace(EMPTY, waiting=3))
    able = {command for command, button in pane.buttons.items() if button.isEnabled()}
    assert able == {"day.fill", "day.mail_back"}
    assert pane.empty.why.text() == "3 open requests of this crew wait."
    pane.show_day(replace(EMPTY, waiting=1))
    assert pane.empty.why.text() == "1 open request of this crew waits."
    assert pane.waiting.text() == "1 more waits"
    pane.show_day(DAY)
    assert all(button.isEnabled() for button in pane.buttons.values())
