"""Places names on the map: along streets, one per street, never over a mark, a tool or another name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.geo.basemap import Basemap, PlaceLabel
from widgets.map.camera import Camera

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
OFF_LINE = 6.0
"""Pixels that a street may leave the straight line of its name."""
CLEAR = 9.0
"""Half the height of a name with its halo, in pixels."""
APART = 24.0
"""Pixels between two names."""
SAMPLES = 9
ALONG = np.linspace(0, 1, SAMPLES)
UPRIGHT = math.radians(86)
"""A name steeper than this is turned so that it reads from the top."""
CELL = 4
"""Pixels to the side of the squares by which names over marks are found quickly."""
AREA_A_NAME = 24_000
"""Square pixels of view for each street name."""
FARTHEST = 13.0
"""Metres a pixel beyond which streets have no names."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name to draw: its middle in web-mercator metres, its angle in degrees (clockwise), and its look."""

    text: str
    kind: str
    """street, water, area or park."""
    x: float
    y: float
    angle: float = 0.0


@dataclass
class Taken:
    """What names must keep clear of: marks as rows of x, y, radius, and rectangles, all in view pixels."""

    discs: Floats = field(default_factory=lambda: np.empty((0, 3)))
    boxes: Floats = field(default_factory=lambda: np.empty((0, 4)))
    """Left, top, right, bottom."""
    names: Floats = field(default_factory=lambda: np.empty((0, 2)))
    """Sampled points of the names already placed."""

    @cached_property
    def _under(self) -> tuple[int, int, Mask]:
        """The squares of CELL pixels that lie wholly beneath a disc: by line and column, counted from a corner."""
        at = np.floor(self.discs[:, :2] / CELL).astype(np.int64)
        many = math.ceil((float(self.discs[:, 2].max()) + CLEAR) / CELL) + 1
        left, top = (at.min(axis=0) - many).tolist()
        wide, high = (at.max(axis=0) - (left, top) + many + 1).tolist()
        under = np.zeros((high, wide), bool)
        steps = np.arange(-many, many + 1)
        for radius in sorted(set(self.discs[:, 2].tolist())):
            down, across = np.nonzero(np.hypot(steps[:, None], steps) * CELL < radius + CLEAR - CELL * math.sqrt(2))
            some = at[self.discs[:, 2] == radius]
            under[some[:, 1:] - top + down - many, some[:, :1] - left + across - many] = True
        return left, top, under

    def hopeful(self, x: Floats, y: Floats) -> Mask:
        """Which of some names, each along a row of points, are not plainly over a disc: a quick look before `free`."""
        if not len(self.discs):
            return np.ones(len(x), bool)
        left, top, under = self._under
        column, line = np.floor(x / CELL).astype(np.int64) - left, np.floor(y / CELL).astype(np.int64) - top
        inside = (column >= 0) & (line >= 0) & (column < under.shape[1]) & (line < under.shape[0])
        hidden = under[np.where(inside, line, 0), np.where(inside, column, 0)] & inside
        hopeful: Mask = ~hidden.any(axis=1)
        return hopeful

    def free(self, points: Floats, apart: float = APART) -> bool:
        """Whether a name along these points, shape (n, 2), would touch nothing."""
        x, y = points[:, :1], points[:, 1:]
        d, b, n = self.discs, self.boxes, self.names
        if len(d):
            (west, north), (east, south) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            far = float(d[:, 2].max()) + CLEAR
            near = (d[:, 0] > west - far) & (d[:, 0] < east + far) & (d[:, 1] > north - far) & (d[:, 1] < south + far)
            d = d[near]
        if len(d) and bool(np.any(np.hypot(d[:, 0] - x, d[:, 1] - y) < d[:, 2] + CLEAR)):
            return False
        if len(b):
            inside_x = (x > b[:, 0] - CLEAR) & (x < b[:, 2] + CLEAR)
            if bool(np.any(inside_x & (y > b[:, 1] - CLEAR) & (y < b[:, 3] + CLEAR))):
                return False
        return not (len(n) and bool(np.any(np.hypot(n[:, 0] - x, n[:, 1] - y) < apart)))

    def take(self, points: Floats) -> None:
        """Keep later names away from these points."""
        self.names = np.vstack([self.names, points])


def place(camera: Camera, base: Basemap, taken: Taken, width_of: dict[str, float], old: Iterable[Name]) -> list[Name]:
    """The names to draw in a view. `width_of` measures text in pixels; names of `old` stay where they still can."""
    measure = _Measure(width_of)
    placed = list(_kept(camera, taken, measure, old))
    there = {(name.kind, name.text) for name in placed}
    for label in _places(camera, base):
        name = Name(label.text, label.kind, label.x, label.y)
        points = _samples(*camera.to_screen(label.x, label.y), 0.0, measure(label.text))
        if (name.kind, name.text) not in there and _inside(camera, points) and taken.free(points):
            taken.take(points)
            there.add((name.kind, name.text))
            placed.append(name)
    room = camera.width * camera.height // AREA_A_NAME - sum(name.kind == "street" for name in placed)
    known = {name.text for name in placed if name.kind == "street"}
    placed += _streets(camera, base, taken, measure, known, room)
    return placed


class _Measure:
    """Widths of texts in pixels, guessed where not measured."""

    def __init__(self, widths: dict[str, float]) -> None:
        self._widths = widths

    def __call__(self, text: str) -> float:
        return self._widths.get(text) or 6.6 * len(text)


def _samples(x: float, y: float, angle: float, width: float) -> Floats:
    """Points along the middle of a text."""
    along = width * (ALONG - 0.5)
    turn = math.radians(angle)
    return np.stack([x + along * math.cos(turn), y + along * math.sin(turn)], axis=1)


def _inside(camera: Camera, points: Floats) -> bool:
    return bool(_all_inside(camera, points[None, :, 0], points[None, :, 1])[0])


def _kept(camera: Camera, taken: Taken, measure: _Measure, old: Iterable[Name]) -> Iterator[Name]:
    for name in old:
        points = _samples(*camera.to_screen(name.x, name.y), name.angle, measure(name.text))
        if _inside(camera, points) and taken.free(points):
            taken.take(points)
            yield name


def _places(camera: Camera, base: Basemap) -> list[PlaceLabel]:
    """The named waters, areas and parks that are large enough at this scale, the larger first."""
    ground = camera.ground
    found = []
    for label in base.labels:
        seen = label.metres / ground
        x, y = camera.to_screen(label.x, label.y)
        if not (0 < x < camera.width and 0 < y < camera.height):
            continue
        least = {"water": 6.6 * len(label.text), "area": 90, "park": 7.5 * len(label.text)}[label.kind]
        most = {"water": 6_000, "area": 420, "park": 1_200}[label.kind]
        if least < seen < most and (label.kind != "area" or ground > 5):
            found.append((("water", "area", "park").index(label.kind), -seen, label))
    return [label for *_, label in sorted(found, key=lambda f: f[:2])]


def _streets(
    camera: Camera, base: Basemap, taken: Taken, measure: _Measure, known: set[str], room: int
) -> Iterator[Name]:
    if camera.ground > FARTHEST or not len(base.streets):
        return
    west, north = camera.to_world(0, 0)
    east, south = camera.to_world(camera.width, camera.height)
    numbers = base.streets.within(west, south, east, north)
    numbers = numbers[base.street_name[numbers] >= 0]
    if camera.ground > 7:
        numbers = numbers[base.street_class[numbers] == 1]
    b = base.streets.bounds[numbers]
    size = np.hypot(
        np.minimum(b[:, 2], east) - np.maximum(b[:, 0], west), np.minimum(b[:, 3], north) - np.maximum(b[:, 1], south)
    )
    weight = size * np.where(base.street_class[numbers] == 1, 2.0, 1.0)
    for number in numbers[np.argsort(-weight, kind="stable")]:
        if room <= 0:
            return
        text = base.names[base.street_name[number]]
        if text in known:
            continue
        found = _along(camera, _view_points(camera, base, int(number)), measure(text), taken)
        if found is not None:
            x, y = camera.to_world(found[0], found[1])
            known.add(text)
            room -= 1
            yield Name(text, "street", x, y, found[2])


def _view_points(camera: Camera, base: Basemap, number: int) -> Floats:
    xy = base.streets.xy[base.streets.start[number] : base.streets.start[number + 1]]
    return np.stack([xy[:, 0] / camera.scale - camera.left, -xy[:, 1] / camera.scale - camera.top], axis=1)


def _along(camera: Camera, line: Floats, width: float, taken: Taken) -> tuple[float, float, float] | None:
    """Middle and angle of the straightest free stretch of a line for a text of that width; None without one."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    whole = float(length[-1])
    need = width + 14
    if whole < need:
        return None
    starts = np.linspace(0, whole - need, max(1, min(60, int((whole - need) / 16) + 1)))
    at = starts[:, None] + 7 + width * ALONG
    xs, ys = np.interp(at, length, line[:, 0]), np.interp(at, length, line[:, 1])
    wide, high = xs[:, -1] - xs[:, 0], ys[:, -1] - ys[:, 0]
    mx, my = xs.mean(axis=1), ys.mean(axis=1)
    turn = (np.arctan2(high, wide) + math.pi / 2) % math.pi - math.pi / 2
    turn = np.where(turn < -UPRIGHT, math.pi / 2, turn)
    off = np.abs((ys - my[:, None]) * np.cos(turn)[:, None] - (xs - mx[:, None]) * np.sin(turn)[:, None]).max(axis=1)
    px = mx[:, None] + width * (ALONG - 0.5) * np.cos(turn)[:, None]
    py = my[:, None] + width * (ALONG - 0.5) * np.sin(turn)[:, None]
    good = (off <= OFF_LINE) & (np.hypot(wide, high) >= 0.94 * width) & _all_inside(camera, px, py)
    chosen = np.flatnonzero(good)
    chosen = chosen[taken.hopeful(px[chosen], py[chosen])]
    from_middle = np.hypot(mx - camera.width / 2, my - camera.height / 2) / (camera.width + camera.height)
    for i in chosen[np.argsort((off + 12 * from_middle)[chosen], kind="stable")].tolist():
        points = np.stack([px[i], py[i]], axis=1)
        if taken.free(points):
            taken.take(points)
            return float(mx[i]), float(my[i]), math.degrees(float(turn[i]))
    return None


def _all_inside(camera: Camera, x: Floats, y: Floats) -> Mask:
    """Which rows of points lie in the view, with a rim."""
    edge = CLEAR - 2
    inside = (x >= edge) & (y >= edge) & (x <= camera.width - edge) & (y <= camera.height - edge)
    whole: Mask = np.asarray(inside.all(axis=1))
    return whole
