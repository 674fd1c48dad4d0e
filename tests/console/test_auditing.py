"""The audit view at a real desk: opened, filtered, scrolled and saved by keys and clicks."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from console import opening
from services.domain.status import Role
from services.domain.values import Actor
from services.store import audit
from services.store.commands import add_note
from tests.console import town
from tests.console.conftest import Sitting
from tests.services.reports.reading import read_csv
from widgets.audit import AuditDialog


def opened(desk: Sitting) -> AuditDialog:
    """The palette, then the view, read."""
    desk.press("Ctrl+K")
    desk.pick("audit")
    dialog = desk.window.acts.auditing.dialog
    assert dialog is not None
    desk.until(lambda: dialog.history.entries)
    return dialog


def noted(desk: Sitting, *notes: str) -> None:
    with closing(town.second(desk.settings)) as store:
        acting = opening.acting(store, desk.settings, Actor("Zoe", frozenset(Role)))
        for note in notes:
            add_note(acting, [desk.ids[0]], note)


def filtered(desk: Sitting, dialog: AuditDialog, text: str) -> None:
    """Type who acted, and wait for what is left."""
    dialog.person.setFocus()
    QTest.keyClicks(dialog.person, text)
    desk.until(lambda: dialog.history.entries and all(e.person == text for e in dialog.history.entries))


def test_who_did_what_is_read_filtered_and_opened(desk: Sitting) -> None:
    noted(desk, "Gate is locked", "Dog in the yard")
    dialog = opened(desk)
    assert dialog.history.cells(0)[1:3] == ("Zoe", "Note")
    filtered(desk, dialog, "Zoe")
    assert [dialog.history.cells(row)[6] for row in range(2)] == ["Dog in the yard", "Gate is locked"]
    assert dialog.count.text() == "2 lines"
    dialog.table.setCurrentIndex(dialog.history.index(1, 0))
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    desk.until(lambda: desk.chosen() == (desk.ids[0],))
    assert desk.window.acts.auditing.dialog is None


def more_than(desk: Sitting, dialog: AuditDialog, count: int) -> None:
    """Scroll to the end, and wait for what is below it."""
    dialog.table.scrollToBottom()
    desk.until(lambda: len(dialog.history.entries) > count or dialog.history.is_whole)


def test_further_lines_come_as_one_scrolls(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 7)
    monkeypatch.setattr(audit.page, "__defaults__", (0, 7))
    noted(desk, *map(str, range(20)))
    dialog = opened(desk)
    desk.until(lambda: len(dialog.history.entries) >= 20)  # the view asks until it is full
    while not dialog.history.is_whole:
        more_than(desk, dialog, len(dialog.history.entries))
    ids = [entry.id for entry in dialog.history.entries]
    assert ids == sorted(set(ids), reverse=True)
    assert [dialog.history.cells(row)[6] for row in range(20)] == [str(n) for n in range(19, -1, -1)]


def test_what_is_shown_is_saved(desk: Sitting, tmp_path: Path) -> None:
    noted(desk, "Gate is locked")
    dialog = opened(desk)
    filtered(desk, dialog, "Zoe")
    desk.click(dialog.keep)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "history.csv"))
    chooser.close()
    desk.until(lambda: desk.said() == "Saved 1 line in “history.csv”")
    rows = read_csv(tmp_path / "history.csv")
    assert [row[1:3] + row[6:] for row in rows] == [["Who", "What", "Words"], ["Zoe", "Note", "Gate is locked"]]
    dialog.reject()


def test_what_cannot_be_asked_is_said_and_nothing_is_a_line(desk: Sitting) -> None:
    dialog = opened(desk)
    dialog.first.setFocus()
    QTest.keyClicks(dialog.first, "28.8.")
    desk.until(lambda: "“28.8.” is no day" in dialog.bar.words.text())
    dialog.first.clear()
    dialog.request.setFocus()
    QTest.keyClicks(dialog.request, "nonsense")
    desk.until(lambda: "no request “nonsense”" in dialog.bar.words.text())
    dialog.request.clear()
    QTest.keyClicks(dialog.person, "Nobody")
    desk.until(lambda: not dialog.history.entries)
    assert (dialog.count.text(), dialog.keep.isEnabled()) == ("Nothing of this kind.", False)
    dialog.person.clear()
    dialog.kind.setCurrentIndex(dialog.kind.findData("assigned"))
    desk.until(lambda: dialog.history.entries or dialog.count.text() == "Nothing of this kind.")
    assert {e.what for e in dialog.history.entries} <= {"Assigned", "Assigned (undone)"}
    dialog.reject()


@pytest.mark.parametrize(("roles", "may"), [({Role.DISPATCHER}, False), ({Role.SUPERVISOR}, True), (set(), True)])
def test_for_supervisors_and_auditors(
    desk: Sitting, monkeypatch: pytest.MonkeyPatch, roles: set[Role], may: bool
) -> None:
    monkeypatch.setattr(type(desk.desk), "actor", Actor("Ana", frozenset(roles)))
    why = desk.window.registry["record.audit"].disabled(desk.window)
    assert why == ("" if may else "Only a supervisor or an auditor may do this.")
