"""How long callers are kept after their request was closed: erased then, with what they said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from services.domain.outbox import OutboxState
from services.domain.values import EventKind
from services.store.acting import Acting
from services.store.erase import erasing, reworded
from services.store.persons import empty, spoken
from services.store.tables import call_back, caller, outbox, request, text_row
from services.store.telling import DUE
from services.store.writing import Pen, among, hold

_OUTLIVED: tuple[Any, ...] = (caller.c.id, caller.c.request_id, request.c.closed_at)


def retention(acting: Acting, closed_before: datetime, *, dry_run: bool) -> dict[int, int]:
    """Erase the callers of requests that were closed before then, and what they said. Raises Forbidden.

    Gives how many by the year in which their request was closed; `dry_run` changes nothing. Kept are those who are
    still to hear something: because theirs is merged into one that is open or was closed later, or waits to be told.
    """
    if dry_run:
        with acting.store.read() as connection:
            return _by_year(_outlived(connection, closed_before))
    with erasing(acting) as connection:
        rows = _outlived(connection, closed_before)
        ids, requests = [row.id for row in rows], sorted({row.request_id for row in rows})
        hold(connection, requests)
        with reworded(connection, requests):
            said = {row.text_id for row in spoken(connection, rows)}
            body = {"body": "", "erased_at": acting.store.clock()}
            connection.execute(update(text_row).where(among(text_row.c.id, said)).values(body))
            empty(connection, ids)
        pen = Pen(connection, acting.store.clock(), acting.actor.name)
        pen.events(requests, EventKind.ERASED, {"what": "retention"})
        pen.write()
    return _by_year(rows)


def _by_year(rows: Iterable[Row[Any]]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.closed_at.year] = counts.get(row.closed_at.year, 0) + 1
    return dict(sorted(counts.items()))


def _outlived(connection: Connection, closed_before: datetime) -> list[Row[Any]]:
    """Callers of requests closed before then, who have nothing to hear any more."""
    named = (caller.c.name != "") | (caller.c.phone != "") | (caller.c.email != "")
    question = select(*_OUTLIVED).join(request, request.c.id == caller.c.request_id).where(named)
    rows = connection.execute(question.where(request.c.closed_at < closed_before).order_by(caller.c.id)).all()
    alive = _alive(connection, closed_before)
    unfinished = outbox.c.state.not_in([OutboxState.SENT.value, OutboxState.RETRACTED.value])
    waits = set(connection.execute(select(outbox.c.request_id).where(unfinished)).scalars())
    waits |= set(connection.execute(select(call_back.c.request_id).where(call_back.c.state == DUE)).scalars())
    return [row for row in rows if row.request_id not in waits | alive]


def _alive(connection: Connection, closed_before: datetime) -> set[int]:
    """Merged requests of which the one they were merged into, however many steps away, is open or closed later."""
    tied = {row.id: row.merged_into for row in connection.execute(
        select(request.c.id, request.c.merged_into).where(request.c.merged_into.is_not(None))
    )}  # fmt: skip
    ends = {i: _end(tied, i) for i in tied}
    live = (request.c.closed_at.is_(None)) | (request.c.closed_at >= closed_before)
    kept = set(connection.execute(select(request.c.id).where(among(request.c.id, set(ends.values())), live)).scalars())
    return {i for i, end in ends.items() if end in kept}


def _end(tied: dict[int, int], start: int) -> int:
    while start in tied:
        start = tied[start]
    return start
