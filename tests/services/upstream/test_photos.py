"""A photo address cannot make the desk reach into the city's own network, nor hand it anything but a picture."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from services.errors import Offline, Refused, Unreadable
from services.upstream import photos
from services.upstream.http import Session
from services.upstream.photos import fetch_photo, is_public
from tests.services.upstream.loopback import Ask, Loopback, Reply

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def serve(body: bytes, status: int = 200, **headers: str) -> Loopback:
    return Loopback(lambda ask: Reply(status, body, "image/png", headers))


@pytest.mark.parametrize("picture", [PNG, b"\xff\xd8\xff\xe0rest", b"GIF89a....", b"RIFF\0\0\0\0WEBPVP8 "])
def test_pictures_come_from_the_upstreams_own_host(picture: bytes) -> None:
    with serve(picture) as server:
        assert fetch_photo(server.url, "127.0.0.1") == picture
        assert fetch_photo(server.url, f"127.0.0.1:{server.port}") == picture


@pytest.mark.parametrize("other", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", b"RIFF\0\0\0\0WAVE", b"%PDF-1.7"])
def test_anything_but_a_picture_is_unreadable(other: bytes) -> None:
    with serve(other) as server, pytest.raises(Unreadable, match="no JPEG, PNG, WebP or GIF"):
        fetch_photo(server.url, "127.0.0.1")


@pytest.mark.parametrize("own_host", ["", "city.example", "127.0.0.1:1", "127.0.0.2"])
def test_private_addresses_are_refused_before_anything_is_sent(own_host: str) -> None:
    with serve(PNG) as server:
        with pytest.raises(Refused, match="private network"):
            fetch_photo(server.url, own_host)
        assert server.asks == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.0", "224.0.0.1", "100.64.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::", "198.18.0.1"],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://h/x", "//h/x", "http://", "http://u:p@h/x", "data:,x", "http://h:99999/"]
)
def test_only_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(Refused, match="not one that is fetched"):
        fetch_photo(url, "h")


def test_a_name_that_turns_private_after_the_check_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    asked: list[str] = []

    def rebind(host: str, port: Any, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return real("1.1.1.1" if len(asked) == 1 else "127.0.0.1", port, *args, **options)

    with serve(PNG) as server:
        monkeypatch.setattr(socket, "getaddrinfo", rebind)
        for scheme in ("http", "https"):
            asked.clear()
            with pytest.raises(Refused, match=r"photos\.example.* private network"):
                fetch_photo(f"{scheme}://photos.example:{server.port}/x.png", "city.example")
        assert server.asks == []


def test_a_redirect_is_checked_anew() -> None:
    with serve(PNG) as inner, serve(b"", 302, Location=inner.url) as outer:
        with pytest.raises(Refused, match="private network"):
            fetch_photo(outer.url, f"127.0.0.1:{outer.port}")
        assert inner.asks == []
        assert fetch_photo(outer.url, "127.0.0.1") == PNG


def test_redirects_end_somewhere() -> None:
    with Loopback(lambda ask: Reply(302, headers={"Location": ask.target})) as server:
        with pytest.raises(Refused, match="sends every call on"):
            fetch_photo(server.url, "127.0.0.1")
        assert len(server.asks) == 5


def test_encryption_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Session.step

    def away(self: Session, url: str) -> Any:
        with serve(b"") as server:
            found, _ = answer(self, server.url)
        return found, "http://127.0.0.1/x.png"

    monkeypatch.setattr(Session, "step", away)
    with pytest.raises(Refused, match="without encryption"):
        fetch_photo("https://127.0.0.1/x.png", "127.0.0.1")


def test_a_photo_that_is_gone_or_too_big_says_so() -> None:
    def answer(ask: Ask) -> Reply:
        return Reply(200, PNG + b"\0" * photos.MAX_PHOTO_BYTES) if "big" in ask.path else Reply(404)

    with Loopback(answer) as server:
        with pytest.raises(Refused, match="HTTP 404"):
            fetch_photo(server.url, "127.0.0.1")
        with pytest.raises(Unreadable, match="10 MB"):
            fetch_photo(f"{server.url}/big", "127.0.0.1")


def test_an_unknown_host_is_offline() -> None:
    with pytest.raises(Offline, match=r"host\.invalid\) is not known"):
        fetch_photo("http://host.invalid/x.png", "city.example")
