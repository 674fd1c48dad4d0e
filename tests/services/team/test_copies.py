"""A copy put back is no more open than the city was, and is made and put back where the server asks for a password."""

from __future__ import annotations

import shutil
import uuid
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from services.domain.rights import Group
from services.domain.status import Role
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import StoreProblem
from services.store import shelves
from services.store.store import Store
from services.team import copies, members, setup
from tests.services.postgres import Postgres, running

needs_programs = pytest.mark.skipif(
    shutil.which("pg_dump") is None, reason="NOT RUN: copies need pg_dump and pg_restore; install PostgreSQL."
)


@needs_programs
def test_who_might_not_see_contacts_does_not_see_them_in_a_copy_put_back(postgres: Postgres, tmp_path: Path) -> None:
    narrow = {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset({Role.DISPATCHER})}
    admin, database = postgres.url(f"narrow_{uuid.uuid4().hex[:8]}", "postgres"), f"again_{uuid.uuid4().hex[:8]}"
    setup.init(admin, narrow)
    copies.backup(admin, tmp_path / "team.dump")
    again = postgres.url(database, "postgres")
    copies.restore(tmp_path / "team.dump", again, narrow)
    for group, name in ((Group.CALL_TAKER, f"{database}_ana"), (Group.DISPATCHER, f"{database}_ben")):
        members.add(again, name, group)
        with psycopg.connect(f"postgresql://{name}@127.0.0.1:{postgres.port}/{database}") as connection:
            asked = "SELECT phone FROM desk.caller"
            if group is Group.DISPATCHER:
                connection.execute(asked)
                continue
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(asked)


@needs_programs
def test_a_copy_has_the_shelves_and_they_are_kept_on(postgres: Postgres, tmp_path: Path) -> None:
    admin = postgres.url(f"shelved_{uuid.uuid4().hex[:8]}", "postgres")
    again = postgres.url(f"again_{uuid.uuid4().hex[:8]}", "postgres")
    setup.init(admin)

    def lies(url: str) -> list[tuple[object, ...]]:
        with psycopg.connect(url.replace("+psycopg", "")) as raw:
            return raw.execute("SELECT tableoid::regclass::text, shelf, id FROM desk.request ORDER BY id").fetchall()

    def close(url: str, *years: int) -> None:
        with psycopg.connect(url.replace("+psycopg", ""), options="-c search_path=desk") as raw:
            for year in years:
                raw.execute(
                    "INSERT INTO request (id, number, status, outcome, channel, requested_at, updated_at, closed_at)"
                    " SELECT reserve('request', 1), %s, 'closed', 'fixed', 'app', 0, 0,"
                    " 1000 * extract(epoch FROM make_date(%s, 5, 3))",
                    (str(year), year),
                )
        with closing(Store.open(url)) as store:
            while shelves.keep(store):
                pass

    close(admin, 2019, 2021)
    copies.backup(admin, tmp_path / "team.dump")
    copies.restore(tmp_path / "team.dump", again, ACTION_ROLES)
    assert lies(again) == lies(admin)
    assert [shelf for _, shelf, _ in lies(again)] == [2019, 2021]
    close(again, 2020, 2022)
    assert [shelf for _, shelf, _ in lies(again)] == [2019, 2021, 2020, 2022]
    with psycopg.connect(again.replace("+psycopg", "")) as raw, pytest.raises(errors.UniqueViolation):
        raw.execute(
            "INSERT INTO desk.request (id, number, status, requested_at, updated_at) VALUES (9, '2019', '', 0, 0)"
        )


@needs_programs
def test_a_password_that_is_only_referred_to_is_told_to_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as server:
        server.ask("ALTER ROLE postgres PASSWORD 's3:cr@t'")
        server.folder.joinpath("data", "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        server.ask("SELECT pg_reload_conf()")
        monkeypatch.setenv("ADMIN_SECRET", "s3:cr@t")
        admin = server.url("desk", "postgres:env:ADMIN_SECRET")
        setup.init(admin)
        counts = copies.backup(admin, tmp_path / "team.dump")
        again = server.url("again", "postgres:env:ADMIN_SECRET")
        assert copies.restore(tmp_path / "team.dump", again, ACTION_ROLES) == counts
        monkeypatch.setenv("ADMIN_SECRET", "another")
        with pytest.raises(StoreProblem, match="password"):
            setup.init(admin)
