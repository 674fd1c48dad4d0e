"""Why a request may be what a caller means, in words: "38 m away, same service, 2 days ago, “hole by the bank”"."""

from __future__ import annotations

from math import isnan

SAME_PLACE = 5
"""Metres within which nobody measures."""
QUOTED = 60
"""Letters of a description that are quoted."""
_UNITS = ((365 * 24, "year"), (30 * 24, "month"), (7 * 24, "week"), (24, "day"), (1, "hour"), (1 / 60, "minute"))


def told(metres: float, service: str, hours: float, text: str, *, same_address: bool, callers: int = 0) -> str:
    """The reasons joined by commas. `metres` is nan where nothing is known; `service` says "same service", or which."""
    said = [_place(metres, same_address=same_address), service, ago(hours)]
    if callers > 1:
        said.append(f"{callers:,} callers")
    quoted = quote(text)
    if quoted and quoted.casefold() != service.casefold():
        said.append(f"“{quoted}”")
    return ", ".join(part for part in said if part)


def _place(metres: float, *, same_address: bool) -> str:
    if isnan(metres) or metres <= SAME_PLACE:
        return "same address" if same_address else "same place"
    return f"{metres:.0f} m away" + (" at the same address" if same_address else "")


def ago(hours: float) -> str:
    """How long ago, in one unit: "just now", "5 minutes ago", "2 days ago", "3 weeks ago"."""
    for size, name in _UNITS:
        count = int(hours / size + 1e-9)
        if count >= (2 if name in {"week", "month"} else 1):
            return f"{count:,} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def quote(text: str) -> str:
    """The beginning of a text on one line, whole words where possible."""
    line = " ".join(text.split())
    if len(line) <= QUOTED:
        return line
    return f"{line[:QUOTED].rpartition(' ')[0] or line[:QUOTED]}…"
