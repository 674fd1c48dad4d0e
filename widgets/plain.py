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
        self.setProperty("pixels", pixels)
        self.setProperty("semibold", weight is theme.SEMIBOLD)
        self.setProperty("muted", muted)

    def set_muted(self, muted: bool) -> None:
        """Paint it in the muted colour, or in the text's."""
        if self.property("muted") != muted:
            self.setProperty("muted", muted)
            self.restyle()

    def restyle(self) -> None:
        """Drop a colour of its own and look again at the application's style sheet, which holds every label's look."""
        self.setStyleSheet("")
        self.style().unpolish(self)
        self.style().polish(self)


def tip(text: str) -> str:
    """`text` for a tooltip: shown as it stands, whatever markup it holds, and wrapped at a readable width."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""
