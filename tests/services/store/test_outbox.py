"""The outbox: held, in order per request, claimed once, and every way in which it can end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.exchange import OutgoingReport, OutgoingUpdate, Receipt
from services.domain.outbox import OutboxItem, OutboxState
from services.domain.status import Outcome, Status
from services.domain.statusmap import changed
from services.domain.values import EventKind
from services.errors import Invalid, NotFound
from services.store import commands, outbox, queries
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged, pull, shown

ALL = ["city", "plain", "fms"]


def leave(store: Store, clock: Clock) -> OutboxItem:
    """Claim the first that may leave."""
    now = clock.forward(seconds=60)
    due = outbox.waiting(store, ALL, now)[0]
    item = outbox.claim(store, due.id, now, POLICIES[due.upstream])
    assert item is not None
    assert item.status_word == due.status_word
    return item


def store_has_waiting(store: Store, clock: Clock) -> bool:
    """Whether anything may leave within a minute."""
    return bool(outbox.waiting(store, ALL, clock() + timedelta(seconds=60)))


def leave_and_arrive(store: Store, clock: Clock) -> str:
    """The next one is sent and arrives; gives its word."""
    item = leave(store, clock)
    outbox.sent(store, item.id, Receipt(id=f"r-{item.id}"), clock())
    return item.status_word


def test_it_is_held_and_then_leaves_once(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.send_message(act(hold=10), [1], "We come")
    (item,) = outbox.listing(store)
    early = item.held_until - timedelta(milliseconds=1)
    assert outbox.waiting(store, ALL, early) == []
    assert outbox.claim(store, item.id, early) is None
    assert [w.id for w in outbox.waiting(store, ALL, item.held_until)] == [item.id]
    assert outbox.waiting(store, ["plain"], item.held_until) == []
    taken = outbox.claim(store, item.id, item.held_until)
    assert taken is not None
    assert (taken.state, taken.attempts, taken.message) == (OutboxState.SENDING, 1, "We come")
    assert outbox.claim(store, item.id, item.held_until) is None
    assert [s.id for s in outbox.sending(store)] == [item.id]


@pytest.mark.parametrize("told_state", ["in_progress", ""])
def test_a_state_leaves_in_the_word_that_its_upstream_has_by_then(
    store: Store, act: Act, clock: Clock, told_state: str
) -> None:
    """What was queued before states were kept leaves in the word that was queued."""
    pull(store, shown("a"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    with store.write() as connection:
        connection.exec_driver_sql(f"UPDATE outbox SET told_state = '{told_state}'")
    policy = replace(POLICIES["city"], statuses=changed(POLICIES["city"].statuses, {"in_progress": "WORKING"}, {}))
    (item,) = outbox.listing(store)
    taken = outbox.claim(store, item.id, clock.forward(seconds=60), policy)
    assert taken is not None
    assert (item.status_word, taken.status_word) == ("IN_PROGRESS", "WORKING" if told_state else "IN_PROGRESS")
    assert outbox.listing(store)[0].status_word == taken.status_word, "and it is what history says was sent"


def test_a_message_that_says_no_state_leaves_as_it_is(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), upstream="fms")
    commands.send_message(act(), [1], "We come")
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    for word in ("UNCHANGED", "IN_PROGRESS"):
        assert leave_and_arrive(store, clock) == word


def test_items_of_a_request_leave_in_order(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    commands.send_message(act(), [1, 2], "first")
    commands.send_message(act(), [1], "second")
    now = clock.forward(seconds=60)
    assert [(i.request_id, i.message) for i in outbox.waiting(store, ALL, now)] == [(1, "first"), (2, "first")]
    second = outbox.listing(store)[-1]
    assert outbox.claim(store, second.id, now) is None, "not before the first has ended"
    first = outbox.claim(store, outbox.listing(store)[0].id, now)
    assert first is not None
    assert second.id not in [i.id for i in outbox.waiting(store, ALL, now)]
    outbox.unknown(store, first.id, "The answer was lost.", now)
    assert second.id not in [i.id for i in outbox.waiting(store, ALL, now)], "a person decides first"
    assert outbox.counts(store) == outbox.OutboxCounts(waiting=2, refused=0, unknown=1)
    outbox.give_up(act(), first.id)
    assert second.id in [i.id for i in outbox.waiting(store, ALL, now)]


def test_sent_is_noted_once(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.send_message(act(), [1], "We come")
    item = leave(store, clock)
    assert outbox.sent(store, item.id, Receipt(id="u7", notice="Thank you"), clock()).ids == (1,)
    assert outbox.sent(store, item.id, Receipt(id="u7"), clock()).ids == ()
    events = queries.detail(store, 1).events
    assert (events[0].kind, events[0].text) == (EventKind.POSTED, "Thank you")
    assert [e.kind for e in events].count(EventKind.POSTED) == 1
    (kept,) = queries.detail(store, 1).outbox
    assert (kept.state, kept.receipt) == (OutboxState.SENT, "u7")
    assert outbox.listing(store) == []
    assert outbox.listing(store, unfinished_only=False) == [kept]


def test_stamps_are_of_the_sending_and_always_later(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.send_message(act(), [1], "first")
    commands.send_message(act(), [1], "second")
    item = leave(store, clock)
    first = outbox.payload(store, item)
    assert isinstance(first, OutgoingUpdate)
    assert (first.update_id, first.upstream_id, first.status_word, first.service_code) == (
        item.id,
        "a",
        "OPEN",
        "tree",
    )
    assert first.updated_at > item.held_until
    outbox.sent(store, item.id, Receipt(id="1"), first.updated_at)
    clock.forward(hours=-2)
    again = outbox.claim(store, outbox.listing(store)[0].id, clock.now + timedelta(hours=3))
    assert again is not None
    second = outbox.payload(store, again)
    assert isinstance(second, OutgoingUpdate)
    assert second.updated_at > first.updated_at, "even when the clock was set back"


def test_later_refused_retry(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.send_message(act(), [1], "We come")
    item = leave(store, clock)
    with pytest.raises(Invalid, match="nothing to decide"):
        outbox.retry(act(), item.id)
    outbox.later(store, item.id, "It did not answer.", clock.now + timedelta(minutes=5))
    assert outbox.waiting(store, ALL, clock()) == []
    clock.forward(minutes=6)
    item = leave(store, clock)
    assert (item.attempts, item.problem) == (2, "It did not answer.")
    outbox.refused(store, item.id, "It said no.", clock())
    assert outbox.counts(store) == outbox.OutboxCounts(0, 1, 0)
    assert queries.columns(store, [1])[0].undelivered == 1
    assert outbox.retry(act(), item.id).sentence == "26-000001: queued again"
    assert outbox.waiting(store, ALL, clock())[0].problem == ""
    assert [e.kind for e in queries.detail(store, 1).events[:2]] == [EventKind.REQUEUED, EventKind.REFUSED]
    with pytest.raises(NotFound):
        outbox.refused(store, "no such item", "", clock())


def test_a_report_carries_everything_and_brings_back_its_id(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city", name="Jo", phone="555", email="j@x", language="vi", attributes={"SIZE": ("big",)})
    commands.set_status(act(), [1], Status.ACKNOWLEDGED)
    now = clock.forward(seconds=60)
    assert len(outbox.waiting(store, ALL, now)) == 1, "the update waits until the report has an id"
    item = leave(store, clock)
    report = outbox.payload(store, item)
    assert isinstance(report, OutgoingReport)
    assert report.reference == f"26-000001-{store.store_id[:8]}"
    assert (report.name, report.phone, report.email, report.language) == ("Jo", "555", "j@x", "vi")
    assert report.attributes == {"SIZE": ("big",)}
    outbox.sent(store, item.id, Receipt(id="777"), clock())
    assert queries.find(store, "777") == 1
    assert queries.search(store, "777") == [1]
    update = leave(store, clock)
    assert update.upstream_id == "777"


def test_an_update_of_a_refused_report_waits(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city")
    commands.set_status(act(), [1], Status.ACKNOWLEDGED)
    item = leave(store, clock)
    outbox.refused(store, item.id, "No such service.", clock())
    assert outbox.waiting(store, ALL, clock.forward(hours=1)) == []
    outbox.give_up(act(), item.id)
    assert outbox.listing(store) == [], "nothing waits for what is never created"
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    assert outbox.listing(store) == []


def test_a_token_is_kept_until_the_id_comes(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city")
    item = leave(store, clock)
    outbox.sent(store, item.id, Receipt(token="t-1"), clock())
    assert outbox.tokens(store, "city") == [(1, "t-1")]
    assert outbox.tokens(store, "plain") == []
    pull(store, shown("900"))
    head = store.head()
    outbox.resolved(store, 1, "900", clock())
    assert store.changes_since(head)[1] == (1, 2), "the rows of the queue change"
    assert outbox.tokens(store, "city") == []
    rows = queries.columns(store)
    assert [(r.upstream, r.upstream_id, r.status, r.outcome) for r in rows] == [
        ("city", "900", "new", None),
        ("", "", "closed", "duplicate"),
    ], "the copy that was pulled meanwhile is its duplicate"
    assert pull(store, shown("900")).new == 0


def test_what_is_undone_on_its_way_is_taken_back_when_it_never_left(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a", "acknowledged"))
    commands.set_status(act(), [1], Status.IN_PROGRESS, message="We come")
    item = leave(store, clock)
    undo(act())
    assert outbox.counts(store).waiting == 2, "the answer waits behind it"
    outbox.later(store, item.id, "It did not answer.", clock(), nobody_told=True)
    assert outbox.listing(store) == []
    redo(act())
    assert [(i.status_word, i.message) for i in outbox.listing(store)] == [("IN_PROGRESS", "We come")]


def test_what_is_undone_on_its_way_is_sent_and_answered_when_somebody_may_have_it(
    store: Store, act: Act, clock: Clock
) -> None:
    pull(store, shown("a", "acknowledged"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    item = leave(store, clock)
    undo(act())
    outbox.later(store, item.id, "It did not answer.", clock())
    assert [leave_and_arrive(store, clock) for _ in range(2)] == ["IN_PROGRESS", "ACKNOWLEDGED"]


def test_an_answer_to_an_undoing_is_never_taken_back(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a", "acknowledged"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    leave_and_arrive(store, clock)
    undo(act())
    answer = leave(store, clock)
    outbox.later(store, answer.id, "It did not answer.", clock(), nobody_told=True)
    assert leave_and_arrive(store, clock) == "ACKNOWLEDGED"


def test_a_report_undone_on_its_way_stays_here_when_it_never_left(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city")
    item = leave(store, clock)
    undo(act())
    outbox.later(store, item.id, "It did not answer.", clock(), nobody_told=True)
    assert outbox.listing(store) == []
    assert queries.columns(store)[0].upstream == ""


def test_what_was_refused_does_not_go_back_behind_a_newer_state(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a", "acknowledged"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    first = leave(store, clock)
    outbox.refused(store, first.id, "It said no.", clock())
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    leave_and_arrive(store, clock)
    with pytest.raises(Invalid, match="would set it back"):
        outbox.retry(act(), first.id)
    outbox.give_up(act(), first.id)
    assert outbox.listing(store) == []
