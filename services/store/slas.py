"""What the city has promised, as the store keeps it: every version of its targets, hours and days off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from services.domain.calendar import PAUSABLE, Calendar
from services.domain.sla import Sla, Target, Term, Unit
from services.domain.status import Status
from services.errors import NotFound
from services.store.dialect import fetched
from services.store.store import Store
from services.store.tables import sla

_LAST = "SELECT id FROM sla ORDER BY id DESC LIMIT 1"
_KEPT = "connect-console-sla"


@dataclass(frozen=True, slots=True)
class Version:
    """Who promised what when."""

    number: int
    at: datetime
    actor: str


def current(connection: Connection) -> Sla:
    """What holds now; read once for each version and connection."""
    last = fetched(connection, _LAST)
    number = last[0][0] if last else 0
    kept: Sla | None = connection.info.get(_KEPT)
    if kept is None or kept.version != number:
        kept = _read(connection, number) if number else Sla()
        connection.info[_KEPT] = kept
    return kept


def first(zone: str) -> Sla:
    """What a city begins with that has set nothing yet: the usual hours, by its own clock."""
    return Sla(Calendar(zone))


def read(store: Store, number: int = 0) -> Sla:
    """What holds now, or held as a version. Raises NotFound."""
    with store.read() as connection:
        return _read(connection, number) if number else current(connection)


def versions(store: Store) -> list[Version]:
    """Every version, the newest first."""
    with store.read() as connection:
        rows = connection.execute(select(sla.c.id, sla.c.at, sla.c.actor).order_by(sla.c.id.desc()))
        return [Version(row.id, row.at, row.actor) for row in rows]


def _read(connection: Connection, number: int) -> Sla:
    row = connection.execute(select(sla).where(sla.c.id == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no version {number} of the targets.", "See: connect-console sla history.")
    named = {date.fromisoformat(day): str(name) for day, name in row.calendar["holidays"].items()}
    hours = tuple((int(h[0]), int(h[1])) if h else None for h in row.calendar["hours"])
    pausing = frozenset(Status(word) for word in row.calendar["pausing"])
    calendar = Calendar(row.calendar["zone"], hours, frozenset(named), pausing)
    targets = {
        (upstream, code): Target(_term(kept.get("respond")), _term(kept.get("resolve")))
        for upstream, its in row.targets.items()
        for code, kept in its.items()
    }
    return Sla(calendar, targets, named, number)


def write(connection: Connection, promised: Sla, at: datetime, actor: str) -> int:
    """Keep a new version; its number."""
    calendar = promised.calendar
    kept = {
        "zone": calendar.zone,
        "hours": [list(hours) if hours else None for hours in calendar.hours],
        "holidays": {day.isoformat(): promised.named.get(day, "") for day in sorted(calendar.holidays)},
        "pausing": [status.value for status in PAUSABLE if status in calendar.pausing],
    }
    targets: dict[str, dict[str, Any]] = {}
    for (upstream, code), target in sorted(promised.targets.items()):
        parts = {"respond": target.respond, "resolve": target.resolve}
        row = {name: [term.amount, term.unit.value] for name, term in parts.items() if term is not None}
        if row:
            targets.setdefault(upstream, {})[code] = row
    values = {"at": at, "actor": actor, "calendar": kept, "targets": targets}
    made = connection.execute(insert(sla).values(values).returning(sla.c.id))
    return int(made.scalar_one())


def _term(kept: list[Any] | None) -> Term | None:
    return Term(float(kept[0]), Unit(kept[1])) if kept else None
