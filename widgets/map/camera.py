"""Where the map looks: a centre and one of fixed zoom levels, so that every cached picture is drawn pixel for pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from services.geo.projection import WIDEST, stretch

STEPS = 4
"""Levels to a doubling of the scale."""
FARTHEST, NEAREST = 8 * STEPS, 19 * STEPS
Margins = tuple[int, int, int, int]
"""Pixels left free at the left, top, right and bottom."""
MARGINS: Margins = (48, 48, 48, 48)


def metres_a_pixel(level: int) -> float:
    """Web-mercator metres a pixel at a level."""
    return float(WIDEST / 2 ** (level / STEPS))


@dataclass(frozen=True, slots=True)
class Camera:
    """A view: centre in web-mercator metres, level, size in pixels. Map pixels count east and south from 0/0."""

    x: float = 0.0
    y: float = 0.0
    level: int = 48
    width: int = 1
    height: int = 1

    @property
    def scale(self) -> float:
        """Web-mercator metres a pixel."""
        return metres_a_pixel(self.level)

    @property
    def ground(self) -> float:
        """Metres on the ground a pixel, at the centre."""
        return self.scale / stretch(self.y)

    @property
    def left(self) -> int:
        """Map pixel at the view's left edge."""
        return round(self.x / self.scale - self.width / 2)

    @property
    def top(self) -> int:
        """Map pixel at the view's top edge."""
        return round(-self.y / self.scale - self.height / 2)

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Where a web-mercator point is seen, in pixels of the view."""
        return x / self.scale - self.left, -y / self.scale - self.top

    def sees(self, x: float, y: float) -> bool:
        """Whether a web-mercator point is in the view."""
        px, py = self.to_screen(x, y)
        return 0 <= px < self.width and 0 <= py < self.height

    def to_world(self, px: float, py: float) -> tuple[float, float]:
        """The web-mercator point seen at a pixel of the view."""
        scale = self.scale
        return (px + self.left) * scale, -(py + self.top) * scale

    def moved(self, dx: float, dy: float) -> Camera:
        """The view after dragging the ground by so many pixels."""
        return replace(self, x=self.x - dx * self.scale, y=self.y + dy * self.scale)

    def zoomed(self, steps: int, px: float, py: float) -> Camera:
        """Nearer by so many levels (farther when negative), with what is at that pixel staying there."""
        level = min(max(self.level + steps, FARTHEST), NEAREST)
        x, y = self.to_world(px, py)
        near = metres_a_pixel(level)
        return replace(
            self, level=level, x=x - (px - self.width / 2) * near, y=y + (py - self.height / 2) * near
        )  # fmt: skip

    def resized(self, width: int, height: int) -> Camera:
        """The same centre in a view of another size."""
        return replace(self, width=max(1, width), height=max(1, height))

    def fitted(
        self, bounds: tuple[float, float, float, float], margins: Margins = MARGINS, nearest: int = 66
    ) -> Camera:
        """The nearest level at which west, south, east, north fit within the view less its margins."""
        left, top, right, bottom = margins
        west, south, east, north = bounds
        room_x, room_y = max(1, self.width - left - right), max(1, self.height - top - bottom)
        needed = max((east - west) / room_x, (north - south) / room_y, metres_a_pixel(nearest))
        level = math.floor(STEPS * math.log2(WIDEST / needed) + 1e-9)
        level = min(max(level, FARTHEST), nearest)
        scale = metres_a_pixel(level)
        x = (west + east) / 2 + (right - left) / 2 * scale
        return replace(self, x=x, y=(south + north) / 2 + (top - bottom) / 2 * scale, level=level)


def scale_bar(ground: float, longest: int = 124) -> tuple[int, str]:
    """Length in pixels and words of a round distance, at so many metres a pixel."""
    metres = 10.0 ** math.floor(math.log10(max(ground * longest, 1e-6)))
    metres *= next(step for step in (5, 2, 1) if metres * step <= ground * longest * 1.0000001)
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return round(metres / ground), words
