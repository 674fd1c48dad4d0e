"""The painted map itself: camera, cached ground, names and marks, and what mouse and keys do to them."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.geo.basemap import Basemap
from services.geo.projection import TILE
from widgets import theme
from widgets.map.camera import Camera
from widgets.map.furniture import paint_scale
from widgets.map.ground import Ground, Layers, Square
from widgets.map.ink import Ink
from widgets.map.labels import Name, Taken, place
from widgets.map.lettering import Lettering
from widgets.map.marks import RING, Layout, Marks
from widgets.map.raster import Key, Raster
from widgets.map.squares import Squares

Ints = NDArray[np.int64]
BUDGET = 0.008
"""Seconds of painting squares before the event loop gets its turn."""
REST = 120
"""Milliseconds of stillness before names are placed anew."""
STRIDE = 80
"""Pixels that an arrow key moves the map."""
NOTCH = 60
"""Wheel units for one level: an ordinary notch zooms by two."""
_ARROWS = {
    Qt.Key.Key_Left: (STRIDE, 0), Qt.Key.Key_Right: (-STRIDE, 0),
    Qt.Key.Key_Up: (0, STRIDE), Qt.Key.Key_Down: (0, -STRIDE),
}  # fmt: skip
_ZOOMS = {Qt.Key.Key_Plus: 2, Qt.Key.Key_Equal: 2, Qt.Key.Key_Minus: -2, Qt.Key.Key_Underscore: -2}


class Canvas(pg.GraphicsView):  # type: ignore[misc]
    """Draws the ground from a cache and the marks over it. Knows points, not requests."""

    clicked = Signal(QPoint, object)
    """Where, and with which modifiers."""
    opened = Signal(QPoint)
    """Double-clicked."""
    hovered = Signal(QPoint)
    left = Signal()
    enclosed = Signal(QRect, object)
    """A rectangle drawn with Shift, and the modifiers."""
    moved = Signal()
    """The view is another: `by_person` says whether a person moved it."""
    wanted = Signal(object)
    """Raster tiles to fetch: a list of (zoom, column, row)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.camera = Camera()
        self.by_person = False
        self.base = Basemap()
        self._ground = Ground(self.base)
        self.layers = Layers()
        self.credit = ""
        self.marks = Marks()
        self.raster = Raster()
        self.squares = Squares(self._paint_square)
        self.chosen: Ints = np.empty(0, np.int64)
        self.current = -1
        self.covers: list[QRect] = []
        """Where the furniture lies: no name goes under it."""
        self.names: list[Name] = []
        self._names_at: tuple[Camera, object] | None = None
        self._layout: Layout | None = None
        self._ink, self._lettering = Ink(), Lettering()
        self._pressed: QPoint | None = None
        self._dragging = False
        self._box: QRect | None = None
        self._wheel = 0
        self._work = QTimer(self, singleShot=True, interval=0)
        self._work.timeout.connect(self._go_on)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._place_names)

    # -- what is shown

    def set_base(self, base: Basemap) -> None:
        """Draw another ground."""
        self.base, self._ground = base, Ground(base)
        measured = [("street", name) for name in base.names] + [(label.kind, label.text) for label in base.labels]
        self._lettering.measure(measured)
        self.repaint_ground()

    def repaint_ground(self) -> None:
        """Paint all squares and names anew: the ground, its layers or its colours have changed."""
        self.squares.clear()
        self._lettering.clear()
        self._ink.clear()
        self.names = []
        self._changed()

    def marks_changed(self) -> None:
        """Lay the marks out anew."""
        self._layout = None
        self._changed()

    def choose(self, chosen: Ints, current: int) -> None:
        """Show these points as selected; `current` (−1: none) stands by itself."""
        self.chosen, self.current = chosen, current
        self.marks_changed()

    @property
    def layout_now(self) -> Layout:
        """The marks as they stand at this level."""
        if self._layout is None:
            self._layout = self.marks.layout(self.camera.level, self.chosen, self.current)
        return self._layout

    def put_tile(self, key: Key, data: bytes | None) -> None:
        """Take a raster tile."""
        self.raster.put(key, data)
        self.squares.drop(lambda square: key in self.raster.covering(square))
        self._changed()

    # -- looking elsewhere

    def look(self, camera: Camera, *, by_person: bool = True) -> None:
        """Take another view; the squares of the old one cover the wait."""
        if camera == self.camera:
            return
        if camera.level != self.camera.level:
            self.squares.leave(self.camera, self.devicePixelRatioF())
            self._layout = None
            self.names = []
        self.by_person = self.by_person or by_person
        self.camera = camera
        self._changed()
        self.moved.emit()

    def zoom(self, steps: int, at: QPointF | None = None) -> None:
        """Nearer by so many levels, around a pixel (the middle by default)."""
        at = at or QPointF(self.camera.width / 2, self.camera.height / 2)
        self.look(self.camera.zoomed(steps, at.x(), at.y()))

    def _changed(self) -> None:
        if self.isVisible():
            self._work.start()
            self._rest.start()
            self.viewport().update()

    # -- work between paints

    def settle(self) -> None:
        """Paint whatever is missing now, names included: for a picture of the map."""
        for square in self.squares.missing(self.camera):
            self.squares.make(square, self.devicePixelRatioF())
        self._place_names()

    def _go_on(self) -> None:
        """Paint missing squares for a few milliseconds; then those just outside, one at a time."""
        if wanted := self.raster.wanted(self.squares.needed(self.camera)):
            self.wanted.emit(wanted)
        missing = self.squares.missing(self.camera)
        until = perf_counter() + BUDGET
        for square in missing:
            self.squares.make(square, self.devicePixelRatioF())
            if perf_counter() > until:
                break
        if missing:
            self.viewport().update()
            self._work.start()
        elif around := self.squares.missing(self.camera, TILE // 2):
            self.squares.make(around[0], self.devicePixelRatioF())
            self._work.start()

    def _paint_square(self, painter: QPainter, square: Square) -> None:
        self._ground.paint(painter, square, theme.current(), self.layers)
        self.raster.draw(painter, square)

    def _place_names(self) -> None:
        """Put names where nothing else is."""
        stamp = (self.camera, self._layout)
        if self._names_at == stamp and self.names:
            return
        if not self.layers.names or self.raster.facts is not None:
            self.names = []
        else:
            self.names = place(self.camera, self.base, self._taken(), self._lettering.widths, self.names)
        self._names_at = (self.camera, self.layout_now)
        self.viewport().update()

    def _taken(self) -> Taken:
        layout = self.layout_now
        seen = layout.seen(self.camera)
        x, y = layout.x[seen] - self.camera.left, layout.y[seen] - self.camera.top
        discs = np.stack([x, y, layout.radius[seen]], axis=1)
        if self.current >= 0:
            at = self.camera.to_screen(float(self.marks.x[self.current]), float(self.marks.y[self.current]))
            discs = np.vstack([discs, [[*at, RING]]])
        scale = QRect(self.camera.width - 156, self.camera.height - 36, 156, 36)
        boxes = [(r.left(), r.top(), r.right(), r.bottom()) for r in [*self.covers, scale]]
        return Taken(discs=discs, boxes=np.array(boxes, dtype=np.float64))

    # -- painting

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the ground: nothing but cached pictures."""
        if not self.isVisible():
            self.settle()
        painter.save()
        painter.resetTransform()
        painter.fillRect(self.viewport().rect(), theme.colour(theme.current().outside))
        self.squares.draw(painter, self.camera)
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw names, marks, the selection, the scale and the rectangle being drawn."""
        painter.save()
        painter.resetTransform()
        density = self.devicePixelRatioF()
        self._lettering.draw(painter, self.names, self.camera, density)
        self._ink.draw(painter, self.marks, self.layout_now, self.camera, density)
        if self.current >= 0:
            self._ink.draw_current(painter, self.marks, self.current, self.camera)
        paint_scale(painter, self.camera, self.credit)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._box is not None:
            accent = theme.colour(theme.current().accent)
            painter.setPen(QPen(accent, 1.5))
            painter.drawRect(self._box)
            painter.setOpacity(0.1)
            painter.fillRect(self._box, accent)
        if self.hasFocus():
            painter.setOpacity(1)
            painter.setPen(QPen(theme.colour(theme.current().accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.restore()

    # -- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a drag or a rectangle."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self._dragging = False
            self.left.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the ground, stretch the rectangle, or tell what is under the mouse."""
        at = event.position().toPoint()
        if self._pressed is None:
            self.hovered.emit(at)
            return
        if not self._dragging and (at - self._pressed).manhattanLength() < 5:
            return
        if not self._dragging and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._box = QRect()
        self._dragging = True
        if self._box is not None:
            self._box = QRect(self._pressed, at).normalized()
            self.viewport().update()
            return
        step = at - self._pressed
        self._pressed = at
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.look(self.camera.moved(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag or a rectangle; without either it was a click."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        box, self._box, at, self._pressed = self._box, None, self._pressed, None
        self.unsetCursor()
        if box is not None:
            self.viewport().update()
            self.enclosed.emit(box, event.modifiers())
        elif not self._dragging:
            self.clicked.emit(at, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is under the mouse."""
        self._pressed = None
        if event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(event.position().toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the mouse is."""
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / NOTCH)
        self._wheel -= steps * NOTCH
        if steps:
            self.left.emit()
            self.zoom(steps, event.position())
        event.accept()

    def leaveEvent(self, event: object) -> None:
        """The mouse is elsewhere."""
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, + and − zoom; every other key goes on to the window."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self.look(self.camera.moved(*_ARROWS[key]))
        elif key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing happens on release."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep the centre. pyqtgraph calls it once with None while it is being made."""
        super().resizeEvent(event)
        if event is None:
            return
        size = self.viewport().size()
        self.look(self.camera.resized(size.width(), size.height()), by_person=False)

    def showEvent(self, event: QShowEvent) -> None:
        """Do what was put off while hidden."""
        super().showEvent(event)
        self._changed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work while hidden."""
        super().hideEvent(event)
        self._work.stop()
        self._rest.stop()
