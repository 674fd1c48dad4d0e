"""One desk, a process of its own: commands until a line comes in; then, and when its input ends, what is on screen."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TypeVar

import msgspec

from services.domain.queue_row import QueueRow
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.statusmap import State
from services.domain.values import Actor, Changes
from services.domain.workflow import targets
from services.errors import Conflict, StoreBusy, StoreGone
from services.store import commands, queries
from services.store.acting import Acting
from services.store.once import certainly
from services.store.store import Store
from services.sync.policies import policies
from services.upstream.base import UpdatesBy, UpstreamConfig
from tests.chaos_team.said import End, Line, Said, View

PAUSE = 0.1
"""Seconds between two commands, so that the workers keep up."""
LONG = 120.0
"""Seconds that anything may take before it counts as stuck."""
Command = Callable[[Acting], Changes]
Answer = TypeVar("Answer")


class Desk:
    """Whoever sits there follows the history, and changes what is on screen."""

    def __init__(self, store: Store, city: str, name: str, ids: list[int]) -> None:
        config = UpstreamConfig("city", url=city, updates=UpdatesBy.SERVICEREQUESTUPDATES)
        known = policies([config], patiently(lambda: queries.upstream_states(store)))
        self.acting = Acting(store, Actor(name, ALL_ROLES), known, timedelta(0))
        self.name, self.ids, self.rng, self.number = name, ids, random.Random(name), 0
        self.rows: dict[int, QueueRow] = {}
        self._head = 0

    def follow(self) -> None:
        """Bring the screen up to date, from what the history says has changed."""
        head, rows = patiently(self._changed)
        self._head = head
        self.rows |= {row.id: row for row in rows}

    def show(self) -> None:
        """Say what is on screen."""
        self.follow()
        say(View(self.name, {row.id: row.version for row in self.rows.values()}))

    def _changed(self) -> tuple[int, list[QueueRow]]:
        with self.acting.store.read():
            head, ids = self.acting.store.changes_since(self._head)
            return head, queries.columns(self.acting.store, ids)

    def step(self) -> None:
        """One thing that a person does."""
        self.number += 1
        row, text = self.rows[self.rng.choice(self.ids)], f"{self.name} {self.number}"
        match self.rng.choice(["note", "message", "status", "told", "late"]):
            case "note":
                self._give("note", row, text)
            case "message":
                self._give("message", row, text)
            case "status":
                self._give("status", row, "", self._state(row))
            case "told":
                self._give("status", row, text, self._state(row))
            case _:  # what they decide by is on screen, and old by then
                self._give("message", row, text)
                self._give("status", row, "", self._state(row))

    def _state(self, row: QueueRow) -> State:
        possible = [status for status in targets(Status(row.status), ALL_ROLES) if status is not Status.ASSIGNED]
        status = self.rng.choice(possible)
        return status, None if status.is_open else Outcome.FIXED

    def _give(self, kind: str, row: QueueRow, text: str, to: State | None = None) -> None:
        names: list[str] = []
        command = _command(kind, row, text, to)

        def named(acting: Acting) -> Changes:
            names.append(acting.operation)
            return command(acting)

        begun = time.monotonic()
        try:
            certainly(self.acting, named, seconds=LONG)
            end = End.KEPT
        except Conflict:
            end = End.STALE
        except StoreBusy:
            end = End.BUSY
        seconds = time.monotonic() - begun
        say(Said(self.name, names[0], kind, row.id, text, to, row.version if to else 0, end, seconds))


def _command(kind: str, row: QueueRow, text: str, to: State | None) -> Command:
    if to is not None:
        status, outcome = to
        return partial(_set, row, status, outcome, text)
    tell = commands.add_note if kind == "note" else commands.send_message
    return lambda acting: tell(acting, [row.id], text)


def _set(row: QueueRow, status: Status, outcome: Outcome | None, text: str, acting: Acting) -> Changes:
    return commands.set_status(acting, [row.id], status, outcome, text, expected={row.id: row.version})


def patiently(ask: Callable[[], Answer]) -> Answer:
    """What is asked, once the server is there."""
    until = time.monotonic() + LONG
    while True:
        try:
            return ask()
        except StoreGone:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def say(line: Line) -> None:
    """To whoever made the desk."""
    sys.stdout.write(f"{msgspec.json.encode(line).decode()}\n")
    sys.stdout.flush()


def _listen(stop: threading.Event, end: threading.Event) -> None:
    sys.stdin.readline()
    stop.set()
    sys.stdin.read()
    end.set()


def main() -> None:
    """python -m … NAME STORE_URL CITY_URL IDS."""
    name, url, city, ids = sys.argv[1:]
    stop, end = threading.Event(), threading.Event()
    threading.Thread(target=_listen, args=(stop, end), daemon=True).start()
    with closing(patiently(lambda: Store.open(url))) as store:
        desk = Desk(store, city, name, json.loads(ids))
        while not stop.wait(PAUSE):
            desk.follow()
            desk.step()
        desk.show()
        end.wait()
        desk.show()


if __name__ == "__main__":
    main()
