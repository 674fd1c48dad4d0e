"""Work off the UI thread: one thread each for store, network, sync and index; outcomes land on the UI thread."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar, get_args

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
    "ranking",
]
"""`sync`, `index` and `hearing` are each taken by one long piece of work, which its owner tells to end."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Task:
    """What was asked for; the newest of its key has the highest turn."""

    work: Callable[[], Any]
    then: Callable[[Any], None]
    failed: Callable[[Expected], None]
    key: str
    turn: int
    keep: bool

    def fail(self, problem: Expected) -> None:
        """Say why it was not done."""
        self.failed(problem)


class Tasks(QObject):
    """Runs work elsewhere and brings its outcome back; a key means that only the newest of that key counts.

    The lanes know a task by its number, and only the UI thread lets go of it: a window that nobody else holds ends with
    its task, and would take the process along if that were in a lane.
    """

    bug = Signal(object)
    """An exception that is no Expected error: a fault of ours, with the work saved."""
    _landed = Signal(int, object, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.collector = Collector(self)
        self._pools = {w: ThreadPoolExecutor(1, thread_name_prefix=w) for w in get_args(Where)}
        self._newest: dict[str, int] = {}
        self._open: Counter[str] = Counter()
        self._numbers = itertools.count()
        self._given: dict[int, _Task] = {}
        """By their numbers those that have not landed."""
        self._closed = False
        self._landed.connect(self._land, Qt.ConnectionType.QueuedConnection)

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
        number = next(self._numbers)
        self._given[number] = _Task(work, then, failed, key, turn, keep)
        self._pools[where].submit(self._work, number)

    def _work(self, number: int) -> None:
        keep = self._given[number].keep
        if self._stale(number) and not keep:
            self._landed.emit(number, lambda _: None, False)
            return
        try:
            result = self._given[number].work()
        except Expected as problem:
            if self._closed and keep:
                log.warning("a command was refused while the desk was closing (%s)", type(problem).__name__)
            self._landed.emit(number, partial(_Task.fail, problem=problem), False)
        except Exception as fault:
            log.exception("a task failed")
            told = partial(_Task.fail, problem=_said(fault)) if keep else lambda _, fault=fault: self.bug.emit(fault)
            self._landed.emit(number, told, True)
        else:
            self._landed.emit(number, lambda task: task.then(result), False)

    def _stale(self, number: int) -> bool:
        task = self._given[number]
        return self._closed or bool(task.key and self._newest[task.key] != task.turn)

    def _land(self, number: int, outcome: Callable[[_Task], None], always: bool) -> None:
        if self._closed:
            return
        counts = always or not self._stale(number)
        task = self._given.pop(number)
        self._open[task.key] -= 1
        if counts:
            outcome(task)

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
        self._given.clear()
        self.collector.stop()
        if last:
            last()


def _said(fault: BaseException) -> Expected:
    """A fault of ours, for whoever has to give back what was typed."""
    return Expected(f"Something in the desk went wrong ({type(fault).__name__}); this was not done.")
