"""One window for each store: a second start raises the first and hands over what it was asked to show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500


def _name(store_url: str) -> str:
    return "connect-console-" + hashlib.sha256(store_url.encode()).hexdigest()[:16]


def raise_running(store_url: str, message: str = "") -> bool:
    """Ask the window that has this store open to come to the front; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(store_url))
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(f"{message}\n".encode())
    sent = socket.waitForBytesWritten(WAIT_MS)
    socket.disconnectFromServer()
    return sent


class Instance(QObject):
    """Listens for a second start; calls `raised` with what that was asked to show."""

    def __init__(self, store_url: str, raised: Callable[[str], None], parent: QObject | None = None) -> None:
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
        socket = self._server.nextPendingConnection()
        if socket is None:
            return

        def read() -> None:
            if socket.canReadLine():
                self._raised(bytes(socket.readLine().data()).decode("utf-8", "replace").strip())
                socket.disconnectFromServer()

        socket.readyRead.connect(read)
        socket.disconnected.connect(socket.deleteLater)
        read()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
