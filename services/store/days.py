"""Each crew's day: which of its requests it does on a date, in which order, shared by all desks.

A request stands on one list at most. What is done stays on its list; what another crew has now is not shown on it, and
is there again when it comes back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from services.domain.status import Status
from services.domain.values import Changes, EventKind
from services.domain.workflow import Action, check_action
from services.errors import Conflict, Invalid, NotFound
from services.store.acting import Acting
from services.store.changing import Work, alike, command, load, naming, plural
from services.store.commands import give
from services.store.dialect import fetched, is_server, upsert
from services.store.rows import Standing
from services.store.store import Store
from services.store.tables import stop
from services.store.writing import Data, among

_STOPS = (
    "SELECT s.crew_id, s.request_id FROM stop AS s JOIN request AS r ON r.id = s.request_id AND r.crew_id = s.crew_id"
)
_LISTED = f"{_STOPS} WHERE s.day = ? ORDER BY s.crew_id, s.position, s.request_id"
_PLANNED = f"{_STOPS} WHERE s.day >= ? ORDER BY s.crew_id, s.day, s.position, s.request_id"
_LAST = "SELECT max(position) FROM stop WHERE crew_id = ? AND day = ?"
MOST = 200
"""More jobs make no day: whoever puts more on a list has chosen them by mistake."""
_CLOSE = 1e-6
"""Positions nearer than this are given anew."""


class Stop(NamedTuple):
    """Where a request stands: on which crew's list of which day, and at what position among the others."""

    crew_id: int
    day: str
    position: float

    def __str__(self) -> str:
        return f"{self.crew_id}/{self.day}/{self.position!r}"


def stops(store: Store, day: date) -> dict[int, tuple[int, ...]]:
    """The requests of each crew's list for a day, in order, by the crew's id."""
    return _by_crew(store.ask(_LISTED, (day.isoformat(),)))


def planned(store: Store, since: date) -> dict[int, tuple[int, ...]]:
    """The requests on each crew's lists of that day and all later ones, by the crew's id."""
    return _by_crew(store.ask(_PLANNED, (since.isoformat(),)))


def _by_crew(rows: Iterable[Sequence[Any]]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for crew_id, request_id in rows:
        found.setdefault(crew_id, []).append(request_id)
    return {crew_id: tuple(ids) for crew_id, ids in found.items()}


def plan(acting: Acting, crew_id: int, day: date, ids: Sequence[int], seen: Sequence[int]) -> Changes:
    """Let a crew's list for a day be these requests in this order; those of other crews are assigned to it.

    `seen` is the list as it was decided on. Raises Forbidden, Invalid, NotFound, Conflict.
    """
    check_action(Action.ASSIGN, acting.actor.roles)
    wanted = list(dict.fromkeys(int(i) for i in ids))
    if len(wanted) > max(MOST, len(seen)):
        raise Invalid(f"A crew's list of a day takes {MOST:,} jobs at most.", "Choose fewer.")
    with command(acting) as work:
        name = name_held(work.connection, crew_id)
        before = [i for of, i in fetched(work.connection, _LISTED, (day.isoformat(),)) if of == crew_id]
        if before != list(seen):
            raise Conflict(f"{name}'s list was changed meanwhile.", "Look at it again, then decide.")
        if before == wanted:
            raise Invalid(f"{name}'s list is so already.", "Choose others, or another order.")
        off = [i for i in before if i not in set(wanted)]
        rows = {row.id: row for row in load(work.connection, [*wanted, *off])}
        fresh = [i for i in wanted if i not in set(before)]
        _take_on(work, [rows[i] for i in fresh], crew_id)
        standing = _standing(work.connection, [*wanted, *off])
        places = _places({i: standing[i].position for i in before}, wanted)
        moved = [i for i in wanted if i in set(fresh) or places[i] != standing[i].position]
        for i in moved:
            _put(work, rows[i], standing.get(i), Stop(crew_id, day.isoformat(), places[i]))
        for i in off:
            _put(work, rows[i], standing[i], None)
        work.touched.extend(i for i in (*moved, *off) if i not in set(work.touched))
        work.sentence = _sentence(fresh, off, f"{name}'s list for {day:%a} {day.day} {day:%b}")
    return work.changes()


def name_held(connection: Connection, crew_id: int) -> str:
    """An active crew's name; on a server nobody else changes its lists until the write ends. Raises NotFound."""
    asked = "SELECT name FROM crew WHERE id = ? AND active"
    found = fetched(connection, asked + (" FOR NO KEY UPDATE" if is_server(connection) else ""), (int(crew_id),))
    if not found:
        raise NotFound("There is no such crew.", "Choose one from the list.")
    return str(found[0][0])


def append(work: Work, crew_id: int, day: date, rows: Sequence[Standing]) -> None:
    """Within a command: put requests, which are the crew's by now, at the end of its list for a day."""
    last = fetched(work.connection, _LAST, (crew_id, day.isoformat()))[0][0] or 0.0
    standing = _standing(work.connection, [row.id for row in rows])
    for n, row in enumerate(rows, 1):
        _put(work, row, standing.get(row.id), Stop(crew_id, day.isoformat(), last + n))


def turn(work: Work, row: Standing, data: Mapping[str, Any], kind: EventKind, *, back: bool) -> None:
    """Take a step on a list back, or do it again. Raises Conflict where it stands elsewhere by now."""
    before, after = _read(data["from_stop"]), _read(data["stop"])
    here, there = (after, before) if back else (before, after)
    standing = _standing(work.connection, [row.id]).get(row.id)
    if standing != here:
        problem = f"{row.number}: its crew's list was changed meanwhile, so it cannot be {kind.value}."
        raise Conflict(problem, "Look at the list again, and change it there.")
    _put(work, row, standing, there, kind, {"of": EventKind.PLANNED})
    work.touched.append(row.id)


def _take_on(work: Work, rows: Sequence[Standing], crew_id: int) -> None:
    """What is put on a list is the crew's from now on."""
    for row in rows:
        with naming(row):
            if not Status(row.status).is_open:
                raise Invalid("It is closed, so no crew is sent.", "Reopen it first.")
    for some in alike(row for row in rows if row.crew_id != crew_id):
        with naming(some.row):
            give(work, some, crew_id)


def _places(before: Mapping[int, float], wanted: Sequence[int]) -> dict[int, float]:
    """A position for each, ascending: as many as can keep theirs do, so that little is written."""
    kept = set(_ascending([i for i in wanted if i in before], before))
    places: dict[int, float] = {}
    start = 0
    while start < len(wanted):
        end = start
        while end < len(wanted) and wanted[end] not in kept:
            end += 1
        low = before[wanted[start - 1]] if start else None
        high = before[wanted[end]] if end < len(wanted) else None
        gap = end - start + 1
        first = low if low is not None else (high - gap if high is not None else 0.0)
        step = (high - first) / gap if high is not None else 1.0
        places |= {wanted[start + n]: first + step * (n + 1) for n in range(end - start)}
        if end < len(wanted):
            places[wanted[end]] = before[wanted[end]]
        start = end + 1
    if any(later - earlier < _CLOSE for earlier, later in pairwise(places[i] for i in wanted)):
        return {i: float(n) for n, i in enumerate(wanted, 1)}
    return places


def _ascending(ids: Sequence[int], position: Mapping[int, float]) -> list[int]:
    """The longest part of these, in this order, whose positions ascend."""
    tails: list[float] = []
    ends: list[list[int]] = []
    for i in ids:
        at = bisect_left(tails, position[i])
        tails[at:] = [position[i], *tails[at + 1 :]]
        ends[at:] = [[*(ends[at - 1] if at else []), i], *ends[at + 1 :]]
    return ends[-1] if ends else []


def _standing(connection: Connection, ids: Sequence[int]) -> dict[int, Stop]:
    rows: Sequence[Row[Any]] = connection.execute(select(stop).where(among(stop.c.request_id, ids))).all()
    return {row.request_id: Stop(row.crew_id, row.day, row.position) for row in rows if row.day}


def _put(
    work: Work,
    row: Standing,
    before: Stop | None,
    after: Stop | None,
    kind: EventKind = EventKind.PLANNED,
    more: Data | None = None,
) -> None:
    """Write where a request stands, None: on no list; and a line of its history."""
    kept = after or Stop(before.crew_id if before else 0, "", 0.0)
    values = {"crew_id": kept.crew_id, "day": kept.day, "position": kept.position}
    grow = upsert(work.connection, stop).values(request_id=row.id, **values)
    work.connection.execute(grow.on_conflict_do_update(index_elements=[stop.c.request_id], set_=values))
    data: Data = {
        "from_stop": str(before or ""),
        "stop": str(after or ""),
        "of_crew": kept.crew_id,
        "version": row.version,
        **(more or {}),
    }
    work.pen.event(row.id, kind, data)


def _read(text: str) -> Stop | None:
    if not text:
        return None
    crew_id, day, position = text.split("/")
    return Stop(int(crew_id), day, float(position))


def _sentence(fresh: Sequence[int], off: Sequence[int], listed: str) -> str:
    if fresh and off:
        return f"{plural(len(fresh))} put on {listed}, {len(off):,} taken off"
    if fresh or off:
        return f"{plural(len(fresh or off))} {'put on' if fresh else 'taken off'} {listed}"
    return f"{listed} put in another order"
