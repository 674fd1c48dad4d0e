"""The process around the calls: ready line, clean stop, limits for slow and many clients, and kills."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from services import sqlite
from services.errors import Invalid, StoreProblem
from services.gateway import intake
from services.gateway.keys import new_key
from services.gateway.server import Gateway, running, serve
from services.gateway.settings import GatewaySettings
from services.gateway.tables import REQUESTS, UPDATES, GatewayStore
from services.notify.outbox import MAIL, MailState
from tests.services.notify.mailbox import Mailbox, smtp_server


@contextmanager
def process(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A gateway process and its address."""
    command = [sys.executable, "-m", "tests.services.gateway.serving", str(home), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        word, _, url = child.stdout.readline().strip().partition(" ")
        assert word == "gateway", child.communicate()
        try:
            yield child, url
        finally:
            child.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    with process(tmp_path) as (child, url):
        assert requests.get(f"{url}/services.json", timeout=10).status_code == 200
        child.send_signal(how)
        assert child.communicate(timeout=30) == ("", "")
        assert child.returncode == 0


def test_serve_says_its_address_in_this_process_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Gateway, "run", lambda self: self.close())
    serve(GatewaySettings(tmp_path))
    assert capsys.readouterr().out.startswith("gateway http://127.0.0.1:")


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Invalid, match=f"cannot listen on 127.0.0.1:{port}: [a-z ]+in use"):
            Gateway(GatewaySettings(tmp_path, port=port))
    with pytest.raises(Invalid, match="cannot listen"):
        Gateway(GatewaySettings(tmp_path, port=70_000))


def test_one_gateway_for_a_store(tmp_path: Path) -> None:
    with running(GatewaySettings(tmp_path)), pytest.raises(StoreProblem, match=r"runs on .* already"):
        Gateway(GatewaySettings(tmp_path))
    with running(GatewaySettings(tmp_path)) as again:
        assert again.url


def test_a_store_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    store = GatewayStore.open(tmp_path / "gateway.db")
    with sqlite.writing(store.engine) as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(StoreProblem, match="newer version"):
        Gateway(GatewaySettings(tmp_path))


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreProblem, match="cannot be made"):
        Gateway(GatewaySettings(tmp_path / "file" / "home"))


def address(url: str) -> tuple[str, int]:
    """Host and port of a gateway."""
    host, _, port = url.split("/")[2].partition(":")
    return host, int(port)


@contextmanager
def hasty(home: Path, seconds: float) -> Iterator[str]:
    """A gateway that gives a call only so many seconds."""
    gateway = Gateway(GatewaySettings(home), deadline=seconds)
    thread = threading.Thread(target=gateway.run)
    thread.start()
    try:
        yield gateway.url
    finally:
        gateway.stop()
        thread.join()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /open311/v2/services.json HTTP/1.1\r\nHost: x\r\n",
        b"POST /open311/v2/requests.json HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nservice_code=",
    ],
)
def test_a_client_that_does_not_finish_is_cut_off(tmp_path: Path, sent: bytes) -> None:
    with hasty(tmp_path, 0.3) as url, socket.create_connection(address(url), 30) as slow:
        slow.sendall(sent)
        assert rest(slow) == b""


def test_a_connection_that_drips_its_second_call_is_cut_off_too(tmp_path: Path) -> None:
    with hasty(tmp_path, 0.5) as url, socket.create_connection(address(url), 30) as slow:
        slow.sendall(b"GET /open311/v2/none.json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert slow.recv(12) == b"HTTP/1.1 404"
        slow.sendall(b"GET /open3")
        assert rest(slow).endswith(b"]")


def rest(connection: socket.socket) -> bytes:
    """What still comes until the other side cuts it off."""
    received = b""
    with suppress(ConnectionResetError):
        while chunk := connection.recv(10_000):
            received += chunk
    return received


def test_two_hundred_dripping_sockets_do_not_stop_it(tmp_path: Path) -> None:
    with running(GatewaySettings(tmp_path)) as gateway, ExitStack() as stack:
        for _ in range(200):
            slow = stack.enter_context(socket.create_connection(address(gateway.url), 10))
            slow.sendall(b"GET /open311/v2/serv")
        assert requests.get(f"{gateway.url}/services.json", timeout=30).status_code == 200


def test_a_mistake_of_ours_is_a_500_that_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(intake, "create", broken)
    with running(GatewaySettings(tmp_path)) as gateway:
        answer = requests.post(f"{gateway.url}/requests.xml", data={"service_code": "x"}, timeout=10)
    assert answer.status_code == 500
    assert "<code>500</code>" in answer.text
    assert "secret" not in answer.text
    assert "secret" in caplog.text
    caplog.clear()


def test_a_full_disk_is_a_503_and_nothing_is_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreProblem("The disk is full.")

    monkeypatch.setattr(intake, "create", full)
    with running(GatewaySettings(tmp_path)) as gateway:
        answer = requests.post(f"{gateway.url}/requests.json", data={"service_code": "x"}, timeout=10)
    assert (answer.status_code, answer.json()[0]["code"]) == (503, 503)


UPDATES_SENT = 24
KILLS = 3


@pytest.mark.chaos
def test_kills_under_a_stream_of_updates_lose_none_and_repeat_at_most_the_cut_off_mail(tmp_path: Path) -> None:
    store = GatewayStore.open(tmp_path / "gateway.db")
    key = new_key(store, "desk")
    store.close()
    dice = random.Random(20261123)
    kill_before = sorted(dice.sample(range(1, UPDATES_SENT), KILLS))
    with smtp_server() as box:
        number, n = "", 0
        for stop_at in (*kill_before, UPDATES_SENT):
            with process(tmp_path, str(box.port)) as (child, url):
                number = number or _report(url)
                n = _send_until(url, key, number, n, stop_at, child if stop_at < UPDATES_SENT else None)
                if stop_at == UPDATES_SENT:
                    _wait_until_sent(box, UPDATES_SENT)
                    child.terminate()
                    assert child.wait(30) == 0
    store = GatewayStore.open(tmp_path / "gateway.db")
    with sqlite.reading(store.engine) as connection:
        lines = connection.execute(select(func.count()).select_from(UPDATES)).scalar_one()
        states = set(connection.scalars(select(MAIL.c.state)))
        ids = set(connection.scalars(select(MAIL.c.message_id)))
        assert connection.execute(select(REQUESTS.c.status_notes)).scalar_one() == f"message {UPDATES_SENT - 1}"
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    store.close()
    assert (lines, states, len(ids)) == (UPDATES_SENT, {MailState.SENT}, UPDATES_SENT)
    arrived = Counter(box.ids)
    assert set(arrived) == ids
    assert sum(arrived.values()) <= UPDATES_SENT + KILLS


def _report(url: str) -> str:
    form = {"service_code": "dumping", "address_string": "here", "email": "ana@example.org"}
    return str(requests.post(f"{url}/requests.json", data=form, timeout=10).json()[0]["service_request_id"])


def _send_until(url: str, key: str, number: str, n: int, stop_at: int, child: subprocess.Popen[str] | None) -> int:
    """Post the updates from `n` to `stop_at`; then, with a child, kill it while one more is on its way."""
    while n < stop_at:
        assert _update(url, key, number, n).status_code == 200
        n += 1
    if child is not None:
        killer = threading.Timer(random.Random(n).uniform(0, 0.03), child.kill)
        killer.start()
        with suppress(requests.RequestException):  # killed before it could answer: the same update is sent again
            _update(url, key, number, n)
        killer.join()
    return n


def _update(url: str, key: str, number: str, n: int) -> requests.Response:
    form = {"api_key": key, "service_request_id": number, "update_id": f"u{n}", "description": f"message {n}"}
    return requests.post(f"{url}/servicerequestupdates.json", data=form, timeout=10)


def _wait_until_sent(box: Mailbox, count: int) -> None:
    with box.arrived:
        assert box.arrived.wait_for(lambda: len(set(box.ids)) >= count, 60)
