"""The weekly report on paper: the week beside earlier ones in a table, and the supervise view's own charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRectF, Qt
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from services.supervise.week import Measure, Unit, Week
from widgets import theme
from widgets.supervise import words
from widgets.supervise.box import HEAD, ChartBox
from widgets.supervise.rowcharts import AgeBars, StepBars, TargetRows, cut, ink
from widgets.supervise.timechart import TimeChart
from widgets.supervise.view import channel_style, flow_style, pair_style

INCH = 96
"""Pixels of the design; the file has the same, so that lines are as thick as on screen. It is all vectors."""
MARGIN, GAP, BELOW = 56, 32, 24
LINE, FLOW, TIMES = 24, 208, 200
LOW = 264
"""How high the last charts of the second page are."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LETTER = {"US", "CA", "MX", "PH", "CL", "CO"}
"""Countries that print on Letter; others on A4."""


@dataclass(frozen=True, slots=True)
class About:
    """What stands at the head of the report."""

    city: str
    country: str


def pdf(week: Week, about: About) -> bytes:
    """The report as a PDF, some ten kilobytes. For the UI thread."""
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QPdfWriter(kept)
    made.setTitle(f"Service requests, {_days(week)}")
    made.setCreator("Connect Console")
    made.setResolution(INCH)
    size = QPageSize.PageSizeId.Letter if about.country in _LETTER else QPageSize.PageSizeId.A4
    made.setPageSize(QPageSize(size))
    made.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(made)
    with theme.on_paper():
        sheet = QRectF(0, 0, made.width(), made.height())
        page = _Page(painter, sheet.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
        _first(page, week, about)
        made.newPage()
        page.y = page.room.top()
        _second(page, week)
    painter.end()
    return bytes(kept.data().data())


class _Page:
    """Where on the page the next part goes."""

    def __init__(self, painter: QPainter, room: QRectF) -> None:
        self.painter, self.room, self.y = painter, room, room.top()

    def line(self, text: str, pixels: int, high: int, *, bold: bool = False, muted: bool = False) -> None:
        """A line of text."""
        p = theme.current()
        ink(self.painter, p.muted if muted else p.text, pixels, bold=bold)
        cut(self.painter, QRectF(self.room.left(), self.y, self.room.width(), high), text)
        self.y += high

    def charts(self, *boxes: ChartBox, high: int = 0) -> None:
        """Charts side by side; without a height as high as they want to be."""
        wide = (self.room.width() - GAP * (len(boxes) - 1)) / len(boxes)
        tallest = max(high or box.sizeHint().height() for box in boxes)
        for i, box in enumerate(boxes):
            box.setFixedSize(int(wide), high or box.sizeHint().height())
            self._draw(box, self.room.left() + i * (wide + GAP))
        self.y += tallest + BELOW

    def _draw(self, box: ChartBox, x: float) -> None:
        self.painter.save()
        self.painter.translate(x, self.y)
        if box.chart is None or box.chart.is_empty:
            ink(self.painter, theme.current().text, theme.TITLE, bold=True)
            cut(self.painter, QRectF(0, 0, box.width(), LINE), box.title)
            ink(self.painter, theme.current().muted)
            cut(self.painter, QRectF(0, LINE + 8, box.width(), LINE), "Nothing in this week.")
        else:
            box.render(self.painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        self.painter.restore()
        box.deleteLater()

    def rows(self, left: int = 0) -> int:
        """How many rows of a chart of rows fit on the rest of the page, but for so many pixels at its end."""
        over = HEAD + TargetRows.OVER + TargetRows.UNDER + BELOW
        return max(1, int(self.room.bottom() - self.y - left - over) // TargetRows.ROW)

    def foot(self, left: str, right: str) -> None:
        """What stands at the bottom of the page."""
        ink(self.painter, theme.current().muted, theme.META)
        box = QRectF(self.room.left(), self.room.bottom(), self.room.width(), LINE)
        self.painter.drawText(box, _LEFT, left)
        self.painter.drawText(box, _RIGHT, right)


def _first(page: _Page, week: Week, about: About) -> None:
    now = week.period.now.astimezone(week.period.zone)
    page.line(f"Service requests, {_days(week)}", theme.BIG, 32, bold=True)
    page.line(
        " · ".join(filter(None, (about.city, f"as of {now.day} {now:%b %Y, %H:%M}"))), theme.BODY, LINE, muted=True
    )
    page.y += 8
    _table(page, week.measures)
    page.y += BELOW
    page.charts(_shown(TimeChart("", flow_style, str), week, "flow"), high=FLOW)
    page.charts(_shown(TargetRows("", page.rows()), week, "targets"))
    page.foot("“Before”: in the week before. Services: the fewest kept first. A dash: not known.", "1 of 2")


def _second(page: _Page, week: Week) -> None:
    page.charts(_shown(TargetRows("", page.rows(TIMES + BELOW + LOW)), week, "areas"))
    lengths = _shown(TimeChart("", pair_style, words.length), week, "closing_time")
    channels = _shown(TimeChart("", channel_style, words.share, named_at_end=True), week, "channels")
    page.charts(lengths, channels, high=TIMES)
    page.charts(_shown(AgeBars("", 6), week, "age"), _shown(StepBars("", 7), week, "closing"))
    page.foot("Areas: the fewest kept first. Open and overdue are as of when this was made.", "2 of 2")


def _shown(box: ChartBox, week: Week, name: str) -> ChartBox:
    box.show_chart(week.figures.charts[name])
    return box


def _table(page: _Page, measures: Sequence[Measure]) -> None:
    """The measures, a line each, under the weeks that they are of."""
    heads = ("This week", "Week before", "Change", "A year before", "Change")
    _row(page, "", heads, muted=True)
    page.painter.fillRect(
        QRectF(page.room.left(), page.y - 1, page.room.width(), 1), theme.colour(theme.current().hair)
    )
    for one in measures:
        now, before, year = one.values
        cells = (said(one.unit, now), said(one.unit, before), change(one.unit, now, before))
        _row(page, one.title, (*cells, said(one.unit, year), change(one.unit, now, year)))


def _row(page: _Page, title: str, cells: Sequence[str], *, muted: bool = False) -> None:
    p, painter = theme.current(), page.painter
    wide, size = page.room.width() / 8, theme.META if muted else theme.BODY
    ink(painter, p.text, size)
    painter.drawText(QRectF(page.room.left(), page.y, wide * 3, LINE), _LEFT, title)
    for i, cell in enumerate(cells):
        ink(painter, p.muted if muted or i else p.text, size, bold=not muted and i == 0)
        painter.drawText(QRectF(page.room.left() + wide * (3 + i), page.y, wide, LINE), _RIGHT, cell)
    page.y += LINE


def said(unit: Unit, value: float | None) -> str:
    """A measure's value in words; a dash where it is not known."""
    if value is None:
        return "–"
    if unit is Unit.COUNT:
        return f"{value:,.0f}"
    return words.share(value) if unit is Unit.SHARE else words.length(value)


def change(unit: Unit, now: float | None, before: float | None) -> str:
    """How a value has changed: in percent, a share in points; "" where that is not known."""
    if now is None or before is None or (unit is not Unit.SHARE and not before):
        return ""
    if unit is Unit.SHARE:
        points = round(now * 100) - round(before * 100)
        return f"{points:+d} point{'' if abs(points) == 1 else 's'}".replace("-", "−")
    return f"{(now - before) / before:+.0%}".replace("-", "−").replace("%", " %")


def _days(week: Week) -> str:
    first, last = week.period.first, week.period.last
    month = "" if (first.month, first.year) == (last.month, last.year) else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {last.day} {last:%B %Y}"
