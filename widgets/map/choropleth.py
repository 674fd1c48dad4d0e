"""The city's areas coloured by how many requests they have, or how many of those are overdue."""

from __future__ import annotations

import math
from math import inf

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from services.geo.outlines import Outline, Outlines
from services.geo.projection import TILE
from services.queue.snapshot import Ints
from widgets import theme
from widgets.map.camera import Camera
from widgets.map.ground import Square, joined
from widgets.map.labels import Name
from widgets.map.layer import Floats, Hit, Layer
from widgets.map.lettering import Lettering
from widgets.map.shown import Shown
from widgets.map.squares import Squares

SHARES = (0.0, 0.14, 0.32, 0.52, 0.78)
"""How much of the hue each of five steps lays over the land."""
OVERDUE_STEPS = (0.0, 0.1, 0.2, 0.4)
"""Shares of overdue requests above which the next step begins."""
BORDER = 1.5
ROOM_FOR_NUMBER = 14.0
SMALLEST = 26.0
"""Pixels that an area must be wide for its number to be drawn."""


class Choropleth(Layer):
    """Areas as filled outlines with their numbers. Nothing is drawn until outlines are set."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self.outlines: Outlines | None = None
        self.by_overdue = False
        self.squares = Squares(self._paint, clear=True, room=80)
        self._lettering = Lettering()
        self._paths: list[QPainterPath] = []
        self._origin = (0.0, 0.0)
        self._counted: tuple[Ints, Ints] | None = None
        self.elsewhere = 0
        """How many of the requests lie in none of the areas."""

    def set_outlines(self, outlines: Outlines) -> None:
        """Draw these areas."""
        self.outlines = outlines
        boxes = [area.box for area in outlines.areas]
        self._origin = (min(b[0] for b in boxes), max(b[3] for b in boxes)) if boxes else (0.0, 0.0)
        self._paths = [self._path(area) for area in outlines.areas]
        self.squares.clear()
        self._counted = None

    def renew(self) -> None:
        """Count anew."""
        self._counted = None
        self.squares.renew()

    def restyle(self) -> None:
        """Take the colours in force."""
        self.squares.clear()
        self._lettering.clear()

    def leave(self, camera: Camera, density: float) -> None:
        """Keep the view's picture while the squares of another level are painted."""
        self.squares.leave(camera, density)

    def counts(self) -> tuple[Ints, Ints]:
        """How many requests each area has, and how many of them are overdue: as the query word area: finds them."""
        if self._counted is None:
            shown = self.shown
            snapshot, rows = shown.snapshot, shown.rows.astype(np.int32)
            area = snapshot.area_idx.take(rows)
            every = np.bincount(area, minlength=len(snapshot.areas))
            late = np.bincount(np.compress(shown.late(rows), area), minlength=len(snapshot.areas))
            names = [area.name for area in self.outlines.areas] if self.outlines else []
            holds = np.array(
                [[name in words.split(", ") for words in snapshot.areas] for name in names], np.int64
            ).reshape(len(names), len(every))  # fmt: skip
            self.elsewhere = int(every[holds.sum(axis=0) == 0].sum())
            self._counted = (holds @ every, holds @ late)
        return self._counted

    def work(self, camera: Camera, density: float) -> bool:
        """Paint a missing square."""
        missing = self.squares.missing(camera)
        for square in missing[:2]:
            self.squares.make(square, density)
        return bool(missing)

    def draw(self, painter: QPainter, camera: Camera, density: float) -> None:
        """Draw the squares, and each area's number."""
        self.squares.draw(painter, camera)
        if self.outlines is None:
            return
        names = []
        for area, words in zip(self.outlines.areas, self.words(), strict=True):
            if words and (area.box[2] - area.box[0]) / camera.scale > SMALLEST:
                names.append(Name(words, "number", *area.middle))
        self._lettering.prepare(names, density, inf)
        self._lettering.draw(painter, names, camera, density)

    def words(self) -> list[str]:
        """What stands on each area: its count, or its share of overdue ones."""
        every, late = (part.tolist() for part in self.counts())
        if self.by_overdue:
            return [f"{round(100 * b / a)} %" if a else "" for a, b in zip(every, late, strict=True)]
        return [f"{a:,}" if a else "" for a in every]

    def discs(self, camera: Camera) -> Floats:
        """The numbers in view."""
        places = [camera.to_screen(*area.middle) for area in self.outlines.areas] if self.outlines else []
        return np.array([(x, y, ROOM_FOR_NUMBER) for x, y in places], np.float64).reshape(-1, 3)

    # -- steps

    def steps(self) -> tuple[float, ...]:
        """Where the next of the five steps begins: a value above the first is in the second, and so on."""
        if self.by_overdue:
            return OVERDUE_STEPS
        most = max(self.counts()[0].tolist(), default=0)
        step = _round_up(most / 4)
        return (0, step, 2 * step, 3 * step)

    def legend(self) -> list[tuple[str, str]]:
        """A colour and its words for each step."""
        steps = self.steps()
        said = [f"{round(100 * s)} %" if self.by_overdue else f"{round(s):,}" for s in steps]
        words = ["None", f"to {said[1]}", f"to {said[2]}", f"to {said[3]}", f"over {said[3]}"]
        if steps[1] == 1 and not self.by_overdue:
            words[1:] = ["1", "2", "3", "4"]
        inks = [self.ink(i).name() for i in range(len(SHARES))]
        return list(zip(inks, words, strict=True))

    def ink(self, step: int) -> QColor:
        """The colour of a step: more of the hue over the land."""
        palette = theme.current()
        return theme.mix(palette.overdue if self.by_overdue else palette.accent, palette.land, SHARES[step])

    def _step(self, i: int) -> int:
        every, late = self.counts()
        value = late[i] / max(1, every[i]) if self.by_overdue else every[i]
        return int(np.searchsorted(self.steps(), value, side="left"))

    # -- painting

    def _path(self, area: Outline) -> QPainterPath:
        whole = QPainterPath()
        whole.setFillRule(Qt.FillRule.OddEvenFill)
        for ring in area.rings:
            whole.addPath(joined(ring[:, 0] - self._origin[0], self._origin[1] - ring[:, 1], "all"))
        return whole

    def _paint(self, painter: QPainter, square: Square) -> None:
        if self.outlines is None:
            return
        west, south, east, north = square.box(4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QPen(theme.colour(theme.current().surf), BORDER, j=Qt.PenJoinStyle.RoundJoin)
        edge.setCosmetic(True)
        painter.setPen(edge)
        painter.setOpacity(0.86)
        painter.translate(
            self._origin[0] / square.scale - square.column * TILE, -self._origin[1] / square.scale - square.row * TILE
        )
        painter.scale(1 / square.scale, 1 / square.scale)
        for i, area in enumerate(self.outlines.areas):
            box = area.box
            if box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south:
                painter.setBrush(self.ink(self._step(i)))
                painter.drawPath(self._paths[i])

    # -- what lies under the mouse

    def at(self, camera: Camera, px: float, py: float) -> Hit | None:
        """The area under a pixel."""
        i = self.outlines.at(*camera.to_world(px, py)) if self.outlines else -1
        if self.outlines is None or i < 0:
            return None
        every, late = self.counts()
        name = self.outlines.areas[i].name
        return Hit(name, int(every[i]), int(late[i]), lambda: self.shown.grid.rows[:0], name)


def _round_up(value: float) -> int:
    """The next of 1, 2, 3, 5, 10, 20, 30, 50, …"""
    if value <= 1:
        return 1
    power = 10 ** math.floor(math.log10(value))
    return next(int(step * power) for step in (1, 2, 3, 5, 10) if step * power >= value)
