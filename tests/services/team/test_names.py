"""A name is whatever people are called: what it is written with means nothing to our statements."""

from __future__ import annotations

import uuid
from contextlib import closing

import pytest

from services.domain.rights import Group
from services.store import dialect
from services.store.store import Store
from services.team import members, setup
from services.team.migrate import migrate
from tests.services.postgres import Postgres

_ODD = ("a{x}", "what?", "100%", "%s", "{ids}", 'o"neil', "Zoë’s")


@pytest.mark.parametrize("name", _ODD)
def test_anybody_is_let_in_and_put_out(team: Postgres, name: str) -> None:
    admin = team.url("connect_template", "postgres")
    members.add(admin, name, Group.CALL_TAKER, "s3:cr@t{x}?%s")
    members.add(admin, name, Group.DISPATCHER)
    assert [m.groups for m in members.members(admin) if m.name == name] == [(Group.CALL_TAKER, Group.DISPATCHER)]
    members.remove(admin, name)
    assert name not in {m.name for m in members.members(admin)}


def test_a_password_is_not_kept_in_memory(team: Postgres) -> None:
    admin = team.url("connect_template", "postgres")
    members.add(admin, "remembered", Group.CALL_TAKER)
    before = dialect._spoken.cache_info().currsize
    for password in ("one", "two", "three"):
        members.add(admin, "remembered", Group.CALL_TAKER, password)
    assert dialect._spoken.cache_info().currsize == before
    members.remove(admin, "remembered")


def test_so_is_a_database(postgres: Postgres) -> None:
    admin = postgres.url("odd{x}_" + uuid.uuid4().hex[:8], "postgres")
    for _ in range(2):
        setup.init(admin)
    migrate(admin)
    members.add(admin, "odd_one", Group.CALL_TAKER)
    with closing(Store.open(admin.replace("postgres@", "odd_one@"))) as store:
        assert store.actor is not None
        assert store.actor.name == "odd_one"
