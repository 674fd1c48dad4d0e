"""What people write of a crew: words of services and areas, jobs a day, and the place where it begins."""

from __future__ import annotations

import re

from services.domain.values import LatLon
from services.errors import Invalid

MOST_JOBS = 500
"""No crew does more in a day."""
_PARTED = re.compile(r"[;|]")


def words(text: str) -> tuple[str, ...]:
    """Words with “;” or “|” between them ("tree; stump"), those that are empty left out."""
    return tuple(filter(None, (word.strip() for word in _PARTED.split(text))))


def jobs(text: str) -> int:
    """Jobs a day. Raises Invalid."""
    said = text.strip()
    if not (said.isascii() and said.isdecimal() and len(said) < 9 and 1 <= int(said) <= MOST_JOBS):
        shown = said if len(said) < 20 else f"{said[:19]}…"
        raise Invalid(f"“{shown}” is no number of jobs a day.", f"Write a whole number from 1 to {MOST_JOBS}.")
    return int(said)


def place(lat: str, lon: str) -> LatLon | None:
    """A place in degrees; None where both are empty. Raises Invalid, also for what is not on the globe."""
    if not lat.strip() and not lon.strip():
        return None
    try:
        made = float(lat), float(lon)
    except ValueError:
        made = 91.0, 181.0
    if not (abs(made[0]) <= 90 and abs(made[1]) <= 180):
        said = f"{lat.strip()}, {lon.strip()}".strip(", ")
        raise Invalid(f"“{said}” is no place.", "Write latitude, longitude in degrees: 42.28069, -71.17868.")
    return made
