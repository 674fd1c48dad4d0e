"""Servers and the ways to them, a gateway that writes to residents, desks and workers, each in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from services.gateway.keys import new_key
from services.gateway.tables import GatewayStore
from services.notify.outbox import MAIL, MailState
from services.store import outbox, queries
from services.store.store import Store
from services.team import chain, setup
from tests.chaos_team.desk import LONG, patiently
from tests.chaos_team.said import End, Said, View, line_of
from tests.console.cli.residents import post
from tests.services.notify.mailbox import free_port, smtp_server
from tests.services.postgres import Postgres, running, standby
from tests.services.proxy import Proxy, between

DESKS, WORKERS, REQUESTS = 3, 2, 12
CONFIG = """
[gateway]
port = {port}

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
sender = "City of Gulfport <311@example.org>"
"""


@dataclass
class Counts:
    """What was done to them, and what came of it."""

    cuts: int = 0
    killed: int = 0
    """Back ends."""
    workers_killed: int = 0
    failovers: int = 0
    acknowledged: int = 0
    stale: int = 0
    """Refused: somebody else was first."""
    busy: int = 0
    """Refused: somebody else was at it."""
    updates: int = 0
    """Posted to the city, with a text or without."""
    mails: int = 0
    longest: float = 0.0
    """Seconds that the slowest command took."""
    faults: list[str] = field(default_factory=list)

    def said(self) -> str:
        """One line."""
        return (
            f"{self.cuts:,} connections cut, {self.killed} back ends killed, {self.workers_killed} workers killed,"
            f" {self.failovers} fail-overs; {self.acknowledged:,} commands acknowledged, {self.stale} refused as stale,"
            f" {self.busy} as busy, the slowest took {self.longest:.1f} s; {self.updates:,} updates at the city,"
            f" {self.mails:,} e-mails taken at DATA; {len(self.faults)} faults"
        )


class Town:
    """All of it; what a stack holds ends with it."""

    def __init__(self, stack: ExitStack, *, follows: bool) -> None:
        self.stack, self.counts = stack, Counts()
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="connect-chaos-")))
        self._places: dict[int, ExitStack] = {}
        self._aside = stack.enter_context(ThreadPoolExecutor(1))
        self._following: Future[Postgres] | None = None
        self.primary = stack.enter_context(running(synchronous_commit="on", wal_level="replica"))
        setup.init(self.primary.url("desks", "postgres"))
        self.second = self._stand_by() if follows else None
        servers = [self.primary, self.second] if self.second else [self.primary]
        self.ways = [stack.enter_context(between(server.port)) for server in servers]
        self.mails = stack.enter_context(smtp_server())
        self.said: list[Said] = []
        self.views: list[View] = []
        self._readers: list[threading.Thread] = []
        self.desks: list[subprocess.Popen[str]] = []
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(self._end)
        self.city, self.key = self._open_city()

    def _open_city(self) -> tuple[str, str]:
        """The gateway as a city runs it; its address and a desk's key."""
        port = free_port()
        (self.folder / "config.toml").write_text(CONFIG.format(port=port, smtp=self.mails.port), encoding="utf-8")
        with closing(GatewayStore.open(self.folder / "gateway.db")) as keys:
            key = new_key(keys, "desk")
        command = [sys.executable, "-m", "tests.chaos_team.serving", "--home", str(self.folder), "gateway"]
        self.gateway = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.stack.callback(self._close)
        assert self.gateway.stdout
        said = self.gateway.stdout.readline()
        assert said.startswith("gateway http"), said
        return said.split()[1], key

    def _close(self) -> None:
        with self.gateway:
            self.gateway.terminate()

    def _end(self) -> None:
        ours: list[subprocess.Popen[str] | subprocess.Popen[bytes]] = [*self.desks, *self.workers.values()]
        for process in ours:
            with process:  # closes its pipes, too
                process.kill()
        for reader in self._readers:
            reader.join()

    def _stand_by(self) -> Postgres:
        """A standby of the primary, once it has all that the primary has."""
        place = ExitStack()
        self.stack.callback(place.close)
        server = place.enter_context(standby(self.primary))
        self._places[server.port] = place
        return server

    def url(self, name: str) -> str:
        """The way to the servers, for a process of this name."""
        hosts = "&".join(f"host=127.0.0.1:{way.port}" for way in self.ways)
        return f"postgresql+psycopg://postgres@/desks?{hosts}&application_name={name}"

    def store(self) -> Store:
        """The store, past the ways that are cut."""
        return patiently(lambda: Store.open(self.primary.url("desks", "postgres")))

    def populate(self) -> None:
        """Workers; residents, each with an address of their own; and the desks, when they can see the reports."""
        for _ in range(WORKERS):
            self.start_worker()
        for number in range(REQUESTS):
            mail = f"resident-{number}@example.org"
            post(self.city, service_code="street-light", lat="42.36", long="-71.06", email=mail)
        with closing(self.store()) as store:
            until(lambda: queries.how_many(store) == REQUESTS)
            ids = [row.id for row in queries.columns(store)]
        for number in range(DESKS):
            self._start_desk(f"desk-{number}", ids)
        until(lambda: len({said.desk for said in self.said}) == DESKS)

    def start_worker(self) -> None:
        """One more worker."""
        name = f"worker-{len(self.workers) + self.counts.workers_killed}"
        command = [sys.executable, "-m", "tests.services.sync.working", self.url(name), self.city]
        environ = {**os.environ, "CITY_KEY": self.key}
        with (self.folder / name).open("wb") as said:
            self.workers[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said, env=environ)

    def _start_desk(self, name: str, ids: list[int]) -> None:
        command = [sys.executable, "-m", "tests.chaos_team.desk", name, self.url(name), self.city, json.dumps(ids)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.desks.append(process)
        self._readers.append(threading.Thread(target=self._hear, args=(process,)))
        self._readers[-1].start()

    def _hear(self, process: subprocess.Popen[str]) -> None:
        for text in process.stdout or ():
            match line_of(text):
                case Said() as said:
                    self.said.append(said)
                case View() as view:
                    self.views.append(view)

    def kept(self) -> set[str]:
        """The operations that were acknowledged so far."""
        return {said.operation for said in list(self.said) if said.end is End.KEPT}

    def cuts(self) -> int:
        """How many connections were cut so far."""
        return sum(way.cuts for way in self.ways)

    def way_to(self, server: Postgres) -> Proxy:
        """The way to a server."""
        return next(way for way in self.ways if way.target == server.port)

    def fail_over(self) -> None:
        """The server falls and its standby takes over; what was acknowledged is there, and a new standby is made."""
        assert self.second is not None
        fallen, way = self.primary, self.way_to(self.primary)
        fallen.stop("immediate")
        kept = self.kept()
        self.second.promote()
        self.primary, self.second = self.second, None
        there = {str(row[0]) for row in self._there("SELECT id FROM desk.operation")}
        if lost := kept - there:
            self.counts.faults.append(f"fail-over {self.counts.failovers + 1} lost {len(lost)} acknowledged commands")
        self.counts.failovers += 1
        self._following = self._aside.submit(self._follow, fallen, way)

    def _there(self, statement: str) -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.primary.url("desks", "postgres").replace("+psycopg", "")) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _follow(self, fallen: Postgres, way: Proxy) -> Postgres:
        """Aside: the trouble goes on meanwhile, and commits wait for the new standby."""
        if place := self._places.pop(fallen.port, None):
            place.close()
        server = self._stand_by()
        way.target = server.port
        return server

    def is_followed(self, *, wait: bool = False) -> bool:
        """Whether there is a standby that has everything; `wait` until there is."""
        if self._following and (wait or self._following.done()):
            self.second, self._following = self._following.result(LONG), None
        return self.second is not None

    def sign(self) -> None:
        """The heads of all histories, kept outside of the database."""
        with closing(self.store()) as store:
            chain.sign(store, self.folder / "heads")

    def calm_down(self) -> None:
        """Let everybody end what they are at; afterwards nothing is under way and the desks' views are here."""
        for process in self.desks:
            assert process.stdin
            with suppress(BrokenPipeError):  # one that died is told of below
                process.stdin.write("stop\n")
                process.stdin.flush()
        until(lambda: len(self.views) + sum(process.poll() is not None for process in self.desks) >= DESKS)
        self.views.clear()
        with closing(self.store()) as store:
            still(lambda: outbox.counts(store).waiting, lambda: len(self.said))
        still(self._letters, lambda: len(self.mails.messages))
        for process in self.desks:
            assert process.stdin
            with suppress(BrokenPipeError):
                process.stdin.close()
        for process, reader in zip(self.desks, self._readers, strict=True):
            reader.join(LONG)
            if process.wait(LONG):
                self.counts.faults.append("a desk died")

    def _letters(self) -> int:
        """How many the gateway has still to send."""
        with closing(GatewayStore.open(self.folder / "gateway.db")) as kept, kept.engine.connect() as seen:
            asked = (
                select(func.count()).select_from(MAIL).where(MAIL.c.state.in_([MailState.QUEUED, MailState.SENDING]))
            )
            return int(seen.execute(asked).scalar_one())


def until(true: Callable[[], bool]) -> None:
    """Until something is true. Raises TimeoutError."""
    end = time.monotonic() + LONG
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def still(left: Callable[[], int], moving: Callable[[], int]) -> None:
    """Until nothing is left, or nothing moves any more."""
    last, end = (-1, -1), time.monotonic() + LONG
    while (now := (left(), moving()))[0] or now != last:
        if now != last:
            last, end = now, time.monotonic() + LONG
        elif time.monotonic() > end:
            return
        time.sleep(0.25)
