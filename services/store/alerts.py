"""Alert rules, the alerts they began, who acknowledged them, and what has to be sent of each, once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.domain.alerts import Alert, Measure, Rule, Way, checked
from services.domain.values import Changes
from services.domain.workflow import Action, check_action
from services.errors import Conflict, NotFound
from services.store import leaving
from services.store.acting import Acting
from services.store.changing import sign
from services.store.leaving import QUEUED
from services.store.store import Store
from services.store.tables import LASTING, alert, alert_rule, alert_send

KINDS = frozenset({"alert"})


@dataclass(frozen=True, slots=True)
class Sending:
    """One message about an alert that is to leave."""

    id: int
    alert: Alert
    way: Way
    target: str
    """An address, or the name of a webhook."""
    attempts: int


def rules(store: Store, *, every: bool = True) -> list[Rule]:
    """All rules by name, those switched off as well; or only those that watch."""
    asked = select(alert_rule).order_by(alert_rule.c.name)
    if not every:
        asked = asked.where(alert_rule.c.active)
    with store.read() as connection:
        return [_rule(row) for row in connection.execute(asked)]


def save_rule(acting: Acting, rule: Rule) -> Changes:
    """Add a rule (id 0) or change one. Raises Forbidden, Invalid, NotFound, Conflict."""
    check_action(Action.EDIT_RULES, acting.actor.roles)
    made = checked(rule)
    values = {
        "name": made.name, "query": made.query, "measure": made.measure.value, "threshold": made.threshold,
        "desktop": made.desktop, "mail": made.mail, "webhook": made.webhook, "active": made.active,
    }  # fmt: skip
    with acting.store.write() as connection:
        same = select(alert_rule.c.id).where(alert_rule.c.name == made.name, alert_rule.c.id != made.id)
        if connection.execute(same).first() is not None:
            raise Conflict(f"There is a rule “{made.name}” already.", "Give this one another name.")
        if not made.id:
            connection.execute(insert(alert_rule).values(values))
        elif not connection.execute(update(alert_rule).where(alert_rule.c.id == made.id).values(values)).rowcount:
            raise NotFound("There is no such rule.", "Choose one from the list.")
        sentence = f"Alert rule “{made.name}” saved" if made.active else f"Alert rule “{made.name}” switched off"
        sign(connection, acting, acting.operation or str(uuid.uuid4()), sentence)
    return Changes(kinds=KINDS, sentence=sentence)


def lasting(store: Store) -> list[Alert]:
    """The alerts that are not over, the newest first."""
    return _listed(store, select(alert).where(LASTING))


def history(store: Store, most: int = 200) -> list[Alert]:
    """The last alerts, the newest first: when they began, who acknowledged them and when, and when they were over."""
    return _listed(store, select(alert).limit(most))


def acknowledge(acting: Acting, alert_id: int) -> Changes:
    """Somebody has seen it and answers for it. Raises Forbidden, NotFound, and Conflict where somebody did before."""
    check_action(Action.ACKNOWLEDGE, acting.actor.roles)
    now, store = acting.store.clock(), acting.store
    with store.write() as connection:
        row = connection.execute(select(alert).where(alert.c.id == int(alert_id))).one_or_none()
        if row is None:
            raise NotFound("There is no such alert.", "Choose one from the list.")
        if row.acknowledged_by:
            raise Conflict(f"{row.acknowledged_by} has acknowledged “{row.rule}” already.", "Ask them how it stands.")
        mine = update(alert).where(alert.c.id == row.id, alert.c.acknowledged_by == "")
        if not connection.execute(mine.values(acknowledged_by=acting.actor.name, acknowledged_at=now)).rowcount:
            raise Conflict(f"“{row.rule}” was acknowledged a moment ago.", "Look who did.")
        sentence = f"Alert “{row.rule}” acknowledged"
        sign(connection, acting, acting.operation or str(uuid.uuid4()), sentence)
    return Changes(kinds=KINDS, sentence=sentence)


def begin(store: Store, rule: Rule, figure: float) -> int:
    """An alert of this rule begins, and what tells of it waits to be sent. Its id; 0 where one lasts already."""
    now = store.clock()
    values = {
        "rule_id": rule.id, "rule": rule.name, "query": rule.query, "measure": rule.measure.value, "value": figure,
        "peak": figure, "desktop": rule.desktop, "begun_at": now,
    }  # fmt: skip
    try:
        with store.write() as connection:
            if connection.execute(select(alert.c.id).where(LASTING, alert.c.rule_id == rule.id)).first() is not None:
                return 0
            made = connection.execute(insert(alert).values(values).returning(alert.c.id)).scalar_one()
            for way, target in ((Way.MAIL, rule.mail), (Way.WEBHOOK, rule.webhook)):
                if target:
                    send = {"alert_id": made, "way": way.value, "target": target, "state": QUEUED, "next_try_at": now}
                    connection.execute(insert(alert_send).values(send))
    except IntegrityError:  # another process began it at this very moment
        return 0
    return int(made)


def go_on(store: Store, alert_id: int, peak: float) -> None:
    """The figure has risen higher than ever since the alert began."""
    with store.write() as connection:
        connection.execute(update(alert).where(alert.c.id == alert_id, alert.c.peak < peak).values(peak=peak))


def keep_low(store: Store, alert_id: int, low_ms: int, rested: bool) -> None:
    """Its figure has been low for so long, and whether it has rested: who watches next goes on from there."""
    with store.write() as connection:
        connection.execute(update(alert).where(alert.c.id == alert_id).values(low_ms=low_ms, rested=rested))


def end(store: Store, alert_id: int) -> None:
    """The alert is over."""
    with store.write() as connection:
        connection.execute(update(alert).where(alert.c.id == alert_id, LASTING).values(ended_at=store.clock()))


def take(store: Store) -> Sending | None:
    """What is to be sent next, marked as being sent before it leaves; None where nothing is due."""
    row = leaving.take(store, alert_send)
    if row is None:
        return None
    with store.read() as connection:
        about = connection.execute(select(alert).where(alert.c.id == row.alert_id)).one()
    return Sending(row.id, _alert(about), Way(row.way), row.target, row.attempts)


def unsent(store: Store) -> list[tuple[Alert, Way, str]]:
    """What could not be sent yet or at all, and why: of the alerts that last."""
    asked = select(alert, alert_send.c.way, alert_send.c.problem).join(alert_send, alert_send.c.alert_id == alert.c.id)
    asked = asked.where(LASTING, alert_send.c.problem != "").order_by(alert_send.c.id)
    with store.read() as connection:
        return [(_alert(row), Way(row.way), row.problem) for row in connection.execute(asked)]


def _listed(store: Store, asked: Any) -> list[Alert]:  # noqa: ANN401 - a statement
    with store.read() as connection:
        return [_alert(row) for row in connection.execute(asked.order_by(alert.c.id.desc()))]


def _rule(row: Row[Any]) -> Rule:
    return Rule(
        row.id, row.name, row.query, Measure(row.measure), row.threshold, row.desktop, row.mail, row.webhook, row.active
    )  # fmt: skip


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        row.id, row.rule_id, row.rule, row.query, Measure(row.measure), row.value, row.peak, row.desktop, row.begun_at,
        row.ended_at, row.acknowledged_by, row.acknowledged_at, row.low_ms, row.rested,
    )  # fmt: skip
