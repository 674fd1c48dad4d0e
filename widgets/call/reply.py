"""How the caller wants to be told: by which way, in which language, and whether they agree to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.call.questions import Choice
from widgets.detail import parts
from widgets.detail.parts import Button

WAYS = (("email", "E-mail"), ("sms", "Text"), ("phone", "Phone"), ("none", "None"))
LANGUAGES = (("en", "English"), ("es", "Español"), ("vi", "Tiếng Việt"))


class _Option(Button):
    """One word of a choice."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.setText(word)
        self.setCheckable(True)
        self.setFixedHeight(24)

    def sizeHint(self) -> QSize:
        """The word with 8 px on each side; room for the heavier face."""
        wide = QFontMetricsF(theme.font(weight=theme.SEMIBOLD)).horizontalAdvance(self.text())
        return QSize(int(wide) + 17, 24)

    def nextCheckState(self) -> None:
        """Only the choice says which word is chosen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the word; on the selection's ground when it is chosen."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        self.ground(painter, theme.colour(p.selection) if on else None, 4)
        painter.setFont(theme.font(weight=theme.SEMIBOLD if on else theme.NORMAL))
        painter.setPen(theme.colour(p.text if on else p.muted))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class OneOf(QWidget):
    """Words beside each other of which one is chosen, by a click or the arrows; one stop for Tab."""

    changed = Signal(str)

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        row = parts.row(0)
        self.options: dict[str, _Option] = {}
        for key, word in options:
            made = self.options[key] = _Option(word)
            made.setAccessibleName(f"{name}: {word}")
            made.clicked.connect(partial(self._choose, key))
            made.installEventFilter(self)
            row.addWidget(made)
        row.addStretch(1)
        self.setLayout(row)
        self.value = ""
        self.set_value(options[0][0])

    def set_value(self, value: str) -> None:
        """Choose this one; one that is not among them leaves the choice as it is."""
        if value in self.options:
            self.value = value
            for key, option in self.options.items():
                option.setChecked(key == value)
                option.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == value else Qt.FocusPolicy.ClickFocus)
            self.setFocusProxy(self.options[value])

    def _choose(self, value: str) -> None:
        if value != self.value:
            self.set_value(value)
            self.options[value].setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit(value)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Left and Right go from word to word."""
        if isinstance(event, QKeyEvent) and event.type() is QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            if step:
                keys = list(self.options)
                self._choose(keys[(keys.index(self.value) + step) % len(keys)])
                return True
        return False


class Reply(QWidget):
    """Way, language and consent."""

    edited = Signal()

    def __init__(self, language: str = "en") -> None:
        super().__init__()
        self._usual = language
        column = parts.column(self, spacing=4)
        self.way, self.language = OneOf("Reply by", WAYS), OneOf("Language", LANGUAGES)
        column.addSpacing(4)
        column.addWidget(self.way)
        column.addWidget(self.language)
        self.consent = Choice("consent", "The caller agrees to be told when it changes")
        self.consent.setChecked(True)
        column.addWidget(self.consent)
        self.set_reply("", "", consent=True)
        for choice in (self.way, self.language):
            choice.changed.connect(lambda _: self.edited.emit())
        self.consent.toggled.connect(self.edited)

    def set_reply(self, way: str, language: str, *, consent: bool) -> None:
        """What is known of the caller; "" is e-mail, and the desk's own language."""
        self.way.set_value(way or WAYS[0][0])
        self.language.set_value(language or self._usual)
        was = self.consent.blockSignals(True)
        self.consent.setChecked(consent)
        self.consent.blockSignals(was)
        self.consent.update()
