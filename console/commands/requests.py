"""What is done to requests: assign, set the status, message, note, log a call, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.commands.registry import Command
from services.domain.workflow import ACTION_ROLES, Action

if TYPE_CHECKING:
    from console.window import Window


def _may(action: Action, *, chosen: bool = True) -> Callable[[Window], str]:
    """Enabled when the role allows the action and (if `chosen`) a request is selected."""

    def disabled(window: Window) -> str:
        if not ACTION_ROLES[action] & window.desk.settings.actor.roles:
            allowed = " or ".join(sorted(r.label for r in ACTION_ROLES[action]))
            return f"Only a {allowed} may do this."
        return "Choose a request first." if chosen and not len(window.desk.selection.ids) else ""

    return disabled


def _message_disabled(window: Window) -> str:
    missing = _may(Action.MESSAGE)(window)
    if missing:
        return missing
    from console import choosing

    deaf = choosing.without_updates(window.desk)
    if deaf is None:
        return ""
    where = f"“{deaf.upstream}” takes no updates" if deaf.upstream else "This request lives at this desk only"
    return f"{where}; write a staff note instead."


def _merge_disabled(window: Window) -> str:
    if missing := _may(Action.MERGE)(window):
        return missing
    several = len(window.desk.selection.ids) > 1
    return "" if several else "Select all that are the same, and look at the one to keep."


def _photos_disabled(window: Window) -> str:
    current = window.desk.current
    if current is None:
        return "Choose a request first."
    return "" if current.request.media_urls else "Nobody has sent a photo of it."


def _called_disabled(window: Window) -> str:
    if missing := _may(Action.MESSAGE)(window):
        return missing
    current = window.desk.current
    return "" if current is not None and current.to_call else "Nobody of this request is to be called back."


def _call_disabled(window: Window) -> str:
    return "" if window.call is not None else "No call is being taken down."


def _online_disabled(window: Window) -> str:
    if why := _call_disabled(window):
        return why
    return "" if window.intake.answering.where.places.online_host else "No [geocoder] is set in config.toml."


def _look_up_online(window: Window) -> None:
    if window.call is not None:
        window.intake.go_to(lambda call: call.address)
        window.intake.answering.where.ask_online(window.call)


def undo(window: Window) -> None:
    """Take back the last thing this person did; where that was giving a call up, the call comes back."""
    if window.intake.bring_back_newest():
        return
    from services.store.undo import undo as take_back

    window.desk.act(take_back)


def redo(window: Window) -> None:
    """Do again what was taken back last."""
    from services.store.undo import redo as do_again

    window.desk.act(do_again)


def retry(window: Window, item_id: str) -> None:
    """Have a refused or unknown item of the outbox tried again."""
    from services.store import outbox

    window.desk.act(lambda acting: outbox.retry(acting, item_id))


def give_up(window: Window, item_id: str) -> None:
    """Leave a refused or unknown item of the outbox as it is."""
    from services.store import outbox

    window.desk.act(lambda acting: outbox.give_up(acting, item_id))


REQUESTS: tuple[Command, ...] = (
    Command(
        "request.assign",
        "Assign a crew…",
        "Choose a crew for the selected requests; the first is suggested, with its reason.",
        ("A",),
        lambda w: w.choose_crew(),
        _may(Action.ASSIGN),
    ),
    Command(
        "request.status",
        "Set the status…",
        "Choose a status or an outcome; each says what the resident will see.",
        ("S",),
        lambda w: w.choose_status(),
        _may(Action.NOTE),
    ),
    Command(
        "request.merge",
        "Merge duplicates",
        "Close the selected requests as duplicates of the one looked at; its outcome reaches all their callers.",
        ("D",),
        lambda w: w.acts.merge(),
        _merge_disabled,
    ),
    Command(
        "request.message",
        "Message to the resident",
        "Write what the resident will read; it waits a few seconds, and Undo takes it back.",
        ("M",),
        lambda w: w.focus_message(),
        _message_disabled,
    ),
    Command(
        "request.note",
        "Staff note",
        "Write what only staff may read; it never leaves the city.",
        ("N",),
        lambda w: w.focus_note(),
        _may(Action.NOTE),
    ),
    Command(
        "request.called",
        "Called back…",
        "Say whether a caller who waits for a call was reached.",
        ("B",),
        lambda w: w.acts.ask_called(),
        _called_disabled,
    ),
    Command(
        "request.photos",
        "See the photos",
        "The photos of the request, as large as the window; arrows turn over.",
        ("P",),
        lambda w: w.see_photos(),
        _photos_disabled,
    ),
    Command(
        "call.new",
        "Log a call",
        "Take down a report by telephone; while one is being taken down, another.",
        ("Ctrl+N",),
        lambda w: w.intake.start(),
        _may(Action.LOG, chosen=False),
    ),
    Command(
        "call.next",
        "Next call",
        "Look at the next of the calls that are being taken down.",
        ("Ctrl+PgDown",),
        lambda w: w.intake.step(1),
        _call_disabled,
    ),
    Command(
        "call.previous",
        "Previous call",
        "Look at the call before this one.",
        ("Ctrl+PgUp",),
        lambda w: w.intake.step(-1),
        _call_disabled,
    ),
    Command(
        "call.urgency",
        "How urgent is it?",
        "Go to the questions of how urgent the report is; Y and N answer, Backspace takes the answer back.",
        ("Alt+U",),
        lambda w: w.intake.go_to(lambda call: call.urgency),
        _call_disabled,
    ),
    Command(
        "call.channel",
        "How the report comes in",
        "By telephone, at the counter, by e-mail or by web form: the arrows, or the first letter, choose.",
        ("Alt+W",),
        lambda w: w.intake.go_to(lambda call: call.channel),
        _call_disabled,
    ),
    Command(
        "call.online",
        "Look the address up online",
        "Send what stands under “Where” to the geocoder of [geocoder], and offer what it answers.",
        (),
        _look_up_online,
        _online_disabled,
    ),
    Command(
        "call.give_up",
        "Give this call up",
        "Let the call go without logging it; Undo brings it back.",
        ("Ctrl+Shift+Backspace",),
        lambda w: w.intake.give_up(),
        _call_disabled,
    ),
    Command(
        "edit.undo",
        "Undo",
        "Take back the last thing you did, bulk included.",
        ("Ctrl+Z",),
        undo,
        _may(Action.UNDO, chosen=False),
    ),
    Command(
        "edit.redo",
        "Redo",
        "Do again what was taken back.",
        ("Ctrl+Shift+Z",),
        redo,
        _may(Action.UNDO, chosen=False),
    ),
)
