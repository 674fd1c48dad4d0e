"""Requests given to several crews at once: what was accepted of a proposal is one transaction, and one undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date

from sqlalchemy import select

from services.domain.shifts import read
from services.domain.values import Changes
from services.domain.workflow import Action, check_action
from services.errors import Conflict, Invalid, NotFound
from services.store.acting import Acting
from services.store.changing import Work, alike, command, load, naming, plural, unchanged_since
from services.store.commands import CREW, give
from services.store.days import append, name_held
from services.store.tables import crew


def give_out(acting: Acting, crews: Mapping[int, int], head: int = 0) -> Changes:
    """Give requests, which nobody has, each to a crew: the crew's id by the request's; all or none.

    They stand, in the order given, at the end of the crew's list for the day on which it works next.

    `head` is how far the history had come when it was decided. Raises Forbidden, Invalid, NotFound, Conflict.
    """
    check_action(Action.ASSIGN, acting.actor.roles)
    if not crews:
        raise Invalid("No request is chosen.", "Tick one or more.")
    ids = sorted(crews)
    with command(acting) as work:
        dates = _days(work, set(crews.values()))
        seen = unchanged_since(acting, ids, head, CREW) if head else None
        rows = load(work.connection, ids, seen, CREW, acting.zone)
        for row in rows:
            if row.crew_id is not None:
                raise Conflict(f"{row.number} has a crew by now.", "Look again, then decide.")
        order = {request_id: n for n, request_id in enumerate(crews)}
        for chosen, (_, day) in dates.items():
            its = sorted((row for row in rows if crews[row.id] == chosen), key=lambda row: order[row.id])
            for some in alike(its):
                with naming(some.row):
                    give(work, some, chosen)
            append(work, chosen, day, its)
        work.kinds.add("crew")
        to = next(iter(dates.values()))[0] if len(dates) == 1 else f"{len(dates):,} crews"
        work.sentence = f"{plural(len(rows))} assigned to {to}"
    return work.changes()


def _days(work: Work, ids: Collection[int]) -> dict[int, tuple[str, date]]:
    """The name of each of these crews and the day it works next, by its id; nobody else changes their lists now."""
    asked = work.connection.execute(select(crew.c.id, crew.c.name, crew.c.shifts).where(crew.c.active))
    known = {row.id: (row.name, read(row.shifts)) for row in asked}
    if not known.keys() >= set(ids):
        raise NotFound("A crew of the proposal is not there any more.", "Have it made anew.")
    for crew_id in sorted(ids):
        name_held(work.connection, crew_id)
    zone = work.acting.zone or UTC
    return {i: (known[i][0], known[i][1].next_day(work.now, zone)) for i in sorted(ids)}
