"""The one selection that queue, map and detail share: which requests are chosen, and which of them is looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal

from services.queue.snapshot import Ints, Snapshot

T = TypeVar("T")


def as_ids(ids: Sequence[int] | Ints) -> Ints:
    """Request ids as an array of one's own that nobody can change; one that is so already is not copied."""
    if isinstance(ids, np.ndarray) and ids.dtype == np.int64 and ids.base is None and not ids.flags.writeable:
        return ids
    made: Ints = np.array(ids, dtype=np.int64)
    made.flags.writeable = False
    return made


NOBODY = as_ids(())


class Selection(QObject):
    """Chosen request ids and the current one; says so once when either changes."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Ints = NOBODY
        self._current = 0
        self._located: tuple[Snapshot, Ints, Ints] | None = None
        self._told: dict[Hashable, object] = {}

    @property
    def ids(self) -> Ints:
        """The chosen requests, in the order they were given; read-only."""
        return self._ids

    @property
    def current(self) -> int:
        """The request that the detail shows; 0 when there is none."""
        return self._current

    def set(self, ids: Sequence[int] | Ints, current: int | None = None) -> None:
        """Choose `ids`; `current` defaults to the last of them. Says nothing when nothing changes."""
        chosen = as_ids(ids)
        if current is None:
            current = int(chosen[-1]) if len(chosen) else 0
        if current != self._current or not np.array_equal(chosen, self._ids):
            self._ids, self._current = chosen, int(current)
            self.changed.emit()

    def clear(self) -> None:
        """Choose nothing."""
        self.set(NOBODY, 0)

    def rows_of(self, snapshot: Snapshot) -> Ints:
        """The rows of the chosen requests that are in the snapshot; looked up once for all who ask."""
        kept = self._located
        if kept is None or kept[0] is not snapshot or kept[1] is not self._ids:
            kept = self._located = (snapshot, self._ids, snapshot.rows_of(self._ids))
            self._told.clear()
        return kept[2]

    def told_by(self, ask: Callable[[Snapshot, Ints], T], snapshot: Snapshot) -> T:
        """What `ask` says of the chosen requests that are in the snapshot; asked once for all who want to know."""
        rows = self.rows_of(snapshot)
        if ask not in self._told:
            self._told[ask] = ask(snapshot, rows)
        return self._told[ask]  # type: ignore[return-value]
