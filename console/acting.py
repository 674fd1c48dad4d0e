"""What the window's wishes become: choosers, messages, notes, photos and calls, each one command of the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console import choosing
from console.alerting import Alerting
from console.arranging import Arranging
from console.auditing import Auditing
from console.away import Away
from console.commands import requests as doing
from console.foreseeing import Foreseeing
from console.importing import Importing
from console.keeping import Keeping
from console.meeting import Meeting
from console.persons import Persons
from console.promising import PUT_BACK, Promising
from console.proposing import Proposing
from console.routing import Routing
from console.taking import Taking
from console.usual import Usual
from console.waiting import Waiting
from console.weekly import Weekly
from services.domain.detail import Detail
from services.domain.statusmap import parse_state
from services.domain.values import Changes
from services.errors import Expected
from widgets.chooser import Chooser
from widgets.palette import CommandPalette
from widgets.picklist import Choice
from widgets.selection import as_ids

if TYPE_CHECKING:
    from console.spool import Work
    from console.window import Window
    from services.queue.snapshot import Ints
    from services.store.acting import Acting


class Acts:
    """Carries out what the panes ask for. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.desk = window.desk
        self.palette = CommandPalette(window)
        self.crews = Chooser(window, "Choose a crew")
        self.status_chooser = Chooser(window, "Choose a status")
        self.calls = Chooser(window, "Called back")
        self.colleagues = Chooser(window, "Hand over to")
        self.statuses = Chooser(window, "What each status tells the upstream")
        self.away: Away = Away(window)
        self.waiting: Waiting = Waiting(window)
        self.meeting: Meeting = Meeting(window)
        self.foreseeing: Foreseeing = Foreseeing(window)
        self.usual = Usual(window)
        self.alerting: Alerting = Alerting(window)
        self.arranging: Arranging = Arranging(window)
        self.taking: Taking = Taking(window)
        self.importing: Importing = Importing(window)
        self.persons: Persons = Persons(window)
        self.keeping: Keeping = Keeping(window)
        self.promising: Promising = Promising(window)
        self.auditing: Auditing = Auditing(window)
        self.proposing: Proposing = Proposing(window)
        self.weekly: Weekly = Weekly(window)
        self.routing: Routing = Routing(window)
        self.palette.chosen.connect(self._from_palette)
        self.backs: dict[str, Callable[[], None]] = {}
        """By the token of a toast, how to take back what stands in no request's history."""
        self._decided_on: dict[int, int] | None = None
        """What was seen when a chooser opened: what others change while it is open was not decided on."""
        self.crews.chosen.connect(lambda key: self._assign(self.desk.selection.ids, int(key), self._decided_on))
        self.status_chooser.chosen.connect(lambda key: self._set_status(key, self._decided_on))
        self.calls.chosen.connect(self.called_back)
        self.colleagues.chosen.connect(partial(doing.hand_over, window))
        detail = window.detail
        detail.status_wanted.connect(self.choose_status)
        detail.assign_wanted.connect(self._assign_wanted)
        detail.message_submitted.connect(self.send_message)
        detail.note_submitted.connect(self.add_note)
        detail.photo_wanted.connect(self.fetch_photo)
        detail.undo_wanted.connect(self.undo)
        detail.callers.called_back.connect(lambda: window.run(window.registry["request.called"]))
        detail.request_wanted.connect(self.open_number)
        detail.retry_wanted.connect(partial(doing.retry, window))
        detail.give_up_wanted.connect(partial(doing.give_up, window))
        window.toasts.undo_wanted.connect(self.undo)
        window.rail.dropped_on_crew.connect(lambda crew, ids: self.assign(ids, crew))

    def _from_palette(self, key: str) -> None:
        head, _, rest = key.partition(":")
        if rest and head == "assign":
            self.assign(self.desk.selection.ids, int(rest))
        elif rest and head == "status":
            self.set_status(rest)
        else:
            self.window.run(self.window.registry[key])

    # crews

    def choose_crew(self) -> None:
        """Offer the crews, the best first: A, then Enter takes it."""
        self._decided_on = self._seen(self.desk.selection.ids)
        made = choosing.crew_candidates(self.desk)
        current = self.desk.current.request.crew if self.desk.current and len(self.desk.selection.ids) == 1 else None
        self.crews.open_with(choosing.crew_choices(made, current), self._about("Assign"), self.window.queue)

    def _assign_wanted(self, crew: int) -> None:
        if crew:
            self.assign(self.desk.selection.ids, crew)
        else:
            self.choose_crew()

    def assign(self, ids: Ints, crew: int) -> None:
        """Give these requests to a crew (0: to nobody), and go to the next row."""
        self._assign(ids, crew, self._seen(ids))

    def _assign(self, ids: Ints, crew: int, seen: dict[int, int] | None) -> None:
        from console.spool import Assignment

        work = Assignment(ids.tolist(), crew or None, seen)
        self.waiting.do(work, self._advance, asks=True)

    def choose_colleague(self) -> None:
        """Offer whom the selection can be handed over to."""
        names = choosing.colleagues(self.desk)
        choices = [Choice(name, name, icon="person") for name in names]
        self.colleagues.open_with(choices, self._about("Hand over to"), self.window.queue)

    # statuses

    def choose_status(self) -> None:
        """Offer what the selection may become, and say what each tells the outside."""
        self._decided_on = self._seen(self.desk.selection.ids)
        draft = self.window.draft_message()
        made = choosing.status_offers(self.desk, has_message=bool(draft))
        title = self._about("Status") + (", with the message you have written" if draft else ", without a message")
        self.status_chooser.open_with(choosing.status_choices(made), title, self.window.queue)

    def set_status(self, key: str) -> None:
        """Set a status or an outcome, with the message that is being written, and go to the next row."""
        self._set_status(key, self._seen(self.desk.selection.ids))

    def _set_status(self, key: str, seen: dict[int, int] | None) -> None:
        from console.spool import Turn

        status, outcome = parse_state(key)
        ids = self.desk.selection.ids
        message = self.window.detail.message.take_draft(ids)
        work = Turn(ids.tolist(), status, outcome, message, seen)
        self.waiting.do(work, self._advance, partial(self._give_back_message, ids, message), asks=True)

    def merge(self) -> None:
        """Close what is selected as duplicates of the one looked at; their reporters get what is being written."""
        from services.store.merging import merge

        ids, into = self.desk.selection.ids, self.desk.selection.current
        others = ids[ids != into].tolist()
        message = self.window.detail.message.take_draft(ids)

        def work(acting: Acting) -> Changes:
            return merge(acting, others, into, message)

        self.desk.act(work, lambda _: self.desk.selection.set((into,)), partial(self._give_back_message, ids, message))

    def unmerge(self) -> None:
        """Take apart what was merged last: what is looked at from the one it was merged into, or another from it."""
        from services.store.merging import operation_of
        from services.store.undo import undo

        current = self.desk.selection.current
        self.desk.act(lambda acting: undo(acting, operation_of(acting, current)))

    def open_number(self, number: str) -> None:
        """Look at the request with this number, whether the list shows it or not."""
        self.desk.ask(lambda side: side.request_id(number), lambda found: self.desk.selection.set((int(str(found)),)))

    # messages and notes

    def send_message(self, text: str, ids: Ints) -> None:
        """Queue a message to the reporters of these requests."""
        from console.spool import Message

        self.waiting.do(
            Message(ids.tolist(), text, self._seen(ids)),
            lambda _: self.window.focus_queue(),
            partial(self._give_back_message, ids, text),
        )

    def _give_back_message(self, ids: Ints, text: str, problem: Expected) -> None:
        if text:
            self.window.detail.give_back_message(ids, text, str(problem))

    def add_note(self, text: str, ids: Ints) -> None:
        """Write a note that only staff may read."""
        from console.spool import Note

        self.waiting.do(
            Note(ids.tolist(), text),
            lambda _: self.window.focus_queue(),
            lambda problem: self.window.detail.give_back_note(ids, text, str(problem)),
        )

    def undo_last(self) -> None:
        """Take back the last thing this person did, whatever it was, once what is under way is done."""
        self.desk.tasks.run("store", lambda: None, lambda _: self._undo_newest(), self.window.show_problem)

    def _undo_newest(self) -> None:
        from services.store.undo import undo

        token = self.window.toasts.take_newest()
        if not self._undo_apart(token):
            self.desk.act(undo, otherwise=lambda _: self.window.toasts.offer(token))

    def undo(self, operation: str) -> None:
        """Take one operation back, as its toast offers."""
        from services.store.undo import undo

        if not self._undo_apart(operation):
            self.desk.act(lambda acting: undo(acting, operation))

    def _undo_apart(self, token: str) -> bool:
        """Take back what no request's history tells of: a call given up, targets, a crew; false for all else."""
        kind, _, which = token.partition(":")
        if back := self.backs.pop(token, None):
            back()
        elif kind == "call":
            self.window.intake.bring_back(which)
        elif kind == PUT_BACK:
            self.promising.put_back(int(which))
        else:
            return False
        self.window.toasts.take_back(token)
        return True

    # calls back

    def ask_called(self) -> None:
        """Ask what came of calling those of this request who wait for a call."""
        current = self.desk.current
        if current is not None:
            self.calls.open_with(choosing.call_choices(current), "Called back", self.window.queue)

    def called_back(self, key: str) -> None:
        """Note that a caller was reached, not reached, or is not to be called, and go to the next row."""
        from services.store.calls import Result, called_back

        result, _, caller = key.partition(":")
        then = None if result == Result.MISSED else self._advance
        self.desk.act(lambda acting: called_back(acting, int(caller), Result(result)), then)

    # photos

    def fetch_photo(self, url: str) -> None:
        """Fetch a photo in the network's thread; the pane decodes it in a worker of its own."""
        detail, city = self.window.detail, self.window.city
        upstream = self.desk.current.request.upstream if self.desk.current else ""
        states = self.desk.last_state.upstreams if self.desk.last_state else ()
        self.desk.tasks.run(
            "network",
            lambda: city.fetch_photo(url, upstream, states),
            lambda data: detail.set_photo(url, data),
            lambda problem: detail.set_photo_problem(url, str(problem)),
        )

    # helpers

    def take_back_message(self, work: Work) -> None:
        """A status that is to be set after all takes its message along, which had been given back to the field."""
        from console.spool import Turn

        if isinstance(work, Turn) and (message := work.message):
            ids = as_ids(work.ids)
            left = self.window.detail.message.take_draft(ids)
            if left != message:
                self.window.detail.give_back_message(ids, left, "")

    def _seen(self, ids: Ints) -> dict[int, int] | None:
        """The version of the request in the detail pane, so that a stale write is refused; one's own last is none."""
        current: Detail | None = self.desk.current if self.desk.is_current else None
        alone = current is not None and len(ids) == 1 and int(ids[0]) == current.request.id
        return {current.request.id: current.request.version} if current and alone else None

    def _advance(self, _: Changes) -> None:
        self.window.focus_queue()
        self.window.queue.advance()

    def _about(self, what: str) -> str:
        count = len(self.desk.selection.ids)
        return f"{what}: {count:,} requests" if count > 1 else what
