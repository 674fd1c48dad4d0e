"""Draws names with their halo once each, as small pictures that can be moved about."""

from __future__ import annotations

from collections import OrderedDict
from time import perf_counter

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QTransform

from widgets import theme
from widgets.map.camera import Camera
from widgets.map.labels import Name

HALO = 3.0
ROOM = 400


def font_of(kind: str) -> QFont:
    """The lettering of a kind of name; a "number" is an area's."""
    if kind == "number":
        return theme.font(theme.BODY, theme.SEMIBOLD)
    return theme.font(theme.META, theme.SEMIBOLD if kind == "area" else theme.NORMAL, italic=kind == "water")


class Lettering:
    """Pictures of names, kept by text, kind, angle and density."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, float, float], QPixmap] = OrderedDict()
        self.widths: dict[str, float] = {}

    def clear(self) -> None:
        """Forget the pictures: the palette has changed."""
        self._kept.clear()

    def measure(self, names: list[tuple[str, str]]) -> None:
        """Learn the widths, in pixels, of (kind, text) pairs."""
        metrics = {kind: QFontMetricsF(font_of(kind)) for kind in {k for k, _ in names}}
        for kind, text in names:
            self.widths[text] = metrics[kind].horizontalAdvance(text)

    def draw(self, painter: QPainter, names: list[Name], camera: Camera, density: float) -> None:
        """Draw those names that are prepared at their places in a view."""
        left, top, scale = camera.left, camera.top, camera.scale
        for name in names:
            x, y = name.x / scale - left, -name.y / scale - top
            picture = self._kept.get(_key(name, density))
            if picture is None:
                continue
            w, h = picture.width() / density, picture.height() / density
            if -w < x < camera.width + w and -h < y < camera.height + h:
                painter.drawPixmap(QPointF(round(x - w / 2), round(y - h / 2)), picture)

    def prepare(self, names: list[Name], density: float, until: float) -> bool:
        """Make the pictures of names until that time (see perf_counter); true when some were missing."""
        missing = [name for name in names if _key(name, density) not in self._kept]
        for name in missing:
            self._kept[_key(name, density)] = _render(name, density)
            while len(self._kept) > ROOM:
                self._kept.popitem(last=False)
            if perf_counter() > until:
                break
        return bool(missing)


def _key(name: Name, density: float) -> tuple[str, str, float, float]:
    return name.text, name.kind, round(name.angle, 1), density


def _render(name: Name, density: float) -> QPixmap:
    palette = theme.current()
    font = font_of(name.kind)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    metrics = QFontMetricsF(font)
    text = QPainterPath()
    text.addText(-metrics.horizontalAdvance(name.text) / 2, metrics.capHeight() / 2, font, name.text)
    turned = QTransform().rotate(name.angle).map(text)
    box = turned.boundingRect()
    width = 2 * max(abs(box.left()), abs(box.right())) + 2 * HALO + 2
    height = 2 * max(abs(box.top()), abs(box.bottom())) + 2 * HALO + 2
    picture = QPixmap(round(width * density), round(height * density))
    picture.setDevicePixelRatio(density)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(width / 2, height / 2)
    if name.kind != "water":
        halo = QPen(theme.colour(palette.halo), 2 * HALO - 1.5)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(turned, halo)
    inks = {"water": palette.water_text, "number": palette.text}
    painter.fillPath(turned, theme.colour(inks.get(name.kind, palette.map_text)))
    painter.end()
    return picture
