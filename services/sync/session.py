"""One open store with its upstreams: the steps of a sync, for a single run and for the loop alike."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.outbox import MAIL, OutboxState
from services.domain.policy import Policy
from services.errors import Expected, Offline, Refused, StoreProblem, Unreadable
from services.store import outbox, patience, queries, routing, upstreams
from services.store.store import Store
from services.sync.notices import Notifier
from services.sync.pace import Pace
from services.sync.policies import policies, told
from services.sync.pull import SKEW, Locate, PullReport, learn, pull, pull_comments
from services.sync.relay import Relay, RelayReport
from services.upstream.base import Upstream, UpstreamConfig

Connect = Callable[[UpstreamConfig], Upstream]


@dataclass(slots=True)
class PullOutcome:
    """How one pull ended."""

    report: PullReport
    problem: str
    next_at: datetime


@dataclass(slots=True)
class Session:
    """Used by one thread, which holds the sync lock while it calls `relay` or `pull`. Close it at the end."""

    store: Store
    configs: Mapping[str, UpstreamConfig]
    connect: Connect
    pace: Pace
    locate: Locate | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    notifier: Notifier | None = None
    _upstreams: dict[str, Upstream] = field(default_factory=dict)
    _newest: dict[str, datetime] = field(default_factory=dict)
    """Per upstream: the latest comment seen, by that server's clock."""

    def close(self) -> None:
        """Let go of the connections and the file."""
        for upstream in self._upstreams.values():
            upstream.close()
        self._upstreams.clear()
        self.store.close()

    def begin(self) -> None:
        """Let a team's desks know what is served; take over what upstreams asked of others. Raises StoreProblem."""
        if self.store.path is None:
            upstreams.note_served(self.store, {name: told(config) for name, config in self.configs.items()})
        for name, until in patience.asked_until(self.store).items():
            self.pace.asked(name, until)

    def hurry(self) -> None:
        """A person asks for a look at once: our own patience ends, but not what a server asked for."""
        self.pace.hurry()
        now = self.store.clock()
        for name in (*self.configs, MAIL):
            if self.pace.asked_until(name, now) <= now:
                patience.hurry(self.store, name, now)

    def relay(self, most: float = math.inf) -> RelayReport:
        """Send what is due, up to `most` items. Raises StoreProblem."""
        connected, problems = {}, []
        for name in sorted({item.upstream for item in outbox.listing(self.store)} & set(self.configs)):
            try:
                connected[name] = self._connected(name)
            except Expected as problem:
                problems.append(f"“{name}”: {problem}")
        report = self._relay(connected).run(self.stop, most)
        report.problems += problems
        return report

    def next_relay(self) -> datetime | None:
        """When the relay has something to do next. Raises StoreProblem."""
        return self._relay(self._upstreams).next_at()

    def pull(self, name: str, between: Callable[[], None] = lambda: None) -> PullOutcome:
        """Bring in what changed at one upstream; what went wrong is noted in the store. Raises StoreProblem."""
        now = self.store.clock()
        report = PullReport()
        try:
            problems = self._pull(name, report, between)
        except StoreProblem:
            raise
        except Expected as problem:
            next_at = self._failed(name, now, problem)
            said = f"{problem} Next try at {next_at.astimezone():%H:%M:%S}."
        else:
            self.pace.answered(name)
            self.pace.answered(_own(name))
            upstreams.note_pull(self.store, name, now, "")
            next_at = now + timedelta(seconds=self.configs[name].poll_seconds)
            said = " ".join([report.sentence(name), *problems, routing.trouble(self.store)]).strip()
        if noted := " ".join(filter(None, [said, self._held_up(name)])):
            upstreams.note_pull(self.store, name, now, noted)
        return PullOutcome(report, said, next_at)

    def _held_up(self, name: str) -> str:
        """What keeps the outbox from leaving to an upstream that can be pulled all the same: a key, for one."""
        waits = [i for i in outbox.listing(self.store) if i.upstream == name and i.state is OutboxState.QUEUED]
        said = next((item.problem for item in waits if item.problem), "")
        return f"{len(waits):,} in the outbox wait: {said}" if said else ""

    def _pull(self, name: str, report: PullReport, between: Callable[[], None]) -> list[str]:
        upstream = self._connected(name)
        before = self._pulled_at(name)
        problems = []
        if before is None or _hour(before) != _hour(self.store.clock()):
            problems += learn(self.store, upstream, self.stop)
        policy = self._policies()[name]
        pull(self.store, upstream, policy, self.locate, stop=self.stop, between=between, report=report)
        try:
            since = self._newest.get(name) or (before - SKEW if before else None)
            pull_comments(self.store, upstream, since, report)
        except (Refused, Unreadable) as problem:
            problems.append(f"Comments of residents could not be got: {problem}")
        if report.newest:
            self._newest[name] = report.newest
        self._resolve(name, upstream, report)
        return problems

    def _failed(self, name: str, now: datetime, problem: Expected) -> datetime:
        """An upstream that is there but cannot be pulled may take updates all the same: the relay goes on."""
        if isinstance(problem, Offline):
            next_at = self.pace.failed(name, now, problem.retry_after)
            if problem.retry_after is not None:
                patience.note_asked(self.store, name, self.pace.asked_until(name, now))
            return next_at
        return self.pace.failed(_own(name), now, None)

    def _resolve(self, name: str, upstream: Upstream, report: PullReport) -> None:
        """Ask for the ids behind tokens that were given for reports of ours."""
        for request_id, token in outbox.tokens(self.store, name):
            upstream_id = upstream.resolve_token(token)
            if upstream_id:
                outbox.resolved(self.store, request_id, upstream_id, self.store.clock())
                report.ids.add(request_id)

    def _pulled_at(self, name: str) -> datetime | None:
        states = (state for state in queries.upstream_states(self.store) if state.name == name)
        return next((state.pulled_at for state in states), None)

    def _policies(self) -> dict[str, Policy]:
        return policies(self.configs.values(), queries.upstream_states(self.store))

    def _relay(self, upstreams: Mapping[str, Upstream]) -> Relay:
        return Relay(self.store, upstreams, self._policies(), self.pace, self.notifier)

    def _connected(self, name: str) -> Upstream:
        if name not in self._upstreams:
            self._upstreams[name] = self.connect(self.configs[name])
        return self._upstreams[name]


def opened(
    store_url: str,
    configs: Sequence[UpstreamConfig],
    connect: Connect,
    pace: Pace,
    locate: Locate | None,
    clock: Callable[[], datetime],
    stop: threading.Event,
    notifier: Notifier | None = None,
) -> Session:
    """A session on the store at `store_url`. Raises StoreProblem."""
    store = Store.open(store_url, clock=clock)
    return Session(store, {config.name: config for config in configs}, connect, pace, locate, stop, notifier)


def _own(name: str) -> str:
    """The name under which the pull alone is paced."""
    return f"{name}: pull"


def _hour(moment: datetime) -> int:
    """Discovery and services are asked for anew in each hour, whoever pulls: the loop, or `sync --once` from cron."""
    return int(moment.timestamp() // 3600)
