"""What is expected to miss its due time in the next hours, in words; each part opens what falls due until then."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from services.supervise.chances import expected
from services.supervise.forecast import Due
from widgets import theme
from widgets.plain import Elided, PlainLabel, tip

HEIGHT = 36


class Breaches(QWidget):
    """One line; hidden until something is known."""

    opened = Signal(str)
    """The query of what falls due."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme.px(HEIGHT))
        self.buttons: list[QToolButton] = []
        self.why = Elided()
        self.is_foreseen = False
        """Whether there are numbers."""
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(24), 0, theme.px(24), 1)
        self._row.setSpacing(theme.px(16))
        self._row.addWidget(PlainLabel("Expected breaches", pixels=theme.META, muted=True))
        self._row.addWidget(self.why, 1)
        self.hide()

    def show_dues(self, dues: Sequence[tuple[Due, str]], why: str) -> None:
        """Show these, each with its query; `why` there is no number, where there is none."""
        while len(self.buttons) < len(dues):
            made = QToolButton()
            made.setObjectName("quiet")
            made.clicked.connect(lambda _=False, b=made: self.opened.emit(b.property("query")))
            self._row.insertWidget(1 + len(self.buttons), made)
            self.buttons.append(made)
        for button, (due, query) in zip(self.buttons, dues, strict=False):
            said = f"Next {due.hours} h: {expected(due)}"
            button.setText(said)
            button.setProperty("query", query)
            button.setAccessibleName(f"Expected breaches. {said}")
            button.setToolTip(tip(query))
        self.why.setText(why)
        self.is_foreseen = not why
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline below."""
        del event
        QPainter(self).fillRect(0, self.height() - 1, self.width(), 1, theme.colour(theme.current().hair))
