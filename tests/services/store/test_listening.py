"""The ear at a real server: what is saved is heard, and said again for whoever hears it later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.store import listening
from services.store.listening import Listener
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
