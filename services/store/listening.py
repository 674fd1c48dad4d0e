"""Hears from a server that something was saved, on a connection of its own, until told to end."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from services.errors import Expected
from services.store import refusals, server

AGAIN_SECONDS = 2.0
"""So long after the connection was lost it is made anew."""
QUIET_SECONDS = 20.0
"""After so long without a word the connection is tried."""
log = logging.getLogger(__name__)


class Listener:
    """One ear at a server. `run` belongs in a thread of its own, `end` to any thread."""

    def __init__(self, store_url: str, heard: Callable[[], None], own: Callable[[], int] = lambda: 0) -> None:
        """`heard` is called in the thread of `run`: something was saved, or may have been while nobody listened.

        `own` tells the `Store.session` of the desk itself, of whose saving nothing is to be heard.
        """
        self._url, self._heard, self._own = store_url, heard, own
        self._over = threading.Event()
        self._waker, self._woken = socket.socketpair()

    def run(self) -> None:
        """Listen until `end`; a lost connection is made anew."""
        try:
            while not self._over.is_set():
                try:
                    self._listen()
                except Expected as problem:
                    log.info("nothing is heard from the server: %s", problem.sentence)
                self._over.wait(AGAIN_SECONDS)
        finally:
            self._woken.close()

    def end(self) -> None:
        """Let `run` return."""
        self._over.set()
        with suppress(OSError):
            self._waker.close()

    def _listen(self) -> None:
        import psycopg

        engine = create_engine(
            server.safe(server.unlocked(make_url(self._url))), poolclass=NullPool, hide_parameters=True
        )
        try:
            with engine.connect() as connection:
                driver = connection.connection.driver_connection
                if driver is not None:
                    driver.autocommit = True
                    driver.execute(f"LISTEN {server.CHANNEL}")
                    try:
                        self._wait(driver)
                    except psycopg.Error:
                        connection.invalidate()
                        raise
        except (psycopg.Error, DBAPIError) as error:
            said = refusals.said(error.orig if isinstance(error, DBAPIError) and error.orig else error)
            if said is None:
                raise
            raise said from error

    def _wait(self, driver: server.Driver) -> None:
        told = set[int]()
        driver.add_notify_handler(lambda word: told.add(word.pid))  # what comes with an answer
        self._heard()  # what was saved before nobody has told
        while not self._over.is_set():
            ready, _, _ = select.select([driver.fileno(), self._woken], [], [], QUIET_SECONDS)
            if self._woken in ready:
                return
            if not ready:
                driver.execute("SELECT 1")
            driver.pgconn.consume_input()
            while (word := driver.pgconn.notifies()) is not None:
                told.add(word.be_pid)
            if told - {self._own()}:
                self._heard()
            told.clear()
