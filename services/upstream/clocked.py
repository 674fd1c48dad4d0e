"""Connections that keep a total deadline: every single read gets only the time that is left, headers included."""

from __future__ import annotations

import io
import socket
import ssl
import time
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

DEADLINE: ContextVar[float] = ContextVar("deadline")
"""The moment (time.monotonic) at which the call under way has to be over."""


def time_left() -> float:
    """Seconds until the deadline of the call under way. Raises TimeoutError when it has passed."""
    left = DEADLINE.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError("the total deadline has passed")
    return left


class _ClockedReader(io.RawIOBase):
    """A socket's reading end; `readinto` never waits beyond the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int | None:
        self._sock.settimeout(time_left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _ClockedResponse(HTTPResponse):
    """A response whose status line, headers and body are all read against the deadline."""

    def __init__(self, sock: socket.socket, method: str | None = None) -> None:
        super().__init__(sock, method=method)
        self.fp = io.BufferedReader(_ClockedReader(self.fp.detach(), sock))


class ClockedHTTPConnection(HTTPConnection):
    """A plain connection under the deadline."""

    response_class = _ClockedResponse


class ClockedHTTPSConnection(HTTPSConnection):
    """A TLS connection under the deadline."""

    response_class = _ClockedResponse


class _Retry(Retry):
    """Few and quick retries of a GET, never beyond the deadline; a server that names a time is not pressed."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return not has_retry_after and super().is_retry(method, status_code)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        if self.get_backoff_time() >= time_left():
            raise TimeoutError("no time is left to try again")
        super().sleep(response)


RETRIES = _Retry(
    total=2,
    redirect=0,
    status_forcelist=(502, 503, 504),
    allowed_methods=("GET",),
    backoff_factor=0.2,
    backoff_jitter=0.2,
    respect_retry_after_header=False,
    raise_on_status=False,
    raise_on_redirect=False,
)


class ClockedAdapter(HTTPAdapter):
    """requests' adapter over clocked connections, with our own TLS context and nothing added to its trust."""

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        retries: Retry = RETRIES,
        https: type[HTTPSConnection] = ClockedHTTPSConnection,
        http: type[HTTPConnection] = ClockedHTTPConnection,
    ) -> None:
        self._context = context
        self._http, self._https = http, https
        super().__init__(max_retries=retries)

    def init_poolmanager(self, *args: object, **options: object) -> None:
        """Give every pool the TLS context and the clocked connection classes."""
        super().init_poolmanager(*args, **options, ssl_context=self._context)  # type: ignore[arg-type]
        plain = type("ClockedPool", (HTTPConnectionPool,), {"ConnectionCls": self._http})
        secure = type("ClockedTlsPool", (HTTPSConnectionPool,), {"ConnectionCls": self._https})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    def cert_verify(self, conn: HTTPConnectionPool, url: str, verify: object, cert: object) -> None:
        """Leave trust to the context: the system's store, not a bundle of our own."""
        vars(conn)["cert_reqs"] = "CERT_REQUIRED"
