"""Row 8: the first pull of a hundred thousand, more on top of them, and all of them again unchanged."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from unittest import mock

from services import sqlite
from services.domain.exchange import Page, UpstreamRequest
from services.domain.policy import Policy
from services.store import ingest
from services.store.store import Store
from services.sync import pull as pulling
from services.sync.policies import policies
from services.upstream.base import Upstream
from tests.benchmarks import canned
from tests.benchmarks.city import pages
from tests.benchmarks.harness import Bench, Contender, Line, compared, race, same

NUMBER, TITLE = 8, "First pull, more, and again"
MOST, MORE = 100_000, 0.2
TRIGGERS, ORM, PARSING = "executemany with FTS triggers", "ORM objects with FTS triggers", "reading the answers alone"
PAGES = "executemany, one FTS insert a page"
_WORDS = """INSERT INTO search (rowid, number, place, description, callers, notes)
    SELECT id, number, place, description, callers, notes FROM request_words WHERE id"""
TRIGGER = f"CREATE TRIGGER words AFTER INSERT ON request BEGIN {_WORDS} = new.id; END"
A_PAGE = f"{_WORDS} >= ?"
_NO_HISTORY = "SELECT ?, ?, ?, ?, ?"
"""Takes the values that a line of history would, and writes none."""


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    count = min(bench.n, MOST)
    folder = bench.scratch("pull")
    first = [_located(page) for page in pages(count)]
    more = [_located(page) for page in pages(max(1, int(count * MORE)), first=count + 1)]
    policy = policies([canned.CONFIG], ())["city"]
    lines = [
        *_first(folder, first, policy),
        *_without_history(folder, first, policy),
        *_more(folder, first, more, policy),
        *_again(folder, first, policy),
    ]
    shutil.rmtree(folder)
    return [replace(line, n=bench.n) for line in lines]


def _located(page: Page) -> Page:
    """With the area known, as a server that tells the ward sends it: naming areas is no part of storing."""
    return replace(page, requests=tuple(replace(r, place=replace(r.place, area="Ward 6")) for r in page.requests))


class Slot:
    """A fresh store for each repetition: a copy of `base`, or an empty one."""

    def __init__(self, folder: Path, name: str, base: Path | None = None, script: str = "") -> None:
        self.file, self._base, self._script = folder / f"{name}.db", base, script
        self._count = 0

    def fresh(self) -> None:
        """Begin anew."""
        for old in self.file.parent.glob(self.file.name + "*"):
            old.unlink()
        if self._base:
            shutil.copy(self._base, self.file)
        else:
            Store.open(self.url).close()
        if self._script:
            with closing(sqlite3.connect(self.file)) as base:
                base.execute(self._script)

    @property
    def url(self) -> str:
        """As the desk writes it."""
        return f"sqlite:///{self.file}"

    def counts(self) -> list[int]:
        """How many requests, lines of history and matches of a word it holds."""
        asked = ("SELECT count(*) FROM request", "SELECT count(*) FROM event WHERE kind = 'pulled'",
                 "SELECT count(*) FROM search WHERE search MATCH '\"street\"*'")  # fmt: skip
        with closing(sqlite3.connect(self.file)) as base:
            return [base.execute(question).fetchone()[0] for question in asked]


def _pulled(slot: Slot, upstream: Upstream, policy: Policy) -> None:
    store = Store.open(slot.url)
    try:
        pulling.pull(store, upstream, policy)
    finally:
        store.close()


def _first(folder: Path, held: list[Page], policy: Policy) -> list[Line]:
    count = sum(len(p.requests) for p in held)
    ours, peer, paged = Slot(folder, "ours"), Slot(folder, "triggers", script=TRIGGER), Slot(folder, "paged")
    contenders = [
        Contender("ours", partial(_pulled, ours, canned.ready(held), policy), ours.fresh),
        Contender(TRIGGERS, partial(_executed, peer, held), peer.fresh),
        Contender(PAGES, partial(_executed, paged, held, words=A_PAGE), paged.fresh),
    ]
    figures = race(contenders, 3)
    same("requests, history, matches", [ours.counts()] * 2, [peer.counts(), paged.counts()])
    rate = f"ours {count / figures['ours'].median * 1000:,.0f} requests a second"
    name = f"first pull of {count:,}"
    goal = Line(NUMBER, count, name, None, None, TRIGGERS, "≤ 1/6", 1 / 6, note=rate)
    bare = Line(NUMBER, count, name, None, None, PAGES, note="the same tables and indexes; the peer looks nothing up")
    shutil.copy(ours.file, folder / "base.db")
    return [compared(goal, figures["ours"], figures[TRIGGERS]), compared(bare, figures["ours"], figures[PAGES])]


def _without_history(folder: Path, held: list[Page], policy: Policy) -> list[Line]:
    """Both without the events that a pull writes."""
    count = sum(len(p.requests) for p in held)
    ours, peer = Slot(folder, "ours"), Slot(folder, "triggers", script=TRIGGER)
    contenders = [
        Contender("ours", partial(_pulled, ours, canned.ready(held), policy), ours.fresh),
        Contender(TRIGGERS, partial(_executed, peer, held, history=False), peer.fresh),
    ]
    with mock.patch.object(ingest, "PULLED", _NO_HISTORY):
        figures = race(contenders, 3)
    same("requests, history, matches", ours.counts(), peer.counts())
    line = Line(NUMBER, count, f"first pull of {count:,}, without its history", None, None, TRIGGERS)
    return [compared(line, figures["ours"], figures[TRIGGERS])]


def _more(folder: Path, held: list[Page], more: list[Page], policy: Policy) -> list[Line]:
    base, count = folder / "base.db", sum(len(p.requests) for p in more)
    ours, peer = Slot(folder, "ours", base), Slot(folder, "orm", base, TRIGGER)
    start = sum(len(p.requests) for p in held) + 1
    contenders = [
        Contender("ours", partial(_pulled, ours, canned.ready(more), policy), ours.fresh),
        Contender(ORM, partial(_with_objects, peer, more, start), peer.fresh),
    ]
    figures = race(contenders, 3)
    same("requests, history, matches", ours.counts(), peer.counts())
    rate = f"ours {count / figures['ours'].median * 1000:,.0f} requests a second"
    line = Line(NUMBER, count, f"{count:,} more on top of them", None, None, ORM, "≤ 1/6", 1 / 6, note=rate)
    return [compared(line, figures["ours"], figures[ORM])]


def _again(folder: Path, held: list[Page], policy: Policy) -> list[Line]:
    """From the server's answers: the first time, and once more."""
    shown = list(chain.from_iterable(page.requests for page in held))
    empty, slot = Slot(folder, "answers"), Slot(folder, "again")
    slot.fresh()
    with _client(shown) as first:
        _pulled(slot, first, policy)
    before = slot.counts()
    same("requests", before[0], len(shown))
    with _client(shown) as upstream:
        contenders = [
            Contender("first", partial(_pulled, empty, upstream, policy), empty.fresh),
            Contender("again", partial(_pulled, slot, upstream, policy), partial(_forget_cursor, slot)),
            Contender(PARSING, lambda: list(upstream.pages(""))),
        ]
        figures = race(contenders, 5)
    same("nothing new", [empty.counts(), slot.counts()], [before, before])
    first_time = Line(NUMBER, len(shown), f"first pull of {len(shown):,}, answers read as well", None, None, PARSING)
    once_more = Line(NUMBER, len(shown), f"{len(shown):,} again, unchanged", None, None, PARSING, "≤ 1.3×", 1.3)
    return [compared(first_time, figures["first"], figures[PARSING]),
            compared(once_more, figures["again"], figures[PARSING])]  # fmt: skip


@contextmanager
def _client(shown: list[UpstreamRequest]) -> Iterator[Upstream]:
    made = canned.recorded(shown)
    try:
        yield made
    finally:
        made.close()


def _forget_cursor(slot: Slot) -> None:
    """Let the desk believe that it has never pulled: it reads everything again."""
    with closing(sqlite3.connect(slot.file)) as base, base:
        base.execute("UPDATE upstream_state SET cursor = ''")


def _columns(shown: UpstreamRequest, request_id: int) -> dict[str, Any]:
    """The columns that a peer writes of one request; the same ones as ours."""
    place = shown.place
    return {
        "id": request_id, "number": f"26-{request_id:06d}", "upstream": "city", "upstream_id": shown.upstream_id,
        "service_code": shown.service_code, "service": shown.service, "status": "new", "address": place.address,
        "lat": place.lat, "lon": place.lon, "area": place.area, "zipcode": place.zipcode,
        "description": shown.description, "channel": "phone", "upstream_status": shown.status_word,
        "requested_at": shown.requested_at, "updated_at": shown.updated_at or shown.requested_at,
        "expected_at": shown.expected_at, "fingerprint": shown.upstream_id,
    }  # fmt: skip


def _executed(slot: Slot, held: list[Page], *, words: str = "", history: bool = True) -> None:
    """A transaction a page, executemany; the index is told row by row by a trigger, or by `words` once a page."""
    names = list(_columns(held[0].requests[0], 1))
    insert = f"INSERT INTO request ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    event = "INSERT INTO event (request_id, at, actor, kind, data) VALUES (?, ?, 'city', 'pulled', ?)"
    data, start = json.dumps({"status": "new", "version": 1}), 1
    with closing(_bare(slot.file)) as base:
        for page in held:
            made = [_columns(r, start + i) for i, r in enumerate(page.requests)]
            base.execute("BEGIN IMMEDIATE")
            base.executemany(insert, [[_millis(v) for v in row.values()] for row in made])
            base.executemany(event, [(row["id"], 0, data) for row in made] if history else [])
            base.execute(words, (start,)) if words else None
            base.execute("COMMIT")
            start += len(made)


def _millis(value: Any) -> Any:
    return sqlite.to_millis(value) if hasattr(value, "astimezone") else value


def _bare(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    return base


def _with_objects(slot: Slot, held: list[Page], start: int) -> None:
    """One object a request and one a line of history, a commit a page."""
    from sqlalchemy import create_engine
    from sqlalchemy import event as engine_events
    from sqlalchemy.orm import Session, registry
    from sqlalchemy.pool import NullPool

    from services.store.tables import event, request

    class Request:
        """A row of `request`."""

    class History:
        """A row of `event`."""

    mapper = registry()
    mapper.map_imperatively(Request, request)
    mapper.map_imperatively(History, event)
    engine = create_engine(f"sqlite:///{slot.file}", poolclass=NullPool)
    engine_events.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = FULL"))
    with Session(engine) as session:
        for page in held:
            for shown in page.requests:
                session.add(_object(Request, _columns(shown, start)))
                told = {"request_id": start, "at": shown.requested_at, "actor": "city", "kind": "pulled",
                        "data": {"status": "new", "version": 1}}  # fmt: skip
                session.add(_object(History, told))
                start += 1
            session.commit()
    mapper.dispose()
    engine.dispose()


def _object(kind: Callable[[], object], values: dict[str, Any]) -> object:
    made = kind()
    for name, value in values.items():
        setattr(made, name, value)
    return made
