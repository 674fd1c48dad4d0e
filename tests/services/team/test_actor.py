"""Who has logged in is known by the server, and in which roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.domain.rights import Group
from services.domain.status import ALL_ROLES, Role
from services.domain.values import Actor
from services.store.store import Store
from services.team import members
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.team.conftest import NAMES


@pytest.mark.parametrize("group", list(Group))
def test_a_member_is_who_logged_in_with_the_roles_of_their_groups(
    as_member: Callable[[str], Store], group: Group
) -> None:
    roles = {Role(group.value)} if group.value in set(Role) else set()
    assert as_member(NAMES[group]).actor == Actor(NAMES[group], frozenset(roles))


def test_somebody_may_have_several_roles(as_member: Callable[[str], Store], team: Postgres) -> None:
    admin = team.url(TEMPLATE, "postgres")
    for group in (Group.CALL_TAKER, Group.DISPATCHER):
        members.add(admin, "ana.lima", group)
    assert as_member("ana.lima").actor == Actor("ana.lima", frozenset({Role.CALL_TAKER, Role.DISPATCHER}))


def test_whoever_looks_after_the_server_has_every_role(as_member: Callable[[str], Store]) -> None:
    assert as_member("postgres").actor == Actor("postgres", ALL_ROLES)


def test_a_file_knows_nobody(store: Store) -> None:
    assert store.actor is None
