"""What a person can have the map do by keyboard: ways of showing requests, what is seen, selecting, zooming."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console import mapside
from console.commands.registry import Command

if TYPE_CHECKING:
    from console.window import Window


def _drawn(window: Window) -> str:
    """Enabled once the map is there."""
    return "" if window.map is not None else "The map is being drawn; try again in a moment."


MAPPING: tuple[Command, ...] = (
    Command("map.clusters", "Map: clusters", "Requests near each other are one mark with their number.", (),
            partial(mapside.show_as, way="clusters"), _drawn),
    Command("map.points", "Map: points", "Every request is a mark of its own, by status.", (),
            partial(mapside.show_as, way="points"), _drawn),
    Command("map.heat", "Map: heat", "Where requests are dense.", (),
            partial(mapside.show_as, way="heat"), _drawn),
    Command("map.areas", "Map: areas by count", "How many requests each area has.", (),
            partial(mapside.show_as, way="areas"), _drawn),
    Command("map.overdue", "Map: areas by share overdue", "How many of each area's requests are late.", (),
            partial(mapside.show_as, way="areas", by_overdue=True), _drawn),
    Command("map.visible", "Map: only what I see", "The queue holds what the map shows; again, and it holds all.",
            ("Ctrl+Shift+O",), mapside.toggle_visible, _drawn),
    Command("map.select", "Map: select all that is seen", "What a rectangle around the whole map would select.",
            ("Ctrl+Shift+X",), mapside.select_visible, _drawn),
    Command("map.lasso", "Map: lasso", "Draw around requests with the mouse; again, or Esc, puts it away.", (),
            mapside.toggle_lasso, _drawn),
    Command("map.fit", "Map: fit to the requests", "Show all requests of the filter.", ("Ctrl+0",),
            mapside.fit, _drawn),
    Command("map.layers", "Map: layers…", "Streets, parks, borders and names; wards or neighborhoods.", (),
            mapside.show_layers, _drawn),
)  # fmt: skip
