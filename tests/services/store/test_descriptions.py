"""What was answered on forms is read for many requests at once, some thousand at a time, from both kinds of store."""

from __future__ import annotations

import pytest

from services.errors import Expected
from services.store import descriptions
from services.store.store import Store
from tests.services.store.parts import pull, shown


def test_answers_by_question_of_those_that_have_any(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert descriptions.answers(store, 10) == {}
    first, last = (("about", ("parks",)),), (("about", ("roads", "signs")), ("who", ("ana",)))
    pull(store, shown("1", answers=first), shown("2"), shown("3", answers=last))
    wanted = {1: {"about": "parks"}, 3: {"about": "roads, signs", "who": "ana"}}
    assert descriptions.answers(store, 10) == wanted
    assert descriptions.answers(store, 2) == {3: wanted[3]}
    monkeypatch.setattr(descriptions, "_MANY", 1)
    assert descriptions.answers(store, 10) == wanted


def test_reading_ends_when_the_desk_does(store: Store) -> None:
    pull(store, shown("1"))
    with pytest.raises(Expected):
        descriptions.answers(store, 10, lambda: True)
