"""Messages to residents are counted: those that left in some time, and those that failed."""

from __future__ import annotations

from datetime import timedelta

from services.domain.exchange import Receipt
from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import Outcome, Status
from services.store import outbox
from services.store.commands import send_message, set_status
from services.store.sent import messages
from services.store.store import Store
from tests.services.clock import NOON, Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

DAY = timedelta(days=1)


def send_all(store: Store, clock: Clock) -> None:
    """Everything that waits leaves and arrives."""
    for item in outbox.listing(store):
        if outbox.claim(store, item.id, clock()) is not None:
            outbox.sent(store, item.id, Receipt(), clock())


def test_messages_count_and_bare_statuses_and_reports_do_not(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    send_message(act(hold=0), [1, 2], "A crew is on its way.")
    set_status(act(hold=0), [1], Status.ACKNOWLEDGED)
    assert messages(store, NOON - DAY, NOON + DAY) == (0, 0)
    clock.forward(minutes=1)
    send_all(store, clock)
    assert messages(store, NOON - DAY, NOON + DAY) == (2, 0)
    assert messages(store, NOON + DAY, NOON + 2 * DAY) == messages(store, NOON - DAY, NOON) == (0, 0)


def test_e_mails_of_ours_count_for_each_caller(store: Store, act: Act, clock: Clock) -> None:
    logged(act(hold=0), name="Ana", email="ana@example.org")
    clock.forward(minutes=1)
    set_status(act(hold=0), [1], Status.CLOSED, Outcome.FIXED, "It is fixed.")
    clock.forward(minutes=1)
    send_all(store, clock)
    notices = [i for i in outbox.listing(store, unfinished_only=False) if i.kind is OutboxKind.NOTICE]
    sent = [item for item in notices if item.state is OutboxState.SENT]
    assert sent
    assert messages(store, NOON - DAY, NOON + DAY) == (len(sent), 0)


def test_what_was_refused_is_counted_by_when_it_was_written(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    send_message(act(hold=0), [1], "A crew is on its way.")
    clock.forward(minutes=1)
    (item,) = outbox.listing(store)
    assert outbox.claim(store, item.id, clock()) is not None
    outbox.refused(store, item.id, "No.", clock())
    assert messages(store, NOON - DAY, NOON + DAY) == (0, 1)
    assert messages(store, NOON + DAY, NOON + 2 * DAY) == (0, 0)
