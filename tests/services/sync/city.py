"""A city's server in memory, with the manners of FixMyStreet, and faults that a test orders call by call."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Attribute, Place, Service
from services.errors import NotFound, Unreadable
from services.upstream.base import (
    Facts,
    OutgoingReport,
    OutgoingUpdate,
    Page,
    ReadBack,
    Receipt,
    UnreadableRecord,
    UpdatesBy,
    UpstreamConfig,
    UpstreamRequest,
    UpstreamUpdate,
)


@dataclass(frozen=True)
class Fault:
    """The next call of this name fails; with `lost`, only after it has taken effect."""

    call: str
    error: Exception
    lost: bool = False


@dataclass
class City:
    """Implements `Upstream`. Everything it did is in plain lists."""

    config: UpstreamConfig
    clock: Callable[[], datetime]
    dialect: Dialect = Dialect.FIXMYSTREET
    shows_updates: bool = True
    page_size: int = 2
    requests: dict[str, UpstreamRequest] = field(default_factory=dict)
    posted: list[OutgoingUpdate] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)
    reports: list[OutgoingReport] = field(default_factory=list)
    comments: list[UpstreamUpdate] = field(default_factory=list)
    unreadable: tuple[UnreadableRecord, ...] = ()
    tokens: dict[str, str] = field(default_factory=dict)
    gives_tokens: bool = False
    calls: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    notice: str = ""
    closed: bool = False

    def add(self, upstream_id: str, **changes: object) -> UpstreamRequest:
        """A resident's report, as the city shows it."""
        now = self.clock()
        place = Place(address=f"{upstream_id} Main Street", lat=42.3, lon=-71.06)
        shown = UpstreamRequest(
            upstream_id, "tree", "Tree", "open", "", "A tree is down.", now, now, None, place, channel="app"
        )
        self.requests[upstream_id] = replace(shown, **changes)  # type: ignore[arg-type]
        return self.requests[upstream_id]

    def fail(self, call: str, *errors: Exception, lost: bool = False) -> None:
        """The next calls of this name fail."""
        self.faults.extend(Fault(call, error, lost) for error in errors)

    def _called(self, call: str) -> Fault | None:
        self.calls.append(call)
        fault = next((f for f in self.faults if f.call == call), None)
        if fault is None:
            return None
        self.faults.remove(fault)
        if not fault.lost:
            raise fault.error
        return fault

    def facts(self) -> Facts:
        self._called("facts")
        return Facts(self.dialect, notifies=self.dialect is Dialect.GATEWAY, title="City")

    def services(self) -> list[Service]:
        self._called("services")
        return [Service("tree", "Tree", self.config.name, has_definition=True), Service("hole", "Hole", "")]

    def definition(self, code: str) -> tuple[Attribute, ...]:
        self._called("definition")
        return (Attribute("size", "string", "How big?"),)

    def pages(self, cursor: str) -> Iterator[Page]:
        shown = sorted(self.requests.values(), key=lambda r: r.updated_at or r.requested_at)
        shown = [r for r in shown if (r.updated_at or r.requested_at).isoformat() >= cursor]
        for start in range(0, max(1, len(shown)), self.page_size):
            self._called("page")
            part = tuple(shown[start : start + self.page_size])
            last = max((r.updated_at or r.requested_at).isoformat() for r in part) if part else cursor
            yield Page(part, self.unreadable if start == 0 else (), last)

    def request(self, upstream_id: str) -> UpstreamRequest:
        self._called("request")
        if upstream_id not in self.requests:
            raise NotFound("It is not shown.")
        return self.requests[upstream_id]

    def updates(self, upstream_id: str) -> list[UpstreamUpdate]:
        self._called("updates")
        return [c for c in self.comments if c.upstream_id == upstream_id]

    def updates_since(self, start: datetime, end: datetime) -> list[UpstreamUpdate]:
        self._called("updates_since")
        return [c for c in self.comments if start <= c.updated_at <= end]

    def post_update(self, update: OutgoingUpdate) -> Receipt:
        fault = self._called("post_update")
        if update.update_id not in {u.update_id for u in self.posted}:
            self._take(update)
        if fault:
            raise fault.error
        return Receipt(id=f"c-{update.update_id}", notice=self.notice)

    def _take(self, update: OutgoingUpdate) -> None:
        """As seen at FixMyStreet: an older date or a strange word changes nothing and is answered with 200 anyway."""
        before = [u.updated_at for u in self.posted if u.upstream_id == update.upstream_id]
        self.posted.append(update)
        state = STATUS_MAPS[self.dialect].read(update.status_word)
        if self.clock() - update.updated_at < timedelta(days=7):
            self.mailed.append(update.message)
        if state and update.updated_at > max(before, default=datetime.min.replace(tzinfo=update.updated_at.tzinfo)):
            shown = self.requests[update.upstream_id]
            word = "open" if state[0].is_open else "closed"
            self.requests[update.upstream_id] = replace(shown, status_word=word, updated_at=self.clock())

    def find_update(self, update: OutgoingUpdate) -> ReadBack:
        self._called("find_update")
        if not self.shows_updates:
            return ReadBack.CANNOT_TELL
        return ReadBack.THERE if update.update_id in {u.update_id for u in self.posted} else ReadBack.ABSENT

    def create(self, report: OutgoingReport) -> Receipt:
        fault = self._called("create")
        self.reports.append(report)
        made = f"r{len(self.reports)}"
        self.add(made, description=f"{report.description} {report.reference}")
        if fault:
            raise fault.error
        if self.gives_tokens:
            self.tokens[f"t-{made}"] = ""
            return Receipt(token=f"t-{made}")
        return Receipt(id=made)

    def find_report(self, report: OutgoingReport, since: datetime) -> Receipt | None:
        self._called("find_report")
        if not self.shows_updates:
            raise Unreadable("It shows no texts.")
        for shown in self.requests.values():
            if report.reference in shown.description and shown.requested_at >= since:
                return Receipt(id=shown.upstream_id)
        return None

    def resolve_token(self, token: str) -> str:
        self._called("resolve_token")
        return self.tokens.get(token, "")

    def takes_key(self) -> bool:
        self._called("takes_key")
        return False

    def close(self) -> None:
        self.closed = True


def config(name: str = "city", **changes: object) -> UpstreamConfig:
    """The settings of one upstream that takes updates."""
    plain = UpstreamConfig(name, url="http://127.0.0.1:9/v2", updates=UpdatesBy.SERVICEREQUESTUPDATES)
    return replace(plain, **changes)  # type: ignore[arg-type]
