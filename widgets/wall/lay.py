"""Where everything of a page stands: texts, bars and lines in pixels, each text within its own box.

What is to be read at five metres needs capitals 20 mm high (14 minutes of arc, a little under the 16 that ISO 9241-303
asks at a desk for reading all day, and signs are glanced at). On a 55-inch screen of 16:9, 685 mm high, that is 1/34 of
the height. A capital of the interface font is 0.727 of the font's size: so no text is smaller than 1/24 of the height
(capitals of 20.8 mm). All measures are parts of that height; on other shapes, of the height of a 16:9 screen as wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from services.supervise.flow import CLOSED, OPENED
from services.supervise.parts import Chart
from widgets import theme
from widgets.supervise import words
from widgets.wall.content import Big, Content, Row, Standing

SMALLEST = 1 / 24
"""Of the height: the size of the smallest font."""
_BODY, _TITLE, _NUMBER, _HUGE = 0.05, 0.062, 0.12, 0.19
MARGIN, HEAD, FOOT, BAND, GAP = 0.05, 0.12, 0.1, 0.1, 0.03
LINE = 1.3
"""Height of a line of text, of its font's size."""
ROW, COLUMN = 0.09, 0.4


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one line, in the middle of their box's height. `ink` names a colour of the palette."""

    box: QRectF
    text: str
    pixels: int
    ink: str = "text"
    bold: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled box; `share` (0 to 1) of its colour lies over the surface."""

    box: QRectF
    ink: str
    share: float = 1.0
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Triangle:
    """The mark of what is overdue or wrong."""

    box: QRectF


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; `width` in pixels."""

    points: tuple[QPointF, ...]
    ink: str
    width: float


Mark = Text | Fill | Triangle | Line


class Page:
    """Lays out on one screen; `marks` is what there is to paint, from back to front."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.unit = min(height, width * 9 / 16)
        """Pixels of a screen's height, of which all measures are parts."""
        self.least = math.ceil(self.unit * SMALLEST)
        self.marks: list[Mark] = []
        self.is_warned = False
        """Whether what is wrong takes some room above the foot."""

    def px(self, part: float) -> int:
        """A part of the height in pixels."""
        return round(self.unit * part)

    @property
    def body(self) -> QRectF:
        """Between head and foot."""
        side, below = self.px(MARGIN), self.px(FOOT) + (self.px(BAND) if self.is_warned else 0)
        return QRectF(side, self.px(HEAD), self.width - 2 * side, self.height - self.px(HEAD) - below)

    def write(
        self, box: QRectF, text: str, part: float, ink: str = "text", *, bold: bool = False, right: bool = False
    ) -> float:
        """Write in a box, smaller and at last cut with … where it is too narrow; gives how wide the words are."""
        pixels = max(self.least, self.px(part))
        while pixels > self.least and wide(text, pixels, bold=bold) > box.width():
            pixels = max(self.least, math.floor(pixels * 0.95))
        if wide(text, pixels, bold=bold) > box.width():
            text = _metrics(pixels, bold=bold).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        if text:
            self.marks.append(Text(box, text, pixels, ink, bold, right))
        return wide(text, pixels, bold=bold)

    def line(self, left: float, top: float, width: float, part: float) -> QRectF:
        """The box of a line of that size."""
        return QRectF(left, top, width, max(self.least, self.px(part)) * LINE)

    # -- what is on every page

    def head(self, content: Content, clock: str) -> None:
        """The title, what it is of, and the time."""
        side, high = self.px(MARGIN), self.px(HEAD)
        time = wide(clock, max(self.least, self.px(_TITLE)), bold=True) + 2
        self.write(QRectF(self.width - side - time, 0, time, high), clock, _TITLE, bold=True, right=True)
        room = self.width - 2 * side - time - self.px(GAP)
        used = self.write(QRectF(side, 0, room, high), content.title, _TITLE, bold=True) + self.px(GAP)
        if room - used > self.least * 3:
            self.write(QRectF(side + used, 0, room - used, high), content.remark, SMALLEST, "muted")

    def foot(self, said: str, at: int, of: int) -> None:
        """The city, as of when, what is counted; and which of the pages this is."""
        side, high = self.px(MARGIN), self.px(FOOT)
        top, dot = self.height - high, self.px(0.016)
        dots = of * 2 * dot if of > 1 else 0
        self.marks.append(Fill(QRectF(side, top, self.width - 2 * side, max(1, self.px(0.002))), "hair"))
        self.write(QRectF(side, top, self.width - 2 * side - dots - self.px(GAP), high), said, SMALLEST, "muted")
        for i in range(of if of > 1 else 0):
            left = self.width - side - dots + (2 * i + 1) * dot
            self.marks.append(Fill(QRectF(left, top + (high - dot) / 2, dot, dot), "accent" if i == at else "track"))

    def band(self, said: str) -> None:
        """What is wrong, across the foot."""
        box = QRectF(0, self.height - self.px(FOOT) - self.px(BAND), self.width, self.px(BAND))
        self.marks.append(Fill(box, "surf"))
        self.marks.append(Fill(box, "overdue", 0.16))
        side, mark = self.px(MARGIN), self.px(SMALLEST)
        self.marks.append(Triangle(QRectF(side, box.center().y() - mark / 2, mark, mark)))
        left = side + mark + self.px(GAP)
        self.write(QRectF(left, box.top(), self.width - left - side, box.height()), said, _BODY, bold=True)

    def nothing(self, said: str) -> None:
        """Words where there is nothing to draw."""
        self.write(self.line(self.body.left(), self.body.top(), self.body.width(), _BODY), said, _BODY, "muted")

    # -- numbers

    def numbers(self, bigs: Sequence[Big], columns: int = 3) -> None:
        """Numbers alone, all of one size."""
        body, rows = self.body, -(-len(bigs) // columns)
        across, down = body.width() / columns, body.height() / rows
        part = min(_HUGE, down / self.unit / LINE - 2 * SMALLEST - 0.01)
        while part > SMALLEST and any(wide(b.number, self.px(part), bold=True) > across * 0.92 for b in bigs):
            part *= 0.95
        for i, big in enumerate(bigs):
            left, top = body.left() + i % columns * across, body.top() + i // columns * down
            self.big(QRectF(left, top, across * 0.94, down), big, part)

    def big(self, room: QRectF, big: Big, part: float = _NUMBER) -> float:
        """One number in its room; gives where it ends below."""
        title = self.line(room.left(), room.top(), room.width(), SMALLEST)
        mark = self.px(SMALLEST) * 0.9
        at = QRectF(title.left(), title.center().y() - mark / 2, mark, mark)
        if big.is_alarming:
            self.marks.append(Triangle(at))
        elif big.ink:
            self.marks.append(Fill(at, big.ink))
        if big.is_alarming or big.ink:
            title.setLeft(title.left() + mark * 1.4)
        self.write(title, big.title, SMALLEST, "muted")
        number = self.line(room.left(), title.bottom(), room.width(), part)
        self.write(number, big.number, part, bold=True)
        below = self.line(room.left(), number.bottom(), room.width(), SMALLEST)
        self.write(below, big.remark, SMALLEST, "muted")
        return below.bottom() if big.remark else number.bottom()

    def beside(self, bigs: Sequence[Big]) -> QRectF:
        """Numbers below one another at the left; gives the room that is left."""
        body, top = self.body, self.body.top()
        if not bigs:
            return body
        for big in bigs:
            top = self.big(QRectF(body.left(), top, self.px(COLUMN), body.bottom() - top), big) + self.px(GAP)
        return body.adjusted(self.px(COLUMN) + self.px(MARGIN), 0, 0, 0)

    # -- charts

    def rows(self, room: QRectF, rows: Sequence[Row], goal: float | None) -> None:
        """As many rows as there is room for."""
        high = self.px(ROW)
        shown = rows[: int(room.height() // high)]
        label = min(room.width() * 0.48, max(wide(r.label, self.least) for r in shown) + self.px(GAP))
        said = max(wide(r.said, self.least, bold=True) for r in shown) + 2
        bar = QRectF(room.left() + label, 0, room.width() - label - said - self.px(GAP), high * 0.5)
        for i, row in enumerate(shown):
            top = room.top() + i * high
            self.write(QRectF(room.left(), top, label - self.px(0.01), high), row.label, SMALLEST)
            box = QRectF(bar.left(), top + high * 0.25, bar.width(), bar.height())
            self.marks.append(Fill(box, "track"))
            self.marks.append(Fill(_part(box, row.share), "muted", 0.72))
            if row.late:
                self.marks.append(Fill(_part(box, row.late), "overdue", hatched=True))
            if goal is not None:
                tick = max(2, self.px(0.004))
                at = box.left() + box.width() * goal - tick / 2
                self.marks.append(Fill(QRectF(at, box.top() - high * 0.1, tick, box.height() + high * 0.2), "text"))
            end = QRectF(room.right() - said, top, said, high)
            self.write(end, row.said, SMALLEST, bold=row.is_alarming, right=True)

    def alerts(self, room: QRectF, standing: Sequence[Standing]) -> None:
        """As many alerts as there is room for; those that nobody has acknowledged are marked."""
        if not standing:
            self.write(self.line(room.left(), room.top(), room.width(), _BODY), "No alert stands.", _BODY, "muted")
        mark, gap = self.px(_BODY), self.px(GAP)
        each = self.line(0, 0, 0, _BODY).height() + self.line(0, 0, 0, SMALLEST).height() + gap
        for i, one in enumerate(standing[: int((room.height() + gap) // each)]):
            title = self.line(room.left() + mark * 1.4, room.top() + i * each, room.width() - mark * 1.4, _BODY)
            if not one.is_acknowledged:
                self.marks.append(Triangle(QRectF(room.left(), title.center().y() - mark / 2, mark, mark)))
            self.write(title, one.rule, _BODY, bold=True)
            below = self.line(title.left(), title.bottom(), title.width(), SMALLEST)
            seen = " · acknowledged" if one.is_acknowledged else ""
            self.write(below, f"{one.said} · since {one.since}{seen}", SMALLEST, "muted")

    def flow(self, room: QRectF, chart: Chart) -> None:
        """What was opened in bars, what was closed as a line."""
        opened, closed = chart.named(OPENED), chart.named(CLOSED)
        if opened is None or closed is None or not chart.buckets:
            return
        levels = words.steps(max(part.drawn for part in (*opened.parts, *closed.parts)), 3)
        axis = max(wide(f"{level:,.0f}", self.least) for level in levels) + self.px(GAP)
        high = self.least * LINE
        plot = room.adjusted(axis, high / 2, 0, -2 * high)
        for level in levels:
            y = plot.bottom() - plot.height() * level / levels[-1]
            self.marks.append(Fill(QRectF(plot.left(), y, plot.width(), max(1, self.px(0.002))), "hair"))
            box = QRectF(room.left(), y - high / 2, axis - self.px(GAP) + 1, high)
            self.write(box, f"{level:,.0f}", SMALLEST, "muted", right=True)
        each = plot.width() / len(chart.buckets)
        points = []
        for i, (came, went) in enumerate(zip(opened.parts, closed.parts, strict=True)):
            left, tall = plot.left() + i * each, plot.height() * came.drawn / levels[-1]
            self.marks.append(Fill(QRectF(left + each * 0.14, plot.bottom() - tall, each * 0.72, tall), "accent"))
            points.append(QPointF(left + each / 2, plot.bottom() - plot.height() * went.drawn / levels[-1]))
        self.marks.append(Line(tuple(points), "surf", self.px(0.014)))
        self.marks.append(Line(tuple(points), "text", self.px(0.007)))
        self._times(plot, chart, each)

    def _times(self, plot: QRectF, chart: Chart, each: float) -> None:
        room = max(2, int(plot.width() // (self.least * 4)))
        free = [plot.left(), plot.left()]
        for column, *lines in words.ticks(chart.buckets, chart.unit, room):
            left = plot.left() + column * each
            for i, text in enumerate(lines):
                needed = wide(text, self.least, bold=bool(i)) + 1
                if not text or left < free[i] or left + needed > self.width:
                    continue
                box = QRectF(left, plot.bottom() + i * self.least * LINE, needed, self.least * LINE)
                self.write(box, text, SMALLEST, "text" if i else "muted", bold=bool(i))
                free[i] = left + needed + self.least / 2


def _part(box: QRectF, share: float) -> QRectF:
    return QRectF(box.left(), box.top(), box.width() * share, box.height())


def _metrics(pixels: int, *, bold: bool = False) -> QFontMetricsF:
    return QFontMetricsF(theme.exact_font(pixels, theme.SEMIBOLD if bold else theme.NORMAL))


def wide(text: str, pixels: int, *, bold: bool = False) -> float:
    """How wide words are, in pixels."""
    return _metrics(pixels, bold=bold).horizontalAdvance(text)


def laid(page: Page, content: Content) -> Page:
    """Lay the body of a page out."""
    if content.standing is not None:
        page.alerts(page.beside(content.bigs), content.standing)
    elif content.flow is not None:
        page.flow(page.beside(content.bigs), content.flow)
    elif content.rows:
        page.rows(page.beside(content.bigs), content.rows, content.goal)
    elif len(content.bigs) > 2:
        page.numbers(content.bigs)
    else:
        page.beside(content.bigs)
    return page
