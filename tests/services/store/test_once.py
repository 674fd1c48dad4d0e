"""Nothing reaches a resident twice: whatever is closed, merged, undone, redone or sent, and in whatever order."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.domain.exchange import Receipt
from services.domain.outbox import MAIL, OutboxItem, OutboxKind, OutboxState
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor
from services.errors import Expected
from services.store import calls, commands, outbox
from services.store.acting import Acting
from services.store.calls import call_backs, called_back
from services.store.joining import CallerWords, join
from services.store.merging import merge, operation_of
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged

NUMBERS = st.integers(1, 3)
OUTCOMES = st.sampled_from([Outcome.FIXED, Outcome.NO_ACTION])
TEXTS = st.sampled_from(["", "", "Done."])
SHARED = CallerWords("Bo", "617 555 0188", "bo@example.org")
CALLED = CallerWords("Cy", "617 555 0177")
Said = tuple[str, str]


class OnceMachine(RuleBasedStateMachine):
    """Two people work on three requests that share a caller; every letter that leaves is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.store = Store.open(f"sqlite:///{self.folder.name}/desk.db", clock=self.clock)
        self.left: dict[tuple[int, str], list[Said]] = {}
        self.of_operation: Counter[tuple[str, str]] = Counter()
        self.on_its_way: OutboxItem | None = None

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def by(self, second: bool) -> Acting:
        return Acting(self.store, Actor("bo" if second else "ana", ALL_ROLES), POLICIES, timedelta(seconds=10))

    @initialize()
    def three_requests(self) -> None:
        for i in (1, 2, 3):
            logged(self.by(False), name=f"Own {i}", email=f"own{i}@example.org")
            join(self.by(False), i, SHARED)
        join(self.by(False), 1, CALLED)
        join(self.by(False), 2, CALLED)

    @rule(which=NUMBERS, outcome=OUTCOMES, text=TEXTS, second=st.booleans())
    def close(self, which: int, outcome: Outcome, text: str, second: bool) -> None:
        try:
            commands.set_status(self.by(second), [which], Status.CLOSED, outcome, message=text)
        except Expected:
            return
        last = [said for item, said in self._said() if item == (which, f"own{which}@example.org")][-1]
        assert last[0] == f"closed/{outcome.value}", "who is to hear of it does"

    @rule(which=NUMBERS, second=st.booleans())
    def reopen(self, which: int, second: bool) -> None:
        with suppress(Expected):
            commands.set_status(self.by(second), [which], Status.IN_PROGRESS)

    @rule(which=NUMBERS, into=NUMBERS, second=st.booleans())
    def merge(self, which: int, into: int, second: bool) -> None:
        with suppress(Expected):
            merge(self.by(second), [which], into)

    @rule(which=NUMBERS, second=st.booleans())
    def unmerge(self, which: int, second: bool) -> None:
        with suppress(Expected):
            undo(self.by(second), operation_of(self.by(second), which))

    @rule(second=st.booleans())
    def undo(self, second: bool) -> None:
        with suppress(Expected):
            undo(self.by(second))

    @rule(second=st.booleans())
    def redo(self, second: bool) -> None:
        with suppress(Expected):
            redo(self.by(second))

    @rule(seconds=st.sampled_from([1, 60]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @rule()
    def all_letters_leave(self) -> None:
        self.clock.forward(seconds=60)
        self.it_arrives(answers=True)
        while due := outbox.waiting(self.store, [MAIL], self.clock()):
            self.on_its_way = outbox.claim(self.store, due[0].id, self.clock())
            self.it_arrives(answers=True)

    @rule()
    def one_letter_goes_on_its_way(self) -> None:
        due = outbox.waiting(self.store, [MAIL], self.clock())
        if due and self.on_its_way is None:
            self.on_its_way = outbox.claim(self.store, due[0].id, self.clock())

    @rule(answers=st.booleans())
    def it_arrives(self, answers: bool) -> None:
        item, self.on_its_way = self.on_its_way, None
        if item is None:
            return
        if not answers:
            outbox.later(self.store, item.id, "It did not answer.", self.clock(), nobody_told=True)
            return
        whom = calls.addressee(self.store, item)
        if whom is None:
            outbox.spare(self.store, item.id)
            return
        self.left.setdefault((item.request_id, whom.caller.email), []).append((item.status_word, item.message))
        self.of_operation[_operation(self.store, item), whom.caller.email] += 1
        outbox.sent(self.store, item.id, Receipt(id=item.id), self.clock())

    @rule()
    def somebody_calls_back(self) -> None:
        for due in call_backs(self.store)[:1]:
            called_back(self.by(False), due.caller.id)

    def _said(self) -> list[tuple[tuple[int, str], Said]]:
        """Every letter that left or may leave: of which request, to whom, and what it says."""
        found = []
        for item in outbox.listing(self.store, unfinished_only=False):
            if item.kind is OutboxKind.NOTICE and item.state is not OutboxState.RETRACTED:
                whom = calls.addressee(self.store, item)
                if whom is not None:
                    found.append(((item.request_id, whom.caller.email), (item.status_word, item.message)))
        return found

    @invariant()
    def no_outcome_is_told_twice(self) -> None:
        for said in self.left.values():
            for before, after in itertools.pairwise(said):
                assert before[0] != after[0] or after[1] not in ("", before[1]), said

    @invariant()
    def one_letter_an_address_for_what_was_done_once(self) -> None:
        assert all(count == 1 for count in self.of_operation.values())

    @invariant()
    def nobody_is_on_the_list_twice_for_one_outcome(self) -> None:
        with self.store.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT request_id, caller_id, told_state, coalesce(text_id, 0) FROM call_back"
                " WHERE state <> 'retracted' ORDER BY id"
            ).all()
        said: dict[tuple[int, int], list[tuple[str, int]]] = {}
        for request_id, caller_id, word, text_id in rows:
            said.setdefault((request_id, caller_id), []).append((word, text_id))
        for calls_ in said.values():
            for before, after in itertools.pairwise(calls_):
                assert before[0] != after[0] or after[1], calls_


def _operation(store: Store, item: OutboxItem) -> str:
    with store.read() as connection:
        return str(connection.exec_driver_sql("SELECT operation FROM outbox WHERE id = ?", (item.id,)).scalar_one())


TestOnce = OnceMachine.TestCase
TestOnce.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOnce = pytest.mark.timeout(180)(TestOnce)


def _letters(store: Store, clock: Clock) -> list[tuple[int, Said]]:
    """All that wait leave; every letter that ever left, oldest first."""
    now = clock.forward(seconds=60)
    while due := outbox.waiting(store, [MAIL], now):
        item = outbox.claim(store, due[0].id, now)
        assert item is not None
        outbox.sent(store, item.id, Receipt(id=item.id), now)
    items = outbox.listing(store, unfinished_only=False)
    return [(i.request_id, (i.status_word, i.message)) for i in items if i.state is OutboxState.SENT]


FIXED = ("closed/fixed", "")


def test_closed_again_as_before_says_nothing_new(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    for _ in range(2):
        commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
        assert _letters(store, clock) == [(1, FIXED)]
        commands.set_status(act(), [1], Status.IN_PROGRESS)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED, message="The other lamp, too.")
    assert _letters(store, clock) == [(1, FIXED), (1, ("closed/fixed", "The other lamp, too."))]
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.NO_ACTION)
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    assert [said[0] for _, said in _letters(store, clock)[2:]] == ["closed/no_action", "closed/fixed"], "corrected"


def test_done_by_another_meanwhile_a_redo_says_it_no_more(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    join(act(), 1, CALLED)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    undo(act())
    commands.set_status(act("bo"), [1], Status.CLOSED, Outcome.FIXED)
    assert _letters(store, clock) == [(1, FIXED)]
    undo(act("bo"))
    redo(act())
    assert _letters(store, clock) == [(1, FIXED)]


def test_merged_and_parted_a_caller_is_not_told_the_same_of_their_own_request(
    store: Store, act: Act, clock: Clock
) -> None:
    logged(act())
    logged(act(), name="Ana", email="ana@example.org")
    done = merge(act(), [2], 1)
    commands.set_status(act("bo"), [1], Status.CLOSED, Outcome.FIXED)
    assert _letters(store, clock) == [(2, FIXED)]
    undo(act(), done.operation)
    commands.set_status(act(), [2], Status.CLOSED, Outcome.FIXED)
    assert _letters(store, clock) == [(2, FIXED)]


def test_what_was_refused_waits_for_a_person_and_is_not_doubled(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    (due,) = outbox.waiting(store, [MAIL], clock.forward(seconds=60))
    outbox.claim(store, due.id, clock())
    outbox.refused(store, due.id, "No such mailbox.", clock())
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    assert _letters(store, clock) == []
    outbox.retry(act(), due.id)
    assert _letters(store, clock) == [(1, FIXED)]
