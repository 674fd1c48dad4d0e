"""The pane as a person meets it: shown, typed into, clicked, in both themes."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from services.domain.detail import Detail
from services.domain.outbox import OutboxState
from services.domain.policy import LOCAL
from services.domain.status import Outcome, Role, Status
from services.domain.values import Caller, Crew, EventKind, Place
from tests.widgets.detail.sample import (
    CALLERS,
    DEAF,
    EVENTS,
    EVIL,
    GATEWAY,
    NOW,
    PLAIN,
    REQUEST,
    TREE_2,
    detail,
    event,
    item,
)
from tests.widgets.detail.test_photos import SVG, picture
from widgets import theme
from widgets.detail.pane import DetailPane
from widgets.detail.people import CrewChoice
from widgets.detail.several import BulkAction
from widgets.selection import NOBODY, as_ids

CHOICES = (CrewChoice(Crew(3, "Tree 3"), "6 of 8 jobs today"), CrewChoice(Crew(4, "Highway 3"), "2.1 km"))


pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


def written(said: list[Any] | None) -> tuple[str, list[int]]:
    """The text that was submitted, and for which requests."""
    text, ids = said or ("", NOBODY)
    return text, ids.tolist()


def seen(pane: DetailPane, widget: QWidget) -> bool:
    return widget.isVisibleTo(pane)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


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


def test_a_pane_that_gets_the_keyboard_passes_it_on(pane: DetailPane) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.setFocus()
    assert pane.head.chip.hasFocus()
    pane.set_several((1, 2), {Status.NEW: 2}, (), "Will reach 2.", can_message=True)
    pane.setFocus()
    assert pane.note.field.hasFocus()


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


def test_escape_goes_back_to_the_list_from_everywhere(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW, CHOICES)
    for widget in (pane, pane.message.field, pane.note.field, pane.head.description, pane.crews.rows[0]):
        with qtbot.waitSignal(pane.escaped):
            QTest.keyClick(widget, Qt.Key.Key_Escape)


def test_the_outbox_counts_down_and_lets_a_person_decide(pane: DetailPane, qtbot: QtBot) -> None:
    items = (
        item("sent", OutboxState.SENT),
        item("no", OutboxState.REFUSED, problem="The key may not post updates."),
        item("maybe", OutboxState.UNKNOWN),
        item("soon"),
    )
    pane.set_detail(detail(outbox=items), GATEWAY, NOW)
    refused, unknown, held = pane.outbox.rows
    assert refused.problem.text() == "The key may not post updates."
    assert held.words.text() == "The message leaves in 7 s"
    assert seen(pane, held.undo)
    assert not seen(pane, refused.undo)
    with qtbot.waitSignal(pane.undo_wanted) as undo:
        press(held.undo)
    with qtbot.waitSignal(pane.retry_wanted) as retry:
        press(refused.retry)
    with qtbot.waitSignal(pane.give_up_wanted) as leave:
        press(unknown.leave)
    assert (undo.args, retry.args, leave.args) == (["op-1"], ["no"], ["maybe"])
    pane.set_now(NOW + timedelta(seconds=8))
    assert held.words.text() == "The message waits to be sent"
    assert not seen(pane, held.undo)


def test_a_long_outbox_is_counted(pane: DetailPane) -> None:
    pane.set_detail(detail(outbox=tuple(item(str(i)) for i in range(20))), GATEWAY, NOW)
    assert len(pane.outbox.rows) == 8
    assert pane.outbox.more.text() == "and 12 more behind these"
    pane.set_detail(detail(), GATEWAY, NOW)
    assert not seen(pane, pane.outbox)


def test_photos_are_asked_for_once_and_fail_in_words(pane: DetailPane, qtbot: QtBot) -> None:
    asked: list[str] = []
    pane.photo_wanted.connect(asked.append)
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.set_detail(detail(version=4), GATEWAY, NOW)
    one, two = REQUEST.media_urls
    assert asked == [one, two]
    first, second = pane.photos.thumbs
    assert first.accessibleName() == "Photo 1 loading"
    assert not pane.open_photos()
    pane.set_photo(one, picture("JPG"))
    qtbot.waitUntil(lambda: first.photo.image is not None)
    pane.set_photo(two, SVG)
    qtbot.waitUntil(lambda: bool(second.photo.problem))
    assert "Not a JPEG" in second.accessibleName()
    assert pane.photos.problem.text() == "Not a JPEG, PNG, WebP or GIF picture."
    pane.set_detail(detail(id=37, media_urls=()), GATEWAY, NOW)
    pane.set_detail(detail(), GATEWAY, NOW)
    assert asked == [one, two]
    pane.set_photo_problem(one, "The city's server is gone.")
    assert pane.photos.thumbs[0].photo.problem == "The city's server is gone."


def test_space_opens_the_viewer_and_closes_it(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    for url in REQUEST.media_urls:
        pane.set_photo(url, picture("PNG", 300, 200))
    qtbot.waitUntil(lambda: all(t.photo.image for t in pane.photos.thumbs))
    QTest.keyClick(pane.photos.thumbs[1], Qt.Key.Key_Space)
    viewer = pane.photos._viewer
    assert viewer is not None
    qtbot.waitUntil(viewer.isVisible)
    assert viewer.position == 1
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.accessibleDescription() == "Photo 1 of 2"
    viewer.grab()
    QTest.keyClick(viewer, Qt.Key.Key_Space)
    assert pane.photos._viewer is None
    assert pane.open_photos()
    assert pane.open_photos()


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


def test_a_history_of_thousands_is_one_list(pane: DetailPane, qtbot: QtBot) -> None:
    events = tuple(event(i, EventKind.STATUS, to="on_hold") for i in range(2000, 0, -1))
    pane.set_detail(detail(events=events), GATEWAY, NOW)
    before = len(pane.findChildren(QWidget))
    assert pane.timeline.model.rowCount() == 40
    assert pane.timeline.older.text() == "Show older (1960)"
    press(pane.timeline.older)
    assert pane.timeline.model.rowCount() == 240
    assert len(pane.findChildren(QWidget)) == before
    while pane.timeline.model.hidden:
        press(pane.timeline.older)
    assert pane.timeline.model.rowCount() == 2000
    assert not seen(pane, pane.timeline.older)
    pane.set_detail(detail(events=events, version=4), GATEWAY, NOW)
    assert pane.timeline.model.rowCount() == 2000
    pane.set_detail(detail(events=events, id=37), GATEWAY, NOW)
    assert pane.timeline.model.rowCount() == 40


def test_the_history_is_read_out_and_copied(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    timeline = pane.timeline
    said = [timeline.model.index(i).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(3)]
    assert said[1].startswith("28 Aug 2011 11:26:00 EDT. Staff only. ana: Wires checked")
    timeline.list.setFocus()
    timeline.list.setCurrentIndex(timeline.model.index(0))
    QTest.keyClick(timeline.list, Qt.Key.Key_Down)
    assert timeline.list.currentIndex().row() == 1
    QTest.keyClick(timeline.list, Qt.Key.Key_Up)
    QTest.keyClick(timeline.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Shown by the upstream\nIt blocks the hydrant now."


def test_the_wheel_scrolls_the_pane_and_another_request_starts_at_the_top(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    bar = pane.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert seen(pane, pane.area.bar)
    pane.area.bar.setValue(bar.maximum())
    assert bar.value() == bar.maximum()
    pane.set_detail(detail(version=4), GATEWAY, NOW)
    assert bar.value() > 0
    pane.set_detail(detail(id=37), GATEWAY, NOW)
    assert bar.value() == 0
    assert pane.head.width() == pane.width()


@pytest.mark.parametrize("width", [320, 420, 700])
def test_nothing_is_wider_than_the_pane(pane: DetailPane, qtbot: QtBot, width: int) -> None:
    long = "W" * 200
    crowded = replace(
        detail(description=long, service=long, place=Place(long, 1.0, 2.0, long), differs=True, upstream_status=long),
        attributes=((long, long), ("a", "b"), ("c", f"{long} {long}")),
        outbox=(item("x", OutboxState.REFUSED, problem=long, message=long),),
        callers=(Caller(1, long, long, long, long),),
    )
    pane.resize(width, 800)
    pane.set_detail(crowded, GATEWAY, NOW, (CrewChoice(Crew(1, long), long),), "full")
    qtbot.waitUntil(lambda: pane.area.viewport().width() == width)
    pane.grab()
    for part in (pane.head, pane.callers, pane.crews, pane.message, pane.note, pane.outbox, pane.timeline):
        assert part.width() == width


def everything_evil() -> Detail:
    """A request with markup in every field that comes from outside."""
    texts: dict[str, Any] = {f.name: EVIL for f in fields(REQUEST) if type(getattr(REQUEST, f.name)) is str}
    request = replace(
        REQUEST, **texts, place=Place(EVIL, 1.0, 2.0, EVIL, EVIL), crew=Crew(1, EVIL), differs=True, media_urls=(EVIL,)
    )
    events = tuple(
        event(i, kind, EVIL, EVIL, crew_name=EVIL, from_crew_name=EVIL, fields=EVIL, channel=EVIL, outbox="x")
        for i, kind in enumerate(EventKind)
    )
    items = (item("x", OutboxState.REFUSED, problem=EVIL, message=EVIL, status_word=EVIL, upstream=EVIL),)
    return Detail(request, events, (Caller(1, EVIL, EVIL, EVIL, EVIL),), items, ((EVIL, EVIL),))


def test_markup_from_outside_is_only_ever_text(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(everything_evil(), GATEWAY, NOW, (), EVIL)
    pane.set_photo_problem(EVIL, EVIL)
    pane.give_back_message(as_ids((36,)), EVIL, EVIL)
    pane.grab()
    labels = pane.findChildren(QLabel)
    assert any(EVIL in label.text() for label in labels)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    edits = pane.findChildren(QTextEdit)
    assert [e.toPlainText() for e in edits if EVIL in e.toPlainText()] == [EVIL, EVIL]
    assert not any("<img" in e.toHtml() for e in edits)
    for widget in pane.findChildren(QWidget):
        assert "<img" not in widget.toolTip()
    pane.set_nothing(EVIL, EVIL)
    pane.set_several((1, 2), {Status.NEW: 2}, (BulkAction("a", EVIL, EVIL, EVIL),), EVIL, can_message=True)
    pane.grab()


def test_everything_that_takes_the_keyboard_has_a_name(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(outbox=(item("x", OutboxState.REFUSED),)), GATEWAY, NOW, CHOICES)
    nameless = [
        w
        for w in pane.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not w.accessibleName() and not getattr(w, "text", str)()
    ]
    assert not nameless


def test_tab_goes_down_the_pane(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW, CHOICES)
    pane.message.field.set_text("x")
    pane.note.field.set_text("y")
    pane.head.open_out.setFocus()
    path: list[QWidget] = []
    for _ in range(30):
        now = QApplication.focusWidget()
        if now is None or now in path:
            break
        path.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    tops = [w.mapTo(pane, QPoint(0, 0)).y() for w in (path[0], pane.head.chip, *pane.crews.rows)]
    order = [pane.head.chip, pane.crews.rows[0], pane.message.field, pane.message.button, pane.note.field]
    places = [path.index(w) for w in (*order, pane.note.button, pane.timeline.list)]
    assert places == sorted(places)
    assert tops == sorted(tops)


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
