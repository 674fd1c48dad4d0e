"""The relay: what waits in the outbox is told to its upstream, in order per request, and what came of it is kept."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.outbox import BLOCKING_STATES, MAIL, OutboxItem, OutboxKind, OutboxState
from services.domain.policy import Policy
from services.domain.statusmap import Dialect
from services.errors import Expected, KeyRefused, Offline, Refused, StoreProblem, Unreadable
from services.store import outbox, patience
from services.store.store import Store
from services.sync import evidence
from services.sync.notices import Notifier
from services.sync.pace import Pace
from services.upstream.base import OutgoingUpdate, ReadBack, Receipt, UpdatesBy, Upstream

SETTLES = timedelta(seconds=60)
"""A server may still be at work on a call whose answer was lost: only after this long does "not there" mean absent."""
CUT_OFF = Offline("It is not known whether it arrived: the program was cut off.", maybe_done=True)
"""What is said of an item that is found in sending; it is no fault of the upstream, so nothing is waited for."""
NEVER = threading.Event()
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RelayReport:
    """What one pass of the relay did."""

    posted: int = 0
    refused: int = 0
    unknown: int = 0
    calls: int = 0
    """Items that were tried or read back, whatever came of it."""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Relay:
    """Empties the outbox. Only one at a time may work on a store: the caller holds the sync lock."""

    store: Store
    upstreams: Mapping[str, Upstream]
    policies: Mapping[str, Policy]
    pace: Pace
    notifier: Notifier | None = None
    """Writes to callers; without one, notices wait."""

    def run(self, stop: threading.Event = NEVER, most: float = math.inf) -> RelayReport:
        """Settle what was cut off in sending, then send what is due, `most` items at a time. Raises StoreProblem."""
        report = RelayReport()
        for item in outbox.sending(self.store):
            if self._open(item) and not stop.is_set():
                self._settle(item, CUT_OFF, report)
        tried: set[str] = set()
        while due := [item for item in self._due() if item.id not in tried]:
            for item in due:
                if stop.is_set() or report.calls >= most:
                    return report
                tried.add(item.id)
                if self._open(item):
                    self._send(item, report)
        return report

    def next_at(self) -> datetime | None:
        """When something has to be done next, as things stand; None when nothing waits for a moment."""
        first: dict[tuple[int, int | None], OutboxItem] = {}
        for item in outbox.listing(self.store):
            if item.state in BLOCKING_STATES:
                first.setdefault((item.request_id, item.caller_id), item)
        return min((at for item in first.values() if (at := self._due_at(item))), default=None)

    def _due_at(self, item: OutboxItem) -> datetime | None:
        if item.state is OutboxState.UNKNOWN or not self._has(item) or not _addressed(item):
            return None
        opens = self.pace.opens_at(item.upstream, self.store.clock()) or item.created_at
        if item.state is OutboxState.SENDING and item.kind is not OutboxKind.NOTICE:
            return max(opens, self._settles_at(item))
        return max(opens, item.held_until, item.next_try_at)

    def _due(self) -> list[OutboxItem]:
        """What may be sent now; what has failed most comes last, so that one bad item does not hold up the rest."""
        names = (*self.upstreams, MAIL) if self.notifier else tuple(self.upstreams)
        waiting = outbox.waiting(self.store, names, self.store.clock())
        return sorted(waiting, key=lambda item: item.attempts)

    def _open(self, item: OutboxItem) -> bool:
        return self._has(item) and self.pace.opens_at(item.upstream, self.store.clock()) is None

    def _has(self, item: OutboxItem) -> bool:
        """True where what takes the item is there."""
        return self.notifier is not None if item.kind is OutboxKind.NOTICE else item.upstream in self.upstreams

    def _mail(self, item: OutboxItem, report: RelayReport) -> None:
        """Write to a caller. What may have left is sent again, under the same Message-ID, unless it was undone."""
        if self.notifier is None:
            return
        try:
            sent = self.notifier.send(self.store, item)
        except StoreProblem:
            raise
        except Refused as problem:
            self._refused(item, problem, report)
        except Expected as problem:
            self._later(item, Offline(problem.sentence, problem.remedy), report)
        else:
            if sent:
                self._sent(item, Receipt(id=item.id), self.store.clock(), report)
            else:
                outbox.spare(self.store, item.id)

    def _send(self, item: OutboxItem, report: RelayReport) -> None:
        claimed = outbox.claim(self.store, item.id, self.store.clock(), self.policies.get(item.upstream))
        if claimed is None:
            return
        report.calls += 1
        if claimed.kind is OutboxKind.NOTICE:
            self._mail(claimed, report)
            return
        upstream = self.upstreams[item.upstream]
        try:
            stamp, payload = evidence.stamped(self.store, claimed)
            answer = upstream.post_update(payload) if isinstance(payload, OutgoingUpdate) else upstream.create(payload)
        except StoreProblem:
            raise
        except KeyRefused as problem:
            self._later(claimed, Offline(problem.sentence, problem.remedy), report)
        except Refused as problem:
            self._refused(claimed, problem, report)
        except Offline as problem:
            if problem.maybe_done:
                self._settle(claimed, problem, report)
            else:
                self._later(claimed, problem, report)
        except Unreadable as problem:
            self._settle(claimed, Offline(problem.sentence, problem.remedy), report)
        except Expected as problem:
            self._later(claimed, Offline(problem.sentence, problem.remedy), report)
        else:
            self._sent(claimed, answer, stamp, report)

    def _settle(self, item: OutboxItem, doubt: Offline, report: RelayReport) -> None:
        """It may or may not have arrived: read back, and send again only when it surely did not."""
        report.calls += 1
        if item.kind is OutboxKind.NOTICE:
            outbox.later(self.store, item.id, doubt.sentence, self.store.clock(), nobody_told=True)
            return
        try:
            stamp, payload = evidence.stamped(self.store, item)
            found = evidence.read_back(self.upstreams[item.upstream], payload, item)
        except Offline as problem:
            self._rest(item, problem, report)
        else:
            now = self.store.clock()
            if isinstance(found, Receipt):
                self._sent(item, found, stamp, report)
            elif found is ReadBack.CANNOT_TELL:
                outbox.unknown(self.store, item.id, doubt.sentence, now)
                report.unknown += 1
                report.problems.append(f"{item.number}: {doubt.sentence}")
            elif now >= self._settles_at(item):
                again = now if doubt is CUT_OFF else self._rest(item, doubt, report)
                outbox.later(self.store, item.id, doubt.sentence, again)

    def _settles_at(self, item: OutboxItem) -> datetime:
        """From when its absence upstream is believed; at once where sending the same thing twice does no harm."""
        upstream = self.upstreams[item.upstream]
        dialect = self.policies[item.upstream].statuses.dialect
        by_id = item.kind is OutboxKind.UPDATE and upstream.config.updates is UpdatesBy.SERVICEREQUESTUPDATES
        once = dialect is Dialect.GATEWAY or (by_id and dialect is Dialect.FIXMYSTREET)
        return item.next_try_at if once else item.next_try_at + SETTLES

    def _sent(self, item: OutboxItem, receipt: Receipt, stamp: datetime, report: RelayReport) -> None:
        outbox.sent(self.store, item.id, receipt, stamp)
        self.pace.answered(item.upstream)
        report.posted += 1

    def _refused(self, item: OutboxItem, problem: Refused, report: RelayReport) -> None:
        outbox.refused(self.store, item.id, str(problem), self.store.clock())
        self.pace.answered(item.upstream)
        report.refused += 1
        report.problems.append(f"{item.number}: {problem}")

    def _later(self, item: OutboxItem, problem: Offline, report: RelayReport) -> None:
        again = self._rest(item, problem, report)
        outbox.later(self.store, item.id, str(problem), again, nobody_told=True)

    def _rest(self, item: OutboxItem, problem: Offline, report: RelayReport) -> datetime:
        now = self.store.clock()
        next_try = self.pace.failed(item.upstream, now, problem.retry_after)
        if problem.retry_after is not None:
            patience.note_asked(self.store, item.upstream, self.pace.asked_until(item.upstream, now))
        report.problems.append(f"{item.number}: {problem}")
        return max(next_try, self.pace.alone(item.attempts, now))


def _addressed(item: OutboxItem) -> bool:
    """False for an update of a report that has no id upstream yet: it waits for that."""
    return item.kind is not OutboxKind.UPDATE or bool(item.upstream_id)
