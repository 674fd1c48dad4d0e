"""Cuts texts into tokens and numbers the distinct ones, in numpy and block by block: no Python object per word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.queue.letters import BOUNDARY, Letters
from services.store.search import LONGEST
from services.store.wording import Wording

Keys = npt.NDArray[np.uint64]
Ints32 = npt.NDArray[np.int32]
Ints64 = npt.NDArray[np.int64]

WIDTH = 16
"""Bytes of a token that stand in its two keys; the rest of a longer one is kept apart."""
BLOCK = 1 << 19
"""Tokens of a block, more or less."""
_COLUMNS = 5
_ONE = np.uint64(1)
_TOP = np.uint64(56)
_BOUNDARY_KEY = np.uint64(BOUNDARY << 56)
_KEEP = tuple(
    np.array([(2**64 - 1) << 8 * (8 - min(max(n - skip, 0), 8)) & (2**64 - 1) for n in range(WIDTH + 1)], np.uint64)
    for skip in (0, 8)
)
"""By the length of a token: which bits of its first and second key count."""


@dataclass(frozen=True)
class Block:
    """The tokens of some rows. A word's number is its place in `first` and `second`, which are in no order."""

    first: Keys
    second: Keys
    """The first 16 bytes of every word, big-endian, NUL after its end."""
    long: dict[int, bytes]
    """The whole of those words that are longer, by number."""
    counts: Ints64
    rows: Ints32
    """`counts[0]` rows that hold word 0, ascending; then those of word 1 …"""
    stream: Ints32
    """The words of all rows as they were written."""
    ends: Ints64
    """Where in `stream` each row ends."""


@dataclass(frozen=True)
class _Piece:
    first: Keys
    second: Keys
    row: Ints32


def blocks(letters: Letters, chunks: Iterable[Sequence[Wording]]) -> Iterator[Block]:
    """The wordings, in order, as blocks; rows are counted from 0 in each."""
    pieces: list[_Piece] = []
    long: dict[bytes, int] = {}
    size = count = 0
    for chunk in chunks:
        pieces.append(_cut(letters, chunk, count, long))
        count += len(chunk)
        size += len(pieces[-1].row)
        if size >= BLOCK:
            yield _block(pieces, long, count)
            pieces, long, size, count = [], {}, 0, 0
    if count:
        yield _block(pieces, long, count)


def _cut(letters: Letters, chunk: Sequence[Wording], row: int, long: dict[bytes, int]) -> _Piece:
    """The keys of every token, and its row counted from `row`."""
    text = " \0 ".join([column for wording in chunk for column in wording[1:]])
    if text.count("\0") != _COLUMNS * len(chunk) - 1:
        text = " \0 ".join([column.replace("\0", " ") for wording in chunk for column in wording[1:]])
    folded = b" " + letters.fold(text) + b" \1 " + bytes(WIDTH)
    data = np.frombuffer(folded, np.uint8)
    solid = data[: 1 - WIDTH] != ord(" ")
    edges = np.flatnonzero(solid[1:] != solid[:-1]) + 1
    starts, lengths = edges[0:-1:2], np.diff(edges)[0::2]
    first, second = _keys(data, starts, lengths)
    for i in np.flatnonzero(lengths > WIDTH).tolist():
        start = int(starts[i])
        token = folded[start : start + min(int(lengths[i]), LONGEST)]
        first[i], second[i] = _BOUNDARY_KEY | np.uint64(long.setdefault(token, len(long)) + 1), 0
    ends_column = first == _BOUNDARY_KEY
    rows = (np.cumsum(ends_column, dtype=np.int32) - ends_column) // _COLUMNS + row
    keep = np.ones(len(first), np.bool_)
    keep[1:] = ~(ends_column[1:] & ends_column[:-1])
    return _Piece(first[keep], second[keep], rows[keep].astype(np.int32))


def _keys(data: npt.NDArray[np.uint8], starts: Ints64, lengths: Ints64) -> tuple[Keys, Keys]:
    windows = np.lib.stride_tricks.sliding_window_view(data, WIDTH)
    pairs = windows[starts].view(">u8").astype(np.uint64)
    shown = np.minimum(lengths, WIDTH)
    return pairs[:, 0] & _KEEP[0][shown], pairs[:, 1] & _KEEP[1][shown]


def _block(pieces: Sequence[_Piece], long: dict[bytes, int], count: int) -> Block:
    first = np.concatenate([p.first for p in pieces])
    second = np.concatenate([p.second for p in pieces])
    row = np.concatenate([p.row for p in pieces])
    bits = np.uint64(max(len(first), 2).bit_length())
    order, starts_word = _grouped(first, second, bits)
    number = np.cumsum(starts_word, dtype=np.int32) - np.int32(1)
    stream = np.empty(len(first), np.int32)
    stream[order] = number
    by_word = row[order]
    fresh = starts_word.copy()
    fresh[1:] |= by_word[1:] != by_word[:-1]
    heads = order[starts_word]
    first, second = first[heads], second[heads]
    boundary = int(np.flatnonzero(first == _BOUNDARY_KEY)[0])
    fresh &= number != boundary
    is_long = (first >> _TOP == np.uint64(BOUNDARY)) & (first != _BOUNDARY_KEY)
    tokens = list(long)
    named = {int(i): tokens[int(first[i] ^ _BOUNDARY_KEY) - 1] for i in np.flatnonzero(is_long)}
    for i, token in named.items():
        first[i] = np.uint64(int.from_bytes(token[:8], "big"))
        second[i] = np.uint64(int.from_bytes(token[8:WIDTH], "big"))
    return Block(
        first,
        second,
        named,
        np.bincount(number[fresh], minlength=len(first)).astype(np.int64),
        by_word[fresh],
        stream,
        np.cumsum(np.bincount(row, minlength=count)),
    )


def _grouped(first: Keys, second: Keys, bits: np.uint64) -> tuple[Ints64, npt.NDArray[np.bool_]]:
    """Positions with equal keys side by side, in order of position within; and where another pair begins.

    A hash in the high bits and the position in the low ones are sorted as one number; a collision is seen and the
    hash chosen anew.
    """
    mask = (_ONE << bits) - _ONE
    positions = np.arange(len(first), dtype=np.uint64)
    salts = np.random.default_rng(len(first))
    while True:
        one, two = salts.integers(0, 2**63, 2, np.uint64) << _ONE | _ONE
        keyed = (first * one + second * two) & ~mask | positions
        keyed.sort()
        order = (keyed & mask).astype(np.int64)
        hashes = keyed & ~mask
        begins = np.ones(len(first), np.bool_)
        begins[1:] = hashes[1:] != hashes[:-1]
        differs = np.zeros(len(first), np.bool_)
        for keys in (first, second):
            sorted_keys = keys[order]
            differs[1:] |= sorted_keys[1:] != sorted_keys[:-1]
        if not (differs & ~begins).any():
            return order, begins
