"""Undo and redo: what has not left is taken back, what has left is answered, what others changed stays."""

from __future__ import annotations

import pytest

from services.domain.exchange import Receipt
from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import Outcome, Role, Status
from services.domain.values import EventKind
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.store import commands, outbox, queries
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged, pull, shown


def states(store: Store) -> list[str]:
    return [row.status for row in queries.columns(store)]


def told(store: Store) -> list[tuple[str, str, str]]:
    return [(i.status_word, i.message, i.state.value) for i in outbox.listing(store, unfinished_only=False)]


def relay(store: Store, clock: Clock) -> int:
    """Let everything leave that may."""
    now, count = clock.forward(seconds=60), 0
    while due := outbox.waiting(store, ["city", "plain", "fms"], now):
        item = outbox.claim(store, due[0].id, now, POLICIES[due[0].upstream])
        assert item is not None
        assert item.status_word == due[0].status_word, "the worker has the same word for it"
        outbox.sent(store, item.id, Receipt(id=f"r{item.id[:8]}"), now)
        count += 1
    return count


def test_a_held_message_is_taken_back_and_sent_after_all(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    done = commands.set_status(act(), [1], Status.IN_PROGRESS, message="We come")
    undone = undo(act(), done.operation)
    assert undone.sentence == "Undone: 1 request set to In progress."
    assert states(store) == ["new"]
    assert told(store) == [("IN_PROGRESS", "We come", "retracted")]
    assert relay(store, clock) == 0
    assert redo(act()).sentence == "Done again: 1 request set to In progress."
    assert told(store)[1] == ("IN_PROGRESS", "We come", "queued")
    assert relay(store, clock) == 1
    assert [e.kind for e in queries.detail(store, 1).events] == [
        EventKind.POSTED,
        EventKind.REDONE,
        EventKind.UNDONE,
        EventKind.STATUS,
        EventKind.PULLED,
    ]


def test_what_has_left_is_answered_by_the_reverse(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a", "received"))
    commands.set_status(act(), [1], Status.IN_PROGRESS, message="We come")
    relay(store, clock)
    assert "The message had already left." in undo(act()).sentence
    assert told(store)[-1] == ("ACKNOWLEDGED", "", "queued")
    redo(act())
    assert told(store)[-1] == ("ACKNOWLEDGED", "", "retracted"), "what undo queued had not left either"
    undo(act())
    relay(store, clock)
    redo(act())
    assert told(store)[-1] == ("IN_PROGRESS", "", "queued"), "the message is not sent twice"


@pytest.mark.parametrize(("upstream", "word"), [("city", "OPEN"), ("fms", "OPEN"), ("plain", "OPEN")])
def test_back_to_a_state_without_a_word(store: Store, act: Act, clock: Clock, upstream: str, word: str) -> None:
    pull(store, shown("a"), upstream=upstream)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    relay(store, clock)
    assert undo(act()).sentence.endswith("The upstream is told so too.")
    assert told(store)[-1][0] == word
    assert queries.columns(store)[0].closed_ms is None


def test_back_to_a_state_kept_at_the_desk_says_the_word_before(store: Store, act: Act, clock: Clock, crew: int) -> None:
    pull(store, shown("a"), upstream="fms")
    commands.set_status(act(), [1], Status.ACKNOWLEDGED)
    commands.assign(act(), [1], crew)
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    relay(store, clock)
    undo(act())
    assert states(store) == ["assigned"]
    assert told(store)[-1] == ("INVESTIGATING", "", "queued")


def test_a_bulk_assignment_is_one_undo(store: Store, act: Act, crew: int) -> None:
    pull(store, *(shown(str(i)) for i in range(20)))
    done = commands.assign(act(), range(1, 21), crew)
    assert len(undo(act(), done.operation).ids) == 20
    assert set(states(store)) == {"new"}
    assert {row.crew_id for row in queries.columns(store)} == {None}
    redo(act())
    assert {row.crew_id for row in queries.columns(store)} == {crew}


def test_the_undone_is_marked_in_the_timeline(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    commands.add_note(act(), [1], "wrong request")
    undo(act())
    events = queries.detail(store, 1).events
    assert [(e.kind, "undone" in e.data) for e in events[:2]] == [(EventKind.UNDONE, False), (EventKind.NOTE, True)]
    redo(act())
    assert "undone" not in queries.detail(store, 1).events[2].data


def test_the_undone_stays_so_whatever_is_done_afterwards(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    wrong = commands.add_note(act(), [1], "wrong request")
    undo(act())
    commands.add_note(act(), [1], "right request")
    assert [e.text for e in queries.detail(store, 1).events if "undone" in e.data] == ["wrong request"]
    with pytest.raises(Invalid, match="undone already"):
        undo(act(), wrong.operation)


def test_a_logged_call_is_withdrawn_and_comes_back(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city")
    commands.send_message(act(), [1], "Thank you")
    undo(act())
    undo(act())
    row = queries.columns(store)[0]
    assert (row.status, row.outcome, row.upstream) == ("closed", "withdrawn", "")
    assert {item.state for item in outbox.listing(store, unfinished_only=False)} == {OutboxState.RETRACTED}
    redo(act())
    assert [(i.kind, i.state) for i in outbox.listing(store)] == [(OutboxKind.REPORT, OutboxState.QUEUED)]
    assert queries.columns(store)[0].upstream == "city"
    relay(store, clock)
    undo(act())
    assert told(store)[-1] == ("WITHDRAWN", "", "queued")
    relay(store, clock)
    redo(act())
    assert [(i.kind, i.state) for i in outbox.listing(store)] == [], "a report is never created twice"


def test_what_somebody_else_changed_is_not_undone(store: Store, act: Act, crew: int) -> None:
    pull(store, shown("a"))
    mine = commands.assign(act("ana"), [1], crew)
    commands.set_status(act("bo"), [1], Status.IN_PROGRESS)
    with pytest.raises(Conflict, match="Status is now In progress, set by bo"):
        undo(act("ana"))
    assert states(store) == ["in_progress"]
    undo(act("bo"))
    undo(act("ana"), mine.operation)
    assert states(store) == ["new"]


def test_only_ones_own_or_as_a_supervisor(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    done = commands.set_status(act("bo"), [1], Status.ACKNOWLEDGED)
    with pytest.raises(Invalid, match="nothing to undo"):
        undo(act("ana"))
    with pytest.raises(Forbidden, match="Only bo or a supervisor"):
        undo(act("ana", frozenset({Role.DISPATCHER})), done.operation)
    with pytest.raises(NotFound):
        undo(act(), "no such operation")
    undo(act("ana"), done.operation)
    with pytest.raises(Invalid, match="undone already"):
        undo(act("bo"), done.operation)


def test_undo_and_redo_are_a_stack_and_a_new_command_ends_redo(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    for status in (Status.ACKNOWLEDGED, Status.SCHEDULED, Status.IN_PROGRESS):
        commands.set_status(act(), [1], status)
    for before in ("scheduled", "acknowledged", "new"):
        undo(act())
        assert states(store) == [before]
    for after in ("acknowledged", "scheduled"):
        redo(act())
        assert states(store) == [after]
    commands.add_note(act(), [1], "new")
    with pytest.raises(Invalid, match="nothing to redo"):
        redo(act())


def test_a_refused_update_is_taken_back_with_its_change(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a", "received"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    (item,) = outbox.listing(store)
    outbox.refused(store, item.id, "No", clock())
    assert queries.columns(store)[0].undelivered == 1
    undo(act())
    assert outbox.listing(store) == []
    assert queries.columns(store)[0].undelivered == 0


def test_an_undo_names_what_it_took_back_so_that_its_offer_goes(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    noted = commands.add_note(act(), [1], "x")
    taken = undo(act())
    assert (taken.undone, taken.operation) == (noted.operation, "")
    assert redo(act()).operation == noted.operation
