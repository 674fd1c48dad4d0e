"""Members without a password of ours: the city's certificate, directory or Kerberos says who they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.cli import main
from services.domain.rights import Group
from services.errors import StoreGone, StoreProblem
from services.store.store import Store
from services.team import members, setup
from tests.services.postgres import Postgres, has_tls, running
from tests.services.team.certificates import LATER, LONG_AGO, Issuer, is_openssl_here
from tests.services.team.directory import BASE, directory
from tests.services.team.realm import NAME, realm

DESK = "desk"
Files = tuple[Path, Path]
needs_tls = pytest.mark.skipif(
    not (has_tls() and is_openssl_here()),
    reason="NOT RUN: certificates need openssl and a server that speaks TLS; the packaged one does not.",
)
_HBA = """
host all postgres 127.0.0.1/32 trust
hostssl all ana.lima 127.0.0.1/32 cert
hostssl all bo 127.0.0.1/32 scram-sha-256 clientcert=verify-full
host all cy 127.0.0.1/32 ident
"""


def rule(server: Postgres, how: str) -> None:
    """Everybody but the superuser is let in so; not run where this PostgreSQL was built without it."""
    rules = f"host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 {how}\n"
    (server.data / "pg_hba.conf").write_text(rules, encoding="utf-8")
    for (wrong,) in server.ask("SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL"):
        assert "not supported by this build" in wrong
        pytest.skip(f"NOT RUN: this PostgreSQL was built without it: {wrong}.")
    server.ask("SELECT pg_reload_conf()")


def add(server: Postgres, home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an administrator does."""
    monkeypatch.setenv("CONNECT_CONSOLE_ADMIN", server.url(DESK, "postgres"))
    words = "team", "add", name, "--role", "call_taker", "--no-password"
    assert main(["--home", str(home), *words]) == 0
    kept = server.ask(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{name}'")
    assert kept == [(None,)]


def said(url: str) -> StoreProblem:
    """Why nobody is let in; never that the server is gone, which would be tried for ever."""
    with pytest.raises(StoreProblem) as caught, closing(Store.open(url)):
        pass
    assert not isinstance(caught.value, StoreGone)
    return caught.value


def who(url: str) -> str:
    """Who has logged in."""
    with closing(Store.open(url)) as store:
        assert store.actor is not None
        assert store.actor.roles
        return store.actor.name


@pytest.fixture(scope="module")
def issuers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Issuer, Issuer]:
    """The city's, and somebody else's."""
    folder = tmp_path_factory.mktemp("issuers")
    return Issuer(folder / "ours", "ours"), Issuer(folder / "theirs", "theirs")


@pytest.fixture(scope="module")
def secure(issuers: tuple[Issuer, Issuer]) -> Iterator[Postgres]:
    """A server with a certificate, which asks for others' certificates, and has a list of those called back."""
    ours, _ = issuers
    with running() as server:
        setup.init(server.url(DESK, "postgres"))
        certificate, key = ours.issue("server", LATER, "IP:127.0.0.1")
        gone, _ = ours.issue("called.back", LATER)
        files = {"server.crt": certificate, "server.key": key, "root.crt": ours.certificate}
        for name, made in (files | {"root.crl": ours.call_back(gone)}).items():
            shutil.copy(made, server.data / name)
            (server.data / name).chmod(0o600)
            if os.getuid() == 0:
                shutil.chown(server.data / name, server.data.owner())
        for setting in ("ssl_ca_file = 'root.crt'", "ssl_crl_file = 'root.crl'", "ssl = on"):
            server.ask(f"ALTER SYSTEM SET {setting}")
        (server.data / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        server.stop()
        server.start()
        yield server


@pytest.fixture
def address(secure: Postgres, issuers: tuple[Issuer, Issuer]) -> str:
    """Where a member connects, with a hole for their name."""
    return secure.url(DESK, "{}") + f"?sslmode=verify-full&sslrootcert={issuers[0].certificate}"


def by(address: str, name: str, files: Files) -> str:
    return f"{address.format(name)}&sslcert={files[0]}&sslkey={files[1]}"


@needs_tls
def test_a_member_without_a_password_logs_in_by_certificate(
    secure: Postgres, issuers: tuple[Issuer, Issuer], address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = issuers
    add(secure, tmp_path, "ana.lima", monkeypatch)
    assert "asks for a certificate of yours" in said(address.format("ana.lima")).sentence
    good = ours.issue("ana.lima", LATER)
    assert who(by(address, "ana.lima", good)) == "ana.lima"
    for files, sentence, remedy in (
        (ours.issue("ana.lima", LONG_AGO), "Your own certificate has expired", "Have it renewed"),
        (ours.issue("bo", LATER), "is in another name than the one that logs in", "?sslcert=FILE&sslkey=FILE"),
        (theirs.issue("ana.lima", LATER), "does not trust whoever issued your own", "looks after the database"),
        ((good[0], tmp_path / "none.key"), "The key of your own certificate is not there", "sslkey=FILE"),
        ((good[0], ours.issue("cy", LATER)[1]), "is not its key", "chmod 600"),
    ):
        problem = said(by(address, "ana.lima", files))
        assert sentence in problem.sentence
        assert remedy in problem.remedy


@needs_tls
def test_a_key_that_others_may_read_is_not_used(
    secure: Postgres, issuers: tuple[Issuer, Issuer], address: str, tmp_path: Path
) -> None:
    members.add(secure.url(DESK, "postgres"), "ana.lima", Group.CALL_TAKER)
    certificate, key = issuers[0].issue("ana.lima", LATER)
    loose = tmp_path / "loose.key"
    shutil.copy(key, loose)
    loose.chmod(0o644)
    problem = said(by(address, "ana.lima", (certificate, loose)))
    assert "others may read it" in problem.sentence
    assert "chmod 600 FILE" in problem.remedy


@needs_tls
def test_a_certificate_that_was_called_back(secure: Postgres, issuers: tuple[Issuer, Issuer], address: str) -> None:
    members.add(secure.url(DESK, "postgres"), "ana.lima", Group.CALL_TAKER)
    files = issuers[0].issue("ana.lima", LATER)
    shutil.copy(issuers[0].call_back(files[0]), secure.data / "root.crl")
    secure.stop()
    secure.start()
    problem = said(by(address, "ana.lima", files))
    assert problem.sentence == "Your own certificate was called back, so the server does not let you in."
    assert problem.remedy == "Have a new one made by whoever gave it to you."
    assert who(by(address, "ana.lima", issuers[0].issue("ana.lima", LATER))) == "ana.lima"


@needs_tls
def test_a_certificate_beside_a_password(
    secure: Postgres, issuers: tuple[Issuer, Issuer], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.add(secure.url(DESK, "postgres"), "bo", Group.DISPATCHER, "s3cret")
    monkeypatch.setenv("BOS", "s3cret")
    good, another = issuers[0].issue("bo", LATER), issuers[0].issue("cy", LATER)
    assert who(by(address, "bo:env:BOS", good)) == "bo"
    assert "asks for a password" in said(by(address, "bo", good)).sentence
    assert "asks for a certificate of yours" in said(address.format("bo:env:BOS")).sentence
    refused = said(by(address, "bo:env:BOS", another))  # the server's own log alone tells which of the two it was
    assert refused.sentence == "The server does not take this name and password."
    assert "team add" in refused.remedy


@needs_tls
def test_what_we_have_no_words_for_is_said_in_the_servers(secure: Postgres, address: str) -> None:
    members.add(secure.url(DESK, "postgres"), "cy", Group.CALL_TAKER)
    problem = said(address.format("cy"))
    assert 'does not let you in: Ident authentication failed for user "cy"' in problem.sentence
    assert problem.remedy == "Ask whoever looks after the database."


def test_a_member_without_a_password_logs_in_by_the_citys_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as server, directory(tmp_path / "slapd", {"ana.lima": "h3r own"}) as port:
        setup.init(server.url(DESK, "postgres"))
        rule(server, f'ldap ldapserver=127.0.0.1 ldapport={port} ldapprefix="cn=" ldapsuffix=",{BASE}"')
        add(server, tmp_path, "ana.lima", monkeypatch)
        url = server.url(DESK, "ana.lima:env:ANAS")
        monkeypatch.setenv("ANAS", "h3r own")
        assert who(url) == "ana.lima"
        monkeypatch.setenv("ANAS", "another")
        problem = said(url)
        assert problem.sentence.startswith("The city's directory does not take this name and password")
        assert problem.remedy == "Correct the password; if it is the right one, ask whoever looks after the database."
        assert "another" not in str(problem)
        assert "asks for a password" in said(server.url(DESK, "ana.lima")).sentence
    with pytest.raises(StoreGone):
        Store.open(url)


def test_a_member_without_a_password_logs_in_by_kerberos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with realm(tmp_path / "realm", monkeypatch) as kdc:
        keys = kdc.keytab("localhost")
        kdc.add("ana.lima", "h3r-own")
        with running() as server:
            shutil.copy(keys, server.data)
            (server.data / keys.name).chmod(0o644)
            server.ask(f"ALTER SYSTEM SET krb_server_keyfile = '{server.folder}/data/{keys.name}'")
            rule(server, f"gss include_realm=0 krb_realm={NAME}")
            setup.init(server.url(DESK, "postgres"))
            for name in ("ana.lima", "bo"):
                add(server, tmp_path, name, monkeypatch)
            url = server.url(DESK, "{}").replace("127.0.0.1", "localhost") + "?hostaddr=127.0.0.1"
            without = said(url.format("ana.lima"))
            assert without.sentence == "There is no Kerberos ticket of yours, or the server does not take it."
            assert without.remedy.startswith("Log in anew (kinit)")
            kdc.log_in("ana.lima", "h3r-own")
            assert who(url.format("ana.lima")) == "ana.lima"
            assert "does not take it" in said(url.format("bo")).sentence
            kdc.log_out()
            assert "no Kerberos ticket" in said(url.format("ana.lima")).sentence
