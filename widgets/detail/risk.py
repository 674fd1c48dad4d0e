"""How likely the request is to miss its due time, and what that rests on; below its clock."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from widgets.detail import parts
from widgets.plain import PlainLabel


class Risk(QWidget):
    """Hidden while nothing is said."""

    def __init__(self) -> None:
        super().__init__()
        column = parts.column(self, spacing=2)
        column.setContentsMargins(0, 6, 0, 0)
        self.chance, self.why = PlainLabel(wrap=True), parts.meta()
        self.why.setWordWrap(True)
        column.addWidget(self.chance)
        column.addWidget(self.why)
        self.hide()

    def show_words(self, chance: str, why: str) -> None:
        """Show these; "" for nothing to say."""
        for line, text in ((self.chance, chance), (self.why, why)):
            line.setText(text)
            line.setVisible(bool(text))
        self.setAccessibleName(". ".join(filter(None, (chance, why))))
        self.setVisible(bool(chance or why))
