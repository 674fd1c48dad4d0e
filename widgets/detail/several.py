"""What the pane says when it is not about one request: nothing selected, or several, by status, with what applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from services.domain.status import Status
from widgets import theme
from widgets.detail import parts
from widgets.detail.parts import BLEED, Button
from widgets.plain import PlainLabel
from widgets.shapes import paint_status

Row = TypeVar("Row", bound=QWidget)


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One thing that can be done with all selected requests, or why it cannot."""

    command: str
    """The command's id in the registry."""
    title: str
    keys: str = ""
    refusal: str = ""
    """Why it is not offered; "" when it is."""


class Nothing(QWidget):
    """Nothing is selected: what would be here, and what to do."""

    def __init__(self) -> None:
        super().__init__()
        column = parts.column(self, 4, parts.INSET)
        column.setContentsMargins(parts.INSET, 24, parts.INSET, 0)
        self.title = PlainLabel(pixels=theme.TITLE, weight=theme.SEMIBOLD)
        self.words = PlainLabel(muted=True, wrap=True)
        self.keys = PlainLabel("J and K go through the queue; Enter opens a request.", muted=True, wrap=True)
        for label in (self.title, self.words, self.keys):
            column.addWidget(label)

    def say(self, title: str = "", sentence: str = "") -> None:
        """Say what would be here, or something else, such as why a request cannot be shown."""
        self.title.setText(title or "No request selected")
        self.words.setText(
            sentence
            or "The request selected in the queue or on the map is shown here: where it is, who called, "
            "what was said to whom."
        )


class CountRow(QWidget):
    """How many of the selected have one status."""

    def __init__(self, status: Status, count: int) -> None:
        super().__init__()
        self.status = status
        self.setFixedHeight(24)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Say that there are so many."""
        self._count = count
        self.setAccessibleName(f"{count:,} {self.status.label.lower()}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint shape, word and count."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_status(painter, QRectF(2, 6, 12, 12), self.status, p)
        painter.setFont(theme.font())
        painter.setPen(theme.colour(p.text))
        painter.drawText(QRectF(24, 0, 200, 24), Qt.AlignmentFlag.AlignVCenter, self.status.label)
        painter.setPen(theme.colour(p.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(124, 0, 60, 24), flags, f"{self._count:,}")
        painter.end()


class ActionRow(Button):
    """One bulk action: title and key, or the reason why not under it."""

    def __init__(self, action: BulkAction) -> None:
        super().__init__(f"{action.title}. {action.refusal}" if action.refusal else action.title)
        self.action = action
        self.setEnabled(not action.refusal)
        self.setFixedHeight(44 if action.refusal else 32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, key and reason."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, None, 4)
        painter.setFont(theme.font())
        painter.setPen(theme.colour(p.text if self.isEnabled() else p.muted))
        top = QRectF(8, 4 if self.action.refusal else 0, self.width() - 16, 20 if self.action.refusal else 32)
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, self.action.title)
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(p.muted))
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.action.keys)
        below = QRectF(8, 24, self.width() - 16, 16)
        shown = QFontMetricsF(painter.font()).elidedText(
            self.action.refusal, Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class Several(QWidget):
    """Several are selected: how many by status, and what can be done with all of them."""

    command_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        outer = parts.column(self, 0, parts.INSET - BLEED)
        column = parts.column()
        column.setContentsMargins(BLEED, 12, BLEED, 0)
        outer.addLayout(column)
        self.title = PlainLabel(pixels=theme.BIG, weight=theme.SEMIBOLD)
        column.addWidget(self.title)
        column.addSpacing(12)
        self._counts = parts.column()
        column.addLayout(self._counts)
        column.addSpacing(12)
        column.addWidget(parts.head("With all of them"))
        column.addSpacing(4)
        self._actions = parts.column()
        outer.addLayout(self._actions)
        self.counts: list[CountRow] = []
        self.buttons: list[ActionRow] = []

    def show_counts(self, counts: Mapping[Status, int], actions: Sequence[BulkAction]) -> None:
        """Show how many there are of each status, in the workflow's order, and these actions."""
        self.title.setText(f"{sum(counts.values()):,} requests selected")
        here = [status for status in Status if counts.get(status)]
        if [row.status for row in self.counts] != here:
            self.counts = _put_in(self._counts, self.counts, [CountRow(status, counts[status]) for status in here])
        for row in self.counts:
            row.set_count(counts[row.status])
        if [button.action for button in self.buttons] != list(actions):
            self.buttons = _put_in(self._actions, self.buttons, [ActionRow(action) for action in actions])
            for button in self.buttons:
                button.clicked.connect(partial(self._wanted, button.action.command))

    def _wanted(self, command: str) -> None:
        self.command_wanted.emit(command)


def _put_in(column: QVBoxLayout, before: Sequence[QWidget], rows: list[Row]) -> list[Row]:
    """Rows into a column in place of others."""
    for old in before:
        old.hide()
        old.deleteLater()
    for row in rows:
        column.addWidget(row)
        row.show()
    return rows
