"""Bars and lines over time, drawn by pyqtgraph: what was opened and closed, channels, shares and times to close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from services.supervise.flow import BEFORE
from services.supervise.parts import Chart, Series
from services.supervise.periods import Unit
from widgets import theme
from widgets.supervise import words
from widgets.supervise.box import Cell, ChartBox

LEFT, RIGHT, BOTTOM, TOP = 32, 8, 40, 12
"""Room around the bars (pixels)."""
LEGEND, GAP = 20, 16
"""How high the legend is below the title, and what lies between two of its entries."""
NEAR = 8
"""A point of a line is opened within so many pixels."""
HALO = 4.5
EDGE = 0.012
PEAK, MANY = 3.0, 20
"""So many times the median, and so many at least, the highest bar is pointed at."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a series is drawn."""

    ink: str
    """The name of a colour of the palette."""
    width: float = 1.5
    dash: Qt.PenStyle = Qt.PenStyle.SolidLine
    bars: bool = False
    bold: bool = False


PLAIN = Style("muted")


class TimeChart(ChartBox):
    """Series over the hours, days, weeks or months of a period; at most one of them in bars."""

    def __init__(
        self,
        title: str,
        styles: Callable[[Series, int], Style],
        said: Callable[[float], str],
        *,
        named_at_end: bool = False,
        top: float | None = None,
    ) -> None:
        """`styles`: of a series and its place; `said`: a value in words. `top` fixes the highest value."""
        super().__init__(title)
        self._styles, self._said, self._named, self._top = styles, said, named_at_end, top
        self._levels: list[float] = []
        self._is_legend_below = False
        """Whether the legend has a line of its own, since there is no room for it beside the title."""
        self._plot = pg.GraphicsView(self, useOpenGL=False, background=None)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setStyleSheet("background: transparent; border: none;")
        self._plot.viewport().setAutoFillBackground(False)
        self._view = pg.ViewBox(enableMouse=False, enableMenu=False, border=None)
        self._view.setDefaultPadding(0)
        self._plot.setCentralItem(self._view)
        self._over = _Over(self)

    def show_chart(self, chart: Chart) -> None:
        """Draw these figures in place of those before."""
        self.chart = chart
        self._levels = self._across()
        self._draw()
        super().show_chart(chart)

    @property
    def _series(self) -> tuple[Series, ...]:
        """Those that are drawn; what is known as a whole only is not."""
        made = self.chart.series if self.chart is not None and not self.chart.is_empty else ()
        return tuple(series for series in made if series.parts)

    def _across(self) -> list[float]:
        """The values at which lines go across."""
        highest = max((p.drawn for s in self._series for p in s.parts), default=0.0)
        if self._top is not None:
            return words.steps(self._top, 2)
        return words.lengths(highest) if self._said is words.length else words.steps(highest, 3)

    @property
    def _range(self) -> tuple[float, float]:
        """From below the lowest value to above the highest, so that no line is cut at its edge."""
        top = self._levels[-1]
        return -EDGE * top, (1 + EDGE) * top

    def _draw(self) -> None:
        """Give pyqtgraph the bars and lines."""
        self._view.clear()
        p, surface = theme.current(), theme.colour(theme.current().surf)
        order = sorted(enumerate(self._series), key=lambda pair: not self._styles(pair[1], pair[0]).bars)
        for i, series in order:
            style = self._styles(series, i)
            ink = theme.colour(getattr(p, style.ink))
            values = np.array([np.nan if q.value is None and self._has_values else q.drawn for q in series.parts])
            at = np.arange(len(values)) + 0.5
            if style.bars:
                self._view.addItem(pg.BarGraphItem(x=at, height=values, width=0.72, brush=ink, pen=pg.mkPen(None)))
                continue
            alone = _alone(values)
            dots = {"pen": pg.mkPen(None), "brush": ink, "size": 2 * style.width + 2}
            self._view.addItem(pg.ScatterPlotItem(x=at[alone], y=values[alone], **dots))
            if style.bold:
                self._line(at, values, surface, style.width + HALO - 2, Qt.PenStyle.SolidLine)
            self._line(at, values, ink, style.width, style.dash)
        many = max((len(s.parts) for s in self._series), default=1)
        self._view.setRange(xRange=(0, max(1, many)), yRange=self._range, padding=0)

    def _line(self, x: object, y: object, ink: QColor, width: float, dash: Qt.PenStyle) -> None:
        pen = pg.mkPen(ink, width=width, style=dash)
        item = pg.PlotCurveItem(x=x, y=y, pen=pen, connect="finite", antialias=True)
        self._view.addItem(item)

    @property
    def _has_values(self) -> bool:
        """Whether shares or lengths are drawn, and not how many there are."""
        return any(part.value is not None for series in self._series for part in series.parts)

    def restyle(self) -> None:
        """Draw in the colours in force."""
        if self.chart is not None:
            self._draw()
        super().restyle()

    @property
    def plot(self) -> QRectF:
        """Where the bars are, in pixels of the widget."""
        right = theme.px(112 if self._named else RIGHT)
        letters = QFontMetricsF(theme.font(theme.META))
        widest = max((letters.horizontalAdvance(self._axis(level)) for level in self._levels), default=0)
        top = theme.px(TOP + (LEGEND if self._is_legend_below else 0))
        return self.body.adjusted(max(theme.px(LEFT), widest + theme.px(8)), top, -right, -theme.px(BOTTOM))

    def lay(self) -> Sequence[Cell]:
        """One cell for each bar's whole height, and one around each point of a line."""
        title = QFontMetricsF(theme.font(theme.TITLE, theme.SEMIBOLD)).horizontalAdvance(self.title)
        self._is_legend_below = self.width() - title < sum(wide for *_, wide in self._legend)
        self._plot.setGeometry(self.plot.toAlignedRect())
        self._over.setGeometry(self.rect())
        self._plot.setVisible(bool(self._series))
        made: list[Cell] = []
        if self.chart is None:
            return made
        for row, series in enumerate(self._series):
            style = self._styles(series, row)
            for column, part in enumerate(series.parts):
                bucket = self.chart.buckets[column]
                box = self._column(column) if style.bars else self._near(column, part.drawn)
                when = words.when(bucket, self.chart.unit) if part.label == bucket.words else part.label
                said = f"{when}: {series.title}, {self._value(part.value, part.count)}"
                made.append(Cell(row, column, box, part, said))
        return made

    @property
    def first(self) -> int:
        """The newest bar."""
        return max((i for i, cell in enumerate(self.cells) if cell.row == 0), default=0)

    def _value(self, value: float | None, count: int) -> str:
        return f"{count:,}" if value is None else f"{self._said(value)} ({count:,})"

    def _column(self, column: int) -> QRectF:
        plot, many = self.plot, max(1, len(self.chart.buckets) if self.chart else 1)
        wide = plot.width() / many
        return QRectF(plot.left() + column * wide, plot.top(), wide, plot.height())

    def point(self, column: int, value: float) -> QPointF:
        """Where a value of a bar's time is, in pixels of the widget."""
        whole, (low, high) = self._column(column), self._range
        return QPointF(whole.center().x(), whole.bottom() - whole.height() * (value - low) / (high - low))

    def _near(self, column: int, value: float) -> QRectF:
        near, at = theme.px(NEAR), self.point(column, value)
        return QRectF(at.x() - near, at.y() - near, 2 * near, 2 * near)

    # -- what pyqtgraph does not draw

    def paint_body(self, painter: QPainter) -> None:
        """The lines across and their numbers lie below the bars."""
        p, plot = theme.current(), self.plot
        painter.setFont(theme.font(theme.META))
        for level in self._levels:
            y = round(self.point(0, level).y()) + 0.5
            painter.setPen(theme.colour(p.hair))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.colour(p.muted))
            box = QRectF(0, y - 10, plot.left() - theme.px(8), 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._axis(level))
        self._paint_times(painter, plot)

    def _axis(self, level: float) -> str:
        if not level:
            return "0"
        return self._said(level).replace(" %", "") if self._has_values else f"{level:,.0f}"

    def _paint_times(self, painter: QPainter, plot: QRectF) -> None:
        p, chart = theme.current(), self.chart
        if chart is None:
            return
        room = max(2, int(plot.width() // theme.px(64)))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        free = [-1.0, -1.0]
        for column, upper, below in words.ticks(chart.buckets, chart.unit, room):
            for line, (text, weight, ink) in enumerate(
                ((upper, theme.NORMAL, p.muted), (below, theme.SEMIBOLD, p.text))
            ):
                painter.setFont(theme.font(theme.META, weight))
                wide = painter.fontMetrics().horizontalAdvance(text)
                x = self._column(column).left()
                if chart.unit not in {Unit.HOUR, Unit.QUARTER}:
                    x = max(plot.left(), self._column(column).center().x() - wide / 2)
                if not text or x < free[line] or x + wide > self.width():
                    continue
                painter.setPen(theme.colour(ink))
                painter.drawText(
                    QRectF(x, plot.bottom() + theme.px(4 + 16 * line), wide + 2, theme.px(16)), flags, text
                )
                free[line] = x + wide + theme.px(8)

    @property
    def _legend(self) -> list[tuple[int, str, float, float]]:
        """Of each series its place, what it is called, and how wide its mark and its words with the gap behind are."""
        letters = QFontMetricsF(theme.font(theme.META))
        made: list[tuple[int, str, float, float]] = []
        for i, series in enumerate(() if self._named else self._series):
            count = f" {series.whole.count:,}" if series.whole is not None and series.whole.value is None else ""
            text = f"{'Before' if series.title.endswith(BEFORE) else series.title}{count}"
            mark = theme.px(12 if self._styles(series, i).bars else 20)
            made.append((i, text, mark, mark + theme.px(8) + letters.horizontalAdvance(text) + theme.px(GAP)))
        return made

    def paint_legend(self, painter: QPainter, line: QRectF) -> int:
        """Each series with its mark and its number: at the right of the title, or below it."""
        p, below = theme.current(), self._is_legend_below
        whole = sum(wide for *_, wide in self._legend) - theme.px(GAP)
        x, line = (0.0, line.translated(0, theme.px(LEGEND))) if below else (line.right() - whole, line)
        painter.setFont(theme.font(theme.META))
        for i, text, mark, wide in self._legend:
            style = self._styles(self._series[i], i)
            ink, middle = theme.colour(getattr(p, style.ink)), line.center().y()
            if style.bars:
                painter.fillRect(QRectF(x, middle - 6, mark, 12), ink)
            else:
                painter.setPen(pg.mkPen(ink, width=style.width, style=style.dash))
                painter.drawLine(QPointF(x, middle), QPointF(x + mark, middle))
            painter.setPen(theme.colour(p.text))
            words_at = QRectF(x + mark + theme.px(8), line.top(), wide, line.height())
            painter.drawText(words_at, Qt.AlignmentFlag.AlignVCenter, text)
            x += wide
        return 0 if below or not self._legend else int(whole + theme.px(GAP))

    def paint_over(self, painter: QPainter) -> None:
        """What lies above the lines: their names at their ends, and where the keyboard is."""
        if self._named:
            self._paint_names(painter)
        self._paint_peak(painter)
        if self.hasFocus() and self.at is not None:
            super().paint_focus(painter)

    def paint_focus(self, painter: QPainter) -> None:
        """The cell is marked above the bars; without one, the chart."""
        if self.at is None:
            super().paint_focus(painter)

    def _paint_peak(self, painter: QPainter) -> None:
        """Say of a bar that stands out how high it is, and how high one mostly is."""
        bars = next((s for i, s in enumerate(self._series) if self._styles(s, i).bars), None)
        if bars is None or self.chart is None or self.chart.unit is None:
            return
        counts = [part.count for part in bars.parts]
        at, usual = counts.index(max(counts)), sorted(counts)[len(counts) // 2]
        if counts[at] < max(MANY, PEAK * usual):
            return
        mostly = f"; the median {self.chart.unit} {usual:,}" if usual else ""
        lines = words.when(self.chart.buckets[at], self.chart.unit), f"{counts[at]:,}{mostly}"
        point, p = self.point(at, counts[at]), theme.current()
        fonts = theme.font(theme.META, theme.SEMIBOLD), theme.font(theme.META)
        wide = max(QFontMetricsF(f).horizontalAdvance(text) for f, text in zip(fonts, lines, strict=True))
        y = round(point.y()) + 6.5
        edge, left = self._beside(at, counts, wide, y + 4 + theme.px(20))
        painter.setPen(theme.colour(p.muted))
        painter.drawLine(QPointF(edge, y), QPointF(left - 6 if left > edge else left + wide + 6, y))
        for line, (text, font, colour) in enumerate(zip(lines, fonts, (p.text, p.muted), strict=True)):
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            painter.drawText(QPointF(left, y + 4 + line * theme.px(16)), text)

    def _beside(self, at: int, counts: Sequence[int], wide: float, bottom: float) -> tuple[float, float]:
        """The edge of a bar and where words beside it begin: the nearest place where no bar reaches up to them."""
        column, plot, gap = self._column(at), self.plot, theme.px(20)
        places = [
            place
            for step in range(len(counts))
            for place in (
                (column.right(), column.right() + gap + step * column.width()),
                (column.left(), column.left() - gap - wide - step * column.width()),
            )
            if plot.left() <= place[1] and place[1] + wide < plot.right()
        ]
        for edge, left in places:
            under = range(
                int((left - plot.left()) / column.width()), int((left + wide - plot.left()) / column.width()) + 1
            )
            if all(self.point(i, counts[i]).y() > bottom for i in under if i < len(counts)):
                return edge, left
        return places[0] if places else (column.right(), column.right() + gap)

    def _paint_names(self, painter: QPainter) -> None:
        """Each line's name and last value beside its end, none upon another."""
        p, plot, height = theme.current(), self.plot, theme.px(16)
        ends = []
        for i, series in enumerate(self._series):
            known = [(c, q.drawn) for c, q in enumerate(series.parts) if q.value is not None]
            if known:
                ends.append((self.point(*known[-1]).y(), i, series, known[-1][1]))
        ends.sort(key=lambda end: end[0])
        middles = apart([wanted for wanted, *_ in ends], height, plot.bottom() - theme.px(4))
        for y, (_, i, series, value) in zip(middles, ends, strict=True):
            style = self._styles(series, i)
            painter.setFont(theme.font(theme.META, theme.SEMIBOLD if style.bold else theme.NORMAL))
            painter.setPen(theme.colour(getattr(p, style.ink)))
            text = f"{series.title[:1].upper()}{series.title[1:]} {self._said(value)}"
            box = QRectF(plot.right() + theme.px(8), y - height / 2, self.width() - plot.right(), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


def apart(wanted: Sequence[float], height: float, lowest: float) -> list[float]:
    """Middles of lines of text so high, near those wanted (from the top), none upon another or below the lowest."""
    made: list[float] = []
    for y in wanted:
        made.append(max(y, made[-1] + height) if made else y)
    for i in reversed(range(len(made))):
        made[i] = min(made[i], lowest)
        lowest = made[i] - height
    return made


def _alone(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which values have no neighbour, so that no line leads to them."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    made: np.ndarray[tuple[int], np.dtype[np.bool_]] = known[1:-1] & ~known[:-2] & ~known[2:]
    return made


class _Over(QWidget):
    """Lies over the plot and lets everything through."""

    def __init__(self, chart: TimeChart) -> None:
        super().__init__(chart)
        self._chart = chart
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what lies above."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._chart.paint_over(painter)
        painter.end()
