"""Any order of commands, undo, redo, pulls and sends leaves the store as a plain model of the rules says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from services.domain.exchange import Receipt
from services.domain.outbox import OutboxItem, OutboxState
from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from services.domain.statusmap import STATUS_MAPS, Dialect, Told
from services.domain.values import Crew
from services.domain.workflow import Need, transition
from services.errors import Conflict, Expected, Invalid
from services.store import commands, outbox, queries
from services.store.crews import save_crews
from services.store.undo import redo, undo
from tests.services.store.machines import OnAStore
from tests.services.store.parts import POLICIES, pull, shown

GATEWAY = STATUS_MAPS[Dialect.GATEWAY]
WORDS = {"open": (Status.NEW, None), "in_progress": (Status.IN_PROGRESS, None), "fixed": (Status.CLOSED, Outcome.FIXED)}
State = tuple[Status, Outcome | None]


@dataclass(frozen=True)
class Held:
    """One request as the model knows it."""

    state: State = (Status.NEW, None)
    crew: int | None = None
    word: str = "open"
    by_person: bool = False


@dataclass
class Done:
    """One operation: what each of its requests was before and after."""

    before: dict[int, Held]
    after: dict[int, Held]
    text: str = ""
    changes_state: bool = True
    changes_crew: bool = False
    undone: bool = False


class StoreMachine(OnAStore):
    """The store on one side, dictionaries on the other."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, Held] = {}
        self.stack: list[Done] = []
        self.head = 0
        self.told: dict[int, list[str]] = {}
        self.said: list[tuple[int, str]] = []
        self.to_say: set[tuple[int, str]] = set()
        self.odd: set[int] = set()
        """Requests that the upstream changes or refuses updates of: what it shows need not be what we told."""

    @initialize()
    def a_city(self) -> None:
        save_crews(self.store, [Crew(0, "Forestry 2"), Crew(0, "Streets 1")])
        pull(self.store, *(shown(f"u{i}", updated=self.clock()) for i in (1, 2)))
        self.held = {1: Held(), 2: Held()}

    ids = st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True)

    @rule()
    def a_new_report_arrives(self) -> None:
        if len(self.held) < 3:
            new = len(self.held) + 1
            assert pull(self.store, shown(f"u{new}", updated=self.clock())).new == 1
            self.held[new] = Held()

    @rule(request=st.integers(2, 3), word=st.sampled_from(sorted(WORDS)), late=st.booleans())
    def the_upstream_shows(self, request: int, word: str, late: bool) -> None:
        if request not in self.held:
            return
        was = self.held[request]
        updated = self.clock() if late else self.clock.now - timedelta(days=300)
        busy = any(i.request_id == request for i in outbox.listing(self.store) if i.state is OutboxState.QUEUED)
        pull(self.store, shown(f"u{request}", word, updated))
        takes = word != was.word and (late or not was.by_person) and not busy and not GATEWAY.agrees(word, was.state)
        self.odd.add(request)
        self.held[request] = replace(was, word=word, state=WORDS[word] if takes else was.state)

    @rule(request=st.integers(1, 3))
    def the_upstream_shows_what_it_was_told(self, request: int) -> None:
        if request in self.odd or request not in self.told:
            return
        word = self.told[request][-1]
        pull(self.store, shown(f"u{request}", word, self.clock()))
        self.held[request] = replace(self.held[request], word=word)
        assert not queries.detail(self.store, request).request.differs, "it is never behind by fault of another"

    @rule(ids=ids, crew=st.sampled_from([1, 2, None]))
    def assign(self, ids: list[int], crew: int | None) -> None:
        known = all(i in self.held for i in ids)
        moving = [i for i in ids if known and self.held[i].crew != crew]
        allowed = known and moving and all(self.held[i].state[0].is_open for i in moving)
        after = {}
        for i in moving:
            was, target = self.held[i], self.held[i].state
            if crew is not None and target[0] in (Status.NEW, Status.ACKNOWLEDGED):
                target = (Status.ASSIGNED, None)
            elif crew is None and target[0] is Status.ASSIGNED:
                target = (Status.ACKNOWLEDGED, None)
            after[i] = replace(was, crew=crew, state=target, by_person=was.by_person or target != was.state)
        self.command(lambda: commands.assign(self.acting, ids, crew), bool(allowed), after, changes_crew=True)

    @rule(ids=ids, turn=st.integers(0, 40), outcome=st.sampled_from(CHOSEN_OUTCOMES), message=st.booleans())
    def set_status(self, ids: list[int], turn: int, outcome: Outcome, message: bool) -> None:
        fitting = [s for s in Status if all(i in self.held and self.may(self.held[i], s) for i in ids)]
        choice = fitting if fitting and turn > 4 else list(Status)
        status = choice[turn % len(choice)]
        state: State = (status, None if status.is_open else outcome)
        text = f"message {self.clock().isoformat()}" if message else ""
        after = {i: replace(self.held[i], state=state, by_person=True) for i in ids if i in self.held}
        self.command(lambda: commands.set_status(self.acting, ids, *state, text), status in fitting, after, text)

    @staticmethod
    def may(held: Held, status: Status) -> bool:
        row = transition(held.state[0], status)
        return row is not None and (Need.CREW not in row.needs or held.crew is not None)

    @rule(ids=ids)
    def message(self, ids: list[int]) -> None:
        text = f"message {self.clock().isoformat()}"
        after = {i: self.held[i] for i in ids if i in self.held}
        allowed = len(after) == len(ids)
        self.command(lambda: commands.send_message(self.acting, ids, text), allowed, after, text, changes_state=False)

    def command(self, run: object, allowed: bool, after: dict[int, Held], text: str = "", **what: bool) -> None:
        assert callable(run)
        if not allowed:
            with pytest.raises(Expected):
                run()
            return
        run()
        self.stack = [d for d in self.stack if not d.undone]
        self.stack.append(Done({i: self.held[i] for i in after}, after, text, **what))
        self.to_say |= {(i, text) for i in after if text}
        self.held.update(after)

    @rule()
    def undo_what_has_left(self) -> None:
        self.everything_leaves()
        self.undo()
        self.everything_leaves()

    @rule()
    def undo(self) -> None:
        last = next((d for d in reversed(self.stack) if not d.undone), None)
        self.turn(lambda: undo(self.acting), last, back=True)

    @rule()
    def redo_what_has_left(self) -> None:
        self.undo_what_has_left()
        self.redo()
        self.everything_leaves()

    @rule()
    def redo(self) -> None:
        first = next((d for d in self.stack if d.undone), None)
        self.turn(lambda: redo(self.acting), first, back=False)

    def turn(self, run: object, done: Done | None, *, back: bool) -> None:
        assert callable(run)
        if done is None:
            with pytest.raises(Invalid):
                run()
            return
        here, there = (done.after, done.before) if back else (done.before, done.after)
        if not all(self.fits(done, self.held[i], here[i], there[i]) for i in here):
            with pytest.raises(Conflict):
                run()
            return
        run()
        for i, goal in there.items():
            was = self.held[i]
            moved = done.changes_state and done.before[i].state != done.after[i].state
            state = goal.state if moved else was.state
            crew = goal.crew if done.changes_crew else was.crew
            self.held[i] = replace(was, state=state, crew=crew, by_person=was.by_person or state != was.state)
        done.undone = back
        for i in here:
            said = (i, done.text)
            if back and said not in self.said:
                self.to_say.discard(said)
            elif done.text:
                self.to_say.add(said)

    @staticmethod
    def fits(done: Done, now: Held, here: Held, there: Held) -> bool:
        moved = done.changes_state and here.state != there.state
        return (not moved or now.state == here.state) and (not done.changes_crew or now.crew == here.crew)

    @precondition(lambda self: outbox.counts(self.store).waiting > 0)
    @rule(how=st.sampled_from(["sent", "sent", "refused", "later"]))
    def the_relay_sends(self, how: str) -> None:
        now = self.clock.forward(seconds=60)
        for due in outbox.waiting(self.store, ["city"], now):
            item = outbox.claim(self.store, due.id, now, POLICIES["city"])
            assert item is not None
            if how == "sent":
                self.arrived(item)
            elif how == "refused" and item.request_id in self.odd:
                outbox.refused(self.store, item.id, "No.", now)
            else:
                outbox.later(self.store, item.id, "It did not answer.", now)

    def arrived(self, item: OutboxItem) -> None:
        outbox.sent(self.store, item.id, Receipt(id=f"r-{item.id}"), self.clock())
        self.told.setdefault(item.request_id, []).append(item.status_word)
        if item.message:
            self.said.append((item.request_id, item.message))

    @rule()
    def everything_leaves(self) -> None:
        now = self.clock.forward(seconds=60)
        while due := outbox.waiting(self.store, ["city"], now):
            item = outbox.claim(self.store, due[0].id, now, POLICIES["city"])
            assert item is not None
            self.arrived(item)
        assert outbox.counts(self.store).waiting == 0
        assert len(self.said) == len(set(self.said)), "no message leaves twice"
        straight = {i for i in self.held if i not in self.odd}
        assert {s for s in self.said if s[0] in straight} == {s for s in self.to_say if s[0] in straight}
        for request in straight & set(self.told):
            outgoing = GATEWAY.out(*self.held[request].state)
            assert self.told[request][-1] == (outgoing.word if isinstance(outgoing, Told) else "OPEN")

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        rows = queries.columns(self.store)
        kept = {r.id: ((Status(r.status), Outcome(r.outcome) if r.outcome else None), r.crew_id) for r in rows}
        assert kept == {i: (h.state, h.crew) for i, h in self.held.items()}
        for row in rows:
            assert (row.closed_ms is None) == Status(row.status).is_open
            assert (row.outcome is None) == Status(row.status).is_open

    @invariant()
    def history_only_grows(self) -> None:
        head = self.store.head()
        assert head >= self.head
        self.head = head

    @invariant()
    def the_index_is_sound(self) -> None:
        with self.store.write() as connection:
            connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


StoreMachine.TestCase.settings = settings(
    max_examples=50, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStore = StoreMachine.TestCase
