"""Labels that show outside text as text: the only labels allowed, since QLabel's auto format opens local files."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QWidget

from widgets import theme


class PlainLabel(QLabel):
    """A QLabel that never reads markup. `muted` paints it in the palette's muted colour."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        pixels: int = theme.BODY,
        weight: QFont.Weight = theme.NORMAL,
        muted: bool = False,
        wrap: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        self._pixels, self._weight, self._muted = pixels, weight, muted
        self.restyle()

    def restyle(self) -> None:
        """Take font and colour from the theme in force."""
        p = theme.current()
        colour = p.muted if self._muted else p.text
        weight = int(self._weight)
        self.setStyleSheet(f"color: {colour}; font-size: {self._pixels}px; font-weight: {weight};")


def tip(text: str) -> str:
    """`text` for a tooltip: shown as it stands, whatever markup it holds, and wrapped at a readable width."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""
