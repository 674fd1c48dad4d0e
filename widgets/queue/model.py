"""The queue's table model: a snapshot and the order of its rows as arrays; strings are made only for rows in sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from services.queue.snapshot import Ints, Snapshot, build
from widgets.plain import tip
from widgets.queue.columns import COLUMNS, SortKeys
from widgets.queue.words import RowWords, dates, row_words, sentence

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-connect-console-requests"
"""Request ids being dragged, as eight bytes each, the lowest first."""
_PAGE_CACHE = 4096
_FEW = 4
_NONE = QModelIndex()
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled


_FIELDS = tuple("state" if c.name == "status" else c.name for c in COLUMNS)


class QueueModel(QAbstractTableModel):
    """Row i of the table is row `order[i]` of the snapshot."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapshot: Snapshot = build([], [])
        self.order: Ints = np.empty(0, np.int64)
        self.now_ms = 0
        self.zone: tzinfo = UTC
        self.keys: SortKeys = ()
        """By what the rows are ordered, for the header's spoken names."""
        self._words: dict[int, RowWords] = {}
        self._places: npt.NDArray[np.int32] | None = None

    def set_rows(self, snapshot: Snapshot, order: Ints, now_ms: int) -> None:
        """Show these rows of the snapshot, at `now_ms` (ms since 1970, UTC).

        As many rows as before are other words in the same places; Qt lays out anew only when there are more or fewer.
        """
        same = len(order) == len(self.order)
        if not same:
            self.beginResetModel()
        self.snapshot, self.order, self.now_ms = snapshot, order, now_ms
        self._words.clear()
        self._places = None
        if not same:
            self.endResetModel()
        elif len(order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(order) - 1, len(COLUMNS) - 1))

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
            found = self._words[row] = row_words(self.snapshot, int(self.order[row]), self.now_ms, self.zone)
        return found

    def id_at(self, row: int) -> int:
        """The request of a table row; 0 outside the table."""
        return int(self.snapshot.ids[self.order[row]]) if 0 <= row < len(self.order) else 0

    def ids_at(self, ranges: Sequence[tuple[int, int]]) -> Ints:
        """The requests of the table rows in ranges (first, last), both included."""
        parts = [self.order[first : last + 1] for first, last in ranges]
        return self.snapshot.ids[np.concatenate(parts)] if parts else np.empty(0, np.int64)

    def places_of(self, rows: Ints) -> npt.NDArray[np.intp]:
        """The table rows, ascending, at which these rows of the snapshot are shown."""
        if len(rows) <= _FEW:
            found = [np.flatnonzero(self.order == row) for row in rows]
            return np.sort(np.concatenate(found)) if found else np.empty(0, np.intp)
        if self._places is None:
            self._places = np.full(len(self.snapshot), -1, np.int32)
            self._places[self.order] = np.arange(len(self.order), dtype=np.int32)
        places = self._places[rows]
        shown = np.zeros(len(self.order), np.bool_)
        shown[places[places >= 0]] = True
        return np.flatnonzero(shown)

    def row_of(self, request_id: int) -> int:
        """The table row of a request; −1 when it is not shown."""
        rows = self.places_of(self.snapshot.rows_of([request_id]))
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
                return sentence(self.words(row))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self.tip_text(row))
        return None

    def tip_text(self, row: int) -> str:
        """What the tooltip says of a row: number, full address and area, absolute dates."""
        words = self.words(row)
        head = [f"#{words.number} {words.service}", words.address, words.remark, words.area]
        return "\n".join([*(h for h in head if h), dates(self.snapshot, int(self.order[row]), self.zone)])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """A column's title, and how it is spoken."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(COLUMNS[section].name, COLUMNS[section].called)
        return None

    def _spoken(self, name: str, called: str) -> str:
        """A title with its part in the order: "Due, sorted, ascending, second"."""
        at = next((i for i, key in enumerate(self.keys) if key[0] == name), -1)
        if at < 0:
            return called
        way = "descending" if self.keys[at][1] else "ascending"
        rank = ("", "second", "third")[min(at, 2)]
        return ", ".join(p for p in (called, "sorted", way, rank) if p)

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
        return mime_of(self.ids_at([(r, r) for r in sorted({i.row() for i in indexes})]))


def mime_of(ids: Ints) -> QMimeData:
    """These requests for a drag."""
    made = QMimeData()
    made.setData(MIME, np.ascontiguousarray(ids, "<i8").tobytes())
    return made


def ids_in(mime: QMimeData) -> Ints:
    """The requests that are being dragged."""
    held = bytes(mime.data(MIME).data())
    return np.frombuffer(held[: len(held) // 8 * 8], "<i8").astype(np.int64)
