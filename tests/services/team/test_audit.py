"""On a team the history is read by who supervises and by its auditor, each logged in as themselves."""

from __future__ import annotations

import pytest

from services.domain.rights import Group
from services.domain.values import EventKind
from services.errors import Forbidden
from services.store.audit import Sought, count, page
from services.store.commands import add_note
from services.store.persons import erase, find
from tests.services.store.parts import logged
from tests.services.team.conftest import NAMES, Crowd


@pytest.fixture
def worked(crowd: Crowd) -> Crowd:
    """A call-taker has logged a call, and a dispatcher has written of its caller."""
    logged(crowd.acting(Group.CALL_TAKER), name="Xaverius Ytter", phone="617 555 0142")
    add_note(crowd.acting(Group.DISPATCHER), [1], "Xaverius Ytter is cross")
    return crowd


@pytest.mark.parametrize("group", [Group.SUPERVISOR, Group.AUDITOR])
def test_who_supervises_and_who_only_reads_see_who_did_what(worked: Crowd, group: Group) -> None:
    acting = worked.acting(group)
    assert [(told.actor, told.kind) for told in page(acting, Sought())] == [
        (NAMES[Group.DISPATCHER], EventKind.NOTE),
        (NAMES[Group.CALL_TAKER], EventKind.LOGGED),
    ]
    assert count(acting, Sought(person=NAMES[Group.DISPATCHER])) == 1


@pytest.mark.parametrize("group", [Group.CALL_TAKER, Group.DISPATCHER])
def test_nobody_else(worked: Crowd, group: Group) -> None:
    with pytest.raises(Forbidden):
        page(worked.acting(group), Sought())


def test_who_is_erased_is_erased_for_the_auditor_too(worked: Crowd) -> None:
    supervisor, auditor = worked.acting(Group.SUPERVISOR), worked.acting(Group.AUDITOR)
    assert "Xaverius" in page(auditor, Sought())[0].text
    erase(supervisor, find(supervisor, name="Xaverius Ytter")[0])
    told = page(auditor, Sought(kind=EventKind.NOTE))
    assert [(t.text, t.is_erased) for t in told] == [("", True)]
