"""Who asked never to be called can take that back: by number or address, with who noted it, and with Undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.domain.values import Changes
from services.errors import Invalid
from services.store import commands, queries
from services.store.acting import Acting
from services.store.callers import known
from services.store.calling import CallerWords
from services.store.calls import call_backs
from services.store.joining import join, log_enquiry
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.store.conftest import Act
from tests.services.store.parts import logged

NUMBER = "617 555 0142"
AGAIN = CallerWords("Ana", "+1 617-555-0142", lifts=True)


def asks_never(store: Store) -> bool:
    (person,) = known(store, NUMBER)
    return person.do_not_call


def said(store: Store, request_id: int, nth: int = 0) -> dict[str, object]:
    events = sorted(queries.detail(store, request_id).events, key=lambda e: e.id)
    return dict(events[nth].data)


@pytest.mark.parametrize(
    "again",
    [
        lambda acting: logged(acting, name="Ana", phone=NUMBER, lifts=True),
        lambda acting: join(acting, 3, AGAIN),
        lambda acting: log_enquiry(acting, 3, AGAIN),
    ],
    ids=["logged", "joined", "asked"],
)
def test_the_wish_is_taken_back_and_undo_brings_it_again(
    store: Store, act: Act, again: Callable[[Acting], Changes]
) -> None:
    logged(act(), name="Ana", phone=NUMBER)
    commands.send_message(act(), [1], "Soon")
    logged(act(), name="Ana", phone=NUMBER, do_not_call=True)
    logged(act(), name="Cy", phone="617 555 0177")
    assert (asks_never(store), call_backs(store)) == (True, [])
    changes = again(act("bo"))
    assert len(changes.ids) == 1, "only the request that is looked at then"
    assert not asks_never(store)
    assert [call.request_id for call in call_backs(store)] == [1]
    assert said(store, changes.ids[0], -1)["lifted"] == "2"
    undo(act("bo"))
    assert (asks_never(store), call_backs(store)) == (True, [])
    redo(act("bo"))
    assert not asks_never(store)


def test_without_taking_it_back_it_stands(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone=NUMBER, do_not_call=True)
    logged(act(), name="Ana", phone=NUMBER)
    logged(act(), name="Ana", phone=NUMBER, do_not_call=True, lifts=True)
    logged(act(), name="Bo", phone="617 555 0177", lifts=True)
    logged(act(), name="Nobody", lifts=True)
    assert asks_never(store)
    assert not any("lifted" in said(store, i) for i in range(1, 6))


def test_an_address_takes_back_what_it_was_left_with(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone=NUMBER, email="ana@example.org", do_not_call=True)
    logged(act(), name="Ana", email="ANA@example.org", lifts=True)
    assert not asks_never(store)
    with pytest.raises(Invalid):
        join(act(), 1, AGAIN)
