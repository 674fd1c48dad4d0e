"""Puts the areas into a few classes with round limits, and gives each a colour that is told apart in grey as well."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from widgets import theme

CLASSES = 5
"""At most so many, besides nothing at all."""
FIRST = 14.0
"""How much lighter or darker than the land the first class is, in L*."""
LAST = {False: 24.0, True: 90.0}
"""The lightness (L*) of the last class on light and on dark ground."""
NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
SHADES = 512


def limits(values: NDArray[np.int64]) -> tuple[int, ...]:
    """Round numbers that part the values above 0 into classes of about as many each; a value at a limit is below it."""
    some = values[values > 0]
    if not len(some):
        return ()
    wanted = np.quantile(some, np.arange(1, CLASSES) / CLASSES).tolist()
    lowest, highest = int(some.min()), int(some.max())
    return tuple(sorted({limit for limit in map(nice, wanted) if lowest <= limit < highest}))


def nice(value: float) -> int:
    """The nearest of 1, 2, 3 … 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60 … 100, 120, …"""
    power = 10 ** math.floor(math.log10(max(value, 1.0)))
    return max(1, int(min((step * power for step in NICE), key=lambda near: (abs(near - value), near))))


def class_of(value: int, above: tuple[int, ...]) -> int:
    """0 for nothing, 1 for up to the first limit, and so on."""
    return 0 if value <= 0 else 1 + int(np.searchsorted(above, value, side="left"))


@lru_cache(maxsize=32)
def inks(hue: str, many: int, palette: theme.Palette) -> tuple[QColor, ...]:
    """The land for nothing, then colours of one hue in even steps: darker on light ground, lighter on dark ground."""
    end = "#FFFFFF" if palette.dark else "#000000"
    shades = [theme.mix(hue, palette.land, i / SHADES) for i in range(SHADES)]
    shades += [theme.mix(end, hue, i / SHADES) for i in range(SHADES)]
    found = np.array([lightness(shade) for shade in shades])
    land = lightness(theme.colour(palette.land))
    first = land + (FIRST if palette.dark else -FIRST)
    wanted = np.linspace(first, LAST[palette.dark], max(2, many))[: max(1, many)]
    return (theme.colour(palette.land), *(shades[int(np.argmin(np.abs(found - at)))] for at in wanted))


def lightness(ink: QColor) -> float:
    """L* of CIE 1976: 0 for black, 100 for white, one step about as far as the next to the eye."""
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (ink.redF(), ink.greenF(), ink.blueF())
    ]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light
