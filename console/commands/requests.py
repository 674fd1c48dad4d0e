"""What is done to requests: assign, set the status, message, note, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.commands.registry import Command
from services.domain.workflow import ACTION_ROLES, Action, names

if TYPE_CHECKING:
    from console.window import Window


def may(action: Action, *, chosen: bool = True) -> Callable[[Window], str]:
    """Enabled when the role allows the action and (if `chosen`) a request is selected."""

    def disabled(window: Window) -> str:
        if not ACTION_ROLES[action] & window.desk.actor.roles:
            return f"Only a {names(sorted(ACTION_ROLES[action]))} may do this."
        return "Choose a request first." if chosen and not len(window.desk.selection.ids) else ""

    return disabled


def _message_disabled(window: Window) -> str:
    missing = may(Action.MESSAGE)(window)
    if missing:
        return missing
    from console import choosing

    deaf = choosing.without_updates(window.desk)
    if deaf is None:
        return ""
    where = f"“{deaf.upstream}” takes no updates" if deaf.upstream else "This request lives at this desk only"
    return f"{where}; write a staff note instead."


def _merge_disabled(window: Window) -> str:
    if missing := may(Action.MERGE)(window):
        return missing
    several = len(window.desk.selection.ids) > 1
    return "" if several else "Select all that are the same, and look at the one to keep."


def _unmerge_disabled(window: Window) -> str:
    if missing := may(Action.UNDO)(window):
        return missing
    current = window.desk.current
    tied = current is not None and bool(current.merged_into or current.merged)
    return "" if tied else "It is merged with no other request."


def _photos_disabled(window: Window) -> str:
    current = window.desk.current
    if current is None:
        return "Choose a request first."
    return "" if current.request.media_urls else "Nobody has sent a photo of it."


def _called_disabled(window: Window) -> str:
    if missing := may(Action.MESSAGE)(window):
        return missing
    current = window.desk.current
    return "" if current is not None and current.to_call else "Nobody of this request is to be called back."


def _hand_over_disabled(window: Window) -> str:
    if missing := may(Action.CLAIM)(window):
        return missing
    from console import choosing

    return "" if choosing.colleagues(window.desk) else "Nobody else has worked here yet."


def claim(window: Window) -> None:
    """Take what is selected."""
    from console.spool import Claim

    window.acts.waiting.do(Claim(window.desk.selection.ids.tolist()), asks=True)


def hand_over(window: Window, name: str) -> None:
    """Give what is selected to a colleague; "" lets go of it."""
    from console.spool import Handing

    window.acts.waiting.do(Handing(window.desk.selection.ids.tolist(), name), asks=True)


def let_go(window: Window) -> None:
    """Leave what is selected to whoever claims it next."""
    hand_over(window, "")


def undo(window: Window) -> None:
    """Take back the last thing this person did; where that was giving a call up, the call comes back."""
    window.acts.undo_last()


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
        lambda w: w.acts.choose_crew(),
        may(Action.ASSIGN),
    ),
    Command(
        "request.propose",
        "Propose crews…",
        "A crew for each of the selected requests, balanced over all of them; accept all of it, a part, or nothing.",
        ("Shift+A",),
        lambda w: w.acts.proposing.ask(),
        may(Action.ASSIGN),
    ),
    Command(
        "request.status",
        "Set the status…",
        "Choose a status or an outcome; each says what the resident will see.",
        ("S",),
        lambda w: w.acts.choose_status(),
        may(Action.NOTE),
    ),
    Command(
        "request.claim",
        "Claim",
        "Look after the selected requests yourself; colleagues see it, and they stand under My work.",
        ("C",),
        claim,
        may(Action.CLAIM),
    ),
    Command(
        "request.hand_over",
        "Hand over to…",
        "Give the selected requests to a colleague; what another has, only who dispatches may give.",
        ("H",),
        lambda w: w.acts.choose_colleague(),
        _hand_over_disabled,
    ),
    Command(
        "request.let_go",
        "Let go",
        "Look after the selected requests no longer; whoever wants may claim them.",
        ("Shift+C",),
        let_go,
        may(Action.CLAIM),
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
        "request.unmerge",
        "Unmerge",
        "Take apart what was merged last: this request from the one it was merged into, or another from this one.",
        ("Shift+D",),
        lambda w: w.acts.unmerge(),
        _unmerge_disabled,
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
        may(Action.NOTE),
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
        "edit.undo",
        "Undo",
        "Take back the last thing you did, bulk included.",
        ("Ctrl+Z",),
        undo,
        may(Action.UNDO, chosen=False),
    ),
    Command(
        "edit.redo",
        "Redo",
        "Do again what was taken back.",
        ("Ctrl+Shift+Z",),
        redo,
        may(Action.UNDO, chosen=False),
    ),
)
