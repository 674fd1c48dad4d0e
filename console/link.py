"""The desk's link to its store: hears that something was saved there, and knows since when a server is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from console.tasks import Tasks
from console.watching import Watch
from services.errors import Expected, StoreGone

if TYPE_CHECKING:
    from services.store.listening import Listener


class Link(QObject):
    """One desk's; of a file it is never gone."""

    stirred = Signal()
    """It is worth asking the store whether anything changed."""
    told = Signal()
    """Something was saved at the server by others."""
    turned = Signal(object)
    """Since when the server cannot be reached, as an aware datetime; None: it is back."""

    def __init__(self, tasks: Tasks, store_url: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._url = tasks, store_url
        self._watch = Watch(self)
        self._watch.stirred.connect(self.stirred)
        self._listener: Listener | None = None
        self.gone_since: datetime | None = None

    def start(self, path: Path | None, own: Callable[[], int], failed: SignalInstance) -> None:
        """Listen to the store at `path`, or where there is none to the server; `failed` tells of a fault of ours.

        `own` tells what the server calls this desk itself.
        """
        self._watch.start(path)
        if path is None and self._listener is None:
            from services.store.listening import Listener

            self._listener = listener = Listener(self._url, self.told.emit, own)
            self._tasks.run("hearing", listener.run, lambda _: None, failed.emit)

    def stop(self) -> None:
        """Hear nothing more."""
        self._watch.stop()
        if self._listener is not None:
            self._listener.end()

    def took(self, problem: Expected) -> bool:
        """Whether it was the server that is gone: that is said once, however often it is met."""
        if not isinstance(problem, StoreGone):
            return False
        if self.gone_since is None:
            self.gone_since = datetime.now(UTC)
            self.turned.emit(self.gone_since)
        return True

    def answered(self) -> None:
        """The store has answered."""
        if self.gone_since is not None:
            self.gone_since = None
            self.turned.emit(None)
