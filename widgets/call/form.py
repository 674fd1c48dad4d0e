"""The fields of a call: how they are laid out, and what is wrong said beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from services.domain.status import Channel
from services.domain.urgency import UrgencyQuestion
from widgets import theme
from widgets.call import channels
from widgets.call.band import MOST, Band
from widgets.call.clock import CallClock
from widgets.call.foot import Foot
from widgets.call.offers import OfferField
from widgets.call.questions import Question, Questions
from widgets.call.reply import Reply
from widgets.call.services import ServiceField
from widgets.call.urgency import Urgency
from widgets.detail import parts
from widgets.detail.area import OverlayArea
from widgets.detail.text import Field
from widgets.plain import PlainLabel
from widgets.surface import Surface

LABEL = 84
POINT = 172
"""Pixels in which "42.33410, -71.03620" can be read."""
FIELDS = ("phone", "name", "email", "service", "address", "point", "description")
_WHAT = FIELDS.index("service") + 1
ANSWER = "answer:"
LOW = 800
"""In a pane of fewer pixels lists are only shown where the keyboard is, so that all of it fits."""
ROOM = ((LOW, MOST), (700, 3), (0, 2))
"""How many possible duplicates there is room for in a pane of at least so many pixels."""


class Form(Surface):
    """Everything that can be filled in, above the foot."""

    def __init__(self, language: str, urgent: Sequence[UrgencyQuestion], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(400)
        self._errors: dict[str, parts.Problem] = {}
        self.phone, self.name, self.email = OfferField("Telephone number", 4), _line("Name"), _line("E-mail address")
        self.email.setPlaceholderText("E-mail address")
        self.point = _line("Latitude and longitude")
        self.point.setPlaceholderText("Latitude, longitude")
        self.point.setFixedWidth(POINT)
        self.service = ServiceField()
        self.address = OfferField("Address, cross streets or a landmark", 5, beside=self.point)
        self.address.line.setPlaceholderText("Address, cross streets, a park")
        self.questions, self.band = Questions(LABEL), Band()
        self.description = Field(least=2)
        self.urgency, self.reply = Urgency(urgent), Reply(language)
        self.channel = channels.chooser()
        self.head = PlainLabel("", pixels=theme.TITLE, weight=theme.SEMIBOLD)
        self.clock, self.saved = CallClock(), parts.meta()
        self.area, self.foot = OverlayArea(), Foot()
        self._lay_out()
        self.show_channel()

    def _lay_out(self) -> None:
        outer = parts.column(self)
        outer.addWidget(self.area, 1)
        body = QWidget()
        column = parts.column(body)
        column.setContentsMargins(0, 8, 0, 8)
        self._top(column)
        self._row(column, "Phone", {"phone": self.phone})
        self._row(column, "Name", {"name": self.name, "email": self.email})
        self._row(column, "What", {"service": self.service})
        self._row(column, "Where", {"address": self.address}, beside="point")
        column.addSpacing(12)
        column.addWidget(self.band)
        column.addWidget(self.questions)
        self._row(column, "In words", {"description": self.description}, gap=12)
        self._row(column, "Urgent?", {"urgency": self.urgency}, gap=12)
        self._row(column, "Reply", {"reply": self.reply}, gap=12)
        column.addStretch(1)
        self.area.setWidget(body)
        body.setAutoFillBackground(False)
        outer.addWidget(self.foot)

    def _top(self, column: QVBoxLayout) -> None:
        self.top = parts.row()
        self.top.setContentsMargins(parts.INSET, 0, parts.INSET, 0)
        self.top.addWidget(self.head)
        self.top.addWidget(self.clock)
        self.top.addStretch(1)
        self.top.addWidget(self.saved)
        self.top.addWidget(self.channel)
        column.addLayout(self.top)

    def _row(
        self, column: QVBoxLayout, label: str, fields: Mapping[str, QWidget], *, gap: int = 8, beside: str = ""
    ) -> None:
        """Fields side by side behind their label; what is wrong with each of them, and with `beside`, below."""
        column.addSpacing(gap)
        row, side = parts.row(0), parts.row(8)
        row.setContentsMargins(parts.INSET, 0, parts.INSET, 0)
        name = PlainLabel(label, muted=True)
        name.setFixedSize(LABEL, 32)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        below = parts.column(spacing=4)
        below.addLayout(side)
        for widget in fields.values():
            side.addWidget(widget, 1)
        for key in filter(None, (*fields, beside)):
            self._errors[key] = parts.Problem()
            below.addWidget(self._errors[key])
        row.addLayout(below, 1)
        column.addLayout(row)

    def set_channel(self, channel: str) -> None:
        """How it comes in: the value of a Channel."""
        self.channel.set_value(channel)
        self.show_channel()

    def show_channel(self) -> None:
        """Speak of a visitor where it is one, and of a caller where it is a call."""
        way = channels.came(self.channel.value)
        self.head.setText(way.head)
        self.clock.setHidden(self.channel.value != Channel.PHONE.value)
        self.setAccessibleName(way.head)
        self.description.setAccessibleName(f"What {way.who} says")
        self.reply.speak_of(way.who)
        self.foot.speak_of(self.channel.value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much at once as there is room for."""
        super().resizeEvent(event)
        self.band.show_most(next(most for least, most in ROOM if self.height() >= least))
        for field in (self.phone, self.address):
            field.fold(self.height() < LOW)

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong beside each field; {} when nothing is. The first one gets the keyboard.

        The fields are those of `FIELDS`, and "answer:CODE" for the answer to a question.
        """
        before, after = FIELDS[:_WHAT], FIELDS[_WHAT:]
        keys = (*before, *(f"{ANSWER}{row.asked.code}" for row in self.questions.rows), *after)
        for key in keys:
            self.say(key, errors.get(key, ""))
        if first := next((key for key in keys if errors.get(key)), ""):
            question = self._question(first)
            widget: QWidget = question.fields[0] if question and question.fields else getattr(self, first)
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.settle()
            self.area.ensureWidgetVisible(question or widget, 0, 40)

    def _question(self, key: str) -> Question | None:
        asked = (row for row in self.questions.rows if f"{ANSWER}{row.asked.code}" == key)
        return next(asked, None)

    def error(self, key: str) -> str:
        """What is said beside a field, "" when nothing is."""
        question = self._question(key)
        return question.problem.text() if question else self._errors[key].text()

    def say(self, key: str, sentence: str) -> None:
        """Say something beside a field (see `set_errors`); "" takes it away."""
        if question := self._question(key):
            question.say(sentence)
            return
        self._errors[key].say(sentence)
        widget: QWidget = getattr(self, key)
        widget.setAccessibleDescription(sentence)


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    return made
