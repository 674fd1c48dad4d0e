"""The pane as a person meets it: shown, clicked, for one request or several, in both themes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.detail import Detail
from services.domain.policy import LOCAL
from services.domain.status import Outcome, Role, Status
from services.domain.values import Crew, Place
from tests.widgets.detail.hands import press, seen, written
from tests.widgets.detail.sample import (
    CALLERS,
    EVENTS,
    GATEWAY,
    NOW,
    REQUEST,
    TREE_2,
    detail,
)
from widgets import theme
from widgets.detail.pane import DetailPane
from widgets.detail.people import CrewChoice
from widgets.detail.several import BulkAction

CHOICES = (CrewChoice(Crew(3, "Tree 3"), "6 of 8 jobs today"), CrewChoice(Crew(4, "Highway 3"), "2.1 km"))

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


def test_nothing_selected_says_what_would_be_here(pane: DetailPane) -> None:
    assert pane.ids == ()
    assert pane.nothing.title.text() == "No request selected"
    assert "J and K" in pane.nothing.keys.text()
    assert not seen(pane, pane.message)
    assert not pane.focus_message()
    assert not pane.open_photos()
    pane.set_nothing("That request is gone", "It was merged.")
    assert pane.nothing.words.text() == "It was merged."
    pane.set_nothing()
    assert pane.nothing.title.text() == "No request selected"


def test_a_request_is_shown_whole(pane: DetailPane) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    head = pane.head
    assert head.number.text() == "#101000320036"
    assert head.opened.text() == "opened yesterday 11:23"
    assert head.channel.text() == "phone"
    assert head.title.text() == "Tree Emergencies"
    assert head.chip.accessibleName() == "Status: New. Change it"
    assert head.due.text() == "due tomorrow 11:23"
    assert head.description.toPlainText() == REQUEST.description
    assert head.facts.accessibleName() == "Blocks the road: Yes, one lane; Wires down: No; Crew: None yet"
    assert pane.callers.head.text() == "Callers (2): both will be told"
    assert [row.accessibleName() for row in pane.callers.rows] == [
        "Ana Pereira, 617 555 0142, e-mail, English",
        "Tran Minh Duc, 617 555 0199, phone, Vietnamese",
    ]
    assert not seen(pane, head.differs)
    assert pane.ids == (36,)


def test_what_is_missing_is_said(pane: DetailPane) -> None:
    bare = replace(REQUEST, place=Place(), description="", service="", due_at=None, media_urls=(), upstream="")
    pane.set_detail(Detail(bare), LOCAL, NOW)
    assert pane.head.address.text() == "No place given"
    assert pane.head.description.toPlainText() == "No description was given."
    assert pane.head.title.text() == "TREE"
    assert pane.head.due.text() == "no due time"
    assert not seen(pane, pane.photos)
    assert "lives at this desk only" in pane.message.reach.text()


@pytest.mark.parametrize(("hours", "over"), [(2, False), (3, False), (3.1, True), (99, True)])
def test_three_times_over_its_time_is_said(pane: DetailPane, hours: float, over: bool) -> None:
    filed = NOW - timedelta(hours=hours)
    late = replace(REQUEST, requested_at=filed, due_at=filed + timedelta(hours=1))
    pane.set_detail(Detail(late), LOCAL, NOW)
    assert pane.head.due.text().startswith("3× over, due ") is over


def test_when_to_respond_and_that_the_clock_stands_is_said(pane: DetailPane) -> None:
    held = replace(REQUEST, due_at=None, status=Status.ON_HOLD)
    pane.set_detail(Detail(held, stands_since=NOW - timedelta(minutes=5)), LOCAL, NOW)
    assert pane.head.due.text().startswith("clock stopped today ")
    pane.set_detail(Detail(REQUEST, respond_by=NOW + timedelta(hours=2)), LOCAL, NOW)
    assert ", 2 h 0 m left" in pane.head.facts.accessibleName()


def test_a_closed_request_says_when_and_how_and_takes_no_crew(pane: DetailPane) -> None:
    shut = detail(status=Status.CLOSED, outcome=Outcome.NOT_FOUND, closed_at=NOW - timedelta(hours=1))
    pane.set_detail(shut, GATEWAY, NOW, CHOICES)
    assert pane.head.chip.accessibleName() == "Status: Closed: not found. Change it"
    assert pane.head.due.text() == "closed today 11:00"
    assert not seen(pane, pane.head.clock)
    assert "Reopen it first" in pane.crews.foot.text()


def test_both_states_are_shown_where_they_differ(pane: DetailPane) -> None:
    pane.set_detail(detail(differs=True, upstream_status="CLOSED"), GATEWAY, NOW)
    assert seen(pane, pane.head.differs)
    assert "“CLOSED”" in pane.head.differs.words.text()
    assert "“New”" in pane.head.differs.words.text()


def test_the_chip_and_the_head_buttons_ask(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    with qtbot.waitSignal(pane.status_wanted):
        press(pane.head.chip)
    with qtbot.waitSignal(pane.open_out_wanted):
        press(pane.head.open_out)
    with qtbot.waitSignal(pane.more_wanted) as more:
        press(pane.head.more)
    assert more.args is not None
    assert isinstance(more.args[0], QPoint)


def test_a_crew_is_taken_by_two_keys(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW, CHOICES, "Tree 1 is full (8 of 8)")
    assert pane.crews.head.text() == "Crew suggested"
    assert pane.crews.foot.text() == "Tree 1 is full (8 of 8)"
    with qtbot.waitSignal(pane.assign_wanted) as first:
        QTest.keyClick(pane.crews.rows[0], Qt.Key.Key_Return)
    QTest.keyClick(pane.crews.rows[0], Qt.Key.Key_Down)
    assert pane.crews.rows[1].hasFocus()
    with qtbot.waitSignal(pane.assign_wanted) as second:
        QTest.keyClick(pane.crews.rows[1], Qt.Key.Key_Enter)
    assert (first.args, second.args) == ([3], [4])


def test_without_suggestions_a_chooser_is_asked_for(pane: DetailPane, qtbot: QtBot) -> None:
    for crew in (None, TREE_2):
        pane.set_detail(detail(crew=crew), GATEWAY, NOW)
        with qtbot.waitSignal(pane.assign_wanted) as asked:
            press(pane.crews.rows[0])
        assert asked.args == [0]
    assert pane.crews.rows[0].accessibleName().startswith("Tree 2.")


def test_the_role_decides_what_is_enabled(pane: DetailPane) -> None:
    pane.set_roles(frozenset({Role.CALL_TAKER}))
    pane.set_detail(detail(), GATEWAY, NOW, CHOICES)
    assert not pane.crews.rows[0].isEnabled()
    assert "may not assign" in pane.crews.foot.text()
    assert pane.message.field.isEnabled()
    pane.set_roles(frozenset())
    pane.set_detail(detail(), GATEWAY, NOW)
    assert not pane.message.field.isEnabled()
    assert "may not message" in pane.message.reach.text()
    assert not pane.note.field.isEnabled()
    assert "may not note" in pane.note.problem.text() == pane.note.field.accessibleDescription()
    pane.set_roles(frozenset({Role.CALL_TAKER}))
    pane.set_detail(detail(), GATEWAY, NOW)
    assert pane.note.field.isEnabled()
    assert pane.note.problem.text() == ""


def test_several_are_counted_with_what_applies(pane: DetailPane, qtbot: QtBot) -> None:
    actions = (BulkAction("assign", "Assign a crew", "A"), BulkAction("merge", "Merge", "D", "One of them is closed."))
    pane.set_several((1, 2, 3), {Status.ASSIGNED: 1, Status.NEW: 2}, actions, "Will reach 3.", can_message=True)
    assert pane.several.title.text() == "3 requests selected"
    assert [row.accessibleName() for row in pane.several.counts] == ["2 new", "1 assigned"]
    assign, merge = pane.several.buttons
    assert not merge.isEnabled()
    assert merge.accessibleName() == "Merge. One of them is closed."
    with qtbot.waitSignal(pane.command_wanted) as wanted:
        press(assign)
    assert wanted.args == ["assign"]
    QTest.keyClicks(pane.message.field, "All of you")
    with qtbot.waitSignal(pane.message_submitted) as sent:
        pane.message.submit()
    assert written(sent.args) == ("All of you", [1, 2, 3])
    assert not seen(pane, pane.timeline)
    pane.set_several((1, 2), {Status.NEW: 2}, actions, "One takes no updates.", can_message=False)
    assert not pane.message.field.isEnabled()
    assert len(pane.several.counts) == 1


def test_the_theme_changes_at_run_time(pane: DetailPane, qtbot: QtBot, themed: QApplication) -> None:
    pane.set_detail(detail(), GATEWAY, NOW, CHOICES)
    pane.message.field.set_text("kept")
    grounds = []
    for scheme in ("dark", "light", "dark"):
        theme.set_scheme(themed, scheme)
        shot = pane.grab().toImage()
        grounds.append(shot.pixelColor(410, 70).name().upper())
        assert theme.current().text.lower() in pane.head.description.styleSheet().lower()
    assert grounds == [theme.DARK.surf, theme.LIGHT.surf, theme.DARK.surf]
    assert pane.message.field.text() == "kept"


def test_a_hidden_pane_does_no_work(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    assert pane._tick.isActive()
    pane.hide()
    assert not pane._tick.isActive()
    pane.set_detail(detail(), GATEWAY, NOW)
    assert not pane._tick.isActive()
    pane.show()
    assert pane._tick.isActive()
    pane.set_nothing()
    assert not pane._tick.isActive()


def test_many_callers_are_counted(pane: DetailPane) -> None:
    many = tuple(replace(CALLERS[0], id=i, name=f"Caller {i}") for i in range(60))
    pane.set_detail(replace(detail(), callers=many), GATEWAY, NOW)
    assert len(pane.callers.rows) == 50
    assert pane.callers.more.text() == "and 10 more"
    pane.set_detail(Detail(REQUEST, EVENTS), GATEWAY, NOW)
    assert [row.accessibleName() for row in pane.callers.rows] == [
        "Reporter, address kept by the upstream, e-mail, English",
        "Reporter, address kept by the upstream, text message, Vietnamese",
    ]
