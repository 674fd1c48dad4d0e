"""What lies over the map: tools, mode and layer menus, counts of what is not on it, the hover card, the scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QPushButton, QToolButton, QVBoxLayout, QWidget

from widgets import icons, theme
from widgets.map.camera import Camera, scale_bar
from widgets.plain import PlainLabel, tip

CHECKABLE = ("lasso", "eye")
"""The tools that stay pressed."""
SCALE = QSize(156, 36)
"""The room of the scale bar in the corner."""
WIDEST = 360
"""Pixels that a line of the hover card may be wide."""


class Tools(QFrame):
    """The column of tools at the right: 32 px each."""

    def __init__(self, parent: QWidget, actions: list[tuple[str, str, str, Callable[..., None]]]) -> None:
        super().__init__(parent)
        self.setObjectName("mapTools")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.buttons: dict[str, QToolButton] = {}
        for name, title, more, run in actions:
            button = QToolButton(self)
            button.setFixedSize(32, 32)
            button.setIconSize(QSize(16, 16))
            button.setAccessibleName(title)
            button.setToolTip(tip(f"{title}: {more}" if more else title))
            button.clicked.connect(run)
            button.setCheckable(name in CHECKABLE)
            column.addWidget(button)
            self.buttons[name] = button
        self.restyle()

    def restyle(self) -> None:
        """Take the colours in force."""
        palette = theme.current()
        for name, button in self.buttons.items():
            button.setIcon(icons.icon(name, palette.accent if button.isChecked() else palette.text))
        self.setStyleSheet(
            f"#mapTools {{ background: {palette.surf}; border-radius: 4px; }}"
            f"QToolButton {{ border: none; border-radius: 4px; background: transparent; padding: 0; }}"
            f"QToolButton:hover {{ background: {palette.win}; }}"
            f"QToolButton:checked {{ background: {palette.selection}; }}"
            f"QToolButton:focus {{ border: 2px solid {palette.accent}; }}"
            "QToolButton::menu-indicator { image: none; }"
        )


class Pill(QPushButton):
    """A small button on the map: 24 px high, surface ground, no border."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours in force."""
        palette = theme.current()
        self.setStyleSheet(
            f"QPushButton {{ background: {palette.surf}; color: {palette.text}; border: none; border-radius: 4px;"
            f" min-height: 24px; max-height: 24px; padding: 0 10px; font-size: {theme.META}px; }}"
            f"QPushButton:hover {{ background: {palette.win}; }}"
            f"QPushButton:focus {{ border: 2px solid {palette.accent}; padding: 0 8px;"
            " min-height: 20px; max-height: 20px; }"
            "QPushButton::menu-indicator { image: none; width: 0; }"
        )
        self.setIconSize(QSize(16, 16))
        self.adjustSize()


def line_up(pills: Sequence[Pill], legend: QRect, room: int) -> list[Pill]:
    """Put the pills that are shown beside the legend, as far as `room`, or below it; which those are."""
    shown = [pill for pill in pills if not pill.isHidden()]
    for pill in shown:
        pill.adjustSize()
    x, y = legend.right() + 13, 8
    if x + sum(pill.width() + 12 for pill in shown) >= room:
        x, y = 12, legend.bottom() + 9
    for pill in shown:
        pill.move(x, y)
        x += pill.width() + 12
    return shown


class HoverCard(QFrame):
    """A few plain lines beside the mark under the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hoverCard")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(0)
        self._title = PlainLabel("", self, pixels=theme.BODY, weight=theme.SEMIBOLD)
        self._rest = PlainLabel("", self, pixels=theme.META, muted=True)
        column.addWidget(self._title)
        column.addWidget(self._rest)
        self.restyle()
        self.hide()

    def restyle(self) -> None:
        """Take the colours in force."""
        palette = theme.current()
        self.setStyleSheet(
            f"#hoverCard {{ background: {palette.surf}; border: 1px solid {palette.hair}; border-radius: 4px; }}"
        )
        self._title.restyle()
        self._rest.restyle()

    @property
    def words(self) -> str:
        """Everything it says."""
        return f"{self._title.text()}\n{self._rest.text()}".strip()

    def say(self, lines: list[str], at: QPoint) -> None:
        """Show lines beside a point of the map, within the map."""
        over = self.parentWidget()
        room = over.rect() if over is not None else self.rect()
        most = min(WIDEST, room.width() - 32)
        self._title.setText(_cut(self._title, lines[:1], most))
        self._rest.setText(_cut(self._rest, lines[1:], most))
        self.adjustSize()
        x = at.x() + 18 if at.x() + 18 + self.width() < room.width() else at.x() - 18 - self.width()
        y = min(max(4, at.y() - self.height() // 2), room.height() - self.height() - 4)
        self.move(max(4, x), y)
        self.show()
        self.raise_()


def _cut(label: PlainLabel, lines: Sequence[str], most: int) -> str:
    """The lines that say something, each cut to so many pixels."""
    metrics = label.fontMetrics()
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, most) for line in lines if line)


class Scale:
    """The scale bar at the right bottom, and whose tiles these are: drawn once for all that it says."""

    def __init__(self) -> None:
        self._kept: tuple[object, QPixmap] | None = None

    def draw(self, painter: QPainter, camera: Camera, credit: str, density: float) -> None:
        """Draw it over a view."""
        length, words = scale_bar(camera.ground)
        width = camera.width if credit else SCALE.width()
        key = (length, words, credit, width, theme.current(), density)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, _scale(length, words, credit, QSize(width, SCALE.height()), density))
        painter.drawPixmap(camera.width - width, camera.height - SCALE.height(), self._kept[1])


def _scale(length: int, words: str, credit: str, size: QSize, density: float) -> QPixmap:
    palette = theme.current()
    picture = QPixmap(size * density)
    picture.setDevicePixelRatio(density)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    right, y = size.width() - 16, size.height() - 12
    for ink, width in ((palette.halo, 4.0), (palette.text, 1.5)):
        painter.setPen(QPen(theme.colour(ink), width))
        painter.drawPolyline(
            [QPoint(right - length, y - 5), QPoint(right - length, y), QPoint(right, y), QPoint(right, y - 5)]
        )
    painter.setFont(theme.font(theme.META))
    painter.setPen(theme.colour(palette.text))
    painter.drawText(QRectF(right - length, y - 20, length, 16), Qt.AlignmentFlag.AlignCenter, words)
    if credit:
        painter.setPen(theme.colour(palette.map_text))
        room = QRectF(16, y - 14, right - length - 32, 16)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, credit)
    painter.end()
    return picture
