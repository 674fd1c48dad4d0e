"""The pull: what changed upstream comes into the store, page by page, each page and its cursor in one transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.policy import Policy
from services.errors import Expected, Refused, Unreadable
from services.store import ingest, upstreams
from services.store.store import Store
from services.upstream.base import Page, UnreadableRecord, Upstream

Locate = Callable[[Sequence[tuple[float, float]]], list[str]]
"""The areas of latitudes and longitudes in degrees; "" outside the city."""
LOOK_BACK = timedelta(days=90)
"""How far the first look at comments goes: what GeoReport v2 asks a server to keep."""
OVERLAP = timedelta(minutes=10)
SKEW = timedelta(hours=25)
"""As far as a server's clock is allowed to be wrong, a false time zone included."""
_NAMED = 3
_GATHERED, _SECONDS = 5_000, 1.0
"""So many requests, or what came in so many seconds, go into the store in one transaction."""
NEVER = threading.Event()


@dataclass(slots=True)
class PullReport:
    """What one pull of one upstream brought."""

    pulled: int = 0
    new: int = 0
    changed: int = 0
    unreadable: int = 0
    ids: set[int] = field(default_factory=set)
    """Requests that are new or changed, or have a new line of history."""
    newest: datetime | None = None
    """The latest date among the comments seen, by the server's own clock."""
    records: list[UnreadableRecord] = field(default_factory=list)

    def sentence(self, upstream: str) -> str:
        """What could not be read, for the person at the desk; "" when all could."""
        if not self.unreadable:
            return ""
        named = "; ".join(f"{record.where}: {record.reason}" for record in self.records)
        more = f"; and {self.unreadable - len(self.records)} more" if self.unreadable > len(self.records) else ""
        noun = "record" if self.unreadable == 1 else "records"
        return f"{self.unreadable:,} {noun} of “{upstream}” could not be read ({named}{more}); all others were."


def learn(store: Store, upstream: Upstream, stop: threading.Event = NEVER) -> list[str]:
    """Ask what the server is, its services and their questions. Gives sentences about questions that were not got.

    Raises Offline, Refused, Unreadable or StoreProblem when the server does not even tell its services.
    """
    name = upstream.config.name
    upstreams.apply_facts(store, name, upstream.facts())
    services = upstream.services()
    upstreams.apply_services(store, name, services)
    problems = []
    for service in services:
        if service.has_definition and not stop.is_set():
            try:
                upstreams.apply_definition(store, name, service.code, upstream.definition(service.code))
            except (Refused, Unreadable) as problem:
                problems.append(f"The questions of “{service.name}” could not be got: {problem}")
    return problems


def pull(
    store: Store,
    upstream: Upstream,
    policy: Policy,
    locate: Locate | None = None,
    *,
    stop: threading.Event = NEVER,
    between: Callable[[], None] = lambda: None,
    report: PullReport | None = None,
) -> PullReport:
    """Everything changed since the kept cursor. What was committed before an error stays, and is in `report`.

    `between` is called after each transaction: what waits to be sent need not wait for a long first pull.
    Raises Offline, Refused, Unreadable and StoreProblem.
    """
    report = report if report is not None else PullReport()
    pages = upstream.pages(upstreams.cursor(store, upstream.config.name))
    for page in _gathered(pages, between, stop):
        _keep(store, policy, page, locate, report)
    return report


def _gathered(pages: Iterator[Page], between: Callable[[], None], stop: threading.Event) -> Iterator[Page]:
    """Pages put together, so that a long pull needs few transactions, and none waits long to be seen.

    A page with a cursor ends one; so does an error, which is raised after what came before it.
    """
    held: list[Page] = []
    since = 0.0
    try:
        for page in pages:
            since = since if held else time.monotonic()
            held.append(page)
            if page.cursor or sum(len(p.requests) for p in held) >= _GATHERED or time.monotonic() - since > _SECONDS:
                yield _together(held)
                held = []
                between()
            if stop.is_set():
                break
    except Expected:
        if held:
            yield _together(held)
        raise
    if held:
        yield _together(held)


def _together(pages: list[Page]) -> Page:
    requests = tuple(r for page in pages for r in page.requests)
    return Page(requests, tuple(u for page in pages for u in page.unreadable), pages[-1].cursor)


def _keep(store: Store, policy: Policy, page: Page, locate: Locate | None, report: PullReport) -> None:
    result = ingest.apply_page(store, policy, page, locate=locate)
    report.pulled += len(page.requests)
    report.new += result.new
    report.changed += result.changed
    report.unreadable += len(page.unreadable)
    report.records += page.unreadable[: max(0, _NAMED - len(report.records))]
    report.ids |= set(result.ids)


def pull_comments(store: Store, upstream: Upstream, since: datetime | None, report: PullReport) -> None:
    """Later comments and answers that the upstream shows go into the timeline. `since` by the server's clock."""
    now = store.clock()
    start = now - LOOK_BACK if since is None else since - OVERLAP
    updates = upstream.updates_since(start, now + SKEW)
    report.ids |= set(upstreams.apply_updates(store, upstream.config.name, updates))
    believed = [update.updated_at for update in updates if update.updated_at < now + SKEW]
    report.newest = max([*believed, *([since] if since else [])], default=None)
