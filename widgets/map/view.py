"""MapView: the requests of the queue on the city's map, with the one selection shared with queue and detail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from services.geo.basemap import Basemap
from services.geo.projection import forward, inverse
from services.geo.tiles import Facts
from services.queue.snapshot import STATUSES, Snapshot
from widgets import icons, theme
from widgets.empty import EmptyState
from widgets.map.camera import Camera
from widgets.map.canvas import Canvas
from widgets.map.furniture import HoverCard, Legend, Pill, Tools
from widgets.map.marks import RING, Mode
from widgets.selection import Selection

Ints = NDArray[np.int64]
Bounds = tuple[float, float, float, float]
LARGEST_MARK = 32
"""Pixels that the largest mark reaches from its place, with some air."""
NEAREST_FIT = 66
"""Level that fitting does not go beyond: about 1.3 m a pixel in Boston."""


class MapView(QWidget):
    """The map pane. It moves only when a person moves it, or asks."""

    placeClicked = Signal(float, float)
    """The ground was clicked where no mark is: latitude and longitude."""
    unplacedAsked = Signal()
    """The count of requests without a place was clicked: show them in the queue."""
    activated = Signal(int)
    """A request was double-clicked."""
    tilesWanted = Signal(object)
    """Raster tiles to read off the UI thread: a list of (zoom, column, row); answer each with put_tile."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._snapshot: Snapshot | None = None
        self._rows: Ints = np.empty(0, np.int64)
        self._now = 0
        self._home: Bounds | None = None
        self._fitted = False
        self._palette = theme.current()
        self.canvas = Canvas(self)
        self.canvas.setAccessibleName("Map")
        self.setFocusProxy(self.canvas)
        self._furnish()
        self.canvas.clicked.connect(self._click)
        self.canvas.opened.connect(self._open)
        self.canvas.hovered.connect(self._hover)
        self.canvas.left.connect(self.card.hide)
        self.canvas.enclosed.connect(self._enclose)
        self.canvas.wanted.connect(self.tilesWanted)
        selection.changed.connect(self._follow)

    def _furnish(self) -> None:
        self.legend = Legend(self)
        self.modes = Pill(self, "How marks are merged")
        self.modes.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.modes.setMenu(self._mode_menu())
        self.unplaced = Pill(self, "Requests without a place")
        self.unplaced.clicked.connect(self.unplacedAsked)
        self.unplaced.hide()
        self.tools = Tools(
            self,
            [
                ("plus", "Zoom in", lambda: self.canvas.zoom(2)),
                ("minus", "Zoom out", lambda: self.canvas.zoom(-2)),
                ("fit", "Fit the map to the requests", self.fit),
                ("layers", "Layers", self._show_layers),
            ],
        )
        self.card = HoverCard(self)
        self.empty = EmptyState(self)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.empty.say(
            "No place is known yet",
            "Requests with a place appear here, over the city's streets.",
            "Log a call with a place, or name the city's extent and map in config.toml.",
        )
        self._layer_menu = self._make_layer_menu()
        self._say_mode()

    # -- data

    def set_base(self, base: Basemap) -> None:
        """The ground to draw; until there are requests, the view fits it."""
        self.canvas.set_base(base)
        self._say_if_empty()
        self._fit_first()

    def set_extent(self, west: float, south: float, east: float, north: float) -> None:
        """The city's extent in degrees, fitted while there are no requests with a place."""
        x, y = forward([south, north], [west, east])
        self._home = (float(x[0]), float(y[0]), float(x[1]), float(y[1]))
        self._say_if_empty()
        self._fit_first()

    def set_snapshot(self, snapshot: Snapshot, rows: Ints) -> None:
        """Show these rows of a snapshot, in this order."""
        self._snapshot, self._rows = snapshot, rows
        self.canvas.marks.set(snapshot, rows, self._now)
        count = len(self.canvas.marks.unplaced)
        self.unplaced.setText(f"{count:,} without a place ▸")
        self.unplaced.setVisible(count > 0)
        self._follow()
        self._describe()
        self._arrange()
        self._fit_first()

    def set_now(self, now_ms: int) -> None:
        """The time by which requests are overdue: milliseconds since 1970 UTC."""
        self._now = now_ms
        if self._snapshot is not None:
            late = self._snapshot.overdue(now_ms)[self.canvas.marks.rows]
            if self.canvas.marks.set_late(late):
                self.canvas.marks_changed()
                self._describe()

    def set_raster(self, facts: Facts | None) -> None:
        """Draw raster tiles over the ground, or none; they are asked for by tilesWanted."""
        self.canvas.raster.set(facts)
        self.canvas.credit = facts.attribution if facts else ""
        self._say_if_empty()
        self.canvas.repaint_ground()

    def put_tile(self, zoom: int, column: int, row: int, data: bytes | None) -> None:
        """A raster tile that was asked for; None where there is none."""
        self.canvas.put_tile((zoom, column, row), data)

    def settle(self) -> None:
        """Paint everything now: before a picture is taken."""
        self.canvas.settle()

    def _say_if_empty(self) -> None:
        """Without a city and without a place the pane says what would be here."""
        bare = not len(self.canvas.marks.ids) and self._home_bounds() is None and self.canvas.raster.facts is None
        self.empty.setVisible(bare)
        for part in (self.legend, self.modes):
            part.setVisible(not bare)

    # -- looking

    def fit(self) -> None:
        """Show all requests with a place; without any, the city."""
        self._look_at(self._bounds_of(np.arange(len(self.canvas.marks.ids))) or self._home_bounds(), by_person=True)

    def zoom_to_selection(self) -> None:
        """Show the selected requests (Ctrl+J); nothing happens when none has a place."""
        self._look_at(self._bounds_of(self.canvas.chosen), by_person=True)

    def _fit_first(self) -> None:
        """Fit once, when there is something to fit; never after a person has moved the map."""
        if self.canvas.by_person or self._fitted:
            return
        bounds = self._bounds_of(np.arange(len(self.canvas.marks.ids)))
        self._look_at(bounds or self._home_bounds(), by_person=False)
        self._fitted = bounds is not None and self.isVisible()

    def _home_bounds(self) -> Bounds | None:
        return self._home or self.canvas.base.extent()

    def _bounds_of(self, points: Ints) -> Bounds | None:
        if not len(points):
            return None
        x, y = self.canvas.marks.x[points], self.canvas.marks.y[points]
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def _look_at(self, bounds: Bounds | None, *, by_person: bool) -> None:
        if bounds is not None:
            camera = self.canvas.camera.resized(self.width(), self.height())
            self.canvas.look(self._fitting(camera, bounds), by_person=by_person)

    def _fitting(self, camera: Camera, bounds: Bounds) -> Camera:
        """The nearest view of these bounds with no mark beneath the furniture; where there is no room, with a rim."""
        rim, covers = LARGEST_MARK, self.canvas.covers
        tops = sorted({rim, *(rim + r.bottom() for r in covers if r.right() < self.tools.x())})
        choices = [(rim, top, right, rim) for top in tops for right in (rim, rim + self.width() - self.tools.x())]
        for margins in choices:
            made = camera.fitted(bounds, margins, NEAREST_FIT)
            left, top = made.to_screen(bounds[0], bounds[3])
            right, bottom = made.to_screen(bounds[2], bounds[1])
            box = QRectF(left, top, right - left, bottom - top).toAlignedRect().adjusted(-rim, -rim, rim, rim)
            if not any(cover.intersects(box) for cover in covers) and self.rect().contains(box.adjusted(4, 4, -4, -4)):
                return made
        return camera.fitted(bounds, choices[0], NEAREST_FIT)

    # -- selection

    def _follow(self) -> None:
        """Show what is selected elsewhere; the view stays."""
        marks = self.canvas.marks
        chosen = marks.points_of(self._selection.ids)
        current = marks.points_of((self._selection.current,))
        self.canvas.choose(chosen, int(current[0]) if len(current) else -1)

    def _points_at(self, at: QPoint) -> Ints:
        """The points under a pixel: the selected one first, else a whole mark's, in the queue's order."""
        canvas = self.canvas
        if canvas.current >= 0:
            x, y = canvas.camera.to_screen(
                float(canvas.marks.x[canvas.current]), float(canvas.marks.y[canvas.current])
            )  # fmt: skip
            if np.hypot(x - at.x(), y - at.y()) < RING:
                return np.array([canvas.current])
        layout = canvas.layout_now
        found = layout.near(canvas.camera, at.x(), at.y())
        if found < 0:
            return np.empty(0, np.int64)
        return canvas.marks.members(canvas.camera.level, int(layout.mark[found]), canvas.current)

    def _click(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        ids = tuple(self.canvas.marks.ids[self._points_at(at)].tolist())
        if not ids:
            self.placeClicked.emit(*inverse(*self.canvas.camera.to_world(at.x(), at.y())))
            return
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            before = self._selection.ids
            left = tuple(i for i in before if i not in set(ids))
            ids = left if len(left) < len(before) and set(ids) <= set(before) else (*left, *ids)
            self._selection.set(ids)
        else:
            self._selection.set(ids, ids[0])

    def _open(self, at: QPoint) -> None:
        points = self._points_at(at)
        bounds = self._bounds_of(points)
        if len(points) == 1:
            self.activated.emit(int(self.canvas.marks.ids[points[0]]))
        elif bounds is not None:
            self._look_at(bounds, by_person=True)

    def _enclose(self, box: QRect, modifiers: Qt.KeyboardModifier) -> None:
        camera, marks = self.canvas.camera, self.canvas.marks
        west, north = camera.to_world(box.left(), box.top())
        east, south = camera.to_world(box.right(), box.bottom())
        inside = (marks.x >= west) & (marks.x <= east) & (marks.y >= south) & (marks.y <= north)
        ids = tuple(marks.ids[inside].tolist())
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            ids = (*self._selection.ids, *(i for i in ids if i not in set(self._selection.ids)))
        if ids:
            self._selection.set(ids, ids[0])

    # -- words

    def _hover(self, at: QPoint) -> None:
        points = self._points_at(at)
        if len(points) and self._snapshot is not None:
            self.card.say(self.words(points), at)
            self.canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.card.hide()
            self.canvas.unsetCursor()

    def words(self, points: Ints) -> list[str]:
        """What the card says of some points: plain lines."""
        snapshot, marks = self._snapshot, self.canvas.marks
        if snapshot is None:
            return [""]
        rows, late = marks.rows[points], int(marks.late[points].sum())
        if len(points) == 1:
            row = int(rows[0])
            state = STATUSES[int(snapshot.status[row])].label + (", overdue" if late else "")
            service = snapshot.services[int(snapshot.service_idx[row])]
            return [service, state, snapshot.addresses[row], f"#{snapshot.numbers[row]}"]
        kinds = Counter(snapshot.service_idx[rows].tolist()).most_common(3)
        head = f"{len(points):,} requests" + (f", {late:,} overdue" if late else "")
        return [head, *(f"{count:,} {snapshot.services[kind]}" for kind, count in kinds)]

    def _describe(self) -> None:
        marks = self.canvas.marks
        said = f"{len(marks.ids):,} requests on the map, {int(marks.late.sum()):,} overdue"
        said += f", {len(marks.unplaced):,} without a place" if len(marks.unplaced) else ""
        self.canvas.setAccessibleDescription(said)

    # -- menus

    def _mode_menu(self) -> QMenu:
        menu = QMenu(self)
        for mode, text in ((Mode.POINTS, "Points"), (Mode.CLUSTERS, "Clusters")):
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, m=mode: self.set_mode(m))
        return menu

    def set_mode(self, mode: Mode) -> None:
        """Merge only what would overlap (points), or whatever lies near each other (clusters)."""
        self.canvas.marks.mode = mode
        self.canvas.marks_changed()
        self._say_mode()

    def _say_mode(self) -> None:
        self.modes.setText({Mode.POINTS: "Points", Mode.CLUSTERS: "Clusters"}[self.canvas.marks.mode])
        self.modes.setIcon(icons.icon("down", theme.current().muted))
        self._arrange()

    def _make_layer_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text in (
            ("streets", "Streets"),
            ("parks", "Parks"),
            ("borders", "Neighborhoods"),
            ("names", "Names"),
        ):
            action = QAction(text, menu, checkable=True)
            action.setChecked(bool(getattr(self.canvas.layers, name)))
            action.toggled.connect(self._layer_setter(name))
            menu.addAction(action)
        return menu

    def _layer_setter(self, name: str) -> Callable[[bool], None]:
        def change(on: bool) -> None:
            self.canvas.layers = replace(self.canvas.layers, **{name: on})
            self.canvas.repaint_ground()

        return change

    def _show_layers(self) -> None:
        button = self.tools.buttons["layers"]
        self._layer_menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    # -- frame

    def _arrange(self) -> None:
        """Put the furniture in its corners."""
        width = self.width()
        self.empty.setGeometry(self.rect())
        self._say_if_empty()
        self.tools.adjustSize()
        self.tools.move(width - 12 - self.tools.width(), 8)
        self.modes.adjustSize()
        self.modes.move(self.tools.x() - 12 - self.modes.width(), 8)
        self.legend.fit(max(120, self.modes.x() - 24))
        self.legend.move(12, 8)
        self.unplaced.adjustSize()
        beside = self.legend.geometry().right() + 13
        if beside + self.unplaced.width() + 12 < self.modes.x():
            self.unplaced.move(beside, 8)
        else:
            self.unplaced.move(12, self.legend.geometry().bottom() + 9)
        shown = [self.tools, self.modes, self.legend, *([self.unplaced] if self.unplaced.isVisibleTo(self) else [])]
        self.canvas.covers = [w.geometry() for w in shown]

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
            for part in (self.tools, self.modes, self.unplaced, self.card):
                part.restyle()
            self._say_mode()
            self.canvas.repaint_ground()
