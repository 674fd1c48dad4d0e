"""What each page of the wall says, out of the supervise view's figures: a few numbers, and rows or bars over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.supervise.backlog import CLOSED as WITH_TARGET
from services.supervise.backlog import GOAL, KEPT, OVERDUE
from services.supervise.flow import CLOSED, OPENED
from services.supervise.forecast import Due
from services.supervise.parts import Chart, Figures, Part
from widgets.supervise import words
from widgets.wall.choice import ALERTS, MAP, TITLES

HOURS_DAYS, DAYS = 2, 7
"""How many days a page is of: bars by the hour, and all else."""
TOLD = f"Residents told, {HOURS_DAYS} days"
"""Of one day alone it is not known: who was told in two of its hours counts in both."""


@dataclass(frozen=True, slots=True)
class Big:
    """A number to be read from afar, with its title above and what stands beside it below."""

    title: str
    number: str
    remark: str = ""
    is_alarming: bool = False
    ink: str = ""
    """The colour in which the chart draws it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A label, a bar and a number. `share` and `late`, the part of the bar that is overdue, go from 0 to 1."""

    label: str
    said: str
    share: float
    late: float = 0.0
    is_alarming: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert that has begun and is not over: its rule, the figure in words, and since when."""

    rule: str
    said: str
    since: str
    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known beside the figures: the alerts that stand, the newest first, and what falls due soon."""

    alerts: tuple[Standing, ...] = ()
    dues: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """One page."""

    title: str
    remark: str = ""
    bigs: tuple[Big, ...] = ()
    rows: tuple[Row, ...] = ()
    flow: Chart | None = None
    goal: float | None = None
    """Where the bars are marked."""
    standing: tuple[Standing, ...] | None = None
    """None on a page that is not about alerts."""


def _now(made: Figures, today: date) -> Content:
    tiles = {tile.id: tile for tile in made.tiles}
    flow = made.charts["flow"]
    opened, closed = (_today(flow, title, today) for title in (OPENED, CLOSED))
    open_, late, due, told, untold = (tiles[name] for name in ("open", "overdue", "due", "told", "undelivered"))
    failed = f"{untold.part.count:,} not delivered" if untold.part.count else ""
    return Content(TITLES["now"], "", (
        Big(open_.title, f"{open_.part.count:,}", open_.remark),
        Big(late.title, f"{late.part.count:,}", late.remark, late.is_alarming),
        Big(due.title, f"{due.part.count:,}", due.remark),
        Big("Opened today", f"{opened:,}"),
        Big("Closed today", f"{closed:,}"),
        Big(TOLD, f"{told.part.count:,}", "; ".join(filter(None, (failed, untold.remark))), untold.is_alarming),
    ))  # fmt: skip


def _today(flow: Chart, title: str, today: date) -> int:
    series = flow.named(title)
    parts = series.parts if series else ()
    return sum(part.count for part, bucket in zip(parts, flow.buckets, strict=True) if bucket.first == today)


def _flow(made: Figures, today: date) -> Content:
    del today
    flow = made.charts["flow"]
    inks = {OPENED: "accent", CLOSED: "text"}
    bigs = tuple(Big(s.title, f"{s.whole.count:,}", ink=inks[s.title])
                 for s in flow.series if s.whole and s.title in inks)  # fmt: skip
    return Content(TITLES["flow"], "yesterday and today", bigs, flow=flow)


def _bars(parts: Sequence[Part], late: Sequence[Part] = ()) -> tuple[Row, ...]:
    top = max((part.count for part in parts), default=0) or 1
    overdue = [part.count / top for part in late] or [0.0] * len(parts)
    return tuple(Row(p.label, f"{p.count:,}", p.count / top, o) for p, o in zip(parts, overdue, strict=True))


def _age(made: Figures, today: date) -> Content:
    del today
    every, overdue = made.charts["age"].series
    return Content(TITLES["age"], "", (*_open(made), _overdue(made)), _bars(every.parts, overdue.parts))


def _open(made: Figures) -> tuple[Big, ...]:
    return tuple(Big(tile.title, f"{tile.part.count:,}") for tile in made.tiles if tile.id == "open")


def _overdue(made: Figures) -> Big:
    tile = next(tile for tile in made.tiles if tile.id == "overdue")
    return Big(tile.title, f"{tile.part.count:,}", tile.remark, tile.is_alarming, "overdue")


def _targets(made: Figures, today: date) -> Content:
    del today
    chart = made.charts["targets"]
    closed, kept = (series.parts if (series := chart.named(title)) else () for title in (WITH_TARGET, KEPT))
    promised, well = sum(part.count for part in closed), sum(part.count for part in kept)
    share = well / promised if promised else None
    bigs = (Big("Targets kept", words.share(share), f"of {promised:,} targets", share < GOAL),
            Big("Goal", words.share(GOAL))) if share is not None else ()  # fmt: skip
    rows = tuple(_kept(part) for part in kept if part.value is not None)
    return Content(TITLES["targets"], f"closed in the last {DAYS} days", bigs, rows, goal=GOAL)


def _kept(part: Part) -> Row:
    share = part.value or 0.0
    below = share < GOAL
    return Row(part.label, words.share(share), share, share if below else 0.0, below)


def _areas(made: Figures, today: date) -> Content:
    del today
    series = made.charts["areas"].named(OVERDUE)
    parts = sorted((p for p in (series.parts if series else ()) if p.count), key=lambda p: -p.count)
    return Content(TITLES["areas"], "", (_overdue(made),), _bars(parts, parts))


def _channels(made: Figures, today: date) -> Content:
    del today
    wholes = [s.whole for s in made.charts["channels"].series if s.whole is not None]
    rows = tuple(
        Row(f"{w.label[:1].upper()}{w.label[1:]}", words.share(w.value or 0.0), w.value or 0.0) for w in wholes
    )
    bigs = (Big("Opened", f"{sum(w.count for w in wholes):,}"),)
    return Content(TITLES["channels"], f"of what came in in the last {DAYS} days", bigs, rows)


def _closing(made: Figures, today: date) -> Content:
    del today
    steps, most = made.charts["closing"].series[:2]
    wholes = [(s.title, s.whole.value) for s in (steps, most) if s.whole is not None]
    bigs = tuple(Big(title, words.length(value)) for title, value in wholes if value is not None)
    return Content(TITLES["closing"], f"closed in the last {DAYS} days", bigs, _bars(steps.parts))


def _crews(made: Figures, today: date) -> Content:
    del today
    busy, waiting = made.charts["crews"].series
    rows = tuple(Row(b.label, f"{b.count:,} + {w.count:,}", min(1.0, b.value or 0.0))
                 for b, w in zip(busy.parts, waiting.parts, strict=True))  # fmt: skip
    return Content(TITLES["crews"], "in progress + waiting; a full bar is a full day", (), rows)


def _map(made: Figures, today: date) -> Content:
    del today
    return Content(TITLES[MAP], "orange: overdue", (*_open(made), _overdue(made)))


def _alerts(ahead: Ahead) -> Content:
    bigs = tuple(Big(f"Likely late, {due.hours} h", f"{round(due.breaches):,}", f"of {due.due:,} due")
                 for due in ahead.dues if due.breaches is not None)  # fmt: skip
    many = len(ahead.alerts)
    remark = f"{many:,} alert{' stands' if many == 1 else 's stand'}" if many else ""
    return Content(TITLES[ALERTS], remark, bigs, standing=ahead.alerts)


_PAGES: dict[str, tuple[int, Callable[[Figures, date], Content]]] = {
    "now": (HOURS_DAYS, _now), "flow": (HOURS_DAYS, _flow), "age": (DAYS, _age), "targets": (DAYS, _targets),
    "areas": (DAYS, _areas), "channels": (DAYS, _channels), "closing": (DAYS, _closing), "crews": (DAYS, _crews),
    MAP: (DAYS, _map),
}  # fmt: skip
"""By page, how many days its figures are of, and what makes it."""


def days(pages: Sequence[str]) -> set[int]:
    """Of how many days figures are needed for these pages."""
    return {_PAGES[page][0] for page in pages if page in _PAGES}


def content(page: str, made: dict[int, Figures], today: date, ahead: Ahead = Ahead()) -> Content:
    """A page of the figures by their days; `today` is the city's day."""
    if page == ALERTS:
        return _alerts(ahead)
    of, make = _PAGES[page]
    return make(made[of], today)
