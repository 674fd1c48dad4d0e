"""The desk's link to its store: hears that something was saved there, and knows since when a server is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from console.settings import Settings
from console.tasks import Tasks
from console.watching import Watch
from services.errors import Expected, StoreGone, StoreRefused

if TYPE_CHECKING:
    from console.storeside import StoreSide
    from services.store.listening import Listener
    from services.store.store import Store

AGAIN_MS = 1_000
"""So long after a server could not be reached it is tried again, in a lane where nobody waits for it."""
REFUSED_MS = 30_000
"""The same after it did not let us in."""
NOT_DONE = Expected("The server cannot be reached, so this was not done.", "Do it again when it is back.")
UNSURE = Expected(
    "The server could not be reached while this was being done, so it may be saved or not.",
    "Look when it is back; do it again only if it is not there.",
)
_OPEN, _LOOK = "open the store", "look for news"


class Link(QObject):
    """One desk's; of a file it is never gone."""

    news = Signal()
    """Somebody has saved something."""
    _told = Signal()
    """Something was saved at the server by others, or may have been while nobody listened."""
    turned = Signal(object)
    """Since when the server cannot be reached, as an aware datetime; None: it is back."""
    reached = Signal()
    """The desk's side has a store of the server to work with."""
    refused = Signal(object)
    """The server does not let us in: a StoreRefused."""

    def __init__(self, tasks: Tasks, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._settings = tasks, settings
        self._watch = Watch(self)
        self._watch.stirred.connect(self._look)
        self._told.connect(self._heard)
        self._listener: Listener | None = None
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._find)
        self._taking = self._look_again = False
        self._side: StoreSide | None = None
        self._failed: SignalInstance | None = None
        self._untaken: Store | None = None
        self.gone_since: datetime | None = None
        self.why: Expected | None = None
        """What keeps us from the server; None while it answers."""

    def start(self, side: StoreSide, failed: SignalInstance) -> None:
        """Listen to its file, or where there is none to the server; `failed` tells of whatever else goes wrong."""
        self._side, self._failed = side, failed
        self._watch.start(side.path)
        if side.path is None and self._listener is None:
            from services.store.listening import Listener

            self._listener = listener = Listener(self._settings.store_url, self._told.emit, side.session)
            self._tasks.run("hearing", listener.run, lambda _: None, failed.emit)

    def _look(self) -> None:
        """Ask whether anything changed; nothing of a server that is gone, which is tried again if nobody does.

        Once more when it has been answered, however often a busy file stirs meanwhile: all else waits behind it.
        """
        if self.why is not None:
            if not self._again.isActive():
                self._find()
        elif self._tasks.under_way(_LOOK):
            self._look_again = True
        elif self._side is not None:
            self._look_again = False
            self._tasks.run("store", self._side.changed, self._looked, self._not_looked, key=_LOOK)

    def _heard(self) -> None:
        if self.why is not None:
            self._look()
        else:
            self.news.emit()

    def _looked(self, changed: bool) -> None:
        if changed:
            self.news.emit()
        if self._look_again:
            self._look()

    def _not_looked(self, problem: Expected) -> None:
        if not self.took(problem) and self._failed is not None:
            self._failed.emit(problem)

    def stop(self) -> None:
        """Hear nothing more."""
        self._watch.stop()
        self._again.stop()
        if self._listener is not None:
            self._listener.end()

    def close(self) -> None:
        """Let go of what was opened and not taken; once the lanes have ended."""
        if self._untaken is not None:
            self._untaken.close()

    # to the server, and back to it

    def find(self, side: StoreSide) -> None:
        """Open a store at the server for this side, now and whenever the server was gone, until it can be done."""
        self._side = side
        self._find()

    def _find(self) -> None:
        if not self._taking and not self._tasks.under_way(_OPEN):
            self._tasks.run("opening", self._open, self._found, self._not_found, key=_OPEN)

    def _open(self) -> Store:
        from console import opening

        self._untaken = opening.open_store(self._settings, has_ear=True)
        return self._untaken

    def _found(self, store: Store) -> None:
        self._untaken = None
        if self._side is not None:
            self._taking = True
            self._tasks.run("store", partial(self._side.take, store), self._taken, self._not_found, keep=True)

    def _taken(self, _: None) -> None:
        self._taking = False
        if self.why is not None:
            self.gone_since = self.why = None
            self.turned.emit(None)
        self.reached.emit()

    def _not_found(self, problem: Expected) -> None:
        self._taking = False
        if isinstance(problem, StoreRefused):
            self._again.start(REFUSED_MS)
            self.shut_out(problem)
        else:
            self._again.start(AGAIN_MS)
            self._gone(problem)

    def shut_out(self, problem: StoreRefused) -> None:
        """The server answers, and does not let us in, or see the list: nothing of that stays."""
        is_news = not isinstance(self.why, StoreRefused)
        self.gone_since, self.why = None, problem
        if is_news and self._side is not None:
            self._tasks.run("store", partial(self._side.forget, problem), lambda _: None, self._not_found, keep=True)
            self.refused.emit(problem)

    def took(self, problem: Expected) -> bool:
        """Whether it was the server that is gone, or what keeps us from it: that is said once, however often met."""
        if self.gone_since is not None and self.why is not None and problem.sentence == self.why.sentence:
            return True
        if not isinstance(problem, StoreGone):
            return False
        if self.gone_since is None:
            self._gone(problem)
            self._find()
        return True

    def said(self, problem: Expected, *, was_open: bool) -> Expected:
        """What a person is told of a command that ended so, which was begun with a store or without one."""
        if not self.took(problem):
            return problem
        if was_open:
            return UNSURE
        if self.why is None or isinstance(self.why, StoreGone):
            return NOT_DONE
        return Expected(f"Not done: {self.why.sentence}", self.why.remedy)

    def _gone(self, problem: Expected) -> None:
        is_news = self.gone_since is None or self.why is None or self.why.sentence != problem.sentence
        self.why = problem
        if is_news and self._side is not None:
            why = problem if isinstance(problem, StoreGone) else StoreGone(problem.sentence, problem.remedy)
            self._tasks.run("store", partial(self._side.let_go, why), lambda _: None, self._not_found, keep=True)
            self.gone_since = self.gone_since or datetime.now(UTC)
            self.turned.emit(self.gone_since)
