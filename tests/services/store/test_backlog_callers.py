"""Callers come in with a backlog: with the consent the file says, gone and back with it, and erased for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.detail import Detail
from services.domain.policy import LOCAL
from services.domain.status import Role, Status
from services.domain.story import Story
from services.domain.values import Place
from services.domain.workflow import Action
from services.errors import Expected
from services.store import backlog, persons, queries
from services.store.backlog import Past, add, known, source_id
from services.store.callers import known as people
from services.store.calling import CallerWords
from services.store.store import Store
from services.store.undo import redo, undo
from services.store.writing import clean
from tests.services.clock import NOON
from tests.services.store.conftest import Act
from tests.services.store.parts import assert_index_is_whole, logged

XA = CallerWords("Xaverius Ytter", "617 555 0142", "xa@example.org", consent=False)
OPENED = NOON - timedelta(days=30)
REPORT = Past("101", OPENED, (Status.NEW, None), "P", "Pothole", Place("1 Main St"), "A hole", caller=XA)


def first(store: Store) -> Detail:
    return queries.detail(store, queries.find(store, "101"))


def test_a_caller_is_kept_found_and_masked_as_any_other(store: Store, act: Act) -> None:
    add(act(), [REPORT, replace(REPORT, source_id="102", caller=CallerWords())], "old.csv")
    (caller,) = first(store).callers
    assert (caller.name, caller.phone, caller.consent, caller.joined) == (XA.name, XA.phone, False, False)
    assert queries.detail(store, queries.find(store, "102")).callers == ()
    (person,) = people(store, "(617) 555-0142")
    assert [earlier.number for earlier in person.requests] == ["26-000001"]
    assert queries.search(store, "xaverius") == [1]
    nobody = replace(act(), rights={**act().rights, Action.SEE_CONTACTS: frozenset()})
    assert queries.detail(store, 1, acting=nobody).callers[0].phone == "•••• 0142"


def test_who_asked_not_to_be_called_is_not_called_because_of_a_file(store: Store, act: Act) -> None:
    logged(act(), name="Xa", phone="+1 617-555-0142", do_not_call=True)
    add(act(), [replace(REPORT, caller=replace(XA, consent=True))], "old.csv")
    assert first(store).callers[0].do_not_call


def test_undo_takes_the_caller_along_and_redo_brings_them_back(store: Store, act: Act) -> None:
    add(act(), [REPORT], "old.csv")
    undo(act())
    assert (first(store).callers, people(store, XA.phone), queries.search(store, "xaverius")) == ((), [], [])
    redo(act())
    assert [caller.name for caller in first(store).callers] == [XA.name]
    assert queries.search(store, "xaverius") == [1]


def test_the_same_file_after_undo_brings_one_caller_not_two(store: Store, act: Act) -> None:
    add(act(), [REPORT], "old.csv")
    undo(act())
    add(act(), [REPORT], "old.csv")
    assert len(first(store).callers) == 1
    assert len(people(store, XA.phone)[0].callers) == 1


def test_who_was_erased_does_not_come_back_with_the_file(store: Store, act: Act) -> None:
    add(act(), [REPORT], "old.csv")
    (person,) = persons.find(act(), XA.phone)
    persons.erase(act(), person)
    undo(act())
    add(act(), [REPORT], "old.csv")
    assert (first(store).callers, first(store).request.description) == ((), "")
    assert people(store, XA.phone) == []
    assert queries.search(store, "xaverius") == []


def test_the_history_says_from_where_and_by_whom(store: Store, act: Act) -> None:
    add(act(), [REPORT], "old.csv")
    detail = first(store)
    line = Story(detail, LOCAL).line(detail.events[-1])
    assert (line.words, line.status) == ("Imported from “old.csv” by ana", Status.NEW)


def test_two_sources_may_have_the_same_id(store: Store, act: Act) -> None:
    mine, other = (replace(REPORT, source_id=source_id(name, "101")) for name in ("", "crm"))
    assert (mine.source_id, other.source_id) == ("101", "crm:101")
    assert len(add(act(), [mine, other], "old.csv").ids) == 2
    assert known(store, ["101", "crm:101", "b:101"]) == {"101", "crm:101"}


def test_cancel_leaves_nothing(store: Store, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "_TOGETHER", 2)
    rows = [replace(REPORT, source_id=str(i)) for i in range(5)]
    said: list[tuple[int, int]] = []

    def told(done: int, count: int) -> None:
        said.append((done, count))
        if done == 4:
            raise Expected("Stopped.")

    with pytest.raises(Expected, match="Stopped"):
        add(act(roles=frozenset({Role.SUPERVISOR})), rows, "old.csv", told)
    assert said == [(0, 5), (2, 5), (4, 5)]
    assert list(queries.columns(store)) == []
    assert people(store, XA.phone) == []
    add(act(), rows, "old.csv", lambda *now: said.append(now))
    assert said[3:] == [(0, 5), (2, 5), (4, 5), (5, 5), (5, 5)]
    lost = 0 if store.path else 4  # a server gives nobody the numbers of a failed write again
    assert [row.number for row in queries.columns(store)] == [f"26-{i + lost:06d}" for i in range(1, 6)]


PEOPLE = st.builds(
    CallerWords,
    name=st.sampled_from(("", "Ana Ruiz", "Bo Lund", "Čeněk Říha", " Dee \0")),
    phone=st.sampled_from(("", "617 555 0142", "+1 617-555-0143", "12", "x 34")),
    email=st.sampled_from(("", "a@example.org", "B@Example.org", "odd")),
    consent=st.booleans(),
)
ROWS = st.lists(PEOPLE, min_size=1, max_size=8)
_COUNT = count()


def standing(store: Store, ids: Sequence[int]) -> list[tuple[str, ...]]:
    """Who calls in these, as the detail shows them."""
    details = [queries.detail(store, i) for i in ids]
    return [tuple(f"{c.name}|{c.phone}|{c.email}|{c.consent}" for c in d.callers) for d in details]


@given(rows=ROWS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_comes_goes_with_undo_and_is_back_after_redo(store: Store, act: Act, rows: list[CallerWords]) -> None:
    turn = next(_COUNT)
    past = [replace(REPORT, source_id=f"{turn}-{i}", caller=who) for i, who in enumerate(rows)]
    ids = add(act(), past, "old.csv").ids
    came = standing(store, ids)
    assert came == [
        () if who.is_nobody else (f"{clean(who.name)}|{who.phone}|{who.email}|{who.consent}",) for who in rows
    ]
    undo(act())
    assert standing(store, ids) == [()] * len(rows)
    redo(act())
    assert standing(store, ids) == came
    undo(act())
    assert add(act(), past, "old.csv").ids == ids, "the same requests, not new ones"
    assert standing(store, ids) == came
    assert_index_is_whole(store)


@given(rows=ROWS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everybody_of_a_backlog_can_be_found_and_erased(store: Store, act: Act, rows: list[CallerWords]) -> None:
    turn = next(_COUNT)
    past = [replace(REPORT, source_id=f"{turn}-{i}", caller=who) for i, who in enumerate(rows)]
    ids = add(act(), past, "old.csv").ids
    for who in rows:
        if who.is_nobody:
            continue
        for person in persons.find(act(), who.phone, who.email, who.name):
            persons.erase(act(), person)
    left = [line for lines in standing(store, ids) for line in lines]
    assert {line.rpartition("|")[0] for line in left} <= {"||"}
    assert len(ids) == len(rows)
