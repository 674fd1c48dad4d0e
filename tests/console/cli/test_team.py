"""`team`: a database is set up, people are let in and out, and nothing secret is said or kept where others read it."""

from __future__ import annotations

import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from console.cli import parser
from console.settings import load
from console.signing import sign_today, signing
from services.domain.status import Role
from services.domain.values import Actor
from services.errors import StoreProblem
from services.store import queries, schema
from services.store.store import Store
from services.sync.sync import Syncer
from services.team import chain
from tests.console.cli.conftest import Run
from tests.services.postgres import Postgres

DATABASE = "a_city's team"
"""A name that has to be quoted."""
NOBODY = "Nobody may log in there yet; let them in: connect-console team add NAME --role R."


@pytest.fixture
def admin(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The administrator's address of a database that is not there yet; afterwards it is gone with its roles."""
    url = postgres.url(DATABASE, "postgres")
    monkeypatch.setenv("CONNECT_CONSOLE_ADMIN", url)
    yield url
    with psycopg.connect(postgres.admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", (f"{DATABASE}%",)).fetchall()
        for name in (*(row[0] for row in roles), "ana.lima"):
            connection.execute(f'DROP ROLE IF EXISTS "{name}"')


def test_a_team_is_set_up_and_set_up_again(run: Run, admin: str, postgres: Postgres) -> None:
    for _ in range(2):
        made = run("team", "init")
        assert (made.code, made.out) == (0, f"The database “{DATABASE}” is ready for a team.\n")
    assert run("team", "list").out == "Nobody is in the team yet; add them: team add NAME --role R.\n"
    made = run("team", "add", "ana.lima", "--role", "call_taker", "--no-password")
    said, store_table, url = made.out.splitlines()
    assert said == "ana.lima may log in as call taker. Their config.toml says:"
    with closing(Store.open(tomllib.loads(f"{store_table}\n{url}")["store"]["url"])) as store:
        assert store.actor == Actor("ana.lima", frozenset({Role.CALL_TAKER}))
    assert run("team", "add", "ana.lima", "--role", "dispatcher", "--no-password").code == 0
    with closing(Store.open(postgres.url(DATABASE, "ana.lima"))) as store:
        assert store.actor == Actor("ana.lima", frozenset({Role.CALL_TAKER, Role.DISPATCHER}))
        assert run("team", "list", "--json").json == {
            "name": "ana.lima",
            "roles": ["call_taker", "dispatcher"],
            "connections": 1,
        }
    assert "call taker, dispatcher" in run("team", "list").out
    assert run("team", "remove", "ana.lima").code == 0
    assert run("team", "list", "--json").out == ""
    with pytest.raises(StoreProblem, match="may not use that database"):
        Store.open(postgres.url(DATABASE, "ana.lima"))


def test_whom_nobody_may_put_out_is_said_to_be_there_still(
    run: Run, admin: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("team", "init")
    postgres.ask(f'GRANT "{DATABASE}_dispatcher" TO postgres')
    with psycopg.connect(postgres.admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE ROLE cityadmin LOGIN CREATEROLE")
        connection.execute(f'GRANT ALL ON DATABASE "{DATABASE}" TO cityadmin')
        connection.execute(f'GRANT "{DATABASE}_owner", "{DATABASE}_dispatcher" TO cityadmin')
        monkeypatch.setenv("CONNECT_CONSOLE_ADMIN", postgres.url(DATABASE, "cityadmin"))
        try:
            with closing(Store.open(postgres.url(DATABASE, "postgres"))):
                gone = run("team", "remove", "postgres")
            assert "1 of their connections is still open, without any right" in gone.out
        finally:
            connection.execute(f'REVOKE ALL ON DATABASE "{DATABASE}" FROM cityadmin')
            connection.execute("DROP ROLE cityadmin")


def test_who_is_removed_is_put_out_at_once(run: Run, admin: str, postgres: Postgres) -> None:
    run("team", "init")
    run("team", "add", "ana.lima", "--role", "call_taker", "--no-password")
    with closing(Store.open(postgres.url(DATABASE, "ana.lima"))) as store:
        run("team", "remove", "ana.lima")
        with pytest.raises(StoreProblem):
            store.head()
        with pytest.raises(StoreProblem, match="may not use that database"):
            store.head()


def test_what_the_city_narrows_is_narrowed_in_the_database(
    run: Run, admin: str, postgres: Postgres, home: Path
) -> None:
    run("team", "init")
    run("team", "add", "ana.lima", "--role", "call_taker", "--no-password")
    url = postgres.url(DATABASE, "ana.lima").replace("+psycopg", "")
    with psycopg.connect(url.replace(" ", "%20")) as connection:
        connection.execute("SELECT phone FROM desk.caller")
    home.joinpath("config.toml").write_text('[rights]\nsee_contacts = ["supervisor"]\n', encoding="utf-8")
    assert run("team", "init").code == 0
    with (
        psycopg.connect(url.replace(" ", "%20")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT phone FROM desk.caller")


def test_a_password_is_never_an_argument(run: Run, admin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("team", "init")
    told = run("team", "add", "ana.lima", "--role", "worker", "--password", "s3cret")
    assert told.code == 1
    assert "s3cret" not in told.out + told.err
    monkeypatch.setenv("ANAS", "s3cret")
    assert run("team", "add", "ana.lima", "--role", "worker", "--password", "env:ANAS").code == 0
    with psycopg.connect(admin.replace("+psycopg", "").replace(" ", "%20")) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'ana.lima'").fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "ana.lima", "--role", "call_taker", "--no-password"), "holds no Connect Console store"),
        (("list",), "holds no Connect Console store"),
    ],
)
def test_people_are_let_into_a_store_only(
    run: Run, admin: str, postgres: Postgres, words: tuple[str], said: str
) -> None:
    with psycopg.connect(postgres.admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
    told = run("team", *words)
    assert told.code == 1
    assert said in told.err


@pytest.mark.parametrize(
    ("name", "said"), [("", "cannot be a name"), ("pg_x", "cannot be a name"), (f"{DATABASE}_owner", "name of a role")]
)
def test_names_that_nobody_can_have(run: Run, admin: str, name: str, said: str) -> None:
    run("team", "init")
    told = run("team", "add", name, "--role", "call_taker", "--no-password")
    assert (told.code, said in told.err) == (1, True)


def test_who_administers_the_server_keeps_their_password_and_is_no_member(
    run: Run, admin: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("team", "init")
    monkeypatch.setenv("ANAS", "s3cret")
    told = run("team", "add", "postgres", "--role", "worker", "--password", "env:ANAS")
    assert told.code == 1
    assert "“postgres” administers the server" in told.err
    assert postgres.ask("SELECT rolpassword FROM pg_authid WHERE rolname = 'postgres'") == [(None,)]
    assert "Nobody is in the team yet" in run("team", "list").out


def test_an_administrator_who_is_a_member_is_put_out_and_told_so(run: Run, admin: str, postgres: Postgres) -> None:
    run("team", "init")
    postgres.ask(f'GRANT "{DATABASE}_worker" TO postgres')
    told = run("team", "remove", "postgres")
    assert (told.code, told.out) == (0, "postgres may log in no longer.\n")
    assert "Nobody is in the team yet" in run("team", "list").out


def test_an_administrator_whose_home_names_no_store_copies_the_teams(run: Run, admin: str, tmp_path: Path) -> None:
    run("team", "init")
    told = run("backup", str(tmp_path / "city.dump"))
    assert told.code == 0
    assert told.out.startswith("The team's database was saved to ")
    assert (tmp_path / "city.dump.counts").is_file()


def test_somebody_who_is_not_in_the_team_is_not_removed(run: Run, admin: str) -> None:
    run("team", "init")
    told = run("team", "remove", "nobody.here")
    assert told.code == 1
    assert "is not in the team" in told.err


def test_a_database_of_another_program_is_left_alone(run: Run, admin: str, postgres: Postgres) -> None:
    with psycopg.connect(postgres.admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
    with psycopg.connect(admin.replace("+psycopg", "").replace(" ", "%20")) as connection:
        connection.execute("CREATE TABLE theirs (id bigint)")
    told = run("team", "init")
    assert told.code == 1
    assert "another program's tables" in told.err


def test_without_an_administrator_it_is_said_where_to_name_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONNECT_CONSOLE_ADMIN", raising=False)
    ran = subprocess.run(
        [sys.executable, "-m", "console.cli", "--home", str(home), "team", "list"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Set CONNECT_CONSOLE_ADMIN to" in ran.stderr


@pytest.mark.parametrize("address", ["nonsense", "sqlite:///x.db", "postgresql+psycopg://postgres@127.0.0.1"])
def test_an_address_that_is_none_of_a_database(run: Run, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CONNECT_CONSOLE_ADMIN", address)
    told = run("team", "init")
    assert told.code == 1
    assert "not the address of a database" in told.err


def test_a_database_is_brought_up_to_date(run: Run, admin: str) -> None:
    assert "no such database" in run("team", "migrate").err
    run("team", "init")
    told = run("team", "migrate")
    assert (told.code, told.out) == (0, f"The database is at {schema.HEAD}.\n")


def _one_logged(admin: str) -> None:
    with psycopg.connect(admin.replace("+psycopg", "").replace(" ", "%20")) as connection:
        row = "1, '26-000001', 'new', 'phone', 1, 1"
        connection.execute(
            f"INSERT INTO desk.request (id, number, status, channel, requested_at, updated_at) VALUES ({row})"
        )
        connection.execute("INSERT INTO desk.event (request_id, at, actor, kind) VALUES (1, 1, 'x', 'logged')")


def test_histories_are_signed_off_and_verified(run: Run, admin: str, postgres: Postgres, home: Path) -> None:
    run("team", "init")
    run("team", "add", "ana.lima", "--role", "worker", "--no-password")
    folder = home / "heads"
    assert "only a team's server is signed off" in run("team", "sign", str(folder)).err
    url = postgres.url(DATABASE, "ana.lima")
    home.joinpath("config.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    assert run("team", "sign", str(folder)).out == "Nothing has grown since the last time.\n"
    _one_logged(admin)
    sign_today(url, folder)
    assert sign_today(url, folder) is None
    told = run("team", "verify", "--signed", str(folder))
    assert (told.code, told.out) == (0, "1 histories of 1 lines, 1 heads that were signed off: all are whole.\n")
    with psycopg.connect(admin.replace("+psycopg", "").replace(" ", "%20")) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE desk.event SET actor = 'y'")
    told = run("team", "verify")
    assert (told.code, told.out.splitlines()) == (
        1,
        ["26-000001: line 1 is not as it was written.", "1 histories of 1 lines: 1 is broken."],
    )


def test_the_worker_signs_off_when_it_begins_also_of_a_city_without_an_upstream(
    admin: str, run: Run, postgres: Postgres, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("team", "init")
    run("team", "add", "ana.lima", "--role", "worker", "--no-password")
    _one_logged(admin)
    url = postgres.url(DATABASE, "ana.lima")
    home.joinpath("config.toml").write_text(f'[store]\nurl = "{url}"\nsign = "heads"\n', encoding="utf-8")
    signed, sign = threading.Event(), chain.sign

    def told(store: Store, folder: Path) -> Path | None:
        made = sign(store, folder)
        signed.set()
        return made

    monkeypatch.setattr(chain, "sign", told)
    monkeypatch.setattr(Syncer, "run", lambda *_: signed.wait(60))
    ran = run("worker")
    assert (ran.code, ran.out) == (0, "worker: running; stop it with Ctrl+C\nworker: stopped\n")
    assert [path.read_text().splitlines()[-1] for path in (home / "heads").iterdir()] == ["end 1"]
    assert not [thread for thread in threading.enumerate() if thread.name == "signing"]
    home.joinpath("file").touch()
    refused = run("team", "sign", str(home / "file"))
    assert (refused.code, "Make the folder writable" in refused.err) == (1, True)


def test_a_worker_with_nowhere_to_sign_signs_nothing(home: Path) -> None:
    with signing(load(home)):
        assert not [thread for thread in threading.enumerate() if thread.name == "signing"]


def test_what_the_readme_says_can_be_typed() -> None:
    text = Path(__file__).parents[3].joinpath("README.md").read_text(encoding="utf-8")
    typed = [line.split("#")[0].split()[1:] for line in text.splitlines() if line.startswith("connect-console team ")]
    assert [parser.build().parse_args(words).command for words in typed] == [
        *(
            "team init",
            "team add",
            "team add",
            "team list",
            "team remove",
            "team import",
            "team migrate",
            "team verify",
        ),
    ]


def test_a_desk_becomes_a_team_and_its_database_is_copied_and_put_back(
    run: Run, home: Path, admin: str, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = run("do", "log", "--service", "tree", "--description", "Tree down", "--address", "1 Main St")
    assert logged.code == 0
    made = run("team", "import", str(home / "desk.db"))
    assert made.code == 0
    assert "compared, row by row: " in made.out
    assert "1 request" in made.out
    assert made.out.endswith(f"{NOBODY}\n")
    run("team", "add", "ana.lima", "--role", "auditor", "--no-password")
    assert run("team", "import", str(home / "desk.db")).code == 1
    assert "no file" in run("team", "import", str(tmp_path / "none.db")).err
    config = home / "config.toml"
    before = config.read_text(encoding="utf-8") if config.exists() else ""
    config.write_text(f'[store]\nurl = "{admin}"\n{before}', encoding="utf-8")
    assert run("list").out.count("Main St") == 1
    saved = run("backup", str(tmp_path / "city.dump"))
    assert saved.code == 0
    assert (tmp_path / "city.dump.counts").is_file()
    other = postgres.url(f"{DATABASE} again", "postgres")
    monkeypatch.setenv("CONNECT_CONSOLE_ADMIN", other)
    assert "There is no file" in run("restore", str(tmp_path / "none.dump")).err
    brought = run("restore", str(tmp_path / "city.dump"))
    assert brought.code == 0
    assert brought.out.endswith(f"{NOBODY}\n"), "roles are of one database, and are in no copy"
    run("team", "add", "ana.lima", "--role", "auditor", "--no-password")
    again = run("restore", str(tmp_path / "city.dump"))
    assert again.code == 1
    assert "Name an empty database" in again.err
    with closing(Store.open(other)) as store:
        assert [row.address for row in queries.columns(store)] == ["1 Main St"]
    with psycopg.connect(postgres.admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{DATABASE} again" WITH (FORCE)')


def test_a_password_is_no_argument(run: Run, admin: str) -> None:
    refused = run("team", "add", "ana.lima", "--role", "call_taker", "--password", "s3cret")
    assert refused.code == 1
    assert refused.err.startswith("connect-console: A password is no argument: all on this machine can read it.")
    assert "s3cret" not in refused.err


def test_an_old_program_is_told_to_be_updated(run: Run, admin: str, postgres: Postgres) -> None:
    run("team", "init")
    server = postgres.admin.replace("+psycopg", "")
    with psycopg.connect(server, dbname=DATABASE, autocommit=True) as connection:
        for version, said in (("9999", "newer than this program (its schema is 9999). Update"), ("0004", "migrate.")):
            connection.execute("UPDATE desk.alembic_version SET version_num = %s", (version,))
            refused = run("team", "init")
            assert refused.code == 1
            assert said in refused.err


@pytest.mark.parametrize("command", ["init", "add", "list", "remove", "import", "migrate", "verify"])
def test_help_says_where_the_administrators_address_comes_from(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser.build().parse_args(["team", command, "--help"])
    assert "comes from CONNECT_CONSOLE_ADMIN or a prompt" in " ".join(capsys.readouterr().out.split())
