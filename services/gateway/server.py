"""Runs a gateway: the socket, the HTTP server with its limits, and the mailer, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import uvicorn
from filelock import FileLock, Timeout
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.errors import Invalid, StoreProblem
from services.gateway import catalogue
from services.gateway.api import BASE, Api
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore, utcnow
from services.notify.carriers import Folder
from services.notify.mail import check_sender
from services.notify.mailer import Mailer

DEADLINE = 20.0
"""Seconds that one call may take, from its first byte to the last byte of the answer."""
MAX_CONNECTIONS = 500


class Gateway:
    """One gateway, open and listening from the start; `run` answers until `stop`."""

    def __init__(
        self, settings: GatewaySettings, clock: Callable[[], datetime] = utcnow, deadline: float = DEADLINE
    ) -> None:
        """Open store and socket. Raises StoreProblem, also where another gateway has this store, or Invalid."""
        check_sender(settings.sender)
        self._lock = FileLock(f"{settings.store_path}.lock", thread_local=False)
        self._store = GatewayStore.open(settings.store_path, clock)
        try:
            self._alone(settings)
            catalogue.start(self._store)
            self._socket = _listen(settings)
        except BaseException:
            self._store.close()
            self._lock.release()
            raise
        self.url = f"http://{settings.host}:{self._socket.getsockname()[1]}{BASE}"
        self._mailer = Mailer(self._store.engine, settings.smtp or Folder(settings.mail_folder), clock)
        api = Api(self._store, settings, self._mailer.wake)
        self._server = _Server(_config(api, deadline))

    def run(self) -> None:
        """Answer calls and send mail until stopped; then everything is closed."""
        self._mailer.start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._mailer.stop()
            self.close()

    def _alone(self, settings: GatewaySettings) -> None:
        """Two gateways on one store would send one letter twice. Raises StoreProblem."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StoreProblem(
                f"A gateway runs on {settings.home} already.", "Use that one, or name another home."
            ) from None

    def close(self) -> None:
        """Let go of the socket and the file."""
        self._socket.close()
        self._store.close()
        self._lock.release()

    def stop(self) -> None:
        """Ask `run` to finish the calls in hand and return; from any thread."""
        self._server.should_exit = True


def serve(settings: GatewaySettings, say: Callable[[str], None] | None = None) -> None:
    """Run a gateway until SIGTERM or Ctrl+C. Says "gateway URL" when it is ready. Raises StoreProblem or Invalid."""
    gateway = Gateway(settings)
    (say or _to_stdout)(f"gateway {gateway.url}")
    gateway.run()


@contextmanager
def running(settings: GatewaySettings, clock: Callable[[], datetime] = utcnow) -> Iterator[Gateway]:
    """A gateway in a thread of this process, stopped at the end."""
    gateway = Gateway(settings, clock)
    thread = threading.Thread(target=gateway.run, name="gateway")
    thread.start()
    try:
        yield gateway
    finally:
        gateway.stop()
        thread.join()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal ends the server and nothing more: the caller goes on and closes what is open."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def _config(api: Api, deadline: float) -> uvicorn.Config:
    class Protocol(_Deadline):
        seconds = deadline

    return uvicorn.Config(
        api.application(),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=5,
    )


class _Deadline(H11Protocol):
    """HTTP/1.1 where a call that is not done in time is cut off, however slowly it drips."""

    seconds = DEADLINE
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        if self._timer is None:
            self._arm()
        super().data_received(data)

    def on_response_complete(self) -> None:
        self._disarm()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self.transport.abort)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _listen(settings: GatewaySettings) -> socket.socket:
    where = f"{settings.host}:{settings.port}"
    if not 0 <= settings.port < 65_536:
        raise Invalid(f"The gateway cannot listen on {where}: there is no such port.", "Choose another port.")
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        why = (os.strerror(error.errno) if error.errno else str(error)).lower()
        raise Invalid(f"The gateway cannot listen on {where}: {why}.", "Choose another port or address.") from error


def _to_stdout(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
