"""Any order of planning, closing, undo and redo leaves each crew's days as plain lists say."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from services.domain.status import Outcome, Status
from services.errors import Conflict, Invalid
from services.store import commands, queries
from services.store.days import plan, stops
from services.store.undo import redo, undo
from tests.services.store.machines import FEW_STEPS, OnAStore
from tests.services.store.parts import pull, shown

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
DAYS = (MONDAY, TUESDAY)
MANY = 7


@dataclass
class Plan:
    """All lists, who has what, and what is closed."""

    lists: dict[tuple[int, date], list[int]] = field(default_factory=dict)
    crew_of: dict[int, int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def of(self, crew: int, day: date) -> list[int]:
        return self.lists.get((crew, day), [])

    def put(self, crew: int, day: date, wanted: list[int]) -> None:
        """A request stands on one list at most, and is that crew's."""
        for others in self.lists.values():
            others[:] = [i for i in others if i not in wanted]
        self.lists[crew, day] = list(wanted)
        self.crew_of |= dict.fromkeys(wanted, crew)


class Days(OnAStore):
    """The store on one side, a `Plan` on the other, and the plans before each operation."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Plan()
        self.before: list[Plan] = []
        self.undone: list[Plan] = []
        self.ids: list[int] = []

    @initialize()
    def a_city(self) -> None:
        self.ids = self.crews("Forestry", "Streets")
        pull(self.store, *(shown(f"u{i}") for i in range(MANY)))

    def done(self, after: Plan) -> None:
        self.before.append(self.now)
        self.now, self.undone = after, []

    wanted = st.lists(st.integers(1, MANY), unique=True, max_size=MANY)

    @rule(which=st.integers(0, 1), day=st.sampled_from(DAYS), wanted=wanted)
    def a_day_is_planned(self, which: int, day: date, wanted: list[int]) -> None:
        crew = self.ids[which]
        seen = self.now.of(crew, day)
        fresh_but_closed = [i for i in wanted if i in self.now.closed and i not in seen]
        if wanted == seen or fresh_but_closed:
            with pytest.raises(Invalid):
                plan(self.acting, crew, day, wanted, seen)
            return
        changes = plan(self.acting, crew, day, wanted, seen)
        assert set(changes.ids) <= {*wanted, *seen}
        assert len(changes.ids) == len(set(changes.ids))
        after = deepcopy(self.now)
        after.put(crew, day, wanted)
        self.done(after)

    @rule(which=st.integers(0, 1), day=st.sampled_from(DAYS), wanted=wanted)
    def somebody_decided_on_an_older_list(self, which: int, day: date, wanted: list[int]) -> None:
        crew = self.ids[which]
        stale = [*self.now.of(crew, day), 99]
        with pytest.raises(Conflict, match="Look at it again"):
            plan(self.acting, crew, day, wanted, stale)

    @rule(request=st.integers(1, MANY))
    def a_request_is_closed(self, request: int) -> None:
        if request not in self.now.closed:
            commands.set_status(self.acting, [request], Status.CLOSED, Outcome.FIXED, "Done")
            after = deepcopy(self.now)
            after.closed.add(request)
            self.done(after)

    @precondition(lambda self: self.before)
    @rule()
    def the_last_is_undone(self) -> None:
        undo(self.acting)
        self.undone.append(self.now)
        self.now = self.before.pop()

    @precondition(lambda self: self.undone)
    @rule()
    def what_was_undone_is_done_again(self) -> None:
        redo(self.acting)
        self.before.append(self.now)
        self.now = self.undone.pop()

    @invariant()
    def every_day_is_as_planned(self) -> None:
        for day in DAYS:
            wanted = {crew: tuple(ids) for (crew, on), ids in self.now.lists.items() if on == day and ids}
            assert stops(self.store, day) == wanted

    @invariant()
    def each_request_is_its_crews(self) -> None:
        rows = queries.columns(self.store, list(range(1, MANY + 1))) if self.ids else ()
        assert {row.id: row.crew_id for row in rows if row.crew_id} == self.now.crew_of
        assert {row.id for row in rows if row.status == Status.CLOSED} == self.now.closed


Days.TestCase.settings = FEW_STEPS
TestDays = Days.TestCase
