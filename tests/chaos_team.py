"""Three desks and two workers on one server whose connections are cut, back ends killed and servers replaced.

`python -m tests.chaos_team --cuts 1000 --failovers 20` prints what was counted. Every desk is a process of its own that
says what was acknowledged; a model of what has to be there is made of that alone.
At the end: acknowledged = kept, effects exactly once, no update lost, each told once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from services.domain.outbox import OutboxState
from services.domain.status import ALL_ROLES, Status
from services.domain.values import Actor, Changes
from services.errors import Conflict, StoreGone
from services.gateway.keys import new_key
from services.gateway.server import running as gateway_running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import UPDATES, GatewayStore
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.once import certainly
from services.store.store import Store
from services.store.tables import event, operation, text_row
from services.sync.policies import policies
from services.team import setup
from services.upstream.base import UpdatesBy, UpstreamConfig
from tests.console.cli.residents import post
from tests.services.postgres import can_follow, running, standby
from tests.services.proxy import Cut, after, at_commit, between

DESKS, WORKERS = 3, 2
LEADER = (
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE locktype = 'advisory' AND classid = 8312 AND objid = 1 AND granted"
)
Answer = TypeVar("Answer")
REQUESTS = 6
PAUSE = 0.1
"""Seconds between two commands of a desk, so that the workers keep up."""
LONG = 60.0
"""Seconds that anything may take before it counts as stuck."""


@dataclass
class Counts:
    """What was done to it, and what came of it."""

    cuts: int = 0
    killed: int = 0
    """Back ends."""
    workers_killed: int = 0
    failovers: int = 0
    acknowledged: int = 0
    refused: int = 0
    """By a stale version: somebody else was first."""
    faults: list[str] = field(default_factory=list)

    def said(self) -> str:
        """One line."""
        return (
            f"{self.cuts} connections cut, {self.killed} back ends killed, {self.workers_killed} workers killed,"
            f" {self.failovers} fail-overs; {self.acknowledged} commands acknowledged, {self.refused} refused as stale;"
            f" {len(self.faults)} faults"
        )


def desk(url: str, city: str, name: str, ids: list[int]) -> None:
    """One desk: commands until its standard input ends; each that was acknowledged is said."""
    rng = random.Random(name)
    stop = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    with closing(_patiently(lambda: Store.open(url))) as store:
        acting = _acting(store, city, name)
        number = 0
        while not stop.wait(PAUSE):
            number += 1
            kind, request_id, text = rng.choice(["note", "message", "status"]), rng.choice(ids), f"{name} {number}"
            try:
                certainly(acting, _command(acting, kind, request_id, text), seconds=LONG)
            except Conflict:
                kind = "refused"
            print(json.dumps([kind, request_id, text]), flush=True)


def _wait_for_end(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def _acting(store: Store, city: str, name: str) -> Acting:
    config = UpstreamConfig("city", url=city, updates=UpdatesBy.SERVICEREQUESTUPDATES)
    known = policies([config], _patiently(lambda: queries.upstream_states(store)))
    return Acting(store, Actor(name, ALL_ROLES), known, timedelta(0))


def _command(acting: Acting, kind: str, request_id: int, text: str) -> Callable[[Acting], Changes]:
    if kind == "note":
        return lambda acting: commands.add_note(acting, [request_id], text)
    if kind == "message":
        return lambda acting: commands.send_message(acting, [request_id], text)
    row = _patiently(lambda: queries.detail(acting.store, request_id).request)
    target = Status.ON_HOLD if row.status is Status.IN_PROGRESS else Status.IN_PROGRESS
    return lambda acting: commands.set_status(acting, [request_id], target, expected={request_id: row.version})


def _patiently(ask: Callable[[], Answer]) -> Answer:
    """What is asked, once the server is there."""
    until = time.monotonic() + LONG
    while True:
        try:
            return ask()
        except StoreGone:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


class Town:
    """The servers, the ways to them, the gateway, and the processes."""

    def __init__(self, stack: ExitStack, *, follows: bool) -> None:
        self.stack, self.counts = stack, Counts()
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="connect-chaos-")))
        self.primary = stack.enter_context(running(synchronous_commit="on", wal_level="replica"))
        setup.init(self.primary.url("desks", "postgres"))
        self.second = stack.enter_context(standby(self.primary)) if follows else None
        self.ways = [stack.enter_context(between(s.port)) for s in filter(None, (self.primary, self.second))]
        self.gateway = stack.enter_context(gateway_running(GatewaySettings(self.folder / "gateway")))
        with closing(GatewayStore.open(self.folder / "gateway" / "gateway.db")) as keys:
            self.key = new_key(keys, "desk")
        self.said: list[tuple[str, int, str]] = []
        self.desks: list[subprocess.Popen[str]] = []
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self._readers: list[threading.Thread] = []
        stack.callback(self._end)

    def _end(self) -> None:
        processes: list[subprocess.Popen[str] | subprocess.Popen[bytes]] = [*self.desks, *self.workers.values()]
        for process in processes:
            process.kill()
            with process:  # closes its pipes, too
                pass

    def url(self, name: str) -> str:
        """The way to the servers, for a process of this name."""
        hosts = "&".join(f"host=127.0.0.1:{way.port}" for way in self.ways)
        return f"postgresql+psycopg://postgres@/desks?{hosts}&application_name={name}"

    def start_worker(self) -> None:
        """One more worker."""
        name = f"worker-{len(self.workers) + self.counts.workers_killed}"
        command = [sys.executable, "-m", "tests.services.sync.working", self.url(name), self.gateway.url]
        self.workers[name] = subprocess.Popen(command, env={**os.environ, "CITY_KEY": self.key})

    def start_desks(self, ids: list[int]) -> None:
        """The desks, and who hears what they say."""
        for number in range(DESKS):
            name = f"desk-{number}"
            command = [sys.executable, "-m", "tests.chaos_team", "--desk", name, self.url(name), self.gateway.url]
            process = subprocess.Popen(
                [*command, json.dumps(ids)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self.desks.append(process)
            reader = threading.Thread(target=self._hear, args=(process,))
            reader.start()
            self._readers.append(reader)

    def _hear(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self.said.append(tuple(json.loads(line)))

    def stop_desks(self) -> None:
        """Let them end what they are at."""
        for process in self.desks:
            assert process.stdin
            process.stdin.close()
        for process, reader in zip(self.desks, self._readers, strict=True):
            reader.join(LONG)
            if process.wait(LONG):
                self.counts.faults.append("a desk died")

    def cut(self, rng: random.Random) -> None:
        """Cut a connection somewhere, once somebody uses it."""
        way = rng.choice(self.ways)
        at: list[Cut] = [after(rng.randint(0, 9_000)), at_commit(passing=rng.random() < 0.5)]
        at.append(at_commit(passing=True, answered=True))
        way.plan = [rng.choice(at)]
        until = time.monotonic() + 0.5
        while way.plan and time.monotonic() < until:
            time.sleep(0.002)

    def kill_back_end(self, rng: random.Random) -> None:
        """End somebody's connection at the server."""
        found = self.primary.ask("SELECT pid FROM pg_stat_activity WHERE application_name ~ '^(desk|worker)-'")
        if found:
            self.primary.ask(f"SELECT pg_terminate_backend({rng.choice(found)[0]})")
            self.counts.killed += 1

    def kill_worker(self) -> None:
        """SIGKILL for whoever leads, or would next, and another instead."""
        leads = [str(name) for (name,) in self.primary.ask(LEADER)]
        process = self.workers.pop((leads or sorted(self.workers))[0])
        process.kill()
        process.wait()
        self.counts.workers_killed += 1
        self.start_worker()

    def fail_over(self) -> None:
        """The server falls, its standby takes over and gets a standby of its own."""
        assert self.second is not None
        fallen = next(way for way in self.ways if way.target == self.primary.port)
        self.primary.stop("immediate")
        self.second.promote()
        self.primary, self.second = self.second, None
        self.second = self.stack.enter_context(standby(self.primary))
        fallen.target = self.second.port
        self.counts.failovers += 1


def trouble(town: Town, cuts: int, failovers: int, rng: random.Random) -> None:
    """All that is to be done to them."""
    step = 0
    while (done := sum(way.cuts for way in town.ways)) < cuts:
        step += 1
        town.cut(rng)
        if step % 8 == 0:
            town.kill_back_end(rng)
        if step % 25 == 0:
            town.kill_worker()
        if town.counts.failovers < failovers and done >= (town.counts.failovers + 0.5) * cuts / failovers:
            town.fail_over()
    for way in town.ways:
        way.plan = []
    town.counts.cuts = sum(way.cuts for way in town.ways)


def judge(town: Town, store: Store) -> None:
    """Compare what was acknowledged with what is there."""
    counts, by_kind = town.counts, Counter(kind for kind, _, _ in town.said)
    counts.refused = by_kind.pop("refused", 0)
    counts.acknowledged = sum(by_kind.values())
    messages = Counter(text for kind, _, text in town.said if kind == "message")
    moved = Counter(request_id for kind, request_id, _ in town.said if kind == "status")
    with store.read() as connection:
        joined = select(text_row.c.body).join(event, event.c.text_id == text_row.c.id)
        texts = Counter(t for t in connection.execute(joined).scalars() if t.startswith("desk-"))
        lines = connection.execute(select(event).where(event.c.operation != "")).all()
        named = connection.execute(select(func.count()).select_from(operation)).scalar_one()
        chained = connection.exec_driver_sql("SELECT count(*) = sum(link - before) FROM (SELECT link, lag(link, 1, 0)"
            " OVER (PARTITION BY request_id ORDER BY link) AS before FROM event) AS l").scalar_one()  # fmt: skip
    versions = Counter((e.request_id, e.data["version"]) for e in lines if "version" in e.data)
    there = Counter(e.request_id for e in lines if e.kind == "status")
    with closing(GatewayStore.open(town.folder / "gateway" / "gateway.db")) as kept, kept.engine.connect() as seen:
        told = Counter(t for t in seen.execute(select(UPDATES.c.description)).scalars() if t.startswith("desk-"))
    states = Counter(item.state for item in outbox.listing(store, unfinished_only=False))
    for wrong, sentence in (
        (texts != Counter(t for kind, _, t in town.said if kind in ("note", "message")), "texts are not the said ones"),
        (there != moved, "changes of status are not the acknowledged ones"),
        (max(versions.values(), default=0) > 1, "an update was lost: two were made of one version"),
        (named != counts.acknowledged, f"{named} operations, not {counts.acknowledged}"),
        (set(states) - {OutboxState.SENT}, f"the outbox is not empty: {dict(states)}"),
        (told != messages, "messages are not at the city once each"),
        (not chained, "the chain of a history has a gap"),
    ):
        if wrong:
            counts.faults.append(sentence)


def play(cuts: int, failovers: int, seed: int = 1) -> Counts:
    """The whole of it."""
    with ExitStack() as stack:
        town = Town(stack, follows=failovers > 0)
        for _ in range(WORKERS):
            town.start_worker()
        for _ in range(REQUESTS):
            post(town.gateway.url, service_code="street-light", lat="42.36", long="-71.06")
        with closing(Store.open(town.primary.url("desks", "postgres"))) as store:
            _until(lambda: len(queries.columns(store)) == REQUESTS)
            town.start_desks([row.id for row in queries.columns(store)])
        _until(lambda: len(town.said) >= 2 * DESKS)
        trouble(town, cuts, failovers, random.Random(seed))
        town.stop_desks()
        with closing(Store.open(town.primary.url("desks", "postgres"))) as store:
            _until(lambda: outbox.counts(store).waiting == 0)
            judge(town, store)
        return town.counts


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + LONG
    while not true():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)


def main() -> int:
    """Play, and print the counts; or be one of the desks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=1_000)
    parser.add_argument("--failovers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--desk", nargs=4, metavar=("NAME", "URL", "CITY", "IDS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.desk:
        name, url, city, ids = asked.desk
        desk(url, city, name, json.loads(ids))
        return 0
    if asked.failovers and not can_follow():
        print("NOT RUN: fail-over needs pg_basebackup; install PostgreSQL.")
        asked.failovers = 0
    begun = time.monotonic()
    counts = play(asked.cuts, asked.failovers, asked.seed)
    print(f"chaos-team: {counts.said()}; {time.monotonic() - begun:.0f} s")
    for fault in counts.faults:
        print(f"  {fault}")
    return 1 if counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())
