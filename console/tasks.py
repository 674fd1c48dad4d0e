"""Work off the UI thread: one thread each for store, network, sync and index; outcomes land on the UI thread."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Literal, TypeVar, get_args

from PySide6.QtCore import QObject, Qt, Signal

from console.collecting import Collector
from services.errors import Expected

T = TypeVar("T")
Where = Literal[
    "store",
    "network",
    "sync",
    "index",
    "files",
    "drafts",
    "lookup",
    "online",
    "learning",
    "hearing",
    "opening",
    "forecast",
]
"""`sync`, `index` and `hearing` are each taken by one long piece of work, which its owner tells to end."""
log = logging.getLogger(__name__)


class Tasks(QObject):
    """Runs work elsewhere and brings its outcome back; a key means that only the newest of that key counts."""

    bug = Signal(object)
    """An exception that is no Expected error: a fault of ours, with the work saved."""
    _landed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.collector = Collector(self)
        self._pools = {w: ThreadPoolExecutor(1, thread_name_prefix=w) for w in get_args(Where)}
        self._newest: dict[str, int] = {}
        self._open: Counter[str] = Counter()
        self._closed = False
        self._landed.connect(lambda outcome: outcome(), Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        where: Where,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[Expected], None],
        key: str = "",
        *,
        keep: bool = False,
    ) -> None:
        """Call `work` in that thread, then `then` or `failed` in the UI thread.

        Of several with one key only the newest lands; older ones that have not begun are not begun at all.
        `keep`: it is done even when the desk closes before its turn comes.
        """
        if self._closed:
            return
        turn = self._newest[key] = self._newest.get(key, 0) + 1
        self._open[key] += 1
        self._pools[where].submit(self._work, work, then, failed, key, turn, keep)

    def _work(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[Expected], None],
        key: str,
        turn: int,
        keep: bool,
    ) -> None:
        if self._stale(key, turn) and not keep:
            self._land(key, turn, lambda: None)
            return
        try:
            result = work()
        except Expected as problem:
            if self._closed and keep:
                log.warning("a command was refused while the desk was closing (%s)", type(problem).__name__)
            self._land(key, turn, partial(failed, problem))
        except Exception as fault:
            log.exception("a task failed")
            told = partial(failed, _said(fault)) if keep else partial(self.bug.emit, fault)
            self._land(key, turn, told, always=True)
        else:
            self._land(key, turn, lambda: then(result))

    def _stale(self, key: str, turn: int) -> bool:
        return self._closed or bool(key and self._newest[key] != turn)

    def _land(self, key: str, turn: int, outcome: Callable[[], None], *, always: bool = False) -> None:
        def land() -> None:
            self._open[key] -= 1
            if not self._closed and (always or not self._stale(key, turn)):
                outcome()

        self._landed.emit(land)

    def under_way(self, key: str) -> bool:
        """Whether anything of this key has yet to land. For the UI thread."""
        return self._open[key] > 0

    @property
    def closing(self) -> bool:
        """True once the desk closes: long work ends then."""
        return self._closed

    def close(self, last: Callable[[], None] | None = None) -> None:
        """Finish what has begun and what is to be kept, drop the rest, end the threads, then run `last`."""
        self._closed = True
        for pool in self._pools.values():
            pool.shutdown(wait=False)
        for pool in self._pools.values():
            pool.shutdown(wait=True)
        self.collector.stop()
        if last:
            last()


def _said(fault: BaseException) -> Expected:
    """A fault of ours, for whoever has to give back what was typed."""
    return Expected(f"Something in the desk went wrong ({type(fault).__name__}); this was not done.")
