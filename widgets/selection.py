"""The one selection that queue, map and detail share: which requests are chosen, and which of them is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Chosen request ids and the current one; says so once when either changes."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[int, ...] = ()
        self._current = 0

    @property
    def ids(self) -> tuple[int, ...]:
        """The chosen requests, in the order they were given."""
        return self._ids

    @property
    def current(self) -> int:
        """The request that the detail shows; 0 when there is none."""
        return self._current

    def set(self, ids: Sequence[int], current: int | None = None) -> None:
        """Choose `ids`; `current` defaults to the last of them. Says nothing when nothing changes."""
        chosen = tuple(ids)
        if current is None:
            current = chosen[-1] if chosen else 0
        if (chosen, current) != (self._ids, self._current):
            self._ids, self._current = chosen, current
            self.changed.emit()

    def clear(self) -> None:
        """Choose nothing."""
        self.set((), 0)
