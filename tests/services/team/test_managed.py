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
        with pytest.raises(StoreProblem, match=r"may not use that database|may not do that|does not show you"):
            store.head()
    with pytest.raises(StoreProblem, match="may not use that database"):
        Store.open(managed.url("desk", "ana"))


def test_whom_one_administrator_let_in_another_puts_out(managed: Postgres) -> None:
    """From PostgreSQL 16 on, REVOKE leaves what another administrator gave, with no more than a warning."""
    admin, root = managed.url("desk", "cityadmin"), managed.url("desk", "postgres")
    setup.init(admin)
    for by, group in ((admin, Group.CALL_TAKER), (root, Group.DISPATCHER), (root, Group.CALL_TAKER)):
        members.add(by, "bo", group)
    assert [member.groups for member in members.members(root)] == [(Group.CALL_TAKER, Group.DISPATCHER)]
    members.remove(root, "bo")
    assert members.members(root) == []
    with pytest.raises(StoreProblem, match="may not use that database"):
        Store.open(managed.url("desk", "bo"))


def test_who_may_not_take_back_what_a_superuser_gave_does_not_say_it_was_done(managed: Postgres) -> None:
    admin, root = managed.url("desk", "cityadmin"), managed.url("desk", "postgres")
    setup.init(admin)
    members.add(root, "cy", Group.CALL_TAKER)
    if int(managed.ask("SHOW server_version_num")[0][0]) >= 160_000:
        with pytest.raises(StoreProblem, match="may not do that"):
            members.remove(admin, "cy")
        assert [member.name for member in members.members(admin)] == ["cy"]
    else:
        members.remove(admin, "cy")
        assert members.members(admin) == []


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
