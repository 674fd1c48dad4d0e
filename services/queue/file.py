"""The snapshot as a file that is mapped into memory: the next start shows real rows before the store is opened.

A header (JSON, with its digest before it) names the sections; each is a column, padded to 64 bytes, with a checksum.
"""

from __future__ import annotations

import hashlib
import mmap
import zlib
from collections.abc import Iterator, Sized
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from services.domain.values import Crew
from services.files import replaced
from services.queue.encoding import CHANNELS, OUTCOMES, STATUSES
from services.queue.facets import FACETS, Facets
from services.queue.kept import Columns, Kept
from services.queue.moments import FIELDS, Moments
from services.queue.packed import Words
from services.queue.snapshot import COLUMNS, Snapshot, unknown

VERSION = 5
_MAGIC = b"CCqueue\n"
_ALIGNED = 64
_DIGEST = 16
_START = len(_MAGIC) + 8 + _DIGEST
_NONE = np.empty(0, np.int64)
Raw = npt.NDArray[np.uint8]


class _Section(msgspec.Struct, array_like=True):
    name: str
    dtype: str
    size: int
    start: int
    """Bytes from the end of the header."""
    checksum: int


class _Order(msgspec.Struct):
    columns: Columns
    valued: int


class _Header(msgspec.Struct):
    version: int
    store_id: str
    head: int
    size: int
    """Of the sections, in bytes."""
    services: list[str]
    service_codes: list[str]
    areas: list[str]
    upstreams: list[str]
    handlers: list[str]
    crews: list[Crew]
    orders: list[_Order]
    sections: list[_Section]


def save(snapshot: Snapshot, path: Path, store_id: str) -> bool:
    """Write the snapshot of that store, whole or not at all, for this user's eyes only; False when it cannot be.

    Puts the addresses in order where nobody has asked for that yet, so that the next start need not.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path, lasting=False) as file:
            _write(file, snapshot, store_id)
    except (OSError, UnicodeEncodeError):
        return False
    return True


def _write(file: BinaryIO, snapshot: Snapshot, store_id: str) -> None:
    lasting = {columns: kept for columns, kept in snapshot.kept.items() if "risk" not in dict(columns)}
    orders = {columns: kept for columns, kept in lasting.items() if kept.is_current(len(snapshot))}
    sections, start = [], 0
    arrays = dict(_arrays(snapshot, orders))
    for name, array in arrays.items():
        padded = _padded(array)
        sections.append(_Section(name, array.dtype.str, len(array), start, zlib.crc32(padded.data)))
        start += len(padded)
    header = _Header(
        VERSION, store_id, snapshot.head, start,
        list(snapshot.services), list(snapshot.service_codes), list(snapshot.areas), list(snapshot.upstreams),
        list(snapshot.handlers), list(snapshot.crews),
        [_Order(columns, kept.valued) for columns, kept in orders.items()], sections,
    )  # fmt: skip
    said = msgspec.json.encode(header)
    said += b" " * (-(_START + len(said)) % _ALIGNED)
    file.write(_MAGIC + len(said).to_bytes(8, "little") + _digest(said) + said)
    for array in arrays.values():
        file.write(_padded(array).data)


def _arrays(snapshot: Snapshot, orders: dict[Columns, Kept]) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name in (*COLUMNS, "facet"):
        yield name, getattr(snapshot, name)
    for name in (*FACETS, "count"):
        yield f"facets.{name}", getattr(snapshot.facets, name)
    for key, times in snapshot.happened.items():
        yield f"{key}.rows", times.rows
        yield f"{key}.at", times.at
    words = snapshot.address_words
    yield "words.blob", words.blob
    yield "words.ends", words.ends
    yield "words.order", words.order[0].astype(np.int32)
    yield "words.step", words.order[1]
    for number, kept in enumerate(orders.values()):
        yield f"order.{number}", kept.rows


def _padded(array: npt.NDArray[Any]) -> Raw:
    raw = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    short = -len(raw) % _ALIGNED
    return np.concatenate([raw, np.zeros(short, np.uint8)]) if short else raw


def _digest(said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=_DIGEST).digest()


def owner(path: Path) -> tuple[str, int] | None:
    """Of which store a saved snapshot is, and at which head, as its header says; None where that is damaged."""
    try:
        header = _header(np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray))
    except (OSError, ValueError):
        return None
    return (header.store_id, header.head) if header else None


def load(path: Path, store_id: str | None = None) -> Snapshot | None:
    """The snapshot that was saved of that store (of any, with None); None when it is not there, damaged, or older."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    raw: Raw = np.frombuffer(mapped, dtype=np.uint8)
    header = _header(raw)
    if header is None or header.version != VERSION or store_id not in {None, header.store_id}:
        return None
    try:
        arrays = dict(_sections(header, raw[len(raw) - header.size :]))
        made = _snapshot(header, arrays)
        sound = _is_sound(made)
    except (KeyError, TypeError, ValueError):
        return None
    if hasattr(mapped, "madvise"):
        mapped.madvise(mmap.MADV_DONTNEED)  # all of it was read to be verified; only what is used stays in memory
    return made if sound else None


def _sections(header: _Header, body: Raw) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """The sections by name. Raises ValueError for one that is not as it was written, TypeError for an odd type."""
    for section in header.sections:
        dtype = np.dtype(section.dtype)
        end = section.start + section.size * dtype.itemsize
        if zlib.crc32(body[section.start : end + -end % _ALIGNED].data) != section.checksum:
            raise ValueError(section.name)
        yield section.name, body[section.start : end].view(dtype)


def _header(raw: Raw) -> _Header | None:
    """What the file begins with, where that is whole and the file as long as it says."""
    if len(raw) < _START or raw[: len(_MAGIC)].tobytes() != _MAGIC:
        return None
    length = int.from_bytes(raw[len(_MAGIC) : len(_MAGIC) + 8].tobytes(), "little")
    said = raw[_START : _START + length].tobytes()
    if _digest(said) != raw[_START - _DIGEST : _START].tobytes():
        return None
    try:
        header = msgspec.json.decode(said, type=_Header)
    except msgspec.DecodeError:
        return None
    return header if len(raw) == _START + length + header.size else None


def _snapshot(header: _Header, arrays: dict[str, npt.NDArray[Any]]) -> Snapshot:
    columns: dict[str, Any] = {name: arrays[name] for name in (*COLUMNS, "facet")}
    made: dict[str, Any] = {name: arrays[f"facets.{name}"] for name in (*FACETS, "count")}
    words = Words(arrays["words.blob"], arrays["words.ends"])
    words.__dict__["order"] = (arrays["words.order"], arrays["words.step"])
    kept = {
        order.columns: Kept(arrays[f"order.{number}"], order.valued, _NONE)
        for number, order in enumerate(header.orders)
    }
    return Snapshot(
        **columns,
        address_words=words,
        risk=unknown(len(columns["ids"])),
        facets=Facets(**made),
        happened={key: Moments(arrays[f"{key}.rows"], arrays[f"{key}.at"]) for key in FIELDS},
        services=header.services,
        service_codes=header.service_codes,
        crews=header.crews,
        areas=header.areas,
        upstreams=header.upstreams,
        handlers=header.handlers,
        head=header.head,
        kept=kept,
    )


def _is_sound(s: Snapshot) -> bool:
    """Whether every row, and every index into something, is where it can be."""
    size, facets, words = len(s), s.facets, s.address_words
    ends = words.ends
    within: dict[str, tuple[int, Sized]] = {
        "status": (0, STATUSES), "outcome": (-1, OUTCOMES), "channel": (0, CHANNELS), "service_idx": (0, s.services),
        "crew_idx": (-1, s.crews), "area_idx": (0, s.areas), "upstream_idx": (0, s.upstreams),
        "handler_idx": (0, s.handlers), "claimed_idx": (0, s.handlers), "address_idx": (0, words), "facet": (0, facets),
    }  # fmt: skip
    numbers = [(getattr(of, n), *limits) for n, limits in within.items() for of in (s, facets) if hasattr(of, n)]
    orders: list[tuple[npt.NDArray[Any], int]] = [(kept.rows, size) for kept in s.kept.values()]
    orders.append((words.order[0], len(words)))
    return (
        all(len(t.rows) == len(t) and _lie(t.rows, 0, size) for t in s.happened.values())
        and all(bool(np.all(t.rows[1:] >= t.rows[:-1])) for t in s.happened.values())
        and all(len(getattr(s, name)) == size for name in (*COLUMNS, "facet"))
        and all(len(getattr(facets, name)) == len(facets) for name in FACETS)
        and len(s.services) == len(s.service_codes)
        and len(words.order[1]) == len(words)
        and bool(np.all(s.ids[1:] > s.ids[:-1]))
        and all(_lie(column, low, len(of)) for column, low, of in numbers)
        and all(len(order) == count and _lie(order, 0, count) for order, count in orders)
        and bool(np.all(ends[1:] >= ends[:-1]))
        and (int(ends[-1]) if len(ends) else 0) == len(words.blob)
    )


def _lie(numbers: npt.NDArray[Any], low: int, end: int) -> bool:
    """Whether all the numbers are `low` or more, and less than `end`."""
    return not len(numbers) or (int(numbers.min()) >= low and int(numbers.max()) < end)
