"""Pages in a PDF: one for each document, however much there is to say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from services.dispatch.paper import day_sheet, work_order
from services.domain.detail import Detail
from services.errors import Expected
from tests.services.dispatch.test_paper import JOB, ORDER, REQUEST, SHEET
from widgets.crews.paper import Page, write_pdf

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
