"""Paints one square of the base layer: water, land, parks, casings, streets, borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from services.geo.basemap import Basemap, Lines
from services.geo.projection import TILE, stretch
from widgets.map.camera import metres_a_pixel
from widgets.theme import Palette, colour, mix

PAD = 12
"""Pixels around a square within which a line still reaches into it."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Widths of a class of streets in pixels; casing 0 draws none, fill 0 leaves the streets out."""

    casing: float
    fill: float


CITY_SCALE = 9.0
"""Metres a pixel beyond which the land has an edge."""
EDGE = 0.45
"""The share of the map's text colour in that edge."""
NOTHING = Widths(0, 0)
_BY_GROUND = (
    (0.9, Widths(11, 9.2), Widths(16, 14)),
    (1.8, Widths(7, 5.4), Widths(11, 9)),
    (3.6, Widths(4.5, 3), Widths(8, 6)),
    (6.0, Widths(3.6, 2.2), Widths(6.5, 4.8)),
    (9.0, Widths(2.6, 1.5), Widths(5, 3.6)),
    (13.0, Widths(0, 1.2), Widths(3.8, 2.6)),
    (20.0, Widths(0, 0.8), Widths(3, 1.9)),
    (45.0, NOTHING, Widths(0, 1.4)),
)


def widths(ground: float) -> tuple[Widths, Widths]:
    """Widths of minor and major streets at so many metres a pixel."""
    return next(((minor, major) for limit, minor, major in _BY_GROUND if ground <= limit), (NOTHING, NOTHING))


@dataclass(frozen=True, slots=True)
class Layers:
    """Which layers are shown."""

    streets: bool = True
    parks: bool = True
    borders: bool = False
    names: bool = True


class Square(NamedTuple):
    """One cached square of the map: a level, and its column and row in map pixels / TILE."""

    level: int
    column: int
    row: int

    @property
    def scale(self) -> float:
        """Web-mercator metres a pixel."""
        return metres_a_pixel(self.level)

    def box(self, pad: float = 0) -> tuple[float, float, float, float]:
        """West, south, east, north in web-mercator metres, `pad` pixels wider on each side."""
        west, north = self.column * TILE - pad, self.row * TILE - pad
        east, south = west + TILE + 2 * pad, north + TILE + 2 * pad
        return west * self.scale, -south * self.scale, east * self.scale, -north * self.scale


class Ground:
    """Paints squares of a base map. Each street's path is made once and only scaled: streets drawn one by one are
    painted ten times faster than the same streets in one path.
    """

    def __init__(self, base: Basemap) -> None:
        self.base = base
        self._streets: dict[int, QPainterPath] = {}
        box = base.extent()
        self._origin = (box[0], box[3]) if box else (0.0, 0.0)

    def paint(self, painter: QPainter, square: Square, palette: Palette, layers: Layers) -> None:
        """Draw a square's ground with its north-west corner at 0/0."""
        base = self.base
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(-1, -1, TILE + 2, TILE + 2), colour(palette.outside))  # over its edge: whole pixels
        fills = [(base.water, palette.water), (base.land, palette.land)]
        fills += [(base.park, palette.park)] if layers.parks else []
        painter.setPen(Qt.PenStyle.NoPen)
        for rings, ink in fills:
            painter.setBrush(colour(ink))
            painter.drawPath(_path(rings, square))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint_edge(painter, square, palette)
        if layers.streets:
            self._paint_streets(painter, square, palette)
        if layers.borders:
            painter.setPen(QPen(mix(palette.map_text, palette.land, 0.55), 1.2, Qt.PenStyle.DashLine))
            painter.drawPath(_path(base.border, square))

    def _paint_edge(self, painter: QPainter, square: Square, palette: Palette) -> None:
        """A hairline around the land, where no streets tell the city from what lies around it."""
        box = square.box()
        if square.scale / stretch((box[1] + box[3]) / 2) > CITY_SCALE:
            painter.setPen(QPen(mix(palette.map_text, palette.land, EDGE), 1))
            painter.drawPath(_path(self.base.land, square))

    def _paint_streets(self, painter: QPainter, square: Square, palette: Palette) -> None:
        box = square.box(PAD)
        minor, major = widths(square.scale / stretch((box[1] + box[3]) / 2))
        if not major.fill or not len(self.base.streets):
            return
        found = self.base.streets.within(*box)
        is_major = self.base.street_class[found] == 1
        both = ((minor, self._paths(found[~is_major])), (major, self._paths(found[is_major])))
        painter.save()
        painter.translate(
            self._origin[0] / square.scale - square.column * TILE, -self._origin[1] / square.scale - square.row * TILE
        )
        painter.scale(1 / square.scale, 1 / square.scale)
        for ink, part in ((palette.casing, "casing"), (palette.street, "fill")):
            for width, paths in both:
                if getattr(width, part):
                    _stroke(painter, paths, colour(ink), getattr(width, part))
        painter.restore()

    def _paths(self, numbers: NDArray[np.int64]) -> list[QPainterPath]:
        made = []
        for number in numbers.tolist():
            path = self._streets.get(number)
            if path is None:
                xy = self.base.streets.xy[self.base.streets.start[number] : self.base.streets.start[number + 1]]
                path = joined(xy[:, 0] - self._origin[0], self._origin[1] - xy[:, 1], "all")
                self._streets[number] = path
            made.append(path)
        return made


def _stroke(painter: QPainter, paths: list[QPainterPath], ink: QColor, width: float) -> None:
    pen = QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    pen.setCosmetic(True)
    painter.setPen(pen)
    for path in paths:
        painter.drawPath(path)


def joined(x: NDArray[np.float64], y: NDArray[np.float64], connect: str | NDArray[np.int32]) -> QPainterPath:
    """A path along points; `connect` says which are joined to the next."""
    made: Any = pg.functions.arrayToQPath(x, y, connect=connect, finiteCheck=False)
    path: QPainterPath = made
    return path


def _path(lines: Lines, square: Square) -> QPainterPath:
    """The rings of a layer that reach into a square, to be filled by the odd-even rule."""
    numbers = lines.within(*square.box(PAD))
    if not len(numbers):
        return QPainterPath()
    xy, linked = lines.points(numbers)
    x = xy[:, 0] / square.scale - square.column * TILE
    y = -xy[:, 1] / square.scale - square.row * TILE
    path = joined(x, y, linked.astype(np.int32))
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path
