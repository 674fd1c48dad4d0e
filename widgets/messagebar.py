"""A bar beside the cause of a problem: a sentence, a remedy and, where something can be done, a button; no modal."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from services.errors import Expected
from widgets import theme
from widgets.icons import icon, paint_icon
from widgets.plain import PlainLabel
from widgets.toast import announce


class MessageBar(QWidget):
    """Hidden until it has something to say."""

    acted = Signal(str)
    """The key of the action that was pressed."""
    closed = Signal()
    dismissed = Signal(str)
    """By whoever reads it; the key of the action that it offered, or ""."""

    def __init__(self, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self._action, self._problem = "", True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.words = PlainLabel(wrap=True)
        self.button = QPushButton()
        self.button.setProperty("compact", True)
        self.button.clicked.connect(lambda: self.acted.emit(self._action))
        self.close_button = QToolButton()
        self.close_button.setObjectName("quiet")
        self.close_button.setAccessibleName("Close this message")
        self.close_button.setIconSize(QSize(16, 16))
        self.close_button.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(40), theme.px(4), theme.px(8), theme.px(4))
        row.setSpacing(theme.px(8))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        if not closable:
            self.close_button.hide()
        self.setMinimumHeight(theme.px(36))
        self._recolour()
        self.hide()

    def say(self, sentence: str, remedy: str = "", action: tuple[str, str] = ("", ""), *, problem: bool = True) -> None:
        """Show a sentence and its remedy; `action` is (key, button words)."""
        self._action, words = action
        self._problem = problem
        said = f"{sentence} {remedy}".strip()
        self.words.setText(said)
        self.button.setText(words)
        self.button.setVisible(bool(words))
        self.setAccessibleName(said)
        self.show()
        self.update()
        announce(self, said)

    def say_once(self, sentence: str, remedy: str = "", *, problem: bool = True) -> None:
        """The same, unless it is said already, or something that is offered waits for an answer."""
        if self.isHidden() or not (self._action or self.words.text() == f"{sentence} {remedy}".strip()):
            self.say(sentence, remedy, problem=problem)

    def say_error(self, error: Expected, action: tuple[str, str] = ("", "")) -> None:
        """Show an expected error as it says itself."""
        self.say(error.sentence, error.remedy, action)

    def clear(self) -> None:
        """Say nothing any more."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _dismiss(self) -> None:
        self.clear()
        self.dismissed.emit(self._action)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "close_button"):
            self._recolour()

    def _recolour(self) -> None:
        self.close_button.setIcon(icon("close", theme.current().muted))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        hue = p.overdue if self._problem else p.accent
        painter.fillRect(self.rect(), theme.mix(hue, p.surf, 0.14))
        box = QRectF(theme.px(12), (self.height() - 16) / 2, 16, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        paint_icon(painter, box, "alert" if self._problem else "message", p.text)
