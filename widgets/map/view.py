"""MapView: the requests of the queue on the city's map, with the one selection shared with queue and detail."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from services.geo.basemap import Basemap
from services.geo.outlines import Outlines
from services.geo.projection import UNIT, forward, inverse
from services.geo.tiles import Facts
from services.queue.places import Grid
from services.queue.snapshot import Ints, Snapshot
from services.queue.words import Bounds
from widgets import theme
from widgets.map import menus, picking
from widgets.map.calling import Marked, Point
from widgets.map.canvas import Canvas
from widgets.map.fitting import Metres, all_bounds, bounds_of, fitted, units
from widgets.map.layer import Hit, Mode
from widgets.map.layout import RING
from widgets.map.shown import view_of
from widgets.map.surround import Action, Surround
from widgets.selection import Selection

COARSE = 8.0
"""Metres a pixel from which on streets cannot be told apart."""
NEAR = 400.0
"""Map metres on each side of a call's place, where the map goes there by itself."""
SETTLED = 150
"""Milliseconds after which a view that moved is told."""


class MapView(QWidget):
    """The map pane. It moves only when a person moves it, or asks."""

    placeClicked = Signal(float, float)
    """The ground was clicked where no mark is, or while `pinning` anything: latitude and longitude."""
    unplacedAsked = Signal()
    """The count of requests without a place was clicked: show them in the queue."""
    outsideAsked = Signal()
    """The count of requests outside the city was clicked."""
    onlyVisibleAsked = Signal(bool)
    """Whether the queue is to hold only what the map shows."""
    areaAsked = Signal(str)
    """An area was clicked: show its requests."""
    outlinesWanted = Signal()
    """Areas are to be shown, and their outlines are not there yet: answer with set_outlines."""
    viewMoved = Signal(object)
    """The map shows other bounds (world units, west south east north), and has been still for a moment."""
    activated = Signal(int)
    """A request was double-clicked."""
    tilesWanted = Signal(object)
    """Raster tiles to read off the UI thread: a list of (zoom, column, row); answer each with put_tile."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._home: Metres | None = None
        self._fitted = False
        self._outlines: tuple[Outlines, ...] | None = None
        self._hit: Hit | None = None
        self._palette = theme.current()
        self.pinning: Callable[[], bool] = lambda: False
        """Whether a plain click says where a caller means, whatever lies there; with Ctrl it selects as ever."""
        self.canvas = Canvas(self)
        self.canvas.setAccessibleName("Map")
        self.setFocusProxy(self.canvas)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED)
        self._settled.timeout.connect(lambda: self.viewMoved.emit(self.bounds()))
        self._furnish()
        gestures = self.canvas.gestures
        gestures.clicked.connect(self._click)
        gestures.hovered.connect(self._hover)
        gestures.enclosed.connect(self._enclose)
        self.canvas.opened.connect(self._open)
        self.canvas.left.connect(self._leave)
        self.canvas.moved.connect(self._settled.start)
        self.canvas.worked.connect(self._say_legend)
        self.canvas.wanted.connect(self.tilesWanted)
        selection.changed.connect(self._follow)

    def _furnish(self) -> None:
        tools: list[Action] = [
            ("plus", "Zoom in", "", lambda: self.canvas.zoom(2)),
            ("minus", "Zoom out", "", lambda: self.canvas.zoom(-2)),
            ("fit", "Fit the map to the requests", "", self.fit),
            ("lasso", "Lasso", "draw around requests to select them; Shift and a drag draw a rectangle. "
             "Ctrl adds to the selection. Esc ends it.", self._take_lasso),
            ("eye", "Only what I see", "the queue holds what the map shows, also while it moves.",
             self._ask_only_visible),
            ("layers", "Layers", "", self.show_layers),
        ]  # fmt: skip
        self.around = Surround(self, self.canvas, tools, self.show_as)
        self.legend, self.modes, self.tools, self.card = (
            self.around.legend, self.around.modes, self.around.tools, self.around.card
        )  # fmt: skip
        self.unplaced, self.outside, self.empty = self.around.unplaced, self.around.outside, self.around.empty
        self.unplaced.clicked.connect(self.unplacedAsked)
        self.outside.clicked.connect(self.outsideAsked)
        self._say_mode()

    # -- data

    def set_base(self, base: Basemap) -> None:
        """The ground to draw; until there are requests, the view fits it."""
        self.canvas.set_base(base)
        self._count_missing()
        self._arrange()
        self._settled.start()
        self._fit_first()

    def set_extent(self, west: float, south: float, east: float, north: float) -> None:
        """The city's extent in degrees, fitted while there are no requests with a place."""
        x, y = forward([south, north], [west, east])
        self._home = (float(x[0]), float(y[0]), float(x[1]), float(y[1]))
        self._count_missing()
        self._arrange()
        self._settled.start()
        self._fit_first()

    def set_snapshot(self, snapshot: Snapshot, rows: Ints, grid: Grid) -> None:
        """Show these rows of a snapshot, in this order; `grid` holds those with a place, and may hold more."""
        shown = self.canvas.shown
        if snapshot is not shown.snapshot:
            shown.choose(None, -1)
        if shown.set(snapshot, rows, grid):
            self._hit = None
            self.canvas.marks_changed()
        self._follow()
        self._count_missing()
        self._describe()
        self._arrange()
        self._fit_first()

    def set_now(self, now_ms: int) -> None:
        """The time by which requests are overdue: milliseconds since 1970 UTC."""
        if self.canvas.shown.set_now(now_ms):
            self.canvas.marks_changed()
            self._describe()

    def set_outlines(self, outlines: Sequence[Outlines]) -> None:
        """The kinds of areas that can be shown, the finest first."""
        self._outlines = tuple(outlines)
        if self._outlines:
            if len(self._outlines) > 1:
                menus.add_outlines(self.around.layers, [o.title for o in self._outlines], 0, self._choose_outlines)
            self._choose_outlines(0)

    def _choose_outlines(self, which: int) -> None:
        if self._outlines:
            self.canvas.choropleth.set_outlines(self._outlines[which])
            self.canvas.marks_changed()
            self._say_legend()

    def set_only_visible(self, on: bool) -> None:
        """Show whether the queue holds only what the map shows."""
        if on != self.tools.buttons["eye"].isChecked():
            self.tools.buttons["eye"].setChecked(on)
            self.tools.restyle()

    def set_raster(self, facts: Facts | None) -> None:
        """Draw raster tiles over the ground, or none; they are asked for by tilesWanted."""
        self.canvas.raster.set(facts)
        self.canvas.credit = facts.attribution if facts else ""
        self._arrange()
        self.canvas.repaint_ground()

    def put_tile(self, zoom: int, column: int, row: int, data: bytes | None) -> None:
        """A raster tile that was asked for; None where there is none."""
        self.canvas.put_tile((zoom, column, row), data)

    def settle(self) -> None:
        """Paint everything now: before a picture is taken."""
        self.canvas.settle()

    def _count_missing(self) -> None:
        shown, city = self.canvas.shown, self.city()
        self.around.say_missing(shown.unplaced, len(shown) - shown.grid.count(city) if city else 0)

    # -- looking

    def city(self) -> Bounds | None:
        """The city's extent in world units; None where it is not known."""
        home = self._home_bounds()
        return units(home[0] / UNIT, home[1] / UNIT, home[2] / UNIT, home[3] / UNIT) if home else None

    def bounds(self) -> Bounds:
        """What the map shows, in world units."""
        return units(*view_of(self.canvas.camera).box)

    def _ask_only_visible(self) -> None:
        on = self.tools.buttons["eye"].isChecked()
        self.tools.restyle()
        self._settled.stop()
        self.viewMoved.emit(self.bounds())
        self.onlyVisibleAsked.emit(on)

    def fit(self) -> None:
        """Show all requests in the city that have a place, else all that have one; without any, the city."""
        self._look_at(all_bounds(self.canvas.shown, self.city()) or self._home_bounds(), by_person=True)

    def show_call(self, place: Point | None, marked: Sequence[Marked] = ()) -> None:
        """Show where a caller means (latitude, longitude; None: no call) and what may be the same.

        A view on which nobody has moved or clicked goes there, where the place is out of sight or hard to make out.
        """
        self.canvas.calling.show(place, marked)
        after = self.canvas.calling.pin
        camera = self.canvas.camera
        if after is not None and not self.canvas.by_person and (not camera.sees(*after) or camera.ground > COARSE):
            self._look_at((after[0] - NEAR, after[1] - NEAR, after[0] + NEAR, after[1] + NEAR), by_person=False)
        self.canvas.viewport().update()

    def zoom_to_selection(self) -> None:
        """Show the selected requests (Ctrl+J); nothing happens when none has a place."""
        snapshot = self.canvas.shown.snapshot
        rows = self._selection.rows_of(snapshot)
        self._look_at(bounds_of(self.canvas.shown, np.compress(snapshot.has_place.take(rows), rows)), by_person=True)

    def _fit_first(self) -> None:
        """Fit once, when there is something to fit; never after a person has moved the map."""
        if self.canvas.by_person or self._fitted:
            return
        bounds = all_bounds(self.canvas.shown, self.city())
        self._look_at(bounds or self._home_bounds(), by_person=False)
        self._fitted = bounds is not None and self.isVisible()

    def _home_bounds(self) -> Metres | None:
        return self._home or self.canvas.base.extent()

    def _look_at(self, bounds: Metres | None, *, by_person: bool) -> None:
        if bounds is not None:
            camera = self.canvas.seeing(self.size())
            self.canvas.look(fitted(camera, bounds, self.canvas.covers, self.tools.x()), by_person=by_person)

    # -- selection

    def _follow(self) -> None:
        """Show what is selected elsewhere; the view stays."""
        shown = self.canvas.shown
        rows = self._selection.rows_of(shown.snapshot)
        chosen = None
        if len(rows) > 1:
            chosen = np.zeros(len(shown.snapshot), bool)
            chosen[rows] = True
        if shown.choose(chosen, shown.snapshot.row_of(self._selection.current)):
            self.canvas.marks_changed()
        self.canvas.viewport().update()

    def hit_at(self, at: QPoint) -> Hit | None:
        """What lies under a pixel: the selected request first, else what the layer finds."""
        canvas = self.canvas
        current = canvas.current_at()
        if current is not None and math.hypot(current.x() - at.x(), current.y() - at.y()) < RING:
            return canvas.layer.hit(np.array([canvas.shown.current], np.int32))
        return canvas.layer.at(canvas.camera, at.x(), at.y())

    def _click(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        toggle = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        hit = None if self.pinning() and not toggle else self.hit_at(at)
        if hit is None:
            self.canvas.by_person = True
            self.placeClicked.emit(*inverse(*self.canvas.camera.to_world(at.x(), at.y())))
        elif hit.area:
            self.areaAsked.emit(hit.area)
        else:
            picking.select(self._selection, self.canvas.shown, hit.rows(), toggle=toggle)

    def _open(self, at: QPoint) -> None:
        hit = self.hit_at(at)
        rows = hit.rows() if hit else self.canvas.shown.grid.rows[:0]
        if len(rows) == 1 and not self.pinning():
            self.activated.emit(int(self.canvas.shown.snapshot.ids[rows[0]]))
        else:
            self._look_at(bounds_of(self.canvas.shown, rows), by_person=True)

    def _enclose(self, shape: QPolygonF, modifiers: Qt.KeyboardModifier) -> None:
        shown = self.canvas.shown
        rows = picking.enclosed(shown, self.canvas.camera, shape)
        if not len(rows):
            return
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            picking.add(self._selection, shown, rows)
        else:
            picking.select(self._selection, shown, rows, toggle=False)

    def press(self, tool: str) -> None:
        """Press a tool, as a click on it does: lasso or eye."""
        self.tools.buttons[tool].click()

    def select_visible(self) -> None:
        """Select all requests that the map shows: the rectangle and the lasso of those without a mouse."""
        rows = self.canvas.shown.grid.within(self.bounds())
        if len(rows):
            picking.select(self._selection, self.canvas.shown, rows, toggle=False)

    def _take_lasso(self, on: bool) -> None:
        self.canvas.gestures.lasso = on
        self.canvas.rest_cursor()
        self.tools.restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the lasso away."""
        if event.key() == Qt.Key.Key_Escape and self.canvas.gestures.lasso:
            self.canvas.let_go()
            self.tools.buttons["lasso"].click()
        else:
            event.ignore()

    # -- words

    def _hover(self, at: QPoint) -> None:
        hit, pinning = self.hit_at(at), self.pinning()
        if pinning:
            self.canvas.setCursor(Qt.CursorShape.CrossCursor)
        if hit is None:
            self._leave()
            if not pinning:
                self.canvas.rest_cursor()
            return
        if self._hit is None or hit.key != self._hit.key:
            self.card.say(picking.words(self.canvas.shown, hit, by_ctrl=pinning), at)
            if not self.canvas.gestures.lasso and not pinning:
                self.canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        self._hit = hit

    def _leave(self) -> None:
        self._hit = None
        self.card.hide()

    def _describe(self) -> None:
        said = f"{picking.summary(self.canvas.shown)}. Shown as {self.modes.text().lower()}"
        self.canvas.setAccessibleDescription(said)

    # -- modes

    def show_as(self, mode: Mode, by_overdue: bool = False) -> None:
        """Show the requests in a way; areas by how many requests they have, or by how many of those are overdue."""
        self.canvas.choropleth.by_overdue = by_overdue
        self.set_mode(mode)

    def set_mode(self, mode: Mode) -> None:
        """Show the requests as clusters, points, heat or areas."""
        self.canvas.set_mode(mode)
        if mode is Mode.AREAS and self._outlines is None:
            self.outlinesWanted.emit()
        self._leave()
        self._say_mode()
        self._describe()

    def _say_mode(self) -> None:
        self.around.say_mode()
        self._arrange()

    def _say_legend(self) -> None:
        if self.around.say_legend():
            self._arrange()

    def show_layers(self) -> None:
        """Open the menu of layers."""
        self.around.show_layers()

    # -- frame

    def _arrange(self) -> None:
        """Put the furniture in its corners; without a city and without a place, say what would be here."""
        bare = not len(self.canvas.shown) and self._home_bounds() is None and self.canvas.raster.facts is None
        self.around.arrange(bare=bare)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the furniture in its corners; fit anew while no person has moved the map."""
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        self._arrange()
        self._fitted = False
        self._fit_first()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours in force when the scheme has changed."""
        super().changeEvent(event)
        palette = theme.current()
        if event.type() is QEvent.Type.PaletteChange and palette is not self._palette:
            self._palette = palette
            self.around.restyle()
            self._arrange()
            self.canvas.repaint_ground()
