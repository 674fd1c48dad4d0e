"""Row 14: every figure of the supervise view over a year, beside Polars doing a part of the same group-bys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from services.queue.moments import Moments
from services.queue.snapshot import CHANNELS, CLOSED, NONE, Snapshot
from services.supervise.measures import YEAR, Figures, figures, last_days
from services.supervise.periods import Bucket
from tests.benchmarks.city import City, city
from tests.benchmarks.harness import Bench, Contender, Line, compared, race, same

NUMBER, TITLE = 14, "Every figure of the supervise view"
PERIODS = (2, 7, 30, 365)
"""Days, today included."""
_DAYS_MS = 20 * 86_400_000
"""So long after a request came in something may still be said of it."""


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    try:
        lines = [line for days in PERIODS for line in _period(bench, made, days)]
    finally:
        made.close()
    return lines


def _period(bench: Bench, made: City, days: int) -> list[Line]:
    snapshot, moment = _talked_of(made.snapshot), made.side.moment()
    period = last_days(days, moment.now, moment.zone)
    whole = figures(snapshot, moment, period, back=YEAR)
    buckets = whole.charts["flow"].buckets

    def ours() -> Figures:
        return figures(snapshot, moment, period, back=YEAR)

    contenders, note = (
        [Contender("ours", ours)],
        f"{len(list(whole)):,} parts, each with its query; two updates sent of each request",
    )
    try:
        peer = _polars(made, buckets)
    except ImportError:
        note += "; Polars not run: `make bench` installs it"
    else:
        same(f"Polars, {days} days", peer(), _told(whole))
        contenders.append(Contender("Polars", lambda: peer()))
        note += "; Polars: only opened and closed by bar, targets by service, median to close by bar"
    got = race(contenders, bench.repeats)
    line = Line(NUMBER, bench.n, f"all figures of {days} days, compared with a year before", None, None, "Polars",
                "≤ 200 ms", 200.0, bare=True, note=note)  # fmt: skip
    return [compared(line, got["ours"], got.get("Polars"))]


def _talked_of(snapshot: Snapshot) -> Snapshot:
    """The same city, where two updates a request were sent, one in 33 failed, and one in 22 was opened again."""
    dice, happened = np.random.default_rng(14), {}
    for key, often in (("told", 2.0), ("undelivered", 0.03), ("reopened", 0.045)):
        rows = np.repeat(np.arange(len(snapshot), dtype=np.int32), dice.poisson(often, len(snapshot)))
        at = snapshot.requested_ms.take(rows) + dice.integers(0, _DAYS_MS, len(rows))
        happened[key] = Moments(rows, at[np.lexsort((at, rows))])
    return replace(snapshot, happened=happened)


def _told(whole: Figures) -> tuple[list[int], list[int], dict[str, tuple[int, int]]]:
    """What the peer gives too: opened and closed by bar, and by service how many were promised, and kept."""
    opened, closed = whole.charts["flow"].series[:2]
    targets = whole.charts["targets"]
    promised = {part.label: part.count for part in targets.series[2].parts if part.count}
    kept = {part.label: part.count for part in targets.series[3].parts}
    return (
        [p.count for p in opened.parts],
        [p.count for p in closed.parts],
        {name: (number, kept[name]) for name, number in promised.items()},
    )


def _polars(made: City, buckets: tuple[Bucket, ...]) -> Callable[[], tuple[object, object, object]]:
    """The same of a frame of columns in memory, all group-bys in one lazy go."""
    import polars as pl

    s = made.snapshot
    words, times = ("service", "channel"), ("closed", "due")
    columns = {
        "requested": s.requested_ms, "closed": s.closed_ms, "due": s.due_ms, "is_open": np.not_equal(s.status, CLOSED),
        "service": [s.services[i] for i in s.service_idx.tolist()],
        "channel": [CHANNELS[i].value for i in s.channel.tolist()],
    }  # fmt: skip
    frame = pl.DataFrame(columns).with_columns(
        *(pl.when(pl.col(name) == NONE).then(None).otherwise(pl.col(name)).alias(name) for name in times),
        *(pl.col(name).cast(pl.Categorical) for name in words),
    )
    starts, end = [b.start for b in buckets], buckets[-1].end
    slot = {
        name: pl.col(name).cut(starts, left_closed=True, labels=[str(i) for i in range(-1, len(starts))])
        for name in ("requested", "closed")
    }

    def within(name: str) -> pl.LazyFrame:
        return frame.lazy().filter((pl.col(name) >= starts[0]) & (pl.col(name) < end))

    plans = [within(name).group_by(slot[name].alias("slot")).len() for name in ("requested", "closed")]
    due = within("closed").filter(pl.col("due").is_not_null())
    plans.append(due.group_by("service").agg(pl.len(), (pl.col("closed") <= pl.col("due")).sum().alias("kept")))
    plans.append(within("closed").group_by(slot["closed"].alias("slot")).agg(
        (pl.col("closed") - pl.col("requested")).median().alias("median")))  # fmt: skip

    def ask() -> tuple[list[int], list[int], dict[str, tuple[int, int]]]:
        opened, closed, targets, _ = pl.collect_all(plans)
        return _by_slot(opened, len(starts)), _by_slot(closed, len(starts)), {
            str(name): (int(number), int(kept)) for name, number, kept in targets.iter_rows()
        }  # fmt: skip

    return ask


def _by_slot(found: object, size: int) -> list[int]:
    """The counts in the order of the bars."""
    made = [0] * size
    for slot, number in found.iter_rows():  # type: ignore[attr-defined]
        made[int(slot)] = int(number)
    return made
