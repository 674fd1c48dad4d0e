"""How a server is addressed: passwords by reference only, and TLS that is checked for any other machine."""

from __future__ import annotations

import os
import traceback
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from services.errors import Invalid
from services.store.server import safe, unlocked
from services.store.store import Store

CLEAR = [
    "postgresql+psycopg://ana:s3cret@host/desk",
    "postgresql+psycopg://ana@host/desk?password=s3cret",
    "postgresql+psycopg://ana@host/desk?sslkey=/ana.key&sslpassword=s3cret",
]
MISTYPED = ["postgresql+psycopg://ana:s3cret/desk", "postgresql+psycopg://ana:s3cret@host:port/desk", "s3cret@host"]


@pytest.mark.parametrize("url", CLEAR)
def test_a_password_that_is_written_out_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Invalid, match="written out") as caught:
        Store.open(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", MISTYPED)
def test_nor_is_what_is_no_address(url: str) -> None:
    with pytest.raises(Invalid, match="not the address of a store") as caught:
        Store.open(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_reference_becomes_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANAS", "s3:cr@t/")
    url = unlocked(make_url("postgresql+psycopg://ana:env:ANAS@host/desk"))
    assert (url.username, url.password, url.host, url.database) == ("ana", "s3:cr@t/", "host", "desk")


def test_a_reference_to_nothing_is_said_by_its_name() -> None:
    with pytest.raises(Invalid, match="no secret “NOT_SET”"):
        unlocked(make_url("postgresql+psycopg://ana:env:NOT_SET@host/desk"))


def _asked(url: str) -> dict[str, Any]:
    return dict(safe(make_url(url)).query)


@pytest.mark.parametrize(
    ("url", "mode", "root"),
    [
        ("postgresql://ana@db.example.org/desk", "verify-full", "system"),
        ("postgresql://ana@/desk?host=127.0.0.1:5432&host=db.example.org:5432", "verify-full", "system"),
        ("postgresql://ana@db.example.org/desk?sslrootcert=/ours.pem", "verify-full", "/ours.pem"),
        ("postgresql://ana@db.example.org/desk?sslmode=verify-ca", "verify-ca", None),
        ("postgresql://ana@127.0.0.1/desk", None, None),
        ("postgresql://ana@localhost/desk", None, None),
        ("postgresql://ana@[::1]/desk", None, None),
        ("postgresql://ana@/desk?host=/run/postgresql", None, None),
        ("postgresql://ana@/desk", None, None),
        ("postgresql://ana@/desk?host=/run/postgresql,db.example.org", "verify-full", "system"),
        ("postgresql://ana@localhost/desk?hostaddr=10.0.0.5", "verify-full", "system"),
        ("postgresql://ana@localhost/desk?hostaddr=127.0.0.1", None, None),
    ],
)
def test_tls_is_checked_for_any_host_but_this_machine(url: str, mode: str | None, root: str | None) -> None:
    asked = _asked(url)
    assert (asked.get("sslmode"), asked.get("sslrootcert")) == (mode, root)


@pytest.mark.parametrize(
    ("name", "value", "mode"),
    [
        ("PGHOST", "db.example.org", "verify-full"),
        ("PGHOST", "/run/postgresql,db.example.org:5433", "verify-full"),
        ("PGHOST", "/run/postgresql", None),
        ("PGHOSTADDR", "10.0.0.5", "verify-full"),
    ],
)
def test_a_host_that_the_environment_names_is_checked_too(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, mode: str | None
) -> None:
    monkeypatch.setenv(name, value)
    assert _asked("postgresql://ana@/desk").get("sslmode") == mode


@pytest.mark.parametrize("named", ["address", "environment"])
def test_what_a_service_file_does_not_say_is_checked_too(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("PGSSLMODE", "")  # so that it is put back
    monkeypatch.delenv("PGSSLMODE")
    if named == "environment":
        monkeypatch.setenv("PGSERVICE", "desk")
    assert "sslmode" not in _asked("postgresql:///" if named == "environment" else "postgresql:///?service=desk")
    assert os.environ["PGSSLMODE"] == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "require")
    _asked("postgresql:///?service=desk")
    assert os.environ["PGSSLMODE"] == "require", "whoever set it knows"
