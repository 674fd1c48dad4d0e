"""The figures of the supervise view, the wall display and the reports: each is reckoned here and nowhere else.

    figures(snapshot, moment, period)                    every tile and chart, over any number of requests
    figures(snapshot, moment, period, within="area:…")   the same, of what a query finds

Every part of what comes back (`services.supervise.parts`) holds the query that finds exactly the requests it counts, in
the words of `services.queue.query`: ask it of the same snapshot at the same moment, and it finds so many. What each
figure means stands in docs/measures.md. Plain values in and out, for whichever thread may put queries to the snapshot.
A figure of another module (a forecast) is one more `Chart` or `Tile` made of the same parts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from services.queue.dates import span
from services.queue.query import Search, found
from services.queue.snapshot import NONE, REOPENED, UNDELIVERED, Ints, Mask, Snapshot
from services.queue.words import Moment, parse
from services.supervise import backlog, lengths, shares
from services.supervise.base import Base
from services.supervise.flow import BEFORE, CLOSED, OPENED, flow, reopened, told, undelivered
from services.supervise.parts import Chart, Figures, Part, Series, Tile
from services.supervise.periods import WEEK, YEAR, Period, last_days

__all__ = ["WEEK", "YEAR", "Chart", "Figures", "Part", "Period", "Series", "Tile", "figures", "last_days"]

_DAY_MS = 86_400_000
_HOURS = 4
"""What is due in so many hours stands among the tiles."""


def figures(
    snapshot: Snapshot,
    moment: Moment,
    period: Period,
    within: str = "",
    search: Search | None = None,
    back: int = 0,
) -> Figures:
    """All figures of the requests that `within` (query words) finds, in that period and now.

    `back` (WEEK, YEAR or 0) also gives what they were that many days before, where they are of a time. `search` is
    asked for words that `within` holds besides query words. Raises Expected for a query that makes no sense.
    """
    base = Base(snapshot, moment, period, within.strip(), _rows(snapshot, moment, within, search))
    earlier = base.before(back)
    made = (
        flow(base, earlier), reopened(base, earlier), told(base, earlier), undelivered(base, earlier),
        backlog.ages(base), backlog.targets(base, earlier),
        backlog.areas(base, earlier), lengths.first_touch(base, earlier), lengths.closing(base, earlier),
        lengths.closing_time(base, earlier), backlog.crews(base), shares.channels(base, earlier),
        shares.place(base, earlier), lengths.calls(base, earlier),
    )  # fmt: skip
    charts = {chart.id: chart for chart in made}
    known, remark = _on_record(earlier) if earlier is not None else (False, "")
    charts["flow"] = replace(charts["flow"], remark=remark)
    return Figures(tuple(_tiles(base, charts, is_compared=known)), charts)


def _on_record(earlier: Base) -> tuple[bool, str]:
    """Whether anything is on record of an earlier time, and what is to be said where not all of it is.

    A record begins with its first closing: of what was closed before that, no count knows.
    """
    start, end = span(earlier.words, earlier.period.zone) or (0, 0)
    closed = earlier.snapshot.closed_ms
    first = int(closed.min(initial=end, where=closed != NONE))
    if first >= end:
        return False, "nothing on record of the time before"
    if first < start + _DAY_MS:
        return True, ""
    at = datetime.fromtimestamp(first / 1000, earlier.period.zone)
    return True, f"before: on record from {at.day} {at:%b %Y}"


def _rows(snapshot: Snapshot, moment: Moment, within: str, search: Search | None) -> Mask | None:
    if not within.strip():
        return None
    query = parse(within).at(moment)
    query.check()
    rows = found(snapshot, query, moment, search or _no_words)
    if rows is None or rows.dtype == np.bool_:
        return None if rows is None else rows.astype(np.bool_, copy=False)
    mask = np.zeros(len(snapshot), np.bool_)
    mask[rows] = True
    return mask


def _no_words(words: str) -> Ints:
    del words
    return np.empty(0, np.int64)


def _tiles(base: Base, charts: dict[str, Chart], *, is_compared: bool) -> list[Tile]:
    snapshot, rows = base.snapshot, base.open
    late = int(np.count_nonzero(base.is_overdue))
    due = snapshot.due_ms.take(rows)
    soon = (due != NONE) & ~base.is_overdue & (due < base.moment.ms + _HOURS * 3_600_000)
    no_crew = int(np.count_nonzero(soon & (snapshot.crew_idx.take(rows) < 0)))
    flags = snapshot.flags.take(rows)
    again = int(np.count_nonzero(flags & REOPENED))
    share = f"{late / len(rows):.0%} of open" if len(rows) else ""
    made = [
        Tile("open", "Open", base.part("Open", len(rows), "is:open"), f"{again:,} opened again" if again else ""),
        Tile("overdue", "Overdue", base.part("Overdue", late, "is:overdue"), share.replace("%", " %"), late > 0),
        Tile("due", f"Due in {_HOURS} h",
             base.part("Due", int(np.count_nonzero(soon)), f"due<{_HOURS}h", "-is:overdue"),
             f"{no_crew:,} {'has' if no_crew == 1 else 'have'} no crew" if no_crew else ""),
    ]  # fmt: skip
    for title in (OPENED, CLOSED):
        part = _whole(charts["flow"], title) or base.part(title, 0)
        before = _whole(charts["flow"], title + BEFORE) if is_compared else None
        made.append(Tile(title.lower(), title, part, _beside(part.count, before)))
    still = _undelivered(base)
    said = f"{still:,} still undelivered" if still else ""
    made += (
        _kept(charts["targets"], base), _happened(charts["told"], base, "Residents told", is_compared=is_compared),
        _happened(charts["undelivered"], base, "Not delivered", said, is_compared=is_compared, is_alarming=still > 0),
    )  # fmt: skip
    return made


def _whole(chart: Chart, title: str) -> Part | None:
    found = chart.named(title)
    return found.whole if found is not None else None


def _kept(chart: Chart, base: Base) -> Tile:
    """Of all services together."""
    due, kept = (sum(part.count for part in chart.series[i].parts) for i in (2, 3))
    part = base.part("Kept", due, f"closed:{base.words}", "is:kept,missed", value=kept / due if due else None)
    said = f"{kept / due:.1%}".replace("%", " %") if due else "–"
    alarming = due >= backlog.ENOUGH and kept / due < backlog.GOAL
    before = _whole(chart, backlog.KEPT + BEFORE)
    remark = f"{kept:,} of {due:,} targets" if due else ""
    if due and before is not None and before.value is not None:
        change = f"{(kept / due - before.value) * 100:+.1f}".replace("-", "−")
        remark = f"{before.value * 100:.1f} % before" + (f", {change}" if change.strip("+−") != "0.0" else "")
    return Tile("kept", "Targets kept", part, remark, alarming, said)


def _happened(
    chart: Chart, base: Base, title: str, now: str = "", *, is_compared: bool, is_alarming: bool = False
) -> Tile:
    """How many requests it happened to in the period; `now` says how things stand."""
    whole, *before = (series.whole or base.part(title, 0) for series in chart.series)
    said = _beside(whole.count, before[0] if before and is_compared else None), now
    return Tile(chart.id, title, whole, "; ".join(filter(None, said)), is_alarming)


def _beside(now: int, before: Part | None) -> str:
    if before is None:
        return ""
    change = f", {now - before.count:+,}".replace("-", "−") if now != before.count else ""
    return f"{before.count:,} before{change}"


def _undelivered(base: Base) -> int:
    flagged = base.snapshot.flags & UNDELIVERED != 0
    return int(np.count_nonzero(flagged if base.only is None else flagged & base.only))
