"""Requests given to several crews at once: what was accepted of a proposal is one transaction, and one undo."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from services.domain.values import Changes
from services.domain.workflow import Action, check_action
from services.errors import Conflict, Invalid, NotFound
from services.store.acting import Acting
from services.store.changing import alike, command, load, naming, plural, unchanged_since
from services.store.commands import CREW, give
from services.store.tables import crew


def give_out(acting: Acting, crews: Mapping[int, int], head: int = 0) -> Changes:
    """Give requests, which nobody has, each to a crew: the crew's id by the request's; all or none.

    `head` is how far the history had come when it was decided. Raises Forbidden, Invalid, NotFound, Conflict.
    """
    check_action(Action.ASSIGN, acting.actor.roles)
    if not crews:
        raise Invalid("No request is chosen.", "Tick one or more.")
    ids = sorted(crews)
    with command(acting) as work:
        seen = unchanged_since(acting, ids, head, CREW) if head else None
        rows = load(work.connection, ids, seen, CREW, acting.zone)
        listed = work.connection.execute(select(crew.c.id, crew.c.name).where(crew.c.active))
        names = {row.id: row.name for row in listed}
        for row in rows:
            if row.crew_id is not None:
                raise Conflict(f"{row.number} has a crew by now.", "Look again, then decide.")
            if crews[row.id] not in names:
                raise NotFound("A crew of the proposal is not there any more.", "Have it made anew.")
        for chosen in sorted(set(crews.values())):
            for some in alike(row for row in rows if crews[row.id] == chosen):
                with naming(some.row):
                    give(work, some, chosen)
        count = len(set(crews.values()))
        work.kinds.add("crew")
        to = names[crews[ids[0]]] if count == 1 else f"{count:,} crews"
        work.sentence = f"{plural(len(rows))} assigned to {to}"
    return work.changes()
