"""A small made-up town for the map's tests: land, a park, a river and three streets, and requests on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from services.domain.queue_row import QueueRow
from services.geo.basemap import Basemap, PlaceLabel, lines
from services.geo.projection import forward
from services.queue.places import Places
from services.queue.snapshot import Ints, Snapshot, build
from tests.widgets.rows import NOW, every_row, row
from widgets.map.camera import Camera
from widgets.map.discs import Discs
from widgets.map.heat import Heat
from widgets.map.points import Points
from widgets.map.shown import Shown
from widgets.map.view import MapView

LAT, LON = 42.33, -71.04
STEP = 0.0001
"""Degrees: about 11 m north, 8 m east."""


def at(east: float, north: float) -> tuple[float, float]:
    """Web-mercator metres of a place so many STEPs from the middle of town."""
    x, y = forward(LAT + north * STEP, LON + east * STEP)
    return float(x), float(y)


def placed(number: int, east: float, north: float, **changed: object) -> QueueRow:
    """A request so many STEPs from the middle of town."""
    return row(number, lat=LAT + north * STEP, lon=LON + east * STEP, **changed)


def ring(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]


def town() -> Basemap:
    """Land 400 STEPs wide, water to the east, a park, and streets named Main St (major), Side St and none."""
    along = [[at(-180, 0), at(0, 0), at(180, 0)], [at(-60, -180), at(-60, 180)], [at(60, -180), at(60, 180)]]
    xy = np.array([point for line in along for point in line])
    x, y = at(230, 20)
    return Basemap(
        land=lines(np.array(ring(-200, -200, 200, 200)), np.array([0, 5])),
        water=lines(np.array(ring(150, -300, 400, 300)), np.array([0, 5])),
        park=lines(np.array(ring(70, 20, 120, 80)), np.array([0, 5])),
        border=lines(np.array(ring(-200, -200, 0, 200)), np.array([0, 5])),
        streets=lines(xy, np.array([0, 3, 5, 7])),
        street_class=np.array([1, 0, 0], np.uint8),
        street_name=np.array([0, 1, -1], np.int32),
        names=("Main St", "Side St"),
        labels=(PlaceLabel("water", "East Bay", x, y, 1_600), PlaceLabel("park", "Green", *at(95, 50), 400)),
    )


def show(view: MapView, snapshot: Snapshot, rows: Ints | None = None) -> None:
    """Have a map show some rows of a snapshot, or all."""
    rows = every_row(snapshot) if rows is None else rows
    view.set_snapshot(snapshot, rows, Places(snapshot.x, snapshot.y).filter(rows))


def shown_of(*rows: QueueRow) -> Shown:
    """These requests, as the map's layers see them."""
    snapshot = build(list(rows), ())
    made = Shown()
    made.set_now(NOW)
    made.set(snapshot, every_row(snapshot), Places(snapshot.x, snapshot.y).all())
    return made


def crowd(seed: int, n: int, wide: float = 60) -> Shown:
    """n requests around the middle of town, some overdue, a third of them on one point."""
    rng = np.random.default_rng(seed)
    places = rng.normal(0, wide, (n, 2))
    places[: n // 3] = places[0] if n else 0
    due = rng.random(n) < 0.3
    return shown_of(
        *(placed(i + 1, float(e), float(m), due_ms=NOW + (-1 if due[i] else 1)) for i, (e, m) in enumerate(places))
    )


def camera(level: int = 58) -> Camera:
    return Camera(*at(0, 0), level, 800, 600)


def picture(layer: Points | Discs | Heat, seen: Camera, density: float = 1.0) -> QImage:
    while layer.work(seen, density):
        pass
    image = QImage(seen.width, seen.height, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    layer.draw(painter, seen, density)
    painter.end()
    return image
