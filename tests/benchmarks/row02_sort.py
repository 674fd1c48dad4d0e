"""Row 2: sort the whole queue by any column, from the click to the painted rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QSortFilterProxyModel, Qt
from PySide6.QtSql import QSqlTableModel
from PySide6.QtWidgets import QTableView

from services.queue.query import Order, parse, run
from tests.benchmarks import models, qt
from tests.benchmarks.city import City, city
from tests.benchmarks.desk import Sitting, sitting
from tests.benchmarks.harness import Bench, Contender, Figure, Line, compared, once, quiet, race, same

NUMBER, TITLE = 2, "Sort by any column"
COLUMNS = ("due", "age", "updated", "status", "channel", "service", "area", "crew", "address", "number")
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    try:
        wanted = made.snapshot.ids[np.argsort(made.snapshot.updated_ms, kind="stable")]
        figures = _peers(bench, made, wanted.tolist())
        with sitting(made.settings) as desk:
            desk.show("")
            first = _first_use(desk)
            figures |= _ours(bench, desk)
            desk.sort("updated", descending=False)
            same("ids by last change", desk.ids(), wanted.tolist())
        alone = _alone(bench, made)
    finally:
        made.close()
    return _lines(bench.n, figures, first, alone)


def _first_use(desk: Sitting) -> Figure:
    """Each column's very first sorting."""
    figure = Figure("first use")
    with quiet():
        for column in COLUMNS:
            once(Contender(column, partial(desk.sort, column, descending=False)), figure)
    return figure


def _ours(bench: Bench, desk: Sitting) -> dict[str, Figure]:
    """Each column up and down in turn; the slowest column stands for all."""

    def turning(column: str) -> Callable[[], None]:
        ways = cycle((True, False))
        return lambda: desk.sort(column, descending=next(ways))

    made = race([Contender(column, turning(column)) for column in COLUMNS], bench.repeats)
    slowest = max(made.values(), key=lambda f: f.median)
    return {"ours": slowest}


def _alone(bench: Bench, made: City) -> dict[str, Figure]:
    """The order by itself, without a window, beside numpy's sorting of one ready column."""
    snapshot, moment, query = made.snapshot, made.side.moment(), parse("")
    values = snapshot.updated_ms
    orders = cycle((Order("updated", descending=False), Order("updated", descending=True)))
    contenders = [
        Contender("the kept order", lambda: run(snapshot, query, moment, lambda _: values[:0], next(orders))),
        Contender("numpy argsort", lambda: np.argsort(values, kind="stable")),
    ]
    return race(contenders, bench.repeats)


def _peers(bench: Bench, made: City, wanted: list[int]) -> dict[str, Figure]:
    held = models.keys(made.snapshot)
    with _all_peers(bench, made, held, wanted) as contenders:
        return race(contenders, bench.repeats)


@contextmanager
def _all_peers(bench: Bench, made: City, held: list[list[int]], wanted: list[int]) -> Iterator[list[Contender]]:
    qt.application()
    sources: list[tuple[str, QAbstractItemModel | None]] = [
        ("proxy over QRangeModel", models.range_model(held)),
        ("proxy over a Python model", models.PythonModel(held) if bench.n <= models.MOST_PYTHON else None),
    ]
    views, contenders = [], []
    for name, source in sources:
        if source is None:
            continue
        sorter = models.proxy(source)
        views.append(models.table_view(sorter))
        contenders.append(_sorting(name, sorter, views[-1], wanted))
    table = models.sql_table(made)
    views.append(models.table_view(table))
    contenders.append(_selecting(table, views[-1], wanted))
    try:
        yield contenders
    finally:
        qt.close(*views)
        models.forget(table)


def _sorting(name: str, sorter: QSortFilterProxyModel, view: QTableView, wanted: list[int]) -> Contender:
    painted = qt.Painted(qt.shown(view).viewport())
    ways = cycle((UP, DOWN))

    def work() -> None:
        sorter.sort(1, next(ways))
        painted.now()

    if len(wanted) <= models.MOST_PYTHON:
        sorter.sort(1, UP)
        same(name, [sorter.index(i, 0).data() for i in range(len(wanted))], wanted)
    return Contender(name, work, before=lambda: sorter.sort(-1))


def _selecting(table: QSqlTableModel, view: QTableView, wanted: list[int]) -> Contender:
    painted = qt.Painted(qt.shown(view).viewport())
    ways = cycle((UP, DOWN))
    column = table.fieldIndex("updated_at")

    def work(order: Qt.SortOrder | None = None) -> None:
        table.setSort(column, order or next(ways))
        models.select_all(table)
        painted.now()

    work(UP)
    same("QSqlTableModel rows", table.rowCount(), len(wanted))
    return Contender("QSqlTableModel", work)


def _lines(n: int, figures: dict[str, Figure], first: Figure, alone: dict[str, Figure]) -> list[Line]:
    ours = figures["ours"]
    slowest = f"slowest of {len(COLUMNS)} columns: {ours.name}"
    lines = []
    for name, goal, most in (
        ("proxy over QRangeModel", "≤ 1/100", 0.01),
        ("QSqlTableModel", "", None),
        ("proxy over a Python model", "", None),
    ):
        line = Line(NUMBER, n, "click to painted rows", None, None, name, goal, most, note=slowest)
        if name in figures:
            lines.append(compared(line, ours, figures[name]))
        else:
            why = "this PySide6 has none" if "Range" in name else f"takes minutes beyond {models.MOST_PYTHON:,}"
            lines.append(
                compared(Line(NUMBER, n, line.name, None, None, name, goal, most, note=f"not run: {why}"), ours, None)
            )
    lines.append(
        compared(
            Line(NUMBER, n, "click to painted rows, by itself", None, None, "", "≤ 10 ms", 10, bare=True), ours, None
        )
    )
    worst = Line(NUMBER, n, "a column's first use (slowest)", max(first.wall), None, "", note="once a column")
    kept, floor = alone["the kept order"], alone["numpy argsort"]
    return [*lines, worst, compared(Line(NUMBER, n, "the order by itself", None, None, ""), kept, floor)]
