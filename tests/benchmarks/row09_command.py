"""Rows 9 and 10: a command from the click to saved, for one request and for ten thousand, beside bare SQL."""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle

from console import opening
from services.store import commands
from services.store.acting import Acting
from tests.benchmarks.city import City, city, copied
from tests.benchmarks.harness import Bench, Contender, Line, compared, race, same

NUMBER, TITLE = 9, "A command, click to saved"
BULK = 10_000
FULL = 2
"""SQLite's word for a commit that is on the disk when it returns; 3 adds the folder."""


def rows(bench: Bench) -> list[Line]:
    """The lines of rows 9 and 10."""
    made = city(bench)
    folder = bench.scratch("command")
    copy = copied(made, folder)
    made.close()
    with _opened(copy) as (acting, bare), (folder / "flushed").open("ab") as flushed:
        ids = _open_ids(bare)
        many = ids[: min(BULK, len(ids))]
        _same_rows(acting, bare, ids[:3])
        one = race(
            [
                Contender("ours", _assigning(acting, ids[:1], (1, 2))),
                Contender("the same rows in bare SQL", _raw(bare, ids[1:2], (1, 2))),
                Contender("write + fdatasync", partial(_flush, flushed.fileno())),
            ],
            bench.repeats,
        )
        bulk = race(
            [
                Contender("ours", _assigning(acting, many, (1, 2))),
                Contender("the same rows in bare SQL", _raw(bare, many, (3, 4))),
            ],
            bench.repeats,
        )
    peer = "the same rows in bare SQL"
    first = Line(9, bench.n, "assign one, click to saved", None, None, peer, "≤ 2×", 2)
    floor = Line(9, bench.n, "assign one, click to saved", None, None, "write + fdatasync")
    second = Line(10, bench.n, f"assign {len(many):,}", None, None, peer, "≤ 2×", 2)
    return [
        compared(first, one["ours"], one[peer]),
        compared(floor, one["ours"], one["write + fdatasync"]),
        compared(second, bulk["ours"], bulk[peer]),
    ]


@contextmanager
def _opened(copy: City) -> Iterator[tuple[Acting, sqlite3.Connection]]:
    """The store as the desk opens it, and a bare connection with the same durability."""
    store = opening.open_store(copy.settings)
    try:
        with closing(sqlite3.connect(copy.file, isolation_level=None)) as bare:
            for name in ("journal_mode", "synchronous", "wal_autocheckpoint"):
                with store.read() as connection:
                    (value,) = connection.exec_driver_sql(f"PRAGMA {name}").one()
                bare.execute(f"PRAGMA {name} = {value}")
                same(name, bare.execute(f"PRAGMA {name}").fetchone()[0], value)
            same("durability", bare.execute("PRAGMA synchronous").fetchone()[0] >= FULL, True)
            yield opening.acting(store, copy.settings), bare
    finally:
        store.close()


def _open_ids(bare: sqlite3.Connection) -> list[int]:
    """Open requests, far from each other in the file."""
    found = bare.execute("SELECT id FROM request WHERE status = 'assigned' OR status = 'scheduled' ORDER BY id")
    ids = [row[0] for row in found]
    if len(ids) < BULK:
        found = bare.execute("SELECT id FROM request WHERE status <> 'closed' ORDER BY id")
        ids = [row[0] for row in found]
    step = max(1, len(ids) // BULK)
    return ids[::step]


def _assigning(acting: Acting, ids: list[int], crews: tuple[int, int]) -> Callable[[], object]:
    turn = cycle(crews)
    return lambda: commands.assign(acting, ids, next(turn))


def _raw(bare: sqlite3.Connection, ids: list[int], crews: tuple[int, int]) -> Callable[[], None]:
    """The same rows as ours writes: requests, history, outbox where there is one, and the operation."""
    turn = cycle(crews)
    update = "UPDATE request SET crew_id = ?, status = 'assigned', updated_at = ?, version = version + 1 WHERE id = ?"
    event = "INSERT INTO event (request_id, at, actor, kind, data, operation) VALUES (?, ?, 'ana', 'assigned', ?, ?)"
    done = "INSERT INTO operation (id, actor, at, sentence, state) VALUES (?, 'ana', ?, 'assigned', 'past')"

    def work() -> None:
        crew, operation, now = next(turn), str(uuid.uuid4()), 1_790_000_000_000
        data = json.dumps({"from_crew": None, "crew": crew, "version": 2})
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(update, [(crew, now, i) for i in ids])
        bare.executemany(event, [(i, now, data, operation) for i in ids])
        bare.execute(done, (operation, now))
        bare.execute("COMMIT")

    return work


def _flush(file: int) -> None:
    os.write(file, b"x" * 64)
    os.fdatasync(file)


def _same_rows(acting: Acting, bare: sqlite3.Connection, ids: list[int]) -> None:
    """Both write as many rows to the same tables, once a crew has the request."""
    commands.assign(acting, ids, 3)
    counts = []
    for work in (_assigning(acting, ids, (4, 4)), _raw(bare, ids, (3, 3))):
        before = _counts(bare)
        work()
        counts.append([b - a for a, b in zip(before, _counts(bare), strict=True)])
    same("rows written to event, operation, outbox", counts[0], counts[1])


def _counts(bare: sqlite3.Connection) -> list[int]:
    return [bare.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("event", "operation", "outbox")]
