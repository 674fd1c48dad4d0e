"""Crews for many requests at once, as a proposal: the assignment that is cheapest of all by a stated objective.

Nobody is given what its skills do not name, what lies outside its areas, or more than it has room for. Of all ways that
keep to this, the one is sought whose kilometres are fewest, where these count as kilometres, too:

- a request that is left over: 1,000, and up to 1,000 more the nearer its due time is; overdue, 2,000;
- the load: what a crew is given costs up to 8 more the fuller its day is already;
- what others usually do: up to 5, by the share of such requests here that other crews took;
- a crew that is off now: 4; a way that is not known: 5.

It is solved exactly, as a linear assignment problem: a row for each request, a column for each free place of each crew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import numpy as np
import numpy.typing as npt

from services.dispatch import crewing
from services.dispatch.history import History, Signs
from services.domain.values import Crew, LatLon

OBJECTIVE = (
    "Skills, areas and free places are kept. Most urgent first; then the shortest way, even loads,"
    " and who usually goes."
)
"""The objective in a line, for whoever reads a proposal."""
LEFT, LOAD, USUAL, OFF, UNKNOWN_WAY = 1_000.0, 8.0, 5.0, 4.0, 5.0
"""What each counts for, in kilometres."""
FARTHEST = 100.0
"""A way counts for no more kilometres than this."""
SOON = 7 * 24.0
"""Hours before its due time from which a request becomes more urgent."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Job:
    """A request that is to be given to a crew."""

    id: int
    service: str
    area: str = ""
    place: LatLon | None = None
    due: datetime | None = None
    signs: Signs = field(default_factory=dict)
    """What else is known of it that may tell who usually goes."""


@dataclass(frozen=True, slots=True)
class City:
    """Who could go, and how things stand now."""

    crews: Sequence[Crew]
    loads: Mapping[int, int]
    """Jobs by crew id on the day on which the crew works next: its list, and what it has in hand beside it."""
    history: History
    now: datetime
    zone: tzinfo

    def room(self, crew: Crew) -> int:
        """How many more jobs it can be given."""
        return max(0, crew.capacity - self.loads.get(crew.id, 0))


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for one request: a crew and why, or nobody and why not."""

    job: Job
    crew: Crew | None
    why: str


def propose(jobs: Sequence[Job], city: City) -> tuple[Proposed, ...]:
    """A crew, or why there is none, for each of these requests, in the order given."""
    crews = [crew for crew in city.crews if crew.active]
    costs = pair_costs(jobs, crews, city)
    taken = _solved(jobs, crews, costs, city)
    counted: dict[int, int] = {}
    made = []
    for job, at in zip(jobs, taken, strict=True):
        if at is None:
            made.append(Proposed(job, None, _why_not(job, crews, city)))
        else:
            crew = crews[at]
            counted[crew.id] = counted.get(crew.id, city.loads.get(crew.id, 0)) + 1
            made.append(Proposed(job, crew, _why(job, crew, counted[crew.id], city)))
    return tuple(made)


def pair_costs(jobs: Sequence[Job], crews: Sequence[Crew], city: City) -> Floats:
    """Kilometres of each request (rows) with each crew (columns), load apart; infinite where it must not go."""
    costs = np.full((len(jobs), len(crews)), np.inf)
    off = [crew.shifts.shift_at(city.now, city.zone) is None for crew in crews]
    for row, job in enumerate(jobs):
        usual = city.history.shares(job.service, job.area, job.signs)
        for column, crew in enumerate(crews):
            if crewing.takes(crew, job.service) and crewing.covers(crew, job.area):
                metres = crewing.metres(crew, job.place)
                way = UNKNOWN_WAY if metres is None else min(metres / 1000, FARTHEST)
                strange = USUAL * (1 - usual.get(crew.id, 0.0)) if usual else 0.0
                costs[row, column] = way + strange + OFF * off[column]
    return costs


def left_cost(job: Job, now: datetime) -> float:
    """What it counts for to leave this request over."""
    if job.due is None:
        return LEFT
    hours = (job.due - now).total_seconds() / 3600
    return LEFT * (2 - min(max(hours / SOON, 0.0), 1.0))


def load_cost(crew: Crew, before: int) -> float:
    """What one more job counts for when it has so many: the fuller its day, the more."""
    return LOAD * before / crew.capacity


def total(jobs: Sequence[Job], chosen: Sequence[int | None], costs: Floats, crews: Sequence[Crew], city: City) -> float:
    """The objective, for each request the number of its crew or None."""
    given = {crew.id: city.loads.get(crew.id, 0) for crew in crews}
    made = 0.0
    for row, (job, at) in enumerate(zip(jobs, chosen, strict=True)):
        if at is None:
            made += left_cost(job, city.now)
        else:
            crew = crews[at]
            made += float(costs[row, at]) + load_cost(crew, given[crew.id])
            given[crew.id] += 1
    return made


def _solved(jobs: Sequence[Job], crews: Sequence[Crew], costs: Floats, city: City) -> list[int | None]:
    """The crew's number for each request. The gain of a pair is what leaving the request over would cost more."""
    places = [(at, city.loads.get(crew.id, 0) + n) for at, crew in enumerate(crews) for n in range(city.room(crew))]
    chosen: list[int | None] = [None] * len(jobs)
    if not places or not jobs:
        return chosen
    from scipy.optimize import linear_sum_assignment

    owner = np.array([at for at, _ in places])
    load = np.array([load_cost(crews[at], before) for at, before in places])
    left = np.array([left_cost(job, city.now) for job in jobs])
    cost = costs[:, owner] + load
    gain = np.where(np.isinf(cost), 0.0, left[:, None] - cost)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if gain[row, column] > 0:
            chosen[row] = int(owner[column])
    return chosen


def _why(job: Job, crew: Crew, count: int, city: City) -> str:
    shares = city.history.shares(job.service, job.area, job.signs)
    share = shares.get(crew.id, 0.0)
    usual = f"took {share * 100:.0f} % of such here" if share >= 0.005 else ""
    day, today = crew.shifts.next_day(city.now, city.zone), city.now.astimezone(city.zone).date()
    on = "" if day == today else f" on {day:%a} {day.day} {day:%b}"
    parts = (crewing.way(crew, job.place), usual, f"job {count} of {crew.capacity}{on}")
    away = crew.shifts.shift_at(city.now, city.zone) is None
    return " · ".join(filter(None, (*parts, crew.shifts.said(city.now, city.zone) if away else "")))


def _why_not(job: Job, crews: Sequence[Crew], city: City) -> str:
    able = [crew for crew in crews if crewing.takes(crew, job.service)]
    if not able:
        return f"No crew takes {job.service}."
    here = [crew for crew in able if crewing.covers(crew, job.area)]
    if not here:
        return f"No crew that takes {job.service} works in {job.area.split(', ')[-1]}."
    free = [crew for crew in here if city.room(crew)]
    if free:
        return f"The free places of {_named(free)} go to what is as urgent or more so."
    return f"{_named(here)} {'is' if len(here) == 1 else 'are'} full."


def _named(crews: Sequence[Crew]) -> str:
    return ", ".join(crew.name for crew in crews[:3]) + (f" and {len(crews) - 3:,} more" if len(crews) > 3 else "")
