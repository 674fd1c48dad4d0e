"""Reads one list of requests to its end: pages, silent caps, ignored parameters and the record that breaks a page."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.upstream.base import UnreadableRecord, UpstreamRequest
from services.upstream.http import Answer
from services.upstream.open311 import dates, reading, records
from services.upstream.open311.server import Server

PAGE_SIZE = 100
LARGE_PAGE = 500
"""What our own gateway gives at most; other servers are asked for what is usual, and any may give fewer."""
_MOST_PAGES = 2000
_SMALLEST_WINDOW = timedelta(minutes=2)
_BISECT = {500: 100, 100: 50, 50: 25, 25: 5, 5: 1}


@dataclass(frozen=True, slots=True)
class Batch:
    """What one page held."""

    requests: tuple[UpstreamRequest, ...] = ()
    unreadable: tuple[UnreadableRecord, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """What the page showed, unreadable ones included."""
        return frozenset({r.upstream_id for r in self.requests} | {u.where for u in self.unreadable})


@dataclass(slots=True)
class _Parts:
    """What a bisected page gave so far."""

    page: int
    requests: list[UpstreamRequest] = field(default_factory=list)
    unreadable: list[UnreadableRecord] = field(default_factory=list)


@dataclass(slots=True)
class Habits:
    """What has been learnt about a server; kept with the cursor, so that it is learnt once."""

    dates: str = ""
    """How it wants dates: "z", "bare" (without a zone) or "none"; "" until it was tried."""
    ranges: bool = True
    """False where it shows the same whatever range of dates is asked for."""
    base: int | None = None
    """The number of its first page; None until there was a second page."""
    statuses: str = ""
    """"open,closed" where it shows only open requests unless asked."""


@dataclass(slots=True)
class Lister:
    """Walks lists of one server. `full_pages` is true where a short page is surely the last (our gateway)."""

    server: Server
    habits: Habits
    full_pages: bool = False
    at: datetime | None = None
    """The server's own clock at the last answer; None until one said so."""
    _paged: bool = False

    def window(self, start: datetime, end: datetime) -> Iterator[Batch]:
        """Every request whose requested date is in the window, newest half first where it has to be halved.

        Raises Offline, Refused or Unreadable.
        """
        self.learn_dates()
        yield from self._window(start, end)

    def _window(self, start: datetime, end: datetime) -> Generator[Batch, None, frozenset[str]]:
        """The window's requests; returns the ids that the server showed when it was asked for the whole of it."""
        held: list[Batch] = []
        for batch in self.walk(self._span(start, end)):
            held.append(batch)
            if self._paged:
                yield from held
                held = []
        ids = frozenset[str]().union(*(b.ids for b in held))
        if not self._suspect(len(ids)) or not self.habits.ranges or end - start <= self._smallest:
            yield from held
            return ids
        middle = start + (end - start) / 2
        newer = yield from self._window(middle, end)
        if self.habits.ranges:
            older = yield from self._window(start, middle)
            self.habits.ranges = not older or older != newer
        return ids

    @property
    def _smallest(self) -> timedelta:
        return timedelta(days=1) if self.habits.dates == "bare" else _SMALLEST_WINDOW

    def _suspect(self, count: int) -> bool:
        """A round number where paging is not honoured looks like a silent cap."""
        return not self._paged and not self.full_pages and count >= 20 and (count % 10 == 0 or count >= 1000)

    def _span(self, start: datetime, end: datetime) -> list[tuple[str, str]]:
        if self.habits.dates == "none":
            return []
        zone = self.habits.dates != "bare"
        slack = timedelta(0) if zone else timedelta(hours=14)
        return [
            ("start_date", dates.write(start - slack, zone=zone)),
            ("end_date", dates.write(end + slack, zone=zone)),
        ]

    def learn_dates(self) -> None:
        """Try the ways of writing a date on a window in the future, where no record can be the reason of a failure."""
        if self.habits.dates:
            return
        soon = datetime.now(UTC) + timedelta(days=2)
        for way in ("z", "bare"):
            self.habits.dates = way
            answer = self._ask([*self._span(soon, soon + timedelta(days=1)), *self._status()], None, 1)
            if answer.ok:
                shown = self._batch(answer).requests
                self.habits.ranges = not any(r.requested_at < soon - timedelta(days=1) for r in shown)
                return
        self.habits.dates = "none"

    def walk(self, params: list[tuple[str, str]]) -> Iterator[Batch]:
        """All pages of one question. `_paged` afterwards says whether the server has pages at all."""
        params = [*params, *self._status()]
        self._paged = False
        seen: set[str] = set()
        page: int | None = None
        first_again = False
        for _ in range(_MOST_PAGES):
            batch = self._page(params, page, self._size)
            fresh = batch.ids - seen
            if page is not None and not fresh:
                if page != 1 or not batch.ids:
                    return
                page, first_again = 2, True
                continue
            if page == 1:
                self.habits.base = 0
            elif page == 2 and first_again:
                self.habits.base = 1
            self._paged = page is not None
            seen |= batch.ids
            yield batch
            if not batch.ids or (self.full_pages and len(batch.ids) < PAGE_SIZE):
                return
            page = page + 1 if page is not None else 1 + (self.habits.base or 0)

    def _status(self) -> list[tuple[str, str]]:
        return [("status", self.habits.statuses)] if self.habits.statuses else []

    def _page(self, params: list[tuple[str, str]], page: int | None, size: int) -> Batch:
        answer = self._ask(params, page, size)
        if answer.status >= 500:
            found = _Parts(self._base if page is None else page)
            self._bisect(found.page, size, params, found)
            if not found.requests:
                self.server.checked(answer)
            return Batch(tuple(found.requests), tuple(found.unreadable))
        if page is not None and 400 <= answer.status < 429:
            return Batch()
        return self._batch(answer)

    @property
    def _size(self) -> int:
        return LARGE_PAGE if self.full_pages else PAGE_SIZE

    @property
    def _base(self) -> int:
        return 1 if self.habits.base is None else self.habits.base

    def _ask(self, params: list[tuple[str, str]], page: int | None, size: int) -> Answer:
        paging = [("page_size", str(size))] + ([("page", str(page))] if page is not None else [])
        answer = self.server.ask("requests", [*params, *paging])
        self.at = answer.at or self.at
        return answer

    def _batch(self, answer: Answer) -> Batch:
        raws = reading.records(self.server.checked(answer), self.server.who)
        return Batch(*records.read_requests(raws))

    def _bisect(self, page: int, size: int, params: list[tuple[str, str]], found: _Parts) -> None:
        """Read a page that fails in smaller parts, so that one bad record is named and the others are read.

        Gives up once two records failed and none could be read: then it is not the records.
        """
        part = _BISECT[size]
        ratio = size // part
        first = (page - self._base) * ratio + self._base
        for number in range(first, first + ratio):
            answer = self._ask(params, number, part)
            if answer.ok:
                batch = self._batch(answer)
                found.requests += batch.requests
                found.unreadable += batch.unreadable
            elif answer.status < 500:
                return
            elif part > 1:
                self._bisect(number, part, params, found)
            else:
                place = f"record {number - self._base + 1}"
                reason = f"The upstream itself fails on it (HTTP {answer.status})."
                found.unreadable.append(UnreadableRecord(place, reason))
            if not found.requests and len(found.unreadable) > 1:
                return
