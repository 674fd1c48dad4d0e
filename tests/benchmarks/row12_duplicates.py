"""Row 12: possible duplicates while typing, with every request open, beside SQLite's indexes and one durable commit."""

from __future__ import annotations

import importlib
import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import TypeVar

import numpy as np

from console import opening
from services.geo.projection import NO_PLACE, UNIT, inverse, stretch, units
from services.intake import wordmatch
from services.intake.duplicates import Nearby, Sought
from services.intake.likeness import REACH
from services.queue.snapshot import CLOSED, Snapshot
from services.store.descriptions import descriptions
from services.store.store import Store
from tests.benchmarks.city import SEED, city
from tests.benchmarks.harness import Bench, Contender, Line, NotTheSame, compared, race, same
from tests.benchmarks.nearby_postgres import NAME as POSTGRES
from tests.benchmarks.nearby_postgres import Near, filled

T = TypeVar("T")
NUMBER, TITLE = 12, "Duplicates while typing"
CALLS, TEXTS = 40, 20
FULL = 2
"""SQLite's word for a commit that is on the disk when it returns."""
BTREE, RTREE, CELLS = "SQLite, partial B-tree (type, lat, lon)", "SQLite RTree", "a dict of cells by type"
COMMIT, FUZZ, ANEW = (
    "one row committed, durable as the store does it",
    "rapidfuzz on the same texts",
    "sorting all open requests anew",
)
TABLES = """
CREATE TABLE request (id INTEGER PRIMARY KEY, type INTEGER, x INTEGER, y INTEGER, status TEXT);
CREATE INDEX near ON request (type, y, x) WHERE status <> 'closed';
CREATE VIRTUAL TABLE place USING rtree (id, west, east, south, north, +type, +x, +y);
"""
BY_BTREE = """SELECT id, x, y FROM request
 WHERE status <> 'closed' AND type = ? AND y BETWEEN ? AND ? AND x BETWEEN ? AND ?"""
BY_RTREE = """SELECT id, x, y FROM place
 WHERE type = ? AND north >= ? AND south <= ? AND east >= ? AND west <= ?"""


@dataclass(frozen=True)
class Asked:
    """One call, as each contender takes it; places in world units."""

    sought: Sought
    type: int
    x: int
    y: int
    reach: float


Finders = dict[str, Callable[[Asked], list[tuple[float, int]]]]
"""By a peer's name what is near a call there: squared distances in world units, and ids."""


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    store = opening.open_store(made.settings)
    try:
        stored = made.snapshot
        snapshot = replace(stored, status=np.zeros(len(stored), np.int8))
        nearby = Nearby(snapshot)
        calls = _calls(snapshot, store)
        return [
            *_place_lines(bench, nearby, calls, store),
            *_word_lines(bench, nearby, calls, store),
            _follow_line(bench, snapshot),
        ]
    finally:
        store.close()
        made.close()


def _calls(snapshot: Snapshot, store: Store) -> list[Asked]:
    """Calls some steps away from requests with a place, about the same service, in the words of another resident."""
    chance = random.Random(SEED)
    placed = np.flatnonzero(snapshot.x != NO_PLACE).tolist()
    chosen = [placed[chance.randrange(len(placed))] for _ in range(CALLS)]
    texts = descriptions(store, snapshot.ids[chosen].tolist())
    return [_asked(snapshot, row, texts[int(snapshot.ids[row])], chance) for row in chosen]


def _asked(snapshot: Snapshot, row: int, text: str, chance: random.Random) -> Asked:
    lat, lon = snapshot.point(row) or (0.0, 0.0)
    lat, lon = lat + chance.uniform(-3e-4, 3e-4), lon + chance.uniform(-3e-4, 3e-4)
    x, y = (int(at) for at in units(lat, lon))
    kind = int(snapshot.service_idx[row])
    code, service = snapshot.service_codes[kind], snapshot.services[kind]
    at = datetime.now(UTC) + timedelta(minutes=1)
    sought = Sought(lat, lon, code, service, snapshot.upstreams[0], text, snapshot.addresses[row], at)
    return Asked(sought, kind, x, y, REACH * stretch(y * UNIT) / UNIT)


def _place_lines(bench: Bench, nearby: Nearby, calls: list[Asked], store: Store) -> list[Line]:
    quiet = [replace(call.sought, words="") for call in calls]
    cells = _cells(nearby.snapshot)
    tables = closing(_tables(nearby.snapshot))
    with tables as base, closing(_durable(bench, store)) as durable, filled(nearby.snapshot) as near:
        peers: Finders = {
            BTREE: partial(_nearest_by, base, BY_BTREE),
            RTREE: partial(_nearest_by, base, BY_RTREE),
            CELLS: partial(_nearest_in, cells),
        }
        at_server: Finders = {POSTGRES: partial(_nearest_on, near)}
        _same_work(nearby, calls, peers | at_server)
        ours = Contender("ours", _turning(lambda sought: nearby.candidates(sought, lambda _: {}), quiet))
        commit = Contender(COMMIT, lambda: durable.execute("UPDATE request SET status = 'new' WHERE id = 1"))
        figures = race([ours, *_turns(peers, calls), commit], bench.repeats)
        # Apart: a server's work between two of the others' leaves their caches cold.
        far_figures = race([ours, *_turns(at_server, calls)], bench.repeats)
    name = "five offers with reasons: same service, open, 150 m"
    goal = Line(NUMBER, bench.n, f"{name}, by itself", None, None, "", "≤ 0.5 ms", 0.5, bare=True)
    durably = Line(NUMBER, bench.n, name, None, None, COMMIT, "≤ 1×", 1.0)
    beside = Line(
        NUMBER, bench.n, name, None, None, "", note="the peers only find what is near, and sort it by distance"
    )
    return [
        compared(goal, figures["ours"], None),
        compared(durably, figures["ours"], figures[COMMIT]),
        *(compared(beside, figures["ours"], figures[peer]) for peer in peers),
        *(compared(beside, far_figures["ours"], far_figures[peer]) for peer in at_server),
    ]


def _turns(finders: Finders, calls: list[Asked]) -> list[Contender]:
    return [Contender(name, _turning(find, calls)) for name, find in finders.items()]


def _same_work(nearby: Nearby, calls: list[Asked], peers: Finders) -> None:
    """All find the same open requests of the service within reach; ours ranks them by more than distance."""
    found = 0
    for call in calls:
        rows, evidence = nearby.considered(call.sought)
        near = rows[evidence.same_service & ~np.isnan(evidence.metres)]
        ids = sorted(nearby.snapshot.ids[near].tolist())
        found += len(ids)
        for name, find in peers.items():
            same(f"near by, {name}", sorted(i for _, i in find(call)), ids)
    if not found:
        raise NotTheSame("nothing is near anything")


def _tables(snapshot: Snapshot) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.executescript(TABLES)
    placed = np.flatnonzero(snapshot.x != NO_PLACE)
    columns = [c[placed].tolist() for c in (snapshot.ids, snapshot.service_idx, snapshot.x, snapshot.y)]
    base.executemany("INSERT INTO request VALUES (?, ?, ?, ?, 'new')", zip(*columns, strict=True))
    boxed = ((i, x, x, y, y, kind, x, y) for i, kind, x, y in zip(*columns, strict=True))
    base.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)", boxed)
    base.execute("ANALYZE")
    return base


def _durable(bench: Bench, store: Store) -> sqlite3.Connection:
    """A file of its own whose commits are as durable as the store's: each statement is one."""
    made = sqlite3.connect(bench.scratch("duplicates") / "durable.db", isolation_level=None)
    for name in ("journal_mode", "synchronous"):
        with store.read() as connection:
            (value,) = connection.exec_driver_sql(f"PRAGMA {name}").one()
        made.execute(f"PRAGMA {name} = {value}")
    same("durability", made.execute("PRAGMA synchronous").fetchone()[0] >= FULL, True)
    made.executescript(TABLES)
    made.execute("INSERT INTO request VALUES (1, 1, 1, 1, 'new')")
    return made


def _nearest_by(base: sqlite3.Connection, query: str, call: Asked) -> list[tuple[float, int]]:
    box = (call.y - call.reach, call.y + call.reach, call.x - call.reach, call.x + call.reach)
    return _nearest(call, base.execute(query, (call.type, *box)).fetchall())


def _nearest(call: Asked, found: Sequence[tuple[int, int, int]]) -> list[tuple[float, int]]:
    most, x, y = call.reach * call.reach, call.x, call.y
    return sorted((d, i) for i, a, b in found if (d := (a - x) * (a - x) + (b - y) * (b - y)) <= most)


Cells = dict[tuple[int, int, int], list[tuple[int, int, int]]]
SHIFT = 14


def _cells(snapshot: Snapshot) -> Cells:
    made: Cells = defaultdict(list)
    placed = np.flatnonzero(snapshot.x != NO_PLACE)
    columns = [c[placed].tolist() for c in (snapshot.ids, snapshot.service_idx, snapshot.x, snapshot.y)]
    for i, kind, x, y in zip(*columns, strict=True):
        made[kind, x >> SHIFT, y >> SHIFT].append((i, x, y))
    return dict(made)


def _nearest_in(cells: Cells, call: Asked) -> list[tuple[float, int]]:
    west, east, south, north = (
        int(at) >> SHIFT
        for at in (call.x - call.reach - 1, call.x + call.reach, call.y - call.reach - 1, call.y + call.reach)
    )
    found: list[tuple[int, int, int]] = []
    for column in range(west, east + 1):
        for line in range(south, north + 1):
            found += cells.get((call.type, column, line), ())
    return _nearest(call, found)


def _nearest_on(near: Near, call: Asked) -> list[tuple[float, int]]:
    return _nearest(call, near(*inverse(call.x * UNIT, call.y * UNIT), REACH, call.type))


def _word_lines(bench: Bench, nearby: Nearby, calls: list[Asked], store: Store) -> list[Line]:
    texts = list(descriptions(store, nearby.snapshot.ids[:TEXTS].tolist()).values())
    said = [wordmatch.words(call.sought.words) for call in calls]
    contenders = [
        Contender("ours", _turning(lambda s: wordmatch.shares(s, [wordmatch.words(t) for t in texts]), said)),
        Contender(
            "whole", _turning(lambda s: nearby.candidates(s, partial(descriptions, store)), [c.sought for c in calls])
        ),
    ]
    fuzz = _fuzz()
    if fuzz is not None:
        spoken = [call.sought.words for call in calls]
        contenders.append(Contender(FUZZ, _turning(lambda s: [fuzz(s, text) for text in texts], spoken)))
    figures = race(contenders, bench.repeats)
    words = Line(NUMBER, bench.n, f"the words of {len(texts)} descriptions", None, None, FUZZ)
    beside = words if fuzz is not None else replace(words, note="not run: rapidfuzz is not installed")
    whole = Line(
        NUMBER, bench.n, "five offers by the caller's words too, descriptions read from the store", None, None, ""
    )
    return [compared(beside, figures["ours"], figures.get(FUZZ)), compared(whole, figures["whole"], None)]


def _fuzz() -> Callable[[str, str], float] | None:
    try:
        made: Callable[[str, str], float] = importlib.import_module("rapidfuzz.fuzz").token_set_ratio
    except ImportError:
        return None
    return made


def _follow_line(bench: Bench, snapshot: Snapshot) -> Line:
    """One request after the other is closed, and each time the search is current again."""
    nearby, changing = Nearby(snapshot), _Closing(snapshot)
    contenders = [
        Contender("ours", lambda: nearby.follow(changing.snapshot), changing.close_one),
        Contender(ANEW, lambda: Nearby(changing.snapshot)),
    ]
    figures = race(contenders, bench.repeats)
    line = Line(NUMBER, bench.n, "current again after a request was closed", None, None, ANEW)
    return compared(line, figures["ours"], figures[ANEW])


class _Closing:
    """A snapshot in which one more request is closed at a time."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self._next = snapshot, 0

    def close_one(self) -> None:
        status = self.snapshot.status.copy()
        status[self._next] = CLOSED
        self._next += 1
        self.snapshot = replace(self.snapshot, status=status)


def _turning(find: Callable[[T], object], calls: Sequence[T]) -> Callable[[], object]:
    turn = cycle(calls)
    return lambda: find(next(turn))
