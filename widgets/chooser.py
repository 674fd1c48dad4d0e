"""A small list to choose from at a place: crews with their reasons, statuses with what the upstream will be told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.picker import Picker
from widgets.picklist import Choice

WIDTH = 520


class Chooser(Picker):
    """Type to filter, arrows, Enter; `chosen` says the key. What is not possible stays in sight with its reason."""

    def __init__(self, parent: QWidget, name: str = "Choose") -> None:
        super().__init__(parent, name, "Type to find", WIDTH)

    def open_with(self, choices: Sequence[Choice], title: str, beside: QWidget) -> None:
        """Offer these choices at the left top of the widget they belong to."""
        self.offer(choices, title)
        self.open_at(beside.mapToGlobal(QPoint(theme.px(12), theme.px(12))))
