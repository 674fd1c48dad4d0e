"""The word index in one memory-mapped file beside the store: written whole, read only when every byte is as written."""

from __future__ import annotations

import json
import mmap
import os
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from services.queue.postings import Arrays, Segment
from services.queue.tokens import Block, Ints64
from services.store.search import TOKENIZER

Stopped = Callable[[], bool]
_MAGIC = b"CCWORDS1"
_HEADER = 4096
_PIECE = 1 << 20
_RULES = f"{TOKENIZER}, SQLite {sqlite3.sqlite_version}"
"""Another SQLite may read letters differently."""


class Interrupted(Exception):
    """Whoever builds was told to end."""


@dataclass(frozen=True)
class Kept:
    """What the file holds."""

    segment: Segment
    ids: Ints64
    """The request of each row."""
    head: int
    """Where the store's history stood."""
    mark: str
    """A digest of the event there."""


class Spill:
    """Blocks on their way into a file, kept in a nameless one; may be gone through again and again."""

    def __init__(self, folder: Path, stopped: Stopped) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed on leaving
        self._stopped = stopped
        self._blocks: list[tuple[list[tuple[str, int]], dict[int, bytes]]] = []

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, block: Block) -> None:
        """Put another block at the end. Raises OSError."""
        keys, ints = (block.first, block.second), (block.counts, block.rows, block.stream, block.ends)
        arrays: tuple[npt.NDArray[np.generic], ...] = keys + ints
        for array in arrays:
            array.tofile(self._file)
        self._blocks.append(([(a.dtype.str, len(a)) for a in arrays], block.long))

    def __iter__(self) -> Iterator[Block]:
        self._file.seek(0)
        for sizes, long in self._blocks:
            if self._stopped():
                raise Interrupted
            first, second, counts, rows, stream, ends = (np.fromfile(self._file, *size) for size in sizes)
            yield Block(first, second, long, counts, rows, stream, ends)


class Draft:
    """An index that is being written into an empty file; without its header, which comes last, it is none."""

    def __init__(self, file: BinaryIO, ids: Ints64, stopped: Stopped) -> None:
        self._file, self._ids, self._stopped = file, ids, stopped
        self._sections: dict[str, tuple[str, int, int]] = {}
        self._size = 0

    def allocate(self, wanted: dict[str, tuple[str, int]]) -> Arrays:
        """The file's sections as writable arrays, its ids filled in. Raises OSError, also for a full disk."""
        at = _HEADER
        for name, (dtype, count) in {**wanted, "ids": ("<i8", len(self._ids))}.items():
            self._sections[name] = (dtype, count, at)
            at = -(-(at + np.dtype(dtype).itemsize * count) // 64) * 64
        self._size = at
        for start in range(0, at, _PIECE):
            self._file.write(bytes(min(_PIECE, at - start)))
        self._file.flush()
        arrays = _views(mmap.mmap(self._file.fileno(), at), self._sections)
        arrays.pop("ids")[:] = self._ids
        return arrays

    def seal(self, store_id: str, head: int, mark: str) -> None:
        """Make it whole. Raises OSError, Interrupted."""
        file = self._file
        file.seek(_HEADER)
        header = {
            "rules": _RULES, "store_id": store_id, "head": head, "mark": mark,
            "size": self._size, "sections": self._sections, "crc": _checksum(file.read, self._stopped),
        }  # fmt: skip
        text = json.dumps(header).encode()
        body = _MAGIC + len(text).to_bytes(4, "big") + text
        file.seek(0)
        file.write(body + zlib.crc32(body).to_bytes(4, "big"))


def load(path: Path, store_id: str, stopped: Stopped) -> Kept | None:
    """What the file holds; None where it is not there, damaged, of another store, or made by other rules.

    Raises Interrupted.
    """
    try:
        with open(path, "rb") as file:
            header = _header(file.read(_HEADER))
            if header is None or (header["rules"], header["store_id"]) != (_RULES, store_id):
                return None
            if header["size"] != os.fstat(file.fileno()).st_size or header["crc"] != _checksum(file.read, stopped):
                return None
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        return None
    arrays = _views(mapped, header["sections"])
    ids = arrays.pop("ids")
    return Kept(Segment(**arrays), ids, header["head"], header["mark"])  # type: ignore[arg-type]


def _header(start: bytes) -> dict[str, Any] | None:
    end = 12 + int.from_bytes(start[8:12], "big")
    body, crc = start[:end], start[end : end + 4]
    if not body.startswith(_MAGIC) or zlib.crc32(body).to_bytes(4, "big") != crc:
        return None
    header: dict[str, Any] = json.loads(body[12:])
    return header


def _checksum(read: Callable[[int], bytes], stopped: Stopped) -> int:
    crc = 0
    while piece := read(_PIECE):
        if stopped():
            raise Interrupted
        crc = zlib.crc32(piece, crc)
    return crc


def _views(mapped: mmap.mmap, sections: dict[str, tuple[str, int, int]]) -> dict[str, npt.NDArray[np.generic]]:
    return {name: np.frombuffer(mapped, dtype, count, at) for name, (dtype, count, at) in sections.items()}
