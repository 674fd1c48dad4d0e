"""Many desks, each a process of its own, on one real and durable server at a fixed rate, with bare peers beside."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import psycopg

from services.demo import many
from services.domain.rights import Group
from services.store import queries
from services.store.store import Store
from services.team import members, setup
from tests.benchmarks.city import SEED
from tests.benchmarks.harness import NotTheSame
from tests.benchmarks.team_desk import Spell, Told, desk
from tests.benchmarks.team_peers import Bare, peers
from tests.services.postgres import Postgres, running

EACH = 10
"""Requests that a desk has to itself, so that none waits for another."""
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
PEER_EVERY = 0.25
PLAIN = "plain", "script"
"""The database and the name of the peer that writes and reads the same rows."""
_HERTZ = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """So many desks, each giving a command every so many seconds."""

    desks: int
    every: float


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a load."""

    load: Load
    seconds: float
    told: list[Told]
    """One of each desk; with one desk there is a second that only reads."""
    bare: Bare
    server_cpu: float
    """Seconds of processor time of all processes of the server."""
    busy: tuple[float, float]
    """How many processes wanted a processor in the minute before it, and in its own last minute."""


@contextmanager
def server(requests: int, desks: int) -> Iterator[Postgres]:
    """A durable server with a team's store of so many requests, a dispatcher for each desk, and the peer's own."""
    with running(**DURABLE) as made:
        for database, people in (("desks", [f"desk{n}" for n in range(desks)]), (PLAIN[0], [PLAIN[1]])):
            admin = made.url(database, "postgres")
            setup.init(admin)
            with closing(Store.open(admin)) as store:
                many.load(store, requests, seed=SEED)
            for name in people:
                members.add(admin, name, Group.DISPATCHER)
            with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("ANALYZE")  # as the server does by itself a minute later
        made.ask("CHECKPOINT")
        yield made


def measured(at: Postgres, load: Load, seconds: float) -> Run:
    """Let desks and peers work beside each other for so long."""
    with closing(Store.open(at.url("desks", "postgres"))) as store:
        ids = [row.id for row in queries.every(store) if row.status != "closed"]
    if len(ids) < load.desks * EACH:
        raise NotTheSame(f"{len(ids)} requests are open, {load.desks * EACH} are needed")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["tests.benchmarks.team_desk", "tests.benchmarks.team_peers", "services.store.engine", "services.store.server"]
    )
    with ExitStack() as stack:

        def started(work: Callable[..., None], *arguments: object) -> Pipe:
            here, there = context.Pipe()
            process = context.Process(target=work, args=(there, *arguments), daemon=True)
            process.start()
            there.close()
            stack.callback(_ended, process)
            stack.enter_context(here)
            return here

        beside = started(peers, *(at.url(*them).replace("+psycopg", "") for them in (("postgres", "postgres"), PLAIN)))
        pipes = []
        for number in range(max(load.desks, 2)):
            own = ids[number * EACH : (number + 1) * EACH] if number < load.desks else []
            name = f"desk{number}"
            pipes.append(started(desk, at.url("desks", name), name, own))
        for pipe in (beside, *pipes):
            pipe.recv()
        busy, before = os.getloadavg()[0], _server_cpu(at)
        begin = time.monotonic() + 0.5
        for number, pipe in enumerate(pipes):  # not all in the same moment
            pipe.send(Spell(begin, seconds, load.every, load.every * number / len(pipes)))
        beside.send(Spell(begin, seconds, PEER_EVERY))
        told: list[Told] = [pipe.recv() for pipe in pipes]
        return Run(load, seconds, told, beside.recv(), _server_cpu(at) - before, (busy, os.getloadavg()[0]))


def _ended(process: Any) -> None:
    process.join(10)
    if process.is_alive():
        process.kill()


def _server_cpu(at: Postgres) -> float:
    """Seconds of processor time that the server's living processes have used; nan where nobody tells."""
    first = int((at.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
    if not Path("/proc/self/stat").exists():
        return float("nan")
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text("utf-8").rpartition(")")
        except OSError:  # it has just ended
            continue
        fields = rest.split()
        if first in (int(stat.parent.name), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _HERTZ


def runs(requests: int, loads: Sequence[Load], seconds: float) -> Iterator[Run]:
    """Each load on one and the same server."""
    with server(requests, max(2, *(load.desks for load in loads))) as at:
        for load in loads:
            yield measured(at, load, seconds)
