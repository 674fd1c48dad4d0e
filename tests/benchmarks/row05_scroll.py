"""Row 5: scroll to a page whose rows were never in sight, beside Qt's own table over QStandardItemModel."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
from PySide6.QtWidgets import QTableView

from tests.benchmarks import models, qt
from tests.benchmarks.city import SEED, city
from tests.benchmarks.harness import Bench, Contender, Line, compared, race, same
from widgets import theme
from widgets.queue.header import HEADER
from widgets.queue.paint import ROW
from widgets.queue.table import QueueTable
from widgets.selection import Selection

NUMBER, TITLE = 5, "Scroll"
PAGE = 35
"""Rows in sight."""


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    qt.application()
    try:
        ours = QueueTable(Selection())
        order = np.arange(len(made.snapshot), dtype=np.int64)
        ours.set_rows(made.snapshot, order, int(datetime.now(UTC).timestamp() * 1000))
    finally:
        made.close()
    count = min(bench.n, models.MOST_ITEMS)
    words = models.cells(ours.rows, count, _shown_columns(ours))
    name = f"QStandardItemModel, {count:,} rows"
    peer = models.table_view(models.standard_items(words))
    for column in range(len(words[0])):
        peer.setColumnWidth(column, qt.SIZE[0] // len(words[0]))
    size = (qt.SIZE[0], PAGE * theme.px(ROW) + theme.px(HEADER))
    peer.horizontalHeader().setFixedHeight(theme.px(HEADER))
    contenders = [
        Contender("ours", _paging(qt.shown(ours, size), bench.n)),
        Contender(name, _paging(qt.shown(peer, size), count)),
    ]
    same("pixels in sight", ours.viewport().size().toTuple()[1], peer.viewport().size().toTuple()[1])
    figures = race(contenders, bench.repeats)
    note = f"{len(words[0])} columns × {PAGE} rows, all new; the same words in both"
    line = Line(NUMBER, bench.n, "one page further", None, None, name, "≤ 0.6×", 0.6, note=note)
    qt.close(ours, peer)
    return [compared(line, figures["ours"], figures[name])]


def _shown_columns(table: QueueTable) -> list[int]:
    header = table.horizontalHeader()
    return [c for c in range(table.rows.columnCount()) if not header.isSectionHidden(c)]


def _paging(view: QTableView, count: int) -> Callable[[], None]:
    """Goes to pages in an order without repeats, and paints."""
    starts = list(range(0, max(PAGE, count - PAGE), PAGE))
    random.Random(SEED).shuffle(starts)
    painted, bar = qt.Painted(view.viewport()), view.verticalScrollBar()

    def work() -> None:
        start = starts.pop()
        starts.insert(0, start)
        bar.setValue(start)
        painted.now()

    return work
