"""What goes on beside the window: the process that pulls and posts, and the index of words."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from console.indexing import Indexing
from console.settings import Settings
from console.syncing import Syncing
from console.tasks import Tasks
from services.errors import Expected


class Background(QObject):
    """One desk's; at a team's desk nothing goes on, since the worker and the server do it for all.

    Its signals come in the UI thread: what hears one may go away while the next is on its way.
    """

    synced = Signal()
    """Something was pulled."""
    problem = Signal(object)
    """An Expected that the person has to read."""
    _heard = Signal()
    _told = Signal(object)

    def __init__(self, settings: Settings, tasks: Tasks, *, sync: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._is_team = tasks, settings.is_team
        self.sync_wanted = sync and not settings.is_team
        self.syncing = self.indexing = self._rests = False
        self._syncer = Syncing(settings.home, settings.store_url)
        self.words = Indexing(settings.store_url)
        self._heard.connect(self.synced)
        self._told.connect(self.problem)

    def sync(self) -> None:
        """Pull and relay, where that is wanted and not under way: after a fault of ours the next tick begins anew."""
        if self.sync_wanted and not self.syncing and not self._rests:
            self.syncing = True
            self._tasks.run("sync", self._sync, lambda _: None, self._not_synced)

    def _sync(self) -> None:
        try:
            self._syncer.run(self._heard.emit, self._told.emit)
        finally:
            self.syncing = False

    def _not_synced(self, problem: Expected) -> None:
        """It cannot be done as things are: it is tried again when a person asks for it."""
        self._rests = True
        self.problem.emit(problem)

    def wake(self) -> None:
        """Pull and post now, though it was resting."""
        self._rests = False
        self._syncer.wake()

    def index(self) -> None:
        """Index the words in a lane of its own; after a fault, with the next tick."""
        if not self.indexing and not self._is_team:
            self.indexing = True
            self._tasks.run("index", self._index, lambda _: None, self.problem.emit)

    def _index(self) -> None:
        try:
            self.words.run()
        finally:
            self.indexing = False

    def end(self) -> None:
        """Begin nothing more, and let what goes on end."""
        self.words.stop()
        self.sync_wanted = False
        self._syncer.end()
