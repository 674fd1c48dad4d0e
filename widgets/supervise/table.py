"""The figures of one chart as a table, for those who cannot see it and for copying; Enter opens a figure's requests."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from services.supervise.parts import Chart, Part
from widgets.dialog import Dialog, button
from widgets.supervise import words

SHARES = {"targets", "areas", "channels", "place", "crews"}
"""Charts whose values are shares; those of others are lengths of time."""
WHOLE = "All of it"
"""The last row's title, where a series is more than its parts."""


class FigureTable(Dialog):
    """One row for each bar, point or row of the chart; one column for each series."""

    opened = Signal(str)

    def __init__(self, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(chart.title, 880, 560, parent)
        self.chart = chart
        self.about.setText("Enter opens the requests behind a figure.")
        shown = [s for s in chart.series if s.parts or s.whole]
        first = shown[0].parts if shown else ()
        wholes = any(s.whole for s in shown)
        self.table = QTableWidget(len(first) + wholes, len(shown))
        self.table.setAccessibleName(chart.title)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalHeaderLabels([s.title for s in shown])
        labels = [self._label(row, part) for row, part in enumerate(first)]
        self.table.setVerticalHeaderLabels([*labels, WHOLE] if wholes else labels)
        for column, series in enumerate(shown):
            for row, part in enumerate(series.parts):
                self._put(row, column, part)
            if series.whole is not None:
                self._put(len(first), column, series.whole)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.itemActivated.connect(self._open)
        self.body.addWidget(self.table)
        close = button("Close")
        close.clicked.connect(self.accept)
        self.foot.addStretch()
        self.foot.addWidget(close)

    def _put(self, row: int, column: int, part: Part) -> None:
        item = QTableWidgetItem(self._figure(part))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(Qt.ItemDataRole.UserRole, part.query)
        self.table.setItem(row, column, item)

    def _label(self, row: int, part: Part) -> str:
        return words.when(self.chart.buckets[row], self.chart.unit) if self.chart.buckets else part.label

    def _figure(self, part: Part) -> str:
        if part.value is None:
            return f"{part.count:,}"
        said = words.share(part.value) if self.chart.id in SHARES else words.length(part.value)
        return f"{said} ({part.count:,})"

    def _open(self, item: QTableWidgetItem) -> None:
        self.accept()
        self.opened.emit(str(item.data(Qt.ItemDataRole.UserRole)))
