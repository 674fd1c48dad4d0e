"""The supervise view: what is about to go wrong, as tiles and charts; every part opens the requests it counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from services.geo.outlines import Outlines
from services.supervise.flow import BEFORE, CLOSED
from services.supervise.forecast import Due
from services.supervise.parts import Chart, Figures, Series
from widgets import theme
from widgets.supervise import words
from widgets.supervise.areamap import AreaMap
from widgets.supervise.bar import FilterBar
from widgets.supervise.box import EMPTY, ChartBox
from widgets.supervise.breaches import Breaches
from widgets.supervise.rowcharts import AgeBars, CrewRows, StepBars, TargetRows
from widgets.supervise.table import FigureTable
from widgets.supervise.tiles import Tiles
from widgets.supervise.timechart import PLAIN, Style, TimeChart

INSET, GAP, BELOW = 24, 48, 32
FLOW, MAP, LINES = 268, 484, 240
SERVICES, AREAS, CREWS = 12, 12, 7
_CHANNELS = {
    "app": Style("accent", 2.5, bold=True), "phone": Style("text", 2, bold=True),
    "web": Style("muted", 1.5, Qt.PenStyle.DotLine), "email": Style("muted", 1.5, Qt.PenStyle.DashLine),
    "walk-in": Style("muted", 1.5, Qt.PenStyle.DashDotLine),
}  # fmt: skip


def flow_style(series: Series, place: int) -> Style:
    """What is counted in bars, closed as a line, the earlier time dashed."""
    del place
    if series.title.endswith(BEFORE):
        return Style("muted", 2, Qt.PenStyle.DashLine, bold=True)
    return Style("text", 2, bold=True) if series.title == CLOSED else Style("accent", bars=True)


def channel_style(series: Series, place: int) -> Style:
    """The app and calls stand out; each line has a dash of its own."""
    del place
    return _CHANNELS.get(series.title, PLAIN)


def pair_style(series: Series, place: int) -> Style:
    """The first line bold, the second dashed; dotted what was before."""
    if series.title.endswith(BEFORE):
        return Style("muted", 2, Qt.PenStyle.DotLine)
    return Style("text", 2, bold=True) if place == 0 else Style("muted", 1.5, Qt.PenStyle.DashLine)


class SuperviseView(QWidget):
    """Filters, tiles and charts on one surface. `opened` says which requests are wanted."""

    opened = Signal(str)
    changed = Signal()
    """Other days, areas or services are wanted."""
    left = Signal()
    """Esc: back to the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Supervise")
        self.bar, self.tiles, self.breaches = FilterBar(), Tiles(), Breaches()
        self.alerts = QVBoxLayout()
        """What is about to go wrong stands here, above the numbers."""
        self.flow = TimeChart("Opened and closed", flow_style, str)
        self.targets, self.areas = TargetRows("Targets kept, by service", SERVICES), TargetRows("By area", AREAS)
        self.age, self.crews = AgeBars("Open, by age", 6), CrewRows("Crew load", CREWS)
        self.map = AreaMap()
        self.channels = TimeChart("Channels", channel_style, words.share, named_at_end=True)
        self.closing_time = TimeChart("Time to close", pair_style, words.length)
        self.told = TimeChart("Residents told", flow_style, str)
        self.undelivered = TimeChart("Not delivered", flow_style, str)
        self.reopened = TimeChart("Opened again", flow_style, str)
        self.place = TimeChart("Usable place", pair_style, words.share, top=1.0)
        self.first_touch, self.closing = StepBars("Time to first touch", 8), StepBars("Time to close", 7)
        self.calls = StepBars("Call handling time", 5)
        self.told.empty = "Nobody was told anything in this period."
        self.undelivered.empty = "Whatever was sent in this period arrived."
        self.reopened.empty = "Nothing was opened again in this period."
        self.calls.empty = "No call was taken in this period."
        self.age.empty = "Nothing is open here."
        self.crews.empty = "No crew has a request here."
        self.targets.empty = self.areas.empty = "Nothing is open here, and nothing was closed in this period."
        self.charts: dict[str, ChartBox] = {
            "flow": self.flow, "targets": self.targets, "age": self.age, "crews": self.crews, "channels": self.channels,
            "closing_time": self.closing_time, "first_touch": self.first_touch, "closing": self.closing,
            "place": self.place, "told": self.told, "undelivered": self.undelivered, "reopened": self.reopened,
            "calls": self.calls, "areas": self.areas,
        }  # fmt: skip
        """By the id of what they show."""
        self._arrange()
        self.bar.changed.connect(self.changed)
        self.tiles.opened.connect(self.opened)
        for box in (*self.charts.values(), self.map):
            box.opened.connect(self.opened)
            box.tableWanted.connect(self.show_table)

    @property
    def _over_time(self) -> tuple[tuple[ChartBox, int], ...]:
        """How high each chart is that has something to show."""
        lines = (self.channels, self.closing_time, self.place, self.told, self.undelivered, self.reopened)
        return (self.flow, FLOW), *((box, LINES) for box in lines)

    def _arrange(self) -> None:
        for box, high in ((self.map, MAP), *self._over_time):
            box.setFixedHeight(theme.px(high))
        middle = _column(self.age, self.crews)
        low = _row((_column(self.targets), 14), (middle, 7))
        left = _column(self.flow)
        left.addLayout(low)
        left.addStretch()
        upper = _row((left, 22), (_column(self.map, self.channels), 10))
        sent = _column(self.closing_time, self.told, self.undelivered)
        lower = _row((_column(self.areas, self.place), 15), (sent, 13),
                     (_column(self.first_touch, self.closing, self.calls, self.reopened), 10))  # fmt: skip
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(*(theme.px(n) for n in (INSET, 16, INSET, INSET)))
        column.setSpacing(theme.px(BELOW))
        column.addLayout(upper)
        column.addLayout(lower)
        column.addStretch()
        self.page = QScrollArea()
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setWidgetResizable(True)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page.setWidget(page)
        self.page.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addLayout(self.alerts)
        whole.addWidget(self.tiles)
        whole.addWidget(self.breaches)
        whole.addWidget(self.page, 1)
        self.setFocusProxy(self.flow)

    def show_figures(self, made: Figures) -> None:
        """Show these in place of those before, which stood until now."""
        self.tiles.show_tiles(made.tiles)
        for chart_id, box in self.charts.items():
            box.show_chart(made.charts[chart_id])
        self.map.show_chart(made.charts["areas"])
        self._show_areas()
        for box, high in self._over_time:
            box.setFixedHeight(theme.px(high if box.cells else EMPTY))
        self._walk()

    def _show_areas(self) -> None:
        """In the list the areas of the map, which takes no room while nothing is on it."""
        if self.map.chart is not None:
            self.areas.show_chart(self.map.of_kind(self.map.chart))
            self.map.setFixedHeight(theme.px(MAP if self.map.cells else EMPTY))

    def show_dues(self, dues: Sequence[tuple[Due, str]], why: str) -> None:
        """Show what is expected to miss its due time; `why` there is no number, where there is none."""
        self.breaches.show_dues(dues, why)
        self._walk()

    def _walk(self) -> None:
        """Tab goes from above to below."""
        for before, after in pairwise((self.bar.compared, *self.tiles.buttons, *self.breaches.buttons, self.flow)):
            self.setTabOrder(before, after)

    def set_outlines(self, outlines: Sequence[Outlines]) -> None:
        """The kinds of areas the city has, the finest first; the widest are drawn."""
        if outlines:
            self.map.set_outlines(outlines[-1])
            self._show_areas()

    def show_table(self, chart: Chart) -> None:
        """All figures of a chart in rows and columns; Enter opens one."""
        table = FigureTable(chart, self)
        table.opened.connect(self.opened)
        table.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the queue."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """One surface for all."""
        QPainter(self).fillRect(event.rect(), theme.colour(theme.current().surf))


def _column(*boxes: QWidget) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.px(BELOW))
    for box in boxes:
        made.addWidget(box)
    made.addStretch()
    return made


def _row(*columns: tuple[QVBoxLayout, int]) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.px(GAP))
    for column, stretch in columns:
        made.addLayout(column, stretch)
    return made
