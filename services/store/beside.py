"""Work in a thread beside another's, again and again, also with a store of its own; it rests while that is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from services.errors import Expected
from services.store.store import Store

_log = logging.getLogger(__name__)
REST = 60.0
Begin = Callable[[Store, threading.Event], Callable[[], int]]
"""Takes a store that was opened and what tells to stop; gives what is done each time, and says how much changed."""


@contextmanager
def again(name: str, work: Callable[[threading.Event], object], every: float, rest: float = REST) -> Iterator[None]:
    """Have `work` done for as long as the block lasts, in a thread of that name, so many seconds after it last ended.

    It is given what tells it to stop. After a fault of ours it begins again, `rest` seconds later at the earliest.
    """
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                work(stop)
                stop.wait(every)
            except Expected as problem:
                _log.warning("%s: it rests: %s", name, problem)
                stop.wait(every)
            except Exception:  # noqa: BLE001 - a fault of ours must not end it until the program is started anew
                _log.exception("%s: a fault; it begins again", name)
                stop.wait(max(every, rest))

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def beside(
    name: str,
    opened: Callable[[], Store],
    begin: Begin,
    every: float,
    on_change: Callable[[], None],
    rest: float = REST,
) -> AbstractContextManager[None]:
    """The same with a store that stays open: what `begin` gives is done every so many seconds.

    `on_change` is called in the thread of that name.
    """

    def work(stop: threading.Event) -> None:
        with closing(opened()) as store:
            once = begin(store, stop)
            while not stop.is_set():
                if once():
                    on_change()
                stop.wait(every)

    return again(name, work, every, rest)
