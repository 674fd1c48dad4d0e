"""What the map shows: the rows of a snapshot with a place, which of them are late or chosen, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.domain.status import Status
from services.geo.projection import UNIT
from services.queue.places import Box, Grid, Places, Units
from services.queue.snapshot import NONE, STATUSES, Ints, Mask, Snapshot, build
from widgets.map.camera import Camera, metres_a_pixel

Floats = NDArray[np.float64]
_URGENCY = ("closed", "on_hold", "scheduled", "in_progress", "assigned", "acknowledged", "new")
RANK = np.array([_URGENCY.index(status.value) for status in STATUSES], np.uint8)
"""How urgent each of STATUSES is: what is more urgent lies on top."""
LATE = 8
"""Added to the rank of what is overdue."""
BY_RANK = tuple(Status(value) for value in _URGENCY)


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of map pixels at a level: what one picture of marks covers."""

    level: int
    left: int
    top: int
    width: int
    height: int

    @property
    def scale(self) -> float:
        """World units a pixel."""
        return metres_a_pixel(self.level) / UNIT

    @property
    def box(self) -> Box:
        """The same in world units."""
        west, north = self.left * self.scale, -self.top * self.scale
        return west, north - self.height * self.scale, west + self.width * self.scale, north

    def grown(self, pad: int) -> Region:
        """The region with a rim."""
        return Region(self.level, self.left - pad, self.top - pad, self.width + 2 * pad, self.height + 2 * pad)

    def holds(self, other: Region) -> bool:
        """Whether the other lies within this one, at the same level."""
        right, below = self.left + self.width, self.top + self.height
        return (
            self.level == other.level and self.left <= other.left and self.top <= other.top
            and other.left + other.width <= right and other.top + other.height <= below
        )  # fmt: skip


def view_of(camera: Camera, pad: int = 0) -> Region:
    """What a camera sees, with a rim."""
    return Region(camera.level, camera.left, camera.top, camera.width, camera.height).grown(pad)


def region_of(camera: Camera, pad: int = 192, step: int = 128) -> Region:
    """A region around what a camera sees that stays the same while it moves a little."""
    left, top = (camera.left - pad) // step * step, (camera.top - pad) // step * step
    right, below = -(-(camera.left + camera.width + pad) // step), -(-(camera.top + camera.height + pad) // step)
    return Region(camera.level, left, top, right * step - left, below * step - top)


class Shown:
    """The requests on the map. `news` rises whenever what is drawn of them may have changed."""

    def __init__(self) -> None:
        self.snapshot: Snapshot = build([], ())
        self.grid: Grid = Places(self.snapshot.x, self.snapshot.y).all()
        self.rows: Ints = np.empty(0, np.int64)
        """All rows found, with a place or without, in the queue's order."""
        self.now = 0
        self.chosen: Mask | None = None
        """By row; None while no more than one is chosen."""
        self.current = -1
        """The row that is looked at, or −1."""
        self.news = 0
        self._late: Ints | None = None
        self._picked: Ints | None = None
        self._any_closed: bool | None = None

    def __len__(self) -> int:
        return len(self.grid)

    @property
    def unplaced(self) -> int:
        """How many of the rows found have no place."""
        return max(0, len(self.rows) - len(self.grid))

    def set(self, snapshot: Snapshot, rows: Ints, grid: Grid) -> bool:
        """Show other rows; true when anything that is drawn may have changed."""
        same = snapshot is self.snapshot and np.array_equal(grid.rows, self.grid.rows)
        same = same and len(rows) == len(self.rows) and int(rows.sum()) == int(self.rows.sum())
        self.snapshot, self.rows = snapshot, rows
        if not same:
            self.grid, self._late, self._picked, self._any_closed = grid, None, None, None
            self.news += 1
        return not same

    def set_now(self, now_ms: int) -> bool:
        """Another time; true when something has become overdue."""
        due, before = self.snapshot.due_ms, self.now
        self.now = now_ms
        low, high = min(before, now_ms), max(before, now_ms)
        if not bool(((due >= low) & (due < high)).any()):
            return False
        self._late = None
        self.news += 1
        return True

    def choose(self, chosen: Mask | None, current: int) -> bool:
        """Other rows are chosen, or looked at; true when marks change, apart from the one looked at."""
        self.current = current
        before = self.chosen
        if chosen is before or (chosen is not None and before is not None and np.array_equal(chosen, before)):
            return False
        self.chosen, self._picked = chosen, None
        self.news += 1
        return True

    def late(self, rows: Units) -> Mask:
        """Which of some rows are overdue."""
        due = self.snapshot.due_ms.take(rows)
        late: Mask = (due < self.now) & (due != NONE) & self.snapshot.is_open.take(rows)
        return late

    def ranks(self, rows: Units) -> NDArray[np.uint8]:
        """The order in which some rows are drawn: by status, what is overdue last."""
        return RANK.take(self.snapshot.status.take(rows)) + self.late(rows).astype(np.uint8) * np.uint8(LATE)

    def is_chosen(self, rows: Units) -> Mask:
        """Which of some rows are chosen, together with others."""
        return np.zeros(len(rows), bool) if self.chosen is None else self.chosen.take(rows)

    @property
    def late_by_cell(self) -> Ints:
        """How many rows of each cell of the grid are overdue."""
        if self._late is None:
            self._late = self.grid.tally(self.snapshot.overdue(self.now))
        return self._late

    @property
    def chosen_by_cell(self) -> Ints:
        """How many rows of each cell of the grid are chosen."""
        if self._picked is None:
            none = np.zeros(len(self.grid.counts), np.int64)
            self._picked = none if self.chosen is None else self.grid.tally(self.chosen)
        return self._picked

    @property
    def late_count(self) -> int:
        """How many requests on the map are overdue."""
        return int(self.late_by_cell.sum())

    @property
    def any_closed(self) -> bool:
        """Whether some of the requests on the map are closed."""
        if self._any_closed is None:
            self._any_closed = not bool(self.snapshot.is_open.take(self.grid.rows).all())
        return self._any_closed

    def pixels(self, rows: Units, scale: float) -> tuple[Floats, Floats]:
        """Where some rows lie in map pixels, at so many world units a pixel."""
        return self.snapshot.x.take(rows) / scale, self.snapshot.y.take(rows) / -scale

    def place(self, row: int) -> tuple[float, float]:
        """Where a row lies, in web-mercator metres."""
        return float(self.snapshot.x[row]) * UNIT, float(self.snapshot.y[row]) * UNIT

    def has(self, row: int) -> bool:
        """Whether a row is on the map."""
        return row >= 0 and self.grid.holds(row)

    def in_order(self, rows: Units) -> Ints:
        """Some rows in the queue's order."""
        if len(rows) < 2:
            return rows.astype(np.int64)
        mask = np.zeros(len(self.snapshot), bool)
        mask[rows] = True
        ordered = np.compress(mask.take(self.rows), self.rows)
        return ordered if len(ordered) == len(rows) else np.concatenate([ordered, np.setdiff1d(rows, ordered)])
