"""A backlog imported at a real desk: chosen, looked at, mended, taken in, cancelled and undone, by keys and clicks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from console import importing
from services.domain.status import Role
from services.intake import columns
from services.store import backlog
from tests.console import town
from tests.console.conftest import PATIENCE_MS, Sitting, sitting_at
from tests.evaluate.data import Missing, path
from widgets.importing.dialog import ImportDialog
from widgets.importing.mapping import TITLES

if TYPE_CHECKING:
    from services.intake.backlog import Backlog
    from services.store.acting import Acting

SHIPPED = ("Case Id;Opened;Closed;Type;Where it is;Status;Caller;Phone;Consent",
           "A-1;13/04/2020 10:00;;Pothole;1 Main St;Open;Xaverius Ytter;617 555 0142;yes",
           "A-2;14/04/2020 10:00;15/04/2020 11:00;Tree;2 Main St;Closed;;;",
           "A-3;14/04/2020 10:00;13/04/2020;Tree;3 Main St;Closed;;;",
           "A-4;14/04/2020 10:00;;Tree;;Open;;;")  # fmt: skip
FILES = {
    "formats/NYC311-5.ssv": (5, 0),
    "formats/boston311-10.jsonl": (10, 0),
    "formats/boston311-100-bad.tsv": (99, 1),
    "formats/boston311-100-with-nonascii.csv": (100, 0),
    "formats/boston311-100.csv": (100, 0),
    "cities/chicago_311_2021_sample5000.csv.gz": (5000, 0),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "old.csv"
    made.write_text("\n".join(SHIPPED), encoding="utf-8-sig")
    return made


def ask(desk: Sitting, file: Path) -> ImportDialog:
    """The palette, then a file; the dialog once the file has been looked at."""
    desk.press("Ctrl+K")
    desk.pick("import a backlog")
    chooser = desk.window.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    dialog = desk.window.acts.importing.dialog
    assert dialog is not None
    looked(desk, dialog)
    return dialog


def looked(desk: Sitting, dialog: ImportDialog) -> None:
    """Wait until it is known what would come."""
    desk.until(lambda: not dialog.progress.isVisible())


def press(dialog: ImportDialog, key: Qt.Key) -> None:
    QTest.keyClick(dialog.focusWidget() or dialog, key)


def choose(dialog: ImportDialog, box: QWidget, words: str) -> None:
    """Go to a combo box and type the first letters of what it is to say, in one go however slow the machine."""
    box.setFocus(Qt.FocusReason.TabFocusReason)
    interval = QApplication.keyboardInputInterval()
    QApplication.setKeyboardInputInterval(PATIENCE_MS)
    QTest.keyClicks(box, words)
    QApplication.setKeyboardInputInterval(interval)


def report(dialog: ImportDialog) -> list[str]:
    return [dialog.report.item(i).text() for i in range(dialog.report.count())]


def imported(desk: Sitting) -> list[str]:
    """What is in the store of those that were imported."""
    store = town.second(desk.settings)
    try:
        return sorted(backlog.known(store, [f"A-{i}" for i in range(1, 5)]))
    finally:
        store.close()


def test_every_field_has_a_title() -> None:
    assert set(TITLES) == set(columns.FIELDS)


def test_a_file_is_looked_at_mended_imported_and_undone_by_keys(desk: Sitting, file: Path) -> None:
    dialog = ask(desk, file)
    assert dialog.about.text() == "old.csv · CSV with semicolons, UTF-8 · 4 rows, 9 columns"
    assert dialog.columns.chosen["opened"] == "Opened"
    assert (dialog.columns.chosen["caller"], "address" in dialog.columns.chosen) == ("Caller", False)
    cell = dialog.preview.item(0, 0)
    assert cell is not None
    assert cell.text() == "A-1"
    assert dialog.columns.examples["phone"].text() == "617 555 0142"
    assert "3 × no place" in report(dialog)
    choose(dialog, dialog.columns.boxes["address"], "Where")
    looked(desk, dialog)
    assert dialog.columns.examples["address"].text() == "1 Main St"
    said = report(dialog)
    assert "1 × no place" in said
    assert "1 refused: closed before it was opened" in said
    assert "Line 4: closed before it was opened: 13/04/2020, 14/04/2020 10:00" in said
    assert (dialog.take.text(), dialog.summary.text()) == ("Import 3 requests", "3 to import, 1 refused")
    press(dialog, Qt.Key.Key_Return)
    desk.until(lambda: desk.said() == "3 requests imported from “old.csv”")
    assert desk.window.acts.importing.dialog is None
    assert imported(desk) == ["A-1", "A-2", "A-4"]
    detail = desk.stored(desk.id_of("A-1"))
    assert (detail.callers[0].name, detail.callers[0].consent) == ("Xaverius Ytter", True)
    desk.choose(desk.id_of("A-1"))
    desk.until(lambda: desk.window.detail.timeline.model.lines[0].words == "Imported from “old.csv” by ana")
    desk.press("Ctrl+Z")
    desk.until(lambda: imported(desk) == [])


def test_undo_in_the_toast_takes_it_back(desk: Sitting, file: Path) -> None:
    dialog = ask(desk, file)
    desk.click(dialog.take)
    desk.until(lambda: imported(desk))
    desk.until(desk.said)
    desk.click(desk.window.toasts.shown[-1].button)
    desk.until(lambda: imported(desk) == [])


def test_day_or_month_is_asked_and_answered_by_the_keyboard(desk: Sitting, tmp_path: Path) -> None:
    file = tmp_path / "doubt.csv"
    file.write_text("id,opened,type\nA-1,3/4/2020,Hole\n", encoding="utf-8")
    dialog = ask(desk, file)
    assert dialog.bar.words.text() == (
        "“3/4/2020” can be read day first or month first. Choose at the left which comes first."
    )
    assert dialog.columns.order.isVisible()
    assert (dialog.focusWidget(), dialog.take.isEnabled()) == (dialog.columns.order, False)
    press(dialog, Qt.Key.Key_Down)
    looked(desk, dialog)
    assert (dialog.bar.isVisible(), dialog.columns.order.isVisible()) == (False, True)
    press(dialog, Qt.Key.Key_Return)
    desk.until(lambda: imported(desk) == ["A-1"])
    assert desk.stored(desk.id_of("A-1")).request.requested_at.month == 4


def test_the_order_is_not_asked_where_a_file_proves_it(desk: Sitting, file: Path) -> None:
    assert not ask(desk, file).columns.order.isVisible()


def test_without_a_date_the_column_is_asked_for(desk: Sitting, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("id,when it was,type\nA-1,2020-04-03,Hole\n", encoding="utf-8")
    dialog = ask(desk, file)
    assert dialog.bar.words.text() == "No column says when a request was opened. Choose its column at the left."
    assert not dialog.take.isEnabled()
    choose(dialog, dialog.columns.boxes["opened"], "when")
    looked(desk, dialog)
    assert (dialog.bar.isVisible(), dialog.take.text()) == (False, "Import 1 request")
    press(dialog, Qt.Key.Key_Escape)
    assert desk.window.acts.importing.dialog is None
    assert imported(desk) == []


def test_refused_rows_are_saved_where_the_person_says(desk: Sitting, file: Path, tmp_path: Path) -> None:
    dialog = ask(desk, file)
    for target, said in (
        (tmp_path / "mended.csv", "Saved in “mended.csv”: 1 row, with reasons."),
        (tmp_path / "none" / "mended.csv", "cannot be written"),
    ):
        desk.click(dialog.save)
        chooser = dialog.findChild(QFileDialog)
        assert chooser is not None
        chooser.fileSelected.emit(str(target))
        chooser.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        desk.until(lambda said=said: said in dialog.bar.words.text())  # type: ignore[misc]
    lines = (tmp_path / "mended.csv").read_text("utf-8-sig").splitlines()
    assert (len(lines), lines[1].startswith('4,"closed before')) == (2, True)
    dialog.close()


def test_another_source_has_ids_of_its_own(desk: Sitting, file: Path) -> None:
    desk.click(ask(desk, file).take)
    desk.until(lambda: desk.window.acts.importing.dialog is None)
    dialog = ask(desk, file)
    assert "3 were imported before: left as they are" in report(dialog)
    assert not dialog.take.isEnabled()
    dialog.columns.source.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(dialog.columns.source, "crm")
    press(dialog, Qt.Key.Key_Return)
    desk.until(lambda: dialog.take.text() == "Import 3 requests")
    press(dialog, Qt.Key.Key_Return)
    desk.until(lambda: desk.window.acts.importing.dialog is None)
    assert desk.id_of("crm:A-1") != desk.id_of("A-1")


def test_cancel_stops_the_writing_and_nothing_is_there(
    desk: Sitting, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    real = backlog.add

    def slow(acting: Acting, rows: object, name: str, told: Callable[[int, int], None]) -> object:
        def waiting(done: int, count: int) -> None:
            reached.set()
            go_on.wait(20)
            told(done, count)

        return real(acting, rows, name, waiting)  # type: ignore[arg-type]

    monkeypatch.setattr(backlog, "add", slow)
    dialog = ask(desk, file)
    desk.click(dialog.take)
    desk.until(reached.is_set)
    assert dialog.summary.text() == "Importing 0 of 3…"
    press(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    go_on.set()
    desk.until(lambda: dialog.bar.isVisible())
    assert dialog.bar.words.text() == "Stopped: nothing was imported."
    assert imported(desk) == []
    assert dialog.take.isEnabled()
    press(dialog, Qt.Key.Key_Return)
    desk.until(lambda: imported(desk) == ["A-1", "A-2", "A-4"])


def test_another_file_takes_the_place_of_the_first(desk: Sitting, file: Path, tmp_path: Path) -> None:
    doubtful = tmp_path / "doubt.csv"
    doubtful.write_text("id,opened,type\nA-1,3/4/2020,Hole\n", encoding="utf-8")
    dialog = ask(desk, doubtful)
    assert dialog.columns.order.isVisible()
    desk.click(dialog.another)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.close()
    desk.until(lambda: dialog.about.text().startswith("old.csv") and dialog.take.isEnabled())
    assert (dialog.bar.isVisible(), dialog.columns.order.isVisible()) == (False, False)
    assert (desk.window.acts.importing.dialog, dialog.take.text()) == (dialog, "Import 3 requests")


def test_a_file_that_is_none_says_so(desk: Sitting, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    dialog = ask(desk, empty)
    assert dialog.bar.words.text().startswith("“empty.csv” has no header and no rows.")
    assert not dialog.take.isEnabled()


def test_very_many_refused_rows_are_named_as_far_as_one_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.intake.backlog import Backlog, Refused

    monkeypatch.setattr(importing, "LISTED", 2)
    made = Backlog(refused=[Refused(i, (), "no service") for i in range(5)])
    assert importing.lines(made) == [
        *("5 refused: no service", "Line 0: no service", "Line 1: no service"),
        "and 3 more, all in the file of refused rows",
    ]
    assert importing.lines(Backlog()) == ["Nothing is wrong."]
    many = Backlog(refused=[Refused(i, (), f"{i} cells") for i in range(5)])
    assert len(importing.lines(many)) == 5, "two reasons, two lines, and how many more"


def test_the_window_goes_on_while_the_report_is_written(
    desk: Sitting, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def lines(made: Backlog) -> list[str]:
        threads.append(threading.current_thread())
        return ["written"]

    monkeypatch.setattr(importing, "lines", lines)
    assert report(ask(desk, file)) == ["written"]
    assert threads
    assert threading.main_thread() not in threads


@pytest.fixture
def taker(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """A desk of somebody who may take calls only."""
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "call_taker"')
    with sitting_at(town.build(folder, config=config), qtbot) as made:
        yield made


def test_only_a_supervisor_may(taker: Sitting) -> None:
    assert Role.SUPERVISOR not in taker.settings.actor.roles
    command = taker.window.registry["record.import"]
    taker.window.run(command)
    assert taker.warned == "“Import a backlog…” cannot be done now. Only a supervisor may do this."
    assert taker.window.findChild(QFileDialog) is None


@pytest.mark.parametrize("name", FILES)
def test_real_files_come_in(desk: Sitting, name: str) -> None:
    try:
        file = path(name)
    except Missing as missing:
        pytest.skip(str(missing))
    rows, refused = FILES[name]
    dialog = ask(desk, file)
    if dialog.columns.order.isVisible():
        press(dialog, Qt.Key.Key_Down)
        looked(desk, dialog)
    assert dialog.take.isEnabled(), report(dialog) or dialog.bar.words.text()
    made = desk.window.acts.importing._backlog
    assert made is not None
    assert (len(made.rows), len(made.refused)) == (rows, refused)
    press(dialog, Qt.Key.Key_Return)
    desk.until(lambda: desk.said().endswith(f"imported from “{Path(name).name}”"))


def test_numbers_are_masked_for_a_supervisor_who_may_not_see_them(folder: Path, file: Path, qtbot: QtBot) -> None:
    rights = '[rights]\nsee_contacts = ["call_taker"]\n[city]'
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "supervisor"')
    with sitting_at(town.build(folder, config=config.replace("[city]", rights)), qtbot) as desk:
        dialog = ask(desk, file)
        assert dialog.columns.examples["phone"].text() == "•••• 0142"
        shown = [cell.text() for i in range(dialog.preview.columnCount()) if (cell := dialog.preview.item(0, i))]
        assert "•••• 0142" in shown
        assert "617 555 0142" not in shown
        dialog.close()
