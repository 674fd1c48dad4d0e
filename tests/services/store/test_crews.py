"""Crews: what can be said of them, by whom, and where each is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.domain.shifts import Hours, Shifts, weekdays
from services.domain.status import Role
from services.domain.values import Crew
from services.errors import Conflict, Expected, Forbidden, Invalid, NotFound
from services.store import queries
from services.store.crews import edit_back, edit_crews, save_crews, set_place
from services.store.store import Store
from tests.services.store.conftest import Act

SUPERVISOR = frozenset({Role.SUPERVISOR})
DISPATCHER = frozenset({Role.DISPATCHER})
FULL = Crew(
    *(0, "Tree 1", ("tree",), 5, True, ("Ward 3", "Ward 4")),
    shifts=Shifts(weekdays(Hours(420, 930)), ((date(2011, 9, 5), None),)),
    email="tree1@example.org",
    base=(42.25, -71.125),
)


def only(store: Store, name: str) -> Crew:
    return next(c for c in queries.crews(store) if c.name == name)


def test_everything_that_is_said_of_a_crew_is_kept_and_told_as_news(store: Store, act: Act) -> None:
    assert edit_crews(act(roles=SUPERVISOR), [FULL]).sentence == "1 crew saved"
    kept = only(store, "Tree 1")
    assert kept == replace(FULL, id=kept.id)
    set_place(act(roles=DISPATCHER), kept.id, (42.5, -71.5))
    placed = only(store, "Tree 1")
    assert (placed.place, placed.start) == ((42.5, -71.5), (42.5, -71.5))
    assert placed.place_at is not None
    assert queries.news(store, 0)[1] == tuple(queries.crews(store))
    set_place(act(roles=DISPATCHER), kept.id, None)
    assert only(store, "Tree 1") == kept
    assert kept.start == kept.base


def test_a_crew_is_renamed_by_its_id_and_keeps_its_place(store: Store, act: Act, crew: int) -> None:
    set_place(act(), crew, (42.5, -71.5))
    edit_crews(act(), [replace(FULL, id=crew, name="  Trees  ")])
    found = {c.id: c for c in queries.crews(store)}[crew]
    assert (found.name, found.place) == ("Trees", (42.5, -71.5))


def test_who_may_not_is_told_whom_to_ask(store: Store, act: Act, crew: int) -> None:
    for roles in (DISPATCHER, frozenset({Role.CALL_TAKER})):
        with pytest.raises(Forbidden, match="may not edit crews"):
            edit_crews(act(roles=roles), [FULL])
    with pytest.raises(Forbidden):
        set_place(act(roles=frozenset({Role.CALL_TAKER})), crew, (0, 0))
    assert "Tree 1" not in {c.name for c in queries.crews(store)}


@pytest.mark.parametrize(
    ("bad", "kind", "said"),
    [
        ({"name": " "}, Invalid, "needs a name"),
        ({"name": "two\nlines"}, Invalid, "on one line"),
        ({"capacity": 0}, Invalid, "0 jobs a day"),
        ({"capacity": 2**40}, Invalid, "jobs a day"),
        ({"email": "nobody"}, Invalid, "no e-mail address"),
        ({"base": (91.0, 0.0)}, Invalid, "not on the globe"),
        ({"base": (float("nan"), 0.0)}, Invalid, "not on the globe"),
        ({"name": "FORESTRY 2"}, Conflict, "already"),
        ({"id": 999}, NotFound, "no such crew"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    store: Store, act: Act, crew: int, bad: dict[str, object], kind: type[Expected], said: str
) -> None:
    before = queries.crews(store)
    with pytest.raises(kind, match=said):
        edit_crews(act(), [replace(FULL, name="Tree 7"), replace(FULL, **bad)])  # type: ignore[arg-type]
    assert queries.crews(store) == before


def test_words_given_twice_are_kept_once(store: Store) -> None:
    save_crews(store, [replace(FULL, skills=("tree", " tree ", ""), areas=("Ward 3", "Ward 3"))])
    assert (only(store, "Tree 1").skills, only(store, "Tree 1").areas) == (("tree",), ("Ward 3",))


def test_there_is_no_place_for_no_crew_and_none_off_the_globe(act: Act, crew: int) -> None:
    with pytest.raises(NotFound):
        set_place(act(), 999, (0, 0))
    with pytest.raises(Invalid):
        set_place(act(), crew, (0, 181))


def test_an_edit_is_taken_back_once_and_only_as_it_was_left(store: Store, act: Act, crew: int) -> None:
    boss = act(roles=SUPERVISOR)
    before = next(c for c in queries.crews(store) if c.id == crew)
    after = replace(before, name="Trees", capacity=3)
    edit_crews(boss, [after])
    set_place(boss, crew, (42.5, -71.5))
    with pytest.raises(Forbidden):
        edit_back(act(roles=DISPATCHER), [(before, after)])
    assert edit_back(boss, [(before, after)]).sentence == f"{before.name} is as it was"
    now = next(c for c in queries.crews(store) if c.id == crew)
    assert (now.name, now.capacity, now.place) == (before.name, before.capacity, (42.5, -71.5))
    with pytest.raises(NotFound):
        edit_back(boss, [(before, after)])
    edit_crews(boss, [replace(now, capacity=2)])
    with pytest.raises(Conflict, match="changed meanwhile"):
        edit_back(boss, [(before, replace(now, capacity=9))])
    edit_crews(boss, [FULL])
    assert edit_back(boss, [(None, FULL)]).sentence == "Tree 1 is out of service again"
    assert not only(store, "Tree 1").active


def test_of_several_edits_all_are_taken_back_or_none(store: Store, act: Act, crew: int) -> None:
    boss = act(roles=SUPERVISOR)
    before = next(c for c in queries.crews(store) if c.id == crew)
    edits = [(before, replace(before, capacity=3)), (None, FULL)]
    edit_crews(boss, [after for _, after in edits])
    made = only(store, FULL.name)
    edit_crews(boss, [replace(made, capacity=1)])
    with pytest.raises(Conflict, match="changed meanwhile"):
        edit_back(boss, edits)
    assert next(c for c in queries.crews(store) if c.id == crew).capacity == 3
    edit_crews(boss, [made])
    assert edit_back(boss, edits).sentence == "2 crews are as they were"
    assert next(c for c in queries.crews(store) if c.id == crew) == before
    assert not only(store, FULL.name).active
