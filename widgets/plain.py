"""Labels that show outside text as text: the only labels allowed, since QLabel's auto format opens local files."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

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


class Elided(PlainLabel):
    """One 12 px line (or `pixels` high letters), cut with … where the room ends and whole in its tooltip."""

    def __init__(self, text: str = "", *, pixels: int = theme.META, muted: bool = True) -> None:
        super().__init__(text, pixels=pixels, muted=muted)

    def minimumSizeHint(self) -> QSize:
        """May give way to its neighbours."""
        return QSize(16, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter, box = QPainter(self), self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        flags = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextSingleLine.value
        self.style().drawItemText(painter, box, flags, self.palette(), self.isEnabled(), shown, self.foregroundRole())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say the whole in the tooltip where it is cut."""
        super().resizeEvent(event)
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(tip(self.text()) if cut else "")


class ElidedButton(QToolButton):
    """A button of words alone, cut with … where the room ends; it takes room before its neighbours' stretches do."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self._least = least
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def fit(self) -> None:
        """After its words or its font have changed: as wide as they are at most, and at least as was said (pixels)."""
        self.ensurePolished()
        whole = self.sizeHint().width()
        self.setMinimumWidth(min(whole, self._least))
        self.setMaximumWidth(whole)

    @property
    def shown(self) -> str:
        """The words as far as they fit."""
        whole = self.sizeHint().width()
        if self.width() >= whole:  # the words' own width is no whole number of pixels
            return self.text()
        room = self.width() - whole + self.fontMetrics().horizontalAdvance(self.text())
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, max(0, room))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = self.shown
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.end()


def whole_words(text: str, metrics: QFontMetricsF, room: float) -> str:
    """What of one line of `text` fits into `room` px; cut between two words, with … behind the last."""
    line = " ".join(text.split())
    if metrics.horizontalAdvance(line) <= room:
        return line
    cut = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room).removesuffix("…")
    at_word = cut if line[len(cut) : len(cut) + 1] == " " else cut.rpartition(" ")[0]
    return f"{(at_word or cut).rstrip(' ,;')}…"


def tip(text: str) -> str:
    """`text` for a tooltip: shown as it stands, whatever markup it holds, and wrapped at a readable width."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""
