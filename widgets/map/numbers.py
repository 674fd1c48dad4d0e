"""Chooses which areas have their number on them at a level: those where it fits, the largest numbers first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QFontMetricsF

from services.geo import polygon
from services.geo.outlines import Outline
from widgets.map.labels import Name
from widgets.map.layer import Floats
from widgets.map.lettering import font_of

OVER = 5.0
"""Pixels that a number may reach over the edge of its area, at each side."""
TALL = 9.0
"""Height of the digits in pixels, less what may reach over the edge."""
APART = (3.0, 17.0)
"""Pixels between two numbers side by side, and from line to line."""


def fitting(areas: Sequence[Outline], words: Sequence[str], order: Sequence[int], scale: float) -> list[Name]:
    """The numbers to draw at so many metres a pixel; `order` is that in which they take their places."""
    metrics = QFontMetricsF(font_of("number"))
    taken: list[tuple[float, float, float]] = []
    found = []
    for i in order:
        area, text = areas[i], words[i]
        if not text:
            continue
        wide = metrics.horizontalAdvance(text)
        x, y = area.middle[0] / scale, -area.middle[1] / scale
        if (area.box[2] - area.box[0]) / scale < wide - 2 * OVER:
            continue
        if not _free(taken, x, y, wide) or not _within(area, x * scale, -y * scale, wide / 2 - OVER, scale):
            continue
        taken.append((x, y, wide))
        found.append(Name(text, "number", *area.middle))
    return found


def _free(taken: Sequence[tuple[float, float, float]], x: float, y: float, wide: float) -> bool:
    beside, below = APART
    return all(abs(x - at_x) > (wide + other) / 2 + beside or abs(y - at_y) > below for at_x, at_y, other in taken)


def _within(area: Outline, x: float, y: float, half: float, scale: float) -> bool:
    """Whether the middle of a text so wide and its four corners lie in the area."""
    side, up = max(half, 0.0) * scale, TALL / 2 * scale
    corners = np.array([(0, 0), (-side, -up), (side, -up), (-side, up), (side, up)], np.float64)
    return bool(polygon.inside(x + corners[:, 0], y + corners[:, 1], area.sides).all())


def clearings(names: Sequence[Name], left: float, top: float, scale: float) -> Floats:
    """What other names keep clear of, for each number: rows of x, y, radius in view pixels."""
    metrics = QFontMetricsF(font_of("number"))
    made = [(n.x / scale - left, -n.y / scale - top, metrics.horizontalAdvance(n.text) / 2 + 4) for n in names]
    return np.array(made, np.float64).reshape(-1, 3)
