"""What every chart shares: its head, the cells that can be opened by click or key, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from services.supervise.parts import Chart, Part
from widgets import theme
from widgets.plain import tip

HEAD = 32
"""Pixels of a chart's head."""
SAID, EMPTY = 6, 84
"""Pixels around words in a chart's place, and of a chart that holds no more than those."""
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_STEPS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of a chart that opens the requests it counts."""

    row: int
    column: int
    box: QRectF
    part: Part
    said: str
    """What it says in words, for the tooltip and for those who do not see it."""


class ChartBox(QWidget):
    """A chart under its head. Arrows go from cell to cell, Enter or a click opens one; T shows all as a table."""

    opened = Signal(str)
    """The query of what was opened."""
    tableWanted = Signal(object)
    """The chart whose figures are wanted as a table."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.empty = "Nothing in this period. Choose another one above."
        self.chart: Chart | None = None
        self.cells: list[Cell] = []
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(title)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def show_chart(self, chart: Chart) -> None:
        """Show these figures in place of those before."""
        self.chart = chart
        self.title = self.named(chart)
        self.relay()

    def named(self, chart: Chart) -> str:
        """The title above these figures."""
        return chart.title

    def relay(self) -> None:
        """Lay the cells out anew; the one that has the keyboard keeps it, where it is still there."""
        before = self.cells[self._at] if 0 <= self._at < len(self.cells) else None
        self.cells = list(self.lay()) if self.chart is not None else []
        same = (i for i, c in enumerate(self.cells) if before and (c.row, c.column) == (before.row, before.column))
        self._at = next(same, self.first if self.cells else -1)
        self._say()
        self.update()

    def lay(self) -> Sequence[Cell]:
        """The cells, at the widget's present size."""
        raise NotImplementedError

    def paint_body(self, painter: QPainter) -> None:
        """Paint what stands below the head."""
        raise NotImplementedError

    def summary(self) -> str:
        """What the chart says as a whole, for those who do not see it."""
        return self.remark()

    @property
    def body(self) -> QRectF:
        """Where the chart itself is drawn."""
        top = theme.px(HEAD)
        return QRectF(0, top, self.width(), max(0, self.height() - top))

    @property
    def at(self) -> Cell | None:
        """The cell with the keyboard."""
        return self.cells[self._at] if 0 <= self._at < len(self.cells) else None

    @property
    def first(self) -> int:
        """Which cell gets the keyboard first."""
        return 0

    def go(self, row: int, column: int) -> None:
        """Go from cell to cell: the nearest that way."""
        here = self.at
        if here is None:
            return
        ways = [
            (abs(c.row - here.row) + abs(c.column - here.column), i)
            for i, c in enumerate(self.cells)
            if ((c.row - here.row) * row > 0 if row else c.row == here.row)
            and ((c.column - here.column) * column > 0 if column else True)
        ]
        if ways:
            self._at = min(ways)[1]
            self._say()
            self.update()

    def _say(self) -> None:
        here = self.at
        self.setAccessibleName(f"{self.title}: {here.said}" if here else self.title)
        self.setAccessibleDescription(self.summary())

    def cell_at(self, at: QPoint) -> Cell | None:
        """What lies there; of several the smallest."""
        hit = [c for c in self.cells if c.box.contains(at)]
        return min(hit, key=lambda c: c.box.width() * c.box.height(), default=None)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the head, the body, and where the keyboard is."""
        del event
        painter = QPainter(self)
        self._paint_head(painter)
        if self.chart is not None:
            if self.cells:
                self.paint_body(painter)
            else:
                self._paint_nothing(painter)
        if self.hasFocus():
            self.paint_focus(painter)
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        p, line = theme.current(), QRectF(0, 0, self.width(), theme.px(24))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(theme.TITLE, theme.SEMIBOLD))
        painter.setPen(theme.colour(p.text))
        painter.drawText(line, flags, self.title)
        used = painter.fontMetrics().horizontalAdvance(self.title) + theme.px(8)
        right = self.paint_legend(painter, line)
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(p.muted))
        room = line.adjusted(used, 0, -right, 0)
        if painter.fontMetrics().horizontalAdvance(self.remark()) <= room.width():
            painter.drawText(room, flags, self.remark())

    def remark(self) -> str:
        """What stands behind the title."""
        return self.chart.remark if self.chart else ""

    def paint_legend(self, painter: QPainter, line: QRectF) -> int:
        """Paint what the colours mean at the right of the head; gives its width."""
        del painter, line
        return 0

    def _paint_nothing(self, painter: QPainter) -> None:
        painter.setFont(theme.font())
        painter.setPen(theme.colour(theme.current().muted))
        inset = theme.px(SAID)
        painter.drawText(self._nothing.adjusted(inset, inset, 0, 0), int(_WRAPPED), self.nothing())

    @property
    def _nothing(self) -> QRectF:
        """Where it is said that there is nothing: what the keyboard is on, while there are no cells."""
        inset = theme.px(SAID)
        room = QRectF(self.body.left(), self.body.top(), self.body.width() - 2 * inset, self.height())
        said = QFontMetricsF(theme.font()).boundingRect(room, int(_WRAPPED), self.nothing())
        return said.adjusted(0, 0, 2 * inset + 1, 2 * inset)

    def nothing(self) -> str:
        """What is said where there is nothing to draw."""
        return self.empty

    def paint_focus(self, painter: QPainter) -> None:
        """Mark the cell that has the keyboard."""
        box = self.at.box if self.at else self._nothing
        painter.setPen(QPen(theme.colour(theme.current().accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self.relay()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours and letters in force."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self.restyle()

    def restyle(self) -> None:
        """The colours have changed."""
        self.update()

    # -- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Enter and T; every other key goes on."""
        key = Qt.Key(event.key())
        if key in _STEPS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.go(*_STEPS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.at is not None:
            self.opened.emit(self.at.part.query)
        elif key == Qt.Key.Key_T and self.chart is not None:
            self.tableWanted.emit(self.chart)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The keyboard goes where was clicked."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None:
            self._at = self.cells.index(cell)
            self._say()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens what is under it."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and cell is self.at and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(cell.part.query)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What can be opened shows a hand."""
        hit = self.cell_at(event.position().toPoint()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hit else Qt.CursorShape.ArrowCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip what is under the mouse."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            QToolTip.showText(event.globalPos(), tip(cell.said) if cell else "", self)
            return True
        return super().event(event)
