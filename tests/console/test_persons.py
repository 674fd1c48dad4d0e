"""One person at a real desk: found by keys, saved for them, erased everywhere while a housemate stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from console import drafts, opening
from console.settings import Settings
from services.store import backlog, persons
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.services.store.parts import logged
from widgets.person import PersonDialog

XA = {"name": "Xaverius Ytter", "phone": "617 555 0142", "email": "xaverius@example.org"}
WORDS = (b"xaverius", b"ytter", b"wolframite", b"zirconium")
FILE = (
    "id,opened,type,description,caller,phone,consent\nA-1,2020-04-13,Hole,Zirconium,Xaverius Ytter,617 555 0142,yes\n"
)


def call(settings: Settings, **who: object) -> int:
    """A call that was taken down before."""
    with closing(town.second(settings)) as store:
        return logged(opening.acting(store, settings), **{"description": "Wolframite", **XA, **who}).ids[0]


def ask(desk: Sitting, text: str) -> PersonDialog:
    """Ctrl+Shift+F, type, Enter; the dialog once somebody, or nobody, was found."""
    desk.press("Ctrl+Shift+F")
    dialog = desk.window.acts.persons.dialog
    assert dialog is not None
    QTest.keyClicks(dialog.field, text)
    press(desk, dialog.field, Qt.Key.Key_Return)
    desk.until(dialog.summary.text)
    return dialog


def press(desk: Sitting, widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def rows(dialog: PersonDialog) -> list[str]:
    return [dialog.people.item(i).text() for i in range(dialog.people.count())]


def known(desk: Sitting, phone: str) -> list[str]:
    """Names of those who are known by a number, in the store."""
    with closing(town.second(desk.settings)) as store:
        return [p.name for p in persons.find(opening.acting(store, desk.settings), phone)]


def erase(desk: Sitting, dialog: PersonDialog) -> None:
    """Press Erase…, type the word, Enter; done when the bar says so."""
    desk.click(dialog.erase)
    QTest.keyClicks(dialog.confirm.field, "ERASE")
    press(desk, dialog.confirm.field, Qt.Key.Key_Return)
    desk.until(dialog.bar.isVisible)


@pytest.mark.parametrize("text", ["(617) 555-0142", "XAVERIUS@example.org", "ytter xav"])
def test_somebody_is_found_by_number_address_or_name(desk: Sitting, text: str) -> None:
    request = desk.stored(call(desk.settings)).request
    dialog = ask(desk, text)
    assert rows(dialog) == ["Xaverius Ytter\n617 555 0142, xaverius@example.org"]
    assert dialog.requests.item(0).text() == f"{request.number}  {request.service}, {request.place.address}  New"
    press(desk, dialog, Qt.Key.Key_Escape)
    assert desk.window.acts.persons.dialog is None


def test_nobody_is_said(desk: Sitting) -> None:
    dialog = ask(desk, "Nobody Such")
    assert dialog.summary.text() == "Nobody is known by that."
    assert not dialog.export.isEnabled()
    assert not dialog.erase.isEnabled()


def test_arrows_go_from_one_to_the_next_and_show_what_each_asked_for(desk: Sitting) -> None:
    mine, theirs = (desk.stored(call(desk.settings, name=n)).request.number for n in ("Ana Ruiz", "Bo Lund"))
    dialog = ask(desk, XA["phone"])
    assert [row.partition("\n")[0] for row in rows(dialog)] == ["Bo Lund", "Ana Ruiz"]
    assert dialog.requests.item(0).text().startswith(theirs)
    press(desk, dialog.people, Qt.Key.Key_Down)
    assert dialog.requests.item(0).text().startswith(mine)


def test_all_that_is_kept_is_saved_for_them(desk: Sitting, tmp_path: Path) -> None:
    call(desk.settings)
    dialog = ask(desk, XA["email"])
    for target, said in ((tmp_path / "xa.json", "All that is kept is in"), (tmp_path / "no" / "xa.json", "cannot be")):
        desk.click(dialog.export)
        chooser = dialog.findChild(QFileDialog)
        assert chooser is not None
        chooser.fileSelected.emit(str(target))
        chooser.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        desk.until(lambda said=said: said in dialog.bar.words.text())  # type: ignore[misc]
    given = json.loads((tmp_path / "xa.json").read_text(encoding="utf-8"))
    assert (given["name"], given["entries"][0]["description"]) == ("Xaverius Ytter", "Wolframite")
    assert (tmp_path / "xa.json").stat().st_mode & 0o077 == 0


def test_nothing_is_erased_before_the_word_is_typed(desk: Sitting) -> None:
    call(desk.settings)
    dialog = ask(desk, XA["phone"])
    desk.click(dialog.erase)
    assert dialog.focusWidget() is dialog.confirm.field
    for word in ("", "eras", "ERAS"):
        dialog.confirm.field.setText(word)
        press(desk, dialog.confirm.field, Qt.Key.Key_Return)
        assert not dialog.confirm.button.isEnabled()
    assert known(desk, XA["phone"]) == ["Xaverius Ytter"]
    dialog.boxes[0].setChecked(False)
    dialog.confirm.field.setText("ERASE")
    assert not dialog.confirm.button.isEnabled(), "nobody is ticked"


def test_one_of_a_household_is_erased_and_the_other_stays(desk: Sitting) -> None:
    mine, theirs = call(desk.settings), call(desk.settings, name="Bea Quill", email="")
    dialog = ask(desk, "Xaverius")
    assert len(rows(dialog)) == 2
    dialog.people.setCurrentRow(1)
    desk.click(dialog.erase)
    assert [(box.text(), box.isChecked()) for box in dialog.boxes] == [
        ("Bea Quill, 1 request", False),
        ("Xaverius Ytter, 1 request", True),
    ]
    assert dialog.confirm.words.text() == "On the same number or address, and not erased: Bea Quill."
    erase(desk, dialog)
    assert dialog.bar.words.text().startswith("Erased: 1 caller entries")
    assert known(desk, XA["phone"]) == ["Bea Quill"]
    assert desk.stored(mine).request.description == ""
    assert desk.stored(theirs).request.description == "Wolframite"


def test_both_are_erased_where_both_are_ticked(desk: Sitting) -> None:
    call(desk.settings)
    call(desk.settings, name="Bea Quill")
    dialog = ask(desk, XA["phone"])
    desk.click(dialog.erase)
    for box in dialog.boxes:
        box.setChecked(True)
    assert dialog.confirm.words.text() == ""
    QTest.keyClicks(dialog.confirm.field, "ERASE")
    desk.click(dialog.confirm.button)
    desk.until(lambda: dialog.summary.text() == "Nobody is known by that.")
    assert known(desk, XA["phone"]) == []


def test_a_call_being_taken_down_about_them_is_finished_first(desk: Sitting) -> None:
    call(desk.settings)
    desk.window.intake.start()
    assert desk.window.call is not None
    desk.type("617 555 0142")
    dialog = ask(desk, "Xaverius")
    erase(desk, dialog)
    assert dialog.bar.words.text().startswith("A call that is being taken down names this person. Log it or give it")
    assert known(desk, XA["phone"]) == ["Xaverius Ytter"]
    dialog.close()
    desk.window.intake.give_up()
    erase(desk, ask(desk, "Xaverius"))
    assert known(desk, XA["phone"]) == []
    desk.window.run(desk.window.registry["edit.undo"])
    desk.until(lambda: desk.warned or desk.said())
    assert desk.window.call is None, "the call that was given up is forgotten too"


def test_who_came_with_a_backlog_is_erased_from_every_file(folder: Path, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(FILE, encoding="utf-8")
    with sitting_at(town.build(folder), qtbot) as desk:
        call(desk.settings)
        importing = desk.window.acts.importing
        importing.read(file)
        desk.until(lambda: importing.dialog is not None and importing.dialog.take.isEnabled())
        assert importing.dialog is not None
        desk.click(importing.dialog.take)
        desk.until(lambda: importing.dialog is None)
        desk.choose(desk.id_of("A-1"))
        desk.window.show_query("zirconium")
        desk.until(lambda: len(desk.ids) == 1)
        kept = drafts.folder(folder) / "other.json"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text('{"name": "Xaverius Ytter"}', encoding="utf-8")
        dialog = ask(desk, XA["phone"])
        assert dialog.requests.count() == 2
        erase(desk, dialog)
        desk.until(lambda: dialog.summary.text() == "Nobody is known by that.")
        assert dialog.bar.words.text().endswith("Drafts and letters deleted: 1.")
        dialog.close()
        desk.until(lambda: not desk.ids)
        with closing(town.second(desk.settings)) as store:
            assert backlog.known(store, ["A-1"]) == {"A-1"}, "the request stays"
        settings = desk.settings
    for path in folder.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        for word in WORDS:
            assert word not in content, (word, path)
    with sitting_at(settings, qtbot) as desk:
        desk.window.show_query("xaverius")
        desk.until(lambda: not desk.ids)


@pytest.fixture
def taker(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """A desk of somebody who may take calls only, in a city where they do not see contacts."""
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "call_taker"')
    with sitting_at(town.build(folder, config=config), qtbot) as made:
        yield made


def test_a_call_taker_looks_and_neither_gives_out_nor_erases(taker: Sitting) -> None:
    call(taker.settings)
    dialog = ask(taker, "Xaverius")
    assert len(rows(dialog)) == 1
    for pressed in (dialog.export, dialog.erase):
        assert not pressed.isEnabled()
        assert "Only a supervisor may do this." in pressed.toolTip()


def test_without_the_right_nobody_is_looked_for(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "call_taker"')
    rights = '[rights]\nsee_contacts = ["supervisor"]\n'
    with sitting_at(town.build(folder, config=config.replace("[city]", f"{rights}[city]")), qtbot) as desk:
        desk.press("Ctrl+Shift+F")
        assert desk.window.acts.persons.dialog is None
        assert "Only who may see how callers are reached may do this." in desk.warned
