"""The outlines of named areas (wards, neighborhoods), for drawing them: read from the city's GeoJSON files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid
from services.geo import polygon
from services.geo.areas import NAME_KEYS, read_features
from services.geo.basemap import rings_of
from services.geo.projection import forward

Floats = NDArray[np.float64]
SAMPLES = 20


@dataclass(frozen=True, eq=False)
class Outline:
    """One area: its rings in web-mercator metres, filled by the odd-even rule, and where its number stands."""

    name: str
    rings: tuple[Floats, ...]
    sides: Floats
    """See `services.geo.polygon.edges`."""
    box: tuple[float, float, float, float]
    middle: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Outlines:
    """The areas of one file."""

    title: str
    """What the file calls them: "Wards"."""
    areas: tuple[Outline, ...]

    def at(self, x: float, y: float) -> int:
        """The area at a point in web-mercator metres; −1 where there is none. Where areas overlap, the first."""
        for i, area in enumerate(self.areas):
            west, south, east, north = area.box
            if west <= x <= east and south <= y <= north and bool(polygon.inside(x, y, area.sides)[0]):
                return i
        return -1


def load(file: Path, name_key: str = "") -> Outlines:
    """Read the areas of a GeoJSON file; `name_key` names them ("" takes the first usual property).

    Features of one name are one area; those without a polygon or a name are left out. Raises NotFound, Invalid.
    """
    found: dict[str, list[Floats]] = {}
    for feature in read_features(file):
        said = feature.get("properties") or {}
        key = name_key or next((k for k in NAME_KEYS if said.get(k)), "")
        if said.get(key):
            try:
                rings = [np.array([p[:2] for p in ring], np.float64).reshape(-1, 2) for ring in rings_of(feature)]
            except (TypeError, ValueError) as error:
                raise Invalid(f"{file.name} holds a shape that cannot be read.", "Export it again.") from error
            found.setdefault(str(said[key]), []).extend(rings)
    areas = (_outline(name, rings) for name, rings in found.items() if rings)
    return Outlines(file.name.split(".")[0].replace("_", " ").capitalize(), tuple(areas))


def widest(files: Sequence[Path]) -> frozenset[str]:
    """The names of a city's areas of its widest kind, of its files the last one. Raises NotFound, Invalid."""
    return frozenset(area.name for area in load(files[-1]).areas) if files else frozenset()


def _outline(name: str, degrees: Sequence[Floats]) -> Outline:
    rings = tuple(np.stack(forward(ring[:, 1], ring[:, 0]), axis=1) for ring in degrees)
    sides = polygon.edges(rings)
    every = np.concatenate(rings)
    (west, south), (east, north) = every.min(axis=0).tolist(), every.max(axis=0).tolist()
    largest = max(rings, key=lambda ring: float(np.ptp(ring[:, 0]) * np.ptp(ring[:, 1])))
    return Outline(name, rings, sides, (west, south, east, north), _middle(largest, sides))


def _middle(ring: Floats, sides: Floats) -> tuple[float, float]:
    """The one of some points within an area that is farthest from its edge."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    steps = (np.arange(SAMPLES) + 0.5) / SAMPLES
    x, y = (v.ravel() for v in np.meshgrid(low[0] + steps * (high[0] - low[0]), low[1] + steps * (high[1] - low[1])))
    within = polygon.inside(x, y, sides)
    if not within.any():
        return float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2)
    x, y = x[within], y[within]
    corners = ring[:: max(1, len(ring) // 400)]
    far = np.hypot(x[:, None] - corners[:, 0], y[:, None] - corners[:, 1]).min(axis=1)
    best = int(np.argmax(far))
    return float(x[best]), float(y[best])
