"""The two places to write in, which never look alike: a message to residents, and a note for staff only."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QVBoxLayout, QWidget

from services.queue.snapshot import Ints
from widgets import theme
from widgets.detail import parts
from widgets.detail.text import Field, PlainEdit, StaffField
from widgets.plain import Elided, PlainLabel
from widgets.selection import NOBODY

EDGE = 3


class Composer(QWidget):
    """A field with a draft for each selection: moving away and back finds what was typed."""

    submitted = Signal(str, object)
    """The text, and the ids of the requests it was written for."""
    escaped = Signal()
    _EMPTY = "Write something first."

    def __init__(self, field: PlainEdit, button: QAbstractButton) -> None:
        super().__init__()
        self.field, self.button = field, button
        self._ids: Ints = NOBODY
        self._drafts: dict[bytes, str] = {}
        """By the ids' bytes."""
        self.problem = parts.Problem()
        field.submitted.connect(self.submit)
        field.escaped.connect(self.escaped)
        field.textChanged.connect(self._typed)
        button.clicked.connect(self.submit)

    def show_for(self, ids: Ints) -> None:
        """Write for these requests from now on; their draft is in the field."""
        if np.array_equal(ids, self._ids):
            return
        self._ids = ids
        self.say("")
        self.field.set_text(self.draft(ids))

    def draft(self, ids: Ints) -> str:
        """What has been typed for these requests and not yet sent."""
        return self._drafts.get(ids.tobytes(), "") if self._drafts else ""

    def take_draft(self, ids: Ints) -> str:
        """The draft for these requests, which leaves the field: somebody else sends it (a status with a message)."""
        text = self._drafts.pop(ids.tobytes(), "").strip()
        if np.array_equal(ids, self._ids):
            self.field.set_text("")
        return text

    def give_back(self, ids: Ints, text: str, sentence: str) -> None:
        """It could not be kept: the text comes back (before what has been typed since), with the reason beside it."""
        since = self.draft(ids)
        both = f"{text}\n{since}" if since and since != text else text
        self._drafts[ids.tobytes()] = both
        if np.array_equal(ids, self._ids):
            self.field.set_text(both)
            self.say(sentence)

    def submit(self) -> None:
        """Hand the text over and empty the field; refuses when there is none."""
        text = self.field.text().strip()
        if not self.field.isEnabled():
            return
        if not text:
            self.say(self._EMPTY)
            return
        self.say("")
        ids = self._ids
        self._drafts.pop(ids.tobytes(), None)
        self.field.set_text("")
        self.submitted.emit(text, ids)

    def say(self, sentence: str) -> None:
        """A sentence beside the field; "" takes it away."""
        self.problem.say(sentence)
        self.field.setAccessibleDescription(sentence)

    def focus(self) -> bool:
        """Put the keyboard into the field; False when nothing can be written."""
        if not self.field.isEnabled():
            return False
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _typed(self) -> None:
        text = self.field.text()
        if text.strip():
            self._drafts[self._ids.tobytes()] = text
            self.say("")
        else:
            self._drafts.pop(self._ids.tobytes(), None)
        self._refresh(text)

    def _refresh(self, text: str) -> None:
        """Let the button follow the text."""


class MessageComposer(Composer):
    """The public message: whom it reaches, exactly what leaves, and when."""

    _EMPTY = "Write the message first; nothing was sent."

    def __init__(self) -> None:
        send = parts.Primary("Send", "Ctrl+Enter", "Send the message")
        super().__init__(Field(), send)
        self._sentence = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(parts.INSET, 4, parts.INSET, 4)
        column.setSpacing(4)
        self._lines(column)
        column.addSpacing(4)
        self.field.setAccessibleName("Message to residents")
        self.field.setPlaceholderText("Write what residents will read")
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addSpacing(4)
        row = parts.row()
        self.foot = Elided("Exactly this text leaves")
        row.addWidget(self.foot)
        row.addStretch(1)
        row.addWidget(send)
        column.addLayout(row)
        self._refresh("")

    def _lines(self, column: QVBoxLayout) -> None:
        row = parts.row()
        self.title = PlainLabel("Message to residents", weight=theme.SEMIBOLD)
        row.addWidget(self.title)
        row.addWidget(parts.meta("M"))
        row.addStretch(1)
        self.hold = Elided()
        row.addWidget(self.hold)
        column.addLayout(row)
        line = parts.row()
        self._icon = parts.Glyph("mail", role="accent")
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self.reach = PlainLabel(pixels=theme.META, wrap=True)
        line.addWidget(self.reach, 1)
        column.addLayout(line)

    def allow(self, sentence: str, *, allowed: bool, hold: timedelta) -> None:
        """Say whom it reaches before anything is typed; where nothing can be sent, the field is closed."""
        self.reach.setText(sentence)
        seconds = round(hold.total_seconds())
        self.hold.setText(f"leaves {seconds} s after Send" if seconds else "leaves at once")
        self.hold.setVisible(allowed)
        self.foot.setText("Exactly this text leaves" if allowed else "Nothing can be sent")
        self._icon.show_icon("mail" if allowed else "alert")
        self.field.setEnabled(allowed)
        self.field.setPlaceholderText("Write what residents will read" if allowed else "")
        self.field.setAccessibleDescription(sentence)
        self._refresh(self.field.text())

    def _refresh(self, text: str) -> None:
        self.button.setEnabled(self.field.isEnabled() and bool(text.strip()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the accent edge."""
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, EDGE, self.height()), theme.colour(theme.current().accent))
        painter.end()


class NoteComposer(Composer):
    """The staff note, on its own ground."""

    _EMPTY = "Write the note first."

    def __init__(self) -> None:
        save = QPushButton("Save note")
        save.setProperty("compact", True)
        save.setAccessibleName("Save the staff note")
        super().__init__(StaffField(), save)
        column = QVBoxLayout(self)
        column.setContentsMargins(parts.INSET, 8, parts.INSET, 4)
        column.setSpacing(0)
        row = parts.row()
        row.addWidget(parts.Glyph("lock", role="staff_ink"))
        self._inks = [
            PlainLabel("Staff note", weight=theme.SEMIBOLD),
            PlainLabel("N", pixels=theme.META),
            Elided("staff only, never leaves the city"),
        ]
        row.addWidget(self._inks[0])
        row.addWidget(self._inks[1])
        row.addStretch(1)
        row.addWidget(self._inks[2])
        column.addLayout(row)
        below = QVBoxLayout()
        below.setContentsMargins(24 - StaffField.PAD, 0, 0, 0)
        below.setSpacing(4)
        self.field.setAccessibleName("Staff note, never leaves the city")
        self.field.setPlaceholderText("Write what only staff may read")
        below.addWidget(self.field)
        below.addWidget(self.problem)
        self._buttons = QWidget()
        buttons = parts.column(self._buttons)
        buttons.addWidget(save, 0, Qt.AlignmentFlag.AlignRight)
        below.addWidget(self._buttons)
        column.addLayout(below)
        self._refresh("")
        self.restyle()

    def allow(self, refusal: str) -> None:
        """Take the field from who may write no notes, with the reason in its place; "" gives it back."""
        if refusal or not self.field.isEnabled():
            self.say(refusal)
        self.field.setEnabled(not refusal)
        self.field.setVisible(not refusal)

    def restyle(self) -> None:
        """Take the staff ink from the theme in force."""
        ink = theme.current().staff_ink
        for label in (*self._inks, self.problem):
            label.setStyleSheet(f"color: {ink};")

    def _refresh(self, text: str) -> None:
        self._buttons.setVisible(bool(text.strip()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the staff ground and its edge."""
        p = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(p.staff))
        painter.fillRect(QRectF(0, 0, EDGE, self.height()), theme.colour(p.staff_edge))
        painter.end()
