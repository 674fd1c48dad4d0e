"""Alerts in a team's database: the worker begins them, supervisors make rules, each answers under their own name."""

from __future__ import annotations

import pytest

from services.domain.alerts import Measure, Rule
from services.domain.rights import Group
from services.errors import Forbidden, StoreForbidden, StoreRefused
from services.store import alerts
from services.supervise.watcher import Looking
from tests.services.store.parts import pull, shown
from tests.services.supervise.test_watcher import sender
from tests.services.team.conftest import NAMES, OTHER, Crowd

REFUSED = (StoreForbidden, StoreRefused)
ANY = Rule(0, "Any", "status:open", Measure.COUNT, 1)


def begun(crowd: Crowd) -> int:
    """A supervisor's rule, and the alert that the worker begins."""
    alerts.save_rule(crowd.acting(Group.SUPERVISOR), ANY)
    pull(crowd.worker, shown("u1"))
    assert Looking(crowd.worker, sender()).look() == 1
    return alerts.lasting(crowd.worker)[0].id


def test_only_supervisors_make_rules_whatever_program_asks(crowd: Crowd) -> None:
    with pytest.raises(Forbidden):
        alerts.save_rule(crowd.acting(Group.DISPATCHER), ANY)
    with pytest.raises(REFUSED):
        alerts.save_rule(crowd.acting(Group.DISPATCHER, forged=True), ANY)


def test_only_the_worker_begins_an_alert(crowd: Crowd) -> None:
    made = begun(crowd)
    boss = crowd.acting(Group.SUPERVISOR).store
    (rule,) = alerts.rules(boss)
    with pytest.raises(REFUSED):
        alerts.end(boss, made)
    with pytest.raises(REFUSED):
        alerts.go_on(boss, made, 9)
    with pytest.raises(REFUSED):
        alerts.keep_low(boss, made, 9, True)
    alerts.end(crowd.worker, made)
    with pytest.raises(REFUSED):
        alerts.begin(boss, rule, 3)


def test_each_answers_under_their_own_name_and_the_first_one_stands(crowd: Crowd) -> None:
    made = begun(crowd)
    taker, other = crowd.acting(Group.CALL_TAKER), crowd.acting(Group.CALL_TAKER, OTHER)
    with pytest.raises(REFUSED), taker.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE alert SET acknowledged_by = '{OTHER}' WHERE id = {made}")
    alerts.acknowledge(taker, made)
    with pytest.raises(REFUSED), other.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE alert SET acknowledged_by = '{OTHER}' WHERE id = {made}")
    assert alerts.lasting(crowd.worker)[0].acknowledged_by == NAMES[Group.CALL_TAKER]
