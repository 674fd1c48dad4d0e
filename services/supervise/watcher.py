"""Watches the rules for all desks: one process of a store does it, the one that pulls and posts, in a thread beside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from services.clocks import utcnow
from services.domain.alerts import LOOK_MS, Alert, Rule, Step, Watch, look
from services.errors import Expected, Invalid, StoreProblem
from services.notify.again import again_after, said
from services.queue.query import Moment, parse
from services.queue.snapshot import Ints, Snapshot, apply, build
from services.store import alerts, leaving, queries
from services.store.beside import beside
from services.store.store import Store
from services.store.tables import alert_send
from services.supervise.alerts import figure
from services.supervise.forecast import forecast
from services.supervise.risks import Risks, risks
from services.supervise.sending import Sender

EVERY = 30.0
"""Seconds between two looks."""
_FRESH_MS = 300_000
"""So long what will breach is not foreseen anew."""
_RISEN = 1.1
"""So many times as high as before, a figure is written down again."""
_log = logging.getLogger(__name__)
Begin = Callable[[Store], "Snapshot | None"]


class Watcher:
    """Give `beside` to whoever holds the lead; it opens the store itself."""

    def __init__(
        self,
        store_url: str,
        sender: Sender,
        zone: tzinfo = UTC,
        *,
        clock: Callable[[], datetime] = utcnow,
        begin: Begin = lambda _: None,
        every: float = EVERY,
    ) -> None:
        """`begin` may know a list to go on from; without one, all requests are read when there is a rule."""
        self._url, self._sender, self._zone, self._clock = store_url, sender, zone, clock
        self._begin, self._every = begin, every

    def beside(self, on_change: Callable[[], None]) -> AbstractContextManager[None]:
        """Watch for as long as the block lasts; `on_change` is called, in another thread, when an alert changed."""

        def begin(store: Store, stop: threading.Event) -> Callable[[], int]:
            leaving.broken_off(store, alert_send)
            looking = Looking(store, self._sender, self._zone, self._begin)
            return lambda: looking.look() + looking.send(stop)

        return beside("alerts", lambda: Store.open(self._url, clock=self._clock), begin, self._every, on_change)


class Looking:
    """One open store, and how far each of its rules has come. Used by one thread."""

    def __init__(self, store: Store, sender: Sender, zone: tzinfo = UTC, begin: Begin = lambda _: None) -> None:
        self._store, self._sender, self._zone, self._begin = store, sender, zone, begin
        self._snapshot: Snapshot | None = None
        self._watches: dict[int, Watch] = {}
        self._risks: tuple[int, Risks] | None = None
        """When they were reckoned (ms since 1970), and what they were; None while no rule asks for them."""
        self._wrong: dict[int, str] = {}
        """Rules whose query makes no sense any more, and why: said once in the log."""

    def look(self) -> int:
        """Look at every rule once; how many alerts began, rose or were over. Raises StoreProblem."""
        rules = alerts.rules(self._store, every=False)
        lasting = {alert.rule_id: alert for alert in alerts.lasting(self._store)}
        changed = 0
        for alert in lasting.values():
            if alert.rule_id not in {rule.id for rule in rules}:
                alerts.end(self._store, alert.id)
                changed += 1
        if not rules:
            self._snapshot = None
            return changed
        snapshot = self._current()
        moment = Moment(self._store.clock(), self._zone)
        if any(parse(rule.query).asks_risk for rule in rules):
            snapshot, moment = self._foreseen(snapshot, moment)
        return changed + sum(self._look_at(rule, lasting.get(rule.id), snapshot, moment) for rule in rules)

    def _look_at(self, rule: Rule, alert: Alert | None, snapshot: Snapshot, moment: Moment) -> bool:
        try:
            reading = figure(rule, snapshot, moment, self._search)
        except Invalid as problem:
            if self._wrong.get(rule.id) != str(problem):
                self._wrong[rule.id] = str(problem)
                _log.info("the alert rule “%s” is left out: %s", rule.name, problem)
            return False
        seen = alert is not None and bool(alert.acknowledged_by)
        before = self._watches.get(rule.id) or _kept(alert, moment.ms)
        before, peak = replace(before, begun=alert is not None, seen=seen), alert.peak if alert is not None else 0.0
        watch, step = look(before, moment.ms, reading, rule.threshold, peak)
        self._watches[rule.id] = watch
        if alert is not None and step is not Step.END and _is_other(alert, watch):
            alerts.keep_low(self._store, alert.id, watch.low_ms, watch.rested)
        if step is Step.BEGIN and reading is not None:
            return bool(alerts.begin(self._store, rule, reading))
        if alert is not None and step is Step.END:
            alerts.end(self._store, alert.id)
            return True
        if alert is not None and reading is not None and reading >= alert.peak * _RISEN:
            alerts.go_on(self._store, alert.id, reading)
            return True
        return False

    def _foreseen(self, snapshot: Snapshot, moment: Moment) -> tuple[Snapshot, Moment]:
        """The snapshot with its risks: those of a few minutes ago are good enough."""
        if self._risks is None or not 0 <= moment.ms - self._risks[0] < _FRESH_MS:
            self._risks = moment.ms, risks(forecast(snapshot, moment.ms))
        made = self._risks[1]
        return made.of(snapshot), replace(moment, unforeseen=made.why)

    def _current(self) -> Snapshot:
        before = self._snapshot or self._begin(self._store)
        if before is None:
            with self._store.read():
                made = build(queries.every(self._store), queries.crews(self._store), self._store.head())
        else:
            head, crews, rows = queries.news(self._store, before.head)
            same = not rows and crews == tuple(before.crews)
            made = before if same else apply(before, rows, crews, head)
        self._snapshot = made
        return made

    def _search(self, words: str) -> Ints:
        return np.array(queries.search(self._store, words), np.int64)

    def send(self, stop: threading.Event) -> int:
        """Send what waits, each once; how many left or were refused. Raises StoreProblem."""
        done = 0
        while not stop.is_set() and (sending := alerts.take(self._store)) is not None:
            done += 1
            try:
                self._sender.send(sending, self._store.store_id)
            except StoreProblem:
                raise
            except Expected as problem:
                self._not_sent(sending, problem)
            except Exception as fault:  # noqa: BLE001 - a fault of ours with one message keeps no rule from being watched
                _log.exception("a message about an alert failed")
                self._refused(sending, f"Something went wrong ({type(fault).__name__}).", None)
            else:
                leaving.sent(self._store, alert_send, sending.id)
        return done

    def _not_sent(self, sending: alerts.Sending, problem: Expected) -> None:
        again: timedelta | None = again_after(problem, sending.attempts)
        _log.info("a message about an alert did not leave: %s", said(problem))
        self._refused(sending, said(problem), again)

    def _refused(self, sending: alerts.Sending, why: str, again: timedelta | None) -> None:
        leaving.not_sent(self._store, alert_send, sending.id, why, again)


def _kept(alert: Alert | None, now_ms: int) -> Watch:
    """Where a process that begins to watch goes on: the time in which nobody watched counts as nothing."""
    return Watch(now_ms) if alert is None else Watch(now_ms, low_ms=alert.low_ms, rested=alert.rested)


def _is_other(alert: Alert, watch: Watch) -> bool:
    """Whether how long the figure has been low is to be written down: where it matters, and every ten minutes."""
    if watch.rested is not alert.rested or (watch.low_ms == 0) is not (alert.low_ms == 0):
        return True
    return watch.low_ms >= alert.low_ms + LOOK_MS
