"""Words looked for in what the list itself says (number, address, service, area), while nothing else can be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from services.queue.letters import BOUNDARY, Letters
from services.queue.packed import Words
from services.queue.snapshot import Mask, Snapshot
from services.store.search import typed_words

_SPACES = re.compile(rb" +")


class ListWords:
    """For one thread; folded addresses are kept as long as the snapshot's are the same."""

    def __init__(self) -> None:
        self._addresses: tuple[Words, _Folded] | None = None

    @cached_property
    def _letters(self) -> Letters:
        return Letters()

    def search(self, snapshot: Snapshot, words: str) -> Mask:
        """Which rows hold each of the words, or the beginning of it, somewhere; none where nothing is asked for."""
        asked = [(word, tokens) for word in typed_words(words) if (tokens := self._letters.fold(word).split())]
        found = np.full(len(snapshot), bool(asked))
        for word, tokens in asked:
            found &= self._holding(snapshot, word, b" ".join(tokens))
        return found

    def _holding(self, snapshot: Snapshot, word: str, needle: bytes) -> Mask:
        numbered = np.strings.startswith(snapshot.number_codes, word.encode("utf-8", "surrogatepass"))
        found: Mask = numbered | self._known(snapshot.address_words).holding(needle)[snapshot.address_idx]
        for texts, numbers in ((snapshot.services, snapshot.service_idx), (snapshot.areas, snapshot.area_idx)):
            if len(texts):
                found |= _Folded(self._letters, texts).holding(needle)[numbers]
        return found

    def _known(self, addresses: Words) -> _Folded:
        if self._addresses is None or self._addresses[0] is not addresses:
            self._addresses = addresses, _Folded(self._letters, list(addresses))
        return self._addresses[1]


class _Folded:
    """Texts one after the other, folded, each behind a boundary, with one space between two tokens."""

    def __init__(self, letters: Letters, texts: Sequence[str]) -> None:
        joined = "".join("\0" + text.replace("\0", " ") for text in texts)
        self._said = _SPACES.sub(b" ", letters.fold(joined))
        self._starts = np.flatnonzero(np.frombuffer(self._said, np.uint8) == BOUNDARY)

    def holding(self, needle: bytes) -> Mask:
        """Which of the texts hold these tokens in a row, the last one as a beginning."""
        begins = re.compile(b"[ \x01]" + re.escape(needle))
        at = np.array([match.start() for match in begins.finditer(self._said)], np.int64)
        found = np.zeros(len(self._starts), np.bool_)
        found[np.searchsorted(self._starts, at, side="right") - 1] = True
        return found
