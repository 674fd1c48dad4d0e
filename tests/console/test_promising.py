"""Targets and hours at a real desk: counted while they are typed, saved at once, and those before put back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from services.domain.sla import Sla, Target, Term, Unit, within
from services.domain.status import Status
from services.store import slas
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.promises import PromisesDialog


def promised(desk: Sitting) -> Sla:
    with closing(town.second(desk.settings)) as store:
        return slas.read(store)


def ask(desk: Sitting) -> PromisesDialog:
    """The palette, then the dialog, counted."""
    desk.press("Ctrl+K")
    desk.pick("targets")
    desk.until(lambda: desk.window.acts.promising.dialog)
    dialog = desk.window.acts.promising.dialog
    assert dialog is not None
    desk.until(dialog.save.isEnabled)
    return dialog


def _says(dialog: PromisesDialog, said: str) -> bool:
    return said in dialog.bar.words.text()


def row_of(dialog: PromisesDialog, code: str, upstream: str = "city") -> int:
    return next(i for i, s in enumerate(dialog.services) if (s.upstream, s.code) == (upstream, code))


def write(desk: Sitting, dialog: PromisesDialog, code: str, column: int, words: str) -> None:
    """Type into a cell, as a person does."""
    item = dialog.table.item(row_of(dialog, code), column)
    assert item is not None
    dialog.table.setCurrentItem(item)
    dialog.table.editItem(item)
    editor = dialog.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, words)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    desk.until(lambda: item.text() == words and not dialog.table.findChildren(QLineEdit))


def save(desk: Sitting, dialog: PromisesDialog) -> None:
    """Wait until it may be saved, and do."""
    desk.until(dialog.save.isEnabled)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    desk.until(lambda: desk.window.acts.promising.dialog is None)


def test_what_a_target_changes_is_counted_then_saved(desk: Sitting) -> None:
    dialog = ask(desk)
    assert dialog.effect.text() == "No open request is due at another time."
    assert "No holidays" not in dialog.odd.text(), "nothing counts working days yet"
    write(desk, dialog, "0", 2, "2 working days")
    assert not dialog.save.isEnabled(), "it is not known yet what that does"
    desk.until(dialog.save.isEnabled)
    assert "open requests due at another time" in dialog.effect.text()
    assert "No holidays are listed" in dialog.odd.text()
    assert promised(desk) == Sla()
    save(desk, dialog)
    kept = promised(desk)
    term = Term(2, Unit.WORKING_DAYS)
    assert kept.targets == {("city", "0"): Target(None, term)}
    assert kept.calendar.zone == "America/New_York"
    for detail in [desk.stored(i) for i in desk.ids]:
        one = detail.request
        if (one.upstream, one.service_code) == ("city", "0") and one.status.is_open:
            assert one.due_at == within(kept.calendar, one.requested_at, term)


def test_the_toast_puts_the_targets_before_back(desk: Sitting) -> None:
    toasts = desk.window.toasts
    for words in ("2 days", "3 days"):
        dialog = ask(desk)
        write(desk, dialog, "0", 2, words)
        save(desk, dialog)
        desk.until(lambda: any("Targets set" in toast.words.text() for toast in toasts.shown))
    assert [toast.token for toast in toasts.shown] == ["", "targets:1"], "the first had nothing before it"
    desk.press("Ctrl+Z")
    desk.until(lambda: promised(desk).version == 3)
    assert promised(desk).targets["city", "0"].resolve == Term(48, Unit.HOURS)
    desk.until(lambda: not any(toast.token for toast in toasts.shown))
    desk.window.acts.undo("targets:1")
    desk.until(lambda: "set again since" in desk.window.bar.words.text())
    assert promised(desk).version == 3


def test_ctrl_z_puts_one_set_of_targets_after_the_other_back_long_after_their_toasts(desk: Sitting) -> None:
    toasts = desk.window.toasts
    for words in ("2 days", "3 days", "4 days"):
        dialog = ask(desk)
        write(desk, dialog, "0", 2, words)
        save(desk, dialog)
        desk.until(lambda: toasts.shown and "Targets set" in toasts.shown[-1].words.text())
        for toast in toasts.shown:
            toast.leave()
    desk.press("Ctrl+Z", "Ctrl+Z")
    desk.until(lambda: promised(desk).version == 5)
    assert promised(desk).targets["city", "0"].resolve == Term(48, Unit.HOURS)


def test_holidays_wait_until_the_list_of_days_can_be_read(desk: Sitting) -> None:
    dialog = ask(desk)
    dialog.off.setPlainText("July 4")
    dialog.place.setText("US-MA")
    QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    desk.until(partial(_says, dialog, "“July” is no date"))
    assert dialog.off.toPlainText() == "July 4"
    dialog.off.setPlainText("")
    QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    desk.until(lambda: "Christmas" in dialog.off.toPlainText())


def test_what_cannot_be_read_is_said_and_not_saved(desk: Sitting) -> None:
    dialog = ask(desk)
    write(desk, dialog, "1", 1, "soon")
    desk.until(lambda: "Pothole: “soon” is no target." in dialog.bar.words.text())
    assert not dialog.save.isEnabled()
    write(desk, dialog, "1", 1, "4 h")
    desk.until(dialog.save.isEnabled)
    assert not dialog.bar.isVisible()
    for field, words, said in (
        (dialog.days[0], "17-8", "“17-8” are no hours"),
        (dialog.zone, "Middle/Earth", "no time zone “Middle/Earth”"),
    ):
        before = field.text()
        field.setText(words)
        desk.until(partial(_says, dialog, said))
        field.setText(before)
        desk.until(dialog.save.isEnabled)
    for field in dialog.days:
        field.setText("")
    write(desk, dialog, "1", 2, "1 wd")
    desk.until(lambda: "nobody ever works" in dialog.bar.words.text())


def test_public_holidays_are_filled_in_and_taken_away_by_hand(desk: Sitting) -> None:
    dialog = ask(desk)
    QTest.keyClicks(dialog.place, "US-MS")
    QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    desk.until(lambda: "Confederate Memorial Day" in dialog.off.toPlainText())
    year = desk.desk.now().year
    assert f"{year + 1}-12-25 Christmas Day" in dialog.off.toPlainText()
    kept = "\n".join(line for line in dialog.off.toPlainText().splitlines() if "Confederate" not in line)
    dialog.off.setPlainText(kept)
    save(desk, dialog)
    assert "Confederate Memorial Day" not in promised(desk).named.values()
    dialog = ask(desk)
    QTest.keyClicks(dialog.place, "Atlantis")
    QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    desk.until(lambda: "No holidays are known of “Atlantis”" in dialog.bar.words.text())


def test_a_list_is_filled_in_and_what_held_before_put_back(desk: Sitting, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    for hours in (10, 20):
        file.write_text(f"service,resolve\nPothole,{hours} h\nGargoyle,1\n", encoding="utf-8")
        dialog = ask(desk)
        desk.window.acts.promising.read_list(file)
        desk.until(partial(_says, dialog, "left out: line 3: there is no service “Gargoyle”"))
        save(desk, dialog)
    assert promised(desk).targets["city", "1"] == Target(None, Term(20))
    dialog = ask(desk)
    assert dialog.version == 2
    QTest.mouseClick(dialog.earlier, Qt.MouseButton.LeftButton)
    desk.until(lambda: dialog.version == 1 and dialog.save.isEnabled())
    assert not dialog.earlier.isEnabled()
    save(desk, dialog)
    assert promised(desk).version == 3
    assert promised(desk).targets["city", "1"] == Target(None, Term(10))


def test_the_detail_says_when_to_respond_and_that_the_clock_stands(desk: Sitting) -> None:
    dialog = ask(desk)
    for code in "012":
        write(desk, dialog, code, 1, "4 h")
    save(desk, dialog)
    one = next(i for i in desk.ids if desk.stored(i).respond_by is not None)
    desk.choose(one)
    facts = desk.window.detail.head.facts
    desk.until(lambda: "Respond by: " in facts.accessibleName())
    desk.desk.act(_held(one))
    desk.turns(one, Status.ON_HOLD)
    desk.until(lambda: desk.window.detail.head.due.text().startswith("clock stopped"))
    assert "Respond by: " not in facts.accessibleName()


def _held(one: int) -> Callable[[Any], Any]:
    from services.store.commands import set_status

    return lambda acting: set_status(acting, [one], Status.ON_HOLD)


def test_who_is_no_supervisor_is_told_why(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree").replace("[city]", 'role = "dispatcher"\n[city]', 1)
    with sitting_at(town.build(folder, config=config), qtbot) as made:
        command = next(c for c in made.window.registry if c.id == "record.targets")
        assert command.disabled(made.window) == "Only a supervisor may do this."
