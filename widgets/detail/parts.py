"""Small painted pieces of the detail pane: icons, the status chip, buttons without a box, section heads."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from services.domain.status import Outcome, Status
from services.domain.story import chip_words
from widgets import theme
from widgets.icons import paint_icon
from widgets.plain import PlainLabel, tip
from widgets.shapes import paint_overdue, paint_status

INSET = 16
BLEED = 8
"""Pixels by which the ground of a row reaches into the inset."""


def column(parent: QWidget | None = None, spacing: int = 0, inset: int = 0) -> QVBoxLayout:
    """Widgets one under the other, `inset` px from the left and right; on `parent` where one is given."""
    made = QVBoxLayout() if parent is None else QVBoxLayout(parent)
    made.setContentsMargins(inset, 0, inset, 0)
    made.setSpacing(spacing)
    return made


def row(spacing: int = 8) -> QHBoxLayout:
    """Widgets one beside the other."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    return made


def head(text: str) -> PlainLabel:
    """The head of a section: 12 px semibold, muted."""
    made = PlainLabel(text, pixels=theme.META, weight=theme.SEMIBOLD, muted=True)
    made.setFixedHeight(16)
    return made


def meta(text: str = "") -> PlainLabel:
    """Muted 12 px words."""
    return PlainLabel(text, pixels=theme.META, muted=True)


class Glyph(QWidget):
    """One 16 px icon; decoration, so it says nothing to a screen reader."""

    def __init__(self, name: str, *, role: str = "muted") -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(16, 16)

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon in the theme's colour of its role."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, QRectF(self.rect()), self._name, QColor(getattr(theme.current(), self._role)))
        painter.end()


class Problem(QWidget):
    """A sentence beside its cause; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._label = PlainLabel(pixels=theme.META, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Glyph("alert", role="overdue"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        self.hide()

    def say(self, sentence: str) -> None:
        """Say it; "" takes it away."""
        self._label.setText(sentence)
        self.setVisible(bool(sentence))

    def text(self) -> str:
        """What is said."""
        return self._label.text()


class Late(QWidget):
    """The 10 px triangle before "late"."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(10, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the triangle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_overdue(painter, QRectF(0, 3, 10, 10), theme.current())
        painter.end()


class Button(QAbstractButton):
    """A painted button: hover ground, and 2 px accent inside when it has the focus."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def ground(self, painter: QPainter, rest: QColor | None, radius: float) -> None:
        """Paint the ground and the focus mark."""
        p = theme.current()
        rect = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if rest is not None:
            painter.setBrush(rest)
            painter.drawRoundedRect(rect, radius, radius)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(theme.colour(p.win))
            painter.drawRoundedRect(rect, radius, radius)
        self.focus_mark(painter, radius)

    def focus_mark(self, painter: QPainter, radius: float) -> None:
        """Paint 2 px of accent inside the edge while the button has the focus."""
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(theme.current().accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius - 1, radius - 1)


class IconButton(Button):
    """A 28 px button that is only an icon; its name is also its tooltip."""

    def __init__(self, icon: str, name: str) -> None:
        super().__init__(name)
        self._icon = icon
        self.setToolTip(tip(name))
        self.setFixedSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, None, 6)
        paint_icon(painter, QRectF(6, 6, 16, 16), self._icon, theme.colour(theme.current().muted))
        painter.end()


class StatusChip(Button):
    """The status as shape, word and tint; a click asks for another status."""

    def __init__(self) -> None:
        super().__init__("Status")
        self._status, self._words = Status.NEW, ""
        self.show_status(Status.NEW, None)

    def show_status(self, status: Status, outcome: Outcome | None) -> None:
        """Show this status and outcome."""
        self._status, self._words = status, chip_words(status, outcome)
        self.setAccessibleName(f"Status: {self._words}. Change it")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Shape, gap and word, with 8 px before and 10 px after."""
        width = QFontMetricsF(theme.font(theme.META, theme.SEMIBOLD)).horizontalAdvance(self._words)
        return QSize(int(8 + 12 + 6 + width + 10 + 1), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, theme.chip_ground(p, self._status), 12)
        paint_status(painter, QRectF(8, 6, 12, 12), self._status, p)
        painter.setFont(theme.font(theme.META, theme.SEMIBOLD))
        painter.setPen(theme.colour(p.text))
        painter.drawText(QRectF(26, 0, self.width() - 30, 24), Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()


class Link(Button):
    """A word that can be pressed, in the accent colour, as in the toast's Undo."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__(name)
        self.setText(words)

    def sizeHint(self) -> QSize:
        """The word with 4 px on each side."""
        width = QFontMetricsF(theme.font(theme.META, theme.SEMIBOLD)).horizontalAdvance(self.text())
        return QSize(int(width) + 9, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the word."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, None, 4)
        painter.setFont(theme.font(theme.META, theme.SEMIBOLD))
        painter.setPen(theme.colour(p.accent if self.isEnabled() else p.muted))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Primary(Button):
    """The one filled button of a pane, with its key beside the word."""

    def __init__(self, word: str, key: str, name: str, *, height: int = 28) -> None:
        super().__init__(name)
        self.setText(word)
        self._key = key
        self.setFixedHeight(height)

    def set_key(self, key: str) -> None:
        """Show another key; "" shows none."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Word and key with 10 px on each side."""
        return QSize(int(10 + self._word() + 8 + self._hint() + 11), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the filled button; without fill while there is nothing to do."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isEnabled()
        hover = on and self.underMouse() and not self.isDown()
        accent = theme.mix(p.accent, p.text, 0.88) if hover else theme.colour(p.accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent if on else theme.colour(p.track))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setPen(theme.colour(p.on_accent if on else p.muted))
        painter.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
        box = QRectF(10, 0, self.width() - 20, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(theme.font(theme.META))
        painter.drawText(box, (Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._key)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(p.text), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _word(self) -> float:
        return QFontMetricsF(theme.font(theme.BODY, theme.SEMIBOLD)).horizontalAdvance(self.text())

    def _hint(self) -> float:
        return QFontMetricsF(theme.font(theme.META)).horizontalAdvance(self._key)
