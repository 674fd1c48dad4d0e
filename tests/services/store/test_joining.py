"""One more caller instead of a duplicate: kept with what they said, known again, and taken back by Undo."""

from __future__ import annotations

import pytest

from services.domain.policy import LOCAL
from services.domain.status import Outcome, Role, Status
from services.domain.story import Story
from services.domain.values import EventKind
from services.errors import Forbidden, Invalid, NotFound
from services.store import commands, outbox, queries, wording
from services.store.callers import known
from services.store.joining import CallerWords, join, join_or_ask, log_enquiry
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.store.conftest import Act
from tests.services.store.parts import assert_index_is_whole, logged, pull, shown

BO = CallerWords("Bo Lund", "617 555 0188", "bo@example.org", "es", "email")


def names(store: Store, request_id: int = 1) -> list[str]:
    return [c.name for c in queries.detail(store, request_id).callers]


@pytest.mark.parametrize("closed", [False, True])
def test_a_caller_joins_with_what_they_said(store: Store, act: Act, closed: bool) -> None:
    logged(act(), name="Ana", phone="617 555 0142")
    if closed:
        commands.set_status(act(), [1], Status.CLOSED, Outcome.WITHDRAWN)
    changes = join(act(), 1, BO, "It blocks the school bus")
    assert changes.ids == (1,)
    assert {"request", "caller"} <= changes.kinds
    detail = queries.detail(store, 1)
    assert [(c.name, c.reply, c.joined) for c in detail.callers] == [("Ana", "", False), ("Bo Lund", "email", True)]
    event = detail.events[0]
    assert (event.kind, event.text) == (EventKind.JOINED, "It blocks the school bus")
    assert "Bo" not in str(event.data)
    assert Story(detail, LOCAL).line(event).words == "One more caller, taken down by ana"
    assert queries.search(store, "lund school") == [1]
    assert known(store, "6175550188")[0].requests[0].request_id == 1
    assert_index_is_whole(store)


def test_undo_withdraws_the_caller_and_redo_brings_them_back(store: Store, act: Act) -> None:
    logged(act(), name="Ana")
    join(act(), 1, BO)
    head = store.head()
    undo(act())
    assert names(store) == ["Ana"]
    assert known(store, BO.phone) == []
    assert queries.search(store, "lund") == []
    assert wording.reworded(store, head).ids == (1,)
    assert_index_is_whole(store)
    redo(act())
    assert names(store) == ["Ana", "Bo Lund"]
    assert queries.search(store, "lund") == [1]
    assert_index_is_whole(store)
    undo(act())
    join(act(), 1, BO)
    assert names(store) == ["Ana", "Bo Lund"], "who was withdrawn may join again"


def test_the_same_number_or_address_joins_once(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone="617 555 0142", email="ana@example.org")
    for again in (CallerWords("X", "(617) 555-0142"), CallerWords(email="ANA@example.org")):
        with pytest.raises(Invalid, match="already"):
            join(act(), 1, again)
    join(act(), 1, CallerWords())
    join(act(), 1, CallerWords())
    assert len(names(store)) == 3, "who leaves nothing counts too"


def test_a_question_is_logged_on_the_request(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    log_enquiry(act(), 1, BO, "When?")
    log_enquiry(act(), 1, BO)
    log_enquiry(act(), 1, CallerWords(), "Nobody said who")
    detail = queries.detail(store, 1)
    assert [(c.name, c.reply) for c in detail.callers] == [("Bo Lund", "none")], "asked twice, known once"
    assert [e.kind for e in detail.events[:3]] == [EventKind.ENQUIRED] * 3
    assert known(store, BO.phone)[0].requests[0].request_id == 1
    join(act(), 1, BO)
    assert [c.reply for c in queries.detail(store, 1).callers] == ["email"], (
        "who asked may still join, and is one person"
    )
    undo(act())
    assert [c.reply for c in queries.detail(store, 1).callers] == ["none"]
    assert queries.search(store, "lund") == [1]
    redo(act())
    assert [c.reply for c in queries.detail(store, 1).callers] == ["email"]
    assert_index_is_whole(store)


def test_a_reporter_who_wants_to_hear_nothing_and_joins_stays_the_reporter(store: Store, act: Act) -> None:
    logged(act(), name="Bo", phone=BO.phone, reply="none")
    join(act(), 1, BO)
    assert [(c.reply, c.joined) for c in queries.detail(store, 1).callers] == [("none", False), ("email", True)]


def test_undo_of_a_question_leaves_who_was_a_caller_before(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone="617 555 0142")
    log_enquiry(act(), 1, CallerWords(phone="617-555-0142"))
    undo(act())
    assert names(store) == ["Ana"]
    log_enquiry(act(), 1, BO)
    undo(act())
    assert names(store) == ["Ana"]
    assert_index_is_whole(store)


def test_the_upstream_is_not_told_of_who_joins(store: Store, act: Act) -> None:
    logged(act(), upstream="city")
    join(act(), 1, BO)
    assert [i.kind.value for i in outbox.listing(store)] == ["report"]
    payload = outbox.payload(store, outbox.listing(store)[0])
    assert getattr(payload, "name", None) == ""


def test_who_may_join_and_to_what(store: Store, act: Act) -> None:
    logged(act())
    nobody = act(roles=frozenset())
    for command in (join, log_enquiry):
        with pytest.raises(Forbidden):
            command(nobody, 1, BO)
        with pytest.raises(NotFound):
            command(act(), 9, BO)
        assert command(act(roles=frozenset({Role.CALL_TAKER})), 1, CallerWords(name="Cy")).ids == (1,)
    with pytest.raises(Invalid, match="no way to reply"):
        join(act(), 1, CallerWords(reply="pigeon"))


def test_who_is_a_caller_already_asks_instead_and_that_is_one_operation(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone="617 555 0142")
    ana, bo = CallerWords("Ana", "+1 617-555-0142"), CallerWords("Bo", "617 555 0188")
    first = join_or_ask(act(), 1, bo, "Me too", "call-1")
    again = join_or_ask(act(), 1, ana, "Still there", "call-2")
    assert join_or_ask(act(), 1, ana, "Still there", "call-2").operation == "", "done once"
    detail = queries.detail(store, 1)
    assert [e.kind for e in detail.events[:2]] == [EventKind.ENQUIRED, EventKind.JOINED]
    assert [caller.name for caller in detail.callers] == ["Ana", "Bo"]
    assert (first.operation, again.operation) == ("call-1", "call-2")
    undo(act())
    assert queries.detail(store, 1).events[0].kind is EventKind.UNDONE
