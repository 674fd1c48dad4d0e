"""What a desk says of each command that it gave: the model of what has to be there is made of that alone."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from services.domain.statusmap import State


class End(StrEnum):
    """What a desk was told came of a command."""

    KEPT = "kept"
    """Acknowledged."""
    STALE = "stale"
    """Refused: somebody else was first."""
    BUSY = "busy"
    """Refused: somebody else is at the same request; nothing was changed."""


class Said(msgspec.Struct, frozen=True, tag=True):
    """One command: what was asked for, and what came of it."""

    desk: str
    operation: str
    kind: str
    """The kind of its line in the history: note, message or status."""
    request_id: int
    text: str
    to: State | None
    """The state it sets; None for none."""
    seen: int
    """The version that was on screen; 0 where that does not matter."""
    end: End
    seconds: float
    """How long it took."""


class View(msgspec.Struct, frozen=True, tag=True):
    """What a desk that followed the history has on screen at the end: versions by request."""

    desk: str
    versions: dict[int, int]


Line = Said | View


def line_of(text: str | bytes) -> Line:
    """What was said."""
    said: Line = msgspec.json.decode(text, type=Line)
    return said
