"""The history of all requests: in pages, filtered, for who may read it; what is erased stays so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.audit import Told
from services.domain.status import Outcome, Role, Status
from services.domain.values import EventKind
from services.errors import Forbidden
from services.store.audit import Sought, count, every, page
from services.store.commands import add_note, assign, set_status
from services.store.persons import erase, find
from services.store.undo import undo
from tests.services.clock import NOON, Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import logged

ALL = Sought()


def a_morning(act: Act, crew: int, clock: Clock) -> None:
    """Ana logs two; Ben assigns both an hour later, and takes it back; Ana closes one and writes a note."""
    logged(act("ana"))
    logged(act("ana"))
    clock.forward(hours=1)
    assign(act("ben"), [1, 2], crew)
    undo(act("ben"))
    clock.forward(hours=1)
    set_status(act("Ana Lima"), [1], Status.CLOSED, Outcome.FIXED)
    add_note(act("Ana Lima"), [1], "Gate is locked")


def kinds(act: Act, sought: Sought) -> list[str]:
    assert count(act(), sought) == len(page(act(), sought))
    return [told.kind.value for told in page(act(), sought)]


def test_the_newest_first_with_who_when_and_from_what(act: Act, crew: int, clock: Clock) -> None:
    a_morning(act, crew, clock)
    newest, closed, *_, first = page(act(), ALL)
    assert (newest.actor, newest.kind, newest.text) == ("Ana Lima", EventKind.NOTE, "Gate is locked")
    assert (closed.data["from"], closed.data["to"], closed.data["to_outcome"]) == ("new", "closed", "fixed")
    assert (first.actor, first.kind) == ("ana", EventKind.LOGGED)
    assert timedelta() <= first.at - NOON < timedelta(minutes=1)
    assert [t.is_undone for t in page(act(), Sought(kind=EventKind.ASSIGNED))] == [True, True]


def test_it_is_filtered(act: Act, crew: int, clock: Clock) -> None:
    a_morning(act, crew, clock)
    assert kinds(act, Sought(person="ANA")) == ["note", "status", "logged", "logged"]
    assert kinds(act, Sought(person="ana l")) == ["note", "status"]
    assert kinds(act, Sought(person="%")) == []
    assert kinds(act, Sought(kind=EventKind.UNDONE)) == ["undone", "undone"]
    assert kinds(act, Sought(request_id=2)) == ["undone", "assigned", "logged"]
    hour = timedelta(hours=1)
    assert kinds(act, Sought(since=NOON + hour, until=NOON + 2 * hour, request_id=1)) == ["undone", "assigned"]
    assert kinds(act, Sought(until=NOON)) == []


def test_page_after_page_gives_each_line_once(act: Act, crew: int, clock: Clock) -> None:
    a_morning(act, crew, clock)
    whole = page(act(), ALL)
    paged: list[Told] = []
    before = 0
    while some := page(act(), ALL, before, 3):
        paged.extend(some)
        before = some[-1].id
        add_note(act(), [2], "comes in between")
    assert paged == list(whole)
    assert [told.id for part in every(act(), Sought(person="ana l")) for told in part] == [t.id for t in whole[:2]]


def test_who_was_erased_stays_so(act: Act) -> None:
    logged(act(), name="Xaverius Ytter", phone="617 555 0142")
    add_note(act(), [1], "Xaverius Ytter is cross")
    assert any("Xaverius" in told.text for told in page(act(), ALL))
    erase(act(), find(act(), name="Xaverius Ytter")[0])
    told = page(act(), ALL)
    assert not any("Xaverius" in f"{t.text}{t.data}" for t in told)
    assert [t.is_erased for t in told if t.kind is EventKind.NOTE] == [True]


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.DISPATCHER])
def test_only_a_supervisor_and_who_only_reads(act: Act, role: Role) -> None:
    for reading in (page, count):
        with pytest.raises(Forbidden, match="Only a supervisor or an auditor"):
            reading(act(roles=frozenset({role})), ALL)
        reading(act(roles=frozenset({Role.SUPERVISOR})), ALL)
        reading(act(roles=frozenset()), ALL)
