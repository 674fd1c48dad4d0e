"""A question before what cannot be undone: what goes and what stays, and a word to type."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from widgets import theme
from widgets.dialog import button
from widgets.plain import PlainLabel

WORD = "ERASE"


class Confirm(QWidget):
    """Says what will be done; it is done once the word is typed, by Enter or by the button."""

    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = PlainLabel(wrap=True)
        self.field, self.button = QLineEdit(), button("Erase")
        self.button.setProperty("primary", True)
        self.field.setPlaceholderText(f"Type {WORD}")
        self.field.setAccessibleName(f"Type {WORD} to confirm")
        self.field.setFixedWidth(theme.px(160))
        self.field.textChanged.connect(self._allow)
        self.field.returnPressed.connect(self._confirm)
        self.button.clicked.connect(self._confirm)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for part in (PlainLabel("This cannot be undone.", muted=True), self.field, self.button):
            row.addWidget(part)
        row.insertStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.words)
        column.addLayout(row)
        self._possible = True
        self.ask("", "Erase")

    def ask(self, sentence: str, action: str, *, possible: bool = True) -> None:
        """Ask anew, with nothing typed; `possible`: there is something to be done."""
        self._possible = possible
        self.words.setText(sentence)
        self.button.setText(action)
        self.field.clear()
        self.field.setEnabled(possible)
        self._allow()

    def take_keyboard(self) -> None:
        """The keyboard goes to the field."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _allow(self) -> None:
        self.button.setEnabled(self._is_meant())

    def _is_meant(self) -> bool:
        return self._possible and self.field.text().strip() == WORD

    def _confirm(self) -> None:
        if self._is_meant():
            self.field.clear()
            self.confirmed.emit()
