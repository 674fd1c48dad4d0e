"""Which points lie within rings, by the odd-even rule, for many points at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
AT_ONCE = 2_000_000
"""Pairs of point and edge that are compared at once."""


def edges(rings: Sequence[ArrayLike]) -> Floats:
    """The edges of rings (each of shape (n, 2), closed or not) as rows of x0, y0, x1, y1; level edges are left out."""
    made = []
    for ring in rings:
        xy = np.asarray(ring, dtype=np.float64).reshape(-1, 2)
        if len(xy) > 2:
            made.append(np.hstack([xy, np.roll(xy, -1, axis=0)]))
    found = np.concatenate(made) if made else np.empty((0, 4))
    slanted: Floats = found[found[:, 1] != found[:, 3]]
    return slanted


def inside(x: ArrayLike, y: ArrayLike, sides: Floats) -> Mask:
    """Whether each point lies within the rings that have these edges. A point on an edge may fall to either side."""
    px, py = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
    found = np.zeros(len(px), bool)
    step = max(1, AT_ONCE // max(1, len(sides)))
    x0, y0, x1, y1 = sides.T
    slope = (x1 - x0) / (y1 - y0)
    for start in range(0, len(px), step):
        part = slice(start, start + step)
        at_y = py[part, None]
        crossed = (y0 <= at_y) != (y1 <= at_y)
        right = px[part, None] < x0 + (at_y - y0) * slope
        found[part] = np.count_nonzero(crossed & right, axis=1) % 2 == 1
    return found
