"""Text held as bytes in arrays: a column of short codes, and a dictionary of words; a str is made when read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.bytes_]
Ends = npt.NDArray[np.int64]
Blob = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]


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


@dataclass(frozen=True, eq=False)
class Words:
    """Words one after the other: word i is blob[ends[i − 1]:ends[i]]."""

    blob: Blob
    ends: Ends

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> str:
        start = self.ends[number - 1] if number > 0 else 0
        return _text(self.blob[start : self.ends[number]].tobytes())

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))


def words(texts: Iterable[str]) -> Words:
    """These words, in this order."""
    kept = [_bytes(t) for t in texts]
    ends = np.cumsum(np.fromiter(map(len, kept), np.int64, len(kept)), dtype=np.int64)
    return Words(np.frombuffer(b"".join(kept), np.uint8), ends)


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
