"""Paper out of the desk: Ctrl+P for what is selected, and a crew's day, to a printer and into a file."""

from __future__ import annotations

import threading
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtGui import QPagedPaintDevice, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QFileDialog

from console import printing
from services.dispatch.paper import day_text, sheet_of
from tests.console.conftest import Sitting
from tests.console.test_dispatching import day, listed, open_day, side
from tests.widgets.crews.test_paper import pages
from widgets.crews import paper


def saved(desk: Sitting, command: str, file: Path) -> None:
    desk.window.run(desk.window.registry[command])
    desk.until(lambda: desk.window.findChild(QFileDialog) is not None)
    chooser = desk.window.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.reject()
    desk.until(file.exists)


def test_ctrl_p_offers_the_printers_and_prints_a_page_for_each(desk: Sitting, tmp_path: Path) -> None:
    file = tmp_path / "out.pdf"
    desk.choose(desk.id_of("city-0"), desk.id_of("city-1"))
    desk.press("Ctrl+P")
    desk.until(lambda: desk.window.findChild(QPrintDialog) is not None)
    dialog = desk.window.findChild(QPrintDialog)
    assert dialog is not None
    dialog.printer().setOutputFormat(dialog.printer().OutputFormat.PdfFormat)
    dialog.printer().setOutputFileName(str(file))
    dialog.done(QPrintDialog.DialogCode.Accepted)
    desk.until(lambda: file.exists() and pages(file) == 2)


def test_work_orders_and_a_day_go_into_files(desk: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[str] = set()

    def fitted(page: paper.Page, device: QPagedPaintDevice) -> QTextDocument:
        threads.add(threading.current_thread().name.partition("_")[0])
        return made(page, device)

    made = paper.fitted
    monkeypatch.setattr(paper, "fitted", fitted)
    ids = [desk.id_of(f"city-{i}") for i in range(3)]
    desk.choose(*ids)
    saved(desk, "request.pdf", tmp_path / "orders.pdf")
    assert pages(tmp_path / "orders.pdf") == 3
    desk.until(lambda: "3 pages saved as orders.pdf" in desk.said())
    open_day(desk)
    side(desk).plan(lambda _: ids)
    desk.until(lambda: listed(desk, "Tree 1") == ids)
    saved(desk, "day.pdf", tmp_path / "day.pdf")
    assert pages(tmp_path / "day.pdf") == 1
    assert threads == {"files"}, "the window answers meanwhile"


def test_the_sheet_holds_the_jobs_in_their_order(desk: Sitting) -> None:
    ids = [desk.id_of(f"city-{i}") for i in (2, 0)]
    open_day(desk)
    side(desk).plan(lambda _: ids)
    desk.until(lambda: listed(desk, "Tree 1") == ids and len(day(desk).stops.ids) == 2)
    crew = side(desk).crew
    assert crew is not None
    details, now = [desk.stored(i) for i in ids], desk.desk.now()
    letter = day_text(sheet_of(crew, side(desk).shown_day, details, now, "ana", UTC, "Town"))
    numbers = [desk.stored(i).request.number for i in ids]
    assert letter.index(numbers[0]) < letter.index(numbers[1])


def test_too_many_at_a_time_are_refused(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST", 1)
    desk.choose(desk.id_of("city-0"), desk.id_of("city-1"))
    desk.press("Ctrl+P")
    desk.until(lambda: "too many at a time" in desk.warned)
