"""For every goal that is not met: what was tried, and what stands in the way. Nothing is hidden."""

from __future__ import annotations

OBSTACLES: dict[tuple[int, str], str] = {}
"""By row and name of the line."""
