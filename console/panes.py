"""Where the panes stand: rail, queue over map, detail; map and detail can be torn off to a second monitor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from widgets import theme

DETAIL_WIDTH, CALL_WIDTH = 420, 560
QUEUE_HEIGHT, MAP_HEIGHT = 492, 432


class _TornOff(QWidget):
    """A window of its own around one pane; closing it brings the pane back."""

    def __init__(self, panes: Panes, name: str, pane: QWidget, title: str) -> None:
        super().__init__(panes, Qt.WindowType.Window)
        self._panes, self._name = panes, name
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane)
        pane.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put the pane back where it was."""
        super().closeEvent(event)
        self._panes.bring_back(self._name)


class Hairline(QWidget):
    """One pixel between the rail and the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it in the colour in force."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour(theme.current().hair))
        painter.end()


class Panes(QWidget):
    """The body of the window. Sizes follow the person's splitters once they were moved."""

    def __init__(self, rail: QWidget, queue: QWidget, map_slot: QWidget, detail: QWidget) -> None:
        super().__init__()
        self._panes = {"map": map_slot, "detail": detail}
        self._torn: dict[str, _TornOff] = {}
        self._widths: dict[QWidget, int] = {}
        self._heights = [QUEUE_HEIGHT, MAP_HEIGHT]
        self.right = QStackedWidget()
        self.right.addWidget(detail)
        self.right.setMinimumWidth(theme.px(DETAIL_WIDTH))
        self.centre = _splitter(Qt.Orientation.Vertical, queue, map_slot)
        self.centre.setSizes([QUEUE_HEIGHT, MAP_HEIGHT])
        self.across = _splitter(Qt.Orientation.Horizontal, self.centre, self.right)
        self.across.setStretchFactor(0, 1)
        self.across.setStretchFactor(1, 0)
        self.across.setCollapsible(0, False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        row.addWidget(Hairline())
        self.body = QStackedWidget()
        self.body.addWidget(self.across)
        row.addWidget(self.body, 1)

    def show_whole(self, pane: QWidget | None) -> None:
        """Show this pane in place of queue, map and detail; None shows those again."""
        if pane is not None and self.body.indexOf(pane) < 0:
            self.body.addWidget(pane)
        self.body.setCurrentWidget(pane or self.across)

    def shows(self, pane: QWidget) -> bool:
        """Whether this pane stands in their place."""
        return self.body.currentWidget() is pane

    def show_right(self, pane: QWidget) -> None:
        """Show this pane at the right, at its width; one that is torn off comes forward in its own window."""
        self.show_whole(None)
        torn = next((w for n, w in self._torn.items() if self._panes[n] is pane), None)
        if torn is not None:
            torn.raise_()
            torn.activateWindow()
            self.right.hide()
            return
        before = self.right.currentWidget() if self.right.isVisibleTo(self) else None
        if before is pane:
            return
        if before is not None:
            self._widths[before] = self.across.sizes()[1]
        if self.right.indexOf(pane) < 0:
            self.right.addWidget(pane)
        self.right.setCurrentWidget(pane)
        self.right.show()
        self._size_right(self._widths.get(pane) or self._usual_width(pane))

    def _usual_width(self, pane: QWidget) -> int:
        """As in the design, less where the window is narrow (pixels)."""
        wanted = DETAIL_WIDTH if pane is self._panes["detail"] else CALL_WIDTH
        return max(theme.px(DETAIL_WIDTH), min(theme.px(wanted), self.width() * 40 // 100))

    def _size_right(self, width: int) -> None:
        centre, right = self.across.sizes()
        self.across.setSizes([max(1, centre + right - width), width])

    def settle(self) -> None:
        """Have every pane in its place, with the detail at the right: before the sizes are written down."""
        for name in self._panes:
            self.bring_back(name)
        self.show_right(self._panes["detail"])

    def torn_off(self, name: str) -> bool:
        """Whether the pane has a window of its own."""
        return name in self._torn

    def tear_off(self, name: str, title: str) -> QWidget:
        """Give map or detail a window of its own, and return that."""
        pane = self._panes[name]
        size = pane.size()
        if name == "map":
            self._heights = self.centre.sizes()
        window = self._torn[name] = _TornOff(self, name, pane, title)
        window.resize(size)
        window.show()
        if name == "detail":
            self.right.hide()
        return window

    def bring_back(self, name: str) -> None:
        """Put a torn-off pane back."""
        window = self._torn.pop(name, None)
        if window is None:
            return
        pane = self._panes[name]
        if name == "map":
            self.centre.addWidget(pane)
            self.centre.setSizes(self._heights)
        else:
            self.right.insertWidget(0, pane)
            self.right.setCurrentWidget(pane)
            self.right.show()
        pane.show()
        window.hide()
        window.deleteLater()


def _splitter(orientation: Qt.Orientation, *panes: QWidget) -> QSplitter:
    made = QSplitter(orientation)
    made.setHandleWidth(1)
    for pane in panes:
        made.addWidget(pane)
    return made
