"""Until when the callers of a request, merged ones' too, need it done: by what each said that was not taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update

from services.domain import sla
from services.domain.urgency import UrgencyAnswer, in_words, needed_within
from services.domain.values import EventKind
from services.store import dues, slas
from services.store.changing import PAST, UNDONE, Work
from services.store.tables import event, operation, request
from services.store.ties import kept_of, merged
from services.store.writing import Data, among, hold

SAID = (EventKind.LOGGED, EventKind.JOINED, EventKind.ENQUIRED)
"""What keeps answers."""


def said(answers: Sequence[UrgencyAnswer]) -> Data:
    """The answers as history keeps them; {} without any."""
    return {"asked": in_words(answers), "needed_hours": needed_within(answers)} if answers else {}


def reckon(work: Work, ids: Iterable[int]) -> None:
    """Set when these requests and those that stand for them are needed and due, as their histories are by now.

    Whoever follows the history hears of those for which it changes; the lines are written by who calls this.
    """
    ids = set(ids)
    ids |= {kept_of(work.connection, i) for i in ids}
    hold(work.connection, ids)
    promised = slas.current(work.connection)
    stood = dues.standing(work.connection, promised, among(event.c.request_id, ids))
    for row in work.connection.execute(dues.requests().where(among(request.c.id, ids))).all():
        needed_at = _needed_at(work, row.id)
        due_at = dues.due(promised, row, needed_at, stood.get(row.id, sla.NEVER))
        if (needed_at, due_at) != (row.needed_at, row.due_at):
            changed = update(request).where(request.c.id == row.id).values(needed_at=needed_at, due_at=due_at)
            work.connection.execute(changed)
            work.pen.event(row.id, EventKind.TOUCHED, {})


def _needed_at(work: Work, request_id: int) -> datetime | None:
    standing = or_(operation.c.state.is_(None), operation.c.state.not_in([UNDONE, PAST]))
    told = select(event.c.at, event.c.data).outerjoin(operation, operation.c.id == event.c.operation)
    told = told.where(
        among(event.c.request_id, [request_id, *merged(work.connection, request_id)]),
        event.c.kind.in_([k.value for k in SAID]),
        standing,
    )
    found = (
        sla.after(row.at, row.data["needed_hours"])
        for row in work.connection.execute(told)
        if row.data.get("needed_hours") is not None
    )
    return min((moment for moment in found if moment is not None), default=None)
