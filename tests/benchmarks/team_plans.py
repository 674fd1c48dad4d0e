"""What a desk and a worker ask of a server that holds ten years: their plans, and the same rows in one table beside."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.store import shelves
from services.store.acting import Acting
from services.store.store import Store
from tests.benchmarks.harness import Contender, Figure, Line, compared, race
from tests.benchmarks.report import HEAD, aligned, cells, markdown
from tests.services.postgres import running
from tests.services.store import filling, planning
from tests.services.store.parts import POLICIES

SLOWEST = 12
_PAGE = 100
_OFTEN = 2_000
"""Requests that are asked for again and again: what lies on the disk alone would be timed otherwise."""
_MOVED = 5_000
_ROW = 9
_ROOMY = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "30min",
}
"""To fill it soon; nothing here is about commits."""
_ONE_TABLE = """
CREATE SCHEMA bare;
CREATE TABLE bare.request AS TABLE desk.request;
ALTER TABLE bare.request ADD PRIMARY KEY (id), ADD UNIQUE (number);
CREATE UNIQUE INDEX ON bare.request (upstream, upstream_id) WHERE upstream_id <> '';
ANALYZE bare.request
"""
_ASKED = {
    f"{_PAGE} requests by id, of all years": ("SELECT * FROM {s}.request WHERE id = ANY (%s)", 0, _PAGE),
    f"{_PAGE} requests by an upstream's id": (
        "SELECT id, fingerprint, status FROM {s}.request WHERE upstream = 'city' AND upstream_id <> ''"
        " AND upstream_id = ANY (%s)",
        1,
        _PAGE,
    ),
    f"{_PAGE} ids by number": ("SELECT id FROM {s}.{t} WHERE number = ANY (%s)", 2, _PAGE),
    "1 request by id": ("SELECT * FROM {s}.request WHERE id = ANY (%s)", 0, 1),
    "1 request by id, held": ("SELECT id FROM {s}.request WHERE id = ANY (%s) FOR NO KEY UPDATE", 0, 1),
}


@dataclass(slots=True)
class Plans:
    """What came of it."""

    requests: int
    size: str = ""
    asked: dict[str, tuple[float, str]] = field(default_factory=dict)
    """By statement: the slowest that it was (milliseconds, with auto_explain's own cost), and in which work."""
    walks: dict[str, set[str]] = field(default_factory=dict)
    """By statement: what that grows it read from end to end."""
    lines: list[Line] = field(default_factory=list)
    moved: float = 0.0
    """Requests a second that are put on their shelves, one handful after the other."""
    longest: float = 0.0
    """Milliseconds of the longest handful: so long a desk waits at most."""


def run(open_ones: int, told: Callable[[str], None]) -> Plans:
    """Fill a server of its own with so many open requests and ten times as many closed, and look."""
    with running(**_ROOMY) as at:
        url = at.url("planned", "postgres")
        return measured(url, Plans(filling.fill(url, open_ones, told)))


def measured(url: str, made: Plans) -> Plans:
    """Look at a server that is filled."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        ((made.size,),) = raw.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchall()
        with closing(Store.open(url)) as store:
            _plans(Acting(store, Actor("postgres", ALL_ROLES), POLICIES, timedelta(0)), made)
            _shelving(raw, store, made)
        raw.execute(_ONE_TABLE)
        made.lines = _beside(raw, made.requests)
    return made


def _plans(acting: Acting, made: Plans) -> None:
    ids = planning.chosen(acting.store)
    for name, work in planning.WORKS.items():
        with planning.plans(acting.store) as heard:
            work(acting, ids)
        for plan in heard:
            _note(made, name, plan)


def _note(made: Plans, work: str, plan: dict[str, Any]) -> None:
    words = " ".join(str(plan["Query Text"]).split())
    took = float(plan["Plan"].get("Actual Total Time", 0.0))
    made.asked[words] = max(made.asked.get(words, (0.0, work)), (took, work))
    if found := planning.walked(plan["Plan"]):
        made.walks[words] = found


def _shelving(raw: psycopg.Connection[Any], store: Store, made: Plans) -> None:
    """How many a second, and how long a handful takes."""
    raw.execute("SET session_replication_role = replica")
    raw.execute(
        "UPDATE desk.request SET closed_at = closed_at - 63113904000 WHERE shelf = 0 AND id = ANY (ARRAY(SELECT id"
        " FROM desk.request WHERE shelf = 0 AND closed_at IS NOT NULL LIMIT %s))",
        (_MOVED,),
    )
    raw.execute("RESET session_replication_role")
    moved, took = 0, []
    while True:
        begun = time.perf_counter()
        some = shelves.keep(store)
        if not some:
            break
        took.append(time.perf_counter() - begun)
        moved += some
    made.moved, made.longest = moved / sum(took), max(took) * 1000


def _beside(raw: psycopg.Connection[Any], count: int) -> list[Line]:
    """The same questions of the shelves and of one table; each time for others of some rows."""
    chance = random.Random(11)
    ids = chance.sample(range(1, count + 1), min(count, _OFTEN))
    named = "SELECT id, upstream_id, number FROM bare.request WHERE id = ANY (%s)"
    rows = raw.execute(named.encode(), (ids,)).fetchall()
    lines = []
    for name, (statement, column, many) in _ASKED.items():
        keys = [row[column] for row in rows]

        def ask(
            schema: str, table: str, statement: str = statement, keys: list[Any] = keys, many: int = many
        ) -> Contender:
            asked = statement.format(s=schema, t=table).encode()
            for first in range(0, len(keys), _PAGE):
                raw.execute(asked, (keys[first : first + _PAGE],))
            return Contender(schema, lambda: raw.execute(asked, (chance.sample(keys, many),)).fetchall())

        figures = race([ask("desk", "request_identity"), ask("bare", "request")])
        peer = Figure("one table", figures["bare"].wall, figures["bare"].cpu)
        lines.append(compared(Line(_ROW, count, name, None, None, ""), figures["desk"], peer))
    return lines


def came(made: Plans) -> str:
    """What it was and what came of it, in a few sentences."""
    walks = f"**{len(made.walks)} read one from end to end**" if made.walks else "none read one from end to end"
    return (
        f"{made.requests:,} requests, of which 1 in 11 is open, on the shelves of {filling.YEARS} years;"
        f" {filling.HELD}; {made.size}. Of {len(made.asked)} different"
        f" statements of a desk and a worker (triggers' own included), {walks} of the tables that grow."
        f" What is closed is put on its shelf at {made.moved:,.0f} requests a second, {shelves.AT_ONCE} in a"
        f" transaction, the longest of which took {made.longest:.0f} ms."
    )


def slowest(made: Plans) -> list[list[str]]:
    """The slowest statements, with a head."""
    ranked = sorted(((took, work, words) for words, (took, work) in made.asked.items()), reverse=True)[:SLOWEST]
    rows = [[f"{took:.2f} ms", work, words[:110].replace("|", "¦")] for took, work, words in ranked]
    return [["at the server", "in", "statement"], *rows]


def table(made: Plans) -> str:
    """For the terminal."""
    parts = ["", came(made), *aligned(slowest(made)), "", *aligned([list(HEAD), *map(cells, made.lines)])]
    return "\n".join([*parts, *unmet(made)]) + "\n"


def page(made: Plans) -> Sequence[str]:
    """Its part of docs/benchmarks-team.md."""
    return (
        "## Ten years on one server",
        came(made),
        "The slowest, told by the server's own auto_explain (which makes them slower); what is read first comes from"
        " the disk:",
        markdown(slowest(made)),
        "The same rows in shelves and in one table with the same indexes, both by psycopg alone, other rows each time:",
        markdown([list(HEAD), *map(cells, made.lines)]),
    )


def unmet(made: Plans) -> list[str]:
    """Each statement that reads what grows from end to end."""
    walks = made.walks.items()
    return [f"- Read from end to end: {', '.join(sorted(found))}, by {words[:300]}" for words, found in walks]
