"""Lengths of time in words; imports nothing, since they stand in the first window already."""

from __future__ import annotations

MINUTE = 60_000
"""Milliseconds."""
SOON_MINUTES = 120
"""What is due within this time is urgent."""


def span(minutes: int) -> str:
    """A length of time in words: under 6 h with minutes, under 48 h in hours, else in days."""
    if minutes < 60:
        return f"{minutes} m"
    if minutes < 6 * 60:
        return f"{minutes // 60} h {minutes % 60} m" if minutes % 60 else f"{minutes // 60} h"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"


def due(ms: int) -> tuple[str, int]:
    """What is left of a time (milliseconds, negative when late) in words, and as whole minutes."""
    minutes = ms // MINUTE
    return f"{span(abs(minutes))} {'late' if minutes < 0 else 'left'}", minutes


def age(ms: int) -> str:
    """How old, in one unit: "12 m", "26 h", "3 d", "5 y"; never less than nothing (milliseconds)."""
    minutes = max(0, ms // MINUTE)
    if minutes < 60:
        return f"{minutes} m"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return f"{days} d" if days < 730 else f"{days // 365} y"
