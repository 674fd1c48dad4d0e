"""The bare peers beside the desks of `make bench-team`: what the server takes for the same without a line of ours."""

from __future__ import annotations

import select
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.connection import Connection as Pipe

import psycopg

from services.store.server import CHANNEL, SCHEMA
from tests.benchmarks.team_desk import Spell

BARE = "bare"
_MOVE = (
    "UPDATE request SET crew_id = (SELECT min(id) FROM crew WHERE active AND id IS DISTINCT FROM crew_id),"
    " updated_at = %s, version = version + 1 WHERE id = %s"
)
_SAY = (
    "INSERT INTO event (request_id, at, actor, kind, data, text_id, operation)"
    """ VALUES (%s, %s, session_user, 'assigned', '{"version":2}', NULL, %s)"""
)
_SIGN = "INSERT INTO operation (id, actor, at, sentence, state) VALUES (%s, session_user, %s, '1 request', 'done')"
_ROWS = "SELECT r.* FROM request AS r WHERE r.id IN (SELECT request_id FROM event WHERE id > %s)"


@dataclass(slots=True)
class Bare:
    """What the peers took, in milliseconds."""

    commit: list[float] = field(default_factory=list)
    """A one-row insert with its commit."""
    notify: list[float] = field(default_factory=list)
    """NOTIFY until another connection has it."""
    rows: list[float] = field(default_factory=list)
    """The rows of a command, in one transaction."""
    read: list[float] = field(default_factory=list)
    """From their commit until another connection has heard of it and read them."""


def peers(pipe: Pipe, address: str, store: str) -> None:
    """Say True, be told a Spell, answer with Bare: each kind in turn.

    `address` is any database, `store` another team's store on the same server, so that no desk hears of what is done.
    """
    there = {"autocommit": True, "options": f"-c search_path={SCHEMA}"}
    with (
        psycopg.connect(address, autocommit=True) as writer,
        psycopg.connect(address, autocommit=True) as reader,
        psycopg.connect(store, **there) as teller,  # type: ignore[arg-type]
        psycopg.connect(store, **there) as follower,  # type: ignore[arg-type]
    ):
        writer.execute("CREATE TABLE IF NOT EXISTS bare (id bigint GENERATED ALWAYS AS IDENTITY, said text)")
        reader.execute(f"LISTEN {BARE}")
        follower.execute(f"LISTEN {CHANNEL}")
        works = _commit(writer), _notify(writer, reader), _rows(teller), _read(follower)
        for work in works:
            work()
        pipe.send(True)
        spell: Spell = pipe.recv()
        bare = Bare()
        for turn in range(round(spell.seconds / spell.every)):
            kinds = zip((bare.commit, bare.notify, bare.rows, bare.read), works, strict=True)
            for number, (kept, work) in enumerate(kinds):
                if kept is not bare.read:  # which follows the rows at once
                    due = spell.begin + (turn + number / 3) * spell.every
                    time.sleep(max(0.0, due - time.monotonic()))
                begun = time.monotonic()
                work()
                kept.append((time.monotonic() - begun) * 1000)
        pipe.send(bare)
        pipe.poll(None)


def _commit(writer: psycopg.Connection) -> Callable[[], object]:
    return lambda: writer.execute("INSERT INTO bare (said) VALUES ('x')")


def _notify(writer: psycopg.Connection, reader: psycopg.Connection) -> Callable[[], object]:
    def work() -> None:
        writer.execute(f"NOTIFY {BARE}")
        _heard(reader)

    return work


def _rows(teller: psycopg.Connection) -> Callable[[], object]:
    """What an assignment writes, as a script would."""
    found = teller.execute("SELECT id FROM request WHERE status = 'assigned' ORDER BY id LIMIT 10").fetchall()
    turn = cycle([request_id for (request_id,) in found])

    def work() -> None:
        request_id, now, operation = next(turn), int(time.time() * 1000), str(uuid.uuid4())
        with teller.transaction():
            teller.execute(_MOVE, (now, request_id))
            teller.execute(_SAY, (request_id, now, operation))
            teller.execute(_SIGN, (operation, now))

    return work


def _read(follower: psycopg.Connection) -> Callable[[], object]:
    """Wait for the word, and read the rows that it is about."""

    known = [follower.execute("SELECT max(id) FROM event").fetchall()[0][0]]

    def work() -> None:
        _heard(follower)
        rows = follower.execute(_ROWS, (known[0],)).fetchall()
        if len(rows) != 1:
            raise AssertionError(f"{len(rows)} rows where one was written")
        known[0] += 1

    return work


def _heard(reader: psycopg.Connection) -> None:
    while reader.pgconn.notifies() is None:
        select.select([reader.fileno()], [], [])
        reader.pgconn.consume_input()
