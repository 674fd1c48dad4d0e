"""What can happen to a request more than once stands in its row each time: told, not delivered, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.queue_row import QueueRow
from services.domain.status import Outcome, Status
from services.sqlite import to_millis
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import NOON, Clock
from tests.services.queue.meanings import times
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown
from tests.services.store.test_outbox import leave, leave_and_arrive, store_has_waiting


def rows(store: Store) -> list[QueueRow]:
    """Every row; both ways of reading agree, in whatever order each says the moments."""
    every = list(queries.every(store))
    again = queries.columns(store, [row.id for row in every])
    assert list(map(_in_order, every)) == list(map(_in_order, again))
    return every


def _in_order(row: QueueRow) -> tuple[object, ...]:
    said = (times(said) for said in (row.told_at, row.failed_at, row.reopened_at))
    return (*row._replace(told_at=None, failed_at=None, reopened_at=None), *map(sorted, said))


def counts(store: Store) -> list[tuple[int, int, int]]:
    return [tuple(len(times(said)) for said in (r.told_at, r.failed_at, r.reopened_at)) for r in rows(store)]  # type: ignore[misc]


def close(acting: Acting) -> None:
    commands.set_status(acting, [1], Status.CLOSED, Outcome.FIXED)


def test_each_update_that_was_sent_and_no_report(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    logged(act("ana"))
    commands.send_message(act(hold=10), [1], "We come")
    assert counts(store) == [(0, 0, 0)] * 3
    for text in ("", "We came"):
        if text:
            clock.forward(minutes=5)
            commands.send_message(act(hold=10), [1], text)
        while store_has_waiting(store, clock):
            leave_and_arrive(store, clock)
    assert counts(store) == [(2, 0, 0), (0, 0, 0), (0, 0, 0)], "a report of ours is no update"
    first, second = sorted(times(rows(store)[0].told_at))
    assert to_millis(NOON) < first < second - 300_000


@pytest.mark.parametrize("end", [outbox.refused, outbox.unknown])
def test_what_failed_has_failed_whatever_becomes_of_it(store: Store, act: Act, clock: Clock, end: object) -> None:
    pull(store, shown("a"), shown("b"))
    commands.send_message(act(), [1], "We come")
    failed = []
    for _ in range(2):
        item = leave(store, clock)
        now = clock()
        end(store, item.id, "No.", now)  # type: ignore[operator]
        failed.append(to_millis(now))
        outbox.retry(act(), item.id)
    assert times(rows(store)[0].failed_at) == failed
    assert not rows(store)[0].undelivered, "it is on its way again"
    leave_and_arrive(store, clock)
    assert counts(store) == [(1, 2, 0), (0, 0, 0)]


def test_a_report_that_was_refused_was_not_delivered(store: Store, act: Act, clock: Clock) -> None:
    logged(act())
    pull(store, shown("a"))
    logged(act(), service_code="tree-emergencies", upstream="city")
    item = leave(store, clock)
    outbox.refused(store, item.id, "No such service.", clock())
    outbox.give_up(act(), item.id)
    assert counts(store) == [(0, 0, 0), (0, 0, 0), (0, 1, 0)]


def test_each_time_it_was_opened_again_here(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    opened = []
    for status in (Status.IN_PROGRESS, Status.ACKNOWLEDGED):
        close(act())
        before = to_millis(clock.forward(hours=1))
        commands.set_status(act(), [1], status)
        opened.append((before, to_millis(clock())))
    for at, (low, high) in zip(sorted(times(rows(store)[0].reopened_at)), opened, strict=True):
        assert low <= at <= high
    close(act())
    assert counts(store) == [(0, 0, 2), (0, 0, 0)], "that it is closed again makes nothing undone"


def test_what_is_undone_has_not_happened_and_undoing_opens_nothing_again(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    close(act())
    undo(act())
    assert counts(store) == [(0, 0, 0)], "a closing that was taken back was none"
    redo(act())
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    assert counts(store) == [(0, 0, 1)]
    undo(act())
    assert counts(store) == [(0, 0, 0)]
    redo(act())
    assert counts(store) == [(0, 0, 1)]


def test_what_its_upstream_opens_again(store: Store, clock: Clock) -> None:
    pull(store, shown("a", "closed"), shown("b"))
    before = to_millis(clock.forward(hours=1))
    pull(store, shown("a", "open", NOON + timedelta(hours=1)), shown("b", "closed", NOON + timedelta(hours=1)))
    assert counts(store) == [(0, 0, 1), (0, 0, 0)]
    (at,) = times(rows(store)[0].reopened_at)
    assert before <= at <= to_millis(clock())


def test_news_say_what_happened_since(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    head, _, _ = queries.news(store, 0)
    close(act())
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    while store_has_waiting(store, clock):
        leave_and_arrive(store, clock)
    commands.send_message(act(), [1], "Soon.")
    outbox.refused(store, leave(store, clock).id, "No.", clock())
    _, _, fresh = queries.news(store, head)
    (row,) = (r for r in fresh if r.id == 1)
    assert [len(times(said)) for said in (row.told_at, row.failed_at, row.reopened_at)] == [2, 1, 1]
