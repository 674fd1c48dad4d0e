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


@pytest.mark.parametrize(
    ("admin", "name", "given"),
    [
        (
            "postgresql+psycopg://postgres:env:ADMIN@db.example.org:5433/desk",
            "ana.lima",
            "postgresql+psycopg://ana.lima:env:PW@db.example.org:5433/desk",
        ),
        ("postgresql://postgres@db/desk", "ana@city", "postgresql+psycopg://ana%40city:env:PW@db/desk"),
        (
            "postgresql+psycopg://postgres@/desk?host=a:1&host=b:2&sslkey=%2Froot%2Fmine.key&sslrootcert=%2Fca.crt",
            "ana",
            "postgresql+psycopg://ana:env:PW@/desk?host=a%3A1&host=b%3A2&sslrootcert=%2Fca.crt",
        ),
    ],
)
def test_what_is_written_in_a_members_config_holds_nothing_of_the_administrators(
    monkeypatch: pytest.MonkeyPatch, admin: str, name: str, given: str
) -> None:
    monkeypatch.setenv("ADMIN", "s3cret")
    assert members.address(admin, name, password="env:PW") == given
    assert members.address(admin, name) == given.replace(":env:PW", "")
