"""Crews for the whole selection at once: worked out in a thread of its own, shown, and assigned as far as accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from services.domain.values import Changes
from services.errors import Expected
from services.queue.snapshot import NONE, Ints, Snapshot
from widgets.proposal import Line, ProposalDialog

if TYPE_CHECKING:
    from console.window import Window
    from services.dispatch.history import Answers
    from services.dispatch.proposing import City
    from services.store.acting import Acting

MOST = 2_000
"""Of more requests the most urgent are looked at."""


class Made(NamedTuple):
    """A proposal as it is shown."""

    lines: list[Line]
    note: str
    head: int
    """How far the history had come that it was made from."""


class Proposing:
    """Makes proposals, shows them, and carries out what is accepted. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk
        self.dialog: ProposalDialog | None = None
        self._ids: Ints = np.empty(0, np.int64)
        self._head = 0

    def ask(self) -> None:
        """Propose crews for what is selected."""
        from services.dispatch.proposing import OBJECTIVE

        found = self.desk.last_found
        self._ids = self.desk.selection.ids
        if found is not None and not _free(found.snapshot, found.snapshot.rows_of(self._ids)).size:
            self.window.toasts.say("No crew to propose: all selected requests are closed or have a crew", "")
            return
        made = self.dialog = ProposalDialog(OBJECTIVE, self.window)
        made.accepted_some.connect(self._assign)
        made.again_wanted.connect(self._reckon)
        made.finished.connect(self._closed)
        made.open()
        self._reckon()

    def _closed(self) -> None:
        self.dialog = None

    def _reckon(self) -> None:
        self.desk.ask(lambda side: side.next_lists(), self._work_out, "proposal", self._cannot)

    def _work_out(self, lists: Mapping[int, Sequence[int]]) -> None:
        """With each crew's list of the day on which it works next: what stands there is of its load."""
        found, state = self.desk.last_found, self.desk.last_state
        if found is None or state is None:
            return
        snapshot, ids, now, zone = found.snapshot, self._ids, self.desk.now(), self.desk.settings.timezone

        url, tasks = self.desk.settings.store_url, self.desk.tasks

        def work() -> Made:
            from console.usual import answers
            from services.dispatch.history import learn
            from services.dispatch.load import jobs
            from services.dispatch.proposing import City

            loads = dict(zip((c.id for c in snapshot.crews), jobs(snapshot, lists, today=True), strict=True))
            given = answers(url, lambda: tasks.closing)
            rows = snapshot.rows_of(ids)
            services = [snapshot.services[i] for i in np.unique(snapshot.service_idx[rows]).tolist()]
            city = City(state.crews, loads, learn(snapshot, services, given), now, zone)
            return proposed(snapshot, rows, city, given)

        self.desk.tasks.run("forecast", work, self._show, self._cannot, key="proposal")

    def _show(self, made: Made) -> None:
        if self.dialog is not None:
            self._head = made.head
            self.dialog.show_lines(made.lines, made.note)

    def _cannot(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_problem(problem)

    def _assign(self, crews: Mapping[int, int]) -> None:
        head = self._head

        def work(acting: Acting) -> Changes:
            from services.store.giving_out import give_out

            return give_out(acting, crews, head)

        self.desk.act(work, lambda _: self._done(), self._refused)

    def _done(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _refused(self, problem: Expected) -> bool:
        """What somebody else changed meanwhile is said here, beside a proposal made anew."""
        if self.dialog is None:
            return False
        self.dialog.say_problem(problem, "Nothing was assigned. Have it proposed anew.")
        return True


def proposed(snapshot: Snapshot, rows: Ints, city: City, answers: Answers) -> Made:
    """Crews for those of these rows that are open and have none; of many, the most urgent."""
    from services.dispatch.history import signs_of
    from services.dispatch.proposing import Job, propose

    free = _free(snapshot, rows)
    due = np.where(snapshot.due_ms[free] == NONE, np.iinfo(np.int64).max, snapshot.due_ms[free])
    taken = free[np.argsort(due, kind="stable")][:MOST]
    jobs = [
        Job(
            int(snapshot.ids[row]),
            snapshot.services[snapshot.service_idx[row]],
            snapshot.areas[snapshot.area_idx[row]],
            snapshot.point(row),
            _moment(int(snapshot.due_ms[row])),
            signs_of(snapshot, row, answers),
        )
        for row in taken.tolist()
    ]
    lines = [
        Line(
            *(one.job.id, snapshot.numbers[row], one.job.service),
            snapshot.addresses[row] or one.job.area or "no place",
            *(one.crew.id if one.crew else 0, one.crew.name if one.crew else "", one.why),
        )
        for row, one in zip(taken.tolist(), propose(jobs, city), strict=True)
    ]
    lines.sort(key=lambda line: not line.crew_id)
    return Made(lines, _note(lines, len(rows), len(free)), snapshot.head)


def _free(snapshot: Snapshot, rows: Ints) -> Ints:
    """Those of these rows that are open and have no crew."""
    return rows[snapshot.is_open[rows] & (snapshot.crew_idx[rows] < 0)]


def _note(lines: Sequence[Line], asked: int, free: int) -> str:
    nobody = sum(not line.crew_id for line in lines)
    return " ".join(
        filter(
            None,
            (
                f"For {nobody:,} there is no crew; each says why." if nobody else "",
                f"{asked - free:,} of those selected are closed or have a crew." if asked > free else "",
                f"Only the {len(lines):,} most urgent are looked at." if len(lines) < free else "",
            ),
        )
    )


def _moment(ms: int) -> datetime | None:
    return None if ms == NONE else datetime.fromtimestamp(ms / 1000, UTC)
