"""Everything a server can do wrong below the protocol ends in one sentence, in time, and without the key in it."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
import traceback
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from services.errors import Expected, Offline, Refused, Unreadable
from services.upstream import http
from services.upstream.http import Session
from tests.services.upstream.loopback import Ask, Loopback, Reply, as_json

KEY = [("api_key", "s3cret")]
PLAIN = b'[{"service_code": "x"}]'
ZIPPED = {"Content-Encoding": "gzip"}
CERTIFICATE = Path(__file__).parent / "loopback.pem"


@pytest.fixture
def session() -> Any:
    made = Session("“city”", seconds=5)
    yield made
    made.close()


def replying(reply: Reply) -> Loopback:
    return Loopback(lambda ask: reply)


def drip(start: bytes) -> Callable[[Any, threading.Event], None]:
    """Writes a byte now and then until the test is over: every single read is quick, the answer never ends."""

    def write(out: Any, ending: threading.Event) -> None:
        out.write(start)
        while not ending.wait(0.02):
            out.write(b"x")
            out.flush()

    return write


@pytest.mark.parametrize(
    "start", [b"HTTP/1.0 200 OK\r\nX-Long: ", b"HTTP/1.0 200 OK\r\nContent-Length: 9999\r\n\r\n", b""],
    ids=["headers", "body", "status"],
)  # fmt: skip
def test_a_slow_drip_is_cut_at_the_total_deadline(start: bytes) -> None:
    quick = Session("“city”", seconds=0.3)
    with replying(Reply(raw=drip(start))) as server:
        with pytest.raises(Offline, match=r"“city” did not answer within 0\.3 seconds") as caught:
            quick.get(server.url)
        with pytest.raises(Offline) as posted:
            quick.post(server.url, KEY)
        quick.close()
    assert (caught.value.maybe_done, posted.value.maybe_done) == (False, True)


def test_a_server_that_never_answers_is_offline() -> None:
    quick = Session("“city”", seconds=0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Offline, match="did not answer"):
        quick.get(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    quick.close()


def test_nothing_listening_is_offline_and_surely_not_done(session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    with pytest.raises(Offline, match="“city” cannot be reached") as caught:
        session.post(url, KEY)
    assert not caught.value.maybe_done


def test_a_connection_dropped_after_a_post_may_have_done_it(session: Session) -> None:
    with replying(Reply(raw=lambda out, ending: None)) as server:
        with pytest.raises(Offline) as caught:
            session.post(server.url, KEY)
        assert len(server.asks) == 1
    assert caught.value.maybe_done


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PLAIN, mtime=0)),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN)[2:-4]),
        ("deflate", PLAIN),
        ("gzip", PLAIN),
        ("identity", PLAIN),
        ("gzip", b""),
    ],
)
def test_what_is_packed_is_unpacked_whatever_the_header_claims(session: Session, encoding: str, body: bytes) -> None:
    with replying(Reply(body=body, headers={"Content-Encoding": encoding})) as server:
        assert session.get(server.url).body == (PLAIN if body else b"")
        assert server.asks[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(PLAIN, mtime=0)[:-9]), ("deflate", b"\x07\xff\xff"), ("br", PLAIN), ("gzip, gzip", PLAIN)],
)
def test_what_cannot_be_unpacked_is_offline(session: Session, encoding: str, body: bytes) -> None:
    with (
        replying(Reply(body=body, headers={"Content-Encoding": encoding})) as server,
        pytest.raises(Offline, match="broke off"),
    ):
        session.get(server.url)


def test_a_bomb_is_stopped_while_it_unfolds(session: Session) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 2**20) for _ in range(200)) + packer.flush()
    with (
        replying(Reply(body=bomb, headers={"Content-Encoding": "gzip"})) as server,
        pytest.raises(Unreadable, match="more than 20 MB"),
    ):
        session.get(server.url)


def test_plain_bytes_beyond_the_cap_are_stopped() -> None:
    small = Session("“city”", max_bytes=2**20)
    with replying(Reply(body=b"[" * (2**20 + 1))) as server, pytest.raises(Unreadable, match="more than 1 MB"):
        small.get(server.url)
    small.close()


def test_a_truncated_body_is_told_from_a_whole_one(session: Session) -> None:
    with (
        replying(Reply(body=PLAIN, claimed_length=len(PLAIN) + 5)) as server,
        pytest.raises(Offline, match="broke off in the middle"),
    ):
        session.get(server.url)


@pytest.mark.parametrize("keeps", [True, False])
def test_one_connection_serves_every_call_where_the_server_keeps_it(keeps: bool) -> None:
    answers = [Reply(body=PLAIN), Reply(404, PLAIN), Reply(body=b""), Reply(body=gzip.compress(PLAIN), headers=ZIPPED)]
    kept = Session("“city”", seconds=5)
    with Loopback(lambda ask: answers[int(ask.get("n"))], keeps=keeps) as server:
        bodies = [kept.get(server.url, [("n", str(n))]).body for n in range(4)]
        kept.post(server.url, [("n", "0")])
        kept.close()
    assert bodies == [PLAIN, PLAIN, b"", PLAIN]
    assert server.connections == (1 if keeps else 5)


def test_a_get_is_tried_again_and_a_post_is_not(session: Session) -> None:
    answers = [Reply(503), Reply(502), as_json([]), Reply(503)]
    with Loopback(lambda ask: answers.pop(0)) as server:
        assert session.get(server.url).ok
        assert session.post(server.url, KEY).status == 503
        assert len(server.asks) == 4


def test_no_time_is_left_to_try_again() -> None:
    quick = Session("“city”", seconds=0.05)
    with replying(Reply(503)) as server, pytest.raises(Offline, match="did not answer within"):
        quick.get(server.url)
    quick.close()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("86400", 300.0),
        (format_datetime(datetime.now(UTC) + timedelta(days=1)), 300.0),
        (format_datetime(datetime.now(UTC) - timedelta(days=1)), 0.0),
        ("soon", None),
        ("", None),
    ],
    ids=["seconds", "a day", "tomorrow", "yesterday", "a word", "nothing"],
)
def test_retry_after_is_heard_and_capped_and_not_pressed(session: Session, value: str, seconds: float | None) -> None:
    with replying(Reply(429, headers={"Retry-After": value})) as server:
        assert session.get(server.url).retry_after == seconds
        assert len(server.asks) == 1


def test_a_redirect_on_the_same_host_is_followed(session: Session) -> None:
    def answer(ask: Ask) -> Reply:
        return as_json([]) if ask.path == "new" else Reply(301, headers={"Location": "/open311/v2/new"})

    with Loopback(answer) as server:
        assert session.get(f"{server.url}/old", KEY).url == f"{server.url}/new"
        assert not server.asks[1].has("api_key")
        with pytest.raises(Refused, match="moved its address"):
            session.post(f"{server.url}/old", KEY)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_the_key_never_goes_to_another_host(session: Session, status: int, verb: str) -> None:
    with replying(as_json([])) as other, replying(Reply(status, headers={"Location": other.url})) as server:
        with pytest.raises(Refused, match=r"another server \(http://127\.0\.0\.1\)"):
            getattr(session, verb)(server.url, KEY)
        assert other.asks == []


def test_a_redirect_that_never_ends_is_refused(session: Session) -> None:
    turning = Loopback(lambda ask: Reply(302, headers={"Location": ask.target}))
    with turning as server, pytest.raises(Refused, match="sends every call on"):
        session.get(server.url)


def test_a_post_moved_for_good_is_sent_again_to_the_same_host(session: Session) -> None:
    def answer(ask: Ask) -> Reply:
        return as_json([]) if ask.path == "new" else Reply(308, headers={"Location": "new"})

    with Loopback(answer) as server:
        assert session.patch(f"{server.url}/old", KEY).ok
        assert server.asks[-1].get("api_key") == "s3cret"


def test_bad_tls_is_named(session: Session) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    with Loopback(lambda ask: as_json([]), tls=tls) as server:
        with pytest.raises(Offline, match="TLS certificate is not accepted"):
            session.get(server.url)
        with pytest.raises(Offline, match=r"TLS|reached|broke off"):
            session.get(server.url.replace("127.0.0.1", "localhost"))


def test_the_systems_trust_store_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    session = Session("“city”", context=trusting)
    with Loopback(lambda ask: as_json([]), tls=tls) as server:
        assert session.get(server.url).ok
        session.close()


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://[::1", "gopher://h/"])
def test_an_address_that_is_none_is_refused(session: Session, url: str) -> None:
    with pytest.raises(Expected, match="“city”"):
        session.get(url)


def test_the_key_is_in_no_log_and_no_error(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [Reply(503), Reply(503), Reply(200, PLAIN)]
    with Loopback(lambda ask: answers.pop(0)) as server:
        session.get(server.url, KEY)
        assert server.asks[0].get("api_key") == "s3cret"
        url = server.url
    with pytest.raises(Offline) as caught:
        session.get(url, KEY)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "api_key=…" in told
    assert "s3cret" not in told
    assert caught.value.__context__ is None


def test_who_calls_is_said_honestly(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with replying(as_json([], Set_Cookie="a=b")) as server:
        session.get(server.url)
        session.get(server.url)
        assert server.asks[1].headers["User-Agent"].startswith("ConnectConsole/")
        assert "Cookie" not in server.asks[1].headers
        assert "Authorization" not in server.asks[1].headers

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(http, "version", missing)
    assert http.user_agent() == "ConnectConsole (+staff desk; Open311)"


def test_the_servers_clock_is_read(session: Session) -> None:
    with replying(as_json([])) as server:
        at = session.get(server.url).at
    assert at is not None
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
