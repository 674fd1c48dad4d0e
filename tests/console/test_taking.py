"""Copying and saving at a real desk: what lies on the clipboard and in the file, and what is said."""

from __future__ import annotations

import csv
import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from console import saveas, taking
from services.errors import Expected
from tests.console.conftest import Sitting


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
    assert desk.said() == "Copied 20 of 30; take the rest with “Save the queue as CSV…”"


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
    assert lines[1][2] == desk.table.rows.words(0).address
    assert desk.said() == "Saved 30 requests in “queue.csv”"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_is_said(desk: Sitting, tmp_path: Path) -> None:
    desk.window.acts.taking.save(tmp_path / "nowhere" / "queue.csv")
    desk.until(lambda: desk.warned)
    assert desk.warned.startswith("“queue.csv” could not be written")
    assert not desk.window.acts.taking.saving


def test_cancel_leaves_the_old_file(desk: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "queue.csv"
    target.write_text("old")
    mine = desk.window.acts.taking

    def stopped_after_the_head(path: Path, parts: object, count: int, go: object, progress: object) -> bool:
        progress(0, count)  # type: ignore[operator]
        mine._stop.wait(20)
        return real(path, parts, count, go, progress)  # type: ignore[arg-type]

    real = taking.write
    monkeypatch.setattr(taking, "write", stopped_after_the_head)
    mine.save(target)
    desk.until(lambda: "Saving 0 of 30" in desk.warned)
    assert desk.window.registry["list.save"].disabled(desk.window)
    desk.click(desk.window.bar.button)
    desk.until(desk.said)
    assert desk.said() == "Not saved; nothing was written"
    assert target.read_text() == "old"
    assert list(tmp_path.glob("*part")) == []


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "SAID_EVERY", -1.0)
    path, told = tmp_path / "out.csv", list[tuple[int, int]]()
    parts: list[list[tuple[str, ...]]] = [[("a",)], [("1",), ("2",)]]
    assert not taking.write(path, iter(parts), 3, lambda: True, lambda *_: None)
    assert not path.exists()
    assert taking.write(path, iter(parts), 2, lambda: True, lambda *said: told.append(said))
    assert told == [(0, 2), (2, 2)]
    assert path.read_text(encoding="utf-8-sig") == "a\n1\n2\n"
    with pytest.raises(Expected, match="could not be written"):
        taking.write(tmp_path, iter(parts), 2, lambda: True, lambda *_: None)
