"""What will breach: the chance that a request misses its due time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from services.domain.queue_row import QueueRow
from services.queue.snapshot import NONE, Ints, Mask, Snapshot, build
from services.supervise.forecast import DAY, Floats, forecast
from tests.evaluate.data import records
from tests.evaluate.rows import Row

DATA = "boston/requests_2011h2.csv.gz"
ZONE = ZoneInfo("America/New_York")
ABOUT = """Features as of the moment of filing; requests still open are counted as censored.
Boston's requests of July to December 2011 that have a due time, by service (the city's type) and area (its
neighbourhood). `services/supervise/forecast.py` gives each request filed in October to December a chance to miss its
due time, before anything but its filing is known of it. `breach-auc`: how often, of two requests, the one that missed
it had the higher chance. `breach-calibration`: how far the chances are from what happened, on average over ten groups
of like chance (smaller is better). Learned on July to September and left so: what was open on 1 October counts as open
until then. `…-daily`: the same with what had become known by the morning of each day, as the desk does it, beside the
same baseline with the same knowledge. `…-storm`: of those filed on 28 and 29 August 2011, the days of hurricane Irene,
with what was known on each morning; `…-after`: of those filed in the four weeks from the 30th. The baseline is the
service's past miss rate among requests whose due time had passed. Requests without a number (fewer than ten of the
service had ended) are in neither.

The window (90 days) and how far an area leans on its service, and a service on its past, were chosen on 15 August to
30 September alone. Tried there and left out, for they made it worse: the pace of closing in the last 7 to 28 days, open
requests for each closing (both stand for load), the overdue share of what is open, the channel, and the police and
public-works districts. So load and season speak through the window alone. On the storm's days far more was late than
anything before them could say (the figures are shown apart, and are poor for both); the weeks after show what is left.

Not shown: seasons, for half a year has none to compare; and the chance while a request grows old, of which
`tests/services/supervise/test_forecast.py` shows that it rises."""
CLEARLY_AUC, CLEARLY_OFF = 0.005, 0.002


def rows() -> list[Row]:
    """The figures. Raises Missing."""
    snapshot = city()
    first, last = moment("2011-10-01"), moment("2012-01-01")
    made = compared("breach", snapshot, first, last, frozen=True)
    made += compared("breach", snapshot, first, last, frozen=False, suffix="-daily")
    for suffix, begin, end in (("-storm", "2011-08-28", "2011-08-30"), ("-after", "2011-08-30", "2011-09-27")):
        made += compared("breach", snapshot, moment(begin), moment(end), frozen=False, suffix=suffix)
    return made


def moment(day: str) -> int:
    """The local midnight a day begins with, in ms."""
    return int(datetime.fromisoformat(day).replace(tzinfo=ZONE).timestamp() * 1000)


@cache
def city() -> Snapshot:
    """The half-year as it ended. Raises Missing."""
    return build(_rows(), ())


def _rows() -> Iterator[QueueRow]:
    for number, raw in enumerate(sorted(records(DATA), key=lambda r: r["open_dt"]), 1):
        opened, target, closed = (_ms(raw[name]) for name in ("open_dt", "target_dt", "closed_dt"))
        yield QueueRow(
            number, raw["case_enquiry_id"], "boston", raw["case_enquiry_id"], raw["type"], raw["type"],
            "closed" if closed else "new", None, "", None, None, raw["neighborhood"],
            opened or 0, closed or opened or 0, target, closed, None, "app", 1, False, False, False, "",
        )  # fmt: skip


def _ms(text: str) -> int | None:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000) if text else None


def compared(name: str, snapshot: Snapshot, first: int, last: int, *, frozen: bool, suffix: str = "") -> list[Row]:
    """Both figures over what was filed from `first` to `last` (ms), beside the baseline's on the same requests."""
    filed, ours, theirs = scored(snapshot, first, last, frozen=frozen)
    late = missed(snapshot, filed)
    told = ~np.isnan(ours)
    filed, ours, theirs, late = filed[told], ours[told], theirs[told], late[told]
    share = f"no number for {1 - told.mean():.1%}; {late.mean():.1%} were late, {ours.mean():.1%} expected"
    one, other = auc(ours, late), auc(theirs, late)
    off, their_off = calibration(ours, late), calibration(theirs, late)
    base, less = "the service's past miss rate", "smaller is better"
    return [
        Row(f"{name}-auc{suffix}", one, other, base, len(late), one > other + CLEARLY_AUC, share),
        Row(f"{name}-calibration{suffix}", off, their_off, base, len(late), off < their_off - CLEARLY_OFF, less),
    ]


def scored(snapshot: Snapshot, first: int, last: int, *, frozen: bool) -> tuple[Ints, Floats, Floats]:
    """The requests filed day by day, their chances, and the baseline's; `frozen`: by what was known at `first`."""
    asked, due = snapshot.requested_ms, snapshot.due_ms
    parts: list[tuple[Ints, Floats, Floats]] = []
    for day in range(first, last, DAY):
        known = first if frozen else day
        filed = np.flatnonzero((asked >= day) & (asked < min(day + DAY, last)) & (due != NONE) & (due > asked))
        theirs = past_rate(snapshot, known)[snapshot.service_idx[filed]]
        parts.append((filed, forecast(snapshot, known).of(filed), theirs))
    filed, ours, theirs = (np.concatenate(part) for part in zip(*parts, strict=True))
    return filed, ours, theirs


def past_rate(snapshot: Snapshot, now: int) -> Floats:
    """By service, the share late of the requests whose due time has passed; the city's, where there are none."""
    decided = (snapshot.due_ms != NONE) & (snapshot.due_ms <= now) & (snapshot.due_ms > snapshot.requested_ms)
    service, late = snapshot.service_idx[decided], missed(snapshot, np.flatnonzero(decided))
    n = np.bincount(service, minlength=len(snapshot.services))
    rate: Floats = np.where(n > 0, np.bincount(service, late, len(snapshot.services)) / np.maximum(n, 1), late.mean())
    return rate


def missed(snapshot: Snapshot, rows: Ints) -> Mask:
    """Whether each was closed after its due time, or never."""
    closed = snapshot.closed_ms[rows]
    late: Mask = (closed == NONE) | (closed > snapshot.due_ms[rows])
    return late


def auc(chances: Floats, late: Mask) -> float:
    """How often one that was late had the higher chance of two; a tie counts half."""
    _, place, counts = np.unique(chances, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    n = int(np.count_nonzero(late))
    return float((rank[place][late].sum() - n * (n + 1) / 2) / (n * (len(late) - n)))


def calibration(chances: Floats, late: Mask, groups: int = 10) -> float:
    """The expected calibration error: over groups of like chance, the mean distance from the share that was late."""
    group: npt.NDArray[np.int64] = np.minimum((chances * groups).astype(np.int64), groups - 1)
    return float(sum(abs(float(chances[group == g].sum() - late[group == g].sum())) for g in range(groups)) / len(late))
