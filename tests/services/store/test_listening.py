"""The ear at a real server: what is saved is heard, and said again for whoever hears it later."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from services.store import listening
from services.store.listening import Listener
from services.store.server import Server
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import logged

STORES = ("server",)


@contextmanager
def heard(url: str) -> Iterator[threading.Semaphore]:
    """Released each time that something is heard."""
    words = threading.Semaphore(0)
    listener = Listener(url, words.release)
    hearing = threading.Thread(target=listener.run)
    hearing.start()
    try:
        yield words
    finally:
        listener.end()
        hearing.join(10)
        assert not hearing.is_alive()


def test_a_word_is_said_again_some_times_and_no_more(store: Store, server_url: str, act: Act) -> None:
    with heard(server_url) as words:
        for _ in (0, *listening.SOON_SECONDS):
            assert words.acquire(timeout=10), "what was saved before nobody has told"
        assert not words.acquire(timeout=2 * max(listening.SOON_SECONDS)), "nothing was saved"
        logged(act())
        for _ in (0, *listening.SOON_SECONDS):
            assert words.acquire(timeout=10)


def test_a_server_that_never_answers_is_asked_once_in_a_while() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://ana@127.0.0.1:{silent.getsockname()[1]}/desk?connect_timeout=2"
        engine = Server(make_url(url)).create()
        spent = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(OperationalError):
                engine.connect()
            spent.append(time.monotonic() - began)
        assert spent[0] > 1 > max(spent[1:]), spent
