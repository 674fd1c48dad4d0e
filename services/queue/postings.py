"""Posting lists: for every word of some rows the rows that hold it, and the rows' words in order for phrases."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from services.queue.distinct import distinct, is_first
from services.queue.tokens import WIDTH, Block, Ints32, Ints64

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Words = npt.NDArray[np.bytes_]
Range = tuple[int, int]
Arrays = Mapping[str, npt.NDArray[np.generic]]
Allocate = Callable[[dict[str, tuple[str, int]]], Arrays]
"""Arrays by name, each of a dtype and a length, to be filled."""
_MANY = 16
"""A mask of all rows pays when more than one row in this many is found."""
_DENSE = 6
"""Reading all rows in turn is quicker than picking more than one in this many."""
_AHEAD = 1 << 18
"""Entries written at a time."""


def is_mask(found: Rows | Mask) -> TypeIs[Mask]:
    """True for a mask of all rows."""
    return found.dtype == np.bool_


def in_memory(wanted: dict[str, tuple[str, int]]) -> Arrays:
    """Arrays that are kept nowhere."""
    return {name: np.empty(count, dtype) for name, (dtype, count) in wanted.items()}


@dataclass(frozen=True)
class Segment:
    """Rows 0 … len−1 and their words. All arrays may lie in a memory-mapped file."""

    words: Words
    """The first 16 bytes of every word, in byte order: what begins alike is one slice."""
    starts: npt.NDArray[np.uint32]
    """rows[starts[i] : starts[i + 1]] hold word i."""
    rows: Ints32
    stream: Ints32
    """The words of all rows as they were written; 0 ends a column."""
    ends: Ints64
    """Where in `stream` each row ends."""
    long_at: Ints32
    """Which words are longer than 16 bytes, ascending."""
    long_ends: Ints64
    long_bytes: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ends)

    def find(self, phrases: Sequence[Sequence[bytes]]) -> Rows | Mask:
        """The rows that hold every phrase, its last token as a prefix: few as ascending rows, many as a mask."""
        ranges = [[self._range(token, prefix=i == len(p) - 1) for i, token in enumerate(p)] for p in phrases]
        flat = sorted({r for phrase in ranges for r in phrase}, key=self._size)
        if not flat or not self._size(flat[0]):
            return np.empty(0, np.int64)
        found: Rows | Mask = self._holding(flat[0])
        for other in flat[1:]:
            found = self._also(found, other)
        for phrase in ranges:
            if len(phrase) > 1:
                found = self._adjacent(found, phrase)
        return found

    def _range(self, token: bytes, *, prefix: bool) -> Range:
        """The words that begin with the token, or the one that is the token."""
        low = int(np.searchsorted(self.words, _padded(token, b"")))
        high = int(np.searchsorted(self.words, _padded(token, b"\xff"), "right"))
        at, end = (int(np.searchsorted(self.long_at, i)) for i in (low, high))
        if len(token) > WIDTH:
            low, high = self._long_range(token, at, end)
            at, end = (int(np.searchsorted(self.long_at, i)) for i in (low, high))
        if prefix:
            return low, high
        is_there = low < high and self._word(low, at) == token
        return (low, low + 1) if is_there else (low, low)

    def _long_range(self, token: bytes, at: int, end: int) -> Range:
        """The same for a token longer than 16 bytes, among the long words `at` … `end`."""
        longs = range(at, end)
        low = bisect_left(longs, token, key=self._long)
        high = bisect_left(longs, True, lo=low, key=lambda i: not self._long(i).startswith(token))
        if low == high:
            return 0, 0
        return int(self.long_at[longs[low]]), int(self.long_at[longs[high - 1]]) + 1

    def _word(self, word: int, at: int) -> bytes:
        is_long = at < len(self.long_at) and self.long_at[at] == word
        return self._long(at) if is_long else bytes(self.words[word])

    def _long(self, i: int) -> bytes:
        start = int(self.long_ends[i - 1]) if i else 0
        return self.long_bytes[start : int(self.long_ends[i])].tobytes()

    def _size(self, words: Range) -> int:
        return int(self.starts[words[1]]) - int(self.starts[words[0]])

    def _posted(self, words: Range) -> Ints32:
        return self.rows[self.starts[words[0]] : self.starts[words[1]]]

    def _mask(self, words: Range) -> Mask:
        mask = np.zeros(len(self), np.bool_)
        mask[self._posted(words)] = True
        return mask

    def _holding(self, words: Range) -> Rows | Mask:
        posted = self._posted(words)
        if len(posted) * _MANY > len(self):
            return self._mask(words)
        return (distinct(posted) if words[1] - words[0] > 1 else posted).astype(np.int64)

    def _also(self, found: Rows | Mask, words: Range) -> Rows | Mask:
        """Those of them that hold one of the words, too."""
        if is_mask(found):
            return self._mask(words) & found
        length = max(1, len(self.stream) // len(self))
        if len(found) * length > self._size(words):
            return found[self._mask(words)[found]]
        stream, ends = self._written(found)
        hits = np.flatnonzero((stream >= words[0]) & (stream < words[1]))
        return found[_distinct(np.searchsorted(ends, hits, "right"))]

    def _adjacent(self, found: Rows | Mask, phrase: Sequence[Range]) -> Rows | Mask:
        """Those of them in which these words follow each other within a column."""
        kept = np.zeros(len(self), np.bool_)
        rows = np.flatnonzero(found) if is_mask(found) else found
        if len(rows) * _DENSE > len(self):
            rows = np.arange(len(self))
        for start in range(0, len(rows), _AHEAD // 32):
            some = rows[start : start + _AHEAD // 32]
            stream, ends = self._written(some)
            at = np.flatnonzero(stream[: max(0, len(stream) - len(phrase) + 1)] == phrase[0][0])
            for i, (low, high) in enumerate(phrase[1:], 1):
                part = stream[at + i]
                at = at[(part >= low) & (part < high)]
            kept[some[np.searchsorted(ends, at, "right")]] = True
        return kept & found if is_mask(found) else found[kept[found]]

    def _written(self, rows: Rows) -> tuple[Ints32, Ints64]:
        """The words of these rows one after another, and where each row ends."""
        if not len(rows):
            return np.empty(0, np.int32), np.empty(0, np.int64)
        stops = self.ends[rows]
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        if len(rows) == rows[-1] - rows[0] + 1:
            return self.stream[starts[0] : stops[-1]], stops - starts[0]
        ends = np.cumsum(stops - starts)
        at = np.arange(ends[-1]) + np.repeat(starts - np.concatenate([[0], ends[:-1]]), stops - starts)
        return self.stream[at], ends


def _distinct(ascending: Rows) -> Rows:
    return ascending[is_first(ascending)]


def _padded(token: bytes, fill: bytes) -> npt.NDArray[np.bytes_]:
    return np.array(token[:WIDTH].ljust(WIDTH, fill) if fill else token[:WIDTH], f"S{WIDTH}")


def merge(blocks: Iterable[Block], allocate: Allocate = in_memory) -> Segment:
    """One segment of the blocks' rows, in their order. `blocks` is gone through twice, so not an iterator."""
    vocabulary = _vocabulary(blocks)
    counts = np.zeros(len(vocabulary.words), np.int64)
    length = rows = 0
    for block, numbers in zip(blocks, vocabulary.numbers, strict=True):
        counts[numbers] += block.counts
        length += len(block.stream)
        rows += len(block.ends)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    made: dict[str, npt.NDArray[np.generic]] = {
        "words": vocabulary.words,
        "starts": starts.astype(np.uint32),
        "long_at": vocabulary.long_at,
        "long_ends": vocabulary.long_ends,
        "long_bytes": vocabulary.long_bytes,
    }
    sizes = {name: (array.dtype.str, len(array)) for name, array in made.items()}
    kept = allocate({**sizes, "rows": ("<i4", int(starts[-1])), "stream": ("<i4", length), "ends": ("<i8", rows)})
    for name, array in made.items():
        kept[name][:] = array
    _fill(blocks, vocabulary, starts, kept)
    return Segment(**kept)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Vocabulary:
    words: Words
    numbers: list[Ints32]
    """For each block the place of its words among all."""
    long_at: Ints32
    long_ends: Ints64
    long_bytes: npt.NDArray[np.uint8]


def _vocabulary(blocks: Iterable[Block]) -> _Vocabulary:
    firsts, seconds, longs, sizes = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)], [], []
    for block in blocks:
        firsts.append(block.first)
        seconds.append(block.second)
        longs.append(block.long)
        sizes.append(len(block.first))
    tokens = sorted({token for long in longs for token in long.values()})
    place = {token: i + 1 for i, token in enumerate(tokens)}
    rank = np.zeros(sum(sizes), np.int32)
    for offset, long in zip(np.cumsum([0, *sizes]).tolist(), longs, strict=False):
        rank[[offset + i for i in long]] = [place[token] for token in long.values()]
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    order = np.lexsort((rank, second, first))
    begins = np.ones(len(order), np.bool_)
    begins[1:] = False
    for keys in (first, second, rank):
        sorted_keys = keys[order]
        begins[1:] |= sorted_keys[1:] != sorted_keys[:-1]
    numbers = np.empty(len(order), np.int32)
    numbers[order] = np.cumsum(begins, dtype=np.int32) - 1
    heads = order[begins]
    words = np.stack([first[heads], second[heads]], axis=1).astype(">u8").view(f"S{WIDTH}").reshape(-1)
    return _Vocabulary(
        words,
        np.split(numbers, np.cumsum(sizes)[:-1].astype(np.int64)) if sizes else [],
        np.flatnonzero(rank[heads]).astype(np.int32),
        np.cumsum([len(token) for token in tokens], dtype=np.int64),
        np.frombuffer(b"".join(tokens), np.uint8),
    )


def _fill(blocks: Iterable[Block], vocabulary: _Vocabulary, starts: Ints64, kept: Arrays) -> None:
    """Write rows and streams: every block's rows of a word come after those of the blocks before it."""
    rows: Ints32 = kept["rows"]  # type: ignore[assignment]
    stream: Ints32 = kept["stream"]  # type: ignore[assignment]
    ends: Ints64 = kept["ends"]  # type: ignore[assignment]
    free = starts[:-1].copy()
    row = at = 0
    for block, numbers in zip(blocks, vocabulary.numbers, strict=True):
        shift = np.repeat(free[numbers] - np.cumsum(block.counts) + block.counts, block.counts)
        for start in range(0, len(shift), _AHEAD):
            part = slice(start, start + _AHEAD)
            rows[shift[part] + np.arange(start, start + len(shift[part]))] = block.rows[part] + np.int32(row)
        free[numbers] += block.counts
        for start in range(0, len(block.stream), _AHEAD):
            some = block.stream[start : start + _AHEAD]
            stream[at + start : at + start + len(some)] = numbers[some]
        ends[row : row + len(block.ends)] = block.ends + at
        row += len(block.ends)
        at += len(block.stream)
