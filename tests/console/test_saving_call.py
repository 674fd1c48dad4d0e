"""From Ctrl+Enter until the write has landed: a slow store loses no typed word, one that refuses gives all back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.app import Application
from services.errors import Expected
from services.store import commands, joining, queries
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.call.pane import CallPane
from widgets.helpsheet import HelpSheet
from widgets.plain import tip


@contextmanager
def locked(desk: Sitting) -> Iterator[None]:
    """Somebody else writes to the store, and takes long over it."""
    held = sqlite3.connect(desk.settings.home / "desk.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        held.execute("ROLLBACK")
        held.close()


@pytest.fixture
def call(desk: Sitting) -> CallPane:
    """A whole report, ready to be logged."""
    desk.press("Ctrl+N")
    found = desk.window.call
    assert found is not None
    found.service.setFocus()
    desk.type("tree")
    desk.press("Return")
    found.address.setFocus()
    desk.type("9 Main St")
    found.description.setFocus()
    desk.type("A tree came down.")
    return found


def test_while_the_store_is_slow_the_form_is_kept_and_says_so(desk: Sitting, call: CallPane) -> None:
    with locked(desk):
        desk.press("Ctrl+Return")
        assert call.foot.file.text() == "Saving…"
        desk.type("These words would be lost.")
        desk.press("Ctrl+Return")
        desk.window.intake.take_place(42.3, -71.1)
        assert call.draft().description == "A tree came down."
        assert call.draft().lat is None
        desk.press("Ctrl+Shift+Backspace")
        assert "It is being saved." in desk.warned
        assert desk.window.call is call
    desk.until(lambda: "logged" in desk.said())
    made = desk.stored(desk.chosen()[0])
    assert made.request.description == "A tree came down."
    assert desk.window.call is None


def test_another_call_can_be_written_meanwhile(desk: Sitting, call: CallPane) -> None:
    with locked(desk):
        desk.press("Ctrl+Return", "Ctrl+N")
        second = desk.window.call
        assert second is not call
        desk.type("617 555 0142")
    desk.until(lambda: "logged" in desk.said())
    assert desk.window.call is second
    assert second is not None
    assert second.draft().phone == "617 555 0142"


def test_what_is_refused_can_be_written_on(desk: Sitting, call: CallPane, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Expected("The store takes nothing now.", "Try again.")

    before = call.draft()
    with monkeypatch.context() as broken:
        broken.setattr(commands, "log_call", refuse)
        desk.press("Ctrl+Return")
        desk.until(lambda: "takes nothing now" in desk.warned)
    assert not call.saving
    assert call.foot.file.text() == "Log the call"
    assert call.draft() == before
    assert desk.window.focusWidget() is call.description
    desk.type(" On a car.")
    desk.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    assert desk.stored(desk.chosen()[0]).request.description == "A tree came down. On a car."


def test_a_fault_of_ours_gives_the_form_back_too(
    desk: Sitting, call: CallPane, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    desk.until(lambda: call.band.found)
    monkeypatch.setattr(joining, "join", fail)
    desk.press("Alt+1")
    assert call.saving
    desk.until(lambda: "went wrong" in desk.warned)
    assert not call.saving
    assert "a task failed" in caplog.text
    caplog.clear()


def test_before_the_store_is_open_nothing_hangs(folder: Path, qtbot: QtBot) -> None:
    made = Application(town.build(folder, count=1, deaf=0), scheme="light", sync=False)
    failed: list[Expected] = []
    try:
        made.desk.act(lambda _: pytest.fail("there is no store"), otherwise=failed.append)
        assert "not open yet" in failed[0].sentence
        assert "not open yet" in made.window.bar.words.text()
    finally:
        made.close()


# the keys of the form are commands


def test_a_persons_own_keys_log_and_join_and_stand_on_the_form(folder: Path, qtbot: QtBot) -> None:
    own = '[keys]\n"call.file" = "Ctrl+Shift+L"\n"call.join_1" = "Ctrl+9"\n'
    config = town.CONFIG.format(crew="Tree") + own
    with sitting_at(town.build(folder, config=config), qtbot) as desk:
        desk.press("Ctrl+N")
        call = desk.window.call
        assert call is not None
        call.description.setFocus()
        desk.press("Ctrl+Return")
        assert call.error("service") == "", "the key has been given away"
        desk.press("Ctrl+Shift+L")
        assert call.error("service") != ""
        assert call.foot.join.toolTip() == tip("Ctrl+9")
        assert call.band.rows[0].key == "Ctrl+9"


def test_ctrl_enter_outside_of_a_call_is_still_the_composers(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("N")
    desk.until(lambda: desk.window.focusWidget() is desk.window.detail.note.field)
    desk.type("For staff.")
    desk.press("Ctrl+Return")
    desk.until(lambda: "note" in desk.said().lower())


def test_the_palette_says_why_a_call_cannot_be_logged(desk: Sitting) -> None:
    by_id = desk.window.registry
    assert by_id["call.file"].disabled(desk.window) == "No call is being taken down."
    desk.press("Ctrl+N")
    assert by_id["call.file"].disabled(desk.window) == ""
    assert by_id["call.join_2"].disabled(desk.window) == "No possible duplicate 2 is offered."
    desk.press("Alt+2")
    assert "No possible duplicate 2 is offered." in desk.warned
    desk.press("Escape")
    assert by_id["call.file"].disabled(desk.window) == "Look at the call first."


@pytest.mark.parametrize("key", ["Return", "Enter"])
def test_both_enter_keys_log(desk: Sitting, call: CallPane, key: str) -> None:
    assert QApplication.focusWidget() is call.description
    assert QKeySequence(f"Ctrl+{key}").toString() == f"Ctrl+{key}"
    desk.press(f"Ctrl+{key}")
    desk.until(lambda: "logged" in desk.said())


def test_the_help_sheet_names_the_keys_of_the_form_as_they_are(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree") + '[keys]\n"call.join_5" = "Ctrl+5"\n'
    with sitting_at(town.build(folder, config=config), qtbot) as desk:
        desk.press("?")
        (sheet,) = desk.window.findChildren(HelpSheet)
        words = {label.text() for label in sheet.findChildren(QLabel)}
        assert {"Log the call", "Ctrl+Enter", "Add the caller to possible duplicate 1", "Alt+1", "Ctrl+5"} <= words
        assert "Alt+5" not in words
        sheet.close()


def test_how_long_the_call_took_is_kept(desk: Sitting, call: CallPane) -> None:
    opened = desk.window.intake._open[call]
    opened.opened_at -= timedelta(minutes=3)
    desk.press("Ctrl+Return")
    desk.until(lambda: desk.window.call is None)
    store = town.second(desk.settings)
    try:
        row = queries.columns(store)[-1]
    finally:
        store.close()
    assert row.call_s is not None
    assert 180 <= row.call_s < 240
