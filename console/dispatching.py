"""Crews at the desk: the board and each crew's day are kept as they stand, and what is asked there becomes commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console import moving
from services.domain.values import Crew
from services.errors import Expected
from widgets.rail import quoted

if TYPE_CHECKING:
    from console.window import Window
    from services.store.crew_letters import CrewLetter
    from widgets.crews.pane import CrewsPane

PENDING = "is:unassigned"
_Lists = dict[int, tuple[int, ...]]


class Dispatching(QObject):
    """Owned by the window. Nothing is read until crews are looked at."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.desk = window, window.desk
        self.pane: CrewsPane | None = None
        self.crew_id = 0
        """Whose day is looked at."""
        self.day: date | None = None
        """The day that is looked at; None: today."""
        self._lists: _Lists = {}
        self._planned: _Lists = {}
        """What stands on each crew's lists of today and later, whichever day is looked at."""
        self._letters: dict[int, CrewLetter] = {}
        self._read_for: date | None = None
        self._under_way = 0
        """Commands on the way: until they are done the list stands as they will leave it."""
        self.desk.renewed.connect(self._renew)
        self.desk.selection.changed.connect(self._show_board)

    # what is looked at

    @property
    def shown_day(self) -> date:
        """The day that is looked at, by the city's clock."""
        return self.day or self._today

    @property
    def _today(self) -> date:
        return self.desk.now().astimezone(self.desk.settings.timezone).date()

    @property
    def is_seen(self) -> bool:
        """Whether board or day is on screen."""
        return self.pane is not None and self.pane.isVisible()

    @property
    def crews(self) -> tuple[Crew, ...]:
        """Crews that can be sent out, by name."""
        return tuple(c for c in self.desk.last_state.crews if c.active) if self.desk.last_state else ()

    @property
    def crew(self) -> Crew | None:
        """Whose day is looked at."""
        shown = self.pane is not None and self.pane.shows_day
        return next((c for c in self.crews if c.id == self.crew_id), None) if shown else None

    def toggle(self) -> None:
        """Ctrl+2: the board, with the requests that no crew has in the list; again, the request that was there."""
        if self.is_seen and self.pane is not None and self.pane.isAncestorOf(QApplication.focusWidget() or self.window):
            self.window.focus_detail()
            return
        pane = self._made()
        pane.show_board()
        self.window.panes.show_right(pane)
        self._renew()
        moving.focus_in(self.window, pane.board.list)

    def _made(self) -> CrewsPane:
        if self.pane is None:
            from widgets.crews.pane import CrewsPane

            pane = self.pane = CrewsPane()
            board, day = pane.board, pane.day
            pane.escaped.connect(self.window.focus_queue)
            board.list.dropped.connect(lambda crew, ids: self.window.acts.assign(ids, crew))
            board.list.opened.connect(self.open_day)
            board.pending_wanted.connect(lambda: self.window.show_query(PENDING))
            board.edit_wanted.connect(lambda: self.window.run(self.window.registry["crews.edit"]))
            day.left.connect(self.leave_day)
            day.day_wanted.connect(self.turn_to)
            day.command_wanted.connect(lambda command: self.window.run(self.window.registry[command]))
            day.waiting_wanted.connect(self._show_waiting)
            day.stops.ordered.connect(lambda ids: self.plan(lambda _: ids))
            day.stops.opened.connect(self._look_at)
            day.stops.selectionModel().selectionChanged.connect(lambda *_: self._select())
            moving.give_list_keys(self.window, pane)
        if self.window.map is not None:
            self.pane.day.map.set_base(self.window.map.canvas.base)
        return self.pane

    def open_day(self, crew_id: int) -> None:
        """Look at the day of a crew."""
        pane = self._made()
        self.crew_id = crew_id
        pane.show_day()
        self.window.panes.show_right(pane)
        moving.focus_in(self.window, pane.day)
        self._renew()

    def leave_day(self) -> None:
        """Back to all crews."""
        pane = self._made()
        self.day = None
        pane.show_board()
        self._renew()
        moving.focus_in(self.window, pane.board.list)

    def turn_to(self, day: date) -> None:
        """Look at another day."""
        self.day = None
        self.day = None if day == self.shown_day else day
        self._renew()

    # what is shown

    def _renew(self) -> None:
        """Read the lists of the day anew, while somebody sees them."""
        if self.is_seen:
            day, today = self.shown_day, self._today
            self.desk.ask(
                lambda side: (side.stops(day), side.planned(today), side.letters(day)),
                lambda read: self._show(day, *read),
                "stops",
                self._not_read,
            )

    def _not_read(self, problem: Expected) -> None:
        """What was read before stays, with its day; where nothing was, that is said."""
        self.window.show_problem(problem)
        if self._read_for is None and self.pane is not None:
            self.pane.board.show_absent()
        elif self._read_for is not None and self.shown_day != self._read_for:
            self.day = None if self._read_for == self._today else self._read_for
            self.window.toasts.say("That day's lists are at the server; they can be shown when it answers")

    def _show(self, day: date, lists: _Lists, planned: _Lists, letters: dict[int, CrewLetter]) -> None:
        if day == self.shown_day and not self._under_way:
            self._lists, self._planned, self._letters, self._read_for = lists, planned, letters, day
            self._show_board()
            self._show_day()

    def _show_board(self) -> None:
        found, pane = self.desk.last_found, self.pane
        if found is not None and pane is not None and self.is_seen and not pane.shows_day:
            from console import crewlines

            lists = self._lists, self._planned
            lines = crewlines.board_lines(self.desk, found, self.crews, *lists, self.shown_day)
            pane.board.show_lines(lines, found.counts.get("unassigned", 0))

    def _show_day(self) -> None:
        found, pane, crew = self.desk.last_found, self.pane, self.crew
        if found is not None and pane is not None and crew is not None:
            from console import crewlines

            lists = self._lists, self._planned
            lines = crewlines.day_lines(self.desk, found, crew, *lists, self.shown_day, self.letter)
            pane.day.show_day(lines)

    @property
    def listed(self) -> tuple[int, ...]:
        """The requests on the list that is looked at, in order."""
        return self._lists.get(self.crew_id, ()) if self._read_for == self.shown_day else ()

    @property
    def letter(self) -> CrewLetter | None:
        """The last letter to the crew about the day that is looked at."""
        return self._letters.get(self.crew_id) if self._read_for == self.shown_day else None

    # what is asked for

    def plan(self, wanted: Callable[[list[int]], Sequence[int]]) -> None:
        """Make the list what `wanted` makes of it: one command, shown at once."""
        crew, day, seen = self.crew, self.shown_day, list(self.listed)
        if crew is None:
            return
        if self._read_for != day:  # midnight, say
            self.window.bar.say("The list of this day is being read.", "Try again in a moment.", problem=False)
            self._renew()
            return
        crew_id, ids = crew.id, list(wanted(seen))
        if ids == seen:
            self.window.bar.say("The list is so already.", "Move a job, or put one on it.", problem=False)
            return

        def ended(_: object) -> None:
            self._under_way -= 1
            self._renew()

        from services.store import days

        self._under_way += 1
        if len(ids) <= days.MOST:
            self._lists[crew_id] = tuple(ids)
            self._show_day()
        self.desk.act(lambda acting: days.plan(acting, crew_id, day, ids, seen), ended, ended)

    def add_selected(self) -> None:
        """Put what is selected in the queue at the end of the list."""
        chosen = self.desk.selection.ids.tolist()
        self.plan(lambda ids: list(dict.fromkeys([*ids, *chosen])))

    def take_off(self) -> None:
        """Take what is selected on the list off it."""
        chosen = set(self.chosen)
        self.plan(lambda ids: [i for i in ids if i not in chosen])

    def shift(self, by: int) -> None:
        """Move what is selected on the list up or down."""
        if self.pane is not None:
            self.pane.day.stops.shift(by)

    @property
    def chosen(self) -> list[int]:
        """What is selected on the list that is looked at."""
        return self.pane.day.stops.chosen if self.crew is not None and self.pane is not None else []

    def suggest(self) -> None:
        """Put what is still to do in an order that is short to drive; of a long list it takes a while to find."""
        from console import crewlines

        crew, found, listed = self.crew, self.desk.last_found, self.listed
        if crew is None or found is None:
            return
        place = crewlines.start(self.desk, crew, self.shown_day)

        def work() -> list[int]:
            return crewlines.suggested(found.snapshot, listed, place)

        def take(order: list[int]) -> None:
            if self.crew is not None and self.crew.id == crew.id and self.listed == listed:
                self.plan(lambda _: order)

        self.desk.tasks.run("forecast", work, take, self.window.show_problem, key="order of the day")

    def fill(self) -> None:
        """Put the most urgent of what waits for the crew on the list, up to what it can do in a day."""
        from console import crewlines

        crew, found = self.crew, self.desk.last_found
        if crew is not None and found is not None:
            planned = self._planned.get(crew.id, ())
            self.plan(lambda ids: crewlines.filled(found.snapshot, ids, planned, crew))

    def mail(self) -> None:
        """Send the crew its day by e-mail."""
        from services.store import crew_letters

        crew_id, day = self.crew_id, self.shown_day
        self.desk.act(lambda acting: crew_letters.send_day(acting, crew_id, day), lambda _: self._renew())

    def keep_mail(self) -> None:
        """Take back an e-mail that has not left."""
        from services.store import crew_letters

        crew_id, day = self.crew_id, self.shown_day
        self.desk.act(lambda acting: crew_letters.take_back(acting, crew_id, day), lambda _: self._renew())

    def _show_waiting(self) -> None:
        if (crew := self.crew) is not None:
            self.window.show_query(f"crew:{quoted(crew.name)} status:open")

    def _look_at(self, request_id: int) -> None:
        self.desk.selection.set((request_id,))
        self.window.focus_detail()

    def _select(self) -> None:
        """One selection: what is chosen on the list is chosen in the queue and on the map."""
        if chosen := self.chosen:
            self.desk.selection.set(tuple(chosen))
