"""Raster tiles as the ground: which are wanted for a square, which have come, and how they are drawn scaled to it."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QImageReader, QPainter

from services.geo.projection import tile_at, tile_bounds
from services.geo.tiles import Facts, image_kind
from widgets.map.camera import STEPS
from widgets.map.ground import Square

Key = tuple[int, int, int]
"""Zoom, column, row in the XYZ scheme."""
ROOM = 256
WIDEST = 1024
"""Pixels; a larger tile is not drawn."""


def decode(data: bytes) -> QImage | None:
    """The picture of a tile: PNG, JPEG, WebP or GIF by its first bytes, at most 1024 px wide; else None."""
    kind = image_kind(data)
    if not kind:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind.encode()))
    reader.setAutoDetectImageFormat(False)
    size: QSize = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > WIDEST:
        return None
    image = reader.read()
    return None if image.isNull() else image


class Raster:
    """The tiles that have come so far. `facts` None: no raster ground."""

    def __init__(self) -> None:
        self.facts: Facts | None = None
        self._kept: OrderedDict[Key, QImage | None] = OrderedDict()
        self._asked: set[Key] = set()

    def set(self, facts: Facts | None) -> None:
        """Use another set of tiles, or none."""
        self.facts = facts
        self._kept.clear()
        self._asked.clear()

    def put(self, key: Key, data: bytes | None) -> None:
        """Take a tile that was asked for; None, or what is no image, leaves the drawn ground there."""
        self._asked.discard(key)
        self._kept[key] = decode(data) if data else None
        while len(self._kept) > ROOM:
            self._kept.popitem(last=False)

    def covering(self, square: Square) -> list[Key]:
        """The tiles that cover a square, at the zoom nearest to its level."""
        if self.facts is None:
            return []
        zoom = min(max(round(square.level / STEPS), self.facts.low), self.facts.high)
        west, south, east, north = square.box(-0.01)
        first, last = tile_at(west, north, zoom), tile_at(east, south, zoom)
        return [(zoom, c, r) for r in range(first[1], last[1] + 1) for c in range(first[0], last[0] + 1)]

    def wanted(self, squares: list[Square]) -> list[Key]:
        """The tiles to ask for now: each is named once until it has come."""
        found = [k for s in squares for k in self.covering(s) if k not in self._kept and k not in self._asked]
        fresh = list(dict.fromkeys(found))
        self._asked.update(fresh)
        return fresh

    def draw(self, painter: QPainter, square: Square) -> None:
        """Draw what has come of a square, its north-west corner at 0/0."""
        west, _, _, north = square.box()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for key in self.covering(square):
            image = self._kept.get(key)
            if image is None:
                continue
            left, bottom, right, top = tile_bounds(*key)
            place = QRectF(
                (left - west) / square.scale, (north - top) / square.scale,
                (right - left) / square.scale, (top - bottom) / square.scale,
            )  # fmt: skip
            painter.drawImage(place, image)
