"""A pane on the surface's ground: Esc goes back to the list, and its fields follow the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from widgets import theme
from widgets.detail.text import PlainEdit

_PLAIN = Qt.KeyboardModifier.NoModifier


class Surface(QWidget):
    """What the detail and the call pane have in common."""

    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = theme.current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the list; what was written is kept. Enter presses the button that has the keyboard."""
        held, plain = self.focusWidget(), event.modifiers() in (_PLAIN, Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and plain and isinstance(held, QPushButton):
            held.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour(theme.current().surf))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme when it changes."""
        super().changeEvent(event)
        kinds = {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}
        if event.type() in kinds and theme.current() is not self._look:
            self._look = theme.current()
            self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        for field in self.findChildren(PlainEdit):
            field.restyle()
