"""How urgent it is: short questions, each with what a yes brings about beside it; nothing has to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from services.domain.urgency import UrgencyAnswer, UrgencyQuestion, consequence, needed_within
from widgets.call.oneof import OneOf
from widgets.detail import parts
from widgets.plain import PlainLabel

_ANSWERS = (("no", "No"), ("yes", "Yes"))


class _Asked(QWidget):
    """One question."""

    def __init__(self, asked: UrgencyQuestion) -> None:
        super().__init__()
        self.asked = asked
        self.choice = OneOf(asked.question, _ANSWERS, optional=True)
        self.effect = parts.Problem()
        """What a yes brings about."""
        words = PlainLabel(asked.question, wrap=True)
        words.setMinimumWidth(1)
        line = parts.row()
        line.addWidget(words, 1)
        line.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        column = parts.column(self, spacing=4)
        column.addLayout(line)
        column.addWidget(self.effect)

    def show_effect(self, sla_hours: float | None) -> None:
        """Say what the answer brings about, to the eye and to a screen reader."""
        said = consequence(self.asked, sla_hours) if self.choice.value == "yes" else ""
        self.effect.say(said)
        for option in self.choice.options.values():
            option.setAccessibleDescription(said)


class Urgency(QWidget):
    """The city's questions, one under the other."""

    edited = Signal()

    def __init__(self, questions: Sequence[UrgencyQuestion] = ()) -> None:
        super().__init__()
        self._sla_hours: float | None = None
        self.rows = [_Asked(question) for question in questions]
        column = parts.column(self, spacing=4)
        column.addSpacing(4)
        for row in self.rows:
            row.choice.changed.connect(self._answered)
            column.addWidget(row)
        if self.rows:
            self.setFocusProxy(self.rows[0].choice)

    def _answered(self) -> None:
        self._show_effects()
        self.edited.emit()

    def _show_effects(self) -> None:
        for row in self.rows:
            row.show_effect(self._sla_hours)

    def set_target(self, sla_hours: float | None) -> None:
        """Within what time the service is done anyway, in hours; None where there is no target."""
        if sla_hours != self._sla_hours:
            self._sla_hours = sla_hours
            self._show_effects()

    def answers(self) -> dict[str, bool]:
        """What is answered, by question."""
        return {row.asked.question: row.choice.value == "yes" for row in self.rows if row.choice.value}

    def set_answers(self, answers: Mapping[str, bool]) -> None:
        """Put answers in; nobody has given them now."""
        for row in self.rows:
            said = answers.get(row.asked.question)
            row.choice.set_value("" if said is None else "yes" if said else "no")
        self._show_effects()

    def needed_within(self) -> float | None:
        """Hours within which it is needed, as it is answered; None where that says nothing."""
        return needed_within([UrgencyAnswer(row.asked, row.choice.value == "yes") for row in self.rows])
