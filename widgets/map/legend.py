"""The map's legend: status shapes, the ramp of the heat or the steps of the areas, with their words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from services.domain.status import Status
from widgets import shapes, theme
from widgets.map.canvas import Canvas
from widgets.map.heat import paint_ramp
from widgets.map.layer import Mode

ROW = 24
TIGHT = 6
"""Pixels between entries where the usual 12 would need a second row."""
BOX = 12
RAMP = 96


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a status, "overdue", "several", "ramp", "#rrggbb" for a colour, or "" for words alone."""

    kind: str
    text: str

    @property
    def wide(self) -> int:
        """Pixels of the picture and the gap behind it."""
        return {"ramp": RAMP + 6, "": 0}.get(self.kind, BOX + 6)


STATUSES = tuple(Entry(s.value, s.label) for s in Status if s.is_open)
CLOSED = Entry(Status.CLOSED.value, Status.CLOSED.label)
OVERDUE, SEVERAL = Entry("overdue", "Overdue"), Entry("several", "Several")


class Legend(QWidget):
    """Pictures with their words, in one row, or in more where the map is narrow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.entries: tuple[Entry, ...] = ()
        self._places: list[tuple[int, int]] = []
        self._kept: tuple[object, QPixmap] | None = None
        self.say((*STATUSES, OVERDUE, SEVERAL))

    def say(self, entries: tuple[Entry, ...]) -> bool:
        """Show these entries; true when they are others than before."""
        if entries == self.entries:
            return False
        self.entries = entries
        self.setAccessibleName("Legend: " + ", ".join(e.text for e in entries))
        self.update()
        return True

    def fit(self, width: int) -> None:
        """Take at most this width."""
        metrics = QFontMetrics(theme.font(theme.META))
        words = [metrics.horizontalAdvance(e.text) + e.wide for e in self.entries]
        apart = 12 if 18 + sum(words) + 12 * (len(words) - 1) <= width else TIGHT
        self._places, x, y, widest = [], 9, 0, 0
        for size in words:
            if x + size + 9 > width and x > 9:
                x, y = 9, y + ROW
            self._places.append((x, y))
            x += size + apart
            widest = max(widest, x - apart + 9)
        self.resize(widest, y + ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was drawn once: the map below is painted anew at every step of a pan."""
        key = (self.entries, self.size(), theme.current(), self.devicePixelRatioF())
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._draw())
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept[1])
        painter.end()

    def _draw(self) -> QPixmap:
        """The ground and the entries."""
        palette, density = theme.current(), self.devicePixelRatioF()
        picture = QPixmap(self.size() * density)
        picture.setDevicePixelRatio(density)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.surf))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setFont(theme.font(theme.META))
        for (x, y), entry in zip(self._places, self.entries, strict=True):
            _paint(painter, QRectF(x, y + 6, BOX, BOX), entry.kind, palette)
            painter.setFont(theme.font(theme.META))
            painter.setPen(theme.colour(palette.text if entry.kind else palette.muted))
            painter.drawText(QRectF(x + entry.wide, y, 300, ROW), Qt.AlignmentFlag.AlignVCenter, entry.text)
        painter.end()
        return picture


def _paint(painter: QPainter, box: QRectF, kind: str, palette: theme.Palette) -> None:
    if kind == "overdue":
        shapes.paint_overdue(painter, box, palette)
    elif kind == "several":
        _paint_several(painter, box, palette)
    elif kind == "ramp":
        paint_ramp(painter, QRectF(box.x(), box.y(), RAMP, BOX))
    elif kind.startswith("#"):
        painter.setPen(QPen(theme.colour(palette.muted), 1))
        painter.setBrush(theme.colour(kind))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    elif kind:
        shapes.paint_status(painter, box, Status(kind), palette)


def _paint_several(painter: QPainter, box: QRectF, palette: theme.Palette) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour(palette.muted), 1.5))
    painter.drawEllipse(box.center(), 7, 7)
    painter.setFont(theme.font(theme.META, theme.SEMIBOLD))
    painter.setPen(theme.colour(palette.text))
    painter.drawText(box.translated(0, -1), Qt.AlignmentFlag.AlignCenter, "n")


def of(canvas: Canvas) -> tuple[Entry, ...]:
    """What explains the picture in force."""
    if canvas.mode is Mode.HEAT:
        top = canvas.heat.top
        most = f"{float(f'{top:.2g}'):,.0f} per km²" if top >= 1 else "many"
        return (Entry("", "Fewer"), Entry("ramp", most))
    if canvas.mode is Mode.AREAS:
        areas = canvas.choropleth
        if areas.outlines is None:
            return (Entry("", "This city names no areas: set [map] areas in config.toml"),)
        head = "Share overdue" if areas.by_overdue else "Requests"
        tail = [Entry("", f"{areas.elsewhere:,} in no area")] if areas.elsewhere else []
        return (Entry("", head), *(Entry(ink, text) for ink, text in areas.legend()), *tail)
    closed = [CLOSED] if canvas.shown.any_closed else []
    return (*STATUSES, *closed, OVERDUE, SEVERAL)
