"""Arrays with room behind their end: a column grows without being copied, and older views of it stay as they are."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]
_LEAST = 1024


class Room:
    """Values, and room for more. Whoever claims the room first may fill it; others copy."""

    def __init__(self, values: Values, more: int, dtype: np.dtype[Any]) -> None:
        self.used = len(values)
        self.data: Values = np.empty(self.used + more + max(_LEAST, self.used // 8), dtype)
        self.data[: self.used] = values
        self._lock = Lock()

    def claim(self, start: int, count: int) -> bool:
        """True when the room from `start` on is now the caller's."""
        with self._lock:
            free = self.used == start and start + count <= len(self.data)
            if free:
                self.used = start + count
            return free


def grown(old: Values, room: Room | None, new: Values) -> tuple[Values, Room]:
    """`old` with `new` behind it; `room` is where `old` stands, when it stands in one."""
    start, dtype = len(old), np.result_type(old.dtype, new.dtype)
    if room is None or room.data.dtype != dtype or not room.claim(start, len(new)):
        room = Room(old, len(new), dtype)
        room.claim(start, len(new))
    room.data[start : start + len(new)] = new
    return room.data[: start + len(new)], room


def changed(old: Values, at: npt.NDArray[np.int64], values: Values) -> tuple[Values, Room]:
    """A copy of `old` with other values at some rows."""
    room = Room(old, 0, np.result_type(old.dtype, values.dtype))
    room.data[at] = values
    return room.data[: len(old)], room
