"""A supervisor sets what the city promises: what that changes is counted first, and done in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from services.domain.sla import Sla, Unit
from services.domain.values import Changes, Service
from services.domain.workflow import Action, check_action
from services.errors import Invalid
from services.store import dues, queries, slas
from services.store.acting import Acting
from services.store.changing import plural, sign
from services.store.store import Store
from services.store.writing import Pen, hold

WORKING = frozenset({Unit.WORKING_HOURS, Unit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class Effect:
    """What other promises do to the open requests."""

    open: int
    """How many are open."""
    due_changes: int
    become_late: int
    no_longer_late: int
    changes: Changes = field(default_factory=Changes)

    def __str__(self) -> str:
        if not self.due_changes:
            return "No open request is due at another time."
        said = f"{self.due_changes:,} of {plural(self.open).replace('request', 'open request')} due at another time"
        return f"{said}: {self.become_late:,} become late, {self.no_longer_late:,} are no longer late."


def preview(store: Store, promised: Sla) -> Effect:
    """What `promise` would do. Raises Invalid."""
    check(promised)
    with store.read() as connection:
        return _effect(connection, promised, store.clock())[0]


def promise(acting: Acting, promised: Sla) -> Effect:
    """Let this hold from now on; open requests are due anew. Raises Forbidden, Invalid."""
    check_action(Action.SET_TARGETS, acting.actor.roles)
    check(promised)
    now = acting.store.clock()
    with acting.store.write() as connection:
        hold(connection, dues.open_ids(connection))  # who takes one off hold meanwhile goes by this already
        pen = Pen(connection, now, acting.actor.name, acting.operation)
        effect, changed = _effect(connection, promised, now)
        slas.write(connection, promised, now, acting.actor.name)
        dues.set_due(connection, pen, changed)
        pen.write()
        sentence = f"Targets set; {str(effect)[0].lower()}{str(effect)[1:]}"
        sign(connection, acting, acting.operation, sentence)
    ids = tuple(row.id for row, _ in changed)
    return replace(effect, changes=Changes(ids, frozenset({"request", "service"}), sentence=sentence))


def offered(store: Store) -> list[Service]:
    """Every service that is offered; its `sla_hours` are those until a request that is filed now would be due."""
    now = store.clock()
    with store.read() as connection:
        promised = slas.current(connection)
        return [_due_within(promised, service, now) for service in queries.services(store)]


def _due_within(promised: Sla, service: Service, now: datetime) -> Service:
    due = promised.due((service.upstream, service.code), service.sla_hours, now, None)
    return replace(service, sla_hours=None if due is None else (due - now) / timedelta(hours=1))


def _effect(
    connection: Connection, promised: Sla, now: datetime
) -> tuple[Effect, list[tuple[Row[Any], datetime | None]]]:
    rows = dues.open_requests(connection)
    changed = dues.differing(connection, promised, rows)
    was = [row.due_at is not None and row.due_at < now for row, _ in changed]
    is_late = [at is not None and at < now for _, at in changed]
    turned = list(zip(was, is_late, strict=True))
    return Effect(len(rows), len(changed), turned.count((False, True)), turned.count((True, False))), changed


def check(promised: Sla) -> None:
    """Raise Invalid where nobody could reckon by this."""
    calendar = promised.calendar
    if len(calendar.hours) != 7 or any(h and not 0 <= h[0] < h[1] <= 24 * 60 for h in calendar.hours):
        raise Invalid("A day closes before it opens.", "Give each day hours such as 8:30-17:00, or none.")
    terms = [t for target in promised.targets.values() for t in (target.respond, target.resolve) if t is not None]
    wrong = next((term for term in terms if not term.is_one), None)
    if wrong is not None:
        raise Invalid(f"{wrong} is no target.", "Give more than 0; leave it empty where there is none.")
    if not any(calendar.hours) and any(term.unit in WORKING for term in terms):
        raise Invalid("Targets count working time, but nobody ever works.", "Give at least one day its hours.")


def warnings(promised: Sla, offered: list[Service], now: datetime) -> Iterator[str]:
    """What is odd, though it can be reckoned by; for people."""
    counts_days = any(t and t.unit in WORKING for x in promised.targets.values() for t in (x.respond, x.resolve))
    year = promised.calendar.wall(now).year
    missing = [str(y) for y in (year, year + 1) if not any(day.year == y for day in promised.calendar.holidays)]
    if counts_days and missing:
        yield f"No holidays are listed for {' and '.join(missing)}: those days count as working days."
    without = [s.name for s in offered if promised.term(s.upstream, s.code, s.sla_hours) is None]
    if without:
        more = f" and {len(without) - 3:,} more" if len(without) > 3 else ""
        yield f"Without a target: {', '.join(without[:3])}{more}. Their requests are never due by the city's word."
