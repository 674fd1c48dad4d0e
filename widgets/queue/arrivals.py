"""Says how many requests have come into the list that nobody has looked at, and goes to the first of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QToolButton

from services.queue.snapshot import Ints
from widgets.plain import tip
from widgets.queue.table import QueueTable
from widgets.toast import announce


class Arrivals(QToolButton):
    """Stands in the title line while something that came is out of sight, or nobody sits at the window."""

    def __init__(self, table: QueueTable) -> None:
        super().__init__()
        self.setObjectName("news")
        self._table = table
        self._rows: npt.NDArray[np.intp] = np.empty(0, np.intp)
        """The table rows, ascending, that nobody has looked at."""
        self._ids, self._order = np.empty(0, np.int64), table.rows.order
        """Who they are, and of which order the rows are."""
        self.setToolTip(tip("Requests that have come since you last looked; click to go to the first of them."))
        table.verticalScrollBar().valueChanged.connect(self._look)
        self.clicked.connect(self.go)
        self.hide()

    @property
    def count(self) -> int:
        """How many of the list nobody has looked at."""
        return len(self._rows)

    def came(self, ids: Ints) -> None:
        """These have come; those that the list does not show are left out. After the list has its rows."""
        before, rows = self.count, self._table.rows
        self._order = rows.order
        self._rows = rows.places_of(rows.snapshot.rows_of(np.concatenate((self._ids, ids))))
        self._look()
        if self.count > before:
            announce(self, f"{self.text()} in the list")

    def go(self) -> None:
        """Choose the first of them, which is then seen as any other row."""
        if self.count:
            self._table.go_to(int(self._rows[0]))
            self._table.setFocus()
            self._look()

    def _look(self) -> None:
        """What stands in sight of somebody who sits here is no news."""
        table = self._table
        if table.rows.order is not self._order:  # `came` will look again
            return
        first = table.verticalScrollBar().value()
        last = first + table.viewport().height() // table.verticalHeader().defaultSectionSize() - 1
        if table.isActiveWindow():
            self._rows = self._rows[(self._rows < first) | (self._rows > last)]
        self._ids = table.rows.snapshot.ids[table.rows.order[self._rows]]
        where = ""
        if self.count and table.isActiveWindow():
            where = " above" if self._rows[-1] < first else " below" if self._rows[0] > last else ""
        self.setText(f"{self.count:,} new{where}")
        self.setVisible(bool(self.count))

    def event(self, event: QEvent) -> bool:
        """Somebody comes back to the window."""
        if event.type() is QEvent.Type.WindowActivate:
            self._look()
        return super().event(event)
