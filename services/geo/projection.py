"""Web mercator and local metres: where a latitude and longitude lie on the map, in metres."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Int32s = NDArray[np.int32]
RADIUS = 6_378_137.0
EDGE = math.pi * RADIUS
"""Half the width of the web-mercator square, in its metres."""
UNIT = 2 * EDGE / 2**32
"""Web-mercator metres of one world unit: 2**32 of them go around the world, so a place is two int32."""
NO_PLACE = -(2**31)
"""The world unit, in x and in y, of what has no usable place."""
MAX_LAT = 85.0511287798
TILE = 256
WIDEST = 2 * EDGE / TILE
"""Web-mercator metres a pixel at zoom 0."""


def forward(lat: ArrayLike, lon: ArrayLike) -> tuple[Floats, Floats]:
    """Web-mercator metres (x east, y north) of degrees; nan stays nan, latitudes are held within ±85.05°."""
    clipped = np.clip(np.asarray(lat, dtype=np.float64), -MAX_LAT, MAX_LAT)
    x = np.radians(np.asarray(lon, dtype=np.float64)) * RADIUS
    y = np.arctanh(np.sin(np.radians(clipped))) * RADIUS
    return np.asarray(x), np.asarray(y)


def units(lat: ArrayLike, lon: ArrayLike) -> tuple[Int32s, Int32s]:
    """World units (x east, y north) of degrees; NO_PLACE where they are no usable place: nan, 0/0, or off the map."""
    lats, lons = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    usable = (np.abs(lats) <= MAX_LAT) & (np.abs(lons) <= 180) & ((lats != 0) | (lons != 0))
    made = []
    for metres in forward(np.where(usable, lats, 0), np.where(usable, lons, 0)):
        held = np.clip(np.rint(metres / UNIT), NO_PLACE + 1, -NO_PLACE - 1)
        made.append(np.where(usable, held, NO_PLACE).astype(np.int32))
    return made[0], made[1]


def inverse(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of web-mercator metres."""
    return math.degrees(math.atan(math.sinh(y / RADIUS))), math.degrees(x / RADIUS)


def stretch(y: float) -> float:
    """How many web-mercator metres one metre on the ground measures at that height."""
    return math.cosh(y / RADIUS)


def tile_at(x: float, y: float, zoom: int) -> tuple[int, int]:
    """Column and row (from the north, as XYZ servers count) of the tile that holds a web-mercator point."""
    side = 2**zoom
    column = math.floor((x + EDGE) / (2 * EDGE) * side)
    row = math.floor((EDGE - y) / (2 * EDGE) * side)
    return min(max(column, 0), side - 1), min(max(row, 0), side - 1)


def tile_bounds(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    """West, south, east and north edge of an XYZ tile in web-mercator metres."""
    width = 2 * EDGE / 2**zoom
    west, north = column * width - EDGE, EDGE - row * width
    return west, north - width, west + width, north
