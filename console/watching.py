"""Hears that the store's file was written, by this process or another, so that a colleague's change appears at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SOON_MS = 20
"""The file can be heard to change before the change can be read: it is looked at once more after so long."""
HEARTBEAT_MS = 1_000
"""Where the system tells nothing, and for whatever it forgot to tell."""


class Watch(QObject):
    """Emits `stirred` whenever it is worth asking the store whether anything changed; asking costs microseconds.

    A commit removes the store's journal or writes its log (-wal), so that folder, file and log are listened to.
    """

    stirred = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._files = QFileSystemWatcher(self)
        self._files.directoryChanged.connect(self._heard)
        self._files.fileChanged.connect(self._heard)
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.stirred)
        self._heart = QTimer(self, interval=HEARTBEAT_MS)
        self._heart.timeout.connect(self._beat)

    def start(self, path: Path | None) -> None:
        """Listen to the store at `path`; where it is no file, only the heartbeat is left."""
        self._path = path
        self._listen()
        self._heart.start()

    def stop(self) -> None:
        """Hear nothing more."""
        self._path = None
        self._heart.stop()
        self._soon.stop()
        if heard := self._files.files() + self._files.directories():
            self._files.removePaths(heard)

    def _heard(self) -> None:
        if self._path is not None:
            self.stirred.emit()
            self._soon.start()
            self._listen()

    def _beat(self) -> None:
        self._listen()
        self.stirred.emit()

    def _listen(self) -> None:
        """A file that was put in the place of another is no longer listened to, and a log comes and goes."""
        if self._path is None:
            return
        wanted = [self._path.parent, self._path, self._path.with_name(f"{self._path.name}-wal")]
        known = {*self._files.files(), *self._files.directories()}
        if new := [str(path) for path in wanted if str(path) not in known and path.exists()]:
            self._files.addPaths(new)
