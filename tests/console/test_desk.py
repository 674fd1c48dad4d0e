"""What is done at the desk, by keys: assign, status, message, note, undo, redo; and who else is at work."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import opening
from services.domain.outbox import OutboxState
from services.domain.status import Outcome, Status
from services.domain.values import Actor
from services.geo.projection import forward
from services.store import commands, outbox
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.selection import as_ids

WORDS = "A crew is on its way."


def write(desk: Sitting, key: str, text: str) -> None:
    """M or N, and the text."""
    desk.press(key)
    desk.until(lambda: QApplication.focusWidget() is not desk.table)
    desk.type(text)


def test_a_then_enter_assigns_the_first_and_goes_to_the_next_row(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    following = desk.ids[desk.ids.index(first) + 1]
    desk.press("A")
    desk.pick("")
    desk.until(lambda: desk.status(first) is Status.ASSIGNED)
    assert desk.chosen() == (following,)
    desk.until(lambda: desk.window.detail.ids == (following,))
    assert desk.window.focusWidget() is desk.table
    assert desk.said().endswith("assigned to Tree 1")


def test_a_crew_is_taken_off_again(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    desk.press("A")
    desk.pick("tree 2")
    desk.until(lambda: desk.status(first) is Status.ASSIGNED)
    desk.choose(first)
    desk.until(lambda: desk.desk.current is not None and desk.desk.current.request.crew is not None)
    desk.press("A")
    desk.pick("take")
    desk.until(lambda: desk.status(first) is Status.ACKNOWLEDGED)


def test_a_status_goes_out_with_the_message_that_was_drafted(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    write(desk, "M", WORDS)
    desk.press("Escape", "S")
    assert "with the message" in desk.window.acts.status_chooser.title.text()
    desk.pick("in progress")
    desk.until(lambda: desk.status(first) is Status.IN_PROGRESS)
    detail = desk.stored(first)
    assert [(i.message, i.state) for i in detail.outbox] == [(WORDS, OutboxState.QUEUED)]
    assert desk.window.detail.message.draft(as_ids((first,))) == ""


def test_a_status_without_a_message_says_so(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("S")
    assert "without a message" in desk.window.acts.status_chooser.title.text()
    desk.press("Escape")
    assert QApplication.activePopupWidget() is None


def test_message_and_note_by_keys(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    write(desk, "M", WORDS)
    desk.press("Ctrl+Return")
    desk.until(lambda: desk.said())
    assert [i.message for i in desk.stored(first).outbox] == [WORDS]
    assert desk.window.focusWidget() is desk.table
    assert desk.chosen() == (first,)
    write(desk, "N", "Dog in the yard.")
    desk.press("Ctrl+Return")
    desk.until(lambda: "ote" in desk.said())
    events = desk.stored(first).events
    assert [e.text for e in events if e.text] == ["Dog in the yard.", WORDS]
    assert [i.message for i in desk.stored(first).outbox] == [WORDS]


def test_undo_takes_the_waiting_message_back_and_redo_sends_it_again(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    write(desk, "M", WORDS)
    desk.press("Ctrl+Return")
    desk.until(lambda: desk.said())
    desk.press("Ctrl+Z")
    desk.until(lambda: [i.state for i in desk.stored(first).outbox] == [OutboxState.RETRACTED])
    desk.press("Ctrl+Shift+Z")
    desk.until(lambda: [i.state for i in desk.stored(first).outbox if i.state is OutboxState.QUEUED])


def test_the_toasts_undo_takes_back_what_it_says(desk: Sitting) -> None:
    first, second = desk.id_of("city-0"), desk.id_of("city-1")
    for chosen in (first, second):
        desk.choose(chosen)
        desk.press("A")
        desk.pick("tree 1")
        desk.turns(chosen, Status.ASSIGNED)
    desk.click(desk.window.toasts.shown[0].button)
    desk.until(lambda: desk.status(first) is Status.NEW)
    assert desk.status(second) is Status.ASSIGNED
    assert all(t.token == "" or not t.words.text().startswith("Undone") for t in desk.window.toasts.shown[:-1])


def test_bulk_is_one_command_and_one_undo(desk: Sitting) -> None:
    ids = tuple(desk.id_of(f"city-{i}") for i in range(4))
    desk.choose(*ids)
    desk.press("S")
    desk.pick("on hold")
    desk.until(lambda: all(desk.status(i) is Status.ON_HOLD for i in ids))
    desk.press("Ctrl+Z")
    desk.until(lambda: all(desk.status(i) is Status.NEW for i in ids))


def test_closing_needs_an_outcome_and_leaves_the_view(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    desk.press("S")
    desk.pick("not ours")
    desk.until(lambda: first not in desk.ids)
    request = desk.stored(first).request
    assert (request.status, request.outcome) == (Status.CLOSED, Outcome.NOT_OURS)
    assert len(desk.chosen()) == 1


def test_a_deaf_upstream_says_beforehand_that_no_message_can_go(desk: Sitting) -> None:
    desk.choose(desk.id_of("deaf-0"))
    composer = desk.window.detail.message
    assert not composer.field.isEnabled()
    assert "takes no updates" in composer.reach.text()
    desk.press("M")
    assert "takes no updates" in desk.warned
    desk.choose(desk.id_of("deaf-0"), desk.id_of("city-0"))
    assert not composer.field.isEnabled()
    assert "“deaf” takes no updates" in composer.reach.text()
    desk.window.bar.clear()
    desk.press("M")
    assert "“deaf” takes no updates" in desk.warned


@pytest.mark.parametrize(("role", "crew"), [("call_taker", False), ("dispatcher", True)])
def test_the_role_decides_what_is_enabled(folder: Path, qtbot: QtBot, role: str, crew: bool) -> None:
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', f'actor = "ana"\nrole = "{role}"')
    with sitting_at(town.build(folder, config=config, count=2, deaf=0), qtbot) as desk:
        desk.choose(desk.ids[0])
        desk.press("A")
        if crew:
            desk.pick("")
            desk.until(lambda: desk.said())
        else:
            assert QApplication.activePopupWidget() is None
            assert "Only a dispatcher" in desk.warned
            assert "Only a dispatcher" in desk.window.registry["request.assign"].disabled(desk.window)


def test_a_stale_write_says_what_changed_and_gives_the_text_back(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    write(desk, "M", WORDS)
    desk.desk.link._watch.stop()
    other = town.second(desk.settings)
    commands.set_status(opening.acting(other, desk.settings, Actor("ben", desk.settings.actor.roles)),
                        [first], Status.ON_HOLD)  # fmt: skip
    other.close()
    desk.press("Ctrl+Return")
    desk.until(lambda: desk.warned)
    assert "On hold" in desk.warned
    assert "ben" in desk.warned
    assert desk.window.detail.message.field.text() == WORDS
    assert desk.stored(first).outbox == () or all(i.message != WORDS for i in desk.stored(first).outbox)
    desk.until(lambda: desk.status(first) is Status.ON_HOLD)
    desk.until(lambda: desk.desk.current is not None and desk.desk.current.request.status is Status.ON_HOLD)
    desk.window.detail.focus_message()
    desk.press("Ctrl+Return")
    desk.until(lambda: any(i.message == WORDS for i in desk.stored(first).outbox))


def test_a_refused_status_gives_the_drafted_message_back(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    write(desk, "M", WORDS)
    desk.press("Escape")
    other = town.second(desk.settings)
    desk.desk.link._watch.stop()
    commands.assign(opening.acting(other, desk.settings, Actor("ben", desk.settings.actor.roles)), [first], 2)
    other.close()
    desk.press("S")
    desk.pick("in progress")
    desk.until(lambda: desk.warned)
    assert desk.window.detail.message.draft(as_ids((first,))) == WORDS


def test_a_call_is_logged_by_keys(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    desk.type("617 555 0100")
    for field, text in ((call.name, "Ana Pereira"), (call.address, "9 Main St")):
        field.setFocus()
        desk.type(text)
    call.service.setFocus()
    desk.type("tree")
    desk.press("Return")
    call.description.setFocus()
    desk.type("A tree came down.")
    desk.press("Ctrl+Return")
    desk.until(lambda: len(desk.ids) == 31)
    desk.until(lambda: desk.desk.selection.current not in (0,) and desk.window.detail.ids == desk.chosen())
    made = desk.stored(desk.desk.selection.current)
    assert made.request.description == "A tree came down."
    assert made.callers[0].name == "Ana Pereira"
    assert desk.window.focusWidget() is desk.table
    assert desk.window.call is None


def test_a_wrong_number_is_said_beside_its_field_and_escape_keeps_the_text(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    desk.type("12")
    call.email.setFocus()
    desk.type("nobody")
    call.service.setFocus()
    desk.type("tree")
    desk.press("Return")
    call.address.setFocus()
    desk.type("9 Main St")
    call.description.setFocus()
    desk.type("A tree came down.")
    desk.press("Ctrl+Return")
    assert call.error("phone")
    assert call.error("email")
    assert QApplication.focusWidget() is call.phone.line
    desk.press("Escape")
    assert desk.window.focusWidget() is desk.table
    assert desk.window.panes.right.currentWidget() is desk.window.detail
    desk.press("Ctrl+N")
    assert call.draft().description == "A tree came down."
    assert len(desk.ids) == 30


def test_closing_at_once_loses_nothing(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with sitting_at(settings, qtbot) as desk:
        ids = as_ids(desk.ids)
        desk.window.acts.assign(ids, 1)
        desk.window.acts.add_note("Last words.", ids[:1])
    store = town.second(settings)
    store.close()
    with sitting_at(settings, qtbot) as desk:
        assert all(desk.status(i) is Status.ASSIGNED for i in ids.tolist())
        assert desk.stored(int(ids[0])).events[0].text == "Last words."


def test_a_note_that_cannot_be_kept_comes_back(desk: Sitting, caplog: pytest.LogCaptureFixture) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    blocked = town.second(desk.settings)
    with blocked.write() as connection:
        connection.exec_driver_sql("CREATE TRIGGER t BEFORE INSERT ON text BEGIN SELECT RAISE(FAIL, 'no'); END")
    blocked.close()
    write(desk, "N", "Dog in the yard.")
    desk.press("Ctrl+Return")
    desk.until(lambda: desk.warned)
    assert "this was not done" in desk.warned
    assert desk.window.detail.note.field.text() == "Dog in the yard."
    caplog.clear()


def test_a_fault_of_ours_is_said_and_the_desk_goes_on(desk: Sitting, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: object) -> object:
        raise ZeroDivisionError

    desk.desk.ask(broken, lambda _: None)
    desk.until(lambda: "ZeroDivisionError" in desk.warned)
    caplog.clear()
    desk.press("J")
    desk.until(lambda: desk.window.detail.ids)


@pytest.mark.parametrize(("link", "state"), [("retry", OutboxState.QUEUED), ("leave", OutboxState.RETRACTED)])
def test_what_was_refused_is_tried_again_or_left(desk: Sitting, link: str, state: OutboxState) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    write(desk, "M", WORDS)
    desk.press("Ctrl+Return")
    desk.until(lambda: desk.said())
    store = town.second(desk.settings)
    (item,) = desk.stored(first).outbox
    outbox.refused(store, item.id, "The key is wrong.", datetime.now(UTC))
    store.close()
    pane = desk.window.detail.outbox
    desk.until(lambda: pane.rows and pane.rows[0].retry.isVisibleTo(pane))
    assert pane.rows[0].problem.text() == "The key is wrong."
    desk.click(getattr(pane.rows[0], link))
    desk.until(lambda: [i.state for i in desk.stored(first).outbox] == [state])


def test_a_click_on_the_ground_is_where_the_caller_means(desk: Sitting) -> None:
    view = desk.window.map
    assert view is not None
    view.settle()
    ground = view.canvas.camera.to_screen(*(float(v[0]) for v in forward([42.34], [-70.98])))
    corner = QPoint(round(ground[0]), round(ground[1]))
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert desk.window.call is None
    desk.press("Ctrl+N")
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    call = desk.window.call
    assert call is not None
    draft = call.draft()
    assert draft.lat is not None
    assert draft.lon is not None
    x, y = view.canvas.camera.to_screen(*(float(v[0]) for v in forward([draft.lat], [draft.lon])))
    assert abs(x - corner.x()) < 1
    assert abs(y - corner.y()) < 1
    assert call.error("point") == ""
    call.set_place(40.0, -80.0)
    assert "outside the city" in call.error("point")
