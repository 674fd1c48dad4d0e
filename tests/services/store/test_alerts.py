"""Alert rules and alerts in a store: who may, once, and what was sent of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.alerts import Measure, Rule, Way
from services.domain.status import Role
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.store import alerts, leaving
from services.store.store import Store
from services.store.tables import alert_send
from tests.services.store.conftest import Act

STORM = Rule(0, " Storm ", 'service:"Tree Emergencies"', Measure.RATE, 3, mail="chief@example.org", webhook="ops")
CALLER = frozenset({Role.CALL_TAKER})


def saved(act: Act, rule: Rule = STORM) -> Rule:
    alerts.save_rule(act(), rule)
    return next(r for r in alerts.rules(act().store) if r.name == rule.name.strip())


def test_a_supervisor_adds_changes_and_switches_off_a_rule(store: Store, act: Act) -> None:
    made = saved(act)
    assert made == replace(STORM, id=made.id, name="Storm", threshold=3.0)
    alerts.save_rule(act(), replace(made, threshold=4, active=False))
    assert [(r.threshold, r.active) for r in alerts.rules(store)] == [(4.0, False)]
    assert alerts.rules(store, every=False) == []
    with pytest.raises(Forbidden):
        alerts.save_rule(act(roles=frozenset({Role.DISPATCHER})), made)
    with pytest.raises(Conflict):
        alerts.save_rule(act(), STORM)
    with pytest.raises(NotFound):
        alerts.save_rule(act(), replace(STORM, id=99, name="Other"))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(STORM, name=" "),
        replace(STORM, threshold=0),
        replace(STORM, threshold=float("nan")),
        replace(STORM, mail="nobody"),
        replace(STORM, webhook="a\x00b"),
    ],
    ids=["no name", "threshold 0", "no number", "no address", "no webhook"],
)
def test_what_makes_no_rule_is_refused(act: Act, wrong: Rule) -> None:
    with pytest.raises(Invalid):
        alerts.save_rule(act(), wrong)


def test_of_a_rule_one_alert_lasts_at_a_time_and_stands_in_the_history(store: Store, act: Act) -> None:
    rule = saved(act)
    first = alerts.begin(store, rule, 3.2)
    assert first
    assert alerts.begin(store, rule, 9.0) == 0
    alerts.go_on(store, first, 6.5)
    alerts.go_on(store, first, 4.0)
    (lasting,) = alerts.lasting(store)
    assert (lasting.value, lasting.peak, lasting.query) == (3.2, 6.5, STORM.query)
    assert lasting.sentence == "Storm: arrivals 6.5× normal for this hour"
    alerts.end(store, first)
    assert alerts.lasting(store) == []
    second = alerts.begin(store, rule, 3.0)
    assert [a.id for a in alerts.history(store)] == [second, first]
    assert alerts.history(store)[1].ended_at is not None


def test_one_person_acknowledges_once_and_the_history_says_who_and_when(store: Store, act: Act) -> None:
    made = alerts.begin(store, saved(act), 3.2)
    with pytest.raises(Forbidden):
        alerts.acknowledge(act(roles=frozenset()), made)
    said = alerts.acknowledge(replace(act("ben", CALLER), operation="ack-1"), made)
    assert said.sentence == "Alert “Storm” acknowledged"
    with pytest.raises(Conflict, match="ben has acknowledged"):
        alerts.acknowledge(act("ana"), made)
    with pytest.raises(NotFound):
        alerts.acknowledge(act(), 4711)
    (kept,) = alerts.history(store)
    assert kept.acknowledged_by == "ben"
    assert kept.acknowledged_at is not None
    assert store.ask("SELECT actor, sentence FROM operation WHERE id = ?", ("ack-1",)) == [("ben", said.sentence)]


def test_each_message_is_taken_once_and_tried_again_only_where_it_did_not_leave(store: Store, act: Act) -> None:
    alerts.begin(store, saved(act), 3.2)
    mail, hook = alerts.take(store), alerts.take(store)
    assert mail is not None
    assert hook is not None
    assert {(s.way, s.target) for s in (mail, hook)} == {(Way.MAIL, "chief@example.org"), (Way.WEBHOOK, "ops")}
    assert alerts.take(store) is None
    leaving.sent(store, alert_send, mail.id)
    leaving.not_sent(store, alert_send, hook.id, "It broke off.", timedelta())
    assert [(way, why) for _, way, why in alerts.unsent(store)] == [(Way.WEBHOOK, "It broke off.")]
    again = alerts.take(store)
    assert again is not None
    assert (again.way, again.attempts) == (Way.WEBHOOK, 2)
    leaving.not_sent(store, alert_send, again.id, "No such webhook.", None)
    assert alerts.take(store) is None
    assert [why for _, _, why in alerts.unsent(store)] == ["No such webhook."]


def test_what_was_being_sent_when_the_process_died_is_said_to_be_unsure(store: Store, act: Act) -> None:
    alerts.begin(store, saved(act), 3.2)
    left, taken = alerts.take(store), alerts.take(store)
    assert left is not None
    assert taken is not None
    leaving.sent(store, alert_send, left.id)
    assert leaving.broken_off(store, alert_send) == 1
    assert [(way, "may have arrived" in why) for _, way, why in alerts.unsent(store)] == [(taken.way, True)]
    leaving.sent(store, alert_send, taken.id)  # by a process that was only slow: it stays unsure
    assert alerts.take(store) is None
    assert len(alerts.unsent(store)) == 1


def test_a_rule_that_tells_nobody_sends_nothing(store: Store, act: Act) -> None:
    alerts.begin(store, saved(act, replace(STORM, mail="", webhook="")), 3.2)
    assert alerts.take(store) is None
