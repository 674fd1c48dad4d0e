"""The numbers at the top of the supervise view; each opens its requests."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from services.supervise.parts import Tile
from widgets import shapes, theme
from widgets.plain import tip

HEIGHT = 84
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TileButton(QAbstractButton):
    """One number with its title above and what stands beside it below."""

    def __init__(self) -> None:
        super().__init__()
        self.tile: Tile | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(HEIGHT - 12))

    def show_tile(self, tile: Tile) -> None:
        """Show this number."""
        self.tile = tile
        said = f"{tile.title}: {tile.shown}"
        self.setAccessibleName(f"{said}, {tile.remark}" if tile.remark else said)
        self.setToolTip(tip(tile.part.query))
        self.update()

    def sizeHint(self) -> QSize:
        """The size of the design."""
        return QSize(theme.px(160), theme.px(HEIGHT - 12))

    def minimumSizeHint(self) -> QSize:
        """It may be narrower."""
        return QSize(theme.px(96), theme.px(HEIGHT - 12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens it too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, number and remark."""
        del event
        painter, p, tile = QPainter(self), theme.current(), self.tile
        if tile is None:
            return
        left, wide = theme.px(8), self.width() - theme.px(12)
        if self.underMouse():
            painter.fillRect(self.rect(), theme.colour(p.win))
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(p.muted))
        painter.drawText(QRectF(left, theme.px(6), wide, theme.px(16)), _LEFT, tile.title)
        shown = painter.fontMetrics().elidedText(tile.remark, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRectF(left, theme.px(52), wide, theme.px(16)), _LEFT, shown)
        at = left
        if tile.is_alarming:
            shapes.paint_overdue(painter, QRectF(left, theme.px(30), 14, 14), p)
            at += theme.px(22)
        painter.setFont(theme.font(theme.BIG, theme.SEMIBOLD))
        painter.setPen(theme.colour(p.text))
        painter.drawText(QRectF(at, theme.px(23), wide, theme.px(28)), _LEFT, tile.shown)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour(p.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


class Tiles(QWidget):
    """The tiles side by side."""

    opened = Signal(str)
    """The query of the tile that was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[TileButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        self._row.setSpacing(0)
        self.setFixedHeight(theme.px(HEIGHT))

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these, in this order; a button stays itself while there are as many."""
        while len(self.buttons) < len(tiles):
            made = TileButton()
            made.clicked.connect(lambda _=False, b=made: self.opened.emit(b.tile.part.query if b.tile else ""))
            self.buttons.append(made)
            self._row.addWidget(made, 1)
        for button, tile in zip(self.buttons, tiles, strict=False):
            button.show_tile(tile)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline below."""
        del event
        QPainter(self).fillRect(0, self.height() - 1, self.width(), 1, theme.colour(theme.current().hair))
