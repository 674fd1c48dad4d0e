"""The city's areas coloured by how many requests they have, or how many of those are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import perf_counter

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from services.geo.outlines import Outline, Outlines
from services.geo.projection import TILE, stretch
from services.queue.snapshot import Ints
from widgets import theme
from widgets.map import classes, numbers
from widgets.map.camera import Camera, metres_a_pixel
from widgets.map.ground import CITY_SCALE, Square, joined
from widgets.map.labels import Name
from widgets.map.layer import Floats, Hit, Layer
from widgets.map.lettering import Lettering
from widgets.map.shown import Shown
from widgets.map.squares import Squares
from widgets.map.still import MARGIN
from widgets.map.tally import Tally

SLICE = 0.006
"""Seconds of counting and painting before the event loop gets its turn."""
BORDER = 1.5
NEAR_OPACITY = 0.72
"""Where streets are seen, the fill lets them through; farther out the colours are those of the legend."""
FINEST = 0.75
"""Pixels between corners that a path keeps."""


class Choropleth(Layer):
    """Areas as filled outlines with their numbers. Nothing is drawn until outlines are set."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self.outlines: Outlines | None = None
        self.squares = Squares(self._paint, clear=True, room=80)
        self._by_overdue = False
        self._lettering = Lettering()
        self._origin = (0.0, 0.0)
        self._paths: tuple[int, dict[int, QPainterPath]] = (-1, {})
        """The areas' outlines as they are drawn at a level."""
        self._tally: Tally | None = None
        """What is being counted."""
        self._counted: Tally | None = None
        """What was counted last; it stands until the new counts are there."""
        self._numbers: tuple[int, list[Name]] | None = None

    @property
    def by_overdue(self) -> bool:
        """Whether the colours tell the share of overdue requests, in place of how many there are."""
        return self._by_overdue

    @by_overdue.setter
    def by_overdue(self, on: bool) -> None:
        self._by_overdue, self._numbers = on, None
        self.squares.renew()

    def set_outlines(self, outlines: Outlines) -> None:
        """Draw these areas."""
        self.outlines = outlines
        boxes = [area.box for area in outlines.areas]
        self._origin = (min(b[0] for b in boxes), max(b[3] for b in boxes)) if boxes else (0.0, 0.0)
        self._paths = (-1, {})
        self.squares.clear()
        self._counted = None
        self.renew()

    def renew(self) -> None:
        """Count anew; the old picture stands until that is done."""
        self._tally = None

    def restyle(self) -> None:
        """Take the colours in force."""
        self.squares.clear()
        self._lettering.clear()

    def leave(self, camera: Camera, density: float) -> None:
        """Keep the view's picture while the squares of another level are painted."""
        self.squares.leave(camera, density)

    # -- counts

    @property
    def ready(self) -> bool:
        """Whether there are counts to draw."""
        return self._counted is not None

    def count(self, until: float = inf) -> bool:
        """Count until that time (see perf_counter); true while there is more to count."""
        if self._counted is not None and self._counted.of(self.shown):
            return False
        if self._tally is None or not self._tally.of(self.shown):
            self._tally = Tally(self.shown, self.outlines)
        if self._tally.go_on(until):
            return True
        self._counted, self._tally, self._numbers = self._tally, None, None
        self.squares.renew()
        return False

    def counts(self) -> tuple[Ints, Ints]:
        """How many requests each area has, and how many of them are overdue, as far as they are counted."""
        if self._counted is None:
            none = np.zeros(len(self.outlines.areas) if self.outlines else 0, np.int64)
            return none, none
        return self._counted.every, self._counted.late

    @property
    def elsewhere(self) -> int:
        """How many of the requests lie in none of the areas."""
        return self._counted.elsewhere if self._counted else 0

    def values(self) -> Ints:
        """What the colours tell: the counts, or the overdue ones in percent."""
        every, late = self.counts()
        return np.ceil(100 * late / np.maximum(every, 1)).astype(np.int64) if self.by_overdue else every

    # -- work and drawing

    def work(self, camera: Camera, density: float) -> bool:
        """Count, then paint missing squares, for some milliseconds."""
        until = perf_counter() + SLICE
        if self.outlines is None:
            return False
        if self.count(until):
            return True
        missing = self.squares.missing(camera, MARGIN)
        for square in missing:
            if perf_counter() > until:
                break
            self.squares.make(square, density)
        if missing:
            return True
        if self._numbers is None or self._numbers[0] != camera.level:
            self._numbers = camera.level, self._fitting(self.outlines.areas, camera.scale)
            self.made += 1
            return True
        return self._lettering.prepare(self._numbers[1], density, until)

    def draw(self, painter: QPainter, camera: Camera, density: float) -> None:
        """Draw the squares, and the numbers that fit."""
        self.squares.draw(painter, camera)
        self._lettering.draw(painter, self._names(camera), camera, density)

    def _names(self, camera: Camera) -> list[Name]:
        """The numbers on the areas, once they are chosen at this level."""
        return self._numbers[1] if self._numbers and self._numbers[0] == camera.level else []

    def _fitting(self, areas: Sequence[Outline], scale: float) -> list[Name]:
        order = np.argsort(-self.values(), kind="stable").tolist()
        return numbers.fitting(areas, self.words(), order, scale)

    def words(self) -> list[str]:
        """What stands on each area: its count, or its share of overdue ones."""
        every, late = (part.tolist() for part in self.counts())
        if self.by_overdue:
            return [f"{round(100 * b / a)} %" if a else "" for a, b in zip(every, late, strict=True)]
        return [f"{a:,}" if a else "" for a in every]

    def discs(self, camera: Camera) -> Floats:
        """The numbers in view."""
        return numbers.clearings(self._names(camera), camera.left, camera.top, camera.scale)

    # -- classes

    def legend(self) -> list[tuple[str, str]]:
        """A colour and its words for each class; nothing while nothing is counted."""
        if not self.ready:
            return []
        values = self.values()
        above = classes.limits(values)
        said = [f"{limit:,} %" if self.by_overdue else f"{limit:,}" for limit in above]
        words = [f"to {limit}" for limit in said] + ([f"over {said[-1]}"] if said else ["Some"])
        if not self.by_overdue and above == tuple(range(1, len(above) + 1)) and values.max(initial=0) == len(above) + 1:
            words = [str(n + 1) for n in range(len(above) + 1)]
        listed = list(zip((ink.name() for ink in self._inks()[1:]), words, strict=True))
        none = [(self._inks()[0].name(), "None")] if bool((values == 0).any()) else []
        return none + listed

    def _inks(self) -> tuple[QColor, ...]:
        palette = theme.current()
        many = len(classes.limits(self.values())) + 1
        return classes.inks(palette.overdue if self.by_overdue else palette.accent, many, palette)

    # -- painting

    def _path(self, i: int, area: Outline, level: int) -> QPainterPath:
        """An outline in map pixels of a level, counted from the origin; corners nearer than FINEST are one."""
        if self._paths[0] != level:
            self._paths = (level, {})
        if i not in self._paths[1]:
            whole, scale = QPainterPath(), metres_a_pixel(level)
            whole.setFillRule(Qt.FillRule.OddEvenFill)
            for ring in area.rings:
                at = np.stack([ring[:, 0] - self._origin[0], self._origin[1] - ring[:, 1]], axis=1) / scale
                steps = np.round(at / FINEST)
                kept = at[np.any(np.diff(steps, axis=0, prepend=np.inf) != 0, axis=1)]
                if len(kept) > 2:
                    kept = np.concatenate([kept, kept[:1]])
                    whole.addPath(joined(kept[:, 0].copy(), kept[:, 1].copy(), "all"))
            self._paths[1][i] = whole
        return self._paths[1][i]

    def _paint(self, painter: QPainter, square: Square) -> None:
        if self.outlines is None or not self.ready:
            return
        west, south, east, north = square.box(4)
        values, shades = self.values().tolist(), self._inks()
        above = classes.limits(self.values())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(theme.current().surf), BORDER, j=Qt.PenJoinStyle.RoundJoin))
        if square.scale / stretch((south + north) / 2) < CITY_SCALE:
            painter.setOpacity(NEAR_OPACITY)
        painter.translate(
            self._origin[0] / square.scale - square.column * TILE, -self._origin[1] / square.scale - square.row * TILE
        )
        for i, area in enumerate(self.outlines.areas):
            box = area.box
            if box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south:
                painter.setBrush(shades[classes.class_of(values[i], above)])
                painter.drawPath(self._path(i, area, square.level))

    # -- what lies under the mouse

    def at(self, camera: Camera, px: float, py: float) -> Hit | None:
        """The area under a pixel."""
        i = self.outlines.at(*camera.to_world(px, py)) if self.outlines else -1
        if self.outlines is None or i < 0:
            return None
        every, late = self.counts()
        name = self.outlines.areas[i].name
        return Hit(name, int(every[i]), lambda: int(late[i]), lambda: self.shown.grid.rows[:0], name)
