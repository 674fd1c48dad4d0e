"""The doctor on sound homes and on sick ones: each fault is a line with a remedy."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from console import doctor
from console.doctor import Finding, Grade
from services import sqlite
from services.gateway.keys import new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import UPDATES, GatewayStore
from services.notify import outbox
from services.notify.mail import compose
from services.store.store import Store
from services.sync.turns import FileTurns
from tests.console.cli.conftest import Run, home, run
from tests.services.notify.test_mail import NOTICE

__all__ = ["home", "run"]


@pytest.fixture(autouse=True)
def no_qt(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Qt is looked at in one test only; it takes a second."""
    if "looks_at_qt" not in request.fixturenames:
        monkeypatch.setattr(doctor, "_qt", lambda: iter(()))


@pytest.fixture
def looks_at_qt() -> None:
    """Names the tests that do."""


def config(at: Path, text: str) -> None:
    at.joinpath("config.toml").write_text(text, encoding="utf-8")


def about(what: str, at: Path) -> list[Finding]:
    return [finding for finding in doctor.examine(at) if finding.about == what]


def only(what: str, at: Path) -> Finding:
    (finding,) = about(what, at)
    return finding


def test_a_fresh_home_is_well(home: Path, run: Run, looks_at_qt: None) -> None:
    told = run("doctor")
    assert told.code == 0
    assert "problem" not in told.out
    for what in (
        "home",
        "config",
        "disk",
        "store",
        "durability",
        "sync lock",
        "upstream",
        "places",
        "mail",
        "Qt",
        "fonts",
    ):
        assert f" {what}: " in told.out


def test_a_problem_makes_it_one_and_has_a_remedy(home: Path, run: Run) -> None:
    config(home, "[desk]\nthem = 1\n")
    told = run("doctor")
    assert told.code == 1
    assert "problem  config: config.toml: there is no key “[desk] them”" in told.out
    assert "→ `connect-console config` prints them all." in told.out
    assert "None is configured" not in told.out
    assert "None was looked at" in told.out


def test_a_key_for_a_command_that_is_none(home: Path, run: Run) -> None:
    config(home, '[keys]\n"request.asign" = "Ctrl+Q"\n')
    told = run("doctor")
    assert told.code == 1
    assert "“request.asign”, which is no command; the nearest is “request.assign”" in told.out


def test_a_store_that_is_no_store(home: Path) -> None:
    home.joinpath("desk.db").write_text("this is no database, however long one looks at it " * 100)
    assert only("store", home).grade is Grade.PROBLEM


def test_a_store_with_dangling_rows(home: Path) -> None:
    Store.open(f"sqlite:///{home}/desk.db").close()
    with sqlite3.connect(home / "desk.db") as connection:
        connection.execute("INSERT INTO caller (request_id, name) VALUES (77, 'x')")
    connection.close()
    found = only("store", home)
    assert found.grade is Grade.PROBLEM
    assert "It is damaged" in found.sentence


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
    assert only("disk", home).grade is Grade.PROBLEM


def test_a_home_that_cannot_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    monkeypatch.setattr("os.access", lambda path, mode, **more: path != home and real(path, mode, **more))
    assert about("home", home)[1].grade is Grade.PROBLEM


def test_who_syncs(home: Path) -> None:
    assert "No process" in only("sync lock", home).sentence
    with FileTurns(home / "desk.db").lead():
        assert "A desk or a worker" in only("sync lock", home).sentence


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    with running(GatewaySettings(tmp_path / "gateway")) as made:
        yield made.url


WITH_KEY = 'updates = "servicerequestupdates"\napi_key = "env:CITY_KEY"\n'


def test_an_upstream_that_is_well_and_a_key_that_is_not(
    home: Path, gateway: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = GatewayStore.open(GatewaySettings(tmp_path / "gateway").store_path)
    monkeypatch.setenv("CITY_KEY", new_key(store, "desk"))
    config(home, f'[[upstream]]\nname = "city"\nurl = "{gateway}"\n{WITH_KEY}')
    clock, answer = about("upstream city", home)
    assert (clock.grade, clock.sentence) == (Grade.OK, "Its clock and this one agree.")
    assert answer.grade is Grade.OK
    assert answer.sentence.endswith("with words of gateway and 28 services; it takes the key.")
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(UPDATES)).scalar() == 0, "asking changed nothing"
    new_key(store, "desk", replace=True)
    store.close()
    found = about("upstream city", home)[-1]
    assert found.grade is Grade.PROBLEM
    assert "“city” does not accept the key (HTTP 403)" in found.sentence
    assert "api_key" in found.remedy


def test_two_servers_of_one_upstream(home: Path, gateway: str, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_KEY", "x")
    config(home, f'[[upstream]]\nname = "city"\nurl = "{gateway}"\nupdates_url = "{odd}"\n{WITH_KEY}')
    ours, theirs, answer = about("upstream city", home)
    assert ours.sentence == f"The clock of {urlsplit(gateway).netloc} and this one agree."
    assert theirs.sentence.startswith(f"{urlsplit(odd).netloc} does not say what time it is")
    assert answer.sentence.endswith("; the key is not checked, as only an update would tell.")


def test_an_upstream_without_updates_or_key(home: Path, gateway: str) -> None:
    config(home, f'[[upstream]]\nname = "city"\nurl = "{gateway}"\n')
    assert about("upstream city", home)[0].sentence.startswith("It takes no updates")
    config(home, f'[[upstream]]\nname = "city"\nurl = "{gateway}"\nupdates = "patch"\n')
    assert "no api_key is set" in about("upstream city", home)[0].sentence
    config(home, f'[[upstream]]\nname = "city"\nurl = "{gateway}"\napi_key = "env:NO_SUCH_KEY"\n')
    found = only("upstream city", home)
    assert "There is no secret “NO_SUCH_KEY”" in found.sentence
    assert found.remedy


def test_an_upstream_that_is_down(home: Path) -> None:
    config(home, '[[upstream]]\nname = "city"\nurl = "http://127.0.0.1:9/v2"\nupdates = "patch"\n')
    assert about("upstream city", home)[-1].grade is Grade.PROBLEM
    assert "cannot be reached" in about("upstream city", home)[-1].sentence


class Odd(BaseHTTPRequestHandler):
    """Answers with HTML, and with whatever date it is told."""

    date = ""

    def do_GET(self) -> None:
        self.send_response_only(200)
        if self.date:
            self.send_header("Date", self.date)
        self.send_header("Content-Length", "15")
        self.end_headers()
        self.wfile.write(b"<html>hi</html>")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Odd) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v2"
        server.shutdown()
        thread.join()


def test_clocks_that_differ_and_answers_that_make_no_sense(
    home: Path, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(home, f'[[upstream]]\nname = "city"\nurl = "{odd}"\nupdates = "patch"\n')
    silent = about("upstream city", home)
    assert silent[1].sentence.startswith("It does not say what time it is")
    assert silent[-1].grade is Grade.PROBLEM
    for hours, word in ((2, "behind"), (-2, "ahead of")):
        monkeypatch.setattr(Odd, "date", format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True))
        clock = about("upstream city", home)[1]
        assert clock.grade is Grade.PROBLEM
        assert word in clock.sentence


def test_the_mail_server(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        config(home, f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n')
        assert only("mail", home).sentence == f"127.0.0.1:{port} answers."
    assert only("mail", home).grade is Grade.PROBLEM
    config(home, '[smtp]\nhost = "127.0.0.1"\npassword = "env:NO_SUCH_SECRET"\n')
    assert "There is no secret" in only("mail", home).sentence


def test_letters_that_did_not_leave(home: Path) -> None:
    assert about("letters", home) == []
    store = GatewayStore.open(GatewaySettings(home).store_path)
    with sqlite.writing(store.engine) as connection:
        for update_id in ("u1", "u2", "u3"):
            outbox.queue(connection, compose(replace(NOTICE, update_id=update_id)), store.clock())
    assert only("letters", home).grade is Grade.OK
    outbox.refused(store.engine, 1, "550 no such box.")
    outbox.later(store.engine, 2, "535 wrong password.", store.clock())
    store.close()
    found = only("letters", home)
    assert found.grade is Grade.PROBLEM
    assert found.sentence == "1 wait for another try, 1 were refused for good. 535 wrong password."


def test_a_gateway_whose_store_cannot_be_read(home: Path) -> None:
    home.joinpath("gateway.db").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    assert only("letters", home).grade is Grade.PROBLEM


def test_a_qt_that_does_not_start(home: Path, monkeypatch: pytest.MonkeyPatch, looks_at_qt: None) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("QT_QPA_PLATFORM", "nosuchplatform")
    found = only("Qt", home)
    assert found.grade is Grade.PROBLEM
    assert "libegl1" in found.remedy
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert only("Qt", home).grade is Grade.OK


def test_a_font_that_is_not_there(home: Path, monkeypatch: pytest.MonkeyPatch, looks_at_qt: None) -> None:
    monkeypatch.setattr(doctor, "_PROBE", doctor._PROBE.replace("*.[ot]tf", "*.none"))
    assert only("fonts", home).grade is Grade.PROBLEM


def test_address_files_are_read_and_counted(home: Path) -> None:
    assert (only("places", home).grade, only("places", home).remedy) == (Grade.NOTE, doctor._NO_FILES)
    config(home, '[map]\naddresses = ["a.csv"]\n')
    assert "There is no address file" in only("places", home).sentence
    assert only("places", home).grade is Grade.PROBLEM
    (home / "a.csv").write_text(
        "number,street,lat,lon\n1,A St,30.4,-89.1\n2,A St,30.4,-89.1\n3,A St,,\n", encoding="utf-8"
    )
    found = only("places", home)
    assert found.grade is Grade.OK
    assert found.sentence == (
        "2 addresses, 0 crossings and 0 landmarks are known; rows left out, as they lack a place or a name: 1."
    )
