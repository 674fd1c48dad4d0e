"""Callers of many requests at once: for whoever may see how they are reached, and for nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.status import Role
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Forbidden
from services.store.contacts import contacts
from services.store.joining import CallerWords, join
from services.store.persons import erase, find
from services.store.undo import undo
from tests.services.store.conftest import Act
from tests.services.store.parts import logged


def test_each_request_with_all_its_callers_in_the_order_asked_for(act: Act) -> None:
    logged(act(), name="Ana Lima", phone="617 555 0142", email="ana@example.org")
    logged(act(), name="", phone="", email="")
    join(act(), 1, CallerWords("Bo", "617 555 0188"), "")
    assert contacts(act(), [2, 1, 9]) == [
        ("", "", ""),
        ("Ana Lima; Bo", "617 555 0142; 617 555 0188", "ana@example.org"),
        ("", "", ""),
    ]


def test_who_withdrew_and_who_was_erased_is_in_no_file(act: Act) -> None:
    logged(act(), name="Ana Lima", phone="617 555 0142")
    join(act(), 1, CallerWords("Bo", "617 555 0188"), "")
    undo(act())
    assert contacts(act(), [1]) == [("Ana Lima", "617 555 0142", "")]
    erase(act(), find(act(), name="Ana Lima")[0])
    assert contacts(act(), [1]) == [("", "", "")]


@pytest.mark.parametrize("roles", [frozenset[Role](), frozenset({Role.CALL_TAKER})])
def test_who_may_not_is_refused(act: Act, roles: frozenset[Role]) -> None:
    narrow = {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset({Role.SUPERVISOR})}
    with pytest.raises(Forbidden):
        contacts(replace(act(roles=roles), rights=narrow), [1])
