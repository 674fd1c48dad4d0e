"""What stands at the right while crews are dispatched: the board of all, or the day of one."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from widgets.crews.board import Board
from widgets.crews.day import DayPane
from widgets.surface import Surface


class CrewsPane(Surface):
    """The board, and behind it one crew's day."""

    def __init__(self) -> None:
        super().__init__()
        self.board, self.day = Board(), DayPane()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.board)
        self.pages.addWidget(self.day)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.setAccessibleName("Crews")
        self.setFocusProxy(self.board)

    def show_board(self) -> None:
        """All crews."""
        self.pages.setCurrentWidget(self.board)
        self.setFocusProxy(self.board)

    def show_day(self) -> None:
        """One crew."""
        self.pages.setCurrentWidget(self.day)
        self.setFocusProxy(self.day)

    @property
    def shows_day(self) -> bool:
        """Whether one crew's day is looked at."""
        return self.pages.currentWidget() is self.day
