"""Words or icons beside each other of which one is chosen, or none where that is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.detail import parts
from widgets.detail.parts import Button
from widgets.icons import paint_icon
from widgets.plain import tip

HIGH = 24


class Option(Button):
    """One word of a choice, or an icon that stands for it."""

    def __init__(self, word: str, icon: str = "") -> None:
        super().__init__(word)
        self.setText(word)
        self._icon = icon
        self.setToolTip(tip(word) if icon else "")
        self.setCheckable(True)
        self.setFixedHeight(HIGH)

    def sizeHint(self) -> QSize:
        """The word with 8 px on each side, with room for the heavier face; an icon with 6."""
        if self._icon:
            return QSize(28, HIGH)
        wide = QFontMetricsF(theme.font(weight=theme.SEMIBOLD)).horizontalAdvance(self.text())
        return QSize(int(wide) + 17, HIGH)

    def nextCheckState(self) -> None:
        """Only the choice says which word is chosen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the word or icon; on the selection's ground when it is chosen."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        ink = p.text if on else p.muted
        self.ground(painter, theme.colour(p.selection) if on else None, 4)
        if self._icon:
            paint_icon(painter, QRectF(6, 4, 16, 16), self._icon, theme.colour(ink))
        else:
            painter.setFont(theme.font(weight=theme.SEMIBOLD if on else theme.NORMAL))
            painter.setPen(theme.colour(ink))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class OneOf(QWidget):
    """Chosen by a click, by the arrows or by a word's first letter; one stop for Tab."""

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        *,
        icons: Mapping[str, str] | None = None,
        optional: bool = False,
    ) -> None:
        """`options`: value and word of each. `optional`: none is chosen at first, and Backspace goes back to that."""
        super().__init__()
        self.setAccessibleName(name)
        self._name, self._optional, self._icons = name, optional, icons or {}
        self._row = parts.row(0)
        self._row.addStretch(1)
        self.setLayout(self._row)
        self.options: dict[str, Option] = {}
        for value, word in options:
            self.add(value, word)
        self.value = ""
        self._focused_on(options[0][0])
        self.set_value("" if optional else options[0][0])

    def add(self, value: str, word: str) -> None:
        """One more word at the end."""
        made = self.options[value] = Option(word, self._icons.get(value, ""))
        made.setAccessibleName(f"{self._name}: {word}")
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        made.clicked.connect(partial(self._choose, value))
        made.installEventFilter(self)
        self._row.insertWidget(self._row.count() - 1, made)
        made.show()  # else it counts for no room until the event loop runs

    def remove(self, value: str) -> None:
        """Take a word away that is not chosen."""
        if made := self.options.pop(value, None):
            self._row.removeWidget(made)
            made.hide()
            made.deleteLater()

    def set_value(self, value: str) -> None:
        """Choose this one; one that is not among them leaves the choice as it is."""
        if value in self.options or (self._optional and not value):
            self.value = value
            for key, option in self.options.items():
                option.setChecked(key == value)
            self._focused_on(value or next(iter(self.options)))

    def _focused_on(self, value: str) -> None:
        """Tab stops at this word."""
        for key, option in self.options.items():
            option.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == value else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.options[value])

    def _choose(self, value: str) -> None:
        if value != self.value:
            self.set_value(value)
            self.options[value or next(iter(self.options))].setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit(value)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Left and Right go from word to word, a letter to the word that begins with it."""
        if not isinstance(event, QKeyEvent) or event.type() is not QKeyEvent.Type.KeyPress:
            return False
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        wanted = self._meant(event)
        if wanted is None:
            return False
        self._choose(wanted)
        return True

    def _meant(self, event: QKeyEvent) -> str | None:
        """The value that a key chooses; None for a key that chooses nothing."""
        keys, key = list(self.options), Qt.Key(event.key())
        if step := {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0):
            return keys[(keys.index(self.value or keys[0]) + step) % len(keys)]
        if key in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            return "" if self._optional else None
        letter = event.text().strip().casefold()
        named = (value for value, option in self.options.items() if option.text().casefold().startswith(letter))
        return next(named, None) if letter else None
