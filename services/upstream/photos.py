"""Fetches a photo that a report points to, from public addresses or the upstream's own host only, and only pictures."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

import truststore

from services.errors import Offline, Refused, Unreadable
from services.upstream.clocked import ClockedAdapter, ClockedHTTPConnection, ClockedHTTPSConnection
from services.upstream.http import Session, origin

MAX_PHOTO_BYTES = 10 * 2**20
_SECONDS = 15.0
_MOST_REDIRECTS = 4
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


def fetch_photo(url: str, own_host: str) -> bytes:
    """The bytes of a JPEG, PNG, WebP or GIF, at most 10 MB. Raises Refused, Offline or Unreadable.

    `own_host` ("host" or "host:port") is the upstream's own and may be private. Every redirect is checked anew, and
    so is the address that was really connected to, before anything is sent. No proxy is used, as it would hide that.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        own = _is_own(url, own_host)
        _check(url, own)
        session = Session("The photo's server", seconds=_SECONDS, max_bytes=MAX_PHOTO_BYTES, adapter=_adapter(own),
                          use_proxy=False)  # fmt: skip
        try:
            answer, location = session.step(url)
        finally:
            session.close()
        if not location:
            if not answer.ok:
                raise Refused(f"The photo cannot be had (HTTP {answer.status}).", status=answer.status)
            return _picture(answer.body)
        if url.startswith("https:") and not location.startswith("https:"):
            raise Refused("The photo's server points to an address without encryption; that was not followed.")
        url = location
    raise Refused("The photo's server sends every call on to another address.")


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet could reach, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _is_own(url: str, own_host: str) -> bool:
    _, host, port = origin(url)
    _, own, own_port = origin(f"//{own_host}")
    return bool(own) and host == own and own_port in {None, port}


def _check(url: str, own: bool) -> None:
    scheme, host, port = origin(url)
    if scheme not in {"http", "https"} or not host or urlsplit(url).username is not None:
        raise Refused("The photo's address is not one that is fetched.", "Only http and https are.")
    if own:
        return
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Offline(f"The photo's server ({host[:100]}) is not known.", "Check the network.")
    for *_, address in found:
        if not is_public(str(address[0])):
            raise _private(host)


def _private(host: str) -> Refused:
    return Refused(
        f"The photo's server ({host[:100]}) is inside a private network; it was not fetched.",
        "A report from outside must not reach into the city's network.",
    )


class _GuardedHTTP(ClockedHTTPConnection):
    """A connection that hangs up before it says anything, unless the other end is public."""

    def _new_conn(self) -> socket.socket:
        return _guard(super()._new_conn(), self.host)


class _GuardedHTTPS(ClockedHTTPSConnection):
    """The same over TLS: the check comes before the handshake."""

    def _new_conn(self) -> socket.socket:
        return _guard(super()._new_conn(), self.host)


def _guard(sock: socket.socket, host: str) -> socket.socket:
    if is_public(str(sock.getpeername()[0])):
        return sock
    sock.close()
    raise _private(host)


def _adapter(own: bool) -> ClockedAdapter:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ClockedAdapter(context) if own else ClockedAdapter(context, http=_GuardedHTTP, https=_GuardedHTTPS)


def _picture(data: bytes) -> bytes:
    if data.startswith(_MAGIC) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return data
    raise Unreadable("What the photo's address holds is no JPEG, PNG, WebP or GIF.", "It was not opened.")
