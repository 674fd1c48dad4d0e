"""The real desk with its window, driven as a person drives it: every wait ends when both panes have painted."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from console.app import Application
from console.screenshot import wait_until
from console.settings import Settings
from console.storeside import StoreSide
from services.queue.snapshot import Snapshot
from tests.benchmarks.harness import NotTheSame
from tests.benchmarks.qt import SIZE, Painted

T = TypeVar("T")
PATIENCE_MS = 240_000


class Sitting(QObject):
    """A desk that is open and has loaded."""

    _asked = Signal()

    def __init__(self, made: Application) -> None:
        super().__init__()
        self.made, self.desk, self.window = made, made.desk, made.window
        self.table = made.window.queue.table
        if made.window.map is None:
            raise NotTheSame("the desk has no map")
        self.map = made.window.map
        self.panes = Painted(self.table.viewport(), self.map.canvas.viewport())
        self.queue_alone = Painted(self.table.viewport())

    def found(self, wish: Callable[[], object]) -> None:
        """Do something that shows the queue anew, and return once its rows are there."""
        waited(self.desk.found, wish)

    def show(self, query: str) -> None:
        """Another query, until both panes have painted what it means."""
        if query != self.desk.query:
            self.found(lambda: self.desk.set_query(query))
        self.panes.now()

    def sort(self, column: str, *, descending: bool) -> None:
        """A click on a column's title, until the queue has painted the new order."""
        self.found(lambda: self.window.sort(((column, descending),)))
        self.queue_alone.now()

    @property
    def snapshot(self) -> Snapshot:
        """What the desk holds now."""
        if self.desk.last_found is None:
            raise NotTheSame("nothing is shown")
        return self.desk.last_found.snapshot

    def in_store(self, work: Callable[[StoreSide], T]) -> T:
        """Have something done in the store's thread, with what the desk itself has there."""
        done: list[T | BaseException] = []

        def guarded(side: StoreSide) -> None:
            try:
                done.append(work(side))
            except Exception as fault:  # noqa: BLE001 - it is raised again in the thread that asked
                done.append(fault)

        waited(self._asked, lambda: self.desk.ask(guarded, lambda _: self._asked.emit()))
        if isinstance(done[0], BaseException):
            raise done[0]
        return done[0]

    def indexed(self) -> None:
        """Wait until the desk's own index of words answers."""
        wait_until(self.made, lambda: self.desk.background.words.is_ready, PATIENCE_MS / 1000)

    def ids(self) -> list[int]:
        """The requests shown, in order."""
        found = self.desk.last_found
        if found is None:
            raise NotTheSame("nothing is shown")
        ids: list[int] = found.snapshot.ids[found.rows].tolist()
        return ids


def waited(signal: SignalInstance, wish: Callable[[], object]) -> None:
    """Do something, and run the event loop until the signal comes. Raises NotTheSame where it does not."""
    loop, limit = QEventLoop(), QTimer(singleShot=True, interval=PATIENCE_MS)
    came: list[bool] = []

    def end(*_: object) -> None:
        came.append(True)
        loop.quit()

    signal.connect(end)
    limit.timeout.connect(loop.quit)
    limit.start()
    try:
        wish()
        if not came:
            loop.exec()
    finally:
        signal.disconnect(end)
        limit.stop()
    if not came:
        raise NotTheSame("the desk never answered")


@contextmanager
def sitting(settings: Settings, size: tuple[int, int] = SIZE, *, sync: bool = False) -> Iterator[Sitting]:
    """The whole desk on a home; closed with nothing left."""
    made = Application(settings, scheme="light", sync=sync)
    try:
        made.show(size)
        wait_until(made, lambda: made.window.is_ready, PATIENCE_MS / 1000)
        settle(made.window)
        yield Sitting(made)
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()  # here: Qt's own objects must not be taken down in another thread


def settle(widget: QWidget) -> None:
    """Let everything that waits be painted."""
    loop = QEventLoop()
    QTimer.singleShot(300, loop.quit)
    loop.exec()
    widget.repaint()
