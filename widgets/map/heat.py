"""Where requests are dense: a smooth picture in one ramp of colours, told in grey too, over light and dark ground."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from services.geo.projection import UNIT
from widgets import theme
from widgets.map.camera import Camera
from widgets.map.layer import Floats, Hit, Layer
from widgets.map.layout import parts
from widgets.map.shown import Region, Shown, region_of, view_of

BIN = 4
"""Pixels to the side of a bin."""
BLUR = 3
"""Bins to each side that one pass of smoothing takes in; three passes are nearly a bell."""
RARE = 0.997
"""The share of bins that the ramp tells apart: the few denser ones have its last colour."""
REACH = 12.0
MARGIN = 64
LIGHT = ((0.0, "#FFE9A8"), (0.35, "#F9A03F"), (0.65, "#D4464B"), (0.85, "#8B1F6B"), (1.0, "#3B0F5E"))
DARK = ((0.0, "#3B1E6E"), (0.35, "#8B2C7A"), (0.65, "#E0524E"), (0.85, "#F9A63F"), (1.0, "#FFF3B0"))
OPAQUE = 0.82


class Heat(Layer):
    """One region of the picture at a time, made between paints and larger than the view."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self._made: tuple[Region, QPixmap] | None = None
        self._stale = True
        self._counted: tuple[Region, Floats] | None = None
        """A region that is half made: its requests are counted, not yet drawn."""
        self._tops: dict[int, float] = {}
        self.top = 0.0
        """Requests per km² that the ramp ends with, at the level last drawn."""

    def renew(self) -> None:
        """Make the picture anew."""
        self._stale, self._counted = True, None
        self._tops.clear()

    def restyle(self) -> None:
        """Make the picture anew, in other colours."""
        self._stale = True

    def work(self, camera: Camera, density: float) -> bool:
        """Make the picture around the view when it is missing or soon will be."""
        if self._made is not None and not self._stale and self._made[0].holds(view_of(camera, MARGIN)):
            return False
        region = region_of(camera, pad=128)
        if self._counted is None or self._counted[0] != region:
            self._counted = (region, self._bins(region))
            return True
        bins = self._counted[1]
        top = self._tops.setdefault(region.level, _top(bins))
        self.top = top / (BIN * camera.ground / 1_000) ** 2
        self._made, self._counted, self._stale = (region, _picture(bins, top, region)), None, False
        return True

    def _bins(self, region: Region) -> Floats:
        """How many requests lie in each bin, smoothed."""
        wide, high = region.width // BIN, region.height // BIN
        cells, rows = parts(self.shown, region.box)
        x, y = self.shown.pixels(rows, region.scale)
        cell_x, cell_y = (mean(cells) / region.scale for mean in (self.shown.grid.mean_x, self.shown.grid.mean_y))
        column = ((np.concatenate([x, cell_x]) - region.left) // BIN).astype(np.int64)
        row = ((np.concatenate([y, -cell_y]) - region.top) // BIN).astype(np.int64)
        weight = np.concatenate([np.ones(len(rows)), self.shown.grid.counts.take(cells)])
        inside = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
        bins = np.bincount((row * wide + column)[inside], weight[inside], wide * high).reshape(high, wide)
        return smooth(bins.astype(np.float64))

    def draw(self, painter: QPainter, camera: Camera, density: float) -> None:
        """Draw the picture, scaled while that of another level is awaited."""
        if self._made is None:
            return
        region, picture = self._made
        ratio = region.scale * UNIT / camera.scale
        painter.save()
        painter.translate(QPointF(region.left * ratio - camera.left, region.top * ratio - camera.top))
        painter.scale(ratio, ratio)
        painter.drawPixmap(0, 0, picture)
        painter.restore()

    def at(self, camera: Camera, px: float, py: float) -> Hit | None:
        """The requests around a pixel."""
        return self.hit(self.about(camera, px, py, REACH)[0])


def smooth(bins: Floats) -> Floats:
    """Each bin spread over its neighbours; the sum stays, but for what leaves the edges."""
    for _ in range(3):
        for axis in (0, 1):
            ends = [(0, 0), (0, 0)]
            ends[axis] = (BLUR + 1, BLUR)
            total = np.cumsum(np.pad(bins, ends), axis=axis)
            width = 2 * BLUR + 1
            bins = (
                (total[width:] - total[:-width]) if axis == 0 else (total[:, width:] - total[:, :-width])
            ) / width  # fmt: skip
    return bins


def _top(bins: Floats) -> float:
    some = bins[bins > 1e-3]
    return max(float(np.quantile(some[:: max(1, len(some) // 20_000)], RARE)), 1e-3) if len(some) else 1.0


@lru_cache(maxsize=4)
def ramp(dark: bool) -> NDArray[np.uint32]:
    """256 premultiplied colours from nothing to the densest; always darker on light ground, lighter on dark."""
    at, inks = zip(*((t, QColor(name)) for t, name in (DARK if dark else LIGHT)), strict=True)
    t = np.linspace(0, 1, 256)
    alpha = OPAQUE * np.clip(t / 0.35, 0, 1)
    channels = [np.interp(t, at, [f(ink) for ink in inks]) * alpha for f in (QColor.red, QColor.green, QColor.blue)]
    red, green, blue = (np.round(c).astype(np.uint32) for c in channels)
    made = (np.round(alpha * 255).astype(np.uint32) << 24) | (red << 16) | (green << 8) | blue
    return made.astype(np.uint32)


def paint_ramp(painter: QPainter, box: QRectF) -> None:
    """Draw the ramp from few to many, over the land it is seen on."""
    palette = theme.current()
    painter.fillRect(box, theme.colour(palette.land))
    inks = ramp(palette.dark)
    row = np.ascontiguousarray(inks[np.linspace(0, 255, int(box.width())).astype(np.int64)])
    image = QImage(row.data, len(row), 1, 4 * len(row), QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(box, image)


def _picture(bins: Floats, top: float, region: Region) -> QPixmap:
    level = np.round(np.sqrt(np.clip(bins / top, 0, 1)) * 255).astype(np.uint8)
    pixels = np.ascontiguousarray(ramp(theme.current().dark).take(level))
    high, wide = pixels.shape
    image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
    size = QSize(region.width, region.height)
    smooth_mode = Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth_mode))
