"""What comes from outside and goes there: the outbox, photos, and text that is only ever text."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from services.domain.detail import Detail
from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.domain.values import Caller, Crew, EventKind, Place
from tests.widgets.detail.hands import press, seen
from tests.widgets.detail.sample import (
    EVIL,
    GATEWAY,
    NOW,
    REQUEST,
    detail,
    event,
    item,
)
from tests.widgets.detail.test_photos import SVG, picture
from widgets.detail.pane import DetailPane
from widgets.detail.several import BulkAction
from widgets.selection import as_ids

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


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
