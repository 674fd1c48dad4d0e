"""Who: the city's own queue for a request, suggested from what its queues took before."""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from services.dispatch.history import History, areas
from tests.evaluate.data import records
from tests.evaluate.rows import Row

ABOUT = """Boston's requests of July to December 2011: the city's `queue` stands for a crew, its public-works district
for the area. `services/dispatch/history.py` suggests queues from the service and the area alone, which are known when a
request is filed; what is learned comes from July to September, what is measured is October to December. `crew-top1`:
how often the first suggestion is the queue that the city's row names; `crew-top3`: one of the first three.
`crew-daily-…`: the same where the history goes on, and each day knows the days before it, as the desk does; its
baseline knows them too. The baselines: the most common queues of this type (`…-of-type`), and of this type in this
district, then of the type (`…-in-area`). A queue is what the row names at its end, so that a request that was sent on
counts for where it ended.

What is still wrong (3,064 of 26,423): 739 street lights that went on to, or back from, a contractor's queue, 297
graffiti that moved to another department's queue during the autumn, and requests that were sent on from a generic
queue: none of it can be read off a service and a place.

Tried and left out, since they agreed less often or no more: neighbourhood or ward in place of or below the district
(0.845 and 0.842 at the first place), the 10 to 40 nearest requests (0.865), the channel, the hour, and letting old
requests fade (half-lives of 15 to 60 days). The title would help (0.888 with it), but staff may have
reworded it since."""
DATA, SPLIT = "boston/requests_2011h2.csv.gz", "2011-10-01"
SURE = 2.0
"""Better is what wins more often than it loses, by so many standard deviations of as many tosses of a coin."""
Asked = tuple[str, str, str, int]
"""Day, service, area and queue (a number, as a crew's id)."""


def rows() -> list[Row]:
    """The figures. Raises Missing."""
    found = sorted(_asked(), key=lambda row: row[0])
    past, later = [r for r in found if r[0] < SPLIT], [r for r in found if r[0] >= SPLIT]
    made = compared("crew", [(past, later)])
    days = [list(day) for _, day in groupby(found, key=lambda row: row[0])]
    return made + compared("crew-daily", _daily(days))


def _asked() -> Iterator[Asked]:
    queues: dict[str, int] = {}
    for row in records(DATA):
        number = queues.setdefault(row["queue"], len(queues) + 1)
        yield row["open_dt"][:10], row["type"], row["pwd_district"].strip(), number


def _daily(days: Sequence[list[Asked]]) -> Iterator[tuple[list[Asked], list[Asked]]]:
    """What is new since the step before, and what is asked then."""
    new: list[Asked] = []
    for day in days:
        if day[0][0] >= SPLIT:
            yield new, day
            new = []
        new += day


def compared(name: str, steps: Iterable[tuple[list[Asked], list[Asked]]]) -> list[Row]:
    """First and first three, ours beside both baselines; each step learns something more, then is asked."""
    taken: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    history = History(taken)
    places: list[tuple[int, ...]] = []
    for new, asked in steps:
        for _, service, area, queue in new:
            for here in areas(area):
                taken[service, here][queue] += 1
        for _, service, area, queue in asked:
            of_type = common(taken, service)
            in_area = list(dict.fromkeys([*common(taken, service, area), *of_type]))
            places.append(tuple(place(order, queue) for order in (history.ranked(service, area), of_type, in_area)))
    return [
        _row(f"{name}-top{most}{suffix}", [p[0] < most for p in places], [p[which] < most for p in places], base)
        for most in (1, 3)
        for suffix, which, base in (("", 2, "most common of this type in this area"), ("-of-type", 1, "… of this type"))
    ]


def common(taken: Mapping[tuple[str, str], Counter[int]], service: str, area: str = "") -> list[int]:
    """The baseline: the queues that took most of this service here, most first."""
    return [queue for queue, _ in taken[service, area].most_common()] if (service, area) in taken else []


def place(order: Sequence[int], queue: int) -> int:
    """At which place (from 0) it stands in the order; behind all where it does not."""
    return order.index(queue) if queue in order else sys.maxsize


def _row(name: str, ours: Sequence[bool], theirs: Sequence[bool], base: str) -> Row:
    won = sum(a and not b for a, b in zip(ours, theirs, strict=True))
    lost = sum(b and not a for a, b in zip(ours, theirs, strict=True))
    better = won - lost > SURE * math.sqrt(won + lost)
    n = len(ours)
    return Row(name, sum(ours) / n, sum(theirs) / n, base, n, better, f"ours alone right {won:,}, it alone {lost:,}")
