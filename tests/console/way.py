"""The way from a desk to the team's server, which a test cuts, blocks and opens again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import make_url

from tests.services.proxy import Proxy, between


class Way:
    """`url` leads through it."""

    def __init__(self, proxy: Proxy, url: str) -> None:
        self._proxy, self._port = proxy, proxy.target
        self._mute = socket.create_server(("127.0.0.1", 0))
        self._shut = socket.socket()  # bound and not listening: nobody else can listen there meanwhile
        self._shut.bind(("127.0.0.1", 0))
        self.url = make_url(url).set(port=proxy.port).render_as_string()

    def cut(self) -> None:
        """The server is gone: whoever knocks is sent away."""
        self._lead(int(self._shut.getsockname()[1]))

    def block(self) -> None:
        """Whoever knocks hears nothing at all, as behind a cable that was pulled."""
        self._lead(int(self._mute.getsockname()[1]))

    def open(self) -> None:
        """The server is back."""
        self._lead(self._port)

    def _lead(self, port: int) -> None:
        self._proxy.target = port
        self._proxy.cut_all()

    def close(self) -> None:
        """Let go of those who wait for a word."""
        for end in (self._mute, self._shut):
            with suppress(OSError):
                end.close()


@contextmanager
def way_to(url: str) -> Iterator[Way]:
    """A way to this server, open at first."""
    with between(make_url(url).port or 5432) as proxy:
        made = Way(proxy, url)
        try:
            yield made
        finally:
            made.close()
