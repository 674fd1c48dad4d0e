"""Every way in which a server does not let somebody in, or is not ours: a sentence that says who can mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.clocks import utcnow
from services.domain.rights import Group
from services.errors import StoreGone, StoreProblem, StoreRefused
from services.store.store import Store
from services.team import members, setup
from tests.server import TEMPLATE
from tests.services.postgres import Postgres, has_tls, running
from tests.services.team.certificates import LATER, LONG_AGO, Issuer, is_openssl_here
from tests.services.team.conftest import NAMES

DESK = "desk_of_doubt"
needs_tls = pytest.mark.skipif(not (has_tls() and is_openssl_here()), reason="no server that speaks TLS, or no openssl")
_HBA = """
host all postgres 127.0.0.1/32 trust
hostssl all certified 127.0.0.1/32 cert
host all nobody_else 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
"""


@pytest.fixture(scope="module")
def locked() -> Iterator[Postgres]:
    """A server of its own that asks everybody but its superuser for a password, with few places."""
    with running(max_connections="8", superuser_reserved_connections="2") as server:
        setup.init(server.url(DESK, "postgres"))
        members.add(server.url(DESK, "postgres"), "ana", Group.CALL_TAKER, "s3:cr@t")
        server.folder.joinpath("data", "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        server.ask("SELECT pg_reload_conf()")
        yield server


def _said(url: str) -> StoreProblem:
    with pytest.raises(StoreProblem) as caught, closing(Store.open(url)):
        pass
    return caught.value


def test_the_right_password_opens_and_a_wrong_one_is_said(locked: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    url = locked.url(DESK, "ana:env:ANAS")
    monkeypatch.setenv("ANAS", "s3:cr@t")
    with closing(Store.open(url)) as store:
        assert store.actor is not None
        assert store.actor.name == "ana"
    monkeypatch.setenv("ANAS", "s3cret")
    problem = _said(url)
    assert (problem.sentence, problem.remedy) == (
        "The server does not take this name and password.",
        "Correct the password; whoever looks after the database gives a new one: connect-console team add.",
    )
    assert "s3cret" not in str(problem)
    assert isinstance(problem, StoreRefused)


def test_no_password_where_one_is_needed(locked: Postgres) -> None:
    assert "Name one in the address: NAME:env:VARIABLE@HOST" in _said(locked.url(DESK, "ana")).remedy


def test_who_is_not_known_is_told_no_more_than_who_is(locked: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOS", "x")
    assert "does not take this name and password" in _said(locked.url(DESK, "bo:env:BOS")).sentence


def test_who_is_kept_out_from_this_machine(locked: Postgres) -> None:
    problem = _said(locked.url(DESK, "nobody_else"))
    assert "lets nobody in from this machine" in problem.sentence
    assert "looks after the database" in problem.remedy
    assert isinstance(problem, StoreRefused)


def test_a_server_that_is_full(locked: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANAS", "s3:cr@t")
    url = locked.url(DESK, "ana:env:ANAS")
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(closing(Store.open(url)))
        problem = _said(url)
        assert problem.sentence == "The server takes no more desks just now."
        assert not isinstance(problem, StoreRefused), "it may let them in in a moment"
    with closing(Store.open(url)):
        pass


def test_a_server_without_tls_is_refused_where_tls_is_asked_for(locked: Postgres) -> None:
    assert "does not speak TLS" in _said(locked.url(DESK, "ana") + "?sslmode=verify-full&sslrootcert=system").sentence


def test_nobody_listens(locked: Postgres) -> None:
    with pytest.raises(StoreGone, match="cannot be reached"):
        Store.open("postgresql+psycopg://ana@127.0.0.1:1/desk")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("ours") / "ca", "ours")


@pytest.fixture
def secure(locked: Postgres, issuer: Issuer) -> Iterator[Callable[..., str]]:
    """Gives the server a certificate; the address of the store then."""
    data = locked.folder / "data"

    def secured(valid: tuple[str, str] = LATER, host: str = "IP:127.0.0.1", user: str = "postgres") -> str:
        for made, name in zip(issuer.issue("server", valid, host), ("server.crt", "server.key"), strict=True):
            shutil.copy(made, data / name)
            (data / name).chmod(0o600)
            if data.owner() != made.owner():
                shutil.chown(data / name, data.owner())
        shutil.copy(issuer.certificate, data / "root.crt")
        (data / "root.crt").chmod(0o644)
        for setting in ("ssl_ca_file = 'root.crt'", "ssl = on"):
            locked.ask(f"ALTER SYSTEM SET {setting}")
        _reloaded(locked)
        return locked.url(DESK, user) + f"?sslmode=verify-full&sslrootcert={issuer.certificate}"

    yield secured
    locked.ask("ALTER SYSTEM RESET ALL")
    _reloaded(locked)


def _reloaded(server: Postgres) -> None:
    before = server.ask("SELECT pg_conf_load_time()")
    server.ask("SELECT pg_reload_conf()")
    while server.ask("SELECT pg_conf_load_time()") == before:
        pass


@needs_tls
def test_a_certificate_that_is_trusted_opens(secure: Callable[..., str]) -> None:
    with closing(Store.open(secure())) as store, store.read() as connection:
        assert connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar_one()


@needs_tls
def test_an_expired_certificate_of_the_server(secure: Callable[..., str]) -> None:
    problem = _said(secure(LONG_AGO))
    assert problem.sentence.startswith("The server's certificate is not trusted: it has expired, or")


@needs_tls
def test_a_certificate_of_an_issuer_whom_nobody_knows(secure: Callable[..., str], tmp_path: Path) -> None:
    other = Issuer(tmp_path / "theirs", "theirs")
    url = secure()
    problem = _said(url.partition("?")[0] + f"?sslmode=verify-full&sslrootcert={other.certificate}")
    assert "is not trusted" in problem.sentence
    assert "sslrootcert" in problem.remedy


@needs_tls
def test_a_certificate_for_another_host(secure: Callable[..., str]) -> None:
    assert "is for another host" in _said(secure(host="DNS:db.example.org")).sentence


@needs_tls
def test_a_file_of_issuers_that_is_not_there(secure: Callable[..., str], tmp_path: Path) -> None:
    url = secure().partition("?")[0]
    assert "is not there" in _said(f"{url}?sslmode=verify-full&sslrootcert={tmp_path}/none.crt").sentence


@needs_tls
def test_who_comes_with_a_certificate_of_their_own(
    secure: Callable[..., str], locked: Postgres, issuer: Issuer
) -> None:
    members.add(locked.url(DESK, "postgres"), "certified", Group.DISPATCHER)
    url = secure(user="certified")
    assert "asks for a certificate of yours" in _said(url).sentence
    good, expired = issuer.issue("certified", LATER), issuer.issue("certified", LONG_AGO)
    with closing(Store.open(f"{url}&sslcert={good[0]}&sslkey={good[1]}")) as store:
        assert store.actor is not None
        assert store.actor.name == "certified"
    assert "Your own certificate has expired" in _said(f"{url}&sslcert={expired[0]}&sslkey={expired[1]}").sentence


@pytest.fixture
def strange(postgres: Postgres) -> Iterator[Callable[[str], None]]:
    """Runs statements in a database that is none of ours."""
    postgres.ask("CREATE DATABASE strange")

    def run(statement: str) -> None:
        with psycopg.connect(postgres.url("strange", "postgres").replace("+psycopg", ""), autocommit=True) as made:
            made.execute(statement)

    yield run
    postgres.ask("DROP DATABASE strange WITH (FORCE)")


def test_a_database_of_another_program(postgres: Postgres, strange: Callable[[str], None]) -> None:
    strange("CREATE TABLE alembic_version (version_num text)")
    problem = _said(postgres.url("strange", "postgres"))
    assert problem.sentence == "This database holds no Connect Console store."
    assert "team init" in problem.remedy


def test_a_database_that_is_not_there(postgres: Postgres) -> None:
    assert "no such database" in _said(postgres.url("nowhere", "postgres")).sentence


def test_a_role_that_nobody_knows(template: Postgres) -> None:
    problem = _said(template.url(TEMPLATE, "who_is_this"))
    assert problem.sentence == "The server does not know this name."
    assert "team add" in problem.remedy


def test_a_role_without_rights(template: Postgres) -> None:
    template.ask("CREATE ROLE outsider LOGIN")
    try:
        assert "may not use that database" in _said(template.url(TEMPLATE, "outsider")).sentence
        template.ask(f"GRANT CONNECT ON DATABASE {TEMPLATE} TO outsider")
        problem = _said(template.url(TEMPLATE, "outsider"))
        assert problem.sentence == "Your role on the server may not do that."
        assert "looks after the database" in problem.remedy
    finally:
        template.ask("DROP OWNED BY outsider")
        template.ask(f"REVOKE ALL ON DATABASE {TEMPLATE} FROM outsider")
        template.ask("DROP ROLE outsider")


def test_a_disk_that_is_full_is_said_with_what_is_safe(as_member: Callable[[str], Store]) -> None:
    """Where no disk can be filled, either (see test_full_disk): the server's own error, raised as it raises it."""
    store = as_member(NAMES[Group.CALL_TAKER])
    full = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = 'disk_full'; END $$"
    with pytest.raises(StoreProblem, match="disk is full; nothing of this was saved") as caught, store.write() as it:
        it.exec_driver_sql(full)
    assert "What was saved before is safe" in caught.value.remedy
    assert store.head() == 0


@pytest.mark.parametrize("hours", [-24, 0, 24])
def test_how_far_a_clock_is_off_is_known(team: Postgres, server_url: str, hours: int) -> None:
    def clock() -> Any:
        return utcnow() + timedelta(hours=hours)

    with closing(Store.open(team.url(TEMPLATE, NAMES[Group.CALL_TAKER]), clock=clock)) as store:
        assert abs(store.clock_ahead - timedelta(hours=hours)) < timedelta(seconds=30)
