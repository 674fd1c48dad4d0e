"""Pages in a PDF: one for each document, however much there is to say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication

from services.dispatch.paper import PAGE, day_pages, day_sheet, work_order
from services.domain.detail import Detail
from services.errors import Expected
from tests.services.dispatch.test_paper import JOB, ORDER, REQUEST, SHEET
from widgets.crews.paper import Page, fitted, layout, write_pdf

LONG = "A branch lies across the road, and wires are down. " * 400
LINES = "one\n" * 3000


def pages(file: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))


@pytest.mark.parametrize(
    "text", ["", "Short.", LONG, LINES, "x" * 20_000], ids=["none", "short", "long", "lines", "word"]
)
def test_a_work_order_is_one_page(look: QApplication, tmp_path: Path, text: str) -> None:
    file = tmp_path / "order.pdf"
    order = replace(ORDER, detail=Detail(replace(REQUEST, description=text), attributes=(("Where?", text),) * 3))
    write_pdf(file, [partial(work_order, order)], "Order", "US")
    assert file.read_bytes().startswith(b"%PDF")
    assert pages(file) == 1


@pytest.mark.parametrize("count", [0, 1, 12, 40])
def test_a_day_is_one_page_and_several_orders_are_as_many(look: QApplication, tmp_path: Path, count: int) -> None:
    file = tmp_path / "day.pdf"
    sheet = replace(SHEET, jobs=(replace(JOB, description=LONG[:2000]),) * count)
    made: list[Page] = [partial(day_sheet, sheet), *[partial(work_order, ORDER)] * 2]
    write_pdf(file, made, "Day", "DE")
    assert pages(file) == 3


def test_a_file_that_cannot_be_written_is_said(look: QApplication, tmp_path: Path) -> None:
    with pytest.raises(Expected, match="cannot be written"):
        write_pdf(tmp_path, [partial(work_order, ORDER)], "Order", "US")


@pytest.mark.parametrize("count", [0, 15, 40])
def test_of_a_long_day_nothing_is_left_out(look: QApplication, tmp_path: Path, count: int) -> None:
    jobs = tuple(replace(JOB, number=f"26-{n:06}", description=LONG[:2000]) for n in range(count))
    made, file = day_pages(replace(SHEET, jobs=jobs)), tmp_path / "day.pdf"
    many = max(1, -(-count // PAGE))
    write_pdf(file, made, "Day", "US")
    assert pages(file) == many
    writer = QPdfWriter(str(tmp_path / "tried.pdf"))
    writer.setPageLayout(layout("US"))
    documents = [fitted(page, writer) for page in made]
    assert [document.pageCount() for document in documents] == [1] * many
    shown = re.findall(r"26-\d{6}", "".join(document.toPlainText() for document in documents))
    assert shown == [job.number for job in jobs]


def test_what_was_there_stays_until_the_pages_are_whole(look: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "order.pdf"
    file.write_text("before")
    seen: list[str] = []

    def page(most: int) -> str:
        seen.append(file.read_text())
        return work_order(ORDER, most)

    write_pdf(file, [page], "Orders", "US")
    assert set(seen) == {"before"}
    assert pages(file) == 1


@pytest.mark.parametrize(
    ("country", "state", "count"), [("US", "", 1), ("US", "Could not be found", 15), ("DE", "Fixed", 15)]
)
def test_when_a_job_is_due_stands_on_one_line_beside_a_long_address(
    look: QApplication, tmp_path: Path, country: str, state: str, count: int
) -> None:
    where = "Intersection of Causeway Street and North Washington Street, opposite"
    job = replace(
        JOB, due="Wed 28 Sep 2011, 12:00", address=where, area="Ward 12, Brighton", description=LONG[:308],
        service="Unsafe Dangerous Conditions", done=bool(state), state=state,
    )  # fmt: skip
    writer = QPdfWriter(str(tmp_path / "tried.pdf"))
    writer.setPageLayout(layout(country))
    writer.setResolution(300)
    document = fitted(partial(day_sheet, replace(SHEET, jobs=(job,) * count)), writer)
    blocks = [document.findBlockByNumber(n) for n in range(document.blockCount())]
    due = [block for block in blocks if block.text().replace("\xa0", " ") == job.due]
    assert [block.layout().lineCount() for block in due] == [1] * count
