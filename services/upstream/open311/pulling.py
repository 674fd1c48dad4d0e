"""Decides what to ask for next: the first walk back, then what changed, or date windows where nothing better works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from services.domain.status import Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.errors import Offline, Refused, Unreadable
from services.upstream.base import Page
from services.upstream.open311 import dates
from services.upstream.open311.paging import Batch, Habits, Lister
from services.upstream.open311.server import Server

OVERLAP = timedelta(minutes=2)
_WINDOW = timedelta(days=90)
_MOST_WINDOWS = 40
_RECENT = timedelta(days=7)
_SLICE = timedelta(days=30)
_AHEAD = timedelta(days=1)
"""How far beyond now a window reaches, for clocks and zones that are off."""


@dataclass
class Cursor:
    """Where a pull stands; JSON to everybody else."""

    after: datetime | None = None
    """The newest change seen; None until the newest window has been read."""
    back_to: datetime | None = None
    """How far back the first walk has come; None once it is finished."""
    oldest: datetime | None = None
    """Where the first walk ended; None before."""
    windows: bool = False
    """True where the server does not honour updated_after."""
    older: datetime | None = None
    """Without updated_after: the upper end of the next old slice to read again."""
    habits: Habits = field(default_factory=Habits)


def decode(text: str) -> Cursor:
    """The cursor in a string; a fresh one for "" or for what no version of ours wrote."""
    try:
        return msgspec.json.decode(text, type=Cursor)
    except msgspec.DecodeError:
        return Cursor()


class Pull:
    """One pass over one server. `clock` is used only where the server does not tell the time."""

    def __init__(self, server: Server, cursor: Cursor, *, gateway: bool, clock: Callable[[], datetime]) -> None:
        self._cursor = cursor
        self._lister = Lister(server, cursor.habits, full_pages=gateway)
        self._clock = clock
        self._newest: datetime | None = None
        self._ids: set[str] = set()

    def pages(self) -> Iterator[Page]:
        """The pages of this pass; only the last of a walk carries a cursor. Raises Offline, Refused, Unreadable."""
        if self._cursor.oldest is None:
            yield from self._first()
        elif self._cursor.windows:
            yield from self._windows()
        else:
            yield from self._changes()

    def _first(self) -> Iterator[Page]:
        """Back in windows of 90 days until one shows nothing new; each finished window moves the cursor."""
        self._lister.learn_dates()
        now = self._now()
        end = self._cursor.back_to or now + _AHEAD
        known: set[str] = set()
        for _ in range(_MOST_WINDOWS):
            start = end - _WINDOW
            yield from self._read(self._lister.window(start, end))
            if self._cursor.after is None:
                yield from self._closed_too(start, end)
                if not self._ids:
                    yield from self._read(self._lister.walk([]))
                self._cursor.after = min(now, self._newest or now)
            if not self._ids - known:
                break
            known |= self._ids
            end = self._cursor.back_to = start
            yield self._mark()
        self._cursor.oldest, self._cursor.back_to = end, None
        yield self._mark()

    def _closed_too(self, start: datetime, end: datetime) -> Iterator[Page]:
        """Where not one closed request was shown, ask for them: some servers show only open ones unless asked."""
        habits = self._cursor.habits
        if not self._ids or self._any_closed or habits.statuses or self._lister.full_pages:
            return
        shown = set(self._ids)
        habits.statuses = "open,closed"
        try:
            yield from self._read(self._lister.window(start, end))
        except (Offline, Refused, Unreadable):
            self._ids = set()
        if self._ids <= shown:
            habits.statuses = ""
        self._ids |= shown

    def _changes(self) -> Iterator[Page]:
        """What changed since the cursor. Goes over to windows for good when the server turns out not to honour it."""
        after = self._cursor.after or self._now()
        bound = after - OVERLAP
        seen: set[str] = set()
        while True:
            try:
                batches = self._lister.walk([("updated_after", self._written(bound))])
                first = next(batches)
            except Refused:
                first = None
            if first is None or not _honoured(first, bound):
                self._cursor.windows = True
                yield from self._windows()
                return
            yield self._page(first)
            step = _ascending_end(first)
            if step and step > bound + timedelta(seconds=1) and first.ids - seen:
                seen |= first.ids
                bound = step - timedelta(seconds=1)
                continue
            for batch in batches:
                yield self._page(batch)
            break
        self._cursor.after = max(after, min(self._now(), self._newest or after))
        yield self._mark()

    def _windows(self) -> Iterator[Page]:
        """The last week, and one older month in turn, so that every request is seen again before long."""
        now, cursor = self._now(), self._cursor
        recent = now - _RECENT
        yield from self._read(self._lister.window(recent, now + _AHEAD))
        oldest = cursor.oldest or recent
        top = min(cursor.older or recent, recent)
        if top > oldest:
            yield from self._read(self._lister.window(top - _SLICE, top))
            top -= _SLICE
        cursor.older = top if top > oldest else None
        yield self._mark()

    def _read(self, batches: Iterator[Batch]) -> Iterator[Page]:
        """The batches as pages without a cursor; `_ids` and `_any_closed` afterwards tell of them."""
        self._ids = set()
        self._any_closed = False
        for batch in batches:
            self._ids |= batch.ids
            self._any_closed = self._any_closed or any(map(_is_closed, (r.status_word for r in batch.requests)))
            yield self._page(batch)

    def _page(self, batch: Batch) -> Page:
        moments = [r.updated_at for r in batch.requests if r.updated_at]
        if moments:
            self._newest = max([*moments, self._newest] if self._newest else moments)
        return Page(batch.requests, batch.unreadable, "")

    def _mark(self) -> Page:
        return Page((), (), msgspec.json.encode(self._cursor).decode())

    def _now(self) -> datetime:
        return self._lister.at or self._clock()

    def _written(self, moment: datetime) -> str:
        return dates.write(moment, zone=self._cursor.habits.dates != "bare")


def _is_closed(word: str) -> bool:
    state = STATUS_MAPS[Dialect.CITYSDK].read(word)
    return state is not None and state[0] is Status.CLOSED


def _honoured(batch: Batch, bound: datetime) -> bool:
    """False when the server shows what did not change since: it does not know updated_after."""
    slack = bound - timedelta(seconds=1)
    return all((r.updated_at or r.requested_at) >= slack for r in batch.requests)


def _ascending_end(batch: Batch) -> datetime | None:
    """The last change of a page that is sorted by change, oldest first; None for any other order.

    Going on from there instead of asking for page 2 means that a request which changes meanwhile pushes none past us.
    """
    moments = [r.updated_at for r in batch.requests]
    if not moments or None in moments:
        return None
    sorted_ones = [m for m in moments if m is not None]
    return sorted_ones[-1] if sorted_ones == sorted(sorted_ones) else None
