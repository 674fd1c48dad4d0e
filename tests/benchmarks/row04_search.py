"""Row 4: all requests that hold the words being typed, beside FTS5 and LIKE on the same store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

import numpy as np

from console.storeside import StoreSide
from services.queue.snapshot import Ints, Snapshot
from services.store.search import expression
from tests.benchmarks.city import city
from tests.benchmarks.desk import Sitting, sitting
from tests.benchmarks.harness import Bench, Contender, Figure, Line, NotTheSame, compared, race, same

NUMBER, TITLE = 4, "Type in the search box"
COMMON = "street"
FTS, LIKE = "SQLite FTS5", "SQLite LIKE"
LIKED = ("number", "upstream_id", "address", "area", "zipcode", "service", "description")
MATCH = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid"


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    with sitting(made.settings) as desk:
        desk.indexed()
        snapshot = desk.snapshot
        house, *street = snapshot.addresses[len(snapshot) // 2].split()
        rare = f"{house} {max(street, key=len, default='')}".strip()
        return [
            *_lines(bench, desk, f"a common word: {COMMON}", COMMON, ("≤ 0.1×", 0.1)),
            *_lines(bench, desk, "rare words: an address", rare, ("≤ 1.5×", 1.5)),
            _typed(bench, desk),
        ]


def _lines(bench: Bench, desk: Sitting, name: str, words: str, goal: tuple[str, float]) -> list[Line]:
    snapshot = desk.snapshot
    figures, count = desk.in_store(lambda side: _race(bench, side, snapshot, words))
    note = f"{count:,} found"
    return [
        compared(Line(NUMBER, bench.n, name, None, None, FTS, *goal, note=note), figures["ours"], figures[FTS]),
        compared(
            Line(NUMBER, bench.n, name, None, None, LIKE, "≤ 0.01×", 0.01, note=note), figures["ours"], figures[LIKE]
        ),
    ]


def _race(bench: Bench, side: StoreSide, snapshot: Snapshot, words: str) -> tuple[dict[str, Figure], int]:
    """In the store's thread, as the desk does it."""
    each = " OR ".join(f"{name} LIKE ?" for name in LIKED)
    like = " AND ".join(f"({each})" for _ in words.split())
    values = [f"%{word}%" for word in words.split() for _ in LIKED]
    with closing(sqlite3.connect(f"{side.settings.home / 'desk.db'}")) as base:

        def matching() -> list[int]:
            return [row[0] for row in base.execute(MATCH, (expression(words),)).fetchall()]

        def liking() -> list[int]:
            return [row[0] for row in base.execute(f"SELECT id FROM request WHERE {like}", values).fetchall()]

        ours = as_ids(side.search(snapshot, words), snapshot)
        same(f"“{words}”: ids", ours, matching())
        same(f"“{words}”: LIKE finds these too", set(ours) <= set(liking()), True)
        if not ours:
            raise NotTheSame(f"nothing holds “{words}”")
        contenders = [
            Contender("ours", lambda: side.search(snapshot, words)),
            Contender(FTS, matching),
            Contender(LIKE, liking),
        ]
        return race(contenders, bench.repeats), len(ours)


def as_ids(found: object, snapshot: Snapshot) -> list[int]:
    """What a search gives, ids or a mask of rows, as ids."""
    array = np.asarray(found)
    ids: Ints = snapshot.ids[array] if array.dtype == np.bool_ else array
    return sorted(ids.tolist())


def _typed(bench: Bench, desk: Sitting) -> Line:
    """Every letter of the common word, to both panes painted: the slowest stands for all."""
    typed = [COMMON[:i] for i in range(1, len(COMMON) + 1)]
    contenders = [Contender(f"{t}|", partial(desk.show, t), partial(desk.show, t[:-1])) for t in typed]
    figures = race(contenders, max(2, bench.repeats // 3))
    slowest = max(figures.values(), key=lambda f: f.median)
    note = f"slowest of {len(typed)}: {slowest.name}"
    return compared(
        Line(NUMBER, bench.n, "a letter typed, to both panes painted", None, None, "", note=note), slowest, None
    )
