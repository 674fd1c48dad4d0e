"""Painting of queue rows by the design's measures; words that many rows have are laid out once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QGuiApplication, QPainter, QPen, QStaticText

from services.domain.status import Status
from widgets import shapes, theme
from widgets.icons import icon_pixmap
from widgets.queue.columns import BY_NAME, EDGE, PAD, RIGHT
from widgets.queue.words import CHANNEL_ICONS, DASH, RowWords, second_line

ROW, TWO_LINES = 28, 44
SHAPE_GAP = 8
_LEAST = 96
"""Of the address so much stays beside several remarks."""
_SECOND_TOP, _FIRST_TOP = 23, 4
_KEPT_TEXTS = 8192
_MUTED = frozenset({"area", "age", "requested", "updated", "closed", "number", "upstream"})
_OWN = frozenset({"address", "number", "requested", "closed"})
"""Columns whose words differ from row to row, so that keeping their layout would cost more than it saves."""
_SPECIAL = frozenset({"status", "address", "due", "crew", "channel"})


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands in the table."""

    selected: bool
    current: bool
    focused: bool
    """The table has the keyboard."""
    marked: bool
    """The current row is told apart from the chosen ones by an outline."""


def high_contrast() -> bool:
    """Whether the person has asked the system for more contrast."""
    hints = QGuiApplication.styleHints()  # held while its part is asked: PySide lets go of both otherwise
    asked = hints.accessibility()
    return asked.contrastPreference() is Qt.ContrastPreference.HighContrast


class RowPainter:
    """Paints rows for one theme and one set of column widths; made anew when either changes."""

    def __init__(
        self, widths: dict[str, int], density: float, *, two_lines: bool = False, contrast: bool = False
    ) -> None:
        self.palette = theme.current()
        self.widths, self.density, self.two_lines, self.contrast = widths, density, two_lines, contrast
        self.height = theme.px(TWO_LINES if two_lines else ROW)
        self._inks = {s: self.palette.status(s) for s in Status}
        self._edge, self._pad, self._right, self._gap = (theme.px(n) for n in (EDGE, 4, RIGHT, SHAPE_GAP))
        self._least = theme.px(_LEAST)
        self._shape, self._triangle, self._icon = (theme.px(n) for n in (shapes.SIZE, shapes.TRIANGLE, 16))
        self._fonts = (theme.font(), theme.font(weight=theme.SEMIBOLD))
        self._metrics = tuple(QFontMetrics(f) for f in self._fonts)
        self._meta = theme.font(theme.META)
        self._meta_metrics = QFontMetrics(self._meta)
        first = theme.px(20) if two_lines else self.height
        self._above = theme.px(_FIRST_TOP) if two_lines else 0
        self._first = first
        self._top = self._above + (first - self._metrics[0].height()) // 2
        self._base = self._top + self._metrics[0].ascent()
        self._second_base = theme.px(_SECOND_TOP) + self._meta_metrics.ascent()
        self._text, self._muted = theme.colour(self.palette.text), theme.colour(self.palette.muted)
        self._laid: dict[tuple[str, int, bool], tuple[QStaticText, int]] = {}
        self._advances: dict[str, float] = {}
        self._lefts: dict[str, int] = {}
        self._place()

    def _place(self) -> None:
        left = theme.px(EDGE + PAD)
        for name, width in self.widths.items():
            self._lefts[name] = left
            left += width
        self.width, self.scrolled = left, 0
        """From the left edge to the end of the last column, and how far that is scrolled to the left (pixels)."""
        names = list(self.widths)
        self._second_left = theme.px(EDGE + PAD)
        if names[:1] == ["status"]:
            self._second_left = self._lefts[names[1]] if len(names) > 1 else left
        groups: dict[bool, list[str]] = {False: [], True: []}
        for name in names:
            if name not in _SPECIAL:
                groups[name in _MUTED].append(name)
        self._plain = [self._cell(n) for n in groups[False]]
        self._quiet = [self._cell(n) for n in groups[True]]
        drawn: dict[str, Callable[[QPainter, int, RowWords], None]] = {
            "status": self._status,
            "address": self._address,
            "due": self._due,
            "crew": self._crew,
        }
        self._drawn = [drawn[n] for n in names if n in drawn]
        self._with_channel = "channel" in self._lefts

    def _cell(self, name: str) -> tuple[str, int, int, bool, bool]:
        """What painting a plain column needs: field, left, room, at the right, words of its own in each row."""
        return name, self._lefts[name], self.widths[name] - self._right, BY_NAME[name].right, name in _OWN

    def paint(self, painter: QPainter, y: int, width: int, words: RowWords, state: RowState) -> None:
        """Paint one row whose top is at `y`; with the table's font and text colour set beforehand (`begin`)."""
        if state.selected or state.current:
            self._ground(painter, y, width, state)
            painter.setPen(self._text)
        for draw in self._drawn:
            draw(painter, y, words)
        for cell in self._plain:
            self._word(painter, y, words, cell)
        painter.setPen(self._muted)
        for cell in self._quiet:
            self._word(painter, y, words, cell)
        if self._with_channel:
            self._channel(painter, y, words)
        if self.two_lines:
            self._second(painter, y, words)
        painter.setPen(self._text)

    def begin(self, painter: QPainter) -> None:
        """Set what every row begins with."""
        painter.setFont(self._fonts[0])
        painter.setPen(self._text)

    def _ground(self, painter: QPainter, y: int, width: int, state: RowState) -> None:
        p, x = self.palette, self.scrolled
        if state.selected:
            painter.fillRect(x, y, width, self.height, theme.colour(p.selection))
            edge = theme.colour(p.accent if state.focused else p.muted)
            painter.fillRect(x, y, self._edge, self.height, edge)
            if self.contrast:
                painter.fillRect(x, y, width, 1, self._text)
                painter.fillRect(x, y + self.height - 1, width, 1, self._text)
        if state.current and state.focused and (state.marked or self.contrast):
            thick = 2 if self.contrast else 1
            painter.setPen(QPen(self._text if self.contrast else theme.colour(p.accent), thick))
            half = thick / 2
            painter.drawRect(QRectF(x + half, y + half, width - thick, self.height - thick))

    def _status(self, painter: QPainter, y: int, words: RowWords) -> None:
        left, side = self._lefts["status"], self._shape
        mark = shapes.status_pixmap(words.status, self._inks[words.status], side, self.density)
        painter.drawPixmap(left, y + self._above + (self._first - side) // 2, mark)
        inset = side + self._gap
        self._kept(painter, left + inset, y, words.state, self.widths["status"] - inset - self._pad)

    def _address(self, painter: QPainter, y: int, words: RowWords) -> None:
        left, width = self._lefts["address"], self.widths["address"] - self._right
        if not words.remark:
            if words.address:
                self._own(painter, left, y, words.address, width)
            return
        remark = self._fitting(words.remark, width - self._least if words.address else width)
        room = width - self._gap - self._metrics[0].horizontalAdvance(remark)
        if words.address and room >= self._gap:
            used = self._own(painter, left, y, words.address, room) + self._gap
            left, width = left + used, width - used
        painter.setPen(self._muted)
        self._kept(painter, left, y, remark, width)
        painter.setPen(self._text)

    def _fitting(self, remark: str, room: int) -> str:
        """As many whole remarks as there is room for, the first ones first, and that in any case."""
        while ", " in remark and self._metrics[0].horizontalAdvance(remark) > room:
            remark = remark.rpartition(", ")[0]
        return remark

    def _due(self, painter: QPainter, y: int, words: RowWords) -> None:
        """The due clock; late is a triangle and heavy, urgent a clock and heavy, so that grey tells them apart too."""
        if not words.due:
            return
        room, heavy = self.widths["due"] - self._right, words.late or words.urgent
        laid, used = self._lay(words.due, room, heavy)
        end = self._lefts["due"] + room
        if heavy:
            painter.setFont(self._fonts[1])
        painter.drawStaticText(QPointF(end - used, y + self._top), laid)
        if heavy:
            painter.setFont(self._fonts[0])
            side = self._triangle if words.late else self._shape
            left = end - used - self._pad - side
            if left >= self._lefts["due"]:
                mark = (
                    shapes.overdue_pixmap(self.palette.overdue, side, self.density)
                    if words.late
                    else icon_pixmap("clock", self.palette.text, side, self.density)
                )
                painter.drawPixmap(left, y + self._above + (self._first - side) // 2, mark)

    def _crew(self, painter: QPainter, y: int, words: RowWords) -> None:
        left, room = self._lefts["crew"], self.widths["crew"] - self._right
        if words.crew:
            self._kept(painter, left, y, words.crew, room)
            return
        painter.setPen(self._muted)
        self._kept(painter, left, y, DASH, room)
        painter.setPen(self._text)

    def _channel(self, painter: QPainter, y: int, words: RowWords) -> None:
        name = CHANNEL_ICONS.get(words.channel)
        if name:
            mark = icon_pixmap(name, self.palette.muted, self._icon, self.density)
            top = y + self._above + (self._first - self._icon) // 2
            painter.drawPixmap(self._lefts["channel"] + 2, top, mark)

    def _second(self, painter: QPainter, y: int, words: RowWords) -> None:
        room = self.width - self._second_left - self._right
        text = self._meta_metrics.elidedText(second_line(words, self._lefts), Qt.TextElideMode.ElideRight, room)
        painter.setFont(self._meta)
        painter.drawText(self._second_left, y + self._second_base, text)
        painter.setFont(self._fonts[0])

    def _word(self, painter: QPainter, y: int, words: RowWords, cell: tuple[str, int, int, bool, bool]) -> None:
        name, left, room, right, own = cell
        text: str = getattr(words, name)
        if name == "area":
            text = text.partition(",")[0]
        if not text:
            return
        if own:
            self._own(painter, left, y, text, room)
            return
        laid, used = self._lay(text, room, heavy=False)
        painter.drawStaticText(QPointF(left + (room - used if right else 0), y + self._top), laid)

    def _own(self, painter: QPainter, left: int, y: int, text: str, room: int) -> int:
        """Draw words that hardly any other row has, cut to `room` pixels; how wide they are."""
        used = self._advance(text)
        if used > room:
            text = self._metrics[0].elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, room)
            used = min(room, self._metrics[0].horizontalAdvance(text))
        painter.drawText(left, y + self._base, text)
        return used

    def _advance(self, text: str) -> int:
        """How wide a text is in pixels, from the widths of its characters: a little more where pairs are kerned."""
        known = self._advances
        try:
            return ceil(sum([known[c] for c in text]))
        except KeyError:
            if not text.isascii() or not text.isprintable():
                return self._metrics[0].horizontalAdvance(text) if text.isprintable() else _ENDLESS
            metrics = QFontMetricsF(self._fonts[0])
            known.update((c, metrics.horizontalAdvance(c)) for c in text)
            return ceil(sum([known[c] for c in text]))

    def _kept(self, painter: QPainter, left: int, y: int, text: str, room: int) -> None:
        if text:
            painter.drawStaticText(QPointF(left, y + self._top), self._lay(text, room, heavy=False)[0])

    def _lay(self, text: str, room: int, heavy: bool) -> tuple[QStaticText, int]:
        """A text laid out and cut to `room` pixels, with its width; kept, because words repeat from row to row."""
        key = (text, room, heavy)
        found = self._laid.get(key)
        if found is None:
            if len(self._laid) >= _KEPT_TEXTS:
                self._laid.clear()
            found = self._laid[key] = self._cut(text, room, heavy)
        return found

    def _cut(self, text: str, room: int, heavy: bool) -> tuple[QStaticText, int]:
        metrics = self._metrics[heavy]
        shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, room)
        laid = QStaticText(shown)
        laid.setTextFormat(Qt.TextFormat.PlainText)
        laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        laid.prepare(font=self._fonts[heavy])
        return laid, metrics.horizontalAdvance(shown)


_ENDLESS = 1 << 20
"""Wider than any column: what holds line breaks or controls is always cut by Qt, which makes one line of it."""
