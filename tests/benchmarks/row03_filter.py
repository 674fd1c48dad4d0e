"""Row 3: five predicates at once, from the click to painted panes; and the engine beside SQLite, DuckDB, Polars."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QRegularExpression
from PySide6.QtWidgets import QWidget

from services.domain.status import Channel, Status
from services.queue.query import Order, parse, run
from services.queue.snapshot import CHANNELS, NONE, STATUSES, Ints, Snapshot
from tests.benchmarks import models, qt
from tests.benchmarks.city import City, city
from tests.benchmarks.desk import sitting
from tests.benchmarks.harness import Bench, Contender, Line, compared, race, same

NUMBER, TITLE = 3, "Five predicates to ordered rows"
OPEN = [s.value for s in Status if s.is_open]
DAYS = 200
GONE = (Status.ON_HOLD.value,)


@dataclass(frozen=True)
class Wish:
    """The five predicates, as a query and as plain values for every peer."""

    services: tuple[str, ...]
    channels: tuple[str, ...]
    area: str
    areas: tuple[str, ...]
    """Every value of the area column that the query's name means."""
    since_ms: int

    @property
    def query(self) -> str:
        """As a person types it."""
        named = ",".join(f'"{s}"' for s in self.services)
        area = f' area:"{self.area}"' if self.area else ""
        return f"status:open service:{named} channel:{','.join(self.channels)}{area} age<{DAYS}d -status:on_hold"


def wish(snapshot: Snapshot, now_ms: int) -> Wish:
    """The commonest twenty services, three channels, the commonest area, and how far back."""
    common = np.argsort(-np.bincount(snapshot.service_idx, minlength=len(snapshot.services)), kind="stable")[:20]
    areas = np.bincount(snapshot.area_idx, minlength=len(snapshot.areas))
    parts: dict[str, int] = {}
    for count, name in zip(areas.tolist(), snapshot.areas, strict=True):
        for part in name.split(", "):
            parts[part] = parts.get(part, 0) + count
    parts.pop("", None)
    area = max(parts, key=lambda part: parts[part]) if parts else ""
    return Wish(
        tuple(snapshot.services[i] for i in common.tolist()),
        (Channel.PHONE.value, Channel.WEB.value, Channel.APP.value),
        area,
        tuple(a for a in snapshot.areas if not area or area in a.split(", ")),
        now_ms - DAYS * 86_400_000,
    )


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    try:
        asked = wish(made.snapshot, made.side.moment().ms)
        lines = [*_engines(bench, made, asked), *_clicks(bench, made, asked)]
    finally:
        made.close()
    return lines


def _engines(bench: Bench, made: City, asked: Wish) -> list[Line]:
    moment = made.side.moment()
    asked = replace(asked, since_ms=moment.ms - DAYS * 86_400_000)
    snapshot = made.snapshot

    def ours() -> Ints:
        return snapshot.ids[run(snapshot, parse(asked.query), moment, _no_words, Order())]

    def otherwise() -> object:
        return run(snapshot, parse("status:open"), moment, _no_words, Order())

    with closing(sqlite3.connect(made.file)) as connection:
        makers: list[tuple[str, Callable[[], list[int]]]] = [("SQLite", _sqlite(connection, asked))]
        missing = []
        for name, maker in (("Polars", _polars), ("DuckDB", _duckdb)):
            try:
                makers.append((name, maker(made, asked)))
            except ImportError:
                missing.append(name)
        wanted = ours().tolist()
        for name, ask in makers:
            same(f"{name}: ids in order", list(ask()), wanted)
        figures = race(
            [Contender("ours", ours, otherwise), *(Contender(name, ask) for name, ask in makers)], bench.repeats
        )
    note = f"{len(wanted):,} of {bench.n:,} found"
    lines = []
    for name, goal, most in (("Polars", "≤ 0.5×", 0.5), ("DuckDB", "", None), ("SQLite", "", None)):
        line = Line(NUMBER, bench.n, "five predicates, ordered ids", None, None, name, goal, most, note=note)
        if name in missing:
            line = replace(line, note="not run: `make bench` installs it")
        lines.append(compared(line, figures["ours"], figures.get(name)))
    return lines


def _no_words(_: str) -> Ints:
    return np.empty(0, np.int64)


SQL = """SELECT id FROM {table} WHERE status IN ({statuses}) AND service IN ({services}) AND channel IN ({channels})
    AND area IN ({areas}) AND requested_at > {since}
    ORDER BY due_at IS NULL, due_at, id"""


def _marks(values: tuple[str, ...] | list[str]) -> str:
    return ",".join("?" * len(values))


def _statement(asked: Wish) -> tuple[str, list[Any]]:
    statuses = [s for s in OPEN if s not in GONE]
    text = SQL.format(
        table="request",
        statuses=_marks(statuses),
        services=_marks(asked.services),
        channels=_marks(asked.channels),
        areas=_marks(asked.areas),
        since="?",
    )
    return text, [*statuses, *asked.services, *asked.channels, *asked.areas, asked.since_ms]


def _sqlite(connection: sqlite3.Connection, asked: Wish) -> Callable[[], list[int]]:
    text, values = _statement(asked)
    return lambda: [row[0] for row in connection.execute(text, values).fetchall()]


def _columns(made: City) -> dict[str, Any]:
    """What the column stores get: the same columns as arrays and words."""
    s = made.snapshot
    return {
        "id": s.ids,
        "status": [STATUSES[i].value for i in s.status.tolist()],
        "service": [s.services[i] for i in s.service_idx.tolist()],
        "channel": [CHANNELS[i].value for i in s.channel.tolist()],
        "area": [s.areas[i] for i in s.area_idx.tolist()],
        "requested_at": s.requested_ms,
        "due_at": s.due_ms,
    }


def _polars(made: City, asked: Wish) -> Callable[[], Any]:
    import polars as pl

    words = ("status", "service", "channel", "area")
    frame = pl.DataFrame(_columns(made)).with_columns(
        *(pl.col(c).cast(pl.Categorical) for c in words),
        pl.when(pl.col("due_at") == NONE).then(None).otherwise(pl.col("due_at")).alias("due_at"),
    )
    statuses = [s for s in OPEN if s not in GONE]
    plan = (
        frame.lazy()
        .filter(
            pl.col("status").is_in(statuses),
            pl.col("service").is_in(list(asked.services)),
            pl.col("channel").is_in(list(asked.channels)),
            pl.col("area").is_in(list(asked.areas)),
            pl.col("requested_at") > asked.since_ms,
        )
        .sort("due_at", "id", nulls_last=True)
        .select("id")
    )
    return lambda: plan.collect()["id"].to_numpy()


def _duckdb(made: City, asked: Wish) -> Callable[[], Any]:
    import duckdb

    base = duckdb.connect()
    words = ("status", "service", "channel", "area")
    base.register("frame", {k: np.asarray(v, object if k in words else None) for k, v in _columns(made).items()})
    for word in words:
        base.execute(f"CREATE TYPE {word}_type AS ENUM (SELECT DISTINCT {word} FROM frame)")
    casts = ", ".join(f"{w}::{w}_type AS {w}" for w in words)
    base.execute(
        f"CREATE TABLE request AS SELECT id, {casts}, requested_at, nullif(due_at, {NONE}::HUGEINT) AS due_at"
        " FROM frame"
    )
    base.unregister("frame")
    text, values = _statement(asked)
    return lambda: base.execute(text, values).fetchnumpy()["id"]


def _clicks(bench: Bench, made: City, asked: Wish) -> list[Line]:
    floor, other = "a bare repaint of both", "proxy over QRangeModel, one predicate"
    source = models.range_model(models.keys(made.snapshot))
    with sitting(made.settings) as desk:
        queries = cycle(("status:open", "status:open channel:phone"))
        desk.show(asked.query)
        contenders = [
            Contender("click", lambda: desk.show(asked.query), lambda: desk.show(next(queries))),
            Contender(floor, desk.panes.now),
        ]
        views: list[QWidget] = []
        if source is not None:
            views, filtering = _proxy(source)
            contenders.append(Contender(other, filtering))
        figures = race(contenders, bench.repeats, floor=floor)
        qt.close(*views)
    line = Line(NUMBER, bench.n, "click to both panes painted", None, None, floor, "≤ 4×", 4)
    note = "the peer does less: one predicate, one pane" if views else "not run: this PySide6 has no QRangeModel"
    beside = Line(NUMBER, bench.n, "click to both panes painted", None, None, other, note=note)
    return [compared(line, figures["click"], figures[floor]), compared(beside, figures["click"], figures.get(other))]


def _proxy(source: QAbstractItemModel) -> tuple[list[QWidget], Callable[[], None]]:
    """Qt's proxy over QRangeModel, and its filtering by the last digit, to painted rows."""
    sorter = models.proxy(source)
    sorter.setFilterKeyColumn(0)
    view = models.table_view(sorter)
    painted = qt.Painted(qt.shown(view).viewport())
    endings = cycle("13579")

    def work() -> None:
        sorter.setFilterRegularExpression(QRegularExpression(f"{next(endings)}$"))
        painted.now()

    return [view], work
