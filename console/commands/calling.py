"""What is done to the calls that are being taken down: begin one, turn to another, log it, join it, give it up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.commands.registry import Command
from console.commands.requests import may
from services.domain.workflow import Action
from widgets.call.band import MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.window import Window


def _no_call(window: Window) -> str:
    return "" if window.call is not None else "No call is being taken down."


def _busy(window: Window) -> str:
    """Enabled for a call that is not just being saved."""
    return _no_call(window) or ("It is being saved." if window.call and window.call.saving else "")


def _unseen(window: Window) -> str:
    """Enabled for a call that is looked at."""
    return _busy(window) or ("" if window.call and window.call.isVisible() else "Look at the call first.")


def _not_offered(rank: int) -> Callable[[Window], str]:
    def disabled(window: Window) -> str:
        if missing := _unseen(window):
            return missing
        offered = len(window.call.band.found) if window.call else 0
        return "" if rank <= offered else f"No possible duplicate {rank} is offered."

    return disabled


def _online_disabled(window: Window) -> str:
    if why := _no_call(window):
        return why
    return "" if window.intake.answering.where.places.online_host else "No [geocoder] is set in config.toml."


def _look_up_online(window: Window) -> None:
    if window.call is not None:
        window.intake.go_to(lambda call: call.address)
        window.intake.answering.where.ask_online(window.call)


def _join(window: Window, rank: int) -> None:
    if window.call is not None:
        window.call.band.choose(rank)


def _file(window: Window) -> None:
    if window.call is not None:
        window.call.submit()


CALLING: tuple[Command, ...] = (
    Command("call.new", "Log a call", "Take down a report by telephone; while one is being taken down, another.",
            ("Ctrl+N",), lambda w: w.intake.start(), may(Action.LOG, chosen=False)),
    Command("call.next", "Next call", "Look at the next of the calls that are being taken down.", ("Ctrl+PgDown",),
            lambda w: w.intake.step(1), _no_call),
    Command("call.previous", "Previous call", "Look at the call before this one.", ("Ctrl+PgUp",),
            lambda w: w.intake.step(-1), _no_call),
    Command("call.file", "Log the call", "What is missing is said beside its field.",
            ("Ctrl+Enter",), _file, _unseen, in_call=True),
    *(Command(f"call.join_{rank}", f"Add the caller to possible duplicate {rank}",
              "Instead of logging another request; Undo brings the form back.", (f"Alt+{rank}",),
              partial(_join, rank=rank), _not_offered(rank), in_call=True)
      for rank in range(1, MOST + 1)),
    Command(
        "call.online",
        "Look the address up online",
        "Send what stands under “Where” to the geocoder of [geocoder], and offer what it answers.",
        (),
        _look_up_online,
        _online_disabled,
    ),
    Command("call.urgency", "How urgent is it?",
            "Go to the questions of how urgent the report is; Y and N answer, Backspace takes the answer back.",
            ("Alt+U",), lambda w: w.intake.go_to(lambda call: call.urgency), _no_call),
    Command("call.channel", "How the report comes in",
            "By telephone, at the counter, by e-mail or by web form: the arrows, or the first letter, choose.",
            ("Alt+W",), lambda w: w.intake.go_to(lambda call: call.channel), _no_call),
    Command("call.give_up", "Give this call up", "Let the call go without logging it; Undo brings it back.",
            ("Ctrl+Shift+Backspace",), lambda w: w.intake.give_up(), _busy),
)  # fmt: skip
