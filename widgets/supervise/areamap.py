"""The city's areas coloured by how many overdue requests they have; each opens them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from services.geo.outlines import Outline, Outlines
from services.supervise.backlog import NOWHERE, OVERDUE, of_kind
from services.supervise.parts import Chart, Part
from widgets import theme
from widgets.map import classes
from widgets.supervise.box import Cell, ChartBox
from widgets.supervise.rowcharts import ink

_MIDDLE = Qt.AlignmentFlag.AlignCenter
TITLE = "Overdue, by area"
_MARGIN, LEGEND = 8, 36
EDGE = 0.4
"""How much ink is in the line around what has nothing overdue: its land alone is hardly seen in the dark."""
OVER_EDGE = 1.3
"""A name may be so much wider than its area."""
ASIDE = (0, 6, -6, 12, -12)
"""So many pixels a name may stand beside the middle of its area, where another is in its way."""
SHADES = (0.16, 0.78)
"""How much of the hue of what is overdue lies over the land in the first class and in the last."""


class AreaMap(ChartBox):
    """Overdue requests by area, as far as the city gives outlines; without any it says so."""

    def __init__(self) -> None:
        super().__init__(TITLE)
        self._outlines: tuple[Outline, ...] = ()
        self._paths: list[QPainterPath] = []
        self._boxes = np.empty((0, 4))
        """Of the areas that are drawn: west, south, east, north."""

    def set_outlines(self, outlines: Outlines) -> None:
        """Draw these areas."""
        self._outlines = outlines.areas
        self.relay()

    def named(self, chart: Chart) -> str:
        """Of all that is said of areas it shows one thing."""
        del chart
        return TITLE

    def of_kind(self, chart: Chart) -> Chart:
        """Of all that is said of areas what is said of those drawn here: not of wards and neighborhoods in one list."""
        return of_kind(chart, [outline.name for outline in self._outlines])

    @property
    def parts(self) -> dict[str, Part]:
        """The overdue part of each area, by its name."""
        series = self.chart.named(OVERDUE) if self.chart else None
        return {part.label: part for part in series.parts} if series else {}

    def remark(self) -> str:
        """How many overdue requests are on no map."""
        nowhere = self.parts.get(NOWHERE)
        return f"{nowhere.count:,} in no area" if nowhere and nowhere.count else ""

    def nothing(self) -> str:
        """Why there is no map."""
        if self._outlines:
            return "Nothing is open here."
        return "The city's areas have no outlines here. Name their files under [map] areas in config.toml."

    def lay(self) -> Sequence[Cell]:
        """A cell for each area, from north to south."""
        parts = self.parts
        known = sorted((o for o in self._outlines if o.name in parts), key=lambda o: -o.middle[1])
        self._boxes = np.array([o.box for o in known])
        self._paths = [self._path(o) for o in known]
        return [
            Cell(row, 0, path.boundingRect(), parts[o.name], f"{o.name}: {parts[o.name].count:,} overdue")
            for row, (o, path) in enumerate(zip(known, self._paths, strict=True))
        ]

    def cell_at(self, at: object) -> Cell | None:
        """The area that holds the point."""
        point = QPointF(at)  # type: ignore[call-overload]
        return next((c for c, path in zip(self.cells, self._paths, strict=True) if path.contains(point)), None)

    def _place(self, points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[QPointF]:
        west, south = self._boxes[:, :2].min(axis=0)
        east, north = self._boxes[:, 2:].max(axis=0)
        body = self._ground().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(body.width() / max(east - west, 1), body.height() / max(north - south, 1))
        left = body.left() + (body.width() - (east - west) * scale) / 2
        top = body.top() + (body.height() - (north - south) * scale) / 2
        x, y = left + (points[:, 0] - west) * scale, top + (north - points[:, 1]) * scale
        return [QPointF(*pair) for pair in zip(x.tolist(), y.tolist(), strict=True)]

    def _ground(self) -> QRectF:
        return self.body.adjusted(0, 0, 0, -theme.px(LEGEND))

    def _path(self, outline: Outline) -> QPainterPath:
        made = QPainterPath()
        for ring in outline.rings:
            made.addPolygon(QPolygonF(self._place(ring)))
            made.closeSubpath()
        return made

    def paint_body(self, painter: QPainter) -> None:
        """Paint the areas, their numbers, and what the colours mean."""
        p = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self._ground(), theme.colour(p.outside))
        values = np.array([cell.part.count for cell in self.cells], np.int64)
        above = classes.limits(values)
        inks = [theme.mix(p.overdue, p.land, share) for share in (0.0, *np.linspace(*SHADES, len(above) + 1).tolist())]
        for cell, path in sorted(zip(self.cells, self._paths, strict=True), key=lambda pair: -pair[0].part.count):
            edge = theme.colour(p.surf) if cell.part.count else theme.mix(p.muted, p.land, EDGE)
            painter.setPen(QPen(edge, 1.5))
            painter.setBrush(inks[classes.class_of(cell.part.count, above)])
            painter.drawPath(path)
        self._numbers(painter)
        self._legend(painter, above, inks)

    def _numbers(self, painter: QPainter) -> None:
        """Every area's number, then the names that fit, those of the highest numbers first."""
        p, taken = theme.current(), list[QRectF]()
        middles = {o.name: o.middle for o in self._outlines}
        bold, small = QFontMetricsF(theme.font(theme.BODY, theme.SEMIBOLD)), QFontMetricsF(theme.font(theme.META))
        named: list[tuple[int, str, QPointF]] = []
        for cell, path in zip(self.cells, self._paths, strict=True):
            middle, name = self._place(np.array([middles[_name(cell)]]))[0], _name(cell)
            is_named = small.horizontalAdvance(name) < OVER_EDGE * path.boundingRect().width()
            box = _around(middle + QPointF(0, 8 if is_named else 0), f"{cell.part.count:,}", bold)
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            self._halo(painter, box, f"{cell.part.count:,}", theme.BODY, True, p)
            if is_named:
                named.append((-cell.part.count, name, middle))
        for _, name, middle in sorted(named, key=lambda one: one[:2]):
            boxes = (_around(middle + QPointF(dx, dy), name, small) for dy in (-8, 24) for dx in ASIDE)
            free = next((b for b in boxes if not any(b.intersects(other) for other in taken)), None)
            if free is not None:
                taken.append(free)
                self._halo(painter, free, name, theme.META, False, p)

    def _halo(self, painter: QPainter, box: QRectF, text: str, pixels: int, bold: bool, p: theme.Palette) -> None:
        ink(painter, p.text, pixels, bold=bold)
        font = painter.font()
        path = QPainterPath()
        metrics = QFontMetricsF(font)
        path.addText(
            QPointF(box.center().x() - metrics.horizontalAdvance(text) / 2, box.center().y() + 4.5), font, text
        )
        painter.strokePath(path, QPen(theme.faded(p.halo, 0.75), 3))
        painter.fillPath(path, theme.colour(p.text))

    def _legend(self, painter: QPainter, above: tuple[int, ...], inks: Sequence[QColor]) -> None:
        """A strip of the colours below the map, each with its numbers."""
        p, lows = theme.current(), [0, 1, *(n + 1 for n in above)]
        pairs = zip(lows[1:], above, strict=False)
        said = ["none", *(f"{low:,}–{high:,}" if high != low else f"{low:,}" for low, high in pairs), f"{lows[-1]:,}+"]
        wide, top = min(theme.px(64), self.width() / len(said)), self.height() - theme.px(LEGEND) + theme.px(8)
        for i, text in enumerate(said):
            left = self.width() - (len(said) - i) * wide
            painter.setPen(QPen(theme.colour(p.muted), 1))
            painter.setBrush(inks[i])
            painter.drawRect(QRectF(left + 0.5, top + 0.5, wide - 4, theme.px(10)))
            ink(painter, p.muted, theme.META)
            painter.drawText(QRectF(left, top + theme.px(12), wide - 4, theme.px(16)), _MIDDLE, text)

    def paint_focus(self, painter: QPainter) -> None:
        """Mark the area's own outline."""
        here = self.at
        if here is None:
            super().paint_focus(painter)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(theme.current().accent), 2.5))
        painter.drawPath(self._paths[self.cells.index(here)])


def _around(middle: QPointF, text: str, letters: QFontMetricsF) -> QRectF:
    """Where a text about that point lies."""
    box = QRectF(0, 0, letters.horizontalAdvance(text) + 4, 16)
    box.moveCenter(middle)
    return box


def _name(cell: Cell) -> str:
    return cell.part.label
