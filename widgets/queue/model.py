"""The queue's table model: a snapshot and the order of its rows as arrays; strings are made only for rows in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from services.queue.snapshot import Ints, Snapshot, build
from widgets.plain import tip
from widgets.queue.words import RowWords, dates, row_words, sentence

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-connect-console-requests"
"""Request ids being dragged, as decimal numbers with commas."""
_PAGE_CACHE = 4096
_FEW = 4
_NONE = QModelIndex()
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for sorting, its title, and its width in the design (pixels)."""

    name: str
    title: str
    width: int
    right: bool = False


COLUMNS = (
    Column("status", "Status", 124),
    Column("service", "Service", 196),
    Column("address", "Address", 224),
    Column("area", "Area", 72),
    Column("age", "Age", 52, right=True),
    Column("due", "Due", 124, right=True),
    Column("channel", "", 34),
    Column("crew", "Crew", 110),
)
NAMES = tuple(c.name for c in COLUMNS)
_FIELDS = ("state", "service", "address", "area", "age", "due", "channel", "crew")


class QueueModel(QAbstractTableModel):
    """Row i of the table is row `order[i]` of the snapshot."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapshot: Snapshot = build([], [])
        self.order: Ints = np.empty(0, np.int64)
        self.now_ms = 0
        self.zone: tzinfo = UTC
        self._words: dict[int, RowWords] = {}
        self._places: Ints | None = None

    def set_rows(self, snapshot: Snapshot, order: Ints, now_ms: int) -> None:
        """Show these rows of the snapshot, at `now_ms` (ms since 1970, UTC)."""
        self.beginResetModel()
        self.snapshot, self.order, self.now_ms = snapshot, order, now_ms
        self._words.clear()
        self._places = None
        self.endResetModel()

    def set_now(self, now_ms: int) -> bool:
        """Let the clocks stand at `now_ms`; says whether any word can have changed (they are good to the minute)."""
        turned = now_ms // 60_000 != self.now_ms // 60_000
        self.now_ms = now_ms
        if turned:
            self._words.clear()
        return turned

    def words(self, row: int) -> RowWords:
        """The words of one table row; kept while the rows stay in sight."""
        found = self._words.get(row)
        if found is None:
            if len(self._words) >= _PAGE_CACHE:
                self._words.clear()
            found = self._words[row] = row_words(self.snapshot, int(self.order[row]), self.now_ms)
        return found

    def id_at(self, row: int) -> int:
        """The request of a table row; 0 outside the table."""
        return int(self.snapshot.ids[self.order[row]]) if 0 <= row < len(self.order) else 0

    def ids_at(self, ranges: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """The requests of the table rows in ranges (first, last), both included."""
        if not ranges:
            return ()
        rows = np.concatenate([self.order[first : last + 1] for first, last in ranges])
        return tuple(self.snapshot.ids[rows].tolist())

    def rows_of(self, ids: Sequence[int]) -> Ints:
        """The table rows of those requests that are shown, ascending."""
        rows = self.snapshot.rows_of(ids)
        if len(rows) <= _FEW:
            found = [np.flatnonzero(self.order == row) for row in rows]
            return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)
        if self._places is None:
            self._places = np.full(len(self.snapshot), -1, np.int64)
            self._places[self.order] = np.arange(len(self.order))
        places = self._places[rows]
        return np.sort(places[places >= 0])

    def row_of(self, request_id: int) -> int:
        """The table row of a request; −1 when it is not shown."""
        rows = self.rows_of([request_id])
        return int(rows[0]) if len(rows) else -1

    def rowCount(self, parent: Index = _NONE) -> int:
        """How many rows the filter lets through."""
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = _NONE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The word of a cell, the row as a sentence, or its tooltip."""
        if not index.isValid():
            return None
        row = index.row()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = getattr(self.words(row), _FIELDS[index.column()])
                return str(getattr(value, "label", value))
            case Qt.ItemDataRole.AccessibleTextRole:
                return sentence(self.words(row), self.number_at(row))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self.tip_text(row))
        return None

    def number_at(self, row: int) -> str:
        """The number that people read out, of one table row."""
        return self.snapshot.numbers[int(self.order[row])]

    def tip_text(self, row: int) -> str:
        """What the tooltip says of a row: number, full address and area, absolute dates."""
        words = self.words(row)
        head = [f"#{self.number_at(row)} {words.service}", words.address, words.remark, words.area]
        return "\n".join([*(h for h in head if h), dates(self.snapshot, int(self.order[row]), self.zone)])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """A column's title."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return COLUMNS[section].title or "Channel"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged, and nothing is edited in place."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The dragged requests."""
        rows = sorted({i.row() for i in indexes})
        made = QMimeData()
        made.setData(MIME, ",".join(str(self.id_at(r)) for r in rows).encode())
        return made
