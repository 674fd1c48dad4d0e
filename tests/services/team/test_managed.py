"""An administrator who is no superuser, as on a managed server: sets up, lets in, verifies, migrates and puts out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from services.domain.rights import Group
from services.errors import StoreGone, StoreProblem
from services.store import schema
from services.store.store import Store
from services.team import members, setup
from services.team.chain import verify
from services.team.migrate import Migrated, migrate
from tests.services.postgres import Postgres, running


@pytest.fixture(scope="module")
def managed() -> Iterator[Postgres]:
    with running() as server:
        server.ask("CREATE ROLE cityadmin LOGIN CREATEDB CREATEROLE")
        yield server


def test_no_superuser_is_needed(managed: Postgres) -> None:
    admin = managed.url("desk", "cityadmin")
    for _ in range(2):
        setup.init(admin)
    members.add(admin, "ana", Group.CALL_TAKER)
    with closing(Store.open(managed.url("desk", "ana"))) as store:
        assert [m.name for m in members.members(admin)] == ["ana"]
        assert verify(admin).faults == []
        assert migrate(admin) == Migrated(schema.HEAD, schema.HEAD)
        assert members.remove(admin, "ana") == 0
        with pytest.raises(StoreGone):
            store.head()
        with pytest.raises(StoreProblem, match="may not use that database"):
            store.head()
    with pytest.raises(StoreProblem, match="may not use that database"):
        Store.open(managed.url("desk", "ana"))


def test_the_administrator_is_in_nobodys_role_afterwards(managed: Postgres) -> None:
    admin = managed.url("desk", "cityadmin")
    setup.init(admin)
    members.add(admin, "eve", Group.AUDITOR)
    with closing(Store.open(managed.url("desk", "eve"))):
        assert members.remove(admin, "eve") == 0
    held = "SELECT count(*) FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.roleid WHERE r.rolname = 'eve'"
    assert managed.ask(held) == [(0,)]


def test_whom_the_administrator_may_not_put_out_is_counted_and_has_no_rights(managed: Postgres) -> None:
    admin = managed.url("desk", "cityadmin")
    setup.init(admin)
    managed.ask("CREATE ROLE boss LOGIN SUPERUSER")
    managed.ask("GRANT desk_dispatcher TO boss")
    with closing(Store.open(managed.url("desk", "boss"))) as store:
        assert members.remove(admin, "boss") == 1
        assert store.head() == 0, "it goes on, as a superuser does"
    assert [m.name for m in members.members(admin)] == []


def test_who_may_not_make_databases_is_told(managed: Postgres) -> None:
    managed.ask("CREATE ROLE nobody_much LOGIN")
    with pytest.raises(StoreProblem, match="may not do that"):
        setup.init(managed.url("another", "nobody_much"))
