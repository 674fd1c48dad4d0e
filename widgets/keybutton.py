"""A 32 px button that paints its icon, its words and its key, in that order."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from widgets import theme
from widgets.icons import paint_icon
from widgets.plain import tip

HEIGHT, PAD, GAP, ICON = 32, 12, 8, 16


class KeyButton(QAbstractButton):
    """Words with an icon before and the key behind; `primary` is filled, one in a pane."""

    def __init__(
        self, words: str, key: str = "", icon: str = "", *, primary: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setText(words)
        self._key, self._icon, self._primary, self._short = key, icon, primary, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        self.setToolTip(tip(f"{words}  {key}".strip()))

    def set_key(self, key: str) -> None:
        """Show another key, after the person has changed it."""
        self._key = key
        self.setToolTip(tip(f"{self.text()}  {key}".strip()))
        self.updateGeometry()
        self.update()

    def set_short(self, short: bool) -> None:
        """Leave the key out where there is little room."""
        self._short = short
        self.updateGeometry()
        self.update()

    def _shown_key(self) -> str:
        return "" if self._short else self._key

    def sizeHint(self) -> QSize:
        """The size of the design."""
        words = QFontMetrics(self._words_font()).horizontalAdvance(self.text())
        key = QFontMetrics(theme.font(theme.META)).horizontalAdvance(self._shown_key())
        parts = [theme.px(ICON) if self._icon else 0, words, key]
        gaps = theme.px(GAP) * (sum(1 for p in parts if p) - 1)
        return QSize(sum(parts) + gaps + 2 * theme.px(PAD), theme.px(HEIGHT))

    def _words_font(self) -> QFont:
        return theme.font(weight=theme.SEMIBOLD if self._primary else theme.NORMAL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, key_ink = (p.on_accent, p.on_accent) if self._primary else (p.text, p.muted)
        if not self.isEnabled():
            ink = key_ink = p.muted
        self._ground(painter)
        left, height = theme.px(PAD), self.height()
        if self._icon:
            side = theme.px(ICON)
            paint_icon(painter, QRectF(left, (height - side) / 2, side, side), self._icon, key_ink)
            left += side + theme.px(GAP)
        painter.setFont(self._words_font())
        painter.setPen(theme.colour(ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, 0, self.width(), height), flags, self.text())
        left += painter.fontMetrics().horizontalAdvance(self.text()) + theme.px(GAP)
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(key_ink))
        painter.drawText(QRectF(left, 0, self.width(), height), flags, self._shown_key())

    def _ground(self, painter: QPainter) -> None:
        p, focused = theme.current(), self.hasFocus()
        fill = theme.colour(p.accent if self._primary else p.surf)
        if not self.isEnabled():
            fill = theme.colour(p.track)
        elif self.isDown() or self.underMouse():
            fill = theme.mix(p.text, fill.name(), 0.12 if self.isDown() else 0.06)
        edge = p.text if self._primary else p.accent
        width = 2 if focused else 1
        painter.setPen(QPen(theme.colour(edge if focused else p.hair), width))
        if self._primary and not focused:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 6, 6)
