"""One window for each store: a second start raises the first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500


def _name(store_url: str) -> str:
    return "connect-console-" + hashlib.sha256(store_url.encode()).hexdigest()[:16]


def raise_running(store_url: str) -> bool:
    """Ask the window that has this store open to come to the front; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(store_url))
    found = socket.waitForConnected(WAIT_MS)
    socket.abort()
    return found


class Instance(QObject):
    """Listens for a second start, and calls `raised`."""

    def __init__(self, store_url: str, raised: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._raised = raised
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._arrived)
        name = _name(store_url)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def _arrived(self) -> None:
        """To call is the whole message; the socket has no slots of ours, which could outlive it."""
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.abort()
            socket.deleteLater()
            self._raised()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
