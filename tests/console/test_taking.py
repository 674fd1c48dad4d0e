"""Copying and saving at a real desk: what lies on the clipboard and in the file, and what is said."""

from __future__ import annotations

import csv
import stat
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog

from console import opening, saveas, taking
from services.domain.values import Actor
from services.reports import saving
from services.reports.fields import Table
from services.store.joining import CallerWords, join
from tests.console import town
from tests.console.conftest import Sitting
from tests.services.reports.reading import asked, read_csv, read_xlsx

May = Callable[[], bool]
Tell = Callable[[int, int], None]


def pasted() -> list[list[str]]:
    return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]


def test_control_c_copies_the_selected_rows_with_the_columns_shown(desk: Sitting) -> None:
    first, second = desk.ids[:2]
    desk.choose(second, first)
    desk.press("Ctrl+C")
    lines = pasted()
    assert lines[0][:3] == ["Status", "Service", "Address"]
    assert [line[2] for line in lines[1:]] == [desk.table.rows.words(row).address for row in (0, 1)]
    mime = QGuiApplication.clipboard().mimeData()
    assert bytes(mime.data("text/csv").data()).decode().startswith("Status,Service,Address,")
    assert desk.said() == "Copied 2 requests"


def test_what_the_filter_hides_can_be_copied_too(desk: Sitting) -> None:
    desk.choose(desk.ids[0])
    desk.window.show_query("nobody-says-this")
    desk.until(lambda: not desk.ids)
    desk.window.run(desk.window.registry["list.copy"])
    assert len(pasted()) == 2


def test_very_many_are_copied_in_the_background_and_the_rest_is_said(
    desk: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "AT_ONCE", 3)
    monkeypatch.setattr(taking, "MOST_COPIED", 20)
    desk.press("J", "Ctrl+A", "Ctrl+C")
    desk.until(lambda: desk.said().startswith("Copied"))
    assert len(pasted()) == 21
    assert desk.said() == "Copied 20 of 30; take the rest with “Save the queue as…”"


def test_the_whole_list_is_saved_where_the_person_says(desk: Sitting, tmp_path: Path) -> None:
    desk.window.run(desk.window.registry["list.save"])
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.directory().absolutePath() == QDir(saveas.documents()).absolutePath()
    assert Path(saveas.documents()).is_dir()
    target = tmp_path / "queue.csv"
    target.write_text("old")
    dialog.fileSelected.emit(str(target))
    dialog.close()
    desk.until(lambda: desk.said().startswith("Saved"))
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert len(lines) == 31
    assert lines[0][:3] == ["Number", "Status", "Service"], "by its number a row is found again"
    assert (lines[1][0], lines[1][3]) == (desk.stored(desk.ids[0]).request.number, desk.table.rows.words(0).address)
    assert desk.said() == "Saved 30 requests in “queue.csv”"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_is_said(desk: Sitting, tmp_path: Path) -> None:
    desk.window.acts.taking.save(tmp_path / "nowhere" / "queue.csv")
    desk.until(lambda: desk.warned)
    assert desk.warned.startswith("“queue.csv” could not be written")
    assert not desk.window.acts.taking.saving


def test_an_ending_that_none_of_its_formats_has_is_said_with_all_that_it_has(desk: Sitting, tmp_path: Path) -> None:
    desk.window.acts.taking.save(tmp_path / "queue.json")
    desk.until(lambda: desk.warned)
    assert desk.warned.endswith("End it in .csv, .xlsx or .gpkg.")
    assert list(tmp_path.glob("queue*")) == []


def test_cancel_leaves_the_old_file(desk: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "queue.csv"
    target.write_text("old")
    mine = desk.window.acts.taking

    def half_way(path: Path, table: Table, may_go_on: May, progress: Tell) -> bool:
        progress(0, table.count)
        mine._stop.wait(20)
        return real(path, table, may_go_on, progress)

    real = saving.save
    monkeypatch.setattr(saving, "save", half_way)
    mine.save(target)
    desk.until(lambda: "Saving 0 of 30" in desk.warned)
    for name in ("list.save", "list.save_callers"):
        assert desk.window.registry[name].disabled(desk.window)
    desk.click(desk.window.bar.button)
    desk.until(desk.said)
    assert desk.said() == "Not saved; nothing was written"
    assert target.read_text() == "old"
    assert list(tmp_path.glob("*part")) == []


def chosen_file(desk: Sitting, command: str, kind: str) -> QFileDialog:
    """The chooser of files, in which a kind of file was picked."""
    desk.window.run(desk.window.registry[command])
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    combo = dialog.findChild(QComboBox, "fileTypeCombo")
    assert isinstance(combo, QComboBox)
    combo.setCurrentText(kind)
    combo.textActivated.emit(kind)
    combo.activated.emit(combo.currentIndex())
    return dialog


def test_as_excel_with_dates_and_as_a_layer_with_places(desk: Sitting, tmp_path: Path) -> None:
    dialog = chosen_file(desk, "list.save", "Excel (*.xlsx)")
    assert dialog.selectedFiles()[0].endswith(".xlsx")
    dialog.fileSelected.emit(str(tmp_path / "queue.xlsx"))
    dialog.close()
    desk.until(lambda: desk.said() == "Saved 30 requests in “queue.xlsx”")
    rows = read_xlsx(tmp_path / "queue.xlsx")
    shown = desk.table.rows
    assert [row[3] for row in rows[1:]] == [shown.words(row).address for row in range(30)]
    assert isinstance(rows[1][rows[0].index("Due")], datetime)
    desk.window.acts.taking.save(tmp_path / "queue.gpkg")
    desk.until(lambda: desk.said() == "Saved 30 requests in “queue.gpkg”")
    placed = "SELECT count(*), count(geom) FROM service_requests"
    in_list = shown.snapshot.has_place[shown.order]
    assert asked(tmp_path / "queue.gpkg", placed) == [(30, int(in_list.sum()))]
    assert [row[0] for row in asked(tmp_path / "queue.gpkg", "SELECT address FROM service_requests ORDER BY fid")] == [
        row[3] or "" for row in rows[1:]
    ]


def test_with_callers_they_are_in_the_file(desk: Sitting, tmp_path: Path) -> None:
    store = town.second(desk.settings)
    acting = opening.acting(store, desk.settings)
    try:
        join(acting, desk.ids[0], CallerWords("Ana Lima", "617 555 0142", "ana@example.org"), "")
    finally:
        store.close()
    dialog = chosen_file(desk, "list.save_callers", "CSV (*.csv)")
    dialog.fileSelected.emit(str(tmp_path / "callers.csv"))
    dialog.close()
    desk.until(lambda: desk.said() == "Saved 30 requests in “callers.csv”")
    rows = read_csv(tmp_path / "callers.csv")
    assert rows[0][-3:] == ["Caller", "Telephone", "E-mail"]
    assert ["Ana Lima", "617 555 0142", "ana@example.org"] in [row[-3:] for row in rows]


def test_who_may_not_see_contacts_is_told_why(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.desk), "actor", Actor("Ana", frozenset()))
    command = desk.window.registry["list.save_callers"]
    assert command.disabled(desk.window) == "Only who may see how callers are reached may do this."
    assert not desk.window.registry["list.save"].disabled(desk.window)
