"""One window for each person and store: a second start says a few words to the first, which comes forward."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500
MOST = 256
"""Bytes of a message, its end of line included; whoever sends more is not listened to."""
PATIENCE_MS = 2_000
"""So long a sender may take over its message."""
FORWARD = "forward"
"""The whole message of a second start."""
CALL = "call "
"""Before a number that rings."""


def _name(store_url: str) -> str:
    """One for each person, too: on a machine that many work on their desks share a store."""
    return "connect-console-" + hashlib.sha256(f"{os.path.expanduser('~')}\n{store_url}".encode()).hexdigest()[:16]


def tell(store_url: str, message: str) -> bool:
    """Say one line to the window that has this store open; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(store_url))
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(f"{message}\n".encode())
    while socket.bytesToWrite() and socket.waitForBytesWritten(WAIT_MS):
        pass
    socket.disconnectFromServer()
    return True


class Instance(QObject):
    """Listens for a second start, and calls `told` with each line that somebody says."""

    def __init__(self, store_url: str, told: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = told
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._arrived)
        name = _name(store_url)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def _arrived(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Sender(socket, self._told, self).listen()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()


class _Sender(QObject):
    """Somebody who has connected: heard as the bytes come, never waited for, and let go after one line."""

    def __init__(self, socket: QLocalSocket, told: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._socket, self._told = socket, told
        self._said = b""
        self._over = False
        socket.setParent(self)
        socket.setReadBufferSize(MOST)
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)

    def listen(self) -> None:
        """Begin with what has come already."""
        self._socket.readyRead.connect(self._read)
        self._socket.disconnected.connect(self._gone)
        self._patience.timeout.connect(self._leave)
        self._patience.start()
        self._read()
        if self._socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
            self._gone()

    def _read(self) -> None:
        if self._over:
            return
        self._said += self._socket.readAll().data()
        line, end, _ = self._said.partition(b"\n")
        if end or len(self._said) >= MOST:
            self._leave()
        if end and len(line) < MOST:
            self._told(line.decode(errors="replace"))

    def _gone(self) -> None:
        self._read()
        self._leave()

    def _leave(self) -> None:
        if not self._over:
            self._over = True
            self._patience.stop()
            self._socket.abort()
            self.deleteLater()
