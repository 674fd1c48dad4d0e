"""Routing rules as the store keeps them, every version; and what has just arrived goes by them, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, insert, select

from services.domain.policy import Policy
from services.domain.routing import Rule, checked, first
from services.domain.shifts import Shifts, read
from services.domain.status import Role, Status
from services.domain.values import Actor, Changes
from services.domain.workflow import Action, check_action
from services.errors import Invalid, NotFound
from services.store.acting import Acting
from services.store.changing import Work, alike, finish, load, sign
from services.store.commands import give
from services.store.dialect import fetched
from services.store.store import Store
from services.store.tables import crew, request, routing
from services.store.writing import Pen, among

_LAST = "SELECT id FROM routing ORDER BY id DESC LIMIT 1"
ROUTED = frozenset({Status.NEW.value, Status.ACKNOWLEDGED.value})
"""What is further on was decided on by somebody."""
_DAMAGED = "The routing rules cannot be read, so nothing goes to a crew by itself."
_REMEDY = "A supervisor writes them anew: “Routing rules…”."


def rules(store: Store) -> tuple[Rule, ...]:
    """The rules in their order, those switched off as well. Raises Invalid where the last version is damaged."""
    with store.read() as connection:
        return _current(connection)[0]


def versions(connection: Connection) -> list[tuple[int, datetime]]:
    """Every version there was and from when on it held, the newest first."""
    rows = connection.execute(select(routing.c.id, routing.c.at).order_by(routing.c.id.desc()))
    return [(row.id, row.at) for row in rows]


def trouble(store: Store) -> str:
    """Why nothing goes to a crew by itself, although there are rules: they are damaged; "" where they are not."""
    try:
        rules(store)
    except Invalid as problem:
        return str(problem)
    return ""


def save_rules(acting: Acting, given: Sequence[Rule]) -> Changes:
    """Let these rules hold, in this order, for what arrives from now on. Raises Forbidden, Invalid, NotFound."""
    check_action(Action.EDIT_ROUTING, acting.actor.roles)
    made = checked(given)
    zone = getattr(acting.zone, "key", "UTC")
    with acting.store.write() as connection:
        known = set(connection.execute(select(crew.c.id)).scalars())
        for rule in made:
            if rule.crew_id not in known:
                raise NotFound(f"“{rule.name}” names no crew that is there.", "Choose one from the list.")
        kept = {"zone": zone, "rules": [_written(rule) for rule in made]}
        values = {"at": acting.store.clock(), "actor": acting.actor.name, "rules": kept}
        connection.execute(insert(routing).values(values))
        sentence = f"{len(made):,} routing rule{'' if len(made) == 1 else 's'} saved"
        sign(connection, acting, acting.operation, sentence)
    return Changes(kinds=frozenset({"routing"}), sentence=sentence)


def route(connection: Connection, policy: Policy, now: datetime, ids: Sequence[int], version: int = 0) -> int:
    """Within a transaction: requests go to the crew of the first rule that takes them; how many did."""
    taken = takers(connection, ids, version)
    for rule, its in taken.items():
        by = Actor(f"rule {rule.name}", frozenset({Role.DISPATCHER}))
        store: Any = None  # what `give` asks of it, nothing
        acting = Acting(store, by, {policy.upstream: policy}, timedelta(0))
        work = Work(acting, connection, Pen(connection, now, by.name, ""))
        for some in alike(load(connection, its)):
            give(work, some, rule.crew_id)
        finish(work)
    return sum(map(len, taken.values()))


def takers(connection: Connection, ids: Sequence[int], version: int = 0) -> dict[Rule, list[int]]:
    """Which rule takes which of these, by a version of the rules, or by what holds now.

    What is closed, or has a crew, or is past assigning, none takes; nor where its crew is inactive, or where the
    rules cannot be read: `trouble` says so.
    """
    if not ids:
        return {}
    try:
        known, zone = _current(connection, version)
    except Invalid:
        return {}
    if not any(rule.active for rule in known):
        return {}
    there = set(connection.execute(select(crew.c.id).where(crew.c.active)).scalars())
    asked = select(request.c.id, request.c.service, request.c.area, request.c.requested_at).where(
        among(request.c.id, ids), request.c.crew_id.is_(None), request.c.status.in_(ROUTED)
    )
    taken: dict[Rule, list[int]] = {}
    for row in connection.execute(asked.order_by(request.c.id)):
        rule = first(known, row.service, row.area, row.requested_at, zone)
        if rule is not None and rule.crew_id in there:
            taken.setdefault(rule, []).append(row.id)
    return taken


def _current(connection: Connection, version: int = 0) -> tuple[tuple[Rule, ...], tzinfo]:
    last = [(version,)] if version else fetched(connection, _LAST)
    if not last:
        return (), UTC
    try:
        kept = connection.execute(select(routing.c.rules).where(routing.c.id == last[0][0])).scalar_one()
        return checked([_read(one) for one in kept["rules"]]), ZoneInfo(kept["zone"])
    except (KeyError, TypeError, ValueError, AttributeError, ZoneInfoNotFoundError, Invalid) as fault:
        raise Invalid(_DAMAGED, _REMEDY) from fault


def _written(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "crew": rule.crew_id,
        "services": list(rule.services),
        "areas": list(rule.areas),
        "hours": Shifts(rule.week).written(),
        "active": rule.active,
    }


def _read(kept: dict[str, Any]) -> Rule:
    places = tuple(map(str, kept["services"])), tuple(map(str, kept["areas"]))
    return Rule(kept["name"], int(kept["crew"]), *places, read(kept["hours"]).week, bool(kept["active"]))
