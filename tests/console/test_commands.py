"""Every command of the registry, once where it can be done and once where it cannot; every entry of every menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from console import commands
from console.commands import Command, Registry
from tests.console import town
from tests.console.conftest import Sitting, sitting_at

NO_ALERT = "There is no alert that nobody has acknowledged."
NEEDS_A_REQUEST = {
    "request.assign",
    "request.propose", "request.status", "request.merge", "request.unmerge", "request.message", "request.note",
    "request.photos", "request.called", "request.claim", "request.hand_over", "request.let_go",
    "queue.deselect", "map.zoom", "list.copy", "day.add", "request.print", "request.pdf",
}  # fmt: skip
CALL_TAKERS_MAY_NOT = {"request.assign", "request.propose"}


def shut(desk: Sitting) -> None:
    """Close whatever the command opened."""
    for _ in range(3):
        if (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
    for sheet in desk.window.findChildren(QDialog):
        sheet.close()


def test_every_command_does_something_where_it_can_be_done(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    desk.window.city.mail_folder = desk.settings.home
    first = desk.id_of("city-0")
    for command in desk.window.registry:
        if command.id == "quit":
            continue
        desk.choose(first)
        if command.id == "request.merge":
            assert command.disabled(desk.window).startswith("Select all that are the same")
            continue
        if command.id == "request.called":
            assert command.disabled(desk.window) == "Nobody of this request is to be called back."
            continue
        if command.id == "request.unmerge":
            assert command.disabled(desk.window) == "It is merged with no other request."
            continue
        if command.id == "request.hand_over":
            assert command.disabled(desk.window) == "Nobody else has worked here yet."
            continue
        if command.id == "queue.arrivals":
            assert command.disabled(desk.window) == "Nothing has come that you have not seen."
            continue
        if command.id == "request.photos":
            assert command.disabled(desk.window) == "Nobody has sent a photo of it."
            continue
        if command.id.startswith("day."):
            assert command.disabled(desk.window).startswith("Look at a crew’s day first")
            continue
        if command.id.startswith("call.join_"):
            assert command.disabled(desk.window).startswith("No possible duplicate")
            continue
        if command.id in {"alert.show", "alert.acknowledge"}:
            assert command.disabled(desk.window) == NO_ALERT
            continue
        if command.id == "call.online":
            assert command.disabled(desk.window) == "No [geocoder] is set in config.toml."
            continue
        assert command.disabled(desk.window) == "", command.id
        desk.window.run(command)
        if command.id == "edit.undo":
            desk.until(lambda: desk.said() == "Undone: 1 request let go of.")
        if command.id == "edit.redo":
            desk.until(lambda: desk.said() == "Done again: 1 request let go of.")
        assert desk.warned == "", command.id
        shut(desk)
    desk.window.run(desk.window.registry["theme.light"])
    assert opened == [str(desk.settings.home)]
    for name in ("map", "detail"):
        desk.window.panes.bring_back(name)
    desk.window.run(desk.window.registry["quit"])
    assert not desk.window.isVisible()


def test_nothing_to_undo_is_said(desk: Sitting) -> None:
    for keys in ("Ctrl+Z", "Ctrl+Shift+Z"):
        desk.window.bar.clear()
        desk.press(keys)
        desk.until(lambda: desk.warned)


@pytest.mark.parametrize("command", commands.ALL, ids=lambda c: c.id)
def test_what_a_command_says_is_whole(command: Command) -> None:
    assert command.title
    assert command.help.endswith((".", "…"))


def test_without_a_selection_the_reason_is_said(desk: Sitting) -> None:
    for command in desk.window.registry:
        reason = command.disabled(desk.window)
        if command.id in NEEDS_A_REQUEST:
            assert reason == "Choose a request first.", command.id
            desk.window.run(command)
            assert reason in desk.warned
        elif command.id == "mail.folder":
            assert "mail folder" in reason
        elif command.id.startswith("day.") and command.id != "day.add":
            assert reason.startswith("Look at a crew’s day first"), command.id
        elif command.id == "queue.arrivals":
            assert reason == "Nothing has come that you have not seen."
        elif command.id in {"alert.show", "alert.acknowledge"}:
            assert reason == NO_ALERT
        elif command.id.startswith("call.") and command.id != "call.new":
            assert reason == "No call is being taken down."
        else:
            assert reason == "", command.id


def test_a_home_without_upstream_and_a_call_taker_are_told_why(folder: Path, qtbot: QtBot) -> None:
    config = '[desk]\nactor = "ana"\nrole = "call_taker"\n'
    with sitting_at(town.build(folder, config="", count=1, deaf=0), qtbot) as desk:
        known = desk.ids[0]
    (folder / "config.toml").write_text(config, encoding="utf-8")
    from console import settings

    with sitting_at(settings.load(folder), qtbot) as desk:
        desk.choose(known)
        reasons = {c.id: c.disabled(desk.window) for c in desk.window.registry}
        assert reasons["request.assign"].startswith("Only a dispatcher")
        assert "No upstream is configured" in reasons["sync.now"]
        assert reasons["request.message"] == "This request lives at this desk only; write a staff note instead."
        assert reasons["request.note"] == ""
        desk.window.show_upstreams()
        assert "No upstream is configured" in desk.warned


def entries(menu: QMenu) -> dict[str, bool]:
    menu.aboutToShow.emit()
    return {a.text(): a.isEnabled() for a in menu.actions() if not a.isSeparator()}


def test_every_menu_entry_runs_or_says_why_not(desk: Sitting) -> None:
    menu = desk.window.top.menu_button.menu()
    assert isinstance(menu, QMenu)
    shown = entries(menu)
    wanted = [c for c in desk.window.registry if not c.id.startswith("queue.")]
    assert len(shown) == len(wanted)
    for action, command in zip(menu.actions(), wanted, strict=True):
        assert action.text().startswith(command.title)
        assert action.isEnabled() is not bool(command.disabled(desk.window))
        if not action.isEnabled():
            assert command.disabled(desk.window).split("“")[0].strip()[:12] in action.toolTip()
    desk.choose(desk.id_of("city-0"))
    menu.aboutToShow.emit()
    note = next(a for a in menu.actions() if a.text().startswith("Staff note"))
    note.trigger()
    desk.until(lambda: desk.window.focusWidget() is desk.window.detail.note.field)


def test_the_palette_offers_every_command_and_nothing_twice(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("Ctrl+K")
    palette = desk.window.acts.palette
    keys = [c.key for c in palette._choices]
    assert len(keys) == len(set(keys))
    assert {c.id for c in desk.window.registry} <= set(keys)
    palette.close()


def test_every_map_menu_entry_can_be_taken(desk: Sitting) -> None:
    view = desk.window.map
    assert view is not None
    for menu in view.findChildren(QMenu):
        for action in menu.actions():
            action.trigger()
    view.settle()


def test_keys_are_remapped_by_the_config(folder: Path, qtbot: QtBot) -> None:
    keys = '\n[keys]\n"request.assign" = "Ctrl+Shift+L"\n'
    config = town.CONFIG.format(crew="Tree") + keys
    with sitting_at(town.build(folder, config=config, count=2, deaf=0), qtbot) as desk:
        desk.choose(desk.ids[0])
        desk.press("A")
        assert QApplication.activePopupWidget() is None
        desk.press("Ctrl+Shift+L")
        desk.pick("")
        desk.until(lambda: "assigned" in desk.said())


def test_f_keys_and_combinations_work_in_text_fields_too() -> None:
    registry = Registry(commands.ALL)
    bare = {key for c in registry for key in c.keys if c.bare(key)}
    assert {"A", "?", "G, N"} <= bare
    assert not {"F6", "Shift+F6", "Ctrl+K", "F5"} & bare


def test_a_persons_own_key_works_and_stands_on_its_button(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree") + '[keys]\n"call.new" = "Ctrl+Shift+N"\n"palette" = ""\n'
    with sitting_at(town.build(folder, config=config), qtbot) as desk:
        assert "Ctrl+Shift+N" in desk.window.top.call.toolTip()
        assert "Ctrl" not in desk.window.top.commands.toolTip()
        desk.press("Ctrl+Shift+N")
        desk.until(lambda: desk.window.call is not None and desk.window.call.isVisible())
