"""Rows of the queue as cells for a spreadsheet: tab-separated for pasting, CSV for files; no cell can be a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
import numpy.typing as npt

from services.domain.spans import age
from services.domain.status import Channel
from services.queue.snapshot import CHANNELS, NONE, OUTCOMES, STATUSES, Ints, Snapshot
from widgets.queue.columns import BY_NAME
from widgets.queue.words import where

Indices = npt.NDArray[np.int8] | npt.NDArray[np.int16] | npt.NDArray[np.int32]
CHUNK = 1_000
"""Rows made in one go, some ten milliseconds of work."""
_UNSEEN = r"\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"[{_UNSEEN}]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet begins a formula with, behind characters that nobody sees and some programs leave out."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def safe(text: str) -> str:
    """The text on one line; what a spreadsheet would take for a formula begins with an apostrophe."""
    line = _UNPRINTED.sub(" ", text).strip()
    return f"'{line}" if _FORMULA.match(line) else line


def head(names: Sequence[str]) -> list[str]:
    """The titles of these columns."""
    return [BY_NAME[n].called for n in names]


def cells(
    snapshot: Snapshot, rows: Ints, names: Sequence[str], now_ms: int, zone: tzinfo
) -> Iterator[list[tuple[str, ...]]]:
    """These rows of the snapshot, a chunk at a time, cut into the cells of these columns; dates in the city's zone."""
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        yield list(zip(*(_column(snapshot, part, n, now_ms, zone) for n in names), strict=True))


def tab_separated(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells for pasting."""
    return "".join("\t".join(line) + "\n" for line in lines)


def comma_separated(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as CSV (RFC 4180)."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(lines)
    return made.getvalue()


def _column(snapshot: Snapshot, rows: Ints, name: str, now_ms: int, zone: tzinfo) -> list[str]:
    indexed = _dictionary(snapshot, name)
    if indexed is not None:
        words, index = [safe(w) for w in indexed[0]], indexed[1]
        return [words[i] for i in index[rows].tolist()]
    match name:
        case "number":
            return [safe(snapshot.numbers[row]) for row in rows.tolist()]
        case "address":
            return [safe(where(snapshot, row)) for row in rows.tolist()]
        case "age":
            return [age(now_ms - ms) for ms in snapshot.requested_ms[rows].tolist()]
    stamps: Ints = getattr(snapshot, f"{name}_ms")
    return [_stamp(ms, zone) for ms in stamps[rows].tolist()]


def _dictionary(snapshot: Snapshot, name: str) -> tuple[Sequence[str], Indices] | None:
    """A column's words and which of them each row has; the last word stands for none (−1)."""
    made: dict[str, Callable[[], tuple[Sequence[str], Indices]]] = {
        "status": lambda: ([s.label for s in STATUSES], snapshot.status),
        "outcome": lambda: ([*(o.label for o in OUTCOMES), ""], snapshot.outcome),
        "channel": lambda: (["" if c is Channel.UNKNOWN else c.label for c in CHANNELS], snapshot.channel),
        "service": lambda: (snapshot.services, snapshot.service_idx),
        "area": lambda: (snapshot.areas, snapshot.area_idx),
        "crew": lambda: ([*(c.name for c in snapshot.crews), ""], snapshot.crew_idx),
        "upstream": lambda: (snapshot.upstreams, snapshot.upstream_idx),
        "handler": lambda: (snapshot.handlers, snapshot.handler_idx),
        "claimed": lambda: (snapshot.handlers, snapshot.claimed_idx),
    }
    return made[name]() if name in made else None


def _stamp(ms: int, zone: tzinfo) -> str:
    """A moment as a spreadsheet reads it: 2011-08-28 11:23; "" for none."""
    if ms == NONE:
        return ""
    moment = _EPOCH + timedelta(milliseconds=ms)
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        local = moment
    return local.isoformat(" ", "minutes")[:16]
