"""The desk's word index: kept in a lane of its own, asked in the store's; before it is there the store answers."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.queue.letters import Letters
    from services.queue.snapshot import Ints, Mask, Snapshot
    from services.queue.word_index import Index
    from services.store.store import Store

log = logging.getLogger(__name__)
AT_ONCE = 2_000
"""So many changed requests are taken into the index while somebody waits for an answer."""
OVERLAID, SHARE = 20_000, 0.2
"""With more rows changed since the file was written, and more than this share of all, it is written anew."""
QUIET_SECONDS = 2.0
"""What is far behind is caught up when nothing has changed for this long: a pull would make it old at once."""
PATIENCE_SECONDS = 60.0
"""Where there is never such a rest, it is begun all the same after this long."""


class Indexing:
    """Holds the newest index. `run` belongs to the index lane, `search` to the store's, the rest to any thread."""

    def __init__(
        self, store_url: str, quiet_seconds: float = QUIET_SECONDS, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._url = store_url
        self._quiet, self._patience = quiet_seconds, patience_seconds
        self._stop = threading.Event()
        self._news = threading.Event()
        self._failed = False
        self._published: Index | None = None
        self._taken: Index | None = None
        self._current: Index | None = None

    def stop(self) -> None:
        """Let `run` end, within some hundred milliseconds."""
        self._stop.set()
        self._news.set()

    def changed(self) -> None:
        """Say that somebody has written to the store."""
        self._news.set()

    @property
    def is_ready(self) -> bool:
        """True when searches are answered from the index."""
        return self._published is not None

    # in the index lane

    def run(self) -> None:
        """Map or build the index, and keep it until `stop`. Raises Expected."""
        from services.queue.letters import Letters
        from services.queue.posting_file import Interrupted
        from services.queue.word_index import open_index
        from services.store.store import Store

        store, letters = Store.open(self._url), Letters()
        try:
            self._published = open_index(letters, store, self._stop.is_set)
            while self._goes_on():
                self._published = self._next(store, letters)
                if not self._stop.is_set():
                    self._news.wait()
        except Interrupted:
            pass
        finally:
            store.close()

    def _goes_on(self) -> bool:
        self._news.clear()  # before the look at `_stop`: what `stop` says afterwards wakes the lane
        return not self._stop.is_set()

    def _next(self, store: Store, letters: Letters) -> Index | None:
        """The index that should take the place of the published one: what is behind caught up, what is worn built."""
        from services.queue.word_index import build_index
        from services.store.wording import forget_index, reworded

        index = self._published
        if index is not None:
            news = reworded(store, index.head)
            if (index.erased or news.erased) and store.path is not None:
                forget_index(store.path)
            elif index.overlaid + len(news.ids) <= (most := int(max(OVERLAID, SHARE * len(index)))):
                if len(news.ids) <= AT_ONCE or not self._rests(store, index.head):
                    return index
                caught_up = index.caught_up(store, most - index.overlaid)
                if caught_up is not None:
                    if caught_up.erased:
                        self._news.set()
                    return caught_up
            elif not self._rests(store, index.head):
                return index
        if self._failed:
            return index
        try:
            return build_index(letters, store, self._stop.is_set)
        except OSError as error:
            log.warning("the word index cannot be written (%s); the store answers searches", error.strerror)
            self._failed = True
            return index

    def _rests(self, store: Store, since: int) -> bool:
        """Wait until nothing has changed for a while, or for long enough, or words were erased; False: to end."""
        from services.store.wording import reworded

        deadline = time.monotonic() + self._patience
        while self._goes_on() and time.monotonic() < deadline:
            head = store.head()
            self._news.wait(self._quiet)
            if store.head() == head or reworded(store, since).erased:
                break
        return not self._stop.is_set()

    # in the store's thread

    def search(self, store: Store, snapshot: Snapshot, words: str) -> Ints | Mask:
        """Which requests hold all the words: ids, or a mask over the snapshot's rows."""
        import numpy as np

        from services.queue.postings import is_mask
        from services.store import queries

        index = self._caught_up(store)
        if index is None:
            return np.array(queries.search(store, words), np.int64)
        found = index.find(words)
        if not is_mask(found):
            return index.ids[found]
        same = len(index) == len(snapshot) and np.array_equal(index.ids[-1:], snapshot.ids[-1:])
        return found if same else index.ids[found]

    def _caught_up(self, store: Store) -> Index | None:
        """The published index with what has changed since; None while there is none, or too much has changed."""
        if self._published is not self._taken:
            self._taken = self._current = self._published
        if self._current is not None:
            caught_up = self._current.caught_up(store, AT_ONCE)
            if caught_up is None:
                self._news.set()
                return None
            self._current = caught_up
        return self._current
