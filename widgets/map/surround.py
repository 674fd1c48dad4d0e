"""The furniture around the map: made, kept in its corners, and told what to say."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from widgets import icons, theme
from widgets.empty import EmptyState
from widgets.map import legend, menus
from widgets.map.canvas import Canvas
from widgets.map.furniture import HoverCard, Pill, Tools, line_up
from widgets.map.layer import Mode
from widgets.map.legend import Legend

Action = tuple[str, str, str, Callable[..., None]]
"""A tool: its icon, its name, more about it, and what it does."""


class Surround:
    """Legend, menus, tools, counts and the hover card of one map."""

    def __init__(
        self, over: QWidget, canvas: Canvas, tools: list[Action], choose_mode: Callable[[Mode, bool], None]
    ) -> None:
        self._over, self._canvas = over, canvas
        self.legend = Legend(over)
        self.modes = Pill(over, "How requests are shown")
        self.modes.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.modes.setMenu(menus.mode_menu(over, choose_mode))
        self.unplaced, self.outside = Pill(over, "Requests without a place"), Pill(over, "Requests outside the city")
        self.unplaced.hide()
        self.outside.hide()
        self.tools = Tools(over, tools)
        self.card = HoverCard(over)
        self.empty = EmptyState(over)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.empty.say(
            "No place is known yet",
            "Requests with a place appear here, over the city's streets.",
            "Log a call with a place, or name the city's extent and map in config.toml.",
        )
        self.layers = menus.layer_menu(over, canvas)

    def say_missing(self, unplaced: int, outside: int) -> None:
        """Say how many requests are not on the map, or not in the city."""
        for pill, count, words in (
            (self.unplaced, unplaced, "without a place"),
            (self.outside, outside, "outside the city"),
        ):
            pill.setText(f"{count:,} {words} ▸")
            pill.setVisible(count > 0)

    def say_mode(self) -> None:
        """Say how requests are shown."""
        mode = self._canvas.mode
        share = " overdue" if mode is Mode.AREAS and self._canvas.choropleth.by_overdue else ""
        self.modes.setText(menus.MODES[mode] + share)
        self.modes.setIcon(icons.icon("down", theme.current().muted))
        self.legend.say(legend.of(self._canvas))

    def say_legend(self) -> bool:
        """Explain the picture in force; true when that is another than before."""
        return self.legend.say(legend.of(self._canvas))

    def show_layers(self) -> None:
        """Open the menu of layers under its tool."""
        button = self.tools.buttons["layers"]
        self.layers.popup(button.mapToGlobal(QPoint(0, button.height())))

    def arrange(self, *, bare: bool) -> None:
        """Put everything in its corner; `bare` says what would be here, in place of a legend."""
        over = self._over
        width = over.width()
        self.empty.setGeometry(over.rect())
        self.empty.setVisible(bare)
        self.tools.adjustSize()
        self.tools.move(width - 12 - self.tools.width(), 8)
        self.modes.adjustSize()
        self.modes.move(self.tools.x() - 12 - self.modes.width(), 8)
        self.legend.fit(max(120, self.modes.x() - 24))
        self.legend.move(12, 8)
        self.legend.setHidden(bare)
        self.modes.setHidden(bare)
        beside = line_up((self.unplaced, self.outside), self.legend.geometry(), self.modes.x())
        self._canvas.covers = [w.geometry() for w in (self.tools, self.modes, self.legend, *beside)]

    def restyle(self) -> None:
        """Take the colours in force."""
        for part in (self.tools, self.modes, self.unplaced, self.outside, self.card):
            part.restyle()
        self.say_mode()
