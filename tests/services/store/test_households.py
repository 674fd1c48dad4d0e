"""Several people on one number: told apart by name, and erasing one leaves the others all they have."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store import commands, queries
from services.store.callers import Person, apart, called
from services.store.persons import erase, find
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import logged

NUMBER = "617 555 0142"


def household(store: Store, act: Act, *names: str) -> list[Person]:
    """Each of them has reported something from the one number."""
    for name in names:
        logged(act(), name=name, phone=NUMBER, description=f"{name} saw it")
    (together,) = find(act(), NUMBER)
    return apart(store, together)


def test_the_same_name_is_one_person_however_it_is_typed(store: Store, act: Act) -> None:
    assert [len(p.callers) for p in household(store, act, "Ana Ruiz", "ANA  ruíz", "")] == [3]


def test_each_name_is_somebody_the_newest_first(store: Store, act: Act) -> None:
    people = household(store, act, "Ana", "Bo", "", "Ana")
    assert [(p.name, p.phone, p.callers) for p in people] == [
        ("Ana", NUMBER, (4, 1)),
        ("", NUMBER, (3,)),
        ("Bo", NUMBER, (2,)),
    ]
    assert [[e.request_id for e in p.requests] for p in people] == [[4, 1], [3], [2]]


def test_for_one_name_the_store_is_asked_nothing_more(store: Store, act: Act) -> None:
    """A look for "Maria" finds thousands: a question each would hold the desk's store for long."""
    for name in ("Ana Ruiz", "", "ANA  Ruíz"):
        logged(act(), name=name, phone=NUMBER)
    (together,) = find(act(), NUMBER)
    assert apart(cast("Store", None), together) == [together]


def test_a_name_means_itself_before_it_is_the_beginning_of_another(store: Store, act: Act) -> None:
    people = household(store, act, "Ana", "Ana Ruiz", "Bo")
    assert [p.name for p in called(people, "ana")] == ["Ana"]
    assert [p.name for p in called(people, "ru")] == ["Ana Ruiz"]
    assert [p.name for p in called(people, "an")] == ["Ana Ruiz", "Ana"]
    assert called(people, "") == people


def test_texts_about_the_number_stay_while_another_has_it(store: Store, act: Act) -> None:
    ana = next(p for p in household(store, act, "Ana Ruiz", "Bo Lund") if p.name == "Ana Ruiz")
    commands.add_note(act(), [1], "Ring 617 555 0142, ask for Bo Lund")
    commands.add_note(act(), [1], "Ana Ruiz is cross")
    erase(act(), ana)
    texts = {event.text for event in queries.detail(store, 1).events}
    assert "Ring 617 555 0142, ask for Bo Lund" in texts
    assert "Ana Ruiz is cross" not in texts
    (bo,) = find(act(), NUMBER)
    erase(act(), bo)
    assert find(act(), NUMBER) == []


NAMES = st.lists(st.sampled_from(("Ana", "Bo", "Cy", "Dee", "")), min_size=1, max_size=6)


@given(names=NAMES, chosen=st.integers(0, 5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_erased_nobody_else_is(act: Act, store: Store, names: list[str], chosen: int) -> None:
    for person in find(act(), NUMBER):
        erase(act(), person)
    people = household(store, act, *names)
    gone = people[chosen % len(people)]
    here = {earlier.request_id for person in people for earlier in person.requests}
    others = {earlier.request_id for person in people if person != gone for earlier in person.requests}
    kept = {request_id: queries.detail(store, request_id) for request_id in others}
    erase(act(), gone)
    for request_id in here:
        now, was = queries.detail(store, request_id), kept.get(request_id)
        if was is None:
            assert (now.request.description, [c.name for c in now.callers]) == ("", [""])
        else:
            assert (now.request.description, now.callers) == (was.request.description, was.callers)
    assert sum(len(p.callers) for p in find(act(), NUMBER)) == len(names) - len(gone.callers)


@pytest.mark.parametrize("name", ["Ana", "Bo"])
def test_the_index_forgets_one_and_keeps_the_other(store: Store, act: Act, name: str) -> None:
    people = household(store, act, "Ana", "Bo")
    erase(act(), next(p for p in people if p.name == name))
    assert [bool(queries.search(store, word)) for word in ("Ana", "Bo")] == [name != "Ana", name != "Bo"]
