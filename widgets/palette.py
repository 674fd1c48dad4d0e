"""The command palette: every command by its words ("assign tree 2"), with its key, or why it is not possible now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from widgets.picker import Picker
from widgets.picklist import Choice

WIDTH = 560


class CommandPalette(Picker):
    """Filters the commands by typed words; `chosen` says the id of the one to run.

    A command with an argument is offered as one choice per argument (`only_typed`), such as "Assign to Tree 2".
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Commands", "Type a command", WIDTH)

    def open_with(self, commands: Sequence[Choice], window: QWidget) -> None:
        """Offer these commands over a window."""
        self.offer(commands)
        self.open_over(window)
