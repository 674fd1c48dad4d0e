"""What is left in the home when the desk closes, for the first window of the next start: see console/front.py."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter

from console import FRONT_FILE, __version__, front
from services.queue.snapshot import NONE
from widgets import theme
from widgets.icons import icon_pixmap
from widgets.queue.columns import NAMES, RIGHT
from widgets.queue.paint import ROW
from widgets.shapes import SIZE, TRIANGLE, overdue_pixmap

if TYPE_CHECKING:
    from console.window import Window
    from widgets.queue.table import QueueTable

FIRST_QUERY = "status:open"
"""What every start shows first."""
_INSET = 16
log = logging.getLogger(__name__)


def keep(window: Window) -> None:
    """Leave the window as it stands for the next start; where that cannot be written, that start is a slow one."""
    if window.map is not None:
        window.map.settle()
    shown = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    table = window.queue.table
    boxes, clocks = _clocks(table)
    pieces = Pieces(_heights(table)[1])
    image = _picture(shown, boxes, window, pieces)
    least = window.minimumSizeHint()
    left = front.Front(
        version=__version__,
        title=window.windowTitle(),
        geometry=bytes(window.window().saveGeometry().data()),
        width=window.width(),
        height=window.height(),
        least=(least.width(), least.height()),
        density=image.devicePixelRatio(),
        points=theme.system_points(),
        stride=image.bytesPerLine(),
        lines=image.height(),
        pieces=pieces.places,
        blank=pieces.blank,
        clocks=tuple(clocks),
    )
    try:
        front.write(window.desk.settings.home / FRONT_FILE, left, bytes(image.constBits()))
    except OSError as problem:
        log.info("the first window of the next start cannot be left: %s", problem.strerror)


def stand_as_at_start(window: Window) -> None:
    """Let the window look as every start shows it: nothing chosen, nothing searched for, nothing said."""
    window.bar.clear()
    for toast in list(window.toasts.shown):
        toast.leave()
    window.panes.settle()
    window.desk.selection.clear()
    window.detail.set_nothing()
    window.show_query(FIRST_QUERY)
    window.queue.table.scrollToTop()
    if window.map is not None:
        window.map.show_call(None)
        window.map.fit()


def _clocks(table: QueueTable) -> tuple[list[QRect], list[front.Clock]]:
    """The cells in sight whose words follow the time, and the clocks of those wholly in sight; pixels of the window."""
    rows, snapshot = table.rows, table.rows.snapshot
    above, high = _heights(table)
    view = table.viewport()
    sight = QRect(view.mapTo(table.window(), QPoint(0, 0)), view.size())
    last = table.rowAt(view.height() - 1)
    boxes, clocks = [], []
    for row in range(rows.rowCount() if last < 0 else last + 1):
        at = int(rows.order[row])
        moments = {"age": int(snapshot.requested_ms[at]), "updated": int(snapshot.updated_ms[at])}
        if snapshot.is_open[at] and snapshot.due_ms[at] != NONE:
            moments["due"] = int(snapshot.due_ms[at])
        for name, ms in moments.items():
            section = NAMES.index(name)
            corner = QPoint(table.columnViewportPosition(section), table.rowViewportPosition(row) + above)
            box = QRect(sight.topLeft() + corner, QSize(table.columnWidth(section), high))
            if table.isColumnHidden(section):
                continue
            boxes.append(box & sight)
            if sight.contains(box):
                end = box.x() + box.width() - theme.px(RIGHT)
                clocks.append(front.Clock(name == "due", ms, end, box.y(), high))
    return boxes, clocks


def _heights(table: QueueTable) -> tuple[int, int]:
    """Where the first line of words begins in a row, and how high it is (pixels)."""
    return (theme.px(4), theme.px(20)) if table.arrangement.two_lines else (0, theme.px(ROW))


def _picture(shown: QImage, boxes: list[QRect], window: Window, pieces: Pieces) -> QImage:
    """The window without the words in those boxes, a status line for the next start, and below it all the pieces."""
    density, p = shown.devicePixelRatio(), theme.current()
    made = QImage(shown.width(), shown.height() + round(pieces.high * density), shown.format())
    made.setDevicePixelRatio(density)
    painter = QPainter(made)
    painter.drawImage(0, 0, shown)
    for box in boxes:
        painter.fillRect(box, theme.colour(p.surf))
    now, bar = datetime.now(window.desk.settings.timezone), window.status
    line = QRect(bar.mapTo(window, QPoint(0, 1)), QSize(bar.width(), bar.height() - 1))
    painter.fillRect(line, theme.colour(p.win))
    painter.setPen(theme.colour(p.muted))
    painter.setFont(theme.font(theme.META))
    words = f"As of {now:%a} {now.day} {now:%b %H:%M} · opening…"
    painter.drawText(line.adjusted(theme.px(_INSET), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
    pieces.paint(painter, window.height(), density)
    painter.end()
    return made


class Pieces:
    """What clocks are put together from, side by side in a strip, painted as the queue paints them."""

    def __init__(self, high: int) -> None:
        self.high = high
        self.places: dict[str, tuple[int, int]] = {}
        p = theme.current()
        heavy = theme.font(weight=theme.SEMIBOLD)
        self._styles = {
            front.AGE: (theme.font(), p.muted),
            front.DUE: (theme.font(), p.text),
            front.SOON: (heavy, p.text),
        }
        self.width = 0
        for style, (font, _) in self._styles.items():
            for part in (*"0123456789", *front.UNITS):
                self._add(style + part, QFontMetrics(font).horizontalAdvance(part))
        self._add(front.LATE_MARK, theme.px(TRIANGLE))
        self._add(front.SOON_MARK, theme.px(SIZE))
        self.blank = QFontMetrics(theme.font()).horizontalAdvance(" ")

    def _add(self, name: str, width: int) -> None:
        self.places[name] = (self.width, width)
        self.width += width

    def paint(self, painter: QPainter, top: int, density: float) -> None:
        """Paint the strip at this height."""
        p = theme.current()
        painter.fillRect(0, top, self.width, self.high, theme.colour(p.surf))
        for style, (font, ink) in self._styles.items():
            painter.setFont(font)
            painter.setPen(theme.colour(ink))
            metrics = QFontMetrics(font)
            base = top + (self.high - metrics.height()) // 2 + metrics.ascent()
            for part in (*"0123456789", *front.UNITS):
                painter.drawText(self.places[style + part][0], base, part)
        late, soon = theme.px(TRIANGLE), theme.px(SIZE)
        for name, side, mark in (
            (front.LATE_MARK, late, overdue_pixmap(p.overdue, late, density)),
            (front.SOON_MARK, soon, icon_pixmap("clock", p.text, soon, density)),
        ):
            painter.drawPixmap(self.places[name][0], top + (self.high - side) // 2, mark)
