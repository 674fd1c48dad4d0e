"""The chances to miss the due time, of the request that is read and of the queue; reckoned in a thread of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.storeside import Found, StoreSide
    from console.window import Window
    from services.domain.detail import Detail
    from services.queue.snapshot import Snapshot
    from services.supervise.chances import Told
    from services.supervise.forecast import Due, Forecast
    from services.supervise.risks import Risks

T = TypeVar("T")
Foreseen = tuple[list[tuple["Due", str]], str]
"""Windows, each with the query of what falls due in it; and why there is no number, "" where there is one."""
HOURS = (4, 24, 72)
FRESH_MS = 60_000
"""So long what was reckoned is enough for one request, though the list has changed since."""
SOON_MS = 15_000
"""So long the queue's risks stand though the list has changed since; while it is the same, as long as one request's."""


class Foreseeing(QObject):
    """Owned by the window; whoever wants a forecast takes it here, so that it is reckoned once."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._made: Forecast | None = None
        """Of the forecast's thread alone."""
        self._shown = 0
        self._head, self._asked_ms = -1, 0
        """Of which list, and when, the queue's risks were last asked for."""
        self._desk.found.connect(self._look_at_queue)
        window.queue.table.arranged.connect(self._turned)
        self._desk.detail.connect(self._look)

    def ask(self, then: Callable[[T], None], say: Callable[[Forecast], T], key: str, known: int = 0) -> None:
        """Give `then` what `say` makes of a forecast; of a key only the newest counts.

        It is one for the list as it is, or a few minutes old where that is enough: for the request `known`.
        """
        found = self._desk.last_found
        if found is not None:
            snapshot, now = found.snapshot, int(self._desk.now().timestamp() * 1000)
            work = partial(self._reckon, snapshot, now, known)
            self._desk.tasks.run("forecast", lambda: say(work()), then, self._window.show_problem, key)

    def foresee(self, within: str, then: Callable[[Foreseen], None]) -> None:
        """What is expected of the next hours, of the requests that the words find: services and areas."""

        def say(made: Forecast) -> Foreseen:
            from services.queue.masks import facets
            from services.queue.words import parse
            from services.supervise.chances import short

            only = facets(made.snapshot, parse(within).terms, moment).take(made.snapshot.facet)
            dues = [made.within(hours, only) for hours in HOURS]
            return [(due, f"{within} {due.query}".strip()) for due in dues], short(made)

        from services.queue.words import Moment

        moment = Moment(self._desk.now(), self._desk.settings.timezone)
        self.ask(then, say, "foreseen")

    def show_riskiest(self, query: str) -> None:
        """Show what a query finds in the queue, what is likeliest to miss its due time first."""
        table = self._window.queue.table
        if "risk" not in table.arrangement.names:
            table.arrange(table.arrangement.toggled("risk"))
        self._window.sort((("risk", True), ("due", False)))
        self._window.show_query(query)

    @property
    def _is_wanted(self) -> bool:
        """Whether the queue shows risks, is in their order, or filtered by them."""
        from services.queue.words import parse

        names = {*self._window.queue.table.arrangement.names, *dict(self._window.order)}
        return "risk" in names or ("risk" in self._desk.query and parse(self._desk.query).asks_risk)

    def _turned(self) -> None:
        if self._desk.last_found is not None:
            self._look_at_queue(self._desk.last_found)

    def _look_at_queue(self, found: Found) -> None:
        """Let the list hold its risks, where they are wanted and those that it holds are old."""
        if not self._is_wanted:
            return
        now, head = int(self._desk.now().timestamp() * 1000), found.snapshot.head
        if 0 <= now - self._asked_ms < (FRESH_MS if head == self._head else SOON_MS):
            return
        self._head, self._asked_ms = head, now
        self.ask(self._hold, _risks, "risks")

    def _hold(self, made: Risks) -> None:
        def hold(side: StoreSide) -> None:
            side.risks = made

        self._desk.ask(hold, lambda _: self._desk.refresh(), "foreseen risks")

    def _reckon(self, snapshot: Snapshot, now_ms: int, known: int) -> Forecast:
        from services.supervise.forecast import forecast

        old = self._made
        is_fresh = old is not None and 0 <= now_ms - old.now_ms < FRESH_MS
        if (
            old is None
            or not is_fresh
            or not (old.snapshot.head == snapshot.head or (known and old.snapshot.row_of(known) >= 0))
        ):
            old = self._made = forecast(snapshot, now_ms)
        return old

    def _look(self, detail: Detail | None) -> None:
        pane = self._window.detail
        if detail is None or len(self._desk.selection.ids) > 1:
            self._shown = 0
            pane.show_chance("", "")
            return
        request = detail.request
        if request.id != self._shown or not request.status.is_open:
            pane.show_chance("", "")
        self._shown = request.id
        if request.status.is_open and request.due_at is not None and request.due_at > self._desk.now():
            self._tell(request.id)

    def _tell(self, request_id: int) -> None:
        def say(made: Forecast) -> Told:
            from services.supervise.chances import told

            return told(made, request_id)

        def show(said: Told) -> None:
            if request_id == self._shown:
                self._window.detail.show_chance(said.chance, said.why)

        self.ask(show, say, "chance", request_id)


def _risks(made: Forecast) -> Risks:
    from services.supervise.risks import risks

    return risks(made)
