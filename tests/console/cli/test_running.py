"""`sync`, `worker` and `gateway` as real processes, stopped by signals; `backup`, `restore` and `config`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.cli.running import Stop, _Turns
from services.errors import Forbidden
from services.gateway.keys import KeyRing
from services.gateway.server import Gateway
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from services.sync.turns import FileTurns
from tests.console.cli.conftest import Run
from tests.console.cli.residents import post


@contextmanager
def process(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own; killed if it has not ended by itself."""
    command = [sys.executable, "-m", "console.cli", "--home", str(home), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as made:
        try:
            yield made
        finally:
            made.kill()


def line(made: subprocess.Popen[str]) -> str:
    assert made.stdout is not None
    assert made.stderr is not None
    return made.stdout.readline() or f"nothing, but on stderr: {made.stderr.read()}"


def stopped(made: subprocess.Popen[str]) -> tuple[int, str]:
    made.send_signal(signal.SIGTERM)
    _, said = made.communicate(timeout=30)
    return made.returncode, said


def test_sync_without_an_upstream_says_so(run: Run) -> None:
    assert run("sync", "--once").out == "No upstream is configured; there is nothing to sync.\n"
    empty = run("sync", "--once", "--json")
    assert set(empty.json.values()) == {0}
    assert run("worker").code == 1


def test_an_upstream_that_is_down_is_a_sentence_and_one(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text(
        '[[upstream]]\nname = "city"\nurl = "http://127.0.0.1:9/v2"\n', encoding="utf-8"
    )
    told = run("sync", "--once", "--json")
    assert told.code == 1
    assert told.json["pulled"] == 0
    assert "city" in told.err
    assert "cannot be reached" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_gateway_serves_until_it_is_told_to_stop(run: Run, home: Path, tmp_path: Path) -> None:
    with process(home, "gateway", "--port", "0") as made:
        url = line(made).removeprefix("gateway ").strip()
        assert post(url, service_code="street-light", lat="42.36", long="-71.06")
        assert stopped(made) == (0, "")
    file = tmp_path / "services.json"
    file.write_text('[{"service_code": "x", "service_name": "X"}]', encoding="utf-8")
    assert run("gateway", "services", str(file)).out == "The gateway now takes 1 services.\n"
    assert "cannot be read" in run("gateway", "services", str(tmp_path / "none.json")).err
    taken = run("gateway", "--host", "203.0.113.1")
    assert taken.code == 1
    assert "cannot listen" in taken.err


def test_a_key_in_use_is_ended_only_where_that_is_asked_for(run: Run, home: Path) -> None:
    first = run("gateway", "key", "desk").out.strip()
    store = GatewayStore.open(GatewaySettings(home).store_path)
    KeyRing(store).check(first)
    again = run("gateway", "key", "desk")
    assert (again.code, again.out) == (1, "")
    assert "“desk” has a key already" in again.err
    assert "--replace" in again.err
    KeyRing(store).check(first)
    other = run("gateway", "key", "app").out.strip()
    replaced = run("gateway", "key", "desk", "--replace")
    assert "“desk” works no longer" in replaced.err
    for key in (other, replaced.out.strip()):
        KeyRing(store).check(key)
    with pytest.raises(Forbidden):
        KeyRing(store).check(first)
    store.close()


def test_the_gateway_takes_the_mail_server_of_the_settings(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text(
        '[smtp]\nhost = "127.0.0.1"\npassword = "env:NO_SUCH_SECRET"\n', encoding="utf-8"
    )
    told = run("gateway")
    assert told.code == 1
    assert "There is no secret “NO_SUCH_SECRET”" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_relays_what_another_process_did(
    run: Run, home: Path, city: str, gateway: Gateway, tmp_path: Path
) -> None:
    run("sync", "--once")
    with process(home, "worker") as made:
        assert line(made) == "worker: running; stop it with Ctrl+C\n"
        run("do", "status", city, "in_progress", "--message", "On its way")
        wait_for(tmp_path / "gateway" / "mail")
        assert stopped(made) == (0, "")
    assert run("outbox").out == "Nothing waits to be told.\n"


def wait_for(folder: Path) -> None:
    """Until a letter lies there."""
    import threading

    again = threading.Event()
    for _ in range(300):
        if list(folder.glob("*.eml")):
            return
        again.wait(0.1)
    pytest.fail("no letter came")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_stop_is_set_by_a_signal_and_puts_the_handlers_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Stop() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.event.wait(20)
    assert signal.getsignal(signal.SIGTERM) is before


def test_backup_and_restore(run: Run, tmp_path: Path) -> None:
    log = ("do", "log", "--service", "x", "--address", "y", "--description")
    run(*log, "first")
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy)).code == 0
    run(*log, "second")
    assert run("restore", str(copy)).code == 0
    assert [row["description"] for row in run("list", "--json").rows] == ["first"]
    assert run("restore", str(tmp_path / "none.db")).code == 1


def test_nothing_is_restored_under_a_desk_or_worker_at_work(run: Run, home: Path, tmp_path: Path) -> None:
    run("do", "log", "--service", "x", "--address", "y", "--description", "kept")
    copy = tmp_path / "copy.db"
    run("backup", str(copy))
    run("do", "log", "--service", "x", "--address", "y", "--description", "later")
    with FileTurns(home / "desk.db").lead():
        told = run("restore", str(copy))
    assert (told.code, "is at work on this store" in told.err) == (1, True)
    assert len(run("list", "--json").rows) == 2


def test_what_a_person_typed_wrongly_is_not_logged(run: Run, home: Path) -> None:
    told = run("do", "log", "--service", "x", "--address", "y", "--description", "z", "--phone", "Zoraida, extension 5")
    assert (told.code, "Zoraida" in told.err) == (1, True)
    logged = "".join(file.read_text(encoding="utf-8") for file in home.glob("logs/*.log"))
    assert "Invalid" in logged
    assert "Zoraida" not in logged


def test_a_key_is_blacked_out_wherever_it_is_logged(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upstream = '[[upstream]]\nname = "city"\nurl = "http://127.0.0.1:9"\napi_key = "env:CITY_KEY"\n'
    home.joinpath("config.toml").write_text(upstream, encoding="utf-8")
    monkeypatch.setenv("CITY_KEY", "q7-canary-q7")
    assert run("show", "q7-canary-q7").code == 1
    logged = "".join(file.read_text(encoding="utf-8") for file in home.glob("logs/*.log"))
    assert "NotFound" in logged or "There is no request" in logged
    assert "canary" not in logged


def test_a_caller_who_names_no_language_is_written_to_in_the_desks(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text('[desk]\nlanguage = "es"\n', encoding="utf-8")
    log = ("do", "log", "--service", "x", "--address", "y", "--description", "z", "--name", "Ana", "--json")
    said = [run(*log).json["numbers"][0], run(*log, "--language", "vi").json["numbers"][0]]
    assert [run("show", n, "--json").json["callers"][0]["language"] for n in said] == ["es", "vi"]


def test_config_prints_what_is_in_force(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text("[messages]\nhold_seconds = 3\n", encoding="utf-8")
    told = run("config")
    assert str(home / "config.toml") in told.out
    assert tomllib.loads(told.out)["messages"]["hold_seconds"] == 3
    assert run("config", "--json").json["messages"] == {"hold_seconds": 3}


def test_a_wrong_key_is_named_with_its_nearest_by_every_command(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text("[messages]\nhold_second = 3\n", encoding="utf-8")
    for words in (["list"], ["config"], ["sync", "--once"], ["worker"], ["do", "undo"]):
        told = run(*words)
        assert told.code == 1
        assert "the nearest is “[messages] hold_seconds”" in told.err


def test_a_worker_says_when_it_stands_by_and_takes_over(capsys: pytest.CaptureFixture[str]) -> None:
    turns = _Turns()
    turns.say(True)
    assert capsys.readouterr().out == ""
    turns.say(False)
    assert "standing by" in capsys.readouterr().out
    turns.say(True)
    assert capsys.readouterr().out == "worker: has taken over\n"
    turns.say(True)
    assert capsys.readouterr().out == ""
