"""The painted map itself: camera, cached ground, names and a layer of requests, and what mouse and keys do to them."""

from __future__ import annotations

from math import inf
from time import perf_counter

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.geo.basemap import Basemap
from services.geo.projection import TILE
from services.queue.snapshot import STATUSES
from widgets import theme
from widgets.map.calling import Calling
from widgets.map.camera import Camera
from widgets.map.choropleth import Choropleth
from widgets.map.discs import Discs
from widgets.map.furniture import SCALE, Scale
from widgets.map.gestures import Gestures
from widgets.map.ground import Ground, Layers, Square
from widgets.map.heat import Heat
from widgets.map.ink import Ink
from widgets.map.labels import Name, Taken, place
from widgets.map.layer import Layer, Mode
from widgets.map.layout import RING
from widgets.map.lettering import Lettering
from widgets.map.points import Points
from widgets.map.raster import Key, Raster
from widgets.map.shown import Shown
from widgets.map.squares import Squares
from widgets.map.still import Still

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
    """Draws the ground from a cache and one layer of requests over it; every frame only puts pictures together."""

    opened = Signal(QPoint)
    """Double-clicked."""
    left = Signal()
    moved = Signal()
    """The view is another: `by_person` says whether a person moved it."""
    worked = Signal()
    """The layer has made a part of its picture."""
    wanted = Signal(object)
    """Raster tiles to fetch: a list of (zoom, column, row)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.camera = Camera()
        self.magnified = 1.0
        """How many times larger than by design everything is drawn, words too: for a map that is seen from afar."""
        self.by_person = False
        self.base = Basemap()
        self._ground = Ground(self.base)
        self.layers = Layers()
        self._scale, self.credit = Scale(), ""
        self.shown = Shown()
        self._ink, self._lettering = Ink(), Lettering()
        self.points, self.discs = Points(self.shown, self._ink), Discs(self.shown, self._ink)
        self.heat, self.choropleth = Heat(self.shown), Choropleth(self.shown)
        self.mode = Mode.CLUSTERS
        self.layer: Layer = self.discs
        """The way in which requests are shown now."""
        self.raster = Raster()
        self.squares = Squares(self._paint_square)
        self._still = Still(self._compose)
        self.calling = Calling()
        self.covers: list[QRect] = []
        """Where the furniture lies: no name goes under it."""
        self.names: list[Name] = []
        self._names_at: tuple[object, ...] | None = None
        self.gestures = Gestures(self)
        self.gestures.dragged.connect(self._drag)
        self.gestures.drawn.connect(self.viewport().update)
        self._wheel = 0
        self._work = QTimer(self, singleShot=True, interval=0)
        self._work.timeout.connect(self._go_on)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._place_names)

    @property
    def density(self) -> float:
        """Pixels of the screen to one of the camera's."""
        return float(self.devicePixelRatioF() * self.magnified)

    def seeing(self, size: QSize) -> Camera:
        """The same centre in a view that fills so many pixels of the window."""
        return self.camera.resized(round(size.width() / self.magnified), round(size.height() / self.magnified))

    # -- what is shown

    def set_mode(self, mode: Mode) -> None:
        """Show the requests in another way."""
        by_mode = {Mode.POINTS: self.points, Mode.CLUSTERS: self.discs, Mode.HEAT: self.heat}
        self.mode, self.layer = mode, by_mode.get(mode, self.choropleth)
        self.layer.renew()
        self._renewed()

    def set_base(self, base: Basemap) -> None:
        """Draw another ground."""
        self.base, self._ground = base, Ground(base)
        measured = [("street", name) for name in base.names] + [(label.kind, label.text) for label in base.labels]
        self._lettering.measure(measured)
        self.repaint_ground()

    def repaint_ground(self) -> None:
        """Paint everything anew: the ground, its layers or the colours have changed."""
        self.squares.clear()
        self._lettering.clear()
        self._ink.clear()
        for layer in (self.points, self.discs, self.heat, self.choropleth):
            layer.restyle()
        self.names = []
        self._renewed()

    def marks_changed(self) -> None:
        """Draw the requests anew."""
        self.layer.renew()
        self._renewed()

    def put_tile(self, key: Key, data: bytes | None) -> None:
        """Take a raster tile."""
        self.raster.put(key, data)
        self.squares.drop(lambda square: key in self.raster.covering(square))
        self._renewed()

    # -- looking elsewhere

    def look(self, camera: Camera, *, by_person: bool = True) -> None:
        """Take another view; the pictures of the old one cover the wait."""
        if camera == self.camera:
            return
        if camera.level != self.camera.level:
            self.squares.leave(self.camera, self.density)
            self.layer.leave(self.camera, self.density)
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

    def _renewed(self) -> None:
        """What is drawn has changed, not only where the map looks."""
        self._still.drop()
        self._changed()

    def _drag(self, step: QPoint) -> None:
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.look(self.camera.moved(step.x(), step.y()))

    # -- work between paints

    def settle(self) -> None:
        """Paint whatever is missing now, names included: for a picture of the map."""
        for square in self.squares.missing(self.camera):
            self.squares.make(square, self.density)
        while self.layer.work(self.camera, self.density):
            self._still.drop()
        self.worked.emit()
        self._place_names()
        self._lettering.prepare(self.names, self.density, inf)

    def _go_on(self) -> None:
        """Work for some milliseconds: missing squares of the ground, then the requests, then what lies just outside."""
        if wanted := self.raster.wanted(self.squares.needed(self.camera)):
            self.wanted.emit(wanted)
        density = self.density
        missing = self.squares.missing(self.camera)
        until = perf_counter() + BUDGET
        for square in missing:
            self.squares.make(square, density)
            if perf_counter() > until:
                break
        if missing and perf_counter() > until:
            more = True
        elif more := self.layer.work(self.camera, density):
            self._still.drop()
            self.worked.emit()
        elif more := self._lettering.prepare(self.names, density, until):
            self._still.drop()
        elif around := self.squares.missing(self.camera, TILE // 2):
            self.squares.make(around[0], density)
            self._work.start()
        elif self.gestures.moving and not self._still.holds(self.camera, self._stamp()):
            self._still.make(self.camera, density, self._stamp())
        if more or missing:
            self.viewport().update()
            self._work.start()
        elif self._names_at is not None and self._names_at[-1] != self.layer.made:
            self._rest.start()

    def _paint_square(self, painter: QPainter, square: Square) -> None:
        self._ground.paint(painter, square, theme.current(), self.layers)
        self.raster.draw(painter, square)

    def _place_names(self) -> None:
        """Put names where nothing else is."""
        stamp = (self.camera, self.shown.news, self.shown.current, self.mode, self.layer.made)
        if self._names_at == stamp and self.names:
            return
        before = self.names
        if not self.layers.names or self.raster.facts is not None:
            self.names = []
        else:
            self.names = place(self.camera, self.base, self._taken(), self._lettering.widths, self.names)
        if self.names != before:
            self._still.drop()
        self._names_at = stamp
        if self.isVisible():
            self._work.start()
            self.viewport().update()

    def _taken(self) -> Taken:
        discs = self.layer.discs(self.camera)
        if (at := self.current_at()) is not None:
            discs = np.vstack([discs, [[at.x(), at.y(), RING]]])
        scale = QRect(QPoint(self.camera.width - SCALE.width(), self.camera.height - SCALE.height()), SCALE)
        boxes = [(r.left(), r.top(), r.right(), r.bottom()) for r in [*self.covers, scale]]
        return Taken(discs=discs, boxes=np.array(boxes, dtype=np.float64))

    def current_at(self) -> QPointF | None:
        """Where the selected request is seen; None when it is not on the map."""
        if not self.shown.has(self.shown.current):
            return None
        x, y = self.camera.to_screen(*self.shown.place(self.shown.current))
        return QPointF(round(x), round(y))

    # -- painting

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the map, the selection, the scale and the shape being drawn."""
        if not self.isVisible():
            self.settle()
        painter.save()
        painter.resetTransform()
        painter.scale(self.magnified, self.magnified)
        if not self._still.draw(painter, self.camera, self._stamp()):
            self._compose(painter, self.camera)
        if (at := self.current_at()) is not None:
            self._draw_current(painter, at)
        self.calling.draw(painter, self.camera)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._scale.draw(painter, self.camera, self.credit, self.density)
        self.gestures.draw(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(theme.current().accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.restore()

    def _compose(self, painter: QPainter, camera: Camera) -> None:
        """Draw ground, names and requests: nothing but cached pictures."""
        density = self.density
        if not self.squares.covers(camera):
            painter.fillRect(0, 0, camera.width, camera.height, theme.colour(theme.current().outside))
        self.squares.draw(painter, camera)
        below = self.mode in (Mode.HEAT, Mode.AREAS)
        if below:
            self.layer.draw(painter, camera, density)
        self._lettering.draw(painter, self.names, camera, density)
        if not below:
            self.layer.draw(painter, camera, density)

    def _stamp(self) -> tuple[float, int]:
        """What the picture of the map depends on besides the camera, where it may change unannounced."""
        return self.density, self.shown.current

    def _draw_current(self, painter: QPainter, at: QPointF) -> None:
        row = self.shown.current
        late = bool(self.shown.late(np.array([row], np.int32))[0])
        self._ink.draw_current(painter, STATUSES[int(self.shown.snapshot.status[row])], at, late=late)

    # -- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a drag or a shape."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.gestures.press(event)
            self.left.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what was begun, or tell what is under the mouse."""
        self.gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what was begun."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.rest_cursor()
            self.gestures.release(event)
            self._still.end()

    def let_go(self) -> None:
        """Forget the drag or the shape that is under way."""
        self.gestures.cancel()
        self._still.end()

    def rest_cursor(self) -> None:
        """The cursor of a map that nothing happens on."""
        if self.gestures.lasso:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is under the mouse."""
        self.let_go()
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
        self.look(self.seeing(self.viewport().size()), by_person=False)

    def showEvent(self, event: QShowEvent) -> None:
        """Do what was put off while hidden."""
        super().showEvent(event)
        self._changed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work while hidden."""
        super().hideEvent(event)
        self._work.stop()
        self._rest.stop()
        self._still.end()
