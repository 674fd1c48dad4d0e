"""The order in which people count: "Ward 9" before "Ward 10", case and accents aside; of one text and of very many."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt

Blob = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_RUN = re.compile(rb"[0-9]+")
_LONGEST = 30
"""Runs of more digits are taken for that long."""
_CHUNK = 32_768
_WIDTH = 8
_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += 32
_LOWER[:32] = 32


def fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def natural(text: str) -> bytes:
    """A sorting key in which a number stands by its value, before any letter: how many digits it has, then these."""
    plain = _LOWER[np.frombuffer(fold(text).encode("utf-8", "surrogatepass"), np.uint8)].tobytes()
    return _RUN.sub(lambda run: _counted(run[0]), plain)


def _counted(run: bytes) -> bytes:
    digits = run.lstrip(b"0")
    return bytes([1 + min(len(digits), _LONGEST)]) + digits


def natural_order(blob: Blob, ends: Ints) -> tuple[Ints, Mask]:
    """The numbers of the words in natural order, and which of them is greater than the one before it.

    Word i is UTF-8, blob[ends[i − 1]:ends[i]].
    """
    blob, ends = _keys(blob, ends)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    lengths = ends - starts
    blob = np.concatenate([blob, np.zeros(_WIDTH, np.uint8)])
    part = _part(blob, starts, lengths, 0)
    order: Ints = np.argsort(part, kind="stable")
    step = np.ones(len(order), dtype=np.bool_)
    step[1:] = part[order[1:]] != part[order[:-1]]
    for offset in range(_WIDTH, int(lengths.max(initial=0)), _WIDTH):
        tied = np.flatnonzero(~step | np.append(~step[1:], False))
        if not len(tied):
            break
        chosen = order[tied]
        group = np.cumsum(step[tied])
        part = _part(blob, starts[chosen], lengths[chosen], offset)
        again = np.lexsort((part, group))
        order[tied] = chosen[again]
        part, group = part[again], group[again]
        step[tied[1:]] = (part[1:] != part[:-1]) | (group[1:] != group[:-1])
    return order, step


def _part(blob: Blob, starts: Ints, lengths: Ints, offset: int) -> npt.NDArray[np.uint64]:
    """Eight bytes of each word as a number that sorts as they do; NUL after its end."""
    left = np.clip(lengths - offset, 0, _WIDTH)
    at = np.where(left > 0, starts + offset, 0)
    made = np.zeros(len(starts), np.uint64)
    for i in range(_WIDTH):
        made = (made << np.uint64(8)) | np.where(left > i, blob[at + i], 0).astype(np.uint64)
    return made


def _keys(blob: Blob, ends: Ints) -> tuple[Blob, Ints]:
    """What `natural` makes of every word, one after the other, and where each ends."""
    blobs, bounds, total, start = [np.empty(0, np.uint8)], [np.empty(0, np.int64)], 0, 0
    for first in range(0, len(ends), _CHUNK):
        part = ends[first : first + _CHUNK]
        made, end = _keys_of(blob[start : part[-1]], part - start)
        start = int(part[-1])
        blobs.append(made)
        bounds.append(end + total)
        total += len(made)
    return np.concatenate(blobs), np.concatenate(bounds)


def _keys_of(blob: Blob, ends: Ints) -> tuple[Blob, Ints]:
    if len(blob) and int(blob.max()) > 127:
        bounds = zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)
        folded = [fold(bytes(blob[a:b]).decode("utf-8", "surrogatepass")) for a, b in bounds]
        kept = [text.encode("utf-8", "surrogatepass") for text in folded]
        blob = np.frombuffer(b"".join(kept), np.uint8)
        ends = np.cumsum(np.fromiter(map(len, kept), np.int64, len(kept)), dtype=np.int64)
    if not len(blob):
        return blob, ends
    plain = _LOWER[blob]
    digit = (plain >= 48) & (plain <= 57)
    begins = np.zeros(len(plain) + 1, dtype=np.bool_)
    begins[0] = True
    begins[ends] = True
    run = digit.copy()
    run[1:] &= ~digit[:-1] | begins[1:-1]
    at = np.arange(len(plain))
    run_at = np.maximum.accumulate(np.where(run, at, -1))
    worth_at = np.maximum.accumulate(np.where(digit & (plain != 48), at, -1))
    kept_bytes = ~digit | (worth_at >= run_at)
    last = np.cumsum(kept_bytes + run.astype(np.int64))
    out = np.zeros(int(last[-1]), np.uint8)
    out[last[kept_bytes] - 1] = plain[kept_bytes]
    runs = np.flatnonzero(run)
    if len(runs):
        digits = np.add.reduceat((kept_bytes & digit).astype(np.int64), runs)
        out[last[runs] - 1 - kept_bytes[runs]] = 1 + np.minimum(digits, _LONGEST)
    return out, np.concatenate([np.zeros(1, np.int64), last])[ends]
