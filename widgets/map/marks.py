"""The marks: which requests are drawn together at a level, where each mark stands, and what lies under a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from services.geo import clusters
from services.geo.clusters import Clusters
from services.geo.projection import UNIT
from services.queue.snapshot import Snapshot
from widgets.map.camera import Camera, metres_a_pixel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RING = 16.0
"""Radius in pixels that the selected request claims, its ring and halo included."""


class Mode(StrEnum):
    """How near to each other marks may stand."""

    POINTS = "points"
    CLUSTERS = "clusters"


_SPREAD = {Mode.POINTS: clusters.POINTS, Mode.CLUSTERS: clusters.CLUSTERS}


@dataclass(frozen=True, eq=False)
class Layout:
    """The marks of one level, the selected request apart: places in map pixels, counts, and how many are overdue."""

    x: Floats
    y: Floats
    home_x: Floats
    home_y: Floats
    """The true place of a request that stands by itself; of several, where they would stand together."""
    count: Ints
    late: Ints
    point: Ints
    """For a mark of one: which point it is; −1 for a cluster."""
    mark: Ints
    """Number in the clusters."""
    chosen: NDArray[np.bool_]
    radius: Floats

    def near(self, camera: Camera, px: float, py: float) -> int:
        """The mark drawn at a pixel of the view; −1 where there is none."""
        if not len(self.x):
            return -1
        apart = np.hypot(self.x - camera.left - px, self.y - camera.top - py) - self.radius
        best = int(np.argmin(apart))
        return best if apart[best] <= 4 else -1

    def seen(self, camera: Camera, margin: int = 32) -> Ints:
        """The marks within a view."""
        x, y = self.x - camera.left, self.y - camera.top
        return np.flatnonzero(
            (x > -margin) & (y > -margin) & (x < camera.width + margin) & (y < camera.height + margin)
        )  # fmt: skip


class Marks:
    """Requests with a place, and how they are merged level by level. Points are counted 0…n−1 among those."""

    def __init__(self) -> None:
        self.ids: Ints = np.empty(0, np.int64)
        self.rows: Ints = np.empty(0, np.int64)
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)
        """Web-mercator metres."""
        self.status: NDArray[np.int8] = np.empty(0, np.int8)
        self.late: NDArray[np.bool_] = np.empty(0, bool)
        self.unplaced: Ints = np.empty(0, np.int64)
        """Ids of the requests without a usable place."""
        self.mode = Mode.POINTS
        self._merged: dict[tuple[int, Mode], Clusters] = {}
        self._at: dict[int, int] = {}

    def set(self, snapshot: Snapshot, rows: Ints, now_ms: int) -> None:
        """Take the rows to show. What was merged is kept when no place has changed."""
        placed = snapshot.has_place[rows]
        self.unplaced = snapshot.ids[rows[~placed]]
        self.rows = rows[placed]
        ids = snapshot.ids[self.rows]
        x, y = (np.multiply(c[self.rows], UNIT, dtype=np.float64) for c in (snapshot.x, snapshot.y))
        if not (np.array_equal(ids, self.ids) and np.array_equal(x, self.x) and np.array_equal(y, self.y)):
            self._merged.clear()
            self._at.clear()
        self.ids, self.x, self.y = ids, x, y
        self.status = snapshot.status[self.rows]
        self.set_late(snapshot.overdue(now_ms)[self.rows])

    def set_late(self, late: NDArray[np.bool_]) -> bool:
        """Say which points are overdue; true when that is news. An overdue point needs more room, for its triangle."""
        if np.array_equal(late, self.late):
            return False
        self.late = late
        self._merged.clear()
        return True

    def points_of(self, ids: tuple[int, ...]) -> Ints:
        """The points of those requests that are shown, in the order asked for."""
        if not self._at and len(self.ids):
            self._at = {request: i for i, request in enumerate(self.ids.tolist())}
        return np.array([self._at[i] for i in ids if i in self._at], dtype=np.int64)

    def merged(self, level: int) -> Clusters:
        """The clusters at a level, computed once."""
        key = (level, self.mode)
        if key not in self._merged:
            scale = metres_a_pixel(level)
            self._merged[key] = clusters.cluster(self.x / scale, -self.y / scale, _SPREAD[self.mode], wide=self.late)
        return self._merged[key]

    def layout(self, level: int, chosen: Ints, current: int) -> Layout:
        """Where the marks stand at a level; `chosen` and `current` are points (current −1: none)."""
        merged = self.merged(level)
        count, late = merged.count.copy(), merged.share(self.late)
        x, y = merged.x.copy(), merged.y.copy()
        point = np.where(count == 1, merged.order[merged.first[:-1]] if len(merged) else count, -1)
        has_chosen = np.bincount(merged.member[chosen[chosen != current]], minlength=len(merged)) > 0
        if current >= 0:
            self._lift(merged, current, count, late, point)
        radius = clusters.radii(count, clusters.POINTS)
        keep = np.flatnonzero(count)
        home_x, home_y = x[keep].copy(), y[keep].copy()
        alone = point[keep] >= 0
        home_x[alone] = self.x[point[keep][alone]] / metres_a_pixel(level)
        home_y[alone] = -self.y[point[keep][alone]] / metres_a_pixel(level)
        x, y, radius = x[keep], y[keep], radius[keep]
        if current >= 0:
            scale = metres_a_pixel(level)
            _make_way(x, y, radius, float(self.x[current] / scale), float(-self.y[current] / scale))
        return Layout(x, y, home_x, home_y, count[keep], late[keep], point[keep], keep, has_chosen[keep], radius)

    def _lift(self, merged: Clusters, current: int, count: Ints, late: Ints, point: Ints) -> None:
        """Take the current request out of its mark, so that it is drawn by itself."""
        mark = int(merged.member[current])
        count[mark] -= 1
        late[mark] -= int(self.late[current])
        if count[mark] == 1:
            others = merged.members(mark)
            point[mark] = others[others != current][0]

    def members(self, level: int, mark: int, current: int) -> Ints:
        """The points of one mark, without the current one, which stands by itself."""
        found = self.merged(level).members(mark)
        others: Ints = found[found != current]
        return others


def _make_way(x: Floats, y: Floats, radius: Floats, at_x: float, at_y: float) -> None:
    """Move the marks that the selection's ring would cover to the nearest free place."""
    covered = np.flatnonzero(np.hypot(x - at_x, y - at_y) < radius + RING)
    for i in covered.tolist():
        near = np.hypot(x - at_x, y - at_y) < 400
        near[i] = False
        others = np.vstack([np.stack([x[near], y[near], radius[near]], axis=1), [[at_x, at_y, RING]]])
        x[i], y[i] = clusters.free_spot(float(x[i]), float(y[i]), float(radius[i]), others)
