"""A backlog comes in as one operation, is taken back by one undo, and adds nothing when it comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.status import Outcome, Role, Status
from services.domain.values import EventKind, Place
from services.errors import Conflict, Forbidden, Invalid
from services.store import queries
from services.store.backlog import Past, add, known
from services.store.commands import set_status
from services.store.erase import erase_description
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import NOON
from tests.services.store.conftest import Act
from tests.services.store.parts import pull, shown

OPENED = NOON - timedelta(days=30)
OPEN = Past("101", OPENED, (Status.IN_PROGRESS, None), "P", "Pothole", Place("1 Main St"), "A hole", sla_hours=48)
DONE = Past(
    "102", OPENED, (Status.CLOSED, Outcome.FIXED), "T", "Tree", Place("", 42.3, -71.0), closed_at=OPENED + timedelta(1)
)


def standing(store: Store) -> dict[str, tuple[Status, Outcome | None]]:
    details = (queries.detail(store, row.id) for row in queries.columns(store))
    return {d.request.upstream_id: (d.request.status, d.request.outcome) for d in details}


def test_everything_comes_in_at_once(store: Store, act: Act) -> None:
    changes = add(act(), [OPEN, DONE, OPEN], "old.csv")
    assert changes.sentence == "2 requests imported from “old.csv”"
    first, second = (queries.detail(store, i) for i in changes.ids)
    request = first.request
    assert (request.number, request.upstream, request.upstream_id) == ("26-000001", "", "101")
    assert (request.service, request.description, request.place.address) == ("Pothole", "A hole", "1 Main St")
    assert (request.requested_at, request.updated_at, request.due_at) == (OPENED, OPENED, OPENED + timedelta(hours=48))
    assert (second.request.outcome, second.request.closed_at) == (Outcome.FIXED, DONE.closed_at)
    (event,) = first.events
    assert (event.kind, event.actor, event.operation) == (EventKind.LOGGED, "ana", changes.operation)
    assert not first.outbox
    assert queries.search(store, "hole") == [changes.ids[0]]
    assert queries.find(store, "102") == changes.ids[1]
    assert store.changes_since(0)[1] == changes.ids


def test_closed_without_a_date_is_closed_when_it_was_opened(store: Store, act: Act) -> None:
    (i,) = add(act(), [replace(DONE, closed_at=None)], "old.csv").ids
    assert queries.detail(store, i).request.closed_at == OPENED


def test_the_same_again_adds_nothing(store: Store, act: Act) -> None:
    add(act(), [OPEN, DONE], "old.csv")
    assert known(store, ["101", "102", "103"]) == {"101", "102"}
    with pytest.raises(Invalid, match="nothing in it"):
        add(act(), [OPEN, DONE], "old.csv")
    changes = add(act(), [OPEN, replace(DONE, source_id="103")], "old.csv")
    assert changes.sentence == "1 request imported from “old.csv”"


def test_one_undo_takes_all_of_it_back_and_redo_brings_it(store: Store, act: Act) -> None:
    done = add(act(), [OPEN, DONE], "old.csv")
    before = standing(store)
    assert set(undo(act()).ids) == set(done.ids)
    assert set(standing(store).values()) == {(Status.CLOSED, Outcome.WITHDRAWN)}
    assert known(store, ["101", "102"]) == set()
    redo(act())
    assert standing(store) == before
    assert known(store, ["101", "102"]) == {"101", "102"}


def test_what_was_taken_back_is_taken_up_again_as_it_is_now(store: Store, act: Act) -> None:
    first = add(act(), [OPEN, DONE], "wrong.csv")
    undo(act())
    second = add(act(), [replace(OPEN, description="A crater", service="Sinkhole")], "right.csv")
    assert second.ids == first.ids[:1]
    request = queries.detail(store, second.ids[0]).request
    assert (request.status, request.service, request.number) == (Status.IN_PROGRESS, "Sinkhole", "26-000001")
    assert (request.closed_at, request.updated_at, request.version) == (None, OPENED, 3)
    assert queries.search(store, "crater") == [request.id]
    assert queries.search(store, "hole") == []
    assert known(store, ["101", "102"]) == {"101"}
    undo(act())
    assert known(store, ["101", "102"]) == set()


def test_what_was_erased_does_not_come_back(store: Store, act: Act) -> None:
    (i,) = add(act(), [OPEN], "old.csv").ids
    undo(act())
    erase_description(act(), i)
    add(act(), [OPEN], "old.csv")
    request = queries.detail(store, i).request
    assert (request.description, request.status) == ("", Status.IN_PROGRESS)
    assert queries.search(store, "hole") == []


def test_what_was_worked_on_since_is_not_taken_back(store: Store, act: Act) -> None:
    changes = add(act(), [OPEN, DONE], "old.csv")
    set_status(act(), changes.ids[:1], Status.ON_HOLD)
    with pytest.raises(Conflict, match="On hold"):
        undo(act(), changes.operation)
    assert standing(store)["102"] == (Status.CLOSED, Outcome.FIXED)


def test_an_upstreams_ids_are_others(store: Store, act: Act) -> None:
    pull(store, shown("101"))
    assert known(store, ["101"]) == set()
    assert len(add(act(), [OPEN], "old.csv").ids) == 1


def test_only_a_supervisor_imports(store: Store, act: Act) -> None:
    with pytest.raises(Forbidden, match="supervisor"):
        add(act(roles=frozenset({Role.DISPATCHER})), [OPEN], "old.csv")
