"""Text held as bytes in arrays: a column of short codes, and a dictionary of words; a str is made when read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from services.queue.natural import natural, natural_order

Codes = npt.NDArray[np.bytes_]
Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]
Blob = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
MISSING = 2**63 - 1
"""The sorting key of what has no value: it comes last."""
_FEW = 500
_HEAD, _TAIL = 8, 10


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(kept: bytes) -> str:
    return kept.decode("utf-8", "surrogatepass")


def codes(texts: Iterable[str]) -> Codes:
    """Short texts as fixed-width UTF-8; a NUL at the end is lost."""
    kept = [_bytes(t) for t in texts]
    return np.array(kept, dtype=np.bytes_) if kept else np.empty(0, "S1")


@dataclass(frozen=True, eq=False)
class Column:
    """A column of codes, read as text."""

    kept: Codes

    def __len__(self) -> int:
        return len(self.kept)

    def __getitem__(self, row: int) -> str:
        return _text(bytes(self.kept[row]))

    def __iter__(self) -> Iterator[str]:
        return map(_text, self.kept.tolist())


def mark(column: Codes) -> int:
    """The byte that parts the first code in two, 0 where it is digits only."""
    first = bytes(column[0]) if len(column) else b""
    return next((byte for byte in first if not 48 <= byte <= 57), 0)


def values(column: Codes, parting: int) -> Ints | None:
    """Codes like "26-000123" as numbers in natural order; None where one has another shape than digits, mark, digits.

    `parting` is the byte of the mark, 0 for codes of digits only. At most eight digits before it and ten behind.
    """
    width = column.dtype.itemsize
    table = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), width)
    value, head, behind = (np.zeros(len(column), np.int64) for _ in range(3))
    marks = np.zeros(len(column), np.int8)
    for i in range(width):
        byte = table[:, i]
        digit = (byte >= 48) & (byte <= 57)
        value = np.where(digit, value * 10 + byte - 48, value)
        behind += digit
        if not np.all(digit):
            at = byte == parting if parting else np.zeros(len(byte), dtype=np.bool_)
            if not np.all(digit | at | (byte == 0)) or np.any(at & (behind > _HEAD)):
                return None
            marks += at
            head, value, behind = np.where(at, value, head), np.where(at, 0, value), np.where(at, 0, behind)
    if np.any(behind > (_TAIL if parting else _HEAD + _TAIL)) or np.any(marks != bool(parting)):
        return None
    return head * 10**_TAIL + value if parting else value


@dataclass(frozen=True, eq=False)
class Words:
    """Words one after the other: word i is blob[ends[i − 1]:ends[i]]."""

    blob: Blob
    ends: Ints

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> str:
        start = self.ends[number - 1] if number > 0 else 0
        return _text(self.blob[start : self.ends[number]].tobytes())

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    def some(self, numbers: npt.NDArray[np.integer[Any]]) -> Words:
        """Only these of the words, in this order."""
        ends = self.ends[numbers].astype(np.int64)
        starts = np.where(numbers > 0, self.ends[numbers - 1], 0)
        made = np.cumsum(ends - starts)
        at = np.repeat(starts - np.append(0, made[:-1]), ends - starts)
        at += np.arange(len(at))
        return Words(self.blob[at], made)

    @cached_property
    def order(self) -> tuple[Numbers, Mask]:
        """The numbers of the words in natural order, and which of them is greater than the one before it."""
        return natural_order(self.blob, self.ends)

    @cached_property
    def ranks(self) -> Ints:
        """Where each word stands in natural order, equal ones at one place; MISSING for the empty word."""
        order, step = self.order
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.cumsum(step)
        ranks[np.diff(self.ends, prepend=0) == 0] = MISSING
        return ranks


def words(texts: Iterable[str]) -> Words:
    """These words, in this order."""
    kept = [_bytes(t) for t in texts]
    ends = np.cumsum(np.fromiter(map(len, kept), np.int64, len(kept)), dtype=np.int64)
    return Words(np.frombuffer(b"".join(kept), np.uint8), ends)


def words_of(column: Codes) -> Words:
    """A column of codes as words."""
    width = column.dtype.itemsize
    table = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), width)
    lengths = np.strings.str_len(column)
    return Words(table[np.arange(width) < lengths[:, None]], np.cumsum(lengths, dtype=np.int64))


def extended(base: Words, texts: list[str]) -> Words:
    """`base` with more words behind its own; where its order is known and they are few, theirs is too."""
    if not texts:
        return base
    more = words(texts)
    last = base.ends[-1] if len(base) else 0
    made = Words(np.concatenate([base.blob, more.blob]), np.concatenate([base.ends, last + more.ends]))
    if "order" in base.__dict__ and len(texts) <= _FEW:
        made.__dict__["order"] = _order_with(*base.order, made)
    return made


def _order_with(order: Numbers, step: Mask, made: Words) -> tuple[Numbers, Mask]:
    fresh = sorted((natural(made[i]), i) for i in range(len(order), len(made)))
    places, steps = [], step.copy()
    for key, _ in fresh:
        place = bisect_left(order, key, key=lambda i: natural(made[int(i)]))
        if place < len(order) and natural(made[int(order[place])]) == key:
            steps[place] = False
        places.append(place)
    news = [not i or key != fresh[i - 1][0] for i, (key, _) in enumerate(fresh)]
    return np.insert(order, places, [i for _, i in fresh]), np.insert(steps, places, news)


@dataclass(frozen=True, eq=False)
class Coded:
    """A column whose values are words of a dictionary, read as text."""

    words: Words
    numbers: Int32s

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, row: int) -> str:
        return self.words[int(self.numbers[row])]

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))
