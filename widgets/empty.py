"""What an empty pane says: what would be here, why it is not, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from widgets import theme
from widgets.plain import PlainLabel


class EmptyState(QWidget):
    """Three sentences and, where something can be done here, a button."""

    acted = Signal(str)
    """The key of the action whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = ""
        self.title = PlainLabel(pixels=theme.TITLE, weight=theme.SEMIBOLD, wrap=True)
        self.why = PlainLabel(muted=True, wrap=True)
        self.remedy = PlainLabel(muted=True, wrap=True)
        self.button = QPushButton()
        self.button.clicked.connect(lambda: self.acted.emit(self._action))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(4)
        column.addStretch(2)
        for label in (self.title, self.why, self.remedy):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(12)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, title: str, why: str = "", remedy: str = "", action: tuple[str, str] = ("", "")) -> None:
        """Set the sentences; `action` is (key, button words)."""
        self._action, words = action
        self.title.setText(title)
        self.why.setText(why)
        self.remedy.setText(remedy)
        self.why.setVisible(bool(why))
        self.remedy.setVisible(bool(remedy))
        self.button.setText(words)
        self.button.setVisible(bool(words))
