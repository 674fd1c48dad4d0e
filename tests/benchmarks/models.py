"""The peers' Qt models: the cells of our queue in QRangeModel, QStandardItemModel, SQL and Python models."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QTableView

from services.queue.snapshot import Snapshot
from tests.benchmarks.city import City
from widgets import theme
from widgets.queue.model import QueueModel
from widgets.queue.paint import ROW

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
MOST_ITEMS = 100_000
"""Rows beyond which QStandardItemModel would take gigabytes; what a page of it costs does not depend on them."""
MOST_PYTHON = 10_000
"""Rows beyond which a proxy over a Python model takes minutes."""


def cells(model: QueueModel, count: int, columns: Sequence[int]) -> list[list[str]]:
    """The words of the first rows of our queue in these columns."""
    return [[str(model.data(model.index(row, column))) for column in columns] for row in range(count)]


def keys(snapshot: Snapshot) -> list[list[int]]:
    """Request id and time of the last change, a list a row: what the sorting peers hold."""
    return [list(pair) for pair in zip(snapshot.ids.tolist(), snapshot.updated_ms.tolist(), strict=True)]


class PythonModel(QAbstractTableModel):
    """A list of lists behind data(), as one writes it first."""

    def __init__(self, rows: list[list[int]]) -> None:
        super().__init__()
        self.rows = rows

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.rows[0])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        return self.rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def range_model(rows: list[list[int]]) -> QAbstractItemModel | None:
    """Qt's own model over a list of lists; None where this PySide6 has none."""
    from PySide6 import QtCore

    made = getattr(QtCore, "QRangeModel", None)
    return made(rows) if made else None


def standard_items(rows: list[list[str]]) -> QStandardItemModel:
    """A QStandardItemModel of these cells."""
    model = QStandardItemModel(len(rows), len(rows[0]))
    for y, row in enumerate(rows):
        for x, word in enumerate(row):
            model.setItem(y, x, QStandardItem(word))
    return model


def proxy(source: QAbstractItemModel) -> QSortFilterProxyModel:
    """A sorting proxy over a model, which it keeps."""
    made = QSortFilterProxyModel()
    source.setParent(made)
    made.setSourceModel(source)
    return made


def sql_table(city: City, table: str = "request") -> QSqlTableModel:
    """A QSqlTableModel over the store, all rows fetched."""
    base = QSqlDatabase.addDatabase("QSQLITE", f"{table}-{city.n}")
    base.setDatabaseName(str(city.file))
    if not base.open():
        raise OSError(base.lastError().text())
    model = QSqlTableModel(None, base)
    model.setTable(table)
    return model


def select_all(model: QSqlTableModel) -> None:
    """Run its query and fetch every row."""
    model.select()
    while model.canFetchMore():
        model.fetchMore()


def forget(model: QSqlTableModel) -> None:
    """Let go of it and of its database."""
    base = model.database()
    name = base.connectionName()
    shiboken6.delete(model)
    base.close()
    del base
    QSqlDatabase.removeDatabase(name)


def table_view(model: QAbstractItemModel) -> QTableView:
    """A plain QTableView with rows as high as ours, shown as Qt recommends for many rows."""
    view = QTableView()
    view.setModel(model)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setSectionResizeMode(view.verticalHeader().ResizeMode.Fixed)
    view.verticalHeader().setMinimumSectionSize(1)
    view.verticalHeader().setDefaultSectionSize(theme.px(ROW))
    view.setFrameShape(view.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view


__all__ = ["MOST_ITEMS", "MOST_PYTHON", "PythonModel", "cells", "forget", "keys", "proxy", "range_model",
           "select_all", "sql_table", "standard_items", "table_view"]  # fmt: skip
