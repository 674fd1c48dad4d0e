"""The ear at a real server: what others save is heard, once, whatever it comes with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from services.errors import StoreGone
from services.store import listening, server
from services.store.dialect import fetched
from services.store.listening import Listener
from services.store.server import Server
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import logged

STORES = ("server",)


@contextmanager
def heard(url: str, own: Callable[[], int] = lambda: 0) -> Iterator[threading.Semaphore]:
    """Released each time that something is heard."""
    words = threading.Semaphore(0)
    listener = Listener(url, words.release, own)
    hearing = threading.Thread(target=listener.run)
    hearing.start()
    try:
        yield words
    finally:
        listener.end()
        hearing.join(10)
        assert not hearing.is_alive()


def test_what_others_save_is_heard_once_and_ones_own_is_not(store: Store, server_url: str, act: Act) -> None:
    with (
        closing(Store.open(server_url, has_ear=True)) as desk,
        closing(Store.open(server_url)) as third,
        heard(server_url, lambda: desk.session) as words,
    ):
        assert words.acquire(timeout=10), "what was saved before nobody has told"
        logged(replace(act(), store=desk))
        with heard(server_url) as witness:  # listens later, and hears nothing of what was saved before
            assert witness.acquire(timeout=10)
            logged(act())
            assert witness.acquire(timeout=10)
        assert words.acquire(timeout=10)
        logged(replace(act(), store=third))
        assert words.acquire(timeout=10)
        assert not words.acquire(blocking=False), "three saved, one of them the desk itself: two words"


def test_a_desk_with_an_ear_listens_with_nothing_else(store: Store, server_url: str, act: Act) -> None:
    with closing(Store.open(server_url, has_ear=True)) as desk:
        before, session = desk.data_version(), desk.session
        with desk.read() as connection:
            assert fetched(connection, "SELECT * FROM pg_listening_channels()") == []
            assert fetched(connection, "SELECT pg_backend_pid()") == [(session,)]
        logged(act())
        assert desk.data_version() == before, "the ear tells it"
        with store.read() as connection:
            fetched(connection, "SELECT pg_terminate_backend(?, 5000)", (session,))
        with pytest.raises(StoreGone):
            desk.data_version()
        assert desk.data_version() > before, "what was saved meanwhile is unknown"
        assert desk.session not in {0, session}


def test_what_comes_with_an_answer_is_heard_too(
    store: Store, server_url: str, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a quiet time the server is asked something, and may tell of a change together with the answer."""
    monkeypatch.setattr(listening, "QUIET_SECONDS", 0.0)  # always asking
    with heard(server_url) as words:
        assert words.acquire(timeout=10), "what was saved before nobody has told"
        for _ in range(10):
            logged(act())
            assert words.acquire(timeout=10)


def test_a_password_that_is_not_there_yet_is_asked_for_again(
    store: Store, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "AGAIN_SECONDS", 0.01)
    monkeypatch.delenv("CONNECT_EAR", raising=False)
    url = make_url(server_url).set(password="env:CONNECT_EAR").render_as_string(hide_password=False)
    with heard(url) as words:
        assert not words.acquire(timeout=0.1)
        monkeypatch.setenv("CONNECT_EAR", "wanted by nobody")
        assert words.acquire(timeout=10)


def test_a_server_that_never_answers_is_asked_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REST_SECONDS", 600)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://ana@127.0.0.1:{silent.getsockname()[1]}/desk?connect_timeout=2"
        engine = Server(make_url(url)).create()
        for _ in range(3):
            with pytest.raises(OperationalError):
                engine.connect()
        silent.setblocking(False)
        with silent.accept()[0], pytest.raises(BlockingIOError):
            silent.accept()
