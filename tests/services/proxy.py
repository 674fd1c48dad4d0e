"""A way to a server that is cut when a test says so: after so many bytes, or at a message of PostgreSQL's protocol."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Cut = Callable[[bool, bytes], int | None]
"""Asked with each piece (towards the server?, bytes): how many of its bytes still pass before the cut; None: all."""
COMMIT = b"COMMIT\0"
"""As it is sent; BEGIN names a level that is called READ COMMITTED."""


class Proxy:
    """Passes connections on to a port of this machine; the first of `plan` is asked for each piece, until it cuts."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.plan: list[Cut] = []
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._cut_all = 0
        """How often all were cut: a connection that was being made meanwhile is cut, too."""
        self._lock = threading.Lock()
        self._taker = threading.Thread(target=self._take, daemon=True)
        self._taker.start()

    def close(self) -> None:
        """Take no more, and cut what there is."""
        with contextlib.suppress(OSError):  # closed before
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._taker.join()
        self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection."""
        with self._lock:
            self._cut_all += 1
            for end in self._open:
                _reset(end)

    def _take(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            before = self._cut_all
            try:
                theirs = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                ours.close()
                continue
            with self._lock:
                self._open |= {ours, theirs}
                if self._cut_all != before:
                    _reset(ours)
                    _reset(theirs)
            for source, sink, towards in ((ours, theirs, True), (theirs, ours, False)):
                threading.Thread(target=self._pass, args=(source, sink, towards), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, towards: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                with self._lock:
                    passing = self.plan[0](towards, piece) if self.plan else None
                    if passing is not None:
                        self.plan.pop(0)
                        self.cuts += 1
                if passing is not None:
                    if towards:  # no answer comes back any more, however quick the server is
                        source.shutdown(socket.SHUT_WR)
                    sink.sendall(piece[:passing])
                    break
                sink.sendall(piece)
        # What was passed on arrives; then both ends see that the other is gone.
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open -= {source, sink}
            source.close()


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def after(count: int) -> Cut:
    """Cut after so many more bytes, whichever way they go."""
    left = [count]

    def cut(_towards: bool, piece: bytes) -> int | None:
        if len(piece) > left[0]:
            return left[0]
        left[0] -= len(piece)
        return None

    return cut


def at_commit(passing: bool, *, answered: bool = False) -> Cut:
    """Cut at the next COMMIT: before it passes, after it did, or after its answer has come but none of that passes."""
    asked = [False]

    def cut(towards: bool, piece: bytes) -> int | None:
        if towards and COMMIT in piece:
            asked[0] = True
            return None if answered else (len(piece) if passing else 0)
        return 0 if asked[0] and not towards else None

    return cut


@contextmanager
def between(target: int) -> Iterator[Proxy]:
    """A proxy before a port."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
