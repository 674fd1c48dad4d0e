"""How the store's full-text search reads letters, learnt from SQLite itself, so that our index reads the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import numpy as np
import numpy.typing as npt

from services.queue.distinct import distinct
from services.store.search import LONGEST, TOKENIZER, typed_words

BOUNDARY = 1
"""Stands for a NUL, which ends a column: no folded text holds it, since it separates words as every control does."""
_SPACE = 32
_UNKNOWN, _GONE = 0, 0xFFFFFFFF


class Letters:
    """Folds text as FTS5 does. May be used from several threads: what one learns twice is the same."""

    def __init__(self) -> None:
        self._table = np.zeros(0x110000, np.uint32)
        self._learn(np.arange(1, 128))
        self._table[0] = BOUNDARY
        self._ascii = bytes(self._table[:128].tolist()) + bytes(range(128, 256))

    def fold(self, text: str) -> bytes:
        """UTF-8 in which single letters are folded, separators are spaces, and each NUL is a BOUNDARY."""
        if text.isascii():
            return text.encode().translate(self._ascii)
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        folded = self._table.take(codes)
        if not folded.all():
            self._learn(distinct(codes[folded == _UNKNOWN]))
            folded = self._table.take(codes)
        return bytes(folded[folded != _GONE].tobytes().decode("utf-32-le").encode())

    def phrases(self, words: str) -> list[list[bytes]]:
        """What a person typed: for every word the tokens that must follow each other, the last one a prefix."""
        found = ([token[:LONGEST] for token in self.fold(word).split()] for word in typed_words(words))
        return [tokens for tokens in found if tokens]

    def _learn(self, codes: npt.NDArray[np.int64] | npt.NDArray[np.uint32] | Sequence[int]) -> None:
        """Look up what FTS5 makes of these characters between two others: one token, two, or none of it."""
        with closing(sqlite3.connect(":memory:")) as memory:
            memory.execute(f'CREATE VIRTUAL TABLE t USING fts5(x, tokenize="{TOKENIZER}")')
            memory.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
            texts = ((code, f"a{chr(code)}b") for code in map(int, codes))
            memory.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", texts)
            for code, first, last in memory.execute("SELECT doc, min(term), max(term) FROM v GROUP BY doc"):
                self._table[code] = _SPACE if first != last else ord(first[1:-1]) if first != "ab" else _GONE
