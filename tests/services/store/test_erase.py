"""Erasing: the words are gone from the file, the history stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.domain.status import Role
from services.domain.values import EventKind
from services.errors import Forbidden, Invalid, NotFound
from services.store import commands, queries
from services.store.erase import erase_caller, erase_description, erase_text
from services.store.store import Store
from services.store.undo import undo
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

STORES = ("file",)


def test_what_is_erased_is_nowhere_in_the_file(store: Store, act: Act, tmp_path: Path) -> None:
    logged(act(), name="Xaverius", phone="5550199", description="Ytterbium", attributes={"GATE": ("Zirconium",)})
    commands.add_note(act(), [1], "Wolframite")
    detail = queries.detail(store, 1)
    note = next(e for e in detail.events if e.kind is EventKind.NOTE)
    count = len(detail.events)
    erase_caller(act(), detail.callers[0].id)
    erase_text(act(), note.id)
    changes = erase_description(act(), 1)
    assert changes.ids == (1,)
    after = queries.detail(store, 1)
    assert (after.callers[0].name, after.request.description, after.attributes) == ("", "", ())
    assert len(after.events) == count + 3
    assert next(e for e in after.events if e.id == note.id).text == ""
    for word in ("Xaverius", "5550199", "Ytterbium", "Zirconium", "Wolframite"):
        assert queries.search(store, word) == []
        for file in tmp_path.iterdir():
            assert word.lower().encode() not in file.read_bytes().lower(), (word, file)


def test_an_erased_description_does_not_come_back_with_the_next_pull(store: Store, act: Act) -> None:
    pull(store, shown("a", description="Ytterbium", answers=(("who", ("Jo",)),)))
    erase_description(act(), 1)
    pull(store, shown("a", description="Ytterbium again", status_notes="x", answers=(("who", ("Jo",)),)))
    assert queries.detail(store, 1).request.description == ""
    assert queries.detail(store, 1).attributes == ()


def test_a_message_about_to_leave_is_not_erased(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    commands.send_message(act(), [1], "Dear Jo")
    message = queries.detail(store, 1).events[0]
    with pytest.raises(Invalid, match="about to leave"):
        erase_text(act(), message.id)
    undo(act())
    erase_text(act(), message.id)
    assert queries.detail(store, 1).events[-2].text == ""


def test_only_a_supervisor_and_only_what_is_there(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    with pytest.raises(Forbidden):
        erase_caller(act(roles=frozenset({Role.DISPATCHER})), 1)
    with pytest.raises(NotFound):
        erase_caller(act(), 1)
    with pytest.raises(NotFound):
        erase_text(act(), 1)
    with pytest.raises(NotFound):
        erase_description(act(), 9)
