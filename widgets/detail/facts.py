"""What is known of a request in columns, and the line that shows two states where the upstream's and ours differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from services.domain.values import ServiceRequest
from widgets import theme
from widgets.detail import parts, words
from widgets.detail.wrap import draw_wrapped, wrapped_height
from widgets.plain import PlainLabel

Fact = tuple[str, str]
KEY, VALUE, GAP, ROW_GAP = 16, 20, 16, 8


class Facts(QWidget):
    """Facts in up to four columns, spread over the width; one that is too long has a row of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: list[Fact] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these names and values; one without a value is left out."""
        self._facts = [(name, value) for name, value in facts if value]
        self.setAccessibleName("; ".join(f"{name}: {value}" for name, value in self._facts))
        self.setVisible(bool(self._facts))
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        """The height of all rows at this width."""
        return max(0, sum(self._height(row, width) + ROW_GAP for row in self._rows(width)) - ROW_GAP)

    def hasHeightForWidth(self) -> bool:
        """The rows depend on the width."""
        return True

    def sizeHint(self) -> QSize:
        """As high as it is at its present width."""
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        """May be narrow."""
        return QSize(120, KEY + VALUE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows."""
        p = theme.current()
        painter = QPainter(self)
        top = 0.0
        for row in self._rows(self.width()):
            spare = self.width() - sum(self._width(fact) for fact in row)
            gap = spare / (len(row) - 1) if len(row) > 1 else 0.0
            gap = gap if len(row) == 4 else min(48.0, gap)
            left = 0.0
            height = self._height(row, self.width())
            for fact in row:
                width = self._width(fact) if len(row) > 1 else self.width()
                painter.setFont(theme.font(theme.META))
                painter.setPen(theme.colour(p.muted))
                elided = QFontMetricsF(painter.font()).elidedText(fact[0], Qt.TextElideMode.ElideRight, width)
                painter.drawText(QRectF(left, top, width, KEY), Qt.AlignmentFlag.AlignVCenter, elided)
                painter.setFont(theme.font())
                painter.setPen(theme.colour(p.text))
                draw_wrapped(painter, left, top + KEY, width, fact[1])
                left += width + gap
            top += height + ROW_GAP
        painter.end()

    def _width(self, fact: Fact) -> float:
        name = QFontMetricsF(theme.font(theme.META)).horizontalAdvance(fact[0])
        lines = fact[1].splitlines() or [""]
        metrics = QFontMetricsF(theme.font())
        return float(int(max(name, *(metrics.horizontalAdvance(line) for line in lines))) + 1)

    def _rows(self, width: int) -> list[list[Fact]]:
        """Facts in their order, up to four in a row and no more than fit."""
        rows: list[list[Fact]] = []
        room = 0.0
        for fact in self._facts:
            need = self._width(fact) + GAP
            if rows and len(rows[-1]) < 4 and need <= room:
                rows[-1].append(fact)
                room -= need
            else:
                rows.append([fact])
                room = width + GAP - need
        return rows

    def _height(self, row: list[Fact], width: int) -> int:
        return KEY + max(wrapped_height(value, width) for _, value in row)


class Differs(QWidget):
    """Both states, said in words, where the upstream's and the desk's disagree; hidden where they agree."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 12)
        row.setSpacing(8)
        row.addWidget(parts.Glyph("alert", role="overdue"), 0, Qt.AlignmentFlag.AlignTop)
        self.words = PlainLabel(wrap=True)
        row.addWidget(self.words, 1)

    def show_request(self, request: ServiceRequest, now: datetime, zone: tzinfo | None) -> None:
        """Show or hide, after the request's `differs`."""
        self.words.setText(words.differs_sentence(request, now, zone) if request.differs else "")
        self.setVisible(request.differs)
