"""The words of the whole queue: a base that lies in a file, and layers over it for what has changed since."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from services.files import replaced
from services.queue import posting_file
from services.queue.distinct import distinct
from services.queue.letters import Letters
from services.queue.posting_file import Draft, Interrupted, Kept, Spill, Stopped
from services.queue.postings import Mask, Rows, Segment, is_mask, merge
from services.queue.tokens import Ints64, blocks
from services.store.store import Store
from services.store.wording import Reworded, Wording, forget_index, index_file, mark, reworded, wordings


@dataclass(frozen=True)
class _Layer:
    segment: Segment
    rows: Rows | None
    """Which rows of the index its own are; None for the base, whose are the first."""
    live: Mask | None = None
    """Which of its own rows no later layer has; None for all."""

    def find(self, phrases: Sequence[Sequence[bytes]]) -> Rows | Mask:
        found = self.segment.find(phrases)
        if is_mask(found):
            mask = found if self.live is None else found & self.live
            return mask if self.rows is None else self.rows[mask]
        rows = found if self.live is None else found[self.live[found]]
        return rows if self.rows is None else self.rows[rows]

    def without(self, rows: Rows) -> _Layer:
        """The same, but that those rows of the index count no more here."""
        live = np.ones(len(self.segment), np.bool_) if self.live is None else self.live.copy()
        if self.rows is None:
            live[rows[rows < len(live)]] = False
        else:
            live &= ~np.isin(self.rows, rows)
        return replace(self, live=live)


@dataclass(frozen=True)
class Index:
    """Which requests hold which words, as the store stood at `head`. Never changed in place."""

    letters: Letters
    ids: Ints64
    """The request of each row, ascending: rows are those of a snapshot that stands at the same head."""
    head: int
    layers: tuple[_Layer, ...]
    erased: bool = False
    """Whether words have been erased since the file was written: it holds them still."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def overlaid(self) -> int:
        """How many requests have other words than the file holds of them, at most."""
        return sum(len(layer.segment) for layer in self.layers[1:])

    def find(self, words: str) -> Rows | Mask:
        """Rows that hold all the words, each as a prefix, case and accents aside: few ascending, many as a mask."""
        phrases = self.letters.phrases(words)
        found = [layer.find(phrases) for layer in self.layers]
        if not is_mask(found[0]):
            rows: Rows = np.sort(np.concatenate(found))
            return rows
        mask = np.zeros(len(self), np.bool_)
        mask[: len(found[0])] = found[0]
        for some in found[1:]:
            mask[some] = True
        return mask

    def caught_up(self, store: Store, most: int) -> Index | None:
        """As the store stands now; None when more than `most` requests changed, or when that cannot be told."""
        news = reworded(store, self.head)
        if len(news.ids) > most:
            return None
        if not news.ids:
            return self if news.head == self.head else replace(self, head=news.head)
        return self._with(store, news)

    def _with(self, store: Store, news: Reworded) -> Index | None:
        changed = np.array(news.ids, np.int64)
        ids = _joined(self.ids, changed)
        if ids is None:
            return None
        rows = np.searchsorted(ids, changed)
        older = list(self.layers)
        while len(older) > 1 and len(older[-1].segment) <= 2 * len(rows):
            layer = older.pop()
            rows = distinct(np.concatenate([rows, layer.rows]))
        segment = merge(list(blocks(self.letters, wordings(store, ids[rows].tolist()))))
        if len(segment) != len(rows):
            return None
        layers = (*(layer.without(rows) for layer in older), _Layer(segment, rows))
        return replace(self, ids=ids, head=news.head, layers=layers, erased=self.erased or news.erased)


def _joined(ids: Ints64, changed: Ints64) -> Ints64 | None:
    """Known ids and new ones; None when a new one is not after them all, since rows would move."""
    at = np.searchsorted(ids, changed)
    known = at < len(ids)
    known[known] = ids[at[known]] == changed[known]
    fresh = changed[~known]
    if not len(fresh):
        return ids
    return np.concatenate([ids, fresh]) if not len(ids) or fresh[0] > ids[-1] else None


def open_index(letters: Letters, store: Store, stopped: Stopped) -> Index | None:
    """The index as its file holds it; None where that is missing, not to be trusted, or holds words that were erased.

    Raises Interrupted.
    """
    if store.path is None:
        return None
    kept = posting_file.load(index_file(store.path), store.store_id, stopped)
    if kept is None or mark(store, kept.head) != kept.mark or reworded(store, kept.head).erased:
        forget_index(store.path)
        return None
    return _index(letters, kept)


def _index(letters: Letters, kept: Kept) -> Index:
    return Index(letters, kept.ids, kept.head, (_Layer(kept.segment, None),))


def build_index(letters: Letters, store: Store, stopped: Stopped) -> Index:
    """Read the words of every request and write the file; once more when some were erased meanwhile.

    Takes seconds at a million requests, and never the interpreter for more than some ms at a time.
    Raises Interrupted, OSError where the file cannot be written or does not hold what was written.
    """
    while True:
        head = store.head()
        with suppress(FileNotFoundError):  # an erasure deletes the part, too
            _write(letters, store, head, stopped)
        index = open_index(letters, store, stopped)
        if index is not None:
            return index
        if not reworded(store, head).erased:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _write(letters: Letters, store: Store, head: int, stopped: Stopped) -> None:
    path = index_file(_path(store))
    ids: list[Ints64] = [np.empty(0, np.int64)]
    with Spill(path.parent, stopped) as spill:
        for block in blocks(letters, _noting(wordings(store), ids, stopped)):
            spill.add(block)
        with replaced(path) as file:
            draft = Draft(file, np.concatenate(ids), stopped)
            merge(spill, draft.allocate)
            draft.seal(store.store_id, head, mark(store, head))


def _noting(chunks: Iterable[list[Wording]], ids: list[Ints64], stopped: Stopped) -> Iterator[list[Wording]]:
    for chunk in chunks:
        if stopped():
            raise Interrupted
        ids.append(np.array([wording[0] for wording in chunk], np.int64))
        yield chunk


def _path(store: Store) -> Path:
    if store.path is None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    return store.path
