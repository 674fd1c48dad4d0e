"""Painting of queue rows and their header by the design's measures, with each text laid out once for all rows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QStaticText

from services.domain.status import Status
from widgets import shapes, theme
from widgets.icons import icon_pixmap, paint_icon
from widgets.queue.model import COLUMNS
from widgets.queue.words import CHANNEL_ICONS, DASH, RowWords

ROW, HEADER, EDGE, PAD, RIGHT = 28, 24, 3, 9, 12
SHAPE_GAP = 8
_LEAST_FLEXIBLE = 330
_SERVICE_SHARE = 0.47
_GIVEN_UP = ("crew", "area", "channel", "age")
_KEPT_TEXTS = 8192


def column_widths(width: int) -> dict[str, int]:
    """The width of each column shown in a table `width` pixels wide; those that find no room are left out."""
    fixed = {c.name: theme.px(c.width) for c in COLUMNS if c.name not in {"service", "address"}}
    room = width - theme.px(EDGE + PAD)
    for name in _GIVEN_UP:
        if room - sum(fixed.values()) >= theme.px(_LEAST_FLEXIBLE):
            break
        del fixed[name]
    flexible = max(theme.px(120), room - sum(fixed.values()))
    service = min(theme.px(208), round(flexible * _SERVICE_SHARE))
    both = {"service": service, "address": flexible - service}
    return {c.name: (fixed | both)[c.name] for c in COLUMNS if c.name in fixed or c.name in both}


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands in the table."""

    selected: bool
    current: bool
    focused: bool
    """The table has the keyboard."""
    marked: bool
    """The current row is told apart from the chosen ones by an outline."""


class RowPainter:
    """Paints rows for one theme and one set of column widths; made anew when either changes."""

    def __init__(self, widths: dict[str, int], density: float) -> None:
        self.palette = theme.current()
        self.density = density
        self._inks = {s: self.palette.status(s) for s in Status}
        self._edge, self._pad, self._right, self._gap = (theme.px(n) for n in (EDGE, 4, RIGHT, SHAPE_GAP))
        self._shape, self._triangle, self._icon = (theme.px(n) for n in (shapes.SIZE, shapes.TRIANGLE, 16))
        self.height = theme.px(ROW)
        self._fonts = (theme.font(), theme.font(weight=theme.SEMIBOLD))
        self._metrics = tuple(QFontMetrics(f) for f in self._fonts)
        self._top = (self.height - self._metrics[0].height()) // 2
        self._text = theme.colour(self.palette.text)
        self._muted = theme.colour(self.palette.muted)
        self._laid: dict[tuple[str, int, bool], tuple[QStaticText, int]] = {}
        self.widths = widths
        self._lefts: dict[str, int] = {}
        left = theme.px(EDGE + PAD)
        for name, width in widths.items():
            self._lefts[name] = left
            left += width

    def paint(self, painter: QPainter, y: int, width: int, words: RowWords, state: RowState) -> None:
        """Paint one row whose top is at `y`."""
        self._ground(painter, y, width, state)
        painter.setFont(self._fonts[0])
        painter.setPen(self._text)
        self._status(painter, y, words)
        self._word(painter, y, "service", words.service)
        self._address(painter, y, words)
        self._due(painter, y, words)
        self._crew(painter, y, words)
        painter.setPen(self._muted)
        self._word(painter, y, "area", words.area.partition(",")[0])
        self._word(painter, y, "age", words.age, right=True)
        self._channel(painter, y, words)

    def _ground(self, painter: QPainter, y: int, width: int, state: RowState) -> None:
        p = self.palette
        if state.selected:
            painter.fillRect(0, y, width, self.height, theme.colour(p.selection))
            edge = p.accent if state.focused else p.muted
            painter.fillRect(0, y, self._edge, self.height, theme.colour(edge))
        if state.current and state.focused and state.marked:
            painter.setPen(QPen(theme.colour(p.accent), 1))
            painter.drawRect(QRectF(0.5, y + 0.5, width - 1, self.height - 1))

    def _status(self, painter: QPainter, y: int, words: RowWords) -> None:
        left, side = self._lefts["status"], self._shape
        mark = shapes.status_pixmap(words.status, self._inks[words.status], side, self.density)
        painter.drawPixmap(left, y + (self.height - side) // 2, mark)
        inset = side + self._gap
        self._at(painter, left + inset, y, words.state, self.widths["status"] - inset - self._pad)

    def _address(self, painter: QPainter, y: int, words: RowWords) -> None:
        left, width = self._lefts["address"], self.widths["address"] - self._right
        if not words.remark:
            self._at(painter, left, y, words.address, width)
            return
        used = self._at(painter, left, y, words.address, width)
        used += self._gap * bool(used)
        painter.setPen(self._muted)
        self._at(painter, left + used, y, self._fitting(words.remark, width - used), width - used)
        painter.setPen(self._text)

    def _fitting(self, remark: str, room: int) -> str:
        """As many whole remarks as there is room for beside the address, the first ones first."""
        while remark and self._metrics[0].horizontalAdvance(remark) > room:
            remark = remark.rpartition(", ")[0]
        return remark

    def _due(self, painter: QPainter, y: int, words: RowWords) -> None:
        if not words.due:
            return
        used = self._word(painter, y, "due", words.due, right=True, bold=words.late)
        if words.late:
            side = self._triangle
            left = self._lefts["due"] + self.widths["due"] - self._right - used - self._pad - side
            mark = shapes.overdue_pixmap(self.palette.overdue, side, self.density)
            painter.drawPixmap(left, y + (self.height - side) // 2, mark)

    def _crew(self, painter: QPainter, y: int, words: RowWords) -> None:
        if not words.crew:
            painter.setPen(self._muted)
        self._word(painter, y, "crew", words.crew or DASH)

    def _channel(self, painter: QPainter, y: int, words: RowWords) -> None:
        name = CHANNEL_ICONS.get(words.channel)
        if name and "channel" in self._lefts:
            mark = icon_pixmap(name, self.palette.muted, self._icon, self.density)
            painter.drawPixmap(self._lefts["channel"] + 2, y + (self.height - self._icon) // 2, mark)

    def _word(
        self, painter: QPainter, y: int, column: str, text: str, *, right: bool = False, bold: bool = False
    ) -> int:
        """Paint a word in its column; its width. Nothing where the column found no room."""
        if not text or column not in self._lefts:
            return 0
        room = self.widths[column] - self._right
        laid, used = self._lay(text, room, bold)
        left = self._lefts[column] + (room - used if right else 0)
        if bold:
            painter.setFont(self._fonts[1])
        painter.drawStaticText(QPointF(left, y + self._top), laid)
        if bold:
            painter.setFont(self._fonts[0])
        return used

    def _at(self, painter: QPainter, left: int, y: int, text: str, room: int) -> int:
        if not text:
            return 0
        laid, used = self._lay(text, room, bold=False)
        painter.drawStaticText(QPointF(left, y + self._top), laid)
        return used

    def _lay(self, text: str, room: int, bold: bool) -> tuple[QStaticText, int]:
        """A text laid out and cut to `room` pixels, with its width; kept, because words repeat from row to row."""
        key = (text, room, bold)
        found = self._laid.get(key)
        if found is None:
            if len(self._laid) >= _KEPT_TEXTS:
                self._laid.clear()
            found = self._laid[key] = self._cut(text, room, bold)
        return found

    def _cut(self, text: str, room: int, bold: bool) -> tuple[QStaticText, int]:
        metrics = self._metrics[bold]
        shown = metrics.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, room)
        laid = QStaticText(shown)
        laid.setTextFormat(Qt.TextFormat.PlainText)
        laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        laid.prepare(font=self._fonts[bold])
        return laid, metrics.horizontalAdvance(shown)


def paint_header(
    painter: QPainter, rect: QRectF, title: str, font: QFont, *, right: bool, descending: bool | None
) -> None:
    """Paint one title of the header, with the arrow of the sorted column (None: not sorted by it)."""
    muted = theme.colour(theme.current().muted)
    arrow = 12 if descending is not None else 0
    painter.setFont(font)
    painter.setPen(muted)
    words = QFontMetrics(font).horizontalAdvance(title)
    room = rect.width() - theme.px(RIGHT)
    left = rect.left() + (room - words - (arrow + 2 if arrow else 0) if right else 0)
    painter.drawText(QRectF(left, rect.top(), words + 4, rect.height()), Qt.AlignmentFlag.AlignVCenter, title)
    if arrow:
        box = QRectF(left + words + 2, rect.center().y() - arrow / 2, arrow, arrow)
        paint_icon(painter, box, "sorted-down" if descending else "sorted-up", muted)
