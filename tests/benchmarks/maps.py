"""The desk's own map in a window of the common size, moved by mouse events, and pyqtgraph's points beside it."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from services.geo.projection import UNIT, forward
from tests.benchmarks import qt
from tests.benchmarks.desk import Sitting, settle
from tests.benchmarks.harness import same
from widgets.map.layer import Mode

Floats = NDArray[np.float64]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
FREE = Qt.KeyboardModifier.NoModifier
NOTCH = 120
CITY = (42.3321, -71.0589)
"""Where the street-level frames look: the middle of the city, in degrees."""


class OurMap:
    """The desk's map, torn off into a window of its own; every request is shown as a point of its own."""

    def __init__(self, desk: Sitting) -> None:
        desk.window.tear_off("map")
        self.map = desk.map
        self.window = self.map.window()
        self.map.set_mode(Mode.POINTS)
        self.resize()
        self.map.fit()
        settle(self.map)
        same("pixels of the map", self.map.canvas.viewport().size().toTuple(), qt.SIZE)
        self.ground = self.map.canvas.viewport()
        self.painted = qt.Painted(self.ground)
        self._step = 7

    def resize(self) -> None:
        """Give the map itself the common size."""
        for _ in range(3):
            spare = self.window.size() - self.map.size()
            self.window.resize(spare.width() + qt.SIZE[0], spare.height() + qt.SIZE[1])
            QApplication.processEvents()

    def settle(self) -> None:
        """Let what follows a move be done: pieces of ground, names."""
        self.map.settle()
        QApplication.processEvents()

    def grab(self) -> None:
        """Press the mouse in the middle, to drag."""
        mouse(self.ground, QEvent.Type.MouseButtonPress, middle(), LEFT)
        mouse(self.ground, QEvent.Type.MouseMove, middle() + QPoint(20, 0), LEFT)

    def drag(self) -> None:
        """One frame of dragging to and fro."""
        self._step = -self._step
        mouse(self.ground, QEvent.Type.MouseMove, middle() + QPoint(20 + self._step, self._step), LEFT)
        self.painted.now()

    def drop(self) -> None:
        """Let go."""
        mouse(self.ground, QEvent.Type.MouseButtonRelease, middle(), LEFT)

    @staticmethod
    def nudge(ground: QWidget, right: int, down: int) -> None:
        """Drag the ground a little, in one go."""
        at = QPoint(ground.width() // 2, ground.height() // 2)
        mouse(ground, QEvent.Type.MouseButtonPress, at, LEFT)
        mouse(ground, QEvent.Type.MouseMove, at + QPoint(20, 0), LEFT)
        mouse(ground, QEvent.Type.MouseMove, at + QPoint(20 + right, down), LEFT)
        mouse(ground, QEvent.Type.MouseButtonRelease, at + QPoint(20 + right, down), LEFT)

    def wheel(self, notches: int) -> None:
        """Turn the wheel, and paint."""
        at = QPointF(middle())
        event = QWheelEvent(
            at, at, QPoint(), QPoint(0, notches * NOTCH), NONE, FREE, Qt.ScrollPhase.NoScrollPhase, False
        )  # fmt: skip
        QCoreApplication.sendEvent(self.ground, event)
        self.painted.now()

    def hover(self, at: QPoint) -> None:
        """The mouse passes over a pixel."""
        mouse(self.ground, QEvent.Type.MouseMove, at, NONE)

    def to_streets(self) -> None:
        """Look at some blocks in the middle of the city, as `Jump to an address` does."""
        x, y = forward([CITY[0]], [CITY[1]])
        near = (float(x[0]) - 400, float(y[0]) - 270, float(x[0]) + 400, float(y[0]) + 270)
        canvas = self.map.canvas
        canvas.look(canvas.camera.fitted(near))
        settle(self.map)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is seen, in web-mercator metres."""
        camera = self.map.canvas.camera
        west, north = camera.to_world(0, 0)
        east, south = camera.to_world(camera.width, camera.height)
        return west, south, east, north


def metres(world: NDArray[np.int32]) -> Floats:
    """World units as web-mercator metres."""
    return np.asarray(world * UNIT, np.float64)


def mouse(widget: QWidget, kind: QEvent.Type, at: QPoint, held: Qt.MouseButton) -> None:
    """A mouse event, as the window system would bring it."""
    button = NONE if kind == QEvent.Type.MouseMove else held
    buttons = NONE if kind == QEvent.Type.MouseButtonRelease else held
    place = QPointF(at)
    QCoreApplication.sendEvent(widget, QMouseEvent(kind, place, widget.mapToGlobal(place), button, buttons, FREE))


def middle() -> QPoint:
    """The middle of the pane."""
    return QPoint(qt.SIZE[0] // 2, qt.SIZE[1] // 2)


class Scatter:
    """pyqtgraph's ScatterPlotItem with the same points, 5 px discs, in a pane of the same size and extent."""

    def __init__(self, x: Floats, y: Floats, bounds: tuple[float, float, float, float]) -> None:
        self.view = pg.GraphicsView()
        self.box = pg.ViewBox(enableMenu=False)
        self.view.setCentralItem(self.box)
        self.box.setAspectLocked(True)
        self.item = pg.ScatterPlotItem(x=x, y=y, size=5, pen=None, brush=pg.mkBrush(200, 60, 20, 160), pxMode=True)
        self.box.addItem(self.item)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        qt.shown(self.view)
        self.look(bounds)
        same("pixels of the peer's map", self.view.viewport().size().toTuple(), qt.SIZE)
        self.painted = qt.Painted(self.view.viewport())
        self._step = 7.0

    def look(self, bounds: tuple[float, float, float, float]) -> None:
        """Show this extent."""
        west, south, east, north = bounds
        self.box.setRange(xRange=(west, east), yRange=(south, north), padding=0, disableAutoRange=True)
        QApplication.processEvents()

    def pan(self) -> None:
        """One frame of panning to and fro."""
        self._step = -self._step
        wide, high = self.box.viewPixelSize()
        self.box.translateBy(x=self._step * wide, y=self._step * high)
        self.painted.now()

    def zoom(self, factor: float) -> None:
        """Nearer or farther, and paint."""
        self.box.scaleBy((factor, factor))
        self.painted.now()

    def close(self) -> None:
        """Take it down."""
        qt.close(self.view)
