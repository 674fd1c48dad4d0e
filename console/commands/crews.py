"""What is done about crews: the board, each crew's day and its order, and editing who there is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.commands.looking import chosen
from console.commands.registry import Command
from console.commands.requests import may
from console.crewedit import edit_crews
from services.domain.workflow import Action

if TYPE_CHECKING:
    from console.window import Window


def _no_day(window: Window) -> str:
    if missing := may(Action.ASSIGN, chosen=False)(window):
        return missing
    return "" if window.crews.crew is not None else "Look at a crew’s day first: Ctrl+2, then Enter on a crew."


def _no_job(window: Window) -> str:
    return _no_day(window) or ("" if window.crews.listed else "No job is on the list.")


def _none_chosen(window: Window) -> str:
    return _no_day(window) or ("" if window.crews.chosen else "Choose a job on the crew’s list first.")


def _none_to_add(window: Window) -> str:
    return may(Action.ASSIGN)(window) or _no_day(window)


def _no_mail(window: Window) -> str:
    if missing := _no_job(window):
        return missing
    crew = window.crews.crew
    return "" if crew and crew.email else "The crew has no e-mail address: “Edit the crews…” gives it one."


def _no_letter(window: Window) -> str:
    if missing := _no_day(window):
        return missing
    letter = window.crews.letter
    return "" if letter is not None and letter.state == "queued" else "No e-mail to the crew waits."


def _paper(what: str, window: Window) -> None:
    """What prints is imported when it is wanted."""
    from console import printing

    getattr(printing, what)(window)


CREWS: tuple[Command, ...] = (
    Command("crews.board", "Crew board", "Every crew with its jobs of the day; drop requests on one.",
            ("Ctrl+2",), lambda w: w.crews.toggle(), may(Action.ASSIGN, chosen=False)),
    Command("crews.edit", "Edit the crews…", "What each takes, where and when it works, and how many jobs a day.", (),
            edit_crews, may(Action.ASSIGN, chosen=False)),
    Command("day.add", "Put on the crew’s list", "The selected requests, at the end of the day that is looked at.",
            ("L",), lambda w: w.crews.add_selected(), _none_to_add),
    Command("day.off", "Take off the crew’s list", "The chosen jobs stay with the crew.", ("Delete",),
            lambda w: w.crews.take_off(), _none_chosen),
    Command("day.up", "Job earlier", "Move the chosen jobs of the list up.", ("Alt+Up",),
            lambda w: w.crews.shift(-1), _none_chosen),
    Command("day.down", "Job later", "Move the chosen jobs of the list down.", ("Alt+Down",),
            lambda w: w.crews.shift(1), _none_chosen),
    Command("day.suggest", "Suggest the order of the day",
            "Nearest insertion, then 2-opt, over straight lines from where the crew sets out; never longer than it is.",
            (), lambda w: w.crews.suggest(), _no_job),
    Command("day.fill", "Fill up the crew’s day", "With the most urgent that wait for it, as many as it can do.", (),
            lambda w: w.crews.fill(), _no_day),
    Command("day.sheet", "Print the crew’s day…", "One page with every job of the day in order.", (),
            partial(_paper, "print_sheet"), _no_job),
    Command("day.pdf", "The crew’s day as a PDF…", "The same page into a file.", (),
            partial(_paper, "save_sheet"), _no_job),
    Command("day.mail", "E-mail the day to the crew", "Its list as it stands when it leaves, and can be taken back.",
            (), lambda w: w.crews.mail(), _no_mail),
    Command("day.mail_back", "Take the e-mail to the crew back", "While it has not left.", (),
            lambda w: w.crews.keep_mail(), _no_letter),
    Command("request.print", "Print work orders…", "One black-and-white page for each selected request.", ("Ctrl+P",),
            partial(_paper, "print_orders"), chosen),
    Command("request.pdf", "Work orders as a PDF…", "The same pages into a file.", (),
            partial(_paper, "save_orders"), chosen),
)  # fmt: skip
