"""Where the demo city stands at its noon: the crews, who has which request, and how far each one is (made up)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from services.demo.source import NOON, CityRow, rows
from services.domain.shifts import Hours, Shifts, weekdays
from services.domain.status import Status
from services.domain.values import Crew, LatLon
from services.geo.areas import Layers, locator

RECENT = timedelta(hours=48)
NEW = 143
ACKNOWLEDGED = 245
"""The newest reports that nobody has yet: these many are new, these many acknowledged; all others have a crew."""


_DAY = 24 * 60
_DAYS, _EARLY, _OFFICE = weekdays(Hours(420, 930)), weekdays(Hours(360, 870)), weekdays(Hours(480, 1020))
_EVERY_DAY = (Hours(420, 930),) * 7
_PARKS_YARD, _STREETS_YARD = (42.32784, -71.06717), (42.33798, -71.06346)
"""1010 Massachusetts Avenue, where the city's parks department sits; and its street works on Frontage Road."""
_GARDNER_ST, _WESTERN_AVE, _CITY_HALL = (42.28069, -71.17868), (42.36332, -71.13572), (42.36029, -71.05827)
"""The city's yards in West Roxbury and in Brighton, and City Hall Plaza."""
_EAST = (
    *("Dorchester", "Mattapan", "South Boston", "South Boston Waterfront", "East Boston", "Charlestown", "Downtown"),
    *("North End", "West End", "Beacon Hill", "Back Bay", "South End", "Chinatown", "Leather District", "Bay Village"),
)
_WEST = (
    *("West Roxbury", "Roslindale", "Jamaica Plain", "Hyde Park", "Roxbury", "Mission Hill", "Longwood", "Fenway"),
    *("Allston", "Brighton"),
)


@dataclass(frozen=True, slots=True)
class _Team:
    """A crew made from the city's queues, named by their beginnings; `in_hand` jobs are in progress."""

    name: str
    queues: tuple[str, ...]
    capacity: int
    in_hand: int
    week: tuple[Hours | None, ...] = _DAYS
    base: LatLon = _STREETS_YARD
    areas: tuple[str, ...] = ()


_TEAMS = (
    _Team("Forestry 1", ("PARK_Tree Emergencies",), 8, 8, _EVERY_DAY, _PARKS_YARD, _EAST),
    _Team("Forestry 2", ("PARK_Tree Emergencies",), 8, 5, _EVERY_DAY, _GARDNER_ST, _WEST),
    _Team("Forestry 3 (contract)", ("PARK_Tree", "PARK_New Tree"), 8, 6, _EARLY, _WESTERN_AVE),
    _Team("Parks 1", ("PARK_",), 6, 2, _DAYS, _PARKS_YARD),
    _Team("Streets 1", ("PWDx_Sidewalk", "PWDx_Roadway", "PWDx_Bridge", "PWDx_Requests for Pothole"), 8, 4),
    _Team("Lights 1", ("PWDx_Street Light", "PWDx_Major System"), 6, 5, (Hours(1320, 360),) * 7),
    _Team("Graffiti 1", ("PROP_GRAF", "PWDx_Graffiti"), 6, 3),
    _Team(
        *("Sanitation 1", ("PWDx_Schedule", "PWDx_Missed", "PWDx_Recycling", "PWDx_Sticker", "PWDx_Empty"), 10, 6),
        *(_EARLY, _WESTERN_AVE),
    ),
    _Team("Highway 1", ("PWDx_", "BWSC_"), 6, 2, _EARLY),
    _Team("Signals 1", ("BTDT_Traffic Signal", "BTDT_Sign", "BTDT_Pavement", "BTDT_Engineering"), 6, 3),
    _Team("Parking 1", ("BTDT_",), 6, 1, _DAYS, _CITY_HALL),
    _Team("Hotline", ("INFO", "DISB"), 10, 6, _OFFICE, _CITY_HALL),
    _Team("Housing 1", ("ISD_Housing",), 10, 9, _OFFICE, _PARKS_YARD),
    _Team("Inspect 2", ("ISD_Building", "ISD_Weights"), 10, 7, _OFFICE, _PARKS_YARD),
    _Team("Health 1", ("ISD_Environmental", "ISD_Health"), 8, 5, _OFFICE, _PARKS_YARD),
)


def crews(now: datetime = NOON) -> tuple[Crew, ...]:
    """The fifteen crews, all made up; the store gives them their ids.

    They have the services that their queues mostly get, jobs a day, hours, a yard of the city's and an address nobody
    has; the tree crews share the city between them. `now` (aware) is the city's noon on a Monday, like all its times:
    their hours lie as far from it.
    """
    names = _type_names(rows())
    return tuple(
        Crew(
            *(0, team.name, tuple(sorted(names[team.name])), team.capacity, True, team.areas),
            shifts=Shifts(_moved(team.week, now)),
            email=f"made-up-{re.sub('[^a-z0-9]+', '-', team.name.lower()).strip('-')}@example.org",
            base=team.base,
        )
        for team in _TEAMS
    )


def _moved(week: Sequence[Hours | None], now: datetime) -> tuple[Hours | None, ...]:
    """The hours of a week, as far from `now` as they were from noon on Monday; to the half hour."""
    wall = now.astimezone(NOON.tzinfo)
    by = (wall.weekday() * _DAY + wall.hour * 60 + wall.minute - NOON.hour * 60) // 30 * 30
    made: list[Hours | None] = [None] * len(week)
    for day, hours in enumerate(week):
        if hours is not None:
            later, start = divmod(day * _DAY + hours.start + by, _DAY)
            made[later % len(week)] = Hours(start, (hours.end + by) % _DAY)
    return tuple(made)


def assignments() -> dict[str, str]:
    """Which crew has which request at noon: the crew's name by the gateway's id."""
    open_rows = [r for r in rows() if r.open_at_noon]
    free = _waiting(open_rows)
    return {row.id: _team(row).name for row in open_rows if row.id not in free}


def statuses(all_rows: Iterable[CityRow]) -> dict[str, Status]:
    """How far each request is that is open at noon, by id."""
    open_rows = [r for r in all_rows if r.open_at_noon]
    found: dict[str, Status] = dict(_waiting(open_rows))
    in_hand: Counter[str] = Counter()
    limits = {team.name: team.in_hand for team in _TEAMS}
    for row in sorted(open_rows, key=lambda r: r.opened, reverse=True):
        if row.id in found:
            continue
        team = _team(row).name
        if in_hand[team] < limits[team] and row.chance("in hand") < 0.4:
            in_hand[team] += 1
            found[row.id] = Status.IN_PROGRESS
        else:
            found[row.id] = _later(row)
    return found


def _waiting(open_rows: list[CityRow]) -> dict[str, Status]:
    """The recent requests that no crew has: the newest are mostly new, the next acknowledged."""
    recent = [r for r in open_rows if r.opened > NOON - RECENT]
    recent.sort(key=lambda r: (NOON - r.opened) * (0.25 + r.chance("seen")))
    order = [Status.NEW] * NEW + [Status.ACKNOWLEDGED] * ACKNOWLEDGED
    return {row.id: status for row, status in zip(recent, order, strict=False)}


def _later(row: CityRow) -> Status:
    held, scheduled = (0.18, 0.4) if row.overdue_at_noon else (0.07, 0.3)
    chance = row.chance("status")
    return Status.ON_HOLD if chance < held else Status.SCHEDULED if chance < scheduled else Status.ASSIGNED


def team_name(row: CityRow) -> str:
    """The crew that gets such a request; "" where none of them does."""
    return _team(row).name if any(row.queue.startswith(team.queues) for team in _TEAMS) else ""


def _team(row: CityRow) -> _Team:
    """The crew of the row's queue; where several share it, that of its area, or by the request's own chance."""
    sharing = [t for t in _TEAMS if row.queue in t.queues]
    if sharing:
        where = area(row)
        of_area = [t for t in sharing if where in t.areas] or sharing
        return of_area[int(row.chance("crew") * len(of_area))]
    return next(team for team in _TEAMS if row.queue.startswith(team.queues))


@cache
def area(row: CityRow) -> str:
    """The neighbourhood in which it lies; "" where that is not known."""
    return "" if row.lat is None or row.lon is None else _neighbourhoods()([(row.lat, row.lon)])[0]


@cache
def _neighbourhoods() -> Layers:
    return locator([Path(str(files("resources") / "boston" / "map" / "neighborhoods.geojson.gz"))])


def _type_names(all_rows: Sequence[CityRow]) -> dict[str, set[str]]:
    """For each crew the services that mostly land in its queues."""
    landed: dict[str, Counter[str]] = defaultdict(Counter)
    for row in all_rows:
        landed[row.type][_team(row).name] += 1
    names: dict[str, set[str]] = defaultdict(set)
    for kind, counted in landed.items():
        most = counted.most_common(1)[0][1]
        for team, count in counted.items():
            if count * 2 > most:
                names[team].add(kind)
    return names
