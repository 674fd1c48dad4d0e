"""Keeps a form as it is while it is being saved: what would change it is not taken, what only looks at it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QComboBox, QLineEdit, QTextEdit, QWidget

_CHANGING = {
    QEvent.Type.InputMethod,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ContextMenu,
    QEvent.Type.DragEnter,
    QEvent.Type.Drop,
}
_LOOKING = {Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}


class Hold(QObject):
    """Of one form. The keyboard stays where it is; Tab, Esc, scrolling and the commands' own keys go on."""

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        self._form = form
        self._locked: list[QLineEdit | QTextEdit] = []
        self.on = False

    def set_on(self, on: bool) -> None:
        """Hold the form, or let go of it; every field is then again as it was."""
        if on is self.on:
            return
        self.on = on
        if on:
            lines, texts = self._form.findChildren(QLineEdit), self._form.findChildren(QTextEdit)
            self._locked = [line for line in lines if not line.isReadOnly()]
            self._locked += [text for text in texts if not text.isReadOnly()]
        for field in self._locked:
            field.setReadOnly(on)
        self.cover()

    def cover(self) -> None:
        """Hold what the form consists of by now, where it is held."""
        for part in self._form.findChildren(QWidget):
            if self.on:
                part.installEventFilter(self)
            else:
                part.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take nothing that would change the form."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return Qt.Key(event.key()) not in _LOOKING
        if event.type() is QEvent.Type.Wheel:
            return isinstance(watched, QComboBox)
        return event.type() in _CHANGING and not isinstance(watched, QAbstractSlider)
