"""`team` asks a person at a terminal: what they type is shown nowhere, and stands nowhere but where it belongs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import pq

from services.store.store import Store
from tests.services.postgres import Postgres, running
from tests.terminal import Terminal, at_terminal, who_shows

ADMINS, ANAS = "adm1n:of/the@city", "an4s s3cret"
WRITTEN = "adm1n%3Aof%2Fthe%40city"
ASKED = "Administrator's address (postgresql+psycopg://NAME:PASSWORD@HOST/DATABASE): "
FIRST, AGAIN = "Password of ana.lima: ", "Once more: "


class Desk(NamedTuple):
    """A server that lets nobody in without a password and writes down all that is asked of it; and a home."""

    server: Postgres
    home: Path

    @property
    def address(self) -> str:
        """As an administrator types it."""
        return self.server.url("desk", f"postgres:{WRITTEN}")

    @property
    def environment(self) -> dict[str, str]:
        """Nothing secret in it."""
        return {k: v for k, v in os.environ.items() if k not in ("CONNECT_CONSOLE_ADMIN", "PGPASSWORD")}

    def files(self) -> bytes:
        """All that any program has written down here: the server's log, and the home's."""
        kept = [path.read_bytes() for path in self.home.rglob("*") if path.is_file()]
        return b"\n".join([*kept, (self.server.folder / "log").read_bytes()])

    def known(self) -> list[str]:
        """Who may log in."""
        url = self.server.url("postgres", f"postgres:{WRITTEN}").replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            asked = "SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY rolname"
            return [name for (name,) in connection.execute(asked)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running(log_statement="all", log_connections="on", log_line_prefix="%a ") as server:
        server.ask(f"ALTER ROLE postgres PASSWORD '{_hashed()}'")
        server.data.joinpath("pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
        server.ask("SELECT pg_reload_conf()")
        made = Desk(server, tmp_path / "home")
        made.home.mkdir()
        yield made


def _hashed() -> str:
    """As a server takes it that is to learn no password."""
    nowhere = pq.PGconn.connect_start(b"host=127.0.0.1 port=1")
    try:
        return nowhere.encrypt_password(ADMINS.encode(), b"postgres", b"scram-sha-256").decode()
    finally:
        nowhere.finish()


def _answers(there: Terminal, prompt: str, words: str) -> None:
    """Type what is asked for, once it is asked for and the terminal shows no keys."""
    there.until(prompt)
    assert not there.shows_keys
    there.type(words)


def _add(desk: Desk, *more: str) -> tuple[str, ...]:
    return "--home", str(desk.home), "team", "add", "ana.lima", "--role", "call_taker", *more


def test_a_team_is_set_up_at_a_terminal_and_nothing_typed_is_seen_or_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_terminal("--home", str(desk.home), "team", "init", environment=desk.environment) as there:
        _answers(there, ASKED, f"{desk.address}\n")
        assert there.ended() == 0
        assert there.screen == f"{ASKED}\nThe database “desk” is ready for a team.\n"
    with at_terminal(*_add(desk), environment=desk.environment) as there:
        _answers(there, ASKED, f"{desk.address}\n")
        _answers(there, FIRST, f"{ANAS}\n")
        there.until(AGAIN)
        for secret in (ADMINS, WRITTEN, ANAS):  # both are in its memory now, and nowhere else
            assert who_shows(secret) == []
        _answers(there, AGAIN, f"{ANAS}\n")
        assert there.ended() == 0
        said = f"{ASKED}\n{FIRST}\n{AGAIN}\nana.lima may log in as call taker. Their config.toml says:\n[store]\n"
        assert there.screen == f'{said}url = "{desk.server.url("desk", "ana.lima:env:PASSWORD")}"\n'
    written = desk.files()
    assert b"CREATE ROLE" in written
    assert b"team add: done with 0" in written
    for secret in (ADMINS, WRITTEN, ANAS):
        assert secret.encode() not in written
    monkeypatch.setenv("ANAS", ANAS)
    with closing(Store.open(desk.server.url("desk", "ana.lima:env:ANAS"))) as store:
        assert store.actor is not None
        assert store.actor.name == "ana.lima"


def test_who_shows_finds_what_is_shown(tmp_path: Path) -> None:
    """The look at all processes would see a secret where there is one."""
    shown = {"PATH": os.environ["PATH"], "X": "sh0wn-1n-env"}
    with at_terminal("--home", str(tmp_path), "team", "init", environment=shown) as there:
        there.until(ASKED)
        assert who_shows("sh0wn-1n-env") == [f"{there.pid} environ"]
        assert who_shows(str(tmp_path)) == [f"{there.pid} cmdline"]


@pytest.mark.parametrize("again", ["another", ""])
def test_two_passwords_that_differ_let_nobody_in(desk: Desk, again: str) -> None:
    with at_terminal(*_add(desk), environment=desk.environment) as there:
        _answers(there, ASKED, f"{desk.address}\n")
        _answers(there, FIRST, f"{ANAS}\n")
        _answers(there, AGAIN, f"{again}\n")
        assert there.ended() == 1
        assert "There is no password, or the two differ. Try again, or give --no-password." in there.screen
        assert ANAS not in there.screen
    assert desk.known() == ["postgres"]


def test_who_goes_away_from_a_prompt_has_done_nothing(desk: Desk) -> None:
    for keys, code, said in (("\x03", 130, ""), ("\x04", 1, "Nothing was typed, so nothing was done.")):
        for prompts in ((), ((ASKED, f"{desk.address}\n"),)):
            with at_terminal(*_add(desk), environment=desk.environment) as there:
                for prompt, words in prompts:
                    _answers(there, prompt, words)
                _answers(there, FIRST if prompts else ASKED, keys)
                assert there.ended() == code
                assert said in there.screen
                assert "Traceback" not in there.screen
                assert there.shows_keys
    assert desk.known() == ["postgres"]


def test_an_address_that_does_not_do_is_not_repeated(desk: Desk) -> None:
    bare, wrong = desk.address.replace("%40", "@"), desk.address.replace("0f", "0g").replace("city", "town")
    for typed, said in (
        ("", "That is not the address of a database. Write postgresql+psycopg://NAME@HOST/DATABASE."),
        (bare, "There is a bare “@” in the password of this address. Write %40 for @"),
        (wrong, "The server does not take this name and password. Correct the password; who"),
        (desk.address.replace(f":{WRITTEN}", ""), "The server asks for a password. Name one in the address"),
        (desk.address.replace(f":{WRITTEN}", ":env:NOT_SET"), "Set the environment variable “NOT_SET”"),
    ):
        with at_terminal("--home", str(desk.home), "team", "init", environment=desk.environment) as there:
            _answers(there, ASKED, f"{typed}\n")
            assert there.ended() == 1
            assert said in there.screen
            for part in ("adm1n", "city", "town", "Traceback"):
                assert part not in there.screen
    assert b"adm1n" not in desk.files()


def test_without_a_terminal_nobody_is_asked_for_a_password(desk: Desk) -> None:
    given = {**desk.environment, "CONNECT_CONSOLE_ADMIN": desk.address.replace(WRITTEN, "env:SECRET"), "SECRET": ADMINS}
    command = [sys.executable, "-m", "console.cli", *_add(desk)]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=given, check=False)
    assert ran.returncode == 1
    assert "No password is given. Give --password env:NAME, or --no-password." in ran.stderr
