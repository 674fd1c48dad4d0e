"""What each desk of `make bench-team` does: a process of its own without a window."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from multiprocessing.connection import Connection as Pipe

from services.domain.values import Actor
from services.store import commands, queries
from services.store.acting import Acting
from services.store.listening import Listener
from services.store.store import Store

DRAIN = 2.0
"""Seconds that a desk goes on reading after its last command."""


@dataclass(frozen=True, slots=True)
class Spell:
    """When to work: from `begin` (time.monotonic, which all processes of a machine share) for so many seconds."""

    begin: float
    seconds: float
    every: float
    """Seconds between the beginnings of two commands."""
    after: float = 0.0
    """The first command comes so many seconds after `begin`; it is read from the beginning."""


@dataclass(slots=True)
class Told:
    """What a desk has to say of a spell. Times: seconds of time.monotonic."""

    commands: list[tuple[int, int, float, float]] = field(default_factory=list)
    """Request, the version that it made, click, saved."""
    reads: list[tuple[float, float, dict[int, int]]] = field(default_factory=list)
    """When it heard that something was saved, when the rows were read, and their versions by request."""
    cpu: float = 0.0
    """Seconds of processor time of all its threads."""
    reading: list[float] = field(default_factory=list)
    """Of those, milliseconds for each read."""


class _Ear:
    """When it was first heard that something was saved, since that was last asked."""

    def __init__(self) -> None:
        self._lock, self._first = threading.Lock(), 0.0
        self.stirred = threading.Event()

    def heard(self) -> None:
        now = time.monotonic()
        with self._lock:
            self._first = self._first or now
            self.stirred.set()

    def taken(self) -> float:
        with self._lock:
            first, self._first = self._first, 0.0
            self.stirred.clear()
        return first


def desk(pipe: Pipe, url: str, name: str, ids: list[int]) -> None:
    """Say True, be told a Spell, answer with Told; a desk without `ids` gives no commands."""
    ear = _Ear()
    with closing(Store.open(url, has_ear=True)) as store:
        listener = Listener(url, ear.heard, lambda: store.session)
        actor = store.actor or Actor(name, frozenset())
        worker = _Worker(Acting(store, actor, {}, timedelta(0)), ids)
        hearing = threading.Thread(target=listener.run)
        hearing.start()
        try:
            ear.stirred.wait()
            worker.look(ear.taken())
            pipe.send(True)
            worker.work(pipe.recv(), ear)
            pipe.send(worker.told)
            pipe.poll(None)  # what the server has used is asked while it still serves this desk
        finally:
            listener.end()
            hearing.join()


class _Worker:
    def __init__(self, acting: Acting, ids: list[int]) -> None:
        self._acting, self._store = acting, acting.store
        self._rows = {row.id: row for row in queries.columns(self._store, ids)}
        self._crews = [crew.id for crew in queries.crews(self._store)]
        self._turn = cycle(ids)
        self._head = self._store.head()
        self.told = Told()

    def work(self, spell: Spell, ear: _Ear) -> None:
        """Give a command whenever one is due, and read whenever something is heard."""
        due, end = spell.begin + spell.after, spell.begin + spell.seconds
        cpu = time.process_time()
        while (now := time.monotonic()) < end + DRAIN:
            if self._rows and now >= due and due < end:
                self._command()
                due += spell.every
            until = due if self._rows and due < end else end + DRAIN
            if ear.stirred.wait(max(0.0, until - time.monotonic())):
                self.look(ear.taken())
        self.told.cpu = time.process_time() - cpu

    def _command(self) -> None:
        row = self._rows[next(self._turn)]
        crew = next(crew for crew in self._crews if crew != row.crew_id)
        begun = time.monotonic()
        commands.assign(self._acting, [row.id], crew, expected={row.id: row.version})
        saved = time.monotonic()
        self._rows[row.id] = row._replace(crew_id=crew, version=row.version + 1)
        self.told.commands.append((row.id, row.version + 1, begun, saved))

    def look(self, heard: float) -> None:
        """Read what others have saved, as the desk's half that reads does."""
        cpu = time.thread_time()
        self._head, _, rows = queries.news(self._store, self._head)
        self.told.reading.append((time.thread_time() - cpu) * 1000)
        self.told.reads.append((heard, time.monotonic(), {row.id: row.version for row in rows}))
