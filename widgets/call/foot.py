"""The foot of a call: where the report goes, who is told and how, until when, and the button that files it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from services.domain.status import Channel
from services.domain.story import CHANNELS
from services.domain.values import Service
from widgets import theme
from widgets.call.channels import came
from widgets.call.draft import PhoneReportDraft
from widgets.call.reply import written_in
from widgets.detail import parts
from widgets.plain import PlainLabel, tip

NO_PIN = "No place on the map: it will be logged without one."


class Foot(QWidget):
    """Under a hairline."""

    filed = Signal()
    joined = Signal()
    """The caller is to be added to the likeliest duplicate."""

    def __init__(self) -> None:
        super().__init__()
        column = parts.column(self, spacing=8)
        column.setContentsMargins(parts.INSET, 12, parts.INSET, 12)
        self.goal = PlainLabel(pixels=theme.META, muted=True, wrap=True)
        column.addWidget(self.goal)
        row = parts.row()
        self.join = QPushButton("Add to 1 instead")
        self.join.setAccessibleName("Add the caller to the first possible duplicate instead")
        self.join.setToolTip("Alt+1")
        self.join.clicked.connect(self.joined)
        self.join.hide()
        self.due = parts.meta()
        self.file = parts.Primary("", "Ctrl+Enter", "", height=32)
        self._saving, self._deed = False, ""
        self.speak_of(Channel.PHONE.value)
        self.file.clicked.connect(self.filed)
        row.addWidget(self.join)
        row.addStretch(1)
        row.addWidget(self.due)
        row.addWidget(self.file)
        column.addLayout(row)

    def show_goal(self, draft: PhoneReportDraft, service: Service | None, needed: float | None = None) -> None:
        """Say what becomes of this draft when it is filed; `needed`: within so many hours, as the caller says."""
        unplaced = NO_PIN if draft.address and draft.lat is None else ""
        if service is None:
            self.goal.setText(unplaced)
            self.due.setText("")
            return
        where = (
            f"The report goes to “{service.upstream}”."
            if service.upstream
            else "The report stays at this desk; no upstream takes it."
        )
        self.goal.setText(" ".join(filter(None, (unplaced, where, told(draft)))))
        self.due.setText(due(min((h for h in (service.sla_hours, needed) if h is not None), default=None)))

    def set_keys(self, file: str, join: str) -> None:
        """The keys of both buttons; "" where there is none."""
        self.file.set_key(file)
        self.join.setToolTip(tip(join))

    def set_saving(self, on: bool) -> None:
        """Say that it is being saved, or offer again to log it."""
        self.file.setMinimumWidth(self.file.width() if on else 0)
        self._saving = on
        self._name()

    def speak_of(self, channel: str) -> None:
        """What is logged, by how it comes in: the value of a Channel."""
        self._deed = came(channel).deed
        self._name()

    def _name(self) -> None:
        self.file.setText("Saving…" if self._saving else self._deed)
        self.file.setAccessibleName(self.file.text())

    def offer_join(self, on: bool) -> None:
        """Whether there is a request that the caller may mean."""
        self.join.setVisible(on)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the hairline."""
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.colour(theme.current().hair))
        painter.end()


def told(draft: PhoneReportDraft) -> str:
    """Who is told when it changes, as the form stands."""
    who = draft.name or came(draft.channel).who
    if draft.do_not_call:
        return f"{_big(who)} is never called or written to."
    again = "" if not draft.asked_never else " That they asked never to be called or written to is taken back."
    return f"{_told(draft, who)}{again}"


def _told(draft: PhoneReportDraft, who: str) -> str:
    if not draft.consent or draft.reply == "none":
        return f"{_big(who)} is not told when it changes."
    if draft.reply == "phone" or not draft.email:
        if not draft.phone:
            return f"Nobody can be told: there is no way to reach {came(draft.channel).who}."
        return f"{_big(who)} is called back at {draft.phone}."
    way = CHANNELS.get(draft.reply or "email", "e-mail")
    return f"{_big(who)} is told by {way} {written_in(draft.language or 'en')}."


def due(hours: float | None) -> str:
    """Within what time the city means to be done, in words; "" where it has set none."""
    if hours is None:
        return ""
    if hours < 48:
        return f"due within {hours:.0f} h"
    return f"due within {hours / 24:.0f} d"


def _big(words: str) -> str:
    return words[:1].upper() + words[1:]
