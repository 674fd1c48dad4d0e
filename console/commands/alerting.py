"""What a person does about alerts: look at what one is about, answer for it, and say what is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.commands.registry import Command
from services.domain.workflow import Action

if TYPE_CHECKING:
    from console.window import Window


def _waiting(window: Window) -> str:
    return "" if window.acts.alerting.first is not None else "There is no alert that nobody has acknowledged."


def _may_acknowledge(window: Window) -> str:
    return _waiting(window) or window.acts.alerting.refusal(Action.ACKNOWLEDGE)


def _may_edit(window: Window) -> str:
    return window.acts.alerting.refusal(Action.EDIT_RULES)


ALERTING: tuple[Command, ...] = (
    Command("alert.show", "Show the alert's requests", "The queue, with what the newest alert is about.", (),
            lambda w: w.acts.alerting.show_first(), _waiting),
    Command("alert.acknowledge", "Acknowledge the alert", "Answer for the newest alert; everybody sees that you do.",
            (), lambda w: w.acts.alerting.acknowledge(), _may_acknowledge),
    Command("alert.history", "Alerts of the past…", "When each began, who acknowledged it, and when it was over.",
            (), lambda w: w.acts.alerting.ask_past()),
    Command("alert.rules", "Alert rules…", "Say what is watched, and who is told of it; tried on last month first.",
            (), lambda w: w.acts.alerting.ask(), _may_edit),
)  # fmt: skip
