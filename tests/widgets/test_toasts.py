"""Toasts over what stands in the place of their pane."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from widgets.toast import Toasts


def test_what_is_said_is_seen_on_what_stands_in_the_panes_place(qtbot: QtBot) -> None:
    pane = QWidget()
    body, board = QStackedWidget(), QWidget()
    qtbot.addWidget(body)
    across = QSplitter()
    across.addWidget(pane)
    body.addWidget(across)
    body.addWidget(board)
    body.resize(800, 600)
    body.show()
    toasts = Toasts(pane, body)
    first = toasts.say("Targets set", "targets:1", key="")
    assert first.isVisible()
    body.setCurrentWidget(board)
    second = toasts.say("Saved")
    assert first.isVisible()
    assert second.isVisible()
    assert second.parentWidget() is board
    assert first.geometry().bottom() < second.geometry().top()
    body.setCurrentWidget(across)
    assert first.parentWidget() is second.parentWidget() is pane
    assert first.isVisible()
    toasts.take_back("targets:1")
    assert toasts.shown == [second]
    second.leave()


def test_what_can_be_taken_back_is_known_after_its_toast_has_gone_the_newest_first(qtbot: QtBot) -> None:
    pane = QWidget()
    qtbot.addWidget(pane)
    toasts = Toasts(pane)
    for token in ("one", "", "two", "three", "four"):
        toasts.say("Said", token)
    for toast in toasts.shown:
        toast.leave()
    toasts.offer("five")
    toasts.offer("")
    toasts.take_back("three")
    assert [toasts.take_newest() for _ in range(5)] == ["five", "four", "two", "one", ""]
