"""Every part is reached by keys, wheel and screen reader, and fits into the pane at any width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.domain.values import Caller, Crew, EventKind, Place
from tests.widgets.detail.hands import press, seen
from tests.widgets.detail.sample import (
    GATEWAY,
    NOW,
    detail,
    event,
    item,
)
from widgets.detail.pane import DetailPane
from widgets.detail.people import CrewChoice

CHOICES = (CrewChoice(Crew(3, "Tree 3"), "6 of 8 jobs today"), CrewChoice(Crew(4, "Highway 3"), "2.1 km"))

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


def test_a_pane_that_gets_the_keyboard_passes_it_on(pane: DetailPane) -> None:
    pane.set_detail(detail(), GATEWAY, NOW)
    pane.setFocus()
    assert pane.head.chip.hasFocus()
    pane.set_several((1, 2), {Status.NEW: 2}, (), "Will reach 2.", can_message=True)
    pane.setFocus()
    assert pane.note.field.hasFocus()


def test_escape_goes_back_to_the_list_from_everywhere(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(), GATEWAY, NOW, CHOICES)
    for widget in (pane, pane.message.field, pane.note.field, pane.head.description, pane.crews.rows[0]):
        with qtbot.waitSignal(pane.escaped):
            QTest.keyClick(widget, Qt.Key.Key_Escape)


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


def test_everything_that_takes_the_keyboard_has_a_name(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(detail(outbox=(item("x", OutboxState.REFUSED),)), GATEWAY, NOW, CHOICES)
    nameless = [
        w
        for w in pane.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not w.accessibleName() and not getattr(w, "text", str)()
    ]
    assert not nameless


@pytest.mark.parametrize("later", [False, True], ids=["at once", "crews later"])
def test_tab_goes_down_the_pane(pane: DetailPane, qtbot: QtBot, later: bool) -> None:
    pane.set_detail(detail(), GATEWAY, NOW, () if later else CHOICES)
    if later:
        pane.suggest(CHOICES, "Tree 1 is full")
        assert pane.crews.foot.text() == "Tree 1 is full"
    assert len(pane.crews.rows) == len(CHOICES)
    body = pane.area.widget()
    assert body is not None
    assert body.height() >= body.heightForWidth(body.width())
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
