"""Every request a mark of its own: status shapes where there is room, small dots where there are thousands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from services.geo import clusters
from services.geo.projection import TILE, UNIT
from services.queue.places import CROWD, SIDE, Units
from services.queue.snapshot import Ints
from widgets.map import dots
from widgets.map.camera import Camera
from widgets.map.ground import Square
from widgets.map.ink import Ink
from widgets.map.layer import Floats, Hit, Layer, around
from widgets.map.shown import BY_RANK, LATE, Region, Shown, view_of
from widgets.map.squares import Squares

SLICE = 0.008
"""Seconds of painting before the event loop gets its turn."""
ALWAYS, MANY = 100, 4_000
"""Up to so many requests in view are shapes wherever they lie; from so many on they are dots."""
SIZES = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0)
"""Pixels across of dots."""
INK = 0.45
"""The share of the ground between requests that their dots cover: the city is still seen, and so are other colours."""
SHAPE = 9.0
"""Where dots could be so many pixels across, shapes have room."""
BLOCK = 12
"""Pixels to the side of the blocks by which the ground that requests lie on is measured."""
PAD = 32
"""Pixels around a square within which a mark still reaches into it."""
REACH = 8.0
ROOM = 120


class Points(Layer):
    """Squares of marks, painted bit by bit and kept; panning only moves them."""

    def __init__(self, shown: Shown, ink: Ink) -> None:
        super().__init__(shown)
        self._ink = ink
        self.squares = Squares(self._paint, clear=True, room=ROOM)
        self._pyramid = dots.Pyramid(shown)
        self._density = 1.0
        self._seen: tuple[int, float] = (-1, 0.0)
        """The level at which the size of dots was last chosen, and that size: 0 for shapes."""

    def renew(self) -> None:
        """Paint all squares anew."""
        self.squares.renew()
        self._seen = (-1, self._seen[1])

    def restyle(self) -> None:
        """Forget pictures in the old colours."""
        self.squares.clear()

    def leave(self, camera: Camera, density: float) -> None:
        """Keep the view's picture while the squares of another level are painted."""
        self.squares.leave(camera, density)

    def work(self, camera: Camera, density: float) -> bool:
        """Paint missing squares for some milliseconds, then those just outside."""
        self._choose_size(camera)
        self._density = density
        missing = self.squares.missing(camera) or self.squares.missing(camera, TILE // 2)[:1]
        until = perf_counter() + SLICE
        step = self._pyramid.step(camera.scale / UNIT / density) if missing and self.size else -1
        if step >= 0 and self._pyramid.build(step, until):
            return True
        for square in missing:
            self.squares.make(square, density)
            if perf_counter() > until:
                break
        return bool(missing)

    def draw(self, painter: QPainter, camera: Camera, density: float) -> None:
        """Draw the squares that there are."""
        self.squares.draw(painter, camera)

    def _choose_size(self, camera: Camera) -> None:
        """Shapes or dots, and of which size: chosen anew at each level, and when far more or fewer come into view."""
        level, before = self._seen
        view = view_of(camera)
        count = self.shown.grid.about(view.box)
        same = level == camera.level
        if same and (count < MANY if before == 0 else count > MANY // 2):
            return
        room = math.sqrt(INK * self._ground(view) / max(1, count))
        slack = 1.0 if before else 0.8
        shapes = count <= ALWAYS or (count < MANY * slack and room >= SHAPE * slack)
        size = 0.0 if shapes else min(SIZES, key=lambda one: abs(one - room))
        if same and size != before:
            self.squares.renew()
        self._seen = (camera.level, size)

    def _ground(self, view: Region) -> float:
        """Square pixels of a view that requests lie on."""
        side, columns, _ = self._blocks(view)
        return min(len(columns) * side**2, float(view.width * view.height))

    def _blocks(self, view: Region) -> tuple[float, Ints, Ints]:
        """The side in pixels of blocks of the grid's cells, and the columns and lines of those with requests in."""
        grid = self.shown.grid
        pixels = grid.frame.size / view.scale
        cells = grid.touched(view.box)
        many = max(1, math.ceil(BLOCK / pixels))
        blocks = np.zeros((SIDE // many + 1, SIDE // many + 1), bool)
        blocks[cells // SIDE // many, cells % SIDE // many] = True
        lines, columns = np.nonzero(blocks)
        return many * pixels, columns, lines

    @property
    def size(self) -> float:
        """How many pixels a dot is across; 0 where there are shapes."""
        return self._seen[1]

    # -- painting a square

    def _paint(self, painter: QPainter, square: Square) -> None:
        region = Region(square.level, square.column * TILE, square.row * TILE, TILE, TILE)
        reach = region.grown(PAD)
        if not self.shown.grid.about(reach.box):
            return
        if self.size:
            step = self._pyramid.step(region.scale / self._density)
            pyramid = (self._pyramid, step) if step >= 0 else None
            image = dots.paint(self.shown, region, self.size, self._density, pyramid)
            image.setDevicePixelRatio(self._density)
            painter.drawImage(QPointF(0, 0), image)
            self._paint_crowds(painter, region, reach)
        else:
            self._paint_shapes(painter, self.shown.grid.within(reach.box), region)

    def _paint_crowds(self, painter: QPainter, region: Region, reach: Region) -> None:
        """Hundreds of requests at one place are one mark with its count, also among dots."""
        for at_x, at_y in self.shown.grid.crowds_in(reach.box):
            rows = self.shown.grid.at(at_x, at_y)
            if len(rows) >= CROWD:
                self._paint_several(painter, rows, region)

    def _paint_shapes(self, painter: QPainter, rows: Units, region: Region) -> None:
        for together in self._stacks(rows):
            if len(together) > 1:
                self._paint_several(painter, together, region)
            else:
                x, y = self.shown.pixels(together, region.scale)
                rank = int(self.shown.ranks(together)[0])
                late, status = bool(rank & LATE), BY_RANK[rank & (LATE - 1)]
                picture = self._ink.point(status, late, bool(self.shown.is_chosen(together)[0]), self._density)
                half = picture.width() / self._density / 2
                at = QPointF(round(float(x[0])) - region.left - half, round(float(y[0])) - region.top - half)
                painter.drawPixmap(at, picture)

    def _stacks(self, rows: Units) -> Iterator[Units]:
        """The rows at each place: places with several first, then single ones, the most urgent last."""
        x, y = self.shown.snapshot.x.take(rows).astype(np.int64), self.shown.snapshot.y.take(rows)
        _, number, size = np.unique((x << 32) + y, return_inverse=True, return_counts=True)
        ranks = self.shown.ranks(rows)
        order = np.lexsort((number, np.where(size[number] > 1, 0, ranks + 1)))
        bounds = np.flatnonzero(np.diff(number[order], prepend=-1, append=-1))
        for a, b in pairwise(bounds.tolist()):
            yield rows[order[a:b]]

    def _paint_several(self, painter: QPainter, rows: Units, region: Region) -> None:
        x, y = self.shown.pixels(rows[:1], region.scale)
        late, chosen = int(self.shown.late(rows).sum()), bool(self.shown.is_chosen(rows).any())
        radius = clusters.radius(len(rows))
        picture = self._ink.cluster(len(rows), late, radius, chosen, self._density)
        half = picture.width() / self._density / 2
        at = QPointF(round(float(x[0])) - region.left - half, round(float(y[0])) - region.top - half)
        painter.drawPixmap(at, picture)

    # -- what lies under the mouse

    def at(self, camera: Camera, px: float, py: float) -> Hit | None:
        """The request under the mouse with all at its place; among dots all that the mouse's dot covers."""
        crowd = self._crowd_at(camera, px, py)
        if crowd is not None:
            return self.hit(crowd)
        rows, apart = self.about(camera, px, py, max(self.size / 2 + dots.HALO, 3.0) if self.size else REACH)
        if not len(rows) or self.size:
            return self.hit(rows)
        nearest = int(rows[int(np.argmin(apart))])
        return self.hit(self.shown.grid.at(int(self.shown.snapshot.x[nearest]), int(self.shown.snapshot.y[nearest])))

    def _crowd_at(self, camera: Camera, px: float, py: float) -> Units | None:
        if not len(self.shown.grid.crowds):
            return None
        for x, y in self.shown.grid.crowds_in(around(camera, px, py, clusters.LARGEST + 1)):
            at_x, at_y = camera.to_screen(x * UNIT, y * UNIT)
            apart = math.hypot(at_x - px, at_y - py)
            if apart < clusters.LARGEST:
                rows = self.shown.grid.at(x, y)
                if len(rows) >= CROWD and apart < clusters.radius(len(rows)):
                    return rows
        return None

    def discs(self, camera: Camera) -> Floats:
        """Names keep clear of shapes, and of blocks with dots in."""
        view = view_of(camera)
        if self.size:
            side, columns, lines = self._blocks(view)
            frame = self.shown.grid.frame
            x = frame.west / view.scale + (columns + 0.5) * side - view.left
            y = -frame.south / view.scale - (lines + 0.5) * side - view.top
            return np.stack([x, y, np.full(len(x), side / 2)], axis=1)
        x, y = self.shown.pixels(self.shown.grid.within(view.box), view.scale)
        return np.stack([x - view.left, y - view.top, np.full(len(x), clusters.POINT)], axis=1)
