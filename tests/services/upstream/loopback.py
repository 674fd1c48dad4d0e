"""A small HTTP server on loopback that answers what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Ask:
    """One call as it came in."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    target: str
    body: bytes = b""

    def get(self, name: str) -> str:
        """The first value of a name in the form or the query; "" when absent."""
        return next((v for k, v in (*self.form, *self.query) if k == name), "")

    def has(self, name: str) -> bool:
        """Whether the name was sent at all, empty or not."""
        return any(k == name for k, _ in (*self.form, *self.query))


@dataclass(frozen=True)
class Reply:
    """What goes back. `pieces` are written one by one; each waits for `turn` when there is one."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    claimed_length: int | None = None
    raw: Callable[[Any, threading.Event], None] | None = None


def as_json(value: object, status: int = 200, **headers: str) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(value).encode(), headers=headers)


def as_xml(text: str, status: int = 200) -> Reply:
    """An XML answer."""
    return Reply(status, text.encode(), "text/xml; charset=utf-8")


HTML_PAGE = Reply(200, b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>", "text/html")
HTML_500 = Reply(500, b"<html><body>Internal Server Error</body></html>", "text/html")
NOT_FOUND = as_json([{"code": 404, "description": "not found"}], 404)


class Loopback:
    """The server; `answer` is called for every request, in the server's threads.

    With `keeps` it leaves connections open for the next call; the caller has to close them before it can end.
    """

    def __init__(
        self, answer: Callable[[Ask], Reply], *, tls: ssl.SSLContext | None = None, keeps: bool = False
    ) -> None:
        self.asks: list[Ask] = []
        self.connections = 0
        self.protocol = "HTTP/1.1" if keeps else "HTTP/1.0"
        self.ending = threading.Event()
        self._http = _Quiet(("127.0.0.1", 0), _handler(self, answer))
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self.port: int = self._http.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/open311/v2"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ending.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up early is what many tests are about."""


def _handler(loopback: Loopback, answer: Callable[[Ask], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = loopback.protocol

        def setup(self) -> None:
            super().setup()
            loopback.connections += 1

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            form = parse_qsl(body.decode(), keep_blank_values=True)
            parts = urlsplit(self.path)
            query = parse_qsl(parts.query, keep_blank_values=True)
            path = unquote(parts.path).removeprefix("/open311/v2/")
            ask = Ask(self.command, path, tuple(query), tuple(form), dict(self.headers), self.path, body)
            loopback.asks.append(ask)
            self._send(answer(ask))

        def _send(self, reply: Reply) -> None:
            if reply.raw:
                reply.raw(self.wfile, loopback.ending)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            length = len(reply.body) if reply.claimed_length is None else reply.claimed_length
            self.send_header("Content-Length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PATCH = _serve

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Tests print nothing."""

    return Handler
