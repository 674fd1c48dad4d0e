"""What the store knows of each upstream: its services, where the pull stands, and the residents' later comments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from services.domain.exchange import Facts, Receipt, UpstreamUpdate
from services.domain.outbox import OutboxState
from services.domain.values import Attribute, EventKind, Service
from services.store import dues, search, slas
from services.store import outbox as outboxes
from services.store.dialect import upsert
from services.store.rows import attribute_row, item_of, outbox_items
from services.store.store import Store
from services.store.tables import HAS_UPSTREAM_ID, OPEN, meta, outbox, request, seen_update, service, upstream_state
from services.store.writing import Pen, among, clean, hold, update_requests

SERVED = "served: "
"""Before the name of an upstream: the key in `meta` under which stands what its worker says of it."""


def set_upstream(connection: Connection, name: str, **values: object) -> None:
    """Note something about an upstream."""
    known = upsert(connection, upstream_state).values(name=name, **values)
    connection.execute(known.on_conflict_do_update(index_elements=[upstream_state.c.name], set_=values))


def note_served(store: Store, served: Mapping[str, str]) -> None:
    """What the worker says of each upstream it serves, for desks whose files do not name it; of any other nothing.

    `UpstreamState.served` is what it was. Raises StoreProblem.
    """
    said = {f"{SERVED}{name}": text for name, text in served.items()}
    with store.write() as connection:
        kept = select(meta.c.key, meta.c.value).where(meta.c.key.startswith(SERVED))
        before = {row.key: row.value for row in connection.execute(kept)}
        now = dict.fromkeys(before, "") | said
        if rows := [{"key": key, "value": text} for key, text in now.items() if before.get(key) != text]:
            statement = upsert(connection, meta)
            new = {"value": statement.excluded.value}
            connection.execute(statement.on_conflict_do_update(index_elements=[meta.c.key], set_=new), rows)


def cursor(store: Store, upstream: str) -> str:
    """Where the pull of an upstream stands; "" before the first."""
    with store.read() as connection:
        found = select(upstream_state.c.cursor).where(upstream_state.c.name == upstream)
        return connection.execute(found).scalar() or ""


def apply_facts(store: Store, upstream: str, facts: Facts) -> None:
    """Note what discovery said."""
    with store.write() as connection:
        set_upstream(
            connection, upstream, dialect=facts.dialect.value, notifies=facts.notifies, title=clean(facts.title)
        )


def note_pull(store: Store, upstream: str, at: datetime, problem: str) -> None:
    """Note when a pull ended; `problem` is "" when it went well, and then `at` is the last good pull."""
    with store.write() as connection:
        values: dict[str, object] = {"problem": problem} if problem else {"problem": "", "pulled_at": at}
        set_upstream(connection, upstream, **values)


def apply_services(store: Store, upstream: str, services: Sequence[Service]) -> None:
    """Take over an upstream's list. What is gone from it is no longer offered; an empty list changes nothing.

    Where a service's target is new or another, what is open of it is due anew, and its history says so.
    """
    if not services:
        return
    rows = [
        {
            "upstream": upstream,
            "code": s.code,
            "name": clean(s.name) or s.code,
            "group": clean(s.group),
            "description": clean(s.description),
            "keywords": list(s.keywords),
            "has_definition": s.has_definition,
            "sla_hours": s.sla_hours,
            "listed": True,
        }
        for s in services
    ]
    keys = [service.c.upstream, service.c.code]
    with store.write() as connection:
        statement = upsert(connection, service)
        new = {name: statement.excluded[name] for name in rows[0] if name not in {"upstream", "code", "sla_hours"}}
        before = _targets(connection, upstream)
        connection.execute(update(service).where(service.c.upstream == upstream).values(listed=False))
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
        timed = [row for row in rows if row["sla_hours"] is not None]
        if timed:
            hours = {"sla_hours": statement.excluded.sla_hours}
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=hours), timed)
        now = _targets(connection, upstream)
        _due_anew(connection, Pen(connection, store.clock(), upstream), dict(now.items() - before.items()).keys())


def _targets(connection: Connection, upstream: str) -> dict[str, float]:
    timed = select(service.c.code, service.c.sla_hours).where(
        service.c.upstream == upstream, service.c.sla_hours.is_not(None)
    )
    return {row.code: row.sla_hours for row in connection.execute(timed)}


def _due_anew(connection: Connection, pen: Pen, codes: Collection[str]) -> None:
    """Reckon again when the open requests of these services are due; `pen.actor` is the upstream."""
    if not codes:
        return
    theirs = request.c.upstream == pen.actor, OPEN, request.c.service_code.in_(list(codes))
    hold(connection, connection.execute(select(request.c.id).where(*theirs)).scalars())
    open_ones = list(connection.execute(dues.requests().where(*theirs)).all())
    rows: list[dict[str, object]] = []
    for row, due in dues.differing(connection, slas.current(connection), open_ones):
        rows.append({"id": row.id, "due_at": due, "version": row.version + 1})
        pen.event(row.id, EventKind.UPSTREAM_CHANGED, {"fields": "due_at", "version": row.version + 1})
    update_requests(connection, rows)
    pen.write()


def apply_definition(store: Store, upstream: str, code: str, attributes: Sequence[Attribute]) -> None:
    """Take over the questions of one service."""
    kept = [attribute_row(question) for question in attributes]
    with store.write() as connection:
        one = (service.c.upstream == upstream) & (service.c.code == code)
        connection.execute(update(service).where(one).values(attributes=kept))


def apply_updates(store: Store, upstream: str, updates: Sequence[UpstreamUpdate]) -> tuple[int, ...]:
    """Put public comments into the timelines, each once; our own are recognised. Gives the requests that got one."""
    with store.write() as connection:
        fresh = _fresh(connection, upstream, updates)
        known = _requests(connection, upstream, {u.upstream_id for u in fresh})
        fresh = [u for u in fresh if u.upstream_id in known]
        hold(connection, known.values())
        ours = _ours(connection, list(known.values()))
        pen = Pen(connection, store.clock(), upstream)
        for shown in sorted(fresh, key=lambda u: u.updated_at):
            _take(connection, pen, known[shown.upstream_id], shown, ours)
        ids = pen.texts_of()
        search.leave(connection, ids)
        pen.write()
        search.enter(connection, ids)
        if fresh:
            rows = [{"upstream": upstream, "update_id": u.update_id} for u in fresh]
            connection.execute(upsert(connection, seen_update).on_conflict_do_nothing(), rows)
    return ids


def _fresh(connection: Connection, upstream: str, updates: Sequence[UpstreamUpdate]) -> list[UpstreamUpdate]:
    once = {u.update_id: u for u in updates}
    question = select(seen_update.c.update_id).where(
        seen_update.c.upstream == upstream, among(seen_update.c.update_id, list(once))
    )
    seen = set(connection.execute(question).scalars())
    return [u for key, u in once.items() if key not in seen]


def _requests(connection: Connection, upstream: str, upstream_ids: set[str]) -> dict[str, int]:
    question = select(request.c.upstream_id, request.c.id).where(
        request.c.upstream == upstream, HAS_UPSTREAM_ID, among(request.c.upstream_id, upstream_ids)
    )
    return {row.upstream_id: row.id for row in connection.execute(question)}


def _ours(connection: Connection, ids: list[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(outbox_items().where(among(outbox.c.request_id, ids))):
        found.setdefault(row.request_id, []).append(row)
    return found


def _take(
    connection: Connection, pen: Pen, request_id: int, shown: UpstreamUpdate, ours: dict[int, list[Row[Any]]]
) -> None:
    words = clean(shown.description)
    for row in ours.get(request_id, []):
        by_id = shown.update_id in (row.id, row.receipt)
        if by_id and row.state == OutboxState.UNKNOWN:
            outboxes.settle(connection, item_of(row), Receipt(id=shown.update_id), pen.at)
        if by_id or (words and words == row.body and row.state != OutboxState.RETRACTED):
            return
    if words:
        pen.event(request_id, EventKind.RESIDENT_UPDATE, {}, pen.text(request_id, words), at=shown.updated_at)
