"""Charts of rows with one bar each: open requests by age, targets kept, crew load, how long it took."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from services.supervise.backlog import ENOUGH, GOAL, KEPT
from services.supervise.flow import BEFORE
from services.supervise.lengths import MEDIAN, MOST, UNTOUCHED
from services.supervise.parts import Chart, Part
from widgets import shapes, theme
from widgets.supervise import words
from widgets.supervise.box import EMPTY, HEAD, Cell, ChartBox

FULL = 0.9
MUTED = 0.72
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def ink(painter: QPainter, name: str, pixels: int = theme.BODY, *, bold: bool = False) -> None:
    """Write in this colour and size from here on."""
    painter.setFont(theme.font(pixels, theme.SEMIBOLD if bold else theme.NORMAL))
    painter.setPen(theme.colour(name))


def cut(painter: QPainter, box: QRectF, text: str, flags: Qt.AlignmentFlag = _LEFT) -> None:
    """Write what fits, with … at its end."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, int(box.width())))
    painter.drawText(box, flags, shown)


class RowChart(ChartBox):
    """Rows of one height, the first `most` of them."""

    ROW = 28
    LABEL = 92
    NUMBER = 56
    UNDER = 0
    """Pixels below the rows, for what stands there."""

    def __init__(self, title: str, most: int) -> None:
        super().__init__(title)
        self._most = most
        self._fix()

    def _fix(self) -> None:
        self.setFixedHeight(self.sizeHint().height())

    @property
    def over(self) -> int:
        """Pixels above the rows, for what stands there."""
        return 0

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        if self.chart is not None and self.chart.is_empty:
            return QSize(theme.px(240), theme.px(EMPTY))
        rows = max(1, min(self._most, len(self._labels)))
        return QSize(theme.px(240), theme.px(HEAD + self.over + rows * self.ROW + self.UNDER))

    @property
    def _labels(self) -> tuple[Part, ...]:
        return self.chart.series[0].parts if self.chart is not None and self.chart.series else ()

    def show_chart(self, chart: Chart) -> None:
        """Show these rows."""
        self.chart = chart
        self._fix()
        super().show_chart(chart)

    def lay(self) -> Sequence[Cell]:
        """A cell for each number of each row."""
        if self.chart is None or self.chart.is_empty:
            return []
        rows = [series.parts[: self._most] for series in self.chart.series]
        return [
            Cell(row, column, self.box(row, column, part), part, self.said(column, part))
            for column, parts in enumerate(rows)
            for row, part in enumerate(parts)
        ]

    def line(self, row: int) -> QRectF:
        """Where a row is."""
        high = theme.px(self.ROW)
        return QRectF(0, self.body.top() + theme.px(self.over) + row * high, self.width(), high)

    def bar(self, row: int) -> QRectF:
        """Where the bar of a row is."""
        line, high = self.line(row), theme.px(14)
        left, right = theme.px(self.LABEL), theme.px(self.NUMBER)
        return QRectF(left, line.center().y() - high / 2, max(8, line.width() - left - right), high)

    def box(self, row: int, column: int, part: Part) -> QRectF:
        """Where the cell of a row's number is."""
        del column, part
        return self.line(row)

    def said(self, column: int, part: Part) -> str:
        """What a cell says in words."""
        title = self.chart.series[column].title.lower() if self.chart else ""
        return f"{part.label}: {part.count:,} {title}"


class AgeBars(RowChart):
    """Open requests by age; the part of them that is overdue lies in the bar, hatched as well as coloured."""

    UNDER = 24

    def box(self, row: int, column: int, part: Part) -> QRectF:
        """The overdue part is opened by itself."""
        if column == 0:
            return self.line(row)
        bar = self.bar(row)
        return QRectF(bar.left(), self.line(row).top(), max(8.0, self._wide(row, part.count)), self.line(row).height())

    def _wide(self, row: int, count: int) -> float:
        top = max((p.count for p in self._labels), default=0)
        return self.bar(row).width() * count / top if top else 0.0

    def paint_body(self, painter: QPainter) -> None:
        """Paint labels, bars, numbers, and what the colours mean."""
        p = theme.current()
        overdue = self.chart.series[1].parts if self.chart else ()
        for row, (part, late) in enumerate(zip(self._labels, overdue, strict=True)):
            ink(painter, p.muted)
            cut(painter, self.line(row).adjusted(0, 0, -self.width() + theme.px(self.LABEL - 8), 0), part.label)
            bar = self.bar(row)
            painter.fillRect(QRectF(bar.left(), bar.top(), self._wide(row, part.count), bar.height()),
                             theme.mix(p.muted, p.surf, MUTED))  # fmt: skip
            self._late(painter, QRectF(bar.left(), bar.top(), self._wide(row, late.count), bar.height()))
            ink(painter, p.text)
            painter.drawText(self.line(row), _RIGHT, f"{part.count:,}")
        box = self.line(len(self._labels)).adjusted(theme.px(self.LABEL), 0, 0, 0)
        self._late(painter, QRectF(box.left(), box.top() + 8, 10, 10))
        ink(painter, p.muted, theme.META)
        painter.drawText(box.adjusted(theme.px(16), 0, 0, -2), _LEFT, "overdue part")

    def _late(self, painter: QPainter, box: QRectF) -> None:
        p = theme.current()
        if box.width() > 0:
            painter.fillRect(box, theme.colour(p.overdue))
            painter.setPen(theme.colour(p.surf))
            painter.save()
            painter.setClipRect(box)
            for x in range(int(box.left()) - 14, int(box.right()) + 1, 6):
                painter.drawLine(x, int(box.bottom()), x + 14, int(box.bottom()) - 14)
            painter.restore()


class StepBars(RowChart):
    """How many took how long, with the median and nine in ten in the head."""

    LABEL, SAID = 100, 20

    @property
    def over(self) -> int:
        """A line of now, and one of before where that is known."""
        return self.SAID * max(1, len(self._lines()))

    def lay(self) -> Sequence[Cell]:
        """Only the steps are rows."""
        if self.chart is None or self.chart.is_empty:
            return []
        return [Cell(row, 0, self.line(row), part, f"{part.label}: {part.count:,}")
                for row, part in enumerate(self._labels)]  # fmt: skip

    def summary(self) -> str:
        """Median and nine in ten."""
        return "; ".join(self._lines())

    def _lines(self) -> list[str]:
        """Median and nine in ten, and below them what they were before."""
        wholes = {s.title: s.whole.value for s in self.chart.series if s.whole is not None} if self.chart else {}
        now, before = (
            " · ".join(
                f"{title} {within}{words.length(value)}"
                for title, within in ((MEDIAN, ""), (MOST, "within "))
                if (value := wholes.get(title + when)) is not None
            )
            for when in ("", BEFORE)
        )
        before = f"Before: {before[:1].lower()}{before[1:]}" if before else ""
        return [line for line in (now, self._of_whom() if now else "", before) if line]

    def _of_whom(self) -> str:
        """Said where those that nobody has touched are in none of these numbers."""
        left = next((part.count for part in self._labels if part.label == UNTOUCHED), 0)
        return f"of the {sum(part.count for part in self._labels) - left:,} touched so far" if left else ""

    def paint_body(self, painter: QPainter) -> None:
        """Paint the median and nine in ten, then labels, bars and numbers."""
        for at, line in enumerate(self._lines()):
            ink(painter, *(theme.current().muted, theme.META) if at else (theme.current().text,), bold=not at)
            cut(painter, QRectF(0, theme.px(24 + at * self.SAID), self.width(), theme.px(self.SAID)), line)
        p, top = theme.current(), max((part.count for part in self._labels), default=0)
        for row, part in enumerate(self._labels):
            ink(painter, p.muted)
            cut(painter, self.line(row).adjusted(0, 0, -self.width() + theme.px(self.LABEL - 8), 0), part.label)
            bar = self.bar(row)
            bar.setWidth(bar.width() * part.count / top if top else 0)
            painter.fillRect(bar, theme.mix(p.muted, p.surf, MUTED))
            ink(painter, p.text)
            painter.drawText(self.line(row), _RIGHT, f"{part.count:,}")


class TargetRows(RowChart):
    """By service or area: open, overdue, closed, and the share of targets kept, the worst first."""

    ROW, OVER = 32, 28
    COLUMNS = (48, 64, 56)
    """Pixels of the numbers before the bar."""
    BAR, SHARE = 100, 68

    @property
    def over(self) -> int:
        """The columns' heads."""
        return self.OVER

    def lay(self) -> Sequence[Cell]:
        """A cell for each number, and one for the share with its bar."""
        if self.chart is None or self.chart.is_empty:
            return []
        made = []
        for column, series in enumerate(self.chart.series[:4]):
            for row, part in enumerate(series.parts[: self._most]):
                place = self._place(row, column)
                if column == 0:
                    place.setLeft(0)
                made.append(Cell(row, column, place, part, self.said(column, part)))
        return made

    def remark(self) -> str:
        """Also what is grey, and what the thin line is."""
        if self.chart is None:
            return ""
        few = any(0 < part.count < ENOUGH for part in self.chart.series[2].parts[: self._most])
        compared = self.chart.named(KEPT + BEFORE) is not None
        return "; ".join(
            filter(
                None,
                (super().remark(), f"grey: under {ENOUGH}" if few else "", "thin line: before" if compared else ""),
            )
        )

    def said(self, column: int, part: Part) -> str:
        """What a cell says in words."""
        share = f", {words.share(part.value)} of those closed" if part.value is not None else ""
        before = self._before(part) if column == 3 else None
        return super().said(column, part) + share + (f"; before {words.share(before)}" if before is not None else "")

    def _before(self, part: Part) -> float | None:
        """The share kept in the earlier time, of the service or area of a part."""
        earlier = self.chart.named(KEPT + BEFORE) if self.chart else None
        return next((p.value for p in earlier.parts if p.label == part.label), None) if earlier else None

    def _place(self, row: int, column: int) -> QRectF:
        bar = max(theme.px(64), min(theme.px(self.BAR), self.width() // 5))
        line, right = self.line(row), self.width() - bar - theme.px(self.SHARE)
        if column == 3:
            return QRectF(right, line.top(), self.width() - right, line.height())
        left = right - theme.px(sum(self.COLUMNS[column:]))
        return QRectF(left, line.top(), theme.px(self.COLUMNS[column]), line.height())

    def paint_body(self, painter: QPainter) -> None:
        """Paint the columns' heads and the rows."""
        p, chart = theme.current(), self.chart
        if chart is None:
            return
        ink(painter, p.muted, theme.META)
        heads = self._place(-1, 0)
        for column, series in enumerate(chart.series[:3]):
            box = self._place(-1, column).adjusted(0, 0, -theme.px(8), 0)
            painter.drawText(box, _RIGHT, series.title)
        painter.drawText(QRectF(0, heads.top(), heads.left(), heads.height()), _LEFT, chart.title.split()[-1].title())
        goal = self._place(-1, 3).adjusted(theme.px(12), 0, 0, 0)
        painter.drawText(goal, _LEFT, f"Kept ↑, goal {words.share(GOAL)}")
        painter.fillRect(QRectF(0, heads.bottom() - 1, self.width(), 1), theme.colour(p.hair))
        for row in range(min(self._most, len(self._labels))):
            self._row(painter, row, [series.parts[row] for series in chart.series])

    def _row(self, painter: QPainter, row: int, parts: Sequence[Part]) -> None:
        p = theme.current()
        ink(painter, p.text)
        first = self._place(row, 0)
        cut(painter, QRectF(0, first.top(), first.left() - theme.px(4), first.height()), parts[0].label)
        for column, part in enumerate(parts[:3]):
            is_late = column == 1 and bool(part.count)
            ink(painter, p.text if column < 2 else p.muted, bold=is_late)
            painter.drawText(self._place(row, column).adjusted(0, 0, -theme.px(8), 0), _RIGHT, f"{part.count:,}")
        self._kept(painter, row, parts[3])

    def _kept(self, painter: QPainter, row: int, part: Part) -> None:
        p, place = theme.current(), self._place(row, 3)
        if part.value is None:
            ink(painter, p.muted)
            painter.drawText(place, _RIGHT, "–")
            return
        below = part.value < GOAL and self._closed(row) >= ENOUGH
        wide = place.width() - theme.px(self.SHARE + 16)
        bar = QRectF(place.left() + theme.px(12), place.center().y() - theme.px(4), wide, theme.px(8))
        painter.fillRect(bar, theme.colour(p.track))
        full = theme.colour(p.overdue) if below else theme.mix(p.muted, p.surf, MUTED)
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * part.value, bar.height()), full)
        before = self._before(part)
        if before is not None:
            under = QRectF(bar.left(), bar.bottom() + 2, bar.width() * before, 2)
            painter.fillRect(under, theme.colour(p.text))
        tick = round(bar.left() + bar.width() * GOAL)
        painter.fillRect(QRectF(tick, bar.top() - 4, 1, bar.height() + 8), theme.colour(p.text))
        if below:
            shapes.paint_overdue(painter, QRectF(bar.right() + 8, place.center().y() - 5, 10, 10), p)
        ink(painter, p.text if self._closed(row) >= ENOUGH else p.muted, bold=below)
        painter.drawText(place, _RIGHT, words.share(part.value))

    def _closed(self, row: int) -> int:
        """Of how many a share is."""
        return self.chart.series[2].parts[row].count if self.chart else 0


class CrewRows(RowChart):
    """By crew: jobs in progress of its capacity, and what waits."""

    ROW = 36

    def box(self, row: int, column: int, part: Part) -> QRectF:
        """In progress at the left, waiting at the right."""
        del part
        line = self.line(row)
        half = line.width() / 2
        return QRectF(line.left() + column * half, line.top(), half, line.height())

    def paint_body(self, painter: QPainter) -> None:
        """Paint names, numbers and bars."""
        p = theme.current()
        waiting = self.chart.series[1].parts if self.chart else ()
        for row, (part, rest) in enumerate(zip(self._labels[: self._most], waiting, strict=False)):
            line = self.line(row).adjusted(0, 0, 0, -theme.px(12))
            ink(painter, p.muted, theme.META)
            said = f"{part.count:,} now, {rest.count:,} wait"
            painter.drawText(line, _RIGHT, said)
            used = painter.fontMetrics().horizontalAdvance(said) + theme.px(8)
            ink(painter, p.text)
            cut(painter, line.adjusted(0, 0, -used, 0), part.label)
            bar = QRectF(0, line.bottom() + 2, self.width(), theme.px(4))
            load = min(1.0, part.value or 0.0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(p.track))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setBrush(theme.colour(p.text if load >= FULL else p.muted))
            if load:
                painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * load, bar.height()), 2, 2)
